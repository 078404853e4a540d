"""That nobody said what it costs is something else than free."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_initial")]

    operations = [
        migrations.AlterField(
            "activity",
            "cost_kind",
            models.CharField(
                choices=[
                    ("unknown", "niet bekend"),
                    ("free", "gratis"),
                    ("fixed", "vaste prijs"),
                    ("pay_what_you_can", "betaal wat je kunt"),
                ],
                default="unknown",
                max_length=16,
                verbose_name="kosten",
            ),
        ),
        migrations.RemoveConstraint("activity", "activities_activity_cost"),
        migrations.AddConstraint(
            "activity",
            models.CheckConstraint(
                name="activities_activity_cost",
                condition=Q(cost_kind__in=["free", "unknown"], cost_cents=0)
                | Q(cost_kind="fixed", cost_cents__gt=0)
                | Q(cost_kind="pay_what_you_can"),
                violation_error_message="Een vaste prijs is meer dan nul. Gratis is nul.",
            ),
        ),
    ]
