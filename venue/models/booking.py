"""A booking: one hirer, one purpose, one or more dates. Each date holds its use of a space."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.repeating import Every, Rule
from lokaal.secret_links import hash_of, new_secret
from venue.models.hirer import Hirer, TariffClass
from venue.models.space import Layout, Space
from venue.models.use import EquipmentUse, Hold, Use

#: The longest reason that is kept with a booking, a date or an answer.
REASON_LENGTH = 300


class BookingState(models.TextChoices):
    """Where a booking stands. Invoiced and paid are told by its invoices."""

    REQUEST = "request", _("aangevraagd")
    OPTION = "option", _("optie")
    QUOTED = "quoted", _("offerte verstuurd")
    CONFIRMED = "confirmed", _("vast")
    FINISHED = "finished", _("geweest")
    DECLINED = "declined", _("afgewezen")
    LAPSED = "lapsed", _("verlopen")
    CANCELLED = "cancelled", _("afgezegd")


#: Bookings that may still become something.
LIVE_STATES = (
    BookingState.REQUEST,
    BookingState.OPTION,
    BookingState.QUOTED,
    BookingState.CONFIRMED,
)


#: Bookings that hold a room for a while and wait for the word of the hirer.
OPTION_STATES = (BookingState.OPTION, BookingState.QUOTED)


class DateState(models.TextChoices):
    PLANNED = "planned", _("gepland")
    REFUSED = "refused", _("niet gelukt")
    SKIPPED = "skipped", _("overgeslagen")
    CANCELLED = "cancelled", _("afgezegd")
    HELD = "held", _("geweest")
    NO_SHOW = "no_show", _("niet gekomen")


class BookingQuerySet(models.QuerySet["Booking"]):
    def in_centres(self, centres: Iterable[Centre]) -> BookingQuerySet:
        """Bookings of these houses; who may see them is asked of perms.centres_for."""
        return self.filter(centre__in=centres)

    def live(self) -> BookingQuerySet:
        return self.filter(state__in=LIVE_STATES)

    def of(self, person: Person) -> BookingQuerySet:
        """What somebody hires with their account, the newest first."""
        return self.filter(hirer__person=person).order_by("-asked_at", "id")

    def found_by(self, words: str) -> BookingQuerySet:
        """By number, or by (part of) what for or the name of who hires; accents forgiven."""
        words = words.replace("\x00", "").strip()
        return self.filter(
            Q(reference__iexact=words)
            | Q(hirer__name__unaccent__icontains=words)
            | Q(hirer__contact_name__unaccent__icontains=words)
            | Q(purpose__unaccent__icontains=words)
        )

    def to_answer(self, *, within: timedelta = timedelta(days=2)) -> BookingQuerySet:
        """What waits for staff: requests, and options that run out soon."""
        soon = Q(state__in=OPTION_STATES, option_until__lte=timezone.now() + within)
        return self.filter(Q(state=BookingState.REQUEST) | soon)

    def about_to_lapse(self, *, within: timedelta = timedelta(days=2)) -> BookingQuerySet:
        """Options that run out soon, the soonest first."""
        return self.filter(
            state__in=OPTION_STATES, option_until__lte=timezone.now() + within
        ).order_by("option_until", "id")

    def with_list(self) -> BookingQuerySet:
        """What a list of bookings shows, in a fixed number of queries."""
        dates = BookingDate.objects.select_related("use__space").order_by("use__starts_at", "id")
        return self.select_related("hirer", "centre", "tariff_class").prefetch_related(
            Prefetch("dates", dates)
        )

    def with_hirer_page(self) -> BookingQuerySet:
        """What the hirer's page of a booking shows, in a fixed number of queries."""
        dates = BookingDate.objects.select_related("use__space").prefetch_related("changes__space")
        return self.select_related("hirer", "centre", "tariff_class").prefetch_related(
            Prefetch("dates", dates), "quotes", "deposit_entries"
        )

    def with_manage_page(self) -> BookingQuerySet:
        """What the page of a booking for staff shows but its quotes, in a fixed number of queries."""
        dates = BookingDate.objects.select_related(
            "use__space", "hand_over__handed_by", "hand_over__returned_to"
        ).prefetch_related(
            Prefetch("changes", ChangeRequest.objects.select_related("space")),
            Prefetch("use__equipment_uses", EquipmentUse.objects.select_related("equipment")),
        )
        return self.select_related(
            "hirer__person", "centre", "tariff_class", "by"
        ).prefetch_related(
            Prefetch("dates", dates),
            Prefetch("events", BookingEvent.objects.select_related("by", "date__use")),
            "deposit_entries",
        )

    def with_page(self) -> BookingQuerySet:
        """What the page of one booking shows, in a fixed number of queries."""
        dates = (
            BookingDate.objects.with_price_facts()
            .select_related("hand_over")
            .prefetch_related("changes__space")
            .order_by("use__starts_at", "id")
        )
        return self.select_related(
            "hirer__person", "centre", "tariff_class", "by"
        ).prefetch_related(
            Prefetch("dates", dates), "events__by", "quotes__lines", "deposit_entries"
        )


