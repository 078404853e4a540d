"""What Django says about a wrong answer, in our voice: short, and telling what to do."""

from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

MESSAGES: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("Vul dit in.")},
    forms.ChoiceField: {
        "required": _("Kies een antwoord."),
        "invalid_choice": _("Kies een antwoord uit de lijst."),
    },
    forms.ModelChoiceField: {
        "required": _("Kies een antwoord."),
        "invalid_choice": _("Kies een antwoord uit de lijst."),
    },
    forms.BooleanField: {"required": _("Zet hier een vinkje.")},
    forms.IntegerField: {"invalid": _("Vul een getal in. Bijvoorbeeld 3.")},
    forms.DecimalField: {"invalid": _("Vul een bedrag in. Bijvoorbeeld 3,50.")},
    forms.DateField: {"invalid": _("Deze datum kennen wij niet. Vul dag, maand en jaar in.")},
    forms.TimeField: {"invalid": _("Deze tijd kennen wij niet. Vul in: 13:30.")},
    forms.DateTimeField: {"invalid": _("Deze datum of tijd kennen wij niet.")},
    forms.FileField: {
        "required": _("Kies een bestand."),
        "empty": _("Dit bestand is leeg. Kies een ander."),
        "missing": _("Kies een bestand."),
    },
    forms.ImageField: {
        "invalid_image": _("Dit is geen foto die wij kunnen openen. Kies een ander bestand.")
    },
}


def speak_plainly() -> None:
    """Put our words in place of Django's, for every form of the house, the admin too. Called once, at start-up."""
    for field, messages in MESSAGES.items():
        field.default_error_messages = {
            **field.__dict__.get("default_error_messages", {}),
            **messages,
        }
    # Validators take their words from the class, and a field keeps a shared instance: both must know ours.
    email = _("Dit e-mailadres klopt niet. Kijk of er een @ in staat.")
    validators.EmailValidator.message = email
    validators.validate_email.message = email
    validators.ProhibitNullCharactersValidator.message = _(
        "Hier staat een teken in dat wij niet kunnen lezen."
    )
    validators.MaxLengthValidator.message = ngettext_lazy(
        "Dit is te lang. Er past %(limit_value)d teken.",
        "Dit is te lang. Er passen %(limit_value)d tekens.",
        "limit_value",
    )
    validators.MinValueValidator.message = _("Dit getal is te klein. Kies %(limit_value)s of meer.")
    validators.MaxValueValidator.message = _(
        "Dit getal is te groot. Kies %(limit_value)s of minder."
    )
