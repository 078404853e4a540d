"""What somebody ordered from the kitchen: with a room or activity, to pick up, or a meal that people join."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from lokaal.centres.models import Centre, CentreQuerySet
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.secret_links import is_secret_of, shown_code
from venue.models.dish import Dish, RecipeVersion
from venue.models.kitchen import KitchenSlot
from venue.models.use import Use
from venue.models.vat import VatCode


class OrderKind(models.TextChoices):
    WITH_USE = "with_use", _("bij een zaal of activiteit")
    PICK_UP = "pick_up", _("ophalen")
    MEAL = "meal", _("samen eten")


class OrderState(models.TextChoices):
    ASKED = "asked", _("gevraagd")
    ACCEPTED = "accepted", _("afgesproken")
    READY = "ready", _("klaar")
    SERVED = "served", _("opgediend")
    CANCELLED = "cancelled", _("afgezegd")


#: Orders that the kitchen still works on. These hold portions of their slot.
LIVE_ORDERS = (OrderState.ASKED, OrderState.ACCEPTED, OrderState.READY)
#: Orders that may still be changed.
OPEN_ORDERS = (OrderState.ASKED, OrderState.ACCEPTED)


class Need(models.TextChoices):
    """Dietary needs: how many people have one, never who (health data, AVG art. 9). Nothing else can be written."""

    VEGETARIAN = "vegetarian", _("vegetarisch")
    VEGAN = "vegan", _("veganistisch")
    HALAL = "halal", _("halal")
    NO_GLUTEN = "no_gluten", _("zonder gluten")
    NO_MILK = "no_milk", _("zonder melk")
    NO_NUTS = "no_nuts", _("zonder noten en pinda")
    NO_FISH = "no_fish", _("zonder vis en schaaldieren")
    NO_EGG = "no_egg", _("zonder ei")
    OTHER = "other", _("iets anders, vraag het ons")


class CateringOrderQuerySet(models.QuerySet["CateringOrder"]):
    def live(self) -> CateringOrderQuerySet:
        return self.filter(state__in=LIVE_ORDERS)

    def not_cancelled(self) -> CateringOrderQuerySet:
        return self.exclude(state=OrderState.CANCELLED)

    def served_between(self, start: datetime, end: datetime) -> CateringOrderQuerySet:
        """Orders for a half-open stretch of time (UTC), in the order of serving."""
        return self.filter(serving_at__gte=start, serving_at__lt=end).order_by("serving_at", "id")

    def at_centres(self, centres: CentreQuerySet) -> CateringOrderQuerySet:
        return self.filter(centre__in=centres)

    def coming_or_waiting(self, start: datetime, end: datetime) -> CateringOrderQuerySet:
        """Orders of a stretch of time (UTC), and later ones that wait for an answer; soonest first."""
        waits = Q(state=OrderState.ASKED) | Q(wanted_serving_at__isnull=False)
        return (
            self.not_cancelled()
            .filter(Q(serving_at__lt=end) | waits, serving_at__gte=start)
            .select_related("centre", "use")
            .order_by("serving_at", "id")
        )

    def to_remind(self, at: datetime) -> CateringOrderQuerySet:
        """Orders with a room whose last number is not known, while it can still be given. Soonest first."""
        return self.filter(
            kind=OrderKind.WITH_USE,
            state__in=OPEN_ORDERS,
            is_final=False,
            reminded_at=None,
            final_count_until__gt=at,
        ).order_by("final_count_until", "id")

    def meals_ahead(self) -> CateringOrderQuerySet:
        """Meals that people can still join or read about, soonest first."""
        return (
            self.filter(kind=OrderKind.MEAL, state__in=LIVE_ORDERS, serving_at__gt=timezone.now())
            .select_related("centre")
            .order_by("serving_at", "id")
        )

    def with_page(self) -> CateringOrderQuerySet:
        """All that the page or row of an order shows, in a fixed number of queries."""
        return self.select_related("centre", "use__space", "person").prefetch_related(
            Prefetch("lines", OrderLine.objects.select_related("dish")), "needs"
        )

    def with_words(self) -> CateringOrderQuerySet:
        """With the names of the dishes in every language, for people who read them."""
        return self.prefetch_related("lines__dish__translations")

    def with_recipes(self) -> CateringOrderQuerySet:
        """With the recipes of the lines, for the sheet of the day."""
        return self.with_page().prefetch_related(
            Prefetch("lines__recipe", RecipeVersion.objects.with_ingredients())
        )


class CateringOrder(models.Model):
    """One order for one serving time. States, places and portions are written by food.catering and food.meals only.

    No field takes free text about people: dietary needs are numbers (OrderNeed), and who eats is not asked.
    """

    id = UUIDKey()
    kind = models.CharField(_("soort"), max_length=8, choices=OrderKind)
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="catering_orders", verbose_name=_("huis")
    )
    use = models.ForeignKey(
        Use,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="catering_orders",
        verbose_name=_("zaal of activiteit"),
    )
    title = models.CharField(_("naam van de maaltijd"), max_length=80, blank=True)
    state = models.CharField(_("stand"), max_length=9, choices=OrderState, default=OrderState.ASKED)
    serving_at = models.DateTimeField(_("opdienen of ophalen om"))
    #: Minutes from the begin of the use to serving: how the order moves along with its room.
    serving_after_minutes = models.SmallIntegerField(null=True, editable=False)
    wanted_serving_at = models.DateTimeField(
        _("zou moeten om"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("De zaal is verplaatst, de keuken kon niet mee. Iemand moet kiezen."),
    )
    people = models.PositiveIntegerField(_("mensen"), default=0)
    is_final = models.BooleanField(_("aantal staat vast"), default=False)
    final_count_until = models.DateTimeField(_("aantal veranderen tot"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("herinnerd op"), null=True, blank=True, editable=False)
    places = models.PositiveIntegerField(
        _("plekken aan tafel"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    places_taken = models.PositiveIntegerField(_("plekken bezet"), default=0, editable=False)
    slot = models.ForeignKey(
        KitchenSlot,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="orders",
        verbose_name=_("blok van de keuken"),
    )
    slot_portions = models.PositiveIntegerField(_("porties"), default=0, editable=False)
    name = models.CharField(_("naam"), max_length=120, blank=True)
    phone = PhoneNumberField(_("telefoon"), blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="catering_orders",
        verbose_name=_("mens"),
    )
    language = models.CharField(_("taal"), max_length=7, default="nl")
    code = models.CharField(_("code"), max_length=8, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    form_key = models.CharField(max_length=64, blank=True, editable=False)
    entered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    ordered_at = models.DateTimeField(_("besteld op"), default=timezone.now, editable=False)
    state_changed_at = models.DateTimeField(_("stand sinds"), default=timezone.now, editable=False)
    cancel_reason = models.CharField(_("waarom afgezegd"), max_length=200, blank=True)
    sequence = models.PositiveIntegerField(_("versie"), default=0, editable=False)

    objects = CateringOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("bestelling")
        verbose_name_plural = _("bestellingen")
        ordering = ["-serving_at", "-id"]
        indexes = [
            models.Index("centre", "serving_at", name="venue_order_when"),
            models.Index(
                "final_count_until",
                name="venue_order_final_count",
                condition=Q(is_final=False, state__in=["asked", "accepted"]),
            ),
            models.Index(
                "serving_at",
                name="venue_order_meals",
                condition=Q(kind="meal"),
            ),
        ]
        constraints = [
            models.UniqueConstraint("code", name="venue_order_code"),
            models.UniqueConstraint(
                "form_key", name="venue_order_form_once", condition=~Q(form_key="")
            ),
            models.CheckConstraint(
                name="venue_order_of_its_kind",
                condition=Q(kind="with_use", use__isnull=False, places=None)
                | Q(kind="pick_up", use=None, places=None)
                | Q(kind="meal", places__gte=1),
            ),
            models.CheckConstraint(
                name="venue_order_table_never_overfull",
                condition=Q(places=None) | Q(places_taken__lte=F("places")),
                violation_error_message=_("Er eten al meer mensen mee."),
            ),
            models.CheckConstraint(
                name="venue_order_holds_a_slot",
                condition=Q(slot__isnull=False) | Q(slot_portions=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {timezone.localtime(self.serving_at):%d-%m-%Y %H:%M}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_ORDERS

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_ORDERS

    @property
    def shown_code(self) -> str:
        return shown_code(self.code)

    @property
    def places_left(self) -> int:
        return max(0, (self.places or 0) - self.places_taken)

    @property
    def heads(self) -> int:
        """How many people eat: of a meal who joined until the number is final, of any other order what was told."""
        if self.kind == OrderKind.MEAL and not self.is_final:
            return self.places_taken
        return self.people

    @property
    def for_whom(self) -> str:
        """What the kitchen calls it: the meal, the room's title, or the name on a lunch."""
        return self.title or (self.use.title if self.use else self.name)

    @property
    def total_cents(self) -> int:
        """What all lines cost together, in cents including VAT."""
        return sum(line.total_cents for line in self.lines.all())

    def has_secret(self, secret: str) -> bool:
        return is_secret_of(self.secret_hash, secret)


