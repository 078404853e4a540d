"""Asking for a room in steps: the answers so far, which step is next, and what they amount to.

The answers of somebody without an account are kept in their session, as they were filled in, and are looked at again
at every step: what was free a minute ago may be taken now. Nothing is written before the last button.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lokaal.exceptions import Refusal
from lokaal.keys import new_key
from lokaal.look.formats import clock, day_and_range
from lokaal.people.models import Person, Visitor
from venue import searching, series
from venue.allocating import Wanted
from venue.forms.hiring import (
    ContactForm,
    DatesForm,
    GroupForm,
    NeedsForm,
    Repeats,
    WhatForm,
    WhenForm,
    class_option,
)
from venue.forms.menu import CateringForm
from venue.hire import house_rules, pricing, requesting
from venue.hire.drawing import PREFERRED
from venue.hire.offering import people_in_words
from venue.hire.pricing import Price, PriceBook, Stay
from venue.models import Dish, Equipment, Hirer, HirerKind, Layout, Space, TariffClass, UseKind
from venue.series import Previewed

KEPT_IN = "room_requests"
#: So many requests are kept at once in a session; the oldest goes first.
MOST_DRAFTS = 5

Answers = dict[str, list[str]]


class Draft:
    """The answers of one request, as they were filled in, in the session of who asks."""

    def __init__(self, session: SessionBase, pk: UUID, kept: dict[str, Any]) -> None:
        self.session, self.pk, self.kept = session, pk, kept

    @classmethod
    def begin(cls, session: SessionBase, space: Space) -> Draft:
        return cls(session, new_key(), {"space": str(space.pk), "answers": {}})

    @classmethod
    def find(cls, session: SessionBase, pk: UUID) -> Draft | None:
        kept = session.get(KEPT_IN, {}).get(str(pk))
        return cls(session, pk, kept) if kept else None

    @property
    def space_pk(self) -> str:
        return str(self.kept["space"])

    @property
    def sent_as(self) -> str:
        """The booking that was made of it; empty as long as it was not sent."""
        return str(self.kept.get("sent", ""))

    def answers(self, step: str) -> QueryDict | None:
        given = self.kept["answers"].get(step)
        return _query(given) if given is not None else None

    def answer(self, step: str, data: Mapping[str, Sequence[str]]) -> None:
        self.kept["answers"][step] = {name: list(values) for name, values in data.items()}
        self._keep()

    def move(self, space: Space) -> None:
        """Ask for another room; how it stands and what is brought is asked anew."""
        self.kept["space"] = str(space.pk)
        for step in ("dates", "needs"):
            self.kept["answers"].pop(step, None)
        self._keep()

    def sent(self, booking_pk: UUID) -> None:
        """Forget the answers, remember what became of them."""
        self.kept = {"space": self.space_pk, "answers": {}, "sent": str(booking_pk)}
        self._keep()

    def _keep(self) -> None:
        drafts = self.session.get(KEPT_IN, {})
        drafts.pop(str(self.pk), None)
        drafts[str(self.pk)] = self.kept
        self.session[KEPT_IN] = dict(list(drafts.items())[-MOST_DRAFTS:])


class Step(NamedTuple):
    """A page of the request."""

    slug: str
    title: Any


STEPS = (
    Step("what", gettext_lazy("Wat ga je doen?")),
    Step("when", gettext_lazy("Wanneer?")),
    Step("dates", gettext_lazy("Welke dagen?")),
    Step("needs", gettext_lazy("Wat heb je nodig?")),
    Step("food", gettext_lazy("Wil je eten of drinken?")),
    Step("group", gettext_lazy("Wie huurt?")),
    Step("contact", gettext_lazy("Hoe bereiken wij je?")),
    Step("check", gettext_lazy("Klopt dit?")),
)


class Said(NamedTuple):
    """A line of the summary: a question, the answer, and the step where it can be changed."""

    question: str
    answer: str
    step: str


class PriceRow(NamedTuple):
    """A line of the price, and how many times it counts."""

    times: int
    description: str
    quantity: str
    cents: int

    @property
    def total_cents(self) -> int:
        return self.times * self.cents


@dataclass
class Asking:
    """A draft with the room it is about and who fills it in: its forms, one by one, and what they say together."""

    draft: Draft
    space: Space
    visitor: Visitor
    is_staff: bool = False

    # Which steps there are ------------------------------------------------------------------------

    @property
    def steps(self) -> list[Step]:
        """The steps of this request; days are chosen only in a series, food only where there is a kitchen."""
        left_out = set() if self.is_series else {"dates"}
        if self._is_timed and not self.dishes:
            left_out.add("food")
        return [step for step in STEPS if step.slug not in left_out]

    @property
    def _is_timed(self) -> bool:
        """Whether the time is known; then it is known too what is on the card."""
        return bool(self._of("when"))

    def number_of(self, slug: str) -> int:
        return [step.slug for step in self.steps].index(slug) + 1

    def after(self, slug: str) -> str:
        """The first step after this one that has no good answer yet."""
        return self.missing() or "check"

    def missing(self, *, before: str = "check") -> str:
        """The first step before another that must still be answered; empty when all are."""
        for step in self.steps:
            if step.slug == before:
                return ""
            if not self._is_answered(step.slug):
                return step.slug
        return ""

    def _is_answered(self, slug: str) -> bool:
        form = self.answered(slug)
        return form is not None and form.is_valid()

    def answered(self, slug: str) -> Any:
        """The form of a step with the answers that were given, looked at; None when there are none."""
        if slug not in self._forms:
            given = self.draft.answers(slug)
            form = self._forms[slug] = None if given is None else self.form(slug, given)
            if form is not None:
                form.is_valid()
        return self._forms[slug]

    @cached_property
    def _forms(self) -> dict[str, Any]:
        return {}

    # The forms ------------------------------------------------------------------------------------

    def form(self, slug: str, data: QueryDict | None = None, **initial: Any) -> forms.Form:
        """The form of a step. The steps before it have been answered."""
        match slug:
            case "what":
                return WhatForm(data, space=self.space, rule=self._party_rule, initial=initial)
            case "when":
                return WhenForm(data, initial=initial)
            case "dates":
                return DatesForm(data, dates=self.dates)
            case "needs":
                return NeedsForm(
                    data,
                    space=self.space,
                    people=self.people,
                    things=self.things,
                    has_menu=bool(self.dishes),
                    initial={"layout": self._usual_layout, **initial},
                )
            case "food":
                serving = timezone.localtime(self.answered("when").moment[0]).time()
                return CateringForm(
                    data, dishes=self.dishes, prefix="catering", initial={"serving": serving}
                )
            case "group":
                return GroupForm(data, choices=self.class_choices())
            case _:
                return ContactForm(
                    data,
                    kind=self.kind,
                    by_staff=self.is_staff,
                    is_paid=not self.tariff_class.is_free,
                    initial=self._known_contact(),
                )

    def _known_contact(self) -> dict[str, Any]:
        if self.is_staff or not isinstance(self.visitor, Person):
            return {}
        known = ContactForm.initial_of(self.visitor)
        before = Hirer.objects.filter(person=self.visitor, kind=self.kind).last()
        if before is not None:
            names = ("kvk_number", "street", "postcode", "city", "invoice_email", "buyer_reference")
            known |= {name: getattr(before, name) for name in names}
            known["organisation"] = before.name if self.kind != HirerKind.PERSON else ""
        return known

    @property
    def _party_rule(self) -> str:
        """What the house says of alcohol at private parties."""
        serves = bool(getattr(self.space, "party_alcohol", False))
        return " ".join(house_rules.about_parties(serve_alcohol=serves))

    @property
    def _usual_layout(self) -> str:
        fitting = [row.layout for row in self.space.layouts.all() if row.capacity >= self.people]
        return next((layout for layout in PREFERRED if layout in fitting), "")

    # What was answered ----------------------------------------------------------------------------

    def _of(self, slug: str) -> dict[str, Any]:
        form = self.answered(slug)
        return form.cleaned_data if form is not None and form.is_valid() else {}

    @property
    def people(self) -> int:
        return int(self._of("what").get("people", 1))

    @property
    def purpose(self) -> str:
        return str(self._of("what").get("purpose", ""))

    @property
    def is_private_party(self) -> bool:
        return bool(self._of("what").get("is_private_party"))

    @property
    def serves_alcohol(self) -> bool:
        return bool(self._of("what").get("serves_alcohol"))

    @property
    def is_series(self) -> bool:
        return self._of("when").get("repeats", Repeats.ONCE) != Repeats.ONCE

    @property
    def kind(self) -> str:
        return str(self._of("group").get("kind", HirerKind.PERSON))

    @cached_property
    def things(self) -> list[Equipment]:
        """What can be brought: not what stands in the room already."""
        things = Equipment.objects.filter(centre=self.space.centre_id, is_active=True)
        return list(things.exclude(fixed_in=self.space).order_by("name"))

    @cached_property
    def dishes(self) -> list[Dish]:
        """What the kitchen of the house makes, with the prices of the first day."""
        on = timezone.localdate(self.answered("when").moment[0])
        dishes = Dish.objects.on_menu(self.space.centre).with_prices(on)
        return [dish for dish in dishes if getattr(dish, "price_cents", None) is not None]

    @property
    def food(self) -> CateringForm | None:
        """The food that was chosen; None when nothing was."""
        form = self.answered("food") if "food" in {step.slug for step in self.steps} else None
        return form if form is not None and form.is_valid() and form.is_wanted else None

    def food_rows(self) -> list[PriceRow]:
        """What the food costs, all dates together."""
        if self.food is None:
            return []
        dates = len(self.wants)
        return [
            PriceRow(
                dates,
                wish.dish.words("name", get_language() or "nl")[0],
                str(wish.count),
                wish.count * (wish.dish.price_cents or 0),  # type: ignore[attr-defined]
            )
            for wish in self.food.wishes()
        ]

    def food_in_words(self) -> str:
        """20 × koffie, 20 × soep, 12.30 uur."""
        if self.food is None:
            return ""
        said = [f"{wish.count} × {wish.dish.name}" for wish in self.food.wishes()]
        at = clock(self.food.cleaned_data["serving"])
        return ", ".join([*said, _("%(time)s uur") % {"time": at}])

    @cached_property
    def classes(self) -> list[TariffClass]:
        """The classes that can hold: those of a private party for a party, the others for all else."""
        known = list(TariffClass.objects.all())
        fitting = [one for one in known if one.is_private_party == self.is_private_party]
        return fitting or known

    @property
    def tariff_class(self) -> TariffClass:
        chosen = self._of("group").get("tariff_class")
        return next((one for one in self.classes if str(one.pk) == chosen), self.classes[0])

    def wanted(self, starts_at: datetime, ends_at: datetime, space: Space | None = None) -> Wanted:
        """What is asked of a room at a time, with all that was said so far."""
        needs = self.answered("needs")
        has_needs = needs is not None and needs.is_valid()
        room = space or self.space
        layout = needs.cleaned_data.get("layout", "") if has_needs else ""
        return Wanted(
            space=room,
            starts_at=starts_at,
            ends_at=ends_at,
            kind=UseKind.BOOKING,
            title=self.purpose,
            people=self.people,
            layout=layout if room.capacity_for(layout) else "",
            equipment=needs.equipment_counts if has_needs else {},
        )

    @property
    def first(self) -> Wanted:
        """What is asked at the first time that was filled in."""
        return self.wanted(*self.answered("when").moment)

    @cached_property
    def dates(self) -> list[Previewed]:
        """Every date of a series as it stands now: free, taken, closed, or another room."""
        when = self.answered("when")
        return series.preview(
            when.rule,
            self.first,
            for_staff=self.is_staff,
            skips_school_holidays=when.cleaned_data["skips_school_holidays"],
        )

    @cached_property
    def wants(self) -> list[Wanted]:
        """What is asked, date by date."""
        if not self.is_series:
            return [self.first]
        chosen = self.answered("dates").chosen
        rooms = {room.pk: room for room in self._other_rooms(chosen.values())}
        return [
            self.wanted(one.planned.starts_at, one.planned.ends_at, rooms.get(room))
            for one in self.dates
            if one.planned.on in chosen and one.planned.starts_at and one.planned.ends_at
            for room in [chosen[one.planned.on]]
        ]

    def _other_rooms(self, keys: Any) -> list[Space]:
        wanted = {key for key in keys if key}
        return list(Space.objects.for_hire().with_search().filter(pk__in=wanted)) if wanted else []

    @property
    def has_other_rooms(self) -> bool:
        return any(want.space.pk != self.space.pk for want in self.wants)

    def repeat(self) -> requesting.Repeat | None:
        """The series as a rule; None for one date, and where another room was chosen for some."""
        if not self.is_series or self.has_other_rooms:
            return None
        when, chosen = self.answered("when"), self.answered("dates").chosen
        return requesting.Repeat(
            when.rule,
            skips_school_holidays=when.cleaned_data["skips_school_holidays"],
            only={one.planned.on: one.planned.on in chosen for one in self.dates if one.is_free},
        )

    # What it amounts to ---------------------------------------------------------------------------

    @cached_property
    def stays(self) -> list[Stay]:
        return [pricing.stay_of(want) for want in self.wants]

    def class_choices(self) -> list[tuple[str, Any]]:
        """Every class that can hold, with what this request costs in it."""
        return [
            (str(one.pk), class_option(one, self._book.price(self.stays, one).words))
            for one in self.classes
        ]

    @cached_property
    def _book(self) -> PriceBook:
        """The prices of what is asked, for every class that can hold, loaded once."""
        return PriceBook.load(self.stays, *self.classes)

    @cached_property
    def price(self) -> Price:
        return self._book.price(self.stays, self.tariff_class)

    @cached_property
    def rules(self) -> list[str]:
        """What the rules say about alcohol and parties, before anything is sent."""
        is_party = self.is_private_party or self.tariff_class.is_private_party
        return house_rules.explanation(
            self.stays, is_private_party=is_party, serves_alcohol=self.serves_alcohol
        )

    def problem(self) -> Refusal | None:
        """Why this time cannot be asked, whoever asks; None when it can."""
        lenient = TariffClass(is_residents=True)
        try:
            requesting.check_notice([self.first], lenient, is_planner=self.is_staff)
        except Refusal as refusal:
            return refusal
        return None

    def check_free(self) -> searching.Checked:
        return searching.check_each([self.first], for_staff=self.is_staff)[0]

    def hirer(self) -> Hirer:
        """Who asks, not saved yet. Of somebody signed in it is known who they are."""
        said = dict(self._of("contact"))
        said.pop("website", None)
        said.pop("wants_call", None)
        name = said.pop("name")
        organisation = said.pop("organisation", "")
        own = self.visitor if isinstance(self.visitor, Person) and not self.is_staff else None
        return Hirer(
            kind=self.kind,
            name=organisation or name,
            contact_name=name if organisation else "",
            language=get_language() or "nl",
            person=own,
            **said,
        )

    def note(self) -> str:
        """What the hirer wrote, in one text for who answers."""
        needs = self._of("needs")
        parts = []
        if self._of("contact").get("wants_call"):
            parts.append(_("Wil gebeld worden."))
        if wish := needs.get("catering") or self.food_in_words():
            parts.append(_("Eten en drinken: %(wish)s") % {"wish": wish})
        if needs.get("note"):
            parts.append(needs["note"])
        return "\n\n".join(parts)

    def said(self) -> Iterator[Said]:
        """All answers in the order of the steps, for the page on which they are looked over."""
        what, needs, contact = self._of("what"), self._of("needs"), self._of("contact")
        yield Said(_("Wat"), self.purpose, "what")
        yield Said(_("Met"), people_in_words(self.people), "what")
        if self.is_private_party:
            yield Said(_("Privéfeest"), _("Ja"), "what")
        if what.get("serves_alcohol"):
            yield Said(_("Alcohol"), _("Ja"), "what")
        if needs.get("layout"):
            layout = capfirst(str(Layout(needs["layout"]).label))
            yield Said(_("Zo zitten jullie"), layout, "needs")
        things = [
            thing.name for thing in self.things if str(thing.pk) in needs.get("equipment", ())
        ]
        if things:
            yield Said(_("Spullen erbij"), ", ".join(things), "needs")
        if needs.get("catering"):
            yield Said(_("Eten en drinken"), needs["catering"], "needs")
        elif self.food is not None:
            yield Said(_("Eten en drinken"), self.food_in_words(), "food")
        if needs.get("note"):
            yield Said(_("Goed om te weten"), needs["note"], "needs")
        yield Said(_("Wie huurt"), str(HirerKind(self.kind).label).capitalize(), "group")
        yield from self._said_of(contact)

    def _said_of(self, contact: dict[str, Any]) -> Iterator[Said]:
        phone = contact.get("phone")
        address = (
            f"{contact.get('street', '')}, {contact.get('postcode', '')} {contact.get('city', '')}"
        )
        rows = [
            (_("Organisatie of groep"), contact.get("organisation", "")),
            (_("Naam"), contact.get("name", "")),
            (_("Telefoon"), phone.as_national if phone else ""),
            (_("E-mail"), contact.get("email", "")),
            (_("KvK-nummer"), contact.get("kvk_number", "")),
            (_("Adres voor de factuur"), address.strip(", ")),
            (_("E-mail voor de factuur"), contact.get("invoice_email", "")),
            (_("Jullie kenmerk"), contact.get("buyer_reference", "")),
        ]
        for question, answer in rows:
            if answer:
                yield Said(question, answer, "contact")

    def price_rows(self) -> list[PriceRow]:
        """The lines of the price; those that are the same for several dates once, with how often."""
        counted = Counter(
            (line.description, line.quantity_words, line.amount_cents) for line in self.price.lines
        )
        return [PriceRow(count, *row) for row, count in counted.items()]

    def times(self) -> list[tuple[str, Space]]:
        """The dates that are asked, in words, each with its room."""
        return [
            (capfirst(day_and_range(want.starts_at, want.ends_at)), want.space)
            for want in self.wants
        ]


def as_answers(alternative: searching.Alternative) -> Answers:
    """Another room or time, as the form of the second step would have sent it."""
    starts, ends = (
        timezone.localtime(alternative.starts_at),
        timezone.localtime(alternative.ends_at),
    )
    return {
        "day": [starts.date().isoformat()],
        "starts": [f"{starts:%H:%M}"],
        "ends": [f"{ends:%H:%M}"],
        "repeats": [Repeats.ONCE.value],
    }


def _query(given: Answers) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in given.items():
        query.setlist(name, values)
    return query
