"""A date holds its room through venue."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("activities", "0006_wish_reply"),
        ("venue", "0003_use_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="occurrence",
            name="use",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                help_text="Wat de ruimte voor deze datum vasthoudt (activities.rooms).",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="occurrence",
                to="venue.use",
                verbose_name="gebruik van een zaal",
            ),
        ),
    ]
