"""What an organiser answers who makes, changes or stops a series: when, how often, where; then every date by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities import series
from activities.forms.dates import euros, host_field, offer_hosts, own_price_field
from activities.forms.organising import capacity_field, room_field, suggest_rooms
from activities.models import Activity, Occurrence, Series
from activities.organised import rule_in_words
from activities.rescheduling import SKIPS, TERMS, Becomes, Change, Scope, Turn
from activities.series import SKIP, Answer, Slot, Standing
from lokaal.look.formats import clock_range, day
from lokaal.look.widgets import Option, PickOne, PickSome
from lokaal.people.fields import ClockField, DayField, LineField, TextField, TokenField
from lokaal.repeating import LAST, Every, Rule

OWN_DAY = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}))?$")


class Repeats(models.TextChoices):
    """How often; each with what a rule says of it."""

    SAME = "same", gettext_lazy("Zoals het nu is")
    DAILY = "daily", gettext_lazy("Elke dag")
    WORKDAYS = "workday", gettext_lazy("Van maandag tot en met vrijdag")
    WEEKLY = "weekly", gettext_lazy("Elke week")
    FORTNIGHTLY = "fortnightly", gettext_lazy("Om de week")
    THREE_WEEKLY = "three_weekly", gettext_lazy("Elke drie weken")
    FOUR_WEEKLY = "four_weekly", gettext_lazy("Elke vier weken")
    MONTHLY = "monthly", gettext_lazy("Elke maand")
    LAST_OF_MONTH = "last", gettext_lazy("Elke maand, de laatste keer")
    OWN = "own", gettext_lazy("Op eigen datums")


RULES: dict[str, tuple[Every, int, int | None]] = {
    Repeats.DAILY: (Every.DAY, 1, None),
    Repeats.WORKDAYS: (Every.WORKDAY, 1, None),
    Repeats.WEEKLY: (Every.WEEK, 1, None),
    Repeats.FORTNIGHTLY: (Every.WEEK, 2, None),
    Repeats.THREE_WEEKLY: (Every.WEEK, 3, None),
    Repeats.FOUR_WEEKLY: (Every.WEEK, 4, None),
    Repeats.MONTHLY: (Every.MONTH, 1, None),
    Repeats.LAST_OF_MONTH: (Every.MONTH, 1, LAST),
    Repeats.OWN: (Every.OWN, 1, None),
}
HINTS = {
    Repeats.MONTHLY: gettext_lazy("Op dezelfde weekdag, bijvoorbeeld elke tweede dinsdag."),
    Repeats.LAST_OF_MONTH: gettext_lazy("Bijvoorbeeld elke laatste vrijdag."),
    Repeats.OWN: gettext_lazy("Schrijf ze hieronder op."),
}


class OwnDaysField(TextField):
    """Days as people write them, one on a line: 1-12-2026, 8/12. Without a year: the first that is to come."""

    def clean(self, value: Any) -> tuple[date, ...]:
        text = super().clean(value)
        lines = [line.strip() for line in re.split(r"[\n,;]+", text)]
        return tuple(sorted({self._day(line) for line in lines if line}))

    @staticmethod
    def _day(text: str) -> date:
        match = OWN_DAY.match(text)
        today = timezone.localdate()
        try:
            if match is None:
                return date.fromisoformat(text)
            number, month, year = match.groups()
            on = date(int(year or today.year), int(month), int(number))
            return on if year or on >= today else on.replace(year=on.year + 1)
        except ValueError:
            raise forms.ValidationError(
                _("Dit is geen dag: %(text)s. Schrijf bijvoorbeeld 8-12-2026.")
                % {"text": text[:40]}
            ) from None


# Making -------------------------------------------------------------------------------------------


class WhenForm(forms.Form):
    """When, and how often; what making and changing a series both ask."""

    first = DayField(label=gettext_lazy("Wat is de eerste dag?"))
    starts = ClockField(label=gettext_lazy("Hoe laat begint het?"))
    ends = ClockField(
        label=gettext_lazy("Hoe laat is het klaar?"),
    )
    repeats = forms.ChoiceField(label=gettext_lazy("Hoe vaak?"), widget=PickOne)
    own_days = OwnDaysField(
        label=gettext_lazy("Welke datums?"),
        help_text=gettext_lazy("Alleen bij eigen datums. Eén op een regel, zoals 8-12-2026."),
        max_length=8_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    last = DayField(
        label=gettext_lazy("Wat is de laatste dag?"),
        help_text=gettext_lazy("Leeg: het gaat door. Er komen vanzelf datums bij."),
        required=False,
    )
    skips_closed_days = forms.BooleanField(
        label=gettext_lazy("Niet als het huis dicht is"), required=False, initial=True
    )
    skips_school_holidays = forms.BooleanField(
        label=gettext_lazy("Niet in de schoolvakantie"), required=False
    )
    room = room_field(gettext_lazy("Leeg: de gewone ruimte."))
    capacity = capacity_field()

    optional_unsaid: tuple[str, ...] = ("own_days", "last", "room", "capacity")

    def offer_repeats(self, *first: tuple[str, Option]) -> None:
        choices = [
            (value, Option(label, HINTS.get(Repeats(value), ""), icon="calendar-days"))
            for value, label in Repeats.choices
            if value != Repeats.SAME
        ]
        self.fields["repeats"].choices = [*first, *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("De laatste dag ligt voor de eerste."))
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and _is_mistake(starts, ends):
            self.add_error("ends", _("Het einde ligt voor het begin. Kies een latere tijd."))
        is_own = cleaned.get("repeats") == Repeats.OWN
        if is_own and "own_days" not in self.errors and not cleaned.get("own_days"):
            self.add_error("own_days", _("Schrijf op welke datums het is."))
        return cleaned

    def rule(self, now: Series | None = None) -> Rule:
        """The rule of a valid form. `now`: the series that is changed, for what stays the same."""
        cleaned = self.cleaned_data
        own_days: tuple[date, ...] = ()
        if cleaned["repeats"] == Repeats.SAME and now:
            every, interval, nth = Every(now.every), now.interval, now.nth
            own_days = tuple(cleaned["own_days"] or now.own_days)
        else:
            every, interval, nth = RULES[cleaned["repeats"]]
            own_days = cleaned["own_days"] if every == Every.OWN else ()
        return Rule(
            every=every,
            first_on=cleaned["first"],
            last_on=cleaned["last"],
            starts=cleaned["starts"],
            ends=cleaned["ends"],
            interval=interval,
            nth=nth,
            own_days=own_days,
        )


def _is_mistake(starts: time, ends: time) -> bool:
    """20.00 to 1.00 means the night that follows; 20.00 to 10.00 is a mistake."""
    return starts == ends or time(6) < ends < starts


class SeriesForm(WhenForm):
    """A new series."""

    token = TokenField()

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_repeats()
        self.initial.setdefault("repeats", Repeats.WEEKLY)
        self.initial.setdefault("capacity", activity.default_capacity)
        suggest_rooms(self, activity)

    @property
    def terms(self) -> dict[str, Any]:
        names = ("room", "capacity", *SKIPS)
        return {name: self.cleaned_data[name] for name in names}


WITHOUT, SKIPPED = "without", "skip"


class SlotsForm(forms.Form):
    """Every date of a new series, before it is made: which go on, and what to do where the room is taken."""

    days = forms.MultipleChoiceField(
        label=gettext_lazy("Welke datums gaan door?"), widget=PickSome, required=False
    )

    def __init__(self, *args: Any, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = slots
        plain = [slot for slot in slots if slot.standing != Standing.TAKEN]
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (slot.on.isoformat(), slot_option(slot)) for slot in plain
        ]
        ticked = [slot.on.isoformat() for slot in plain if slot.standing == Standing.FREE]
        self.initial.setdefault("days", ticked)
        for slot in slots:
            if slot.standing == Standing.TAKEN:
                name = f"room-{slot.on.isoformat()}"
                self.fields[name] = room_choice(slot.on, slot.reason, slot.other)
                self.initial.setdefault(name, "other" if slot.other else SKIPPED)
        if not plain:
            del self.fields["days"]

    def answers(self, activity: Activity) -> dict[date, Answer]:
        """Of a valid form: for every date what becomes of it."""
        ticked = set(self.cleaned_data.get("days", ()))
        found = {}
        for slot in self.slots:
            on = slot.on.isoformat()
            if slot.standing == Standing.TAKEN:
                found[slot.on] = room_answer(self.cleaned_data[f"room-{on}"], slot, activity)
            elif slot.standing.is_possible:
                found[slot.on] = Answer() if on in ticked else SKIP
        return found


def slot_option(slot: Slot) -> Option:
    name = capfirst(day(slot.on))
    if not slot.standing.is_possible:
        return Option(name, slot.reason, is_disabled=True, icon="no-symbol")
    planned = slot.planned
    hours = clock_range(planned.starts_at, planned.ends_at)  # type: ignore[arg-type]
    if slot.standing == Standing.DAY_OFF:
        return Option(name, f"{hours}. {slot.reason}.", icon="sun")
    return Option(name, hours, icon="check-circle")


def room_choice(on: date, reason: str, other: Any, *, may_skip: bool = True) -> forms.ChoiceField:
    """What to do on a day on which the room is taken: another that is free, no room yet, or not at all."""
    choices: list[tuple[str, Option]] = []
    if other:
        said = _("In %(room)s. Die is vrij.") % {"room": other.name}
        choices.append(("other", Option(said, icon="arrow-path")))
    choices.append(
        (
            WITHOUT,
            Option(
                _("Wel, maar nog zonder zaal"), _("Er komt te staan: zaal volgt nog."), icon="clock"
            ),
        )
    )
    if may_skip:
        choices.append((SKIPPED, Option(_("Niet op deze dag"), icon="no-symbol")))
    return forms.ChoiceField(
        label=f"{capfirst(day(on))}: {reason}", choices=choices, widget=PickOne
    )


def room_answer(value: str, slot: Slot | None, activity: Activity) -> Answer:
    if value == SKIPPED:
        return SKIP
    if value == "other" and slot and slot.other:
        return Answer(room=slot.other.name)
    return Answer(room=series.words_without_room(activity))


# Changing -----------------------------------------------------------------------------------------


class SeriesChangeForm(WhenForm):
    """What is to be different of a series. What stays as it is in the form, stays as it is."""

    scope = forms.ChoiceField(label=gettext_lazy("Voor welke datums?"), widget=PickOne)
    own_cost_cents = own_price_field(gettext_lazy("Kost het iets anders dan anders?"))
    host = host_field()
    note = LineField(
        label=gettext_lazy("Wil je iets zeggen bij deze datums?"),
        help_text=gettext_lazy("Bijvoorbeeld: neem een schaar mee."),
        max_length=200,
        required=False,
    )
    is_for_own = forms.BooleanField(
        label=gettext_lazy("Verander ook datums die al anders waren"),
        required=False,
    )

    optional_unsaid = (*WhenForm.optional_unsaid, "own_cost_cents", "host", "note")
    field_order = ("scope", "first", "starts", "ends", "repeats", "own_days", "last")

    def __init__(
        self, *args: Any, of: Series, first: date, since: Occurrence | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.of, self.first_now = of, first
        self.offer_repeats(
            (Repeats.SAME, Option(Repeats.SAME.label, rule_in_words(of), icon="check"))
        )
        self.fields["first"].label = _("Op welke dag valt de eerste datum dan?")
        self.fields["first"].help_text = _("Nu: %(day)s. De andere datums schuiven mee.") % {
            "day": day(first)
        }
        self.initial = {
            **self.initial,
            "first": first,
            "repeats": Repeats.SAME,
            "starts": of.starts,
            "ends": of.ends,
            "last": of.last_on,
            "scope": Scope.FOLLOWING if since else Scope.ALL,
            "own_cost_cents": euros(of.own_cost_cents),
            "own_days": "\n".join(f"{on:%d-%m-%Y}" for on in of.own_days if on >= first),
            "host": str(of.host_id) if of.host_id else "",
            **{name: getattr(of, name) for name in ("room", "capacity", "note", *SKIPS)},
        }
        suggest_rooms(self, of.activity)
        self.hosts = offer_hosts(self, of.activity, now=of.host)
        if since is None:
            del self.fields["scope"]
        else:
            self.fields["scope"].choices = [  # type: ignore[attr-defined]
                (
                    Scope.FOLLOWING,
                    Option(_("Vanaf %(day)s") % {"day": day(since.starts_at)}, icon="arrow-right"),
                ),
                (Scope.ALL, Option(_("Alle datums die nog komen"), icon="calendar-days")),
            ]

    @property
    def chosen_scope(self) -> Scope:
        return Scope(self.cleaned_data.get("scope", Scope.ALL))

    @property
    def change(self) -> Change:
        """What is different, of a valid form."""
        cleaned = dict(self.cleaned_data)
        cleaned["host"] = self.hosts.get(cleaned["host"])
        terms = {
            name: cleaned[name]
            for name in (*TERMS, *SKIPS)
            if cleaned[name] != getattr(self.of, name)
        }
        rule = self.rule(self.of)
        was = self.of.rule
        is_same = (rule.every, rule.interval, rule.nth, rule.starts, rule.ends, rule.last_on) == (
            was.every,
            was.interval,
            was.nth,
            was.starts,
            was.ends,
            was.last_on,
        )
        own_now = tuple(on for on in was.own_days if on >= self.first_now)
        is_same = (
            is_same and rule.first_on == self.first_now and rule.own_days in (own_now, was.own_days)
        )
        return Change(rule=None if is_same else rule, terms=terms, is_for_own=cleaned["is_for_own"])


class TurnsForm(forms.Form):
    """The questions that a change raises: dates that fall away with people on the list, rooms that are taken."""

    def __init__(self, *args: Any, turns: Sequence[Turn], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.turns = turns
        for turn in turns:
            if turn.must_be_decided:
                self.fields[f"gone-{turn.key}"] = self._gone(turn)
            elif turn.is_room_refused and turn.slot:
                field = room_choice(
                    turn.slot.on,
                    turn.reason,
                    turn.slot.other,
                    may_skip=turn.becomes == Becomes.NEW,  # else it is there, with people perhaps
                )
                self.fields[f"room-{turn.key}"] = field

    @staticmethod
    def _gone(turn: Turn) -> forms.ChoiceField:
        people = ngettext(
            "Er staat %(people)d mens op de lijst.",
            "Er staan %(people)d mensen op de lijst.",
            turn.people,
        ) % {"people": turn.people}
        when = turn.occurrence.starts_at if turn.occurrence else timezone.now()
        return forms.ChoiceField(
            label=_("%(day)s vervalt. %(people)s") % {"day": capfirst(day(when)), "people": people},
            choices=[
                (
                    "keep",
                    Option(
                        _("Laat deze datum staan"), _("Hij blijft zoals hij was."), icon="check"
                    ),
                ),
                (
                    "cancel",
                    Option(
                        _("Zeg deze datum af"), _("Wie zou komen, krijgt bericht."), icon="x-circle"
                    ),
                ),
            ],
            widget=PickOne,
            error_messages={"required": gettext_lazy("Kies wat er met deze datum gebeurt.")},
        )

    def answers(self, activity: Activity) -> dict[str, Answer]:
        found = {}
        for turn in self.turns:
            if f"gone-{turn.key}" in self.cleaned_data:
                value = self.cleaned_data[f"gone-{turn.key}"]
                found[turn.key] = Answer() if value == "keep" else SKIP
            elif f"room-{turn.key}" in self.cleaned_data:
                value = self.cleaned_data[f"room-{turn.key}"]
                found[turn.key] = room_answer(value, turn.slot, activity)
        return found


class SeriesStopForm(forms.Form):
    """From which day on it stops, and why."""

    first_off = DayField(
        label=gettext_lazy("Vanaf welke dag is het er niet meer?"),
        help_text=gettext_lazy("De datums daarvoor gaan gewoon door."),
    )
    reason = LineField(
        label=gettext_lazy("Waarom stopt het?"),
        help_text=gettext_lazy("Iedereen kan dit lezen."),
        max_length=200,
        error_messages={"required": gettext_lazy("Vertel in één zin waarom.")},
    )


class DaysOffForm(forms.Form):
    """Which dates in a holiday that was entered later go on, or do not."""

    dates = forms.MultipleChoiceField(
        label=gettext_lazy("Welke datums?"),
        widget=PickSome,
        error_messages={"required": gettext_lazy("Kies een of meer datums.")},
    )

    def __init__(self, *args: Any, dates: Iterable[Occurrence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.touched = {str(one.pk): one for one in dates}
        self.fields["dates"].choices = [  # type: ignore[attr-defined]
            (pk, Option(capfirst(day(one.starts_at)), one.activity.title))
            for pk, one in self.touched.items()
        ]
        self.initial.setdefault("dates", list(self.touched))

    @property
    def chosen(self) -> list[Occurrence]:
        return [self.touched[pk] for pk in self.cleaned_data["dates"]]
