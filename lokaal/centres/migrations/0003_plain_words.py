"""One word per thing, and plain ones: names, hints and choices as people read them. No data changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('centres', '0002_school_holidays'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='centre',
            options={'ordering': ['position', 'name'], 'verbose_name': 'huis', 'verbose_name_plural': 'huizen'},
        ),
        migrations.AlterModelOptions(
            name='centretranslation',
            options={'verbose_name': 'vertaling van een huis', 'verbose_name_plural': 'vertalingen van huizen'},
        ),
        migrations.AlterField(
            model_name='centre',
            name='accessible_parking',
            field=models.CharField(blank=True, choices=[('', 'niet bekend'), ('yes', 'ja'), ('no', 'nee')], max_length=3, verbose_name='gehandicaptenparkeerplaats'),
        ),
        migrations.AlterField(
            model_name='centre',
            name='mark',
            field=models.CharField(choices=[('p-wk', 'golven'), ('p-ns', 'huisje'), ('p-door', 'deur')], default='p-door', max_length=12, verbose_name='gevelsteen'),
        ),
        migrations.AlterField(
            model_name='centretranslation',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='translations', to='centres.centre', verbose_name='huis'),
        ),
        migrations.AlterField(
            model_name='openinghours',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opening_hours', to='centres.centre', verbose_name='huis'),
        ),
        migrations.AlterField(
            model_name='specialday',
            name='centre',
            field=models.ForeignKey(blank=True, help_text='Leeg: voor alle huizen.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='special_days', to='centres.centre', verbose_name='huis'),
        ),
    ]
