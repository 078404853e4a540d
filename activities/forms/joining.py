"""The forms with which people join a date, and change or find their sign-up."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.cards import cost_in_words
from activities.forms.for_whom import ForWhomForm
from activities.models import MAX_COMPANIONS, Activity, ForWhom, Occurrence
from activities.models.party import REASON_LENGTH
from activities.queue import DateQueue
from lokaal.look.formats import clock, relative_day
from lokaal.look.own_words import joined, own_words
from lokaal.look.widgets import Option, PickOne
from lokaal.people.contact import ReachableForm
from lokaal.people.fields import (
    CodeField,
    EmailField,
    LineField,
    PhoneField,
    TokenField,
    TrapField,
)
from lokaal.people.forms import NameField
from lokaal.people.models import Visitor

#: So many dates are shown at first; the rest is one tap further.
SHOWN_DATES = 4
ALL_DATES = 60


def companion_choices() -> list[tuple[int, str]]:
    others = [
        (number, _("Ja, %(number)d") % {"number": number})
        for number in range(1, MAX_COMPANIONS + 1)
    ]
    return [(0, _("Nee, ik kom alleen")), *others]


class CompanionsField(forms.TypedChoiceField):
    """How many others come along."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=gettext_lazy("Neem je iemand mee?"),
            coerce=int,
            choices=companion_choices,
            initial=0,
            empty_value=0,  # type: ignore[arg-type]  # any value may stand for nothing
            required=False,
            widget=PickOne(in_a_row=True),
            error_messages={
                "invalid_choice": gettext_lazy(
                    "Je kunt hoogstens 5 mensen meenemen. Kom je met meer? Bel ons."
                )
            },
            **options,
        )


