"""One word per thing, and plain ones: names, hints and choices as people read them. No data changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('centres', '0003_plain_words'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='staffrole',
            name='centre',
            field=models.ForeignKey(blank=True, help_text='Leeg: voor alle huizen.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='staff_roles', to='centres.centre', verbose_name='huis'),
        ),
    ]
