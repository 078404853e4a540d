"""What somebody answers who asks for a room: a few questions a page, in the order in which one thinks of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lokaal import bsn
from lokaal.exceptions import Refusal
from lokaal.look.formats import day
from lokaal.look.widgets import Option, PickOne, PickSome
from lokaal.people.contact import ReachableForm
from lokaal.people.fields import (
    ClockField,
    DayField,
    EmailField,
    LineField,
    PhoneField,
    TextField,
    TokenField,
    TrapField,
)
from lokaal.people.models import Person
from lokaal.repeating import Every, Rule
from venue.hire.offering import LAYOUT_ICONS, people_in_words
from venue.hours import moments
from venue.models import Equipment, HirerKind, Layout, Space, TariffClass
from venue.series import Previewed

MOST_PEOPLE = 100_000
KVK_DIGITS = 8


def without_bsn(text: str) -> None:
    """Refuse a citizen service number, in words (a validator)."""
    try:
        bsn.check_none(text)
    except bsn.HoldsBSN as refusal:
        raise forms.ValidationError(refusal.message, code="bsn") from None


class Repeats(models.TextChoices):
    """How often a room is asked for."""

    ONCE = "once", gettext_lazy("Eén keer")
    WEEKLY = "weekly", gettext_lazy("Elke week")
    FORTNIGHTLY = "fortnightly", gettext_lazy("Elke 2 weken")
    MONTHLY = "monthly", gettext_lazy("Elke maand, op dezelfde weekdag")


def yes_no(no: Any, yes: Any) -> list[tuple[str, Any]]:
    return [("no", no), ("yes", yes)]


class YesNoField(forms.TypedChoiceField):
    """A question with two answers, both as a row. Cleans to a boolean."""

    def __init__(self, *, label: Any, no: Any, yes: Any, help_text: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            choices=yes_no(no, yes),
            coerce=lambda value: value == "yes",
            initial="no",
            widget=PickOne,
        )


class WhatForm(forms.Form):
    """What for, with how many, and the two things the rules ask about."""

    purpose = LineField(
        label=gettext_lazy("Wat gaan jullie doen?"),
        help_text=gettext_lazy("Bijvoorbeeld: vergadering, koor, verjaardag."),
        max_length=200,
        validators=[without_bsn],
        error_messages={
            "required": gettext_lazy("Vertel wat jullie gaan doen. Eén woord is genoeg.")
        },
    )
    people = forms.IntegerField(
        label=gettext_lazy("Met hoeveel mensen kom je?"),
        help_text=gettext_lazy("Ongeveer is goed."),
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput({"inputmode": "numeric", "min": 1}),
        error_messages={"required": gettext_lazy("Vul een getal in. Ongeveer is goed.")},
    )
    is_private_party = YesNoField(
        label=gettext_lazy("Is het een privéfeest?"),
        no=gettext_lazy("Nee"),
        yes=Option(
            gettext_lazy("Ja"), gettext_lazy("Een verjaardag, bruiloft of ander feest van jezelf.")
        ),
    )
    serves_alcohol = YesNoField(
        label=gettext_lazy("Wil je alcohol schenken?"),
        no=gettext_lazy("Nee"),
        yes=gettext_lazy("Ja"),
    )

    def __init__(self, *args: Any, space: Space, rule: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.space = space
        self.fields["serves_alcohol"].help_text = rule

    def clean_people(self) -> int:
        people: int = self.cleaned_data["people"]
        most = self.space.largest_capacity
        if most and people > most:
            raise forms.ValidationError(
                _("In deze zaal passen %(people)s. Kies een grotere zaal, of bel ons.")
                % {"people": people_in_words(most)}
            )
        return people


class WhenForm(forms.Form):
    """One time, or a row of them."""

    optional_unsaid = ("until",)

    day = DayField()
    starts = ClockField(label=gettext_lazy("Hoe laat begin je?"))
    ends = ClockField(label=gettext_lazy("Hoe laat ben je klaar?"))
    repeats = forms.ChoiceField(
        label=gettext_lazy("Hoe vaak?"),
        choices=Repeats.choices,
        initial=Repeats.ONCE,
        widget=PickOne,
    )
    until = DayField(
        label=gettext_lazy("Tot en met welke dag?"),
        help_text=gettext_lazy("Alleen nodig als je vaker komt."),
        required=False,
    )
    skips_school_holidays = forms.BooleanField(
        label=gettext_lazy("Niet in de schoolvakantie"), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            cleaned["moment"] = moments(cleaned["day"], cleaned["starts"], cleaned["ends"])
        except Refusal as refusal:
            self.add_error("ends", str(refusal))
        if cleaned["repeats"] != Repeats.ONCE:
            if not cleaned["until"]:
                self.add_error("until", _("Kies de laatste dag."))
            elif cleaned["until"] < cleaned["day"]:
                self.add_error("until", _("De laatste dag ligt voor de eerste."))
        return cleaned

    @property
    def is_series(self) -> bool:
        return self.cleaned_data["repeats"] != Repeats.ONCE

    @property
    def moment(self) -> tuple[datetime, datetime]:
        """The first time (UTC), of a valid form."""
        moment: tuple[datetime, datetime] = self.cleaned_data["moment"]
        return moment

    @property
    def rule(self) -> Rule:
        """The rule of a series, of a valid form."""
        cleaned = self.cleaned_data
        repeats = cleaned["repeats"]
        return Rule(
            every=Every.MONTH if repeats == Repeats.MONTHLY else Every.WEEK,
            first_on=cleaned["day"],
            last_on=cleaned["until"] or cleaned["day"],
            starts=cleaned["starts"],
            ends=cleaned["ends"],
            interval=2 if repeats == Repeats.FORTNIGHTLY else 1,
        )


class DatesForm(forms.Form):
    """Which dates of a series: those that are free are ticked; for a taken one another room may be chosen."""

    days = forms.MultipleChoiceField(
        label=gettext_lazy("Welke dagen wil je?"),
        widget=PickSome,
        error_messages={"required": gettext_lazy("Kies minstens één dag.")},
    )

    def __init__(self, *args: Any, dates: Sequence[Previewed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (date_value(one), date_option(one)) for one in dates
        ]
        self.initial.setdefault("days", [date_value(one) for one in dates if one.is_free])

    @property
    def chosen(self) -> dict[date, UUID | None]:
        """The days that were ticked, each with the other room if one was offered."""
        found = {}
        for value in self.cleaned_data["days"]:
            on, _sep, room = value.partition("|")
            found[date.fromisoformat(on)] = UUID(room) if room else None
        return found


def date_value(one: Previewed) -> str:
    other = one.checked.other if one.checked and not one.is_free else None
    on = one.planned.on.isoformat()
    return f"{on}|{other.pk}" if other else on


def date_option(one: Previewed) -> Option:
    """A date of a series: the day, and whether it is free, taken, closed, or free in another room."""
    name = capfirst(day(one.planned.on))
    if one.is_free:
        return Option(name, _("Vrij."), icon="check-circle")
    other = one.checked.other if one.checked else None
    if other is not None:
        said = _("%(reason)s %(room)s is wel vrij.") % {"reason": one.reason, "room": other.name}
        return Option(name, said, icon="arrow-path")
    return Option(name, one.reason, is_disabled=True, icon="no-symbol")


class NeedsForm(forms.Form):
    """How the room stands, what is brought, and food and drink in the hirer's own words."""

    optional_unsaid = ("note",)

    layout = forms.ChoiceField(
        label=gettext_lazy("Hoe wil je zitten?"),
        widget=PickOne,
        error_messages={"required": gettext_lazy("Kies hoe je wilt zitten.")},
    )
    equipment = forms.MultipleChoiceField(
        label=gettext_lazy("Wat heb je nodig?"), required=False, widget=PickSome
    )
    catering = TextField(
        label=gettext_lazy("Wil je eten of drinken erbij?"),
        help_text=gettext_lazy("Schrijf op wat je wilt. Wij bellen over de prijs."),
        max_length=800,
        required=False,
        validators=[without_bsn],
        widget=forms.Textarea({"rows": 2}),
    )
    note = TextField(
        label=gettext_lazy("Moeten wij nog iets weten?"),
        max_length=1000,
        required=False,
        validators=[without_bsn],
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        space: Space,
        people: int,
        things: Iterable[Equipment],
        has_menu: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.things = {str(thing.pk): thing for thing in things}
        choices = [
            (
                row.layout,
                Option(
                    capfirst(str(Layout(row.layout).label)),
                    _("Voor %(people)s") % {"people": people_in_words(row.capacity)},
                    is_disabled=row.capacity < people,
                    icon=LAYOUT_ICONS[Layout(row.layout)],
                ),
            )
            for row in space.layouts.all()
        ]
        self.fields["layout"].choices = choices  # type: ignore[attr-defined]
        self.fields["layout"].required = bool(choices)
        self.fields["equipment"].choices = [  # type: ignore[attr-defined]
            (pk, thing.name) for pk, thing in self.things.items()
        ]
        if not choices:
            del self.fields["layout"]
        if not self.things:
            del self.fields["equipment"]
        if has_menu:  # asked on a page of its own, from the card
            del self.fields["catering"]

    @property
    def equipment_counts(self) -> dict[UUID, int]:
        return {self.things[pk].pk: 1 for pk in self.cleaned_data.get("equipment", ())}


class GroupForm(forms.Form):
    """Who hires, and the class of prices that goes with it, each with what it costs and for whom it is."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Wie huurt de zaal?"),
        choices=[
            (HirerKind.PERSON, Option(gettext_lazy("Ik zelf"), icon="user")),
            (HirerKind.GROUP, Option(gettext_lazy("Een groep uit de buurt"), icon="user-group")),
            (
                HirerKind.ORGANISATION,
                Option(
                    gettext_lazy("Een organisatie"),
                    gettext_lazy("Een club, stichting, school of bedrijf."),
                    icon="building-office-2",
                ),
            ),
        ],
        widget=PickOne,
    )
    tariff_class = forms.ChoiceField(
        label=gettext_lazy("Welke prijs hoort bij jullie?"),
        help_text=gettext_lazy("Weet je het niet? Kies wat het meest lijkt. Wij kijken het na."),
        widget=PickOne,
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Option]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tariff_class"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.initial.setdefault("tariff_class", choices[0][0])


def class_option(tariff_class: TariffClass, price: str) -> Option:
    """A class of prices as a choice: its name, what it costs here, and for whom it is."""
    return Option(f"{tariff_class.shown_name}: {price}", tariff_class.shown_explanation)


class ContactForm(ReachableForm):
    """How the hirer is called and reached. An organisation also says where the invoice goes."""

    optional_unsaid = ("phone", "email")

    organisation = LineField(
        label=gettext_lazy("Naam van de organisatie of groep"),
        max_length=120,
        error_messages={"required": gettext_lazy("Vul de naam in.")},
    )
    name = LineField(
        label=gettext_lazy("Je naam"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Vul je naam in. Je voornaam is genoeg.")},
    )
    phone = PhoneField()
    email = EmailField()
    wants_call = forms.BooleanField(label=gettext_lazy("Bel mij liever"), required=False)
    kvk_number = LineField(
        label=gettext_lazy("KvK-nummer"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    street = LineField(
        label=gettext_lazy("Straat en nummer"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )
    postcode = LineField(
        label=gettext_lazy("Postcode"),
        max_length=10,
        required=False,
        widget=forms.TextInput({"autocomplete": "postal-code", "class": "short"}),
    )
    city = LineField(
        label=gettext_lazy("Plaats"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "address-level2"}),
    )
    invoice_email = EmailField(label=gettext_lazy("E-mail voor de factuur"))
    buyer_reference = LineField(
        label=gettext_lazy("Jullie kenmerk"),
        help_text=gettext_lazy("Dit zetten wij op de factuur."),
        max_length=60,
        required=False,
    )
    website = TrapField()

    #: Asked of an organisation alone.
    ONLY_ORGANISATIONS = (
        "kvk_number",
        "street",
        "postcode",
        "city",
        "invoice_email",
        "buyer_reference",
    )

    def __init__(
        self, *args: Any, kind: str, by_staff: bool = False, is_paid: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.by_staff = kind, by_staff
        if kind == HirerKind.PERSON:
            del self.fields["organisation"]
        if kind != HirerKind.ORGANISATION:
            for field in self.ONLY_ORGANISATIONS:
                del self.fields[field]
        elif is_paid:
            for field in ("street", "postcode", "city"):
                self.fields[field].required = True
                self.fields[field].error_messages["required"] = _(
                    "Vul dit in. Het staat op de factuur."
                )
        if by_staff:
            self.fields["name"].label = _("Naam van de huurder")
            for field in ("name", "phone", "email"):
                self.fields[field].widget.attrs["autocomplete"] = "off"

    @staticmethod
    def initial_of(person: Person) -> dict[str, Any]:
        return {
            "name": person.name,
            "phone": person.phone.as_national if person.phone else "",
            "email": person.email or "",
        }

    @property
    def is_organisation(self) -> bool:
        return self.kind == HirerKind.ORGANISATION

    def clean_kvk_number(self) -> str:
        digits = "".join(c for c in self.cleaned_data["kvk_number"] if c.isdecimal())
        if self.cleaned_data["kvk_number"] and len(digits) != KVK_DIGITS:
            raise forms.ValidationError(_("Een KvK-nummer heeft 8 cijfers."))
        return digits

    def clean(self) -> dict[str, Any]:
        reached = self.cleaned_data.get("phone") or self.cleaned_data.get("email")
        if not reached and not {"phone", "email"} & set(self.errors) and not self.by_staff:
            self.add_error(
                "phone", _("Vul je telefoon of je e-mail in. Eén van de twee is genoeg.")
            )
        return super().clean()


class SendForm(forms.Form):
    """The last button. The token makes that sending twice is one request."""

    token = TokenField()
