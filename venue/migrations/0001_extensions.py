"""What the constraints of venue stand on: equality in a GiST index, and numbers that tell uses apart."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(
            "CREATE SEQUENCE venue_use_number AS bigint",
            "DROP SEQUENCE venue_use_number",
        ),
    ]
