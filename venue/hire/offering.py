"""The rooms on offer, as ready values for their pages: what fits in them, how you get in, what stands there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lokaal.centres.access import AccessFact, fact_in_words
from lokaal.centres.models import Centre, Fact, Weekday
from lokaal.look.formats import euro
from lokaal.look.own_words import own_words
from venue.hire import house_rules
from venue.hire.drawing import Plan, plan_of
from venue.models import Equipment, Layout, Space, TariffClass, TariffUnit

#: The pictogram of a layout (own drawings, static/drawings/).
LAYOUT_ICONS = {
    Layout.THEATRE: "rows",
    Layout.DINNER: "tables",
    Layout.U_SHAPE: "u-shape",
    Layout.STANDING: "standing",
}


class Fits(NamedTuple):
    """How many people fit in a layout, as a sign and words."""

    layout: str
    icon: str
    word: str
    text: str


class Thing(NamedTuple):
    """Equipment: what it is, and whether it is in the room or brought there."""

    pk: UUID
    name: str
    is_fixed: bool
    stock: int


@dataclass(frozen=True)
class RoomCard:
    """A space in a list. `url` leads to its page; `badge` says whether it is free when somebody asked for a time."""

    space: Space
    url: str
    plan: Plan
    fits: list[Fits]
    facts: list[tuple[str, str]]
    badge: dict[str, str] = field(default_factory=dict)


class Place(NamedTuple):
    """A centre with its rooms."""

    centre: Centre
    rooms: list[RoomCard]


def spaces_for_hire() -> list[Space]:
    """All spaces that can be asked for, with what their cards show, in the order of the house."""
    return list(Space.objects.for_hire().with_search())


def equipment_names(spaces: Iterable[Space]) -> list[str]:
    """The things that somebody can ask for, each once, by name: what stands in these rooms, and what is brought."""
    return sorted(
        {
            thing.name
            for space in spaces
            for thing in space.centre.equipment.all()
            if thing.is_active
        },
        key=str.casefold,
    )


def card_of(
    space: Space,
    *,
    layout: str = "",
    query: str = "",
    price: str = "",
    badge: dict[str, str] | None = None,
) -> RoomCard:
    """A space as a card; `layout` is how it is drawn, `query` goes along to its page."""
    return RoomCard(
        space=space,
        url=f"{space.get_absolute_url()}{query}",
        plan=plan_of(space, layout, is_divided=is_divided(space)),
        fits=fits(space),
        facts=facts(space, price),
        badge=badge or {},
    )


def by_centre(cards: Iterable[RoomCard]) -> list[Place]:
    """Cards under the name of their house, houses in the order in which they first come."""
    places: dict[Centre, list[RoomCard]] = {}
    for card in cards:
        places.setdefault(card.space.centre, []).append(card)
    return [Place(centre, rooms) for centre, rooms in places.items()]


def fits(space: Space) -> list[Fits]:
    """How many people fit, for every layout that the space offers, the largest first."""
    return [
        Fits(
            row.layout,
            LAYOUT_ICONS[Layout(row.layout)],
            capfirst(str(Layout(row.layout).label)),
            people_in_words(row.capacity),
        )
        for row in space.layouts.all()
    ]


def facts(space: Space, price: str = "") -> list[tuple[str, str]]:
    """A card's facts in fixed order: price, people, the door, what stands ready."""
    found = [("currency-euro", price)] if price else []
    most = space.largest_capacity
    if most:
        found.append(("users", _("Tot %(people)s") % {"people": people_in_words(most)}))
    if space.step_free == Fact.YES:
        found.append(("wheel", _("Zonder drempel")))
    elif space.step_free == Fact.NO:
        found.append(("no-symbol", _("Met een trap of drempel")))
    fixed = ", ".join(thing.name for thing in space.fixed_equipment.all() if thing.is_active)
    if fixed:
        found.append(("check", fixed))
    return found


def people_in_words(count: int) -> str:
    return ngettext("%(count)d mens", "%(count)d mensen", count) % {"count": count}


