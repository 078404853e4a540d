"""One word per thing, and plain ones: names, hints and choices as people read them. No data changes."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0007_occurrence_use'),
        ('centres', '0003_plain_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='importdraft',
            options={'verbose_name': 'agenda die klaarligt', 'verbose_name_plural': "agenda's die klaarliggen"},
        ),
        migrations.AlterModelOptions(
            name='wish',
            options={'ordering': ['-created_at'], 'verbose_name': 'idee', 'verbose_name_plural': 'ideeën'},
        ),
        migrations.AlterField(
            model_name='activity',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='centres.centre', verbose_name='huis'),
        ),
        migrations.AlterField(
            model_name='activity',
            name='mood',
            field=models.CharField(blank=True, choices=[('', 'niet bekend'), ('quiet', 'rustig'), ('lively', 'druk en gezellig')], max_length=6, verbose_name='rustig of druk'),
        ),
        migrations.AlterField(
            model_name='activity',
            name='someone_greets',
            field=models.CharField(blank=True, choices=[('', 'niet bekend'), ('yes', 'ja'), ('no', 'nee')], help_text='Fijn als je alleen komt.', max_length=3, verbose_name='er is iemand voor je'),
        ),
        migrations.AlterField(
            model_name='calendarsource',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_sources', to='centres.centre', verbose_name='huis'),
        ),
        migrations.AlterField(
            model_name='calendarsource',
            name='imported_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='laatst overgenomen'),
        ),
        migrations.AlterField(
            model_name='calendarsource',
            name='imported_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='overgenomen door'),
        ),
        migrations.AlterField(
            model_name='importdraft',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='centres.centre', verbose_name='huis'),
        ),
        migrations.AlterField(
            model_name='importdraft',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='klaargelegd op'),
        ),
        migrations.AlterField(
            model_name='importdraft',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='klaargelegd door'),
        ),
        migrations.AlterField(
            model_name='occurrence',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='occurrences', to='centres.centre', verbose_name='huis'),
        ),
        migrations.AlterField(
            model_name='occurrence',
            name='note',
            field=models.CharField(blank=True, max_length=200, verbose_name='bericht bij deze datum'),
        ),
        migrations.AlterField(
            model_name='occurrence',
            name='title',
            field=models.CharField(blank=True, help_text='Leeg: de naam van de activiteit.', max_length=120, verbose_name='eigen naam van deze datum'),
        ),
        migrations.AlterField(
            model_name='wish',
            name='centre',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='wishes', to='centres.centre', verbose_name='huis'),
        ),
    ]
