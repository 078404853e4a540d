"""The kitchen: how much it can make at a time, and what is measured and cleaned to keep the food safe (HACCP)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, IntegerRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal.centres.models import Centre, Weekday
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from venue.models.vat import DatedQuerySet, validity


class Seconds(Func):
    """A local time as seconds since midnight, of which a range can be made."""

    template = "(extract(epoch from %(expressions)s)::int)"
    output_field = models.IntegerField()


class KitchenRuleQuerySet(DatedQuerySet):
    def of(self, centre: Centre) -> KitchenRuleQuerySet:
        return self.filter(centre=centre)


class KitchenRule(models.Model):
    """A stretch of a weekday in which the kitchen works, cut in slots: how many portions each serves. Local."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.CASCADE, related_name="kitchen_rules", verbose_name=_("huis")
    )
    weekday = models.PositiveSmallIntegerField(_("dag"), choices=Weekday)
    starts = models.TimeField(_("vanaf"))
    ends = models.TimeField(_("tot"))
    slot_minutes = models.PositiveSmallIntegerField(
        _("minuten per blok"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(720)],
    )
    capacity = models.PositiveSmallIntegerField(_("porties per blok"))
    valid_from = models.DateField(_("geldt vanaf"), default=timezone.localdate)
    valid_until = models.DateField(_("geldt tot en met"), null=True, blank=True)

    objects = KitchenRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("keukentijd")
        verbose_name_plural = _("keukentijden")
        ordering = ["centre", "weekday", "starts"]
        constraints = [
            ExclusionConstraint(
                name="venue_kitchenrule_one_at_a_time",
                expressions=[
                    ("centre", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (validity(), RangeOperators.OVERLAPS),
                    (
                        Func(
                            Seconds(F("starts")),
                            Seconds(F("ends")),
                            function="int4range",
                            output_field=IntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("In deze tijd staat al een regel."),
            ),
            models.CheckConstraint(
                name="venue_kitchenrule_ends_after_start",
                condition=Q(ends__gt=F("starts")),
                violation_error_message=_("Het einde ligt voor het begin."),
            ),
            models.CheckConstraint(
                name="venue_kitchenrule_weekday", condition=Q(weekday__gte=1, weekday__lte=7)
            ),
            models.CheckConstraint(
                name="venue_kitchenrule_slots", condition=Q(slot_minutes__gte=5)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre} {self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class KitchenSlotQuerySet(models.QuerySet["KitchenSlot"]):
    def at(self, centre: Centre, moment: datetime) -> KitchenSlotQuerySet:
        """The slot in which a moment (UTC) falls."""
        return self.filter(centre=centre, starts_at__lte=moment, ends_at__gt=moment)


class KitchenSlot(models.Model):
    """One block of time of one kitchen. Made when first needed; `used` is written by venue.food.kitchen only."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="kitchen_slots", verbose_name=_("huis")
    )
    starts_at = models.DateTimeField(_("begin"))
    ends_at = models.DateTimeField(_("einde"))
    capacity = models.PositiveIntegerField(_("porties"))
    used = models.PositiveIntegerField(_("al bezet"), default=0, editable=False)
    is_by_hand = models.BooleanField(
        _("met de hand gezet"),
        default=False,
        help_text=_("Een andere weekregel verandert dit niet."),
    )

    objects = KitchenSlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("blok van de keuken")
        verbose_name_plural = _("blokken van de keuken")
        ordering = ["starts_at", "centre"]
        indexes = [models.Index("centre", "starts_at", name="venue_kitchenslot_when")]
        constraints = [
            ExclusionConstraint(
                name="venue_kitchenslot_one_at_a_time",
                expressions=[
                    ("centre", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                name="venue_kitchenslot_never_overfull",
                condition=Q(used__lte=F("capacity")),
                violation_error_message=_("Er is al meer besteld."),
            ),
            models.CheckConstraint(
                name="venue_kitchenslot_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre} {timezone.localtime(self.starts_at):%d-%m-%Y %H:%M}"

    @property
    def left(self) -> int:
        return self.capacity - self.used


class CateringTerms(models.Model):
    """The house's terms for orders in a stretch of days. Hours are working hours: those in which the house is open."""

    id = UUIDKey()
    final_count_hours = models.PositiveSmallIntegerField(
        _("laatste aantal: werkuren vooraf"),
        help_text=_("Zo lang voor het eten staat het aantal mensen vast."),
    )
    cancel_hours = models.PositiveSmallIntegerField(
        _("afzeggen: werkuren vooraf"), help_text=_("Tot zo lang vooraf kan een gast afzeggen.")
    )
    reminder_hours = models.PositiveSmallIntegerField(
        _("herinneren: uren voor het laatste aantal"), default=24
    )
    days_ahead = models.PositiveSmallIntegerField(_("los bestellen: dagen vooruit"), default=14)
    valid_from = models.DateField(_("geldt vanaf"))
    valid_until = models.DateField(_("geldt tot en met"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("afspraken over bestellen")
        verbose_name_plural = _("afspraken over bestellen")
        ordering = ["-valid_from"]
        constraints = [
            ExclusionConstraint(
                name="venue_cateringterms_one_a_day",
                expressions=[(validity(), RangeOperators.OVERLAPS)],
                violation_error_message=_("Voor deze dagen gelden al afspraken."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%d-%m-%Y}"


# Food safety --------------------------------------------------------------------------------------


class LogKind(models.TextChoices):
    """What is written down in the kitchen log."""

    FRIDGE = "fridge", _("koelkast")
    FREEZER = "freezer", _("vriezer")
    ARRIVAL_COOL = "arrival_cool", _("levering, gekoeld")
    ARRIVAL_FROZEN = "arrival_frozen", _("levering, bevroren")
    CORE = "core", _("kern van warm eten")
    HOT_HOLDING = "hot_holding", _("warm houden")
    COOLING_BEGUN = "cooling_begun", _("terugkoelen, begin")
    COOLED = "cooled", _("terugkoelen, klaar")
    CLEANING = "cleaning", _("schoonmaken")


#: Kinds that are about a fixed thing in the kitchen: a fridge, a freezer, something to clean.
FIXED = (LogKind.FRIDGE, LogKind.FREEZER, LogKind.CLEANING)


class FoodSafetyLimit(models.Model):
    """What may be measured, in a stretch of days. From the hygiene code that the house follows; never in code."""

    id = UUIDKey()
    kind = models.CharField(_("soort"), max_length=14, choices=LogKind)
    lowest = models.DecimalField(
        _("minstens (°C)"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    highest = models.DecimalField(
        _("hoogstens (°C)"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    within_minutes = models.PositiveSmallIntegerField(_("binnen minuten"), null=True, blank=True)
    source = models.CharField(_("staat in"), max_length=200, blank=True)
    valid_from = models.DateField(_("geldt vanaf"))
    valid_until = models.DateField(_("geldt tot en met"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("grens voor veilig eten")
        verbose_name_plural = _("grenzen voor veilig eten")
        ordering = ["kind", "-valid_from"]
        constraints = [
            ExclusionConstraint(
                name="venue_foodsafetylimit_one_a_day",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Voor deze dagen geldt al een grens."),
            ),
            models.CheckConstraint(
                name="venue_foodsafetylimit_says_something",
                condition=Q(lowest__isnull=False) | Q(highest__isnull=False),
                violation_error_message=_("Vul in wat het minste of het meeste is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.valid_from:%d-%m-%Y})"


class HowOften(models.TextChoices):
    DAILY = "daily", _("elke dag")
    WEEKLY = "weekly", _("elke week")
    MONTHLY = "monthly", _("elke maand")


class CheckPointQuerySet(models.QuerySet["CheckPoint"]):
    def in_use(self) -> CheckPointQuerySet:
        return self.filter(is_active=True).order_by("position", "name")


class CheckPoint(models.Model):
    """Something in a kitchen that is measured or cleaned regularly."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="check_points", verbose_name=_("huis")
    )
    kind = models.CharField(
        _("soort"), max_length=14, choices=[(kind.value, kind.label) for kind in FIXED]
    )
    name = models.CharField(_("naam"), max_length=80)
    how_often = models.CharField(
        _("hoe vaak"), max_length=7, choices=HowOften, default=HowOften.DAILY
    )
    is_active = models.BooleanField(_("in gebruik"), default=True)
    position = models.PositiveSmallIntegerField(_("volgorde"), default=0)

    objects = CheckPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("meetpunt of schoonmaaktaak")
        verbose_name_plural = _("meetpunten en schoonmaaktaken")
        ordering = ["centre", "position", "name"]
        constraints = [
            models.UniqueConstraint(
                "centre",
                "name",
                name="venue_checkpoint_once",
                violation_error_message=_("Dit staat er al."),
            ),
            models.CheckConstraint(
                name="venue_checkpoint_kind", condition=Q(kind__in=[str(kind) for kind in FIXED])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.centre})"


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    def wrong(self) -> LogEntryQuerySet:
        """Outside the limit, or measured while no limit was known."""
        return self.exclude(is_within=True)

    def unanswered(self) -> LogEntryQuerySet:
        """Wrong, and nobody wrote down yet what was done about it. Oldest first."""
        return self.wrong().filter(corrections=None).order_by("measured_at", "id")

    def cooling(self) -> LogEntryQuerySet:
        """What is being cooled now and has not been measured at the end. Oldest first."""
        return self.filter(kind=LogKind.COOLING_BEGUN, cooled_as=None).order_by("measured_at", "id")

    def still_open(self) -> LogEntryQuerySet:
        """Both: wrong and unanswered, or being cooled. Oldest first."""
        wrong = ~Q(is_within=True) | Q(is_within=None)
        return self.filter(
            (wrong & Q(corrections=None)) | Q(kind=LogKind.COOLING_BEGUN, cooled_as=None)
        ).order_by("measured_at", "id")

    def with_rows(self) -> LogEntryQuerySet:
        """What a row of the log shows."""
        return self.select_related("point", "limit", "begun").prefetch_related("corrections")


class LogEntry(models.Model):
    """One line of the kitchen log, signed. Never changed and never deleted (trigger, migration 0005).

    Written by venue.food.food_safety only. `signed_name` stays when the person's own row is erased.
    """

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="log_entries", verbose_name=_("huis")
    )
    kind = models.CharField(_("soort"), max_length=14, choices=LogKind)
    point = models.ForeignKey(
        CheckPoint,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("meetpunt"),
    )
    subject = models.CharField(
        _("wat"), max_length=120, blank=True, help_text=_("Het gerecht, of wie leverde wat.")
    )
    celsius = models.DecimalField(
        _("temperatuur (°C)"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    begun = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cooled_as",
        verbose_name=_("begin van het terugkoelen"),
    )
    limit = models.ForeignKey(
        FoodSafetyLimit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("grens van toen"),
    )
    is_within = models.BooleanField(
        _("goed"), null=True, help_text=_("Leeg: er was geen grens bekend.")
    )
    measured_at = models.DateTimeField(_("gemeten op"), default=timezone.now)
    signed_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", verbose_name=_("getekend door")
    )
    signed_name = models.CharField(_("getekend"), max_length=120)
    form_key = models.UUIDField(unique=True, null=True, editable=False)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("regel in het keukenlogboek")
        verbose_name_plural = _("keukenlogboek")
        ordering = ["-measured_at", "-id"]
        indexes = [
            models.Index("centre", "measured_at", name="venue_logentry_month"),
            models.Index("centre", name="venue_logentry_wrong", condition=~Q(is_within=True)),
        ]
        constraints = [
            models.CheckConstraint(
                name="venue_logentry_measured",
                condition=Q(kind=LogKind.CLEANING, celsius=None)
                | (~Q(kind=LogKind.CLEANING) & Q(celsius__isnull=False)),
                violation_error_message=_("Vul de temperatuur in."),
            ),
            models.CheckConstraint(
                name="venue_logentry_about_something",
                condition=Q(point__isnull=False) | ~Q(subject=""),
                violation_error_message=_("Schrijf op wat je mat."),
            ),
            models.CheckConstraint(
                name="venue_logentry_cooled_began",
                condition=~Q(kind=LogKind.COOLED) | Q(begun__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.what} {self.celsius or ''}"

    @property
    def what(self) -> str:
        """The thing or dish that this line is about."""
        return self.point.name if self.point else self.subject

    @property
    def took(self) -> timedelta | None:
        """How long cooling took; None for any other line."""
        return self.measured_at - self.begun.measured_at if self.begun else None


class Remedy(models.TextChoices):
    """What was done about a value outside the limit."""

    MOVED = "moved", _("ergens anders in gezet")
    ADJUSTED = "adjusted", _("anders ingesteld en later weer gemeten")
    HEATED = "heated", _("verder verhit")
    SENT_BACK = "sent_back", _("teruggegeven aan de leverancier")
    THROWN_AWAY = "thrown_away", _("weggegooid")
    MISTYPED = "mistyped", _("verkeerd getypt, opnieuw gemeten")
    OTHER = "other", _("iets anders")


class LogCorrection(models.Model):
    """What was done about a line outside its limit, signed. Never changed either."""

    id = UUIDKey()
    entry = models.ForeignKey(
        LogEntry, models.PROTECT, related_name="corrections", verbose_name=_("regel")
    )
    remedy = models.CharField(_("wat heb je gedaan?"), max_length=11, choices=Remedy)
    note = models.CharField(_("toelichting"), max_length=300, blank=True)
    done_at = models.DateTimeField(_("gedaan op"), default=timezone.now)
    signed_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", verbose_name=_("getekend door")
    )
    signed_name = models.CharField(_("getekend"), max_length=120)

    class Meta:
        verbose_name = _("maatregel in het keukenlogboek")
        verbose_name_plural = _("maatregelen in het keukenlogboek")
        ordering = ["done_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="venue_logcorrection_other_says_what",
                condition=~Q(remedy=Remedy.OTHER) | ~Q(note=""),
                violation_error_message=_("Schrijf op wat je hebt gedaan."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.get_remedy_display()}"
