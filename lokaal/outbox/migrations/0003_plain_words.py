"""One word per thing, and plain ones: names, hints and choices as people read them. No data changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('centres', '0003_plain_words'),
        ('outbox', '0002_attachments'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='centre',
            field=models.ForeignKey(blank=True, help_text='De balie waar papier klaarligt.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='centres.centre', verbose_name='huis'),
        ),
        migrations.AlterField(
            model_name='message',
            name='failure',
            field=models.CharField(blank=True, choices=[('address', 'Dit e-mailadres werkt niet.'), ('phone', 'Dit telefoonnummer werkt niet.'), ('refused', 'De ontvanger nam dit bericht niet aan.'), ('server', 'Versturen werkt nu niet. We hebben het vaak geprobeerd.'), ('unsure', 'Misschien verzonden. We weten het niet zeker.'), ('ours', 'Er ging iets mis bij ons. Vraag het de beheerder van de website.')], max_length=7, verbose_name='waarom niet gelukt'),
        ),
    ]
