"""No calendar says what things cost: what was imported as free, without a word about the price, is not known."""

from typing import Any

from django.db import migrations


def forget(apps: Any, schema_editor: Any) -> None:
    activities = apps.get_model("activities", "Activity").objects
    activities.filter(imported_from__isnull=False, cost_kind="free", cost_note="").update(
        cost_kind="unknown"
    )


def remember_as_free(apps: Any, schema_editor: Any) -> None:
    """Free is what the constraint before allows, and what such activities were."""
    apps.get_model("activities", "Activity").objects.filter(cost_kind="unknown").update(
        cost_kind="free"
    )


class Migration(migrations.Migration):
    dependencies = [("activities", "0003_cost_unknown")]

    operations = [migrations.RunPython(forget, remember_as_free, elidable=True)]
