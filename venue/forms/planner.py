"""What staff fill in for a room: something new, a change, a room that closes, who changes rooms with whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lokaal import local_time
from lokaal.look.widgets import Option, PickOne
from lokaal.people.fields import ClockField, DayField, LineField
from lokaal.repeating import WrongRule
from venue import hours
from venue.board.planner import FIRST_DAY, LAST_DAY
from venue.closing import Cancel, Decision, Leave, Move
from venue.exceptions import WrongTime
from venue.models import Equipment, Layout, Space, Use, UseKind

MOST_PEOPLE = 9_999


class SpaceField(forms.TypedChoiceField):
    """A room out of those that somebody plans; by house when there are several."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Welke zaal?"))
        super().__init__(widget=forms.Select, **options)
        self.error_messages["required"] = gettext_lazy("Kies een zaal.")
        self.error_messages["invalid_choice"] = gettext_lazy("Kies een zaal.")
        self.spaces: dict[str, Space] = {}

    def offer(self, spaces: Sequence[Space]) -> None:
        self.coerce = self._space  # of this form's own copy of the field
        self.spaces = {str(space.pk): space for space in spaces}
        by_house = [
            (centre.name, [(str(space.pk), space.name) for space in of_house])
            for centre, of_house in groupby(spaces, key=lambda space: space.centre)
        ]
        choices = by_house[0][1] if len(by_house) == 1 else by_house
        self.choices = [("", _("Kies een zaal")), *choices]

    def _space(self, value: Any) -> Space:
        return self.spaces[str(value)]


class PeopleField(forms.IntegerField):
    """A number of people; empty is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            min_value=0,
            max_value=MOST_PEOPLE,
            required=False,
            widget=forms.NumberInput({"inputmode": "numeric"}),
            **options,
        )
        self.error_messages["max_value"] = gettext_lazy("Zoveel mensen passen hier niet.")
        self.error_messages["invalid"] = gettext_lazy("Vul een getal in.")

    def clean(self, value: Any) -> int:
        return super().clean(value) or 0


class WayField(forms.CharField):
    """Another room and time, chosen with one button: space, begin and end (UTC). What cannot be read is no choice."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> tuple[UUID, datetime, datetime] | None:
        try:
            space, begin, end = super().clean(value).split("|")
            found = UUID(space), datetime.fromisoformat(begin), datetime.fromisoformat(end)
        except ValueError:
            return None
        is_moment = all(one.tzinfo and FIRST_DAY <= one.date() <= LAST_DAY for one in found[1:])
        return found if is_moment else None


def kind_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Wat is het?"),
        choices=[
            (
                UseKind.ACTIVITY,
                Option(
                    gettext_lazy("Iets van ons"),
                    gettext_lazy("Een activiteit zonder boeking."),
                    icon="users",
                ),
            ),
            (
                UseKind.SHIFT,
                Option(
                    gettext_lazy("Werk van het huis"),
                    gettext_lazy("Overleg, schoonmaken, opbouwen."),
                    icon="home",
                ),
            ),
        ],
        widget=PickOne,
        error_messages={"required": gettext_lazy("Kies wat het is.")},
    )