class JoinForm(ForWhomForm, ReachableForm):
    """Ik kom. Asks a date and a name; phone, e-mail, company and a call are all free to leave open.

    Who signs up for another, or needs something, finds that behind one line (ForWhomForm).

    `dates` are the dates that may be shown, in order; `chosen` is the one to tick. Someone signed in has a name and
    an address already, and only presses the button.
    """

    optional_unsaid = ("phone", "email", *ForWhomForm.FOLDED)
    has_more_dates = False

    date = forms.ChoiceField(
        label=gettext_lazy("Op welke dag?"),
        widget=PickOne,
        error_messages={
            "required": gettext_lazy("Kies een dag."),
            "invalid_choice": gettext_lazy("Deze dag kan niet meer. Kies een andere dag."),
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
        self,
        *args: Any,
        dates: Iterable[Occurrence],
        visitor: Visitor,
        chosen: uuid.UUID | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.dates = list(dates)
        choices = [(str(date.pk), date_option(date)) for date in self.dates]
        self.open_dates = [
            date
            for date, (_pk, option) in zip(self.dates, choices, strict=True)
            if not option.is_disabled
        ]
        self.fields["date"].choices = choices  # type: ignore[attr-defined]
        if self.open_dates:
            self.initial.setdefault("date", str(self._first_choice(chosen).pk))
        self.own_name = visitor.name if visitor.is_authenticated else ""
        if self.dates:
            self.say_needs(self.dates[0].activity.cost_kind)
        self.fill_in(visitor)

    def _first_choice(self, chosen: uuid.UUID | None) -> Occurrence:
        """The date to tick: the one that was asked for, or else the first with a place, or the first to wait for."""
        asked = [date for date in self.open_dates if date.pk == chosen]
        with_place = [date for date in self.open_dates if DateQueue(date).has_place_for(1)]
        return [*asked, *with_place, *self.open_dates][0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_other = cleaned["for_whom"] != ForWhom.SELF
        if is_other and self.own_name and cleaned.get("name") == self.own_name:
            self.add_error("name", _("Vul de naam in van wie er komt."))
        return cleaned

    @classmethod
    def for_activity(
        cls,
        activity: Activity,
        data: QueryDict | None = None,
        *,
        visitor: Visitor,
        asked: str = "",
        most: int = SHOWN_DATES,
    ) -> JoinForm:
        """Return the form with the first coming dates, and the one that was asked for by its key. One query."""
        chosen = _uuid(asked)
        dates = activity.occurrences.to_choose(chosen=chosen, most=most + 1)
        shown = dates[:most] + [date for date in dates[most:] if date.pk == chosen]
        form = cls(data, dates=shown, visitor=visitor, chosen=chosen)
        form.has_more_dates = len(shown) < len(dates)
        return form

    @property
    def can_be_sent(self) -> bool:
        """Whether there is a date to join at all."""
        return bool(self.open_dates)

    @property
    def is_all_full(self) -> bool:
        """Whether on every date one can only wait."""
        return not any(DateQueue(date).has_place_for(1) for date in self.open_dates)

    @property
    def occurrence(self) -> Occurrence:
        """The date that was chosen, of a valid form."""
        return next(date for date in self.dates if str(date.pk) == self.cleaned_data["date"])


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def date_option(occurrence: Occurrence) -> Option:
    """Return how a date stands in the list: the day, the time, and whether there is place."""
    language = occurrence.activity.text_language
    day = joined([relative_day(occurrence.starts_at), own_words(occurrence.title, language)], ": ")
    if occurrence.is_cancelled:
        reason = own_words(occurrence.cancel_reason, language)
        return Option(day, joined([_("Gaat niet door."), reason], " "), is_disabled=True)
    time = (
        _("De hele dag.")
        if occurrence.is_all_day
        else _("Om %(time)s uur.") % {"time": clock(occurrence.starts_at)}
    )
    its_queue = DateQueue(occurrence)
    if its_queue.has_place_for(1):
        return Option(day, f"{time}{own_cost_sentence(occurrence)} {places_sentence(occurrence)}")
    if its_queue.takes_newcomers:
        return Option(
            day,
            _("%(time)s %(full)s Je komt op de wachtlijst.")
            % {"time": time, "full": places_sentence(occurrence)},
        )
    return Option(day, f"{time} {places_sentence(occurrence)}", is_disabled=True)


def own_cost_sentence(occurrence: Occurrence) -> str:
    """What this date costs, where that is something else than usual; else nothing."""
    if occurrence.own_cost_cents is None:
        return ""
    return f" {cost_in_words(*occurrence.cost)}."


def places_sentence(occurrence: Occurrence) -> str:
    """Return in words whether there is place, and how many parties wait."""
    left = occurrence.places_left
    if left is None:
        return _("Er is plek.")
    if DateQueue(occurrence).has_place_for(1):
        return ngettext("Nog %(left)d plek.", "Nog %(left)d plekken.", left) % {"left": left}
    waiting = occurrence.waiting
    if not waiting:
        return _("Vol.")
    words = ngettext("Vol. Er wacht %(waiting)d.", "Vol. Er wachten %(waiting)d.", waiting)
    return words % {"waiting": waiting}


class DeskSignUpForm(ForWhomForm):
    """What a host asks at the desk: a name is enough."""

    optional_unsaid = ("phone", *ForWhomForm.FOLDED)
    is_desk = True

    name = NameField(
        label=gettext_lazy("Naam"),
        help_text=gettext_lazy("De voornaam is genoeg."),
        widget=forms.TextInput({"autocomplete": "off", "autofocus": True}),
    )
    phone = PhoneField(
        help_text=gettext_lazy("Mag leeg blijven."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "off", "inputmode": "tel"}),
    )
    companions = CompanionsField()
    token = TokenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].error_messages["required"] = _(
            "Vul een naam in. De voornaam is genoeg."
        )
        self.fields["companions"].label = _("Komt er iemand mee?")
        others = companion_choices()[1:]
        self.fields["companions"].choices = [(0, _("Nee")), *others]  # type: ignore[attr-defined]
        self.fields["for_whom"].choices = [  # type: ignore[attr-defined]
            (ForWhom.SELF, Option(_("De gast zelf"))),
            (ForWhom.OTHER, Option(_("Een ander"), _("De gast meldt een buur of naaste aan."))),
            (
                ForWhom.CHILD,
                Option(_("Een kind"), _("Jonger dan 16. Vraag het een ouder of verzorger.")),
            ),
        ]
        self.fields["contact_name"].label = _("Voor een ander of een kind: wie meldt aan?")
        del self.fields["has_consent"]


class ChangeForm(forms.Form):
    """With how many do you come?"""

    companions = CompanionsField()


class PlaceForm(forms.Form):
    """Why somebody goes before others."""

    reason = LineField(
        label=gettext_lazy("Waarom gaat deze gast voor?"),
        help_text=gettext_lazy("Dit staat op de lijst. Anderen van de balie lezen het."),
        max_length=REASON_LENGTH,
        error_messages={"required": gettext_lazy("Schrijf op waarom. Anderen wachten langer.")},
    )


class RejoinForm(forms.Form):
    """Joining again after all."""

    token = TokenField()


class CodeForm(forms.Form):
    """The code of a slip or a message."""

    code = CodeField()
