"""What can be used: parts that cannot be divided, the spaces that are made of them, equipment, and the house around."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lokaal.centres.models import Centre, CentreTranslation, Fact, Weekday
from lokaal.centres.photos import photo_url
from lokaal.keys import UUIDKey
from lokaal.translated import Translated


class Layout(models.TextChoices):
    """How the chairs and tables stand (opstelling)."""

    THEATRE = "theatre", _("rijen stoelen")
    DINNER = "dinner", _("tafels om te eten")
    U_SHAPE = "u_shape", _("tafels in een U")
    STANDING = "standing", _("staand, zonder stoelen")


class Building(models.Model):
    """What the fire rules and the house rules say of a centre as a whole."""

    centre = models.OneToOneField(
        Centre, models.CASCADE, primary_key=True, related_name="building", verbose_name=_("huis")
    )
    maximum_people = models.PositiveIntegerField(
        _("meeste mensen in huis"),
        validators=[MinValueValidator(1)],
        help_text=_("Alle zalen samen, medewerkers ook (gebruiksmelding brandveilig gebruik)."),
    )
    residents_first_days = models.PositiveSmallIntegerField(
        _("eerst voor bewoners: dagen vooraf"),
        default=0,
        help_text=_("Tot zoveel dagen vooraf kunnen alleen bewoners huren. 0: geen voorrang."),
    )
    minimum_notice_hours = models.PositiveIntegerField(_("minstens zoveel uur vooraf"), default=24)
    maximum_notice_days = models.PositiveIntegerField(
        _("hoogstens zoveel dagen vooraf"), default=400
    )
    option_days = models.PositiveSmallIntegerField(_("een optie geldt zoveel dagen"), default=7)

    class Meta:
        verbose_name = _("regels van een huis")
        verbose_name_plural = _("regels van de huizen")

    def __str__(self) -> str:
        return f"{self.centre}"


class Part(models.Model):
    """What only one can use at a time and nobody divides: half a hall, a kitchen, the one stage light."""

    id = UUIDKey()
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="parts", verbose_name=_("huis"))
    name = models.CharField(_("naam"), max_length=80)

    class Meta:
        verbose_name = _("deel")
        verbose_name_plural = _("delen")
        ordering = ["centre", "name"]
        constraints = [
            models.UniqueConstraint(
                "centre",
                "name",
                name="venue_part_once",
                violation_error_message=_("Dit deel staat er al."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.centre})"


class SpaceQuerySet(models.QuerySet["Space"]):
    def in_use(self) -> SpaceQuerySet:
        """Spaces that can be planned, in the order of the house."""
        return self.filter(is_active=True).order_by("centre__position", "position", "name")

    def for_hire(self) -> SpaceQuerySet:
        """Spaces that people from outside can ask for."""
        return self.in_use().filter(is_for_hire=True, centre__is_active=True)

    def with_page(self) -> SpaceQuerySet:
        """What the page of a space shows, in a fixed number of queries."""
        return (
            self.select_related("centre__building")
            .prefetch_related("layouts", "translations")
            .annotate(
                number_of_parts=models.Count("parts", distinct=True),
                directions_rows=ArraySubquery(
                    CentreTranslation.objects.filter(centre=OuterRef("centre")).values(
                        row=JSONObject(language="language", text="directions")
                    )
                ),
            )
        )

    def with_layouts(self) -> SpaceQuerySet:
        """What somebody needs who asks for a space: its house and how it can stand."""
        return self.select_related("centre").prefetch_related("layouts")

    def with_search(self) -> SpaceQuerySet:
        """What a list of spaces and a search among them need, in a fixed number of queries."""
        return (
            self.select_related("centre__building")
            .prefetch_related("layouts", "fixed_equipment", "centre__equipment")
            .annotate(number_of_parts=models.Count("parts", distinct=True))
        )

    def overlapping(self, space: Space) -> SpaceQuerySet:
        """The spaces that share a part with this one, itself among them."""
        return self.filter(parts__in=space.parts.all()).distinct()


class Space(Translated):
    """What is hired or used: one or more parts together. Halves and the whole of a hall are three spaces."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="spaces", verbose_name=_("huis")
    )
    name = models.CharField(_("naam"), max_length=80)
    slug = models.SlugField(_("naam in webadres"), max_length=80)
    parts = models.ManyToManyField(Part, related_name="spaces", verbose_name=_("delen"))
    description = models.TextField(_("over deze zaal"), max_length=2000, blank=True)
    photo = models.ImageField(_("foto of plattegrond"), upload_to="spaces/", blank=True)
    photo_description = models.CharField(_("wat staat op de foto"), max_length=200, blank=True)
    floor = models.CharField(_("verdieping"), max_length=60, blank=True)
    step_free = models.CharField(_("zonder drempel"), max_length=3, choices=Fact, blank=True)
    step_free_toilet = models.CharField(
        _("aangepast toilet dichtbij"), max_length=3, choices=Fact, blank=True
    )
    hearing_loop = models.CharField(_("ringleiding"), max_length=3, choices=Fact, blank=True)
    before_minutes = models.PositiveSmallIntegerField(_("minuten om klaar te zetten"), default=0)
    after_minutes = models.PositiveSmallIntegerField(_("minuten om op te ruimen"), default=0)
    is_for_hire = models.BooleanField(_("te huur"), default=True)
    is_active = models.BooleanField(_("in gebruik"), default=True)
    position = models.PositiveSmallIntegerField(_("volgorde"), default=0)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("zaal")
        verbose_name_plural = _("zalen")
        ordering = ["centre", "position", "name"]
        constraints = [
            models.UniqueConstraint(
                "centre",
                "slug",
                name="venue_space_slug_once",
                violation_error_message=_("Deze naam in het webadres is al gebruikt."),
            ),
            models.UniqueConstraint(
                "centre",
                "name",
                name="venue_space_name_once",
                violation_error_message=_("Deze zaal staat er al."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.centre}"

    def get_absolute_url(self) -> str:
        return reverse("venue:space", args=[self.centre.slug, self.slug])

    @property
    def photo_url(self) -> str:
        """Where our own site serves the photo; empty when there is none."""
        return photo_url("space_photo", self.photo)

    @property
    def largest_capacity(self) -> int:
        """The most people in any layout; 0 when no layout is written down."""
        return max((layout.capacity for layout in self.layouts.all()), default=0)

    def capacity_for(self, layout: str) -> int | None:
        """The most people in a layout (any: ""); None when the space does not offer that layout."""
        if not layout:
            return self.largest_capacity or None
        return next((o.capacity for o in self.layouts.all() if o.layout == layout), None)

    def buffers_for(self, layout: str) -> tuple[int, int]:
        """Minutes to set up and to clear up: those of the layout, or else of the space."""
        row = next((one for one in self.layouts.all() if layout and one.layout == layout), None)
        before = row.before_minutes if row else None
        after = row.after_minutes if row else None
        return (
            self.before_minutes if before is None else before,
            self.after_minutes if after is None else after,
        )


class SpaceTranslation(models.Model):
    """The words of a space in another language than Dutch."""

    id = UUIDKey()
    space = models.ForeignKey(
        Space, models.CASCADE, related_name="translations", verbose_name=_("zaal")
    )
    language = models.CharField(_("taal"), max_length=7)
    description = models.TextField(_("over deze zaal"), max_length=2000, blank=True)
    photo_description = models.CharField(_("wat staat op de foto"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("vertaling van een zaal")
        verbose_name_plural = _("vertalingen van zalen")
        constraints = [
            models.UniqueConstraint("space", "language", name="venue_space_translation_once")
        ]

    def __str__(self) -> str:
        return f"{self.space} ({self.language})"


class SpaceLayout(models.Model):
    """A layout that a space offers, how many people fit, and how long setting it up takes (empty: as the space)."""

    id = UUIDKey()
    space = models.ForeignKey(Space, models.CASCADE, related_name="layouts", verbose_name=_("zaal"))
    layout = models.CharField(_("opstelling"), max_length=10, choices=Layout)
    capacity = models.PositiveIntegerField(_("aantal mensen"), validators=[MinValueValidator(1)])
    before_minutes = models.PositiveSmallIntegerField(
        _("minuten om klaar te zetten"), null=True, blank=True
    )
    after_minutes = models.PositiveSmallIntegerField(
        _("minuten om op te ruimen"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("opstelling van een zaal")
        verbose_name_plural = _("opstellingen van zalen")
        ordering = ["space", "-capacity"]
        constraints = [
            models.UniqueConstraint("space", "layout", name="venue_space_layout_once"),
            models.CheckConstraint(
                name="venue_space_layout_holds_someone", condition=Q(capacity__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.space.name}: {self.get_layout_display()} ({self.capacity})"


class Equipment(models.Model):
    """Things to use in a room. Unique ones are a part of the house; of others there is a stock that is counted.

    What hangs or stands in a space for good (`fixed_in`) comes with that space and is not counted.
    """

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="equipment", verbose_name=_("huis")
    )
    name = models.CharField(_("naam"), max_length=80)
    stock = models.PositiveIntegerField(_("aantal in huis"), default=1)
    part = models.OneToOneField(
        Part,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="equipment",
        verbose_name=_("deel"),
        help_text=_("Voor iets waarvan er maar één is. Dan geldt het aantal niet."),
    )
    fixed_in = models.ManyToManyField(
        Space, blank=True, related_name="fixed_equipment", verbose_name=_("hoort vast bij")
    )
    is_active = models.BooleanField(_("in gebruik"), default=True)

    class Meta:
        verbose_name = _("spullen")
        verbose_name_plural = _("spullen")
        ordering = ["centre", "name"]
        constraints = [
            models.UniqueConstraint(
                "centre",
                "name",
                name="venue_equipment_once",
                violation_error_message=_("Dit staat er al."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.centre})"


class HireHours(models.Model):
    """A stretch of a weekday in which a house can be hired, local time; past midnight if it ends before it begins.

    Days on which the house is closed come from lokaal.centres (SpecialDay). Staff may go outside, with a reason.
    """

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.CASCADE, related_name="hire_hours", verbose_name=_("huis")
    )
    weekday = models.PositiveSmallIntegerField(_("dag"), choices=Weekday)
    opens = models.TimeField(_("vanaf"))
    closes = models.TimeField(_("tot"))

    class Meta:
        verbose_name = _("verhuurtijd")
        verbose_name_plural = _("verhuurtijden")
        ordering = ["centre", "weekday", "opens"]
        constraints = [
            models.UniqueConstraint("centre", "weekday", "opens", name="venue_hirehours_once"),
            models.CheckConstraint(
                name="venue_hirehours_weekday", condition=Q(weekday__gte=1, weekday__lte=7)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre} {self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


def lock_key(pk: UUID) -> int:
    """The number by which a row is locked as long as a transaction lasts (its random last 64 bits, signed)."""
    return int.from_bytes(pk.bytes[8:], "big", signed=True)
