"""The meeting places: where they are, how you get in, and when the door is open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from lokaal.centres.photos import photo_url
from lokaal.keys import UUIDKey
from lokaal.translated import Translated


class Mark(models.TextChoices):
    """The drawing on a centre's gevelsteen (own drawings, static/drawings/)."""

    WAVES = "p-wk", _("golven")
    HOUSE = "p-ns", _("huisje")
    DOOR = "p-door", _("deur")


class Fact(models.TextChoices):
    """A fact about access: unknown is something else than no."""

    UNKNOWN = "", _("niet bekend")
    YES = "yes", _("ja")
    NO = "no", _("nee")


class CentreQuerySet(models.QuerySet["Centre"]):
    def open_to_public(self) -> CentreQuerySet:
        """Centres that are in use, in the order of the house."""
        return self.filter(is_active=True).order_by("position", "name")

    def with_words(self) -> CentreQuerySet:
        """The words in every language, for Centre.words."""
        return self.prefetch_related("translations")

    def with_hours(self, on: date | None = None) -> CentreQuerySet:
        """The opening hours of every centre in the same query, for lokaal.centres.opening.

        Special days from the day before `on` (local date; today), since a night may run into it.
        """
        first = (on or timezone.localdate()) - timedelta(days=1)
        hours = OpeningHours.objects.filter(centre=OuterRef("pk")).order_by("weekday", "opens")
        special = (
            SpecialDay.objects.filter(
                Q(centre=OuterRef("pk")) | Q(centre__isnull=True), date__gte=first
            )
            .annotate(is_own=models.Q(centre__isnull=False))
            .order_by("date", "opens")
        )
        return self.annotate(
            hours_rows=ArraySubquery(
                hours.values(row=JSONObject(weekday="weekday", opens="opens", closes="closes"))
            ),
            special_rows=ArraySubquery(
                special.values(
                    row=JSONObject(
                        date="date",
                        reason="reason",
                        opens="opens",
                        closes="closes",
                        is_own="is_own",
                    )
                )
            ),
        )


