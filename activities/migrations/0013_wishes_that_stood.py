"""Wishes that were told before: their answer is due from the day they were told; what was answered keeps its reply.

All are listening and wait for a look, as the columns have it; none is said no to by itself.
"""

from django.db import migrations
from django.db.models import F


def ask_since_told(apps, schema_editor):
    apps.get_model("activities", "Wish").objects.filter(asked_at=None).update(
        asked_at=F("created_at"), state_since=F("created_at")
    )


class Migration(migrations.Migration):
    dependencies = [("activities", "0012_till_rules")]

    operations = [
        migrations.RunPython(ask_since_told, migrations.RunPython.noop, elidable=True),
    ]
