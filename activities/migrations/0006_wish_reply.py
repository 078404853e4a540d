"""What the house wrote back to whoever told a wish."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0005_search_own_titles")]

    operations = [
        migrations.AddField(
            "wish",
            "reply",
            models.TextField(
                blank=True, default="", editable=False, max_length=1000, verbose_name="antwoord"
            ),
            preserve_default=False,
        )
    ]
