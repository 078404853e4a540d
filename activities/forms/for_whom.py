"""For whom somebody signs up, and what is needed to take part. Folded behind one line in every form that joins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import newcomers
from activities.models import CostKind, ForWhom, NeedKind, SignUp
from activities.models.need import WORDS_LENGTH
from activities.needs import Asked
from lokaal import bsn
from lokaal.look.widgets import Option, PickOne, PickSome
from lokaal.people.fields import LineField
from lokaal.people.names import NAME_LENGTH

LANGUAGE_LENGTH = 60


def need_choices(*, with_cost: bool = True) -> list[tuple[str, Option]]:
    choices: list[tuple[str, Option]] = [
        (NeedKind.STEP_FREE, Option(_("Ik kan geen trap of drempel op"))),
        (NeedKind.INTERPRETER, Option(_("Ik heb een tolk nodig"))),
        (NeedKind.CHILDCARE, Option(_("Ik heb oppas nodig voor mijn kinderen"))),
        (NeedKind.COST, Option(_("Ik vraag hulp met de kosten"), _("Je hoeft niets te bewijzen."))),
    ]
    return [choice for choice in choices if with_cost or choice[0] != NeedKind.COST]


class NeedsField(forms.MultipleChoiceField):
    """What one person needs: any number of boxes."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Heb je iets nodig om mee te doen?"))
        super().__init__(choices=need_choices, required=False, widget=PickSome, **options)


class NeedLanguageField(LineField):
    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Tolk: welke taal?"),
            required=False,
            max_length=LANGUAGE_LENGTH,
            widget=forms.TextInput({"autocomplete": "off"}),
        )


class NeedWordsField(LineField):
    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Iets anders? Vertel het kort."),
            required=False,
            max_length=WORDS_LENGTH,
            widget=forms.TextInput({"autocomplete": "off"}),
        )

    def clean(self, value: Any) -> str:
        words = str(super().clean(value))
        try:
            bsn.check_none(words)
        except bsn.HoldsBSN as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return words


def asked_from(kinds: list[str], *, language: str, words: str, whose: int = 0) -> list[Asked]:
    """What was ticked and told, as needs of one person. A language asks for an interpreter by itself."""
    wanted = set(kinds)
    if language:
        wanted.add(NeedKind.INTERPRETER)
    asked = [
        Asked(kind, whose, language=language if kind == NeedKind.INTERPRETER else "")
        for kind in NeedKind
        if kind in wanted and kind != NeedKind.OTHER
    ]
    return [*asked, Asked(NeedKind.OTHER, whose, words=words)] if words else asked


