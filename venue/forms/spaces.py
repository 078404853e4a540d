"""What somebody who looks for a room asks: with how many, when, and what is needed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lokaal.centres.models import Centre
from lokaal.look.widgets import Option, PickOne, PickSome
from lokaal.people.fields import FURTHEST_AHEAD, ClockField, DayField
from venue.hire.finding import TIMES_OF, Asked, Part
from venue.hire.offering import LAYOUT_ICONS
from venue.models import Layout

MOST_PEOPLE = 100_000


def layout_choices() -> list[tuple[str, Option]]:
    return [
        (layout.value, Option(capfirst(layout.label), icon=LAYOUT_ICONS[layout]))
        for layout in Layout
    ]


class SearchForm(forms.Form):
    """Search as one would say it: 20 people, Tuesday evening, step-free, with a beamer."""

    optional_unsaid = ("people", "day", "starts", "ends", "until")

    people = forms.IntegerField(
        label=gettext_lazy("Met hoeveel mensen?"),
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput({"inputmode": "numeric", "min": 1}),
    )
    day = DayField(required=False)
    part = forms.ChoiceField(
        label=gettext_lazy("Hoe laat?"),
        choices=Part.choices,
        required=False,
        widget=PickOne(in_a_row=True),
    )
    starts = ClockField(label=gettext_lazy("Van"), required=False)
    ends = ClockField(label=gettext_lazy("Tot"), required=False)
    layout = forms.ChoiceField(
        label=gettext_lazy("Hoe wil je zitten?"),
        choices=lambda: [("", Option(_("Maakt niet uit"))), *layout_choices()],
        required=False,
        widget=PickOne(in_a_row=True),
    )
    step_free = forms.BooleanField(label=gettext_lazy("Zonder drempel"), required=False)
    equipment = forms.MultipleChoiceField(
        label=gettext_lazy("Wat heb je nodig?"), required=False, widget=PickSome(in_a_row=True)
    )
    centre = forms.ChoiceField(
        label=gettext_lazy("Waar?"), required=False, widget=PickOne(in_a_row=True)
    )
    weekly = forms.BooleanField(label=gettext_lazy("Elke week op deze dag"), required=False)
    until = DayField(label=gettext_lazy("Tot en met welke dag?"), required=False)

    def __init__(
        self, data: QueryDict, *, centres: Iterable[Centre], equipment: Iterable[str]
    ) -> None:
        super().__init__(data if self._is_asked(data) else None)
        places = [(centre.slug, centre.name) for centre in centres]
        anywhere = [("", gettext_lazy("Maakt niet uit")), *places]
        self.fields["centre"].choices = anywhere  # type: ignore[attr-defined]
        self.fields["equipment"].choices = [(name, name) for name in equipment]  # type: ignore[attr-defined]

    @classmethod
    def _is_asked(cls, data: QueryDict) -> bool:
        return any(data.get(name) for name in cls.base_fields)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if cleaned.get("day") and not (starts or ends or cleaned.get("part")):
            self.add_error("part", _("Kies een deel van de dag. Of vul twee tijden in."))
        if bool(starts) != bool(ends):
            missing = "ends" if starts else "starts"
            self.add_error(missing, _("Vul twee tijden in. Van en tot."))
        if (starts or cleaned.get("part")) and not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", _("Kies ook een dag."))
        until, day = cleaned.get("until"), cleaned.get("day")
        if cleaned.get("weekly") and not until and "until" not in self.errors:
            self.add_error("until", _("Kies de laatste dag."))
        if until and day and until < day:
            self.add_error("until", _("De laatste dag ligt voor de eerste."))
        return cleaned

    @property
    def is_detailed(self) -> bool:
        """Whether something was asked beyond people, day and part of the day; then that is shown at once."""
        names = ("starts", "ends", "layout", "step_free", "equipment", "centre", "weekly", "until")
        return self.is_bound and any(self.data.get(name) for name in names)

    @property
    def asked(self) -> Asked:
        """What was asked, of a valid form; nothing of any other."""
        if not self.is_bound or not self.is_valid():
            return Asked()
        cleaned = self.cleaned_data
        starts, ends = cleaned["starts"], cleaned["ends"]
        if starts is None and cleaned["part"]:
            starts, ends = TIMES_OF[Part(cleaned["part"])]
        return Asked(
            people=cleaned["people"] or 0,
            day=cleaned["day"],
            starts=starts,
            ends=ends,
            layout=cleaned["layout"],
            is_step_free=cleaned["step_free"],
            equipment=tuple(cleaned["equipment"]),
            centre=cleaned["centre"],
            until=cleaned["until"] if cleaned["weekly"] else None,
        )


class ChosenForm(forms.Form):
    """The time that goes along to the page of a room. What is not understood is left out."""

    day = forms.DateField(required=False)
    starts = ClockField(required=False)
    ends = ClockField(required=False)
    until = forms.DateField(required=False)
    people = forms.IntegerField(required=False, min_value=1, max_value=MOST_PEOPLE)
    layout = forms.ChoiceField(required=False, choices=Layout.choices)
    shown = forms.DateField(required=False)

    @property
    def asked(self) -> Asked:
        given = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return Asked(
            people=given.get("people") or 0,
            day=given.get("day"),
            starts=given.get("starts"),
            ends=given.get("ends"),
            layout=given.get("layout", ""),
            until=given.get("until"),
            equipment=tuple(self.data.getlist("equipment")) if self.data else (),  # type: ignore[attr-defined]
        )

    @property
    def week(self) -> date:
        """The day whose week is shown: the one that was asked for, or that of the chosen time, or today."""
        asked = self.asked
        shown = self.cleaned_data.get("shown") or asked.day or timezone.localdate()
        return min(max(shown, timezone.localdate()), timezone.localdate() + FURTHEST_AHEAD)