class OrderLine(models.Model):
    """So many of one dish, with the price, VAT code and recipe of the moment of ordering (frozen)."""

    id = UUIDKey()
    order = models.ForeignKey(
        CateringOrder, models.CASCADE, related_name="lines", verbose_name=_("bestelling")
    )
    dish = models.ForeignKey(
        Dish, models.PROTECT, related_name="order_lines", verbose_name=_("gerecht")
    )
    recipe = models.ForeignKey(
        RecipeVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="order_lines",
        verbose_name=_("recept"),
    )
    count = models.PositiveIntegerField(_("aantal"))
    is_per_person = models.BooleanField(
        _("één per mens"), default=False, help_text=_("Gaat mee met het aantal mensen.")
    )
    unit_price_cents = models.PositiveIntegerField(_("prijs per stuk in centen, inclusief btw"))
    vat_code = models.ForeignKey(
        VatCode, models.PROTECT, related_name="+", verbose_name=_("btw-code")
    )
    portions_each = models.PositiveSmallIntegerField(_("porties per stuk"), default=1)

    class Meta:
        verbose_name = _("regel van een bestelling")
        verbose_name_plural = _("regels van bestellingen")
        ordering = ["order", "dish__position", "dish__name"]
        constraints = [
            models.UniqueConstraint("order", "dish", name="venue_orderline_once"),
            models.CheckConstraint(
                name="venue_orderline_some",
                condition=Q(count__gte=1),
                violation_error_message=_("Kies er minstens één."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} × {self.dish_id}"

    @property
    def total_cents(self) -> int:
        return self.to_make * self.unit_price_cents

    @property
    def to_make(self) -> int:
        """How many the kitchen makes: of a meal one for everybody who comes, else what was ordered."""
        if self.is_per_person and self.order.kind == OrderKind.MEAL:
            return self.order.heads
        return self.count


class OrderNeed(models.Model):
    """How many people of an order have a dietary need. A number and a kind, nothing else."""

    id = UUIDKey()
    order = models.ForeignKey(
        CateringOrder, models.CASCADE, related_name="needs", verbose_name=_("bestelling")
    )
    need = models.CharField(_("wens"), max_length=10, choices=Need)
    count = models.PositiveIntegerField(_("aantal mensen"))

    class Meta:
        verbose_name = _("eetwens bij een bestelling")
        verbose_name_plural = _("eetwensen bij bestellingen")
        ordering = ["order", "need"]
        constraints = [
            models.UniqueConstraint("order", "need", name="venue_orderneed_once"),
            models.CheckConstraint(name="venue_orderneed_some", condition=Q(count__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.count} × {self.get_need_display()}"


class OrderFact(models.TextChoices):
    """What can happen to an order."""

    ORDERED = "ordered", _("besteld")
    ACCEPTED = "accepted", _("afgesproken")
    READY = "ready", _("klaar")
    NOT_READY = "not_ready", _("toch niet klaar")
    SERVED = "served", _("opgediend")
    CANCELLED = "cancelled", _("afgezegd")
    LINES = "lines", _("andere gerechten")
    PEOPLE = "people", _("ander aantal mensen")
    FINAL = "final", _("aantal staat vast")
    NEEDS = "needs", _("andere eetwensen")
    MOVED = "moved", _("andere tijd")
    STAYED = "stayed", _("kon niet mee met de zaal")
    PLACES = "places", _("ander aantal plekken")


class OrderEvent(models.Model):
    """What happened to an order, when and by whom (nobody: the guest). Never changed (trigger, migration 0005)."""

    id = UUIDKey()
    order = models.ForeignKey(
        CateringOrder, models.PROTECT, related_name="events", verbose_name=_("bestelling")
    )
    fact = models.CharField(_("wat"), max_length=9, choices=OrderFact)
    before = models.CharField(_("was"), max_length=300, blank=True)
    after = models.CharField(_("werd"), max_length=300, blank=True)
    reason = models.CharField(_("waarom"), max_length=200, blank=True)
    at = models.DateTimeField(_("wanneer"), default=timezone.now)
    by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("door")
    )

    class Meta:
        verbose_name = _("gebeurtenis van een bestelling")
        verbose_name_plural = _("gebeurtenissen van bestellingen")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.get_fact_display()}"


class MealGuestQuerySet(models.QuerySet["MealGuest"]):
    def live(self) -> MealGuestQuerySet:
        return self.filter(left_at=None)

    def with_page(self) -> MealGuestQuerySet:
        return self.select_related("order__centre", "person")


class MealGuest(models.Model):
    """A party at a meal: a name, how many, and a way to reach them or none (a slip with a code)."""

    id = UUIDKey()
    order = models.ForeignKey(
        CateringOrder, models.PROTECT, related_name="guests", verbose_name=_("maaltijd")
    )
    name = models.CharField(_("naam"), max_length=120)
    phone = PhoneNumberField(_("telefoon"), blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="meals",
        verbose_name=_("mens"),
    )
    companions = models.PositiveSmallIntegerField(_("neemt mee"), default=0)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    guest_key = models.CharField(max_length=64, blank=True, editable=False)
    code = models.CharField(_("code"), max_length=8, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    form_key = models.CharField(max_length=64, blank=True, editable=False)
    entered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    joined_at = models.DateTimeField(_("aangemeld op"), default=timezone.now, editable=False)
    left_at = models.DateTimeField(_("afgemeld op"), null=True, blank=True, editable=False)

    objects = MealGuestQuerySet.as_manager()

    class Meta:
        verbose_name = _("gast van een maaltijd")
        verbose_name_plural = _("gasten van maaltijden")
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint("code", name="venue_mealguest_code"),
            models.UniqueConstraint(
                "form_key", name="venue_mealguest_form_once", condition=~Q(form_key="")
            ),
            models.UniqueConstraint(
                "order",
                "guest_key",
                name="venue_mealguest_once",
                condition=Q(left_at=None) & ~Q(guest_key=""),
                violation_error_message=_("Je staat al op de lijst."),
            ),
            models.UniqueConstraint(
                "order",
                "person",
                name="venue_mealguest_person_once",
                condition=Q(left_at=None),
                violation_error_message=_("Je staat al op de lijst."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.order_id})"

    @property
    def party_size(self) -> int:
        return 1 + self.companions

    @property
    def is_live(self) -> bool:
        return self.left_at is None

    @property
    def shown_code(self) -> str:
        return shown_code(self.code)

    def has_secret(self, secret: str) -> bool:
        return is_secret_of(self.secret_hash, secret)
