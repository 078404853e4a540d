"""What an organiser tells about the dates of an activity: when they are, and what one of them may differ in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import perms
from activities.forms.organising import capacity_field, room_field, suggest_rooms
from activities.models import Activity, Occurrence
from activities.organising import MOST_TIMES, PlannedDate
from lokaal.look.formats import clock_range, day
from lokaal.look.widgets import Option, PickOne, PickSome
from lokaal.people.fields import ClockField, DayField, LineField, PriceField
from lokaal.people.models import Person

REPEATS = [
    (0, Option(gettext_lazy("Eén keer"), icon="calendar")),
    (1, Option(gettext_lazy("Elke week"), icon="calendar-days")),
    (2, Option(gettext_lazy("Om de week"), icon="calendar-days")),
    (4, Option(gettext_lazy("Elke vier weken"), icon="calendar-days")),
]


class DatesForm(forms.Form):
    """One date, or a row of them."""

    first = DayField()
    starts = ClockField(label=gettext_lazy("Hoe laat begint het?"))
    ends = ClockField(label=gettext_lazy("Hoe laat is het klaar?"))
    every_weeks = forms.TypedChoiceField(
        label=gettext_lazy("Hoe vaak?"), coerce=int, choices=REPEATS, initial=0, widget=PickOne
    )
    times = forms.IntegerField(
        label=gettext_lazy("Hoeveel keer?"),
        help_text=gettext_lazy("Alleen als het vaker is. Hoogstens 52 keer."),
        min_value=1,
        max_value=MOST_TIMES,
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )

    optional_unsaid = ("times",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("every_weeks") and not cleaned.get("times") and "times" not in self.errors:
            self.add_error("times", _("Vul in hoeveel keer. Bijvoorbeeld 10."))
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["ends"] <= cleaned["starts"]:
            self.add_error("ends", _("Het einde ligt voor het begin. Kies een latere tijd."))
        return cleaned

    @property
    def plan(self) -> dict[str, Any]:
        """What organising.planned_dates asks, of a valid form."""
        return {**self.cleaned_data, "times": self.cleaned_data["times"] or 1}


class PlannedDatesForm(forms.Form):
    """The dates one by one, before they are made."""

    days = forms.MultipleChoiceField(
        label=gettext_lazy("Welke datums gaan door?"),
        widget=PickSome,
        error_messages={"required": gettext_lazy("Kies een of meer datums.")},
    )

    def __init__(self, *args: Any, planned: Iterable[PlannedDate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dates = list(planned)
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (date.day.isoformat(), planned_option(date)) for date in dates
        ]
        self.initial.setdefault(
            "days",
            [date.day.isoformat() for date in dates if not date.problem and not date.warning],
        )

    @property
    def chosen(self) -> set[date]:
        return {date.fromisoformat(text) for text in self.cleaned_data["days"]}


def planned_option(planned: PlannedDate) -> Option:
    name = capfirst(day(planned.day))
    if planned.problem:
        return Option(name, planned.problem, is_disabled=True)
    hours = clock_range(planned.starts_at, planned.ends_at)  # type: ignore[arg-type]
    return Option(name, f"{hours}. {planned.warning}".strip() if planned.warning else hours)


class MoveForm(forms.Form):
    """Another day or time. A date of several days also asks for its last day; one of whole days asks for no time."""

    first = DayField()
    last = DayField(label=gettext_lazy("Wat is de laatste dag?"))
    starts = ClockField(label=gettext_lazy("Hoe laat begint het?"))
    ends = ClockField(label=gettext_lazy("Hoe laat is het klaar?"))

    def __init__(self, *args: Any, occurrence: Occurrence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        starts = timezone.localtime(occurrence.starts_at)
        ends = timezone.localtime(occurrence.ends_at)
        self.is_all_day = occurrence.is_all_day
        last = ends - timedelta(seconds=1) if self.is_all_day else ends
        self.initial = {
            "first": starts.date(),
            "last": last.date(),
            "starts": starts.time(),
            "ends": ends.time(),
            **self.initial,
        }
        if starts.date() == last.date():
            del self.fields["last"]
        if self.is_all_day:
            del self.fields["starts"], self.fields["ends"]


class OwnPriceField(PriceField):
    """A price of its own; empty is that of the activity."""

    def clean(self, value: Any) -> Any:
        return super().clean(value) if (value or "").strip() else None


def own_price_field(label: Any) -> OwnPriceField:
    return OwnPriceField(
        label=label,
        help_text=gettext_lazy("Leeg: de gewone prijs. 0: dan is het gratis."),
        required=False,
        max_length=12,
    )


def euros(cents: int | None) -> str:
    """An amount as it stands in a field."""
    if cents is None:
        return ""
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02d}" if rest else str(whole)


def host_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Wie ontvangt de mensen?"),
        help_text=gettext_lazy("Dit zien alleen organisatoren en medewerkers."),
        required=False,
        widget=forms.Select,
    )


def offer_hosts(form: forms.Form, activity: Activity, *, now: Person | None) -> dict[str, Person]:
    """Put who may receive people under that question, and return them by key; who does now stays a choice."""
    people = perms.possible_hosts(activity)
    if now and now not in people:
        people.append(now)
    form.fields["host"].choices = [  # type: ignore[attr-defined]
        ("", _("Niemand in het bijzonder")),
        *((str(one.pk), one.name) for one in people),
    ]
    return {str(one.pk): one for one in people}


class ChangeDateForm(forms.Form):
    """What is particular about one date."""

    title = LineField(
        label=gettext_lazy("Heeft deze datum een eigen naam?"),
        help_text=gettext_lazy("Leeg: de gewone naam."),
        max_length=120,
        required=False,
    )
    room = room_field(gettext_lazy("Leeg: de gewone ruimte."))
    capacity = capacity_field()
    note = LineField(
        label=gettext_lazy("Wil je iets zeggen over deze datum?"),
        help_text=gettext_lazy("Bijvoorbeeld: vandaag maken we tassen."),
        max_length=200,
        required=False,
    )

    own_cost_cents = own_price_field(gettext_lazy("Kost deze datum iets anders?"))
    host = host_field()

    optional_unsaid = ("title", "room", "capacity", "own_cost_cents", "host")

    def __init__(self, *args: Any, occurrence: Occurrence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ("title", "room", "capacity", "note")
        self.initial = {
            **self.initial,
            **{name: getattr(occurrence, name) for name in names},
            "own_cost_cents": euros(occurrence.own_cost_cents),
            "host": str(occurrence.host_id or ""),
        }
        suggest_rooms(self, occurrence.activity)
        self.hosts = offer_hosts(self, occurrence.activity, now=occurrence.host)

    @property
    def fields_of_date(self) -> dict[str, Any]:
        """What planning.change asks, of a valid form."""
        return {**self.cleaned_data, "host": self.hosts.get(self.cleaned_data["host"])}


class CancelDateForm(forms.Form):
    """Why a date is called off. Everyone on the list reads it."""

    reason = LineField(
        label=gettext_lazy("Waarom gaat het niet door?"),
        help_text=gettext_lazy("Bijvoorbeeld: Emine is dan weg. Iedereen kan dit lezen."),
        max_length=200,
        error_messages={"required": gettext_lazy("Vertel in één zin waarom.")},
    )