class Booking(models.Model):
    """What somebody asked for, and what became of it. Its states are changed by venue.hire.hiring only."""

    id = UUIDKey()
    reference = models.CharField(_("nummer"), max_length=12, unique=True, editable=False)
    hirer = models.ForeignKey(
        Hirer, models.PROTECT, related_name="bookings", verbose_name=_("huurder")
    )
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="bookings", verbose_name=_("huis")
    )
    state = models.CharField(
        _("stand"), max_length=9, choices=BookingState, default=BookingState.REQUEST
    )
    purpose = models.CharField(_("waarvoor"), max_length=200)
    tariff_class = models.ForeignKey(
        TariffClass, models.PROTECT, related_name="bookings", verbose_name=_("prijsgroep")
    )
    is_class_checked = models.BooleanField(_("prijsgroep is nagekeken"), default=False)
    is_private_party = models.BooleanField(_("privéfeest"), default=False)
    serves_alcohol = models.BooleanField(_("met alcohol"), default=False)
    note = models.TextField(_("vraag of idee"), max_length=2000, blank=True)
    option_until = models.DateTimeField(_("optie tot"), null=True, blank=True)
    form_key = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="SHA-256 of the form that was sent; empty when staff filled it in.",
    )
    decline_reason = models.CharField(_("waarom niet"), max_length=REASON_LENGTH, blank=True)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    asked_at = models.DateTimeField(_("gevraagd op"), default=timezone.now, editable=False)
    state_changed_at = models.DateTimeField(_("stand sinds"), default=timezone.now, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("boeking")
        verbose_name_plural = _("boekingen")
        ordering = ["-asked_at", "id"]
        indexes = [
            models.Index("state", "asked_at", name="venue_booking_waiting"),
            models.Index(
                "option_until",
                name="venue_booking_options",
                condition=Q(option_until__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "form_key", name="venue_booking_form_once", condition=~Q(form_key="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.hirer.name}"

    @property
    def is_live(self) -> bool:
        """Whether it may still become something. An option that ran out is not, also when the job is late."""
        return self.state in LIVE_STATES and not self.has_lapsed

    @property
    def has_lapsed(self) -> bool:
        """Whether its option ran out."""
        if self.state in OPTION_STATES:
            return self.option_until is not None and self.option_until <= timezone.now()
        return self.state == BookingState.LAPSED

    @property
    def planned_dates(self) -> list[BookingDate]:
        """The dates that are to be held, first date first."""
        return [date for date in self.dates.all() if date.state == DateState.PLANNED]

    @property
    def first_date(self) -> BookingDate | None:
        return next(iter(self.dates.all()), None)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody else holds an option on the room of one of its dates."""
        return self.state in OPTION_STATES and any(
            date.use.hold == Hold.WAITING for date in self.planned_dates
        )

    def has_secret(self, secret: str) -> bool:
        """Whether this is the secret of one of its links. Only hashes are kept."""
        return self.links.filter(secret_hash=hash_of(secret)).exists()

    def new_link(self) -> str:
        """Make another secret address of this booking and return its secret, which is kept nowhere."""
        secret = new_secret()
        BookingLink.objects.create(booking=self, secret_hash=hash_of(secret))
        return secret


class BookingLink(models.Model):
    """A secret address of a booking. Every message carries one of its own, so that only hashes need to be kept."""

    id = UUIDKey()
    booking = models.ForeignKey(
        Booking, models.CASCADE, related_name="links", verbose_name=_("boeking")
    )
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("link van een boeking")
        verbose_name_plural = _("links van boekingen")

    def __str__(self) -> str:
        return f"{timezone.localtime(self.made_at):%d-%m-%Y %H:%M}"


class Frequency(models.TextChoices):
    WEEKLY = "weekly", _("elke week of elke paar weken")
    MONTHLY = "monthly", _("elke maand op een vaste weekdag")
    OWN = "own", _("op dagen die ik zelf kies")


class BookingSeries(models.Model):
    """The rule by which the dates of a booking were made (lokaal.repeating). The dates themselves are rows.

    Times are local: a series at 19.00 is at 19.00 in summer and in winter.
    """

    id = UUIDKey()
    booking = models.ForeignKey(
        Booking, models.CASCADE, related_name="series", verbose_name=_("boeking")
    )
    frequency = models.CharField(_("hoe vaak"), max_length=7, choices=Frequency)
    interval = models.PositiveSmallIntegerField(_("om de hoeveel"), default=1)
    first_on = models.DateField(_("eerste datum"))
    last_on = models.DateField(_("laatste datum"))
    starts = models.TimeField(_("van"))
    ends = models.TimeField(_("tot"))
    nth = models.SmallIntegerField(
        _("hoeveelste van de maand"), null=True, blank=True, help_text=_("-1: de laatste.")
    )
    own_days = ArrayField(
        models.DateField(), verbose_name=_("eigen dagen"), default=list, blank=True
    )
    skips_school_holidays = models.BooleanField(_("niet in de schoolvakantie"), default=False)
    skips_closed_days = models.BooleanField(_("niet op dagen dat het huis dicht is"), default=True)

    class Meta:
        verbose_name = _("reeks")
        verbose_name_plural = _("reeksen")

    def __str__(self) -> str:
        return f"{self.booking} {self.first_on:%d-%m-%Y}"

    @property
    def rule(self) -> Rule:
        """The rule in the words of lokaal.repeating."""
        return Rule(
            every=Every(self.frequency),
            first_on=self.first_on,
            last_on=self.last_on,
            starts=self.starts,
            ends=self.ends,
            interval=self.interval,
            nth=self.nth,
            own_days=tuple(self.own_days),
        )


class BookingDateQuerySet(models.QuerySet["BookingDate"]):
    def planned(self) -> BookingDateQuerySet:
        return self.filter(state=DateState.PLANNED)

    def with_price_facts(self) -> BookingDateQuerySet:
        """All that its price is made of: space, layout, equipment."""
        return self.select_related("use__space").prefetch_related(
            "use__equipment_uses", "use__allocations__part__equipment"
        )

    def without_agreed_price(self) -> BookingDateQuerySet:
        """Dates of firm bookings that stand in no agreed quote: staff must look, or they would be free by accident."""
        agreed = Q(quote_lines__quote__state="accepted")
        firm = self.filter(
            state__in=[DateState.PLANNED, DateState.HELD, DateState.NO_SHOW],
            booking__state__in=[BookingState.CONFIRMED, BookingState.FINISHED],
        )
        return firm.exclude(agreed).order_by("use__starts_at", "id")

    def to_round_off(self) -> BookingDateQuerySet:
        """Confirmed dates that are over, of which nobody said how they went; the longest ago first."""
        return self.filter(
            state=DateState.PLANNED,
            booking__state=BookingState.CONFIRMED,
            use__ends_at__lte=timezone.now(),
        ).order_by("use__ends_at", "id")


class BookingDate(models.Model):
    """One space at one time for a booking. A date that was refused or skipped stays, and can come back."""

    id = UUIDKey()
    booking = models.ForeignKey(
        Booking, models.PROTECT, related_name="dates", verbose_name=_("boeking")
    )
    use = models.OneToOneField(
        Use, models.PROTECT, related_name="booking_date", verbose_name=_("gebruik")
    )
    series = models.ForeignKey(
        BookingSeries,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="dates",
        verbose_name=_("reeks"),
    )
    original_on = models.DateField(_("eerst gepland op"), editable=False)
    state = models.CharField(_("stand"), max_length=9, choices=DateState, default=DateState.PLANNED)
    reason = models.CharField(_("waarom niet"), max_length=REASON_LENGTH, blank=True)
    cancelled_at = models.DateTimeField(_("afgezegd op"), null=True, blank=True, editable=False)
    cancel_percent = models.PositiveSmallIntegerField(
        _("te betalen bij afzeggen, in procenten"), default=0, editable=False
    )
    sequence = models.PositiveIntegerField(_("versie"), default=0, editable=False)
    is_price_kept = models.BooleanField(
        _("houdt de oude prijs"),
        default=False,
        editable=False,
        help_text="The house moved it: what was agreed for it stays.",
    )

    objects = BookingDateQuerySet.as_manager()

    class Meta:
        verbose_name = _("datum van een boeking")
        verbose_name_plural = _("datums van boekingen")
        ordering = ["use__starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "series", "original_on", name="venue_bookingdate_once_in_a_series"
            ),
            models.CheckConstraint(
                name="venue_bookingdate_percent", condition=Q(cancel_percent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.original_on:%d-%m-%Y}"

    @property
    def equipment(self) -> dict[UUID, int]:
        """How many of which equipment, unique ones too. No query when loaded with_price_facts()."""
        found = {row.equipment_id: row.count for row in self.use.equipment_uses.all()}
        for allocation in self.use.allocations.all():
            unique = getattr(allocation.part, "equipment", None)
            if unique is not None:
                found[unique.pk] = 1
        return found


class EventKind(models.TextChoices):
    """What can happen to a booking."""

    ASKED = "asked", _("gevraagd")
    OPTION = "option", _("optie gegeven")
    WAITING = "waiting", _("wacht op de optie van een ander")
    PROMOTED = "promoted", _("optie gekregen na wachten")
    LAPSED = "lapsed", _("optie verlopen")
    QUOTED = "quoted", _("offerte verstuurd")
    QUOTE_DECLINED = "quote_declined", _("offerte niet aangenomen")
    CONFIRMED = "confirmed", _("vast")
    DECLINED = "declined", _("afgewezen")
    CANCELLED = "cancelled", _("afgezegd")
    DATE_CANCELLED = "date_cancelled", _("datum afgezegd")
    CHANGE_ASKED = "change_asked", _("verandering gevraagd")
    CHANGED = "changed", _("veranderd")
    CHANGE_DECLINED = "change_declined", _("verandering afgewezen")
    SKIPPED = "skipped", _("datum overgeslagen")
    CAME_BACK = "came_back", _("datum kan nu wel")
    REMINDED = "reminded", _("herinnerd aan de optie")
    UNANSWERED = "unanswered", _("niet op tijd beantwoord")
    CLASS_CHECKED = "class_checked", _("prijsgroep nagekeken")
    NO_ALCOHOL = "no_alcohol", _("zonder alcohol")
    HELD = "held", _("geweest")
    NO_SHOW = "no_show", _("niet gekomen")
    HANDED_OVER = "handed_over", _("sleutel gegeven")
    HANDED_BACK = "handed_back", _("sleutel terug")
    DEPOSIT = "deposit", _("borg")
    SAID = "said", _("bericht aan de huurder")


class BookingEventQuerySet(models.QuerySet["BookingEvent"]):
    def to_tell_by_phone(self) -> BookingEventQuerySet:
        """What hirers without e-mail must still hear, the longest waiting first."""
        return (
            self.filter(is_to_call=True, called_at=None)
            .select_related("booking__hirer", "booking__centre", "date__use")
            .order_by("at", "id")
        )


class BookingEvent(models.Model):
    """One thing that happened to a booking: what, when, by whom. Never changed afterwards (migration 0006)."""

    id = UUIDKey()
    booking = models.ForeignKey(
        Booking, models.PROTECT, related_name="events", verbose_name=_("boeking")
    )
    date = models.ForeignKey(
        BookingDate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("datum"),
    )
    kind = models.CharField(_("wat"), max_length=15, choices=EventKind)
    at = models.DateTimeField(_("wanneer"), default=timezone.now)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("door"),
        help_text=_("Leeg: de huurder, of het huis zelf."),
    )
    by_hirer = models.BooleanField(_("door de huurder"), default=False)
    text = models.CharField(_("uitleg"), max_length=500, blank=True)
    is_to_call = models.BooleanField(_("moet gebeld"), default=False)
    called_at = models.DateTimeField(_("gebeld op"), null=True, blank=True)

    objects = BookingEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("wat er gebeurde")
        verbose_name_plural = _("wat er gebeurde met boekingen")
        ordering = ["at", "id"]
        indexes = [
            models.Index(
                "at",
                name="venue_bookingevent_to_call",
                condition=Q(is_to_call=True, called_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {timezone.localtime(self.at):%d-%m-%Y %H:%M}"


class ChangeState(models.TextChoices):
    OPEN = "open", _("wacht op antwoord")
    ACCEPTED = "accepted", _("goed")
    DECLINED = "declined", _("afgewezen")
    WITHDRAWN = "withdrawn", _("ingetrokken")


class ChangeRequest(models.Model):
    """What a hirer would like to be different about one date. Nothing changes until staff says yes."""

    id = UUIDKey()
    date = models.ForeignKey(
        BookingDate, models.PROTECT, related_name="changes", verbose_name=_("datum")
    )
    state = models.CharField(
        _("stand"), max_length=9, choices=ChangeState, default=ChangeState.OPEN
    )
    starts_at = models.DateTimeField(_("begin"))
    ends_at = models.DateTimeField(_("einde"))
    space = models.ForeignKey(Space, models.PROTECT, related_name="+", verbose_name=_("zaal"))
    layout = models.CharField(_("opstelling"), max_length=10, choices=Layout, blank=True)
    people = models.PositiveIntegerField(_("mensen"), default=0)
    note = models.CharField(_("uitleg"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("gevraagd op"), default=timezone.now, editable=False)
    answered_at = models.DateTimeField(_("antwoord op"), null=True, blank=True, editable=False)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("antwoord door"),
    )
    reason = models.CharField(_("waarom niet"), max_length=REASON_LENGTH, blank=True)

    class Meta:
        verbose_name = _("gevraagde verandering")
        verbose_name_plural = _("gevraagde veranderingen")
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "date", name="venue_changerequest_one_open", condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="venue_changerequest_ends_after_start",
                condition=Q(ends_at__gt=models.F("starts_at")),
                violation_error_message=_("Het einde ligt voor het begin."),
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%d-%m-%Y %H:%M}"


class RoomState(models.TextChoices):
    """How the room was found when the key came back."""

    UNKNOWN = "", _("nog niet gekeken")
    GOOD = "good", _("netjes")
    MESSY = "messy", _("niet opgeruimd")
    DAMAGED = "damaged", _("iets stuk")


class HandOver(models.Model):
    """The form at the door: who got the key and signed, and how the room was when the key came back."""

    id = UUIDKey()
    date = models.OneToOneField(
        BookingDate, models.PROTECT, related_name="hand_over", verbose_name=_("datum")
    )
    signed_name = models.CharField(_("wie tekende"), max_length=120)
    keys = models.CharField(_("welke sleutels"), max_length=120, blank=True)
    handed_at = models.DateTimeField(_("gegeven op"), default=timezone.now)
    handed_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gegeven door"),
    )
    returned_at = models.DateTimeField(_("terug op"), null=True, blank=True)
    returned_to = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("terug bij"),
    )
    room_state = models.CharField(_("zaal"), max_length=7, choices=RoomState, blank=True)
    damage_note = models.TextField(_("schade of bijzonderheden"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("overdracht van een zaal")
        verbose_name_plural = _("overdracht van zalen")

    def __str__(self) -> str:
        return f"{self.signed_name}, {timezone.localtime(self.handed_at):%d-%m-%Y}"