class Centre(Translated):
    """A meeting place."""

    id = UUIDKey()
    name = models.CharField(_("naam"), max_length=80, unique=True)
    slug = models.SlugField(_("naam in webadres"), max_length=80, unique=True)
    mark = models.CharField(_("gevelsteen"), max_length=12, choices=Mark, default=Mark.DOOR)
    street = models.CharField(_("straat en nummer"), max_length=120)
    postcode = models.CharField(_("postcode"), max_length=7, blank=True)
    city = models.CharField(_("plaats"), max_length=80)
    phone = PhoneNumberField(_("telefoon"), blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    photo = models.ImageField(_("foto of tekening"), upload_to="centres/", blank=True)
    photo_description = models.CharField(_("wat staat op de foto"), max_length=200, blank=True)
    directions = models.TextField(_("hoe kom je er"), blank=True, max_length=2000)
    step_free_entrance = models.CharField(
        _("ingang zonder drempel"), max_length=3, choices=Fact, blank=True
    )
    step_free_toilet = models.CharField(
        _("aangepast toilet"), max_length=3, choices=Fact, blank=True
    )
    lift = models.CharField(_("lift"), max_length=3, choices=Fact, blank=True)
    hearing_loop = models.CharField(_("ringleiding"), max_length=3, choices=Fact, blank=True)
    accessible_parking = models.CharField(
        _("gehandicaptenparkeerplaats"), max_length=3, choices=Fact, blank=True
    )
    position = models.PositiveSmallIntegerField(_("volgorde"), default=0)
    is_active = models.BooleanField(_("in gebruik"), default=True)

    hours_rows: list[dict[str, Any]]  # when loaded with_hours()
    special_rows: list[dict[str, Any]]

    objects = CentreQuerySet.as_manager()

    class Meta:
        verbose_name = _("huis")
        verbose_name_plural = _("huizen")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("centres:centre", args=[self.slug])

    @property
    def address(self) -> str:
        """Street and town on one line."""
        return f"{self.street}, {self.city}"

    @property
    def photo_url(self) -> str:
        """Where our own site serves the photo; empty when there is none."""
        return photo_url("centre_photo", self.photo)

    def is_needed(self) -> bool:
        """True when something that must not lose its place stands at this centre: an activity, a date, a wish."""
        return any(
            relation.related_model._base_manager.filter(**{relation.field.name: self}).exists()
            for relation in self._meta.related_objects
            if relation.on_delete is models.PROTECT
        )


class CentreTranslation(models.Model):
    """The words of a centre in another language than Dutch."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.CASCADE, related_name="translations", verbose_name=_("huis")
    )
    language = models.CharField(_("taal"), max_length=7)
    directions = models.TextField(_("hoe kom je er"), blank=True, max_length=2000)
    photo_description = models.CharField(_("wat staat op de foto"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("vertaling van een huis")
        verbose_name_plural = _("vertalingen van huizen")
        constraints = [
            models.UniqueConstraint("centre", "language", name="centres_translation_once")
        ]

    def __str__(self) -> str:
        return f"{self.centre} ({self.language})"


class Weekday(models.IntegerChoices):
    """ISO weekdays."""

    MONDAY = 1, _("maandag")
    TUESDAY = 2, _("dinsdag")
    WEDNESDAY = 3, _("woensdag")
    THURSDAY = 4, _("donderdag")
    FRIDAY = 5, _("vrijdag")
    SATURDAY = 6, _("zaterdag")
    SUNDAY = 7, _("zondag")


class OpeningHours(models.Model):
    """A stretch of a weekday on which the door is open, in local time; past midnight if it closes before it opens."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.CASCADE, related_name="opening_hours", verbose_name=_("huis")
    )
    weekday = models.PositiveSmallIntegerField(_("dag"), choices=Weekday)
    opens = models.TimeField(_("open vanaf"))
    closes = models.TimeField(_("open tot"))

    class Meta:
        verbose_name = _("openingstijd")
        verbose_name_plural = _("openingstijden")
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint("centre", "weekday", "opens", name="centres_hours_once"),
            models.CheckConstraint(
                name="centres_hours_weekday", condition=Q(weekday__gte=1, weekday__lte=7)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class SpecialDay(models.Model):
    """A date on which a centre (or, without one, every centre) is closed or keeps other hours."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="special_days",
        verbose_name=_("huis"),
        help_text=_("Leeg: voor alle huizen."),
    )
    date = models.DateField(_("datum"))
    reason = models.CharField(_("waarom"), max_length=120)
    opens = models.TimeField(_("open vanaf"), null=True, blank=True)
    closes = models.TimeField(_("open tot"), null=True, blank=True)

    class Meta:
        verbose_name = _("bijzondere dag")
        verbose_name_plural = _("bijzondere dagen")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                "centre",
                "date",
                "opens",
                name="centres_specialday_once",
                nulls_distinct=False,
                violation_error_message=_("Deze dag staat er al."),
            ),
            models.CheckConstraint(
                name="centres_specialday_both_times",
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False),
                violation_error_message=_("Vul twee tijden in. Of geen: dan is het dicht."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%d-%m-%Y}: {self.reason}"

    def clean(self) -> None:
        """A date is either closed or has hours."""
        super().clean()
        if not self.date:  # a form that was sent without one
            return
        others = SpecialDay.objects.filter(centre=self.centre_id, date=self.date)
        if not self.is_closed:
            others = others.filter(opens__isnull=True)
        if others.exclude(pk=self.pk).exists():
            raise ValidationError(
                _("Deze dag staat er al. Hij is dicht, of heeft tijden. Niet allebei.")
            )

    @property
    def is_closed(self) -> bool:
        return self.opens is None


class SchoolHolidayQuerySet(models.QuerySet["SchoolHoliday"]):
    def during(self, first: date, last: date) -> SchoolHolidayQuerySet:
        """Holidays with a day from `first` up to and including `last`."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)


class SchoolHoliday(models.Model):
    """Weeks without school in the region of the house. Series may skip them; the house itself stays open."""

    id = UUIDKey()
    name = models.CharField(_("naam"), max_length=80)
    starts_on = models.DateField(_("eerste dag"))
    ends_on = models.DateField(_("laatste dag"))

    objects = SchoolHolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("schoolvakantie")
        verbose_name_plural = _("schoolvakanties")
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(
                "starts_on",
                name="centres_schoolholiday_once",
                violation_error_message=_("Deze vakantie staat er al."),
            ),
            models.CheckConstraint(
                name="centres_schoolholiday_ends_after_start",
                condition=Q(ends_on__gte=models.F("starts_on")),
                violation_error_message=_("De laatste dag ligt voor de eerste."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.starts_on:%d-%m-%Y}"
