"""The forms with which people join a course, and choose another time instead of one they miss."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.course_page import Group, groups_of
from activities.forms.for_whom import ForWhomForm
from activities.forms.joining import CompanionsField
from activities.models import Activity, Occurrence, SignUp
from lokaal.look.formats import clock_range, day
from lokaal.look.widgets import Option, PickOne
from lokaal.people.contact import ReachableForm
from lokaal.people.fields import EmailField, PhoneField, TokenField, TrapField
from lokaal.people.forms import NameField
from lokaal.people.models import Visitor


class CourseJoinForm(ForWhomForm, ReachableForm):
    """Ik doe mee. Asks which group, where there are several, and a name; all else is free to leave open."""

    optional_unsaid = ("phone", "email", *ForWhomForm.FOLDED)

    group = forms.ChoiceField(
        label=gettext_lazy("Wanneer wil je meedoen?"),
        widget=PickOne,
        error_messages={
            "required": gettext_lazy("Kies een groep."),
            "invalid_choice": gettext_lazy("Deze groep kan niet meer. Kies een andere."),
        },
    )
    name = NameField()
    phone = PhoneField()
    email = EmailField()
    wants_call = forms.BooleanField(label=gettext_lazy("Bel mij hierover"), required=False)
    companions = CompanionsField()
    token = TokenField()
    website = TrapField()

    def __init__(
        self, *args: Any, groups: Iterable[Group], visitor: Visitor, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.groups = list(groups)
        self.open_groups = [group for group in self.groups if group.is_open]
        self.fields["group"].choices = [  # type: ignore[attr-defined]
            (
                str(group.series.pk),
                Option(group.label, group.hint, is_disabled=not group.is_open),
            )
            for group in self.groups
        ]
        if self.open_groups:
            with_place = next((one for one in self.open_groups if one.has_place), None)
            first = with_place or self.open_groups[0]
            self.initial.setdefault("group", str(first.series.pk))
        if len(self.groups) == 1:
            self.fields["group"].widget = forms.HiddenInput()
        self.fields["companions"].label = _("Doet er iemand met je mee?")
        self.own_name = visitor.name if visitor.is_authenticated else ""
        if self.groups:
            self.say_needs(self.groups[0].series.activity.cost_kind)
        self.fill_in(visitor)

    @classmethod
    def for_activity(
        cls, activity: Activity, data: QueryDict | None = None, *, visitor: Visitor
    ) -> CourseJoinForm:
        """Return the form with the groups that have a coming date. Three queries."""
        return cls(data, groups=groups_of(activity), visitor=visitor)

    @property
    def can_be_sent(self) -> bool:
        """Whether there is a group to join at all."""
        return bool(self.open_groups)

    @property
    def is_all_full(self) -> bool:
        """Whether who joins now can only wait, in every group."""
        return not any(group.has_place for group in self.open_groups)

    @property
    def chosen(self) -> Group:
        """The group that was chosen, of a valid form."""
        return next(g for g in self.groups if str(g.series.pk) == self.cleaned_data["group"])


class MakeUpForm(forms.Form):
    """Another time: instead of which one, and when."""

    instead_of = forms.ChoiceField(
        label=gettext_lazy("In plaats van welke keer?"),
        widget=PickOne,
        error_messages={
            "required": gettext_lazy("Kies een keer die je mist."),
            "invalid_choice": gettext_lazy("Kies een keer die je mist."),
        },
    )
    date = forms.ChoiceField(
        label=gettext_lazy("Wanneer kom je wel?"),
        widget=PickOne,
        error_messages={
            "required": gettext_lazy("Kies een dag."),
            "invalid_choice": gettext_lazy("Deze dag kan niet meer. Kies een andere dag."),
        },
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        missed: Iterable[SignUp],
        dates: Iterable[Occurrence],
    ) -> None:
        super().__init__(data)
        self.missed = {str(one.pk): one for one in missed}
        self.dates = {str(one.pk): one for one in dates}
        self.fields["instead_of"].choices = [  # type: ignore[attr-defined]
            (key, Option(capfirst(day(one.occurrence.starts_at))))
            for key, one in self.missed.items()
        ]
        self.fields["date"].choices = [  # type: ignore[attr-defined]
            (
                key,
                Option(
                    capfirst(day(one.starts_at)),
                    "" if one.is_all_day else clock_range(one.starts_at, one.ends_at),
                ),
            )
            for key, one in self.dates.items()
        ]
        if len(self.missed) == 1:
            self.initial["instead_of"] = next(iter(self.missed))
            self.fields["instead_of"].widget = forms.HiddenInput()

    @property
    def can_be_sent(self) -> bool:
        return bool(self.missed and self.dates)

    @property
    def chosen(self) -> tuple[SignUp, Occurrence]:
        """The time missed and the date chosen, of a valid form."""
        return (
            self.missed[self.cleaned_data["instead_of"]],
            self.dates[self.cleaned_data["date"]],
        )