class UseForm(forms.Form):
    """What, where, when and for how many. All that follows may stay as it is."""

    optional_unsaid = ("people", "staff", "buffer_reason", "hours_reason")

    title = LineField(
        label=gettext_lazy("Hoe heet het?"),
        max_length=120,
        error_messages={"required": gettext_lazy("Vul een naam in.")},
    )
    kind = kind_field()
    space = SpaceField()
    day = DayField()
    starts = ClockField(label=gettext_lazy("Hoe laat begint het?"))
    ends = ClockField(
        label=gettext_lazy("Hoe laat is het klaar?"),
        help_text=gettext_lazy("Na middernacht mag ook, tot 6 uur."),
    )
    people = PeopleField(
        label=gettext_lazy("Hoeveel mensen komen er?"),
        help_text=gettext_lazy("Leeg: dat weet je nog niet."),
    )
    staff = PeopleField(
        label=gettext_lazy("Hoeveel medewerkers zijn erbij?"),
        help_text=gettext_lazy("Zij tellen mee voor de brandweer."),
    )
    layout = forms.ChoiceField(
        label=gettext_lazy("Hoe staat de zaal?"),
        required=False,
        choices=[("", gettext_lazy("Maakt niet uit")), *Layout.choices],
    )
    set_up = LineField(
        label=gettext_lazy("Wat moet er klaarstaan?"), max_length=500, required=False
    )
    closes = LineField(
        label=gettext_lazy("Wie sluit af? Wie heeft de sleutel?"), max_length=120, required=False
    )
    is_private = forms.BooleanField(
        label=gettext_lazy("Laat de naam niet zien bij de deur"), required=False
    )
    buffer_reason = LineField(
        label=gettext_lazy("Zonder tijd om klaar te zetten, want:"),
        help_text=gettext_lazy("Leeg: de tijd om klaar te zetten en op te ruimen blijft."),
        max_length=200,
        required=False,
    )
    hours_reason = LineField(
        label=gettext_lazy("Buiten de tijden van het huis, want:"),
        help_text=gettext_lazy("Alleen nodig als het huis dan dicht is."),
        max_length=200,
        required=False,
    )
    instead = WayField(required=False)

    def __init__(
        self,
        *args: Any,
        spaces: Sequence[Space],
        equipment: Iterable[Equipment] = (),
        use: Use | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["space"].offer(spaces)  # type: ignore[attr-defined]
        self.use = use
        self.equipment = {f"equipment_{row.pk.hex}": row for row in equipment}
        self.fields |= {name: _equipment_field(row) for name, row in self.equipment.items()}
        if use:
            del self.fields["kind"]

    @property
    def equipment_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.equipment]

    @property
    def is_told(self) -> bool:
        """Whether something was said of equipment, set-up or closing, so that it must be seen."""
        names = [*self.equipment, "set_up", "closes", "is_private"]
        return any(self[name].value() or self[name].errors for name in names)

    @property
    def has_reason(self) -> bool:
        names = ("buffer_reason", "hours_reason")
        return any(self[name].value() or self[name].errors for name in names)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        way = cleaned.get("instead")
        if way and str(way[0]) in self.fields["space"].spaces:  # type: ignore[attr-defined]
            cleaned["space"] = self.fields["space"].spaces[str(way[0])]  # type: ignore[attr-defined]
            cleaned["starts_at"], cleaned["ends_at"] = way[1:]
            for name in ("space", "day", "starts", "ends"):
                self.errors.pop(name, None)
        elif {"day", "starts", "ends"} <= cleaned.keys():
            try:
                cleaned["starts_at"], cleaned["ends_at"] = hours.moments(
                    cleaned["day"], cleaned["starts"], cleaned["ends"]
                )
            except (WrongTime, WrongRule) as problem:
                self.add_error("ends", str(problem))
            except local_time.NoSuchTime as problem:
                self.add_error("starts", str(problem))
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        """What was filled in, as fields of Wanted."""
        given = self.cleaned_data
        space = given["space"]
        dropped = {"before_minutes": 0, "after_minutes": 0} if given["buffer_reason"] else {}
        kept = {"before_minutes": None, "after_minutes": None}
        found = {
            name: given[name]
            for name in (
                "title",
                "space",
                "starts_at",
                "ends_at",
                "people",
                "staff",
                "layout",
                "set_up",
                "closes",
                "is_private",
                "buffer_reason",
                "hours_reason",
            )
        }
        if "kind" in given:
            found["kind"] = UseKind(given["kind"])
        found["equipment"] = {
            row.pk: int(given.get(name) or 0)
            for name, row in self.equipment.items()
            if given.get(name) and row.centre_id == space.centre_id
        }
        return found | (dropped or kept)


def initial_of(use: Use, equipment: dict[UUID, int]) -> dict[str, Any]:
    """A use as the form shows it."""
    starts, ends = timezone.localtime(use.starts_at), timezone.localtime(use.ends_at)
    names = (
        "title",
        "people",
        "staff",
        "layout",
        "set_up",
        "closes",
        "is_private",
        "buffer_reason",
        "hours_reason",
    )
    return {
        **{name: getattr(use, name) for name in names},
        **{f"equipment_{pk.hex}": count for pk, count in equipment.items()},
        "space": str(use.space_id),
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
    }