class ForWhomForm(forms.Form):
    """Part of a form that joins: who comes, the parent of a child, and what is needed.

    The form that it is part of has `name`, `phone` and maybe `email`. `own_name` is the name of who has signed in;
    `is_desk` is true at the desk.
    """

    FOLDED = ("for_whom", "contact_name", "has_consent", "needs", "need_language", "need_words")
    is_desk = False
    own_name = ""

    for_whom = forms.ChoiceField(
        label=gettext_lazy("Wie komt er?"),
        help_text=gettext_lazy("Vul bij naam in wie er komt."),
        required=False,
        initial=ForWhom.SELF,
        widget=PickOne,
        choices=lambda: [
            (ForWhom.SELF, Option(_("Ik kom zelf"))),
            (ForWhom.OTHER, Option(_("Een ander"), _("Een buur, of iemand voor wie je zorgt."))),
            (ForWhom.CHILD, Option(_("Een kind"), _("Jonger dan 16 jaar."))),
        ],
    )
    contact_name = LineField(
        label=gettext_lazy("Voor een ander of een kind: hoe heet jij?"),
        required=False,
        max_length=NAME_LENGTH,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    has_consent = forms.BooleanField(
        label=gettext_lazy("Ik ben ouder of verzorger. Mijn kind mag meedoen."), required=False
    )
    needs = NeedsField(help_text=gettext_lazy("Alleen wie dit organiseert, leest het."))
    need_language = NeedLanguageField()
    need_words = NeedWordsField()

    def say_needs(self, cost_kind: str) -> None:
        """Ask no more than can be: nobody needs help with what costs nothing."""
        if cost_kind == CostKind.FREE:
            field = self.fields["needs"]
            field.choices = need_choices(with_cost=False)  # type: ignore[attr-defined]

    @property
    def folded(self) -> Iterator[BoundField]:
        return (self[name] for name in self.FOLDED if name in self.fields)

    @property
    def is_unfolded(self) -> bool:
        """Whether something behind the fold was filled in, or is wrong."""
        return any(
            field.errors or field.value() not in (None, "", False, [], ForWhom.SELF)
            for field in self.folded
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["for_whom"] = cleaned.get("for_whom") or ForWhom.SELF
        if cleaned["for_whom"] == ForWhom.CHILD:
            self._check_guardian(cleaned)
        if NeedKind.INTERPRETER in cleaned.get("needs", []) and not cleaned.get("need_language"):
            self.add_error("need_language", _("Welke taal spreekt de tolk? Vul dat in."))
        return cleaned

    def _check_guardian(self, cleaned: dict[str, Any]) -> None:
        has_account = not self.is_desk and "phone" not in self.fields
        problems = newcomers.guardian_problems(
            cleaned.get("contact_name", "") or (self.own_name if has_account else ""),
            bool(has_account or cleaned.get("phone") or cleaned.get("email")),
            bool(cleaned.get("has_consent")),
            is_online=not self.is_desk,
        )
        for field, sentence in problems:
            if field not in self.errors:
                self.add_error(field, sentence)

    @property
    def told(self) -> dict[str, Any]:
        """What a valid form says, as the arguments of enrolment.join."""
        cleaned = self.cleaned_data
        return {
            "for_whom": cleaned["for_whom"],
            "contact_name": cleaned.get("contact_name", ""),
            "has_consent": cleaned["for_whom"] == ForWhom.CHILD
            and bool(cleaned.get("has_consent")),
            "asked": asked_from(
                cleaned.get("needs", []),
                language=cleaned.get("need_language", ""),
                words=cleaned.get("need_words", ""),
            ),
        }


class PartyForm(forms.Form):
    """Everybody of a party: the names of who comes along, and what each needs. All of it may stay empty."""

    optional_unsaid: tuple[str, ...] = ()

    def __init__(self, *args: Any, party: SignUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.party = party
        known: dict[int, list[Any]] = {}
        for need in party.needs.all():
            known.setdefault(need.whose, []).append(need)
        for whose in range(party.party_size):
            if whose:
                self.fields[f"name_{whose}"] = LineField(
                    label=_("Naam"),
                    required=False,
                    max_length=NAME_LENGTH,
                    initial=next(iter(party.companion_names[whose - 1 : whose]), ""),
                    widget=forms.TextInput({"autocomplete": "off"}),
                )
            mine = known.get(whose, [])
            self.fields[f"needs_{whose}"] = NeedsField(
                label=_("Is er iets nodig om mee te doen?"),
                initial=[need.kind for need in mine if need.kind != NeedKind.OTHER],
            )
            self.fields[f"language_{whose}"] = NeedLanguageField()
            self.fields[f"language_{whose}"].initial = next(
                (need.language for need in mine if need.language), ""
            )
            self.fields[f"words_{whose}"] = NeedWordsField()
            self.fields[f"words_{whose}"].initial = next(
                (need.words for need in mine if need.words), ""
            )
        self.optional_unsaid = tuple(self.fields)

    @property
    def members(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Each member with a heading and its fields."""
        for whose in range(self.party.party_size):
            heading = self.party.name
            if whose:
                heading = _("Wie er meekomt: %(number)d") % {"number": whose}
            names = [f"{part}_{whose}" for part in ("name", "needs", "language", "words")]
            yield heading, [self[name] for name in names if name in self.fields]

    @property
    def names(self) -> list[str]:
        return [self.cleaned_data[f"name_{n}"] for n in range(1, self.party.party_size)]

    @property
    def asked(self) -> list[Asked]:
        return [
            one
            for whose in range(self.party.party_size)
            for one in asked_from(
                self.cleaned_data[f"needs_{whose}"],
                language=self.cleaned_data[f"language_{whose}"],
                words=self.cleaned_data[f"words_{whose}"],
                whose=whose,
            )
        ]