def access_of(space: Space) -> list[AccessFact]:
    """Floor, door, toilet and hearing loop of a space, always in this order. Not knowing is said."""
    rows = [
        (
            space.step_free,
            "wheel",
            _("Zonder drempel"),
            _("Met een trap of drempel"),
            _("Is er een drempel?"),
        ),
        (
            space.step_free_toilet,
            "wheel",
            _("Aangepast toilet dichtbij"),
            _("Geen aangepast toilet dichtbij"),
            _("Is er een aangepast toilet?"),
        ),
        (
            space.hearing_loop,
            "speaker-wave",
            _("Met ringleiding"),
            _("Zonder ringleiding"),
            _("Is er een ringleiding?"),
        ),
    ]
    found = [AccessFact("map-pin", own_words(capfirst(space.floor), "nl"))] if space.floor else []
    return [*found, *(fact_in_words(*row) for row in rows)]


def equipment_of(space: Space) -> list[Thing]:
    """What stands in the room for good, and then what the house can bring there."""
    things = Equipment.objects.filter(centre=space.centre_id, is_active=True).annotate(
        is_fixed=Exists(
            Equipment.fixed_in.through.objects.filter(equipment=OuterRef("pk"), space=space)
        )
    )
    return [
        Thing(thing.pk, thing.name, thing.is_fixed, 1 if thing.part_id else thing.stock)
        for thing in things.order_by("-is_fixed", "name")
    ]


def directions_of(space: Space, language: str) -> tuple[str, str]:
    """How to get there and in which language that is said: the translation, or else the Dutch words."""
    rows = {row["language"]: row["text"] for row in space.directions_rows}  # type: ignore[attr-defined]
    text = rows.get(language, "")
    return (text, language) if text else (space.centre.directions, "nl")


def good_to_know(space: Space) -> list[tuple[str, str]]:
    """The rules of the house that somebody must know before asking, a sign and a sentence each.

    The space must know whether `party_alcohol` is served (house_rules.parties_serve_alcohol).
    """
    said: list[tuple[str, str]] = []
    building = getattr(space.centre, "building", None)
    if building and building.residents_first_days:
        days = building.residents_first_days
        sentence = ngettext(
            "Bewoners gaan voor. Anderen kunnen vanaf %(days)s dag vooraf huren.",
            "Bewoners gaan voor. Anderen kunnen vanaf %(days)s dagen vooraf huren.",
            days,
        )
        said.append(("home", sentence % {"days": days}))
    if building and building.minimum_notice_hours:
        sentence = _("Vraag de zaal minstens %(time)s vooraf. Moet het sneller? Bel ons.")
        said.append(("clock", sentence % {"time": notice_in_words(building.minimum_notice_hours)}))
    serves = bool(getattr(space, "party_alcohol", False))
    said += [("no-symbol", rule) for rule in house_rules.about_parties(serve_alcohol=serves)]
    if space.before_minutes or space.after_minutes:
        sentence = _("Wij zetten klaar en ruimen op. Die tijd betaal je niet.")
        said.append(("sparkles", sentence))
    return said


def notice_in_words(hours: int) -> str:
    """2 dagen, 36 uur."""
    if hours % 24 == 0:
        days = hours // 24
        return ngettext("%(count)d dag", "%(count)d dagen", days) % {"count": days}
    return ngettext("%(count)d uur", "%(count)d uur", hours) % {"count": hours}


# What it costs -----------------------------------------------------------------------------------


class Rate(NamedTuple):
    """A price of a space per unit of time, as it holds on a day. Cents include VAT."""

    space_id: UUID
    unit: str
    price_cents: int
    block_minutes: int
    weekday: int | None
    day_cap_cents: int | None
    deposit_cents: int


@dataclass(frozen=True)
class PriceGroup:
    """A class of hirers with the prices that hold for it, named in the language of the reader."""

    name: str
    explanation: str
    is_free: bool
    rates: list[Rate]

    def of(self, space: Space) -> list[Rate]:
        return [rate for rate in self.rates if rate.space_id == space.pk]