def _equipment_field(row: Equipment) -> forms.Field:
    if row.part_id or row.stock <= 1:
        return forms.BooleanField(label=row.name, required=False)
    return forms.IntegerField(
        label=_("%(what)s (er zijn er %(stock)s)") % {"what": row.name, "stock": row.stock},
        min_value=0,
        max_value=row.stock,
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages={
            "max_value": _("Er zijn er %(stock)s.") % {"stock": row.stock},
            "invalid": _("Vul een getal in."),
        },
    )


class SwapForm(forms.Form):
    """With whom a use changes rooms."""

    other = forms.ChoiceField(
        label=gettext_lazy("Met wie ruilen?"),
        widget=PickOne,
        error_messages={
            "required": gettext_lazy("Kies met wie."),
            "invalid_choice": gettext_lazy("Dit kan niet meer. Kies opnieuw."),
        },
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Option]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].choices = choices  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """Which room closes, from when until when, and why."""

    space = SpaceField()
    title = LineField(
        label=gettext_lazy("Waarom is de zaal dicht?"),
        help_text=gettext_lazy("Dit staat ook bij de deur. Bijvoorbeeld: Vloer in de was."),
        max_length=120,
        error_messages={"required": gettext_lazy("Vul in waarom.")},
    )
    day = DayField(label=gettext_lazy("Eerste dag"))
    starts = ClockField(label=gettext_lazy("Vanaf hoe laat?"))
    last = DayField(
        label=gettext_lazy("Laatste dag"),
        help_text=gettext_lazy("Leeg: dezelfde dag."),
        required=False,
    )
    ends = ClockField(label=gettext_lazy("Tot hoe laat?"))

    optional_unsaid = ("last",)

    def __init__(self, *args: Any, spaces: Sequence[Space], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["space"].offer(spaces)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"day", "starts", "ends"} <= cleaned.keys() or "last" in self.errors:
            return cleaned
        last = cleaned.get("last") or cleaned["day"]
        try:
            if last == cleaned["day"]:
                begin, end = hours.moments(cleaned["day"], cleaned["starts"], cleaned["ends"])
            else:
                begin = local_time.at(cleaned["day"], cleaned["starts"])
                end = local_time.at(last, cleaned["ends"])
        except (WrongTime, WrongRule) as problem:
            self.add_error("ends", str(problem))
        except local_time.NoSuchTime as problem:
            self.add_error("starts", str(problem))
        else:
            if end <= begin:
                self.add_error("last", _("De laatste dag ligt voor de eerste."))
            cleaned["starts_at"], cleaned["ends_at"] = begin, end
        return cleaned


class DecideForm(forms.Form):
    """What becomes of everything in a room that closes: to another room, called off, or it stays."""

    def __init__(
        self, *args: Any, uses: Sequence[tuple[Use, str, Sequence[Space], bool]], **kwargs: Any
    ) -> None:
        """`uses`: each with its words, the rooms it can go to, and whether it may be called off here."""
        super().__init__(*args, **kwargs)
        self.rooms: dict[str, Space] = {}
        self.uses = [use for use, *_rest in uses]
        for use, words, rooms, may_cancel in uses:
            self.rooms |= {str(room.pk): room for room in rooms}
            choices = [
                (
                    str(room.pk),
                    Option(_("Naar %(room)s") % {"room": room.name}, icon="arrow-right"),
                )
                for room in rooms
            ]
            choices.append(
                ("leave", Option(_("Het blijft hier. De zaal is dan open."), icon="check"))
            )
            if may_cancel:
                choices.append(("cancel", Option(_("Het gaat niet door"), icon="x-mark")))
            self.fields[use.pk.hex] = forms.ChoiceField(
                label=f"{use.title}. {words}",
                choices=choices,
                widget=PickOne,
                error_messages={
                    "required": _("Kies wat er met %(title)s gebeurt.") % {"title": use.title},
                    "invalid_choice": _("Dit kan niet meer. Kies opnieuw."),
                },
            )

    @property
    def decisions(self) -> dict[UUID, Decision]:
        return {use.pk: self._decision(self.cleaned_data[use.pk.hex]) for use in self.uses}

    def _decision(self, chosen: str) -> Decision:
        if chosen == "cancel":
            return Cancel()
        return Leave() if chosen == "leave" else Move(self.rooms[chosen])
