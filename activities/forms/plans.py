"""What is asked for a plan: its first day, its steps, what people write, and the dates on which it is tried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.forms.organising import (
    AsksCost,
    capacity_field,
    cost_kind_field,
    participation_field,
    price_field,
    summary_field,
    title_field,
)
from activities.initiatives import trying_out
from activities.initiatives.trying_out import MOST_DATES, USUAL_DATES
from activities.models import Participation, PlanStep, PlanStepKind, PlanTemplate, Wish
from activities.models.plan import NOTE_LENGTH, STEP_LENGTH
from lokaal.centres.models import Centre
from lokaal.look.formats import clock_range, day
from lokaal.look.widgets import Option, PickOne, PickSome, Suggestions
from lokaal.people.fields import ClockField, DayField, LineField, TextField, TokenField
from lokaal.people.models import Person
from lokaal.repeating import Rule
from venue.searching import Found, FoundSeries

MOST_DAYS_BEFORE = 365
#: Days of one's own beside the first, on the form.
OWN_DAYS = 5

KIND_ICONS: dict[str, str] = {
    PlanStepKind.ROOM: "building-office-2",
    PlanStepKind.MONEY: "currency-euro",
    PlanStepKind.HELPERS: "hand-raised",
    PlanStepKind.ACCESS: "wheel",
    PlanStepKind.POSTER: "megaphone",
    PlanStepKind.OTHER: "clipboard-document-list",
}


# The plan ----------------------------------------------------------------------------------------


class BeginPlanForm(forms.Form):
    """With which steps to begin, and the day one hopes for."""

    optional_unsaid = ("first_on",)

    template = forms.ModelChoiceField(
        label=gettext_lazy("Met welke stappen begin je?"),
        queryset=PlanTemplate.objects.none(),
        required=False,
        blank=True,
        empty_label=gettext_lazy("De gewone stappen"),
        widget=PickOne,
    )
    first_on = DayField(
        label=gettext_lazy("Wanneer is de eerste keer?"),
        help_text=gettext_lazy("Weet je het nog niet? Laat dit leeg."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = PlanTemplate.objects.filter(is_offered=True)
        self.fields["template"].queryset = offered  # type: ignore[attr-defined]
        if not offered.exists():
            del self.fields["template"]


class FirstDateForm(forms.Form):
    """The day one hopes for."""

    optional_unsaid = ("first_on",)

    first_on = DayField(
        label=gettext_lazy("Wanneer is de eerste keer?"),
        help_text=gettext_lazy("De dagen van de stappen schuiven mee. Wat klaar is, blijft staan."),
        required=False,
    )


class StepForm(forms.Form):
    """One step: what, when, who."""

    optional_unsaid = ("days_before", "due_on", "who", "note")

    title = LineField(
        label=gettext_lazy("Wat moet er gebeuren?"),
        max_length=STEP_LENGTH,
        error_messages={"required": gettext_lazy("Vul in wat er moet gebeuren.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Waar gaat het over?"), widget=PickOne(in_a_row=True)
    )
    days_before = forms.IntegerField(
        label=gettext_lazy("Hoeveel dagen voor de eerste keer?"),
        help_text=gettext_lazy("Dan schuift de stap mee met de datum."),
        min_value=0,
        max_value=MOST_DAYS_BEFORE,
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    due_on = forms.DateField(
        label=gettext_lazy("Of op een eigen dag?"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    who = LineField(
        label=gettext_lazy("Wie doet het?"), max_length=120, required=False, widget=Suggestions
    )
    note = LineField(label=gettext_lazy("Wil je iets zeggen?"), max_length=500, required=False)
    token = TokenField()

    def __init__(
        self, *args: Any, people: Iterable[Person], step: PlanStep | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = list(people)
        self.fields["who"].widget.suggestions = [person.name for person in self.people]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (value, Option(capfirst(str(label)), icon=KIND_ICONS[value]))
            for value, label in PlanStepKind.choices
        ]
        if step is None:
            self.initial.setdefault("kind", PlanStepKind.OTHER)
            return
        own_day = step.due_on if step.days_before is None else None
        self.initial = {
            "title": step.title,
            "kind": step.kind,
            "days_before": step.days_before,
            "due_on": own_day,
            "who": step.doer,
            "note": step.note,
        }

    def clean_due_on(self) -> date | None:
        value: date | None = self.cleaned_data["due_on"]
        is_new = value is not None and value != self.initial.get("due_on")
        if is_new and value is not None and value < timezone.localdate():
            raise forms.ValidationError(_("Die dag is al geweest. Kies een dag die nog komt."))
        return value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("days_before") is not None and cleaned.get("due_on"):
            self.add_error("due_on", _("Kies één van de twee: dagen vooraf, of een eigen dag."))
        return cleaned

    @property
    def told(self) -> dict[str, Any]:
        """What a step is made of, of a valid form. A name of somebody around it is that person."""
        fields = {name: value for name, value in self.cleaned_data.items() if name != "token"}
        person = next((p for p in self.people if p.name == fields["who"]), None)
        return fields | {"person": person}


class NoteForm(forms.Form):
    """What organisers and coach write to each other."""

    text = TextField(
        label=gettext_lazy("Schrijf aan elkaar"),
        help_text=gettext_lazy("Alleen jullie en je begeleider lezen dit."),
        max_length=NOTE_LENGTH,
        error_messages={"required": gettext_lazy("Schrijf eerst je bericht.")},
        widget=forms.Textarea({"rows": 3}),
    )
    token = TokenField()


class KeepPlanForm(forms.Form):
    """A name for the steps of a plan that others may begin with."""

    name = LineField(
        label=gettext_lazy("Hoe heet dit voorbeeld?"),
        help_text=gettext_lazy("Bijvoorbeeld: samen eten. Namen en berichten gaan niet mee."),
        max_length=80,
        error_messages={"required": gettext_lazy("Vul een naam in.")},
    )


# Trying out --------------------------------------------------------------------------------------


def repeats() -> list[tuple[int, Option]]:
    return [
        (1, Option(_("Elke week"), icon="calendar-days")),
        (2, Option(_("Om de week"), icon="calendar-days")),
        (4, Option(_("Elke vier weken"), icon="calendar-days")),
        (0, Option(_("Ik kies zelf de dagen"), _("Ook voor één keer."), icon="calendar")),
    ]


class TryOutForm(AsksCost, forms.Form):
    """A few dates to try it: what it is called, when, for how many, and when one is content."""

    optional_unsaid = ("default_capacity", "cost_cents", *(f"own_{n}" for n in range(OWN_DAYS)))

    title = title_field()
    summary = summary_field(required=True)
    centre = forms.ModelChoiceField(
        label=gettext_lazy("Waar is het?"),
        queryset=Centre.objects.none(),
        to_field_name="slug",
        widget=PickOne(in_a_row=True),
        empty_label=None,
        error_messages={"required": gettext_lazy("Kies een huis.")},
    )
    first = DayField(label=gettext_lazy("Wanneer is de eerste keer?"))
    starts = ClockField(label=gettext_lazy("Hoe laat begint het?"))
    ends = ClockField(label=gettext_lazy("Hoe laat is het klaar?"))
    every_weeks = forms.TypedChoiceField(
        label=gettext_lazy("Hoe vaak?"), coerce=int, choices=repeats, initial=1, widget=PickOne
    )
    times = forms.IntegerField(
        label=gettext_lazy("Hoeveel keer probeer je het?"),
        help_text=gettext_lazy("Drie tot zes keer is goed. Dan weet je of het werkt."),
        min_value=1,
        max_value=MOST_DATES,
        initial=USUAL_DATES,
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages={"max_value": gettext_lazy("Probeer het eerst met hoogstens 8 keer.")},
    )
    participation = participation_field()
    default_capacity = capacity_field()
    cost_kind = cost_kind_field()
    cost_cents = price_field()
    content_when = TextField(
        label=gettext_lazy("Wanneer zijn jullie tevreden?"),
        help_text=gettext_lazy("Schrijf het nu op. Bijvoorbeeld: er komen elke keer acht mensen."),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        error_messages={
            "required": gettext_lazy("Schrijf op wanneer jullie tevreden zijn. Eén zin is genoeg.")
        },
    )
    token = TokenField()

    def __init__(self, *args: Any, wish: Wish, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_house = wish.centre
        if wish.centre is not None:
            del self.fields["centre"]
        else:
            open_ones = Centre.objects.open_to_public()
            self.fields["centre"].queryset = open_ones  # type: ignore[attr-defined]
        self.fields["participation"].choices = [  # type: ignore[attr-defined]
            choice
            for choice in self.fields["participation"].choices  # type: ignore[attr-defined]
            if choice[0] in (Participation.SIGN_UP, Participation.DROP_IN)
        ]
        self.initial.setdefault("participation", Participation.SIGN_UP)
        self.initial.setdefault("content_when", wish.content_when)
        own = {f"own_{n}": _own_day_field(n) for n in range(OWN_DAYS)}
        names = list(self.fields)
        self.fields |= own
        after = names.index("times") + 1
        self.order_fields([*names[:after], *own, *names[after:]])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["ends"] <= cleaned["starts"]:
            self.add_error("ends", _("Het einde ligt voor het begin. Kies een latere tijd."))
        if cleaned.get("every_weeks") and not cleaned.get("times") and "times" not in self.errors:
            self.add_error("times", _("Vul in hoeveel keer. Bijvoorbeeld 4."))
        return cleaned

    @property
    def house(self) -> Centre:
        """Where it is, of a valid form."""
        chosen: Centre = self.own_house or self.cleaned_data["centre"]
        return chosen

    def rule(self) -> Rule:
        """When it is, of a valid form. Raises WrongRule."""
        cleaned = self.cleaned_data
        return trying_out.rule_of(
            first=cleaned["first"],
            starts=cleaned["starts"],
            ends=cleaned["ends"],
            every_weeks=cleaned["every_weeks"],
            times=cleaned["times"] or 1,
            own=[cleaned[f"own_{n}"] for n in range(OWN_DAYS) if cleaned[f"own_{n}"]],
        )


def _own_day_field(n: int) -> DayField:
    return DayField(
        label=gettext_lazy("Nog een dag?"),
        help_text=gettext_lazy("Alleen als je zelf de dagen kiest.") if n == 0 else "",
        required=False,
    )


class TryOutRoomForm(forms.Form):
    """Where it is, and which of the dates go ahead."""

    ELSEWHERE = "-"

    room = forms.ChoiceField(
        label=gettext_lazy("Welke zaal?"),
        help_text=gettext_lazy("Wij houden de zaal voor je vrij."),
        widget=PickOne,
        error_messages={"required": gettext_lazy("Kies een zaal, of een andere plek.")},
    )
    place = LineField(
        label=gettext_lazy("Een andere plek? Waar?"),
        help_text=gettext_lazy("Bijvoorbeeld: bij de voordeur."),
        max_length=80,
        required=False,
    )
    days = forms.MultipleChoiceField(
        label=gettext_lazy("Welke datums gaan door?"),
        widget=PickSome,
        error_messages={"required": gettext_lazy("Kies een of meer datums.")},
    )

    optional_unsaid = ("place",)

    def __init__(
        self,
        *args: Any,
        rooms: Sequence[FoundSeries],
        moments: Sequence[tuple[date, Any, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.spaces = [one.space for one in rooms]
        self.fields["room"].choices = [  # type: ignore[attr-defined]
            *((str(one.space.pk), room_option(one)) for one in rooms),
            (self.ELSEWHERE, Option(_("Een andere plek"), _("Geen zaal van het huis."))),
        ]
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (on.isoformat(), Option(capfirst(day(on)), clock_range(starts, ends)))
            for on, starts, ends in moments
        ]
        self.initial.setdefault("days", [on.isoformat() for on, _starts, _ends in moments])
        best = next((one for one in rooms if all(found.is_good for found in one.dates)), None)
        if best:
            self.initial.setdefault("room", str(best.space.pk))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("room") == self.ELSEWHERE and not cleaned.get("place"):
            self.add_error("place", _("Vul in waar het is."))
        return cleaned

    @property
    def where(self) -> str:
        """The name of the space, or the words for another place, of a valid form."""
        key = self.cleaned_data["room"]
        found = next((space.name for space in self.spaces if str(space.pk) == key), None)
        return found or str(self.cleaned_data["place"])

    @property
    def chosen(self) -> set[date]:
        return {date.fromisoformat(text) for text in self.cleaned_data["days"]}


def room_option(one: FoundSeries) -> Option:
    """A space with how many people fit, and on which days it is free."""
    first = one.dates[0]
    size = (
        ngettext("Voor %(n)s mens.", "Voor %(n)s mensen.", first.capacity) % {"n": first.capacity}
        if first.capacity
        else ""
    )
    misfit = first.reason if not first.fits else ""
    if misfit:
        return Option(one.space.name, misfit, is_disabled=True, icon="no-symbol")
    busy = [found for found in one.dates if not found.is_free]
    if not busy:
        free = _("Vrij.") if len(one.dates) == 1 else _("Vrij op alle datums.")
        return Option(one.space.name, f"{size} {free}".strip(), icon="check-circle")
    days_busy = ", ".join(_busy_day(found) for found in busy)
    words = _("Niet vrij op %(days)s.") % {"days": days_busy}
    return Option(one.space.name, f"{size} {words}".strip(), icon="clock")


def _busy_day(found: Found) -> str:
    return day(found.starts_at)


def usual_first_day(plan_first_on: date | None) -> date:
    """The day that a form proposes: that of the plan, when it is to come."""
    today = timezone.localdate()
    return plan_first_on if plan_first_on and plan_first_on > today else today + timedelta(days=14)