class ClassPrice(NamedTuple):
    """What a room costs for a class of hirers, in words."""

    name: str
    explanation: str
    prices: list[str]
    notes: list[str]


def price_groups(spaces: Iterable[Space], on: date) -> list[PriceGroup]:
    """All classes with the prices of these spaces that hold on a day. One query."""
    holds = Q(tariffs__valid_until__isnull=True) | Q(tariffs__valid_until__gte=on)
    of_spaces = Q(tariffs__space__in=[space.pk for space in spaces], tariffs__valid_from__lte=on)
    rows = (
        TariffClass.objects.annotate(held=FilteredRelation("tariffs", condition=of_spaces & holds))
        .order_by("position", "name", "held__unit", "held__weekday")
        .values_list(
            *("pk", "name", "explanation", "translations", "is_free"),
            *(f"held__{field}" for field in Rate._fields),
        )
    )
    groups: dict[UUID, PriceGroup] = {}
    language = get_language() or "nl"
    for pk, name, explanation, translations, is_free, *values in rows:
        words = {"name": name, "explanation": explanation} | translations.get(language, {})
        group = groups.setdefault(pk, PriceGroup(words["name"], words["explanation"], is_free, []))
        if values[0] is not None:
            group.rates.append(Rate(*values))
    return list(groups.values())


def cheapest(space: Space, groups: Iterable[PriceGroup]) -> str:
    """What a card says of the price: free for some, and from how much for others. Empty when nobody set a price."""
    groups = list(groups)
    rates = [rate for group in groups for rate in group.of(space)]
    if not rates:
        return ""
    said = per_unit(min(rates, key=lambda rate: rate.price_cents))
    if any(group.is_free for group in groups):
        return _("Gratis, of vanaf %(price)s") % {"price": said}
    return _("Vanaf %(price)s") % {"price": said}


def prices_of(space: Space, groups: Iterable[PriceGroup]) -> list[ClassPrice]:
    """What a room costs for each class, in plain words; a class without a price says that we look."""
    found = []
    for group in groups:
        rates = group.of(space)
        prices = [per_unit(rate) for rate in rates] or [_("Vraag het ons.")]
        if group.is_free:
            prices = [_("Gratis")]
        found.append(ClassPrice(group.name, group.explanation, prices, _price_notes(rates)))
    return found


def per_unit(rate: Rate) -> str:
    """€ 12,50 per uur; € 90 per dagdeel van 4 uur; € 80 per uur op zaterdag."""
    price = euro(rate.price_cents)
    match TariffUnit(rate.unit):
        case TariffUnit.HOUR:
            said = _("%(price)s per uur") % {"price": price}
        case TariffUnit.HALF_DAY:
            hours = rate.block_minutes / 60
            said = _("%(price)s per dagdeel van %(hours)s uur") % {
                "price": price,
                "hours": number_format(hours, decimal_pos=0 if hours.is_integer() else 1),
            }
        case TariffUnit.EVENING:
            said = _("%(price)s per avond") % {"price": price}
        case TariffUnit.DAY:
            said = _("%(price)s per dag") % {"price": price}
    if rate.weekday:
        return _("%(price)s op %(weekday)s") % {
            "price": said,
            "weekday": Weekday(rate.weekday).label,
        }
    return said


def _price_notes(rates: Iterable[Rate]) -> list[str]:
    rates = list(rates)
    notes = []
    caps = [rate.day_cap_cents for rate in rates if rate.day_cap_cents]
    if caps:
        notes.append(_("Hoogstens %(price)s per dag.") % {"price": euro(min(caps))})
    deposit = max((rate.deposit_cents for rate in rates), default=0)
    if deposit:
        notes.append(_("Borg %(price)s. Die krijg je terug.") % {"price": euro(deposit)})
    return notes


def is_divided(space: Space) -> bool:
    """Whether a wall can be closed in the middle: it is made of several parts."""
    parts = getattr(space, "number_of_parts", None)
    return (space.parts.count() if parts is None else parts) > 1
