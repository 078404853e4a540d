"""Who hires: a person, a group or an organisation; and the class of prices that holds for them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from lokaal.keys import UUIDKey
from lokaal.people.models import Person


class HirerKind(models.TextChoices):
    PERSON = "person", _("ik zelf")
    GROUP = "group", _("een groep uit de buurt")
    ORGANISATION = "organisation", _("een organisatie")


class InOtherLanguages(models.Model):
    """Something with a name that people read, in more languages than the Dutch of its own fields."""

    translations = models.JSONField(
        _("in andere talen"),
        default=dict,
        blank=True,
        help_text="Name and explanation by language: {'en': {'name': …, 'explanation': …}}.",
    )

    class Meta:
        abstract = True

    @property
    def shown_name(self) -> str:
        """The name in the active language, or else the Dutch one."""
        return self._in_language("name")

    def _in_language(self, field: str) -> str:
        words = self.translations.get((get_language() or "nl").split("-")[0], {})
        return words.get(field) or getattr(self, field)


class TariffClass(InOtherLanguages):
    """Why one hirer pays another price than the next: resident initiative, non-profit, commercial, private."""

    id = UUIDKey()
    slug = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("naam"), max_length=80)
    explanation = models.CharField(
        _("voor wie"), max_length=300, help_text=_("Staat bij de prijs. Korte zinnen.")
    )
    is_private_party = models.BooleanField(
        _("privéfeest"), default=False, help_text=_("Dan schenken wij geen alcohol.")
    )
    is_residents = models.BooleanField(_("voor bewoners"), default=False)
    is_free = models.BooleanField(
        _("betaalt niets voor de zaal"),
        default=False,
        help_text=_("Alleen dan is de prijs nul. Wat het anders kostte, schrijven wij op."),
    )
    is_yardstick = models.BooleanField(
        _("hiermee tellen wij wat gratis is"),
        default=False,
        help_text=_("De prijs van deze groep geldt als de waarde van wat wij gratis geven."),
    )
    position = models.PositiveSmallIntegerField(_("volgorde"), default=0)

    class Meta:
        verbose_name = _("prijsgroep")
        verbose_name_plural = _("prijsgroepen")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_yardstick"],
                name="venue_tariffclass_one_yardstick",
                condition=Q(is_yardstick=True),
                violation_error_message=_("Een andere prijsgroep telt al hoeveel gratis is."),
            ),
            models.CheckConstraint(
                name="venue_tariffclass_yardstick_pays",
                condition=Q(is_free=False) | Q(is_yardstick=False),
                violation_error_message=_("Een groep die niets betaalt, kan niet tellen."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_explanation(self) -> str:
        """For whom it is, in the active language, or else in Dutch."""
        return self._in_language("explanation")


class Hirer(models.Model):
    """Who asks for a room and gets the invoice. Needs no account."""

    id = UUIDKey()
    kind = models.CharField(_("wie huurt"), max_length=12, choices=HirerKind)
    name = models.CharField(_("naam"), max_length=120)
    contact_name = models.CharField(_("contactpersoon"), max_length=120, blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    phone = PhoneNumberField(_("telefoon"), blank=True)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="hirers",
        verbose_name=_("mens"),
    )
    tariff_class = models.ForeignKey(
        TariffClass,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="hirers",
        verbose_name=_("prijsgroep"),
        help_text=_("Wat een medewerker heeft afgesproken. Leeg: per aanvraag."),
    )
    kvk_number = models.CharField(_("KvK-nummer"), max_length=8, blank=True)
    oin = models.CharField(
        _("OIN"), max_length=20, blank=True, help_text=_("Nummer van een overheid.")
    )
    vat_id = models.CharField(_("btw-nummer"), max_length=14, blank=True)
    street = models.CharField(_("straat en nummer"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("plaats"), max_length=80, blank=True)
    country = models.CharField(_("land"), max_length=2, default="NL")
    invoice_email = models.EmailField(_("e-mailadres voor de factuur"), blank=True)
    buyer_reference = models.CharField(
        _("uw kenmerk"), max_length=60, blank=True, help_text=_("Staat op de factuur (BT-10).")
    )
    created_at = models.DateTimeField(_("sinds"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("huurder")
        verbose_name_plural = _("huurders")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
