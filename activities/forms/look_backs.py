"""The forms of looking back: one question at a time, one tap, a lesson, a decision, and a pile of paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.initiatives import moderating
from activities.initiatives.looking_back import MOST_FROM_PAPER, FromPaper
from activities.models import Choice, Matter, Outcome, Readers
from activities.models.lesson import LESSON_LENGTH
from activities.models.look_back import ANSWER_LENGTH, REASON_LENGTH, SENTENCE_LENGTH
from lokaal import bsn
from lokaal.exceptions import Refusal
from lokaal.look.widgets import Option, PickOne
from lokaal.people.fields import LineField, TextField, TokenField, TrapField
from lokaal.people.forms import NameField

READERS = [
    (
        Readers.US,
        Option(
            gettext_lazy("Alleen wij"),
            gettext_lazy("De organisatoren en de begeleider."),
            icon="lock-closed",
        ),
    ),
    (
        Readers.HOUSE,
        Option(
            gettext_lazy("Wie iets organiseert in dit huis"),
            gettext_lazy("Zij leren van jou. Schrijf geen namen op."),
            icon="home",
        ),
    ),
    (
        Readers.EVERYONE,
        Option(
            gettext_lazy("Iedereen"),
            gettext_lazy("Het komt op de site. Schrijf geen namen op."),
            icon="globe-europe-africa",
        ),
    ),
]
CHOICES = [
    (Choice.AGAIN, Option(gettext_lazy("Weer zo"), icon="arrow-path")),
    (Choice.DIFFERENT, Option(gettext_lazy("Anders"), icon="adjustments-horizontal")),
    (Choice.NO_NEED, Option(gettext_lazy("Hoeft niet"), icon="x-mark")),
]
OUTCOMES = [
    (
        Outcome.KEPT,
        Option(
            gettext_lazy("Het blijft"), gettext_lazy("Zo gaat het verder."), icon="check-circle"
        ),
    ),
    (
        Outcome.ADAPTED,
        Option(
            gettext_lazy("Het gaat anders verder"),
            gettext_lazy("Dit stopt. Er komt een nieuw idee, met dezelfde mensen."),
            icon="arrow-path",
        ),
    ),
    (
        Outcome.STOPPED,
        Option(
            gettext_lazy("Het stopt"),
            gettext_lazy("Dat mag. Gestopt is een les."),
            icon="light-bulb",
        ),
    ),
]


def refused(check: Callable[[str], None], text: str) -> str:
    """Return the text, or let the form say why it cannot be kept."""
    try:
        check(text)
    except Refusal as refusal:
        raise forms.ValidationError(refusal.message) from None
    return text


class AnswerForm(forms.Form):
    """The answer to one question. It may be left empty: not everybody has an answer to everything."""

    text = TextField(
        max_length=ANSWER_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 5}),
        error_messages={
            "max_length": gettext_lazy("Dit is te lang. Hoogstens %(limit_value)d tekens.")
        },
    )

    def __init__(self, *args: Any, question: Any, hint: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = question
        self.fields["text"].help_text = hint

    def clean_text(self) -> str:
        return refused(bsn.check_none, str(self.cleaned_data["text"]).strip())


class ReadersForm(forms.Form):
    """Who may read it, and whether the first name stands there."""

    readers = forms.ChoiceField(
        label=gettext_lazy("Wie mag dit lezen?"),
        choices=READERS,
        widget=PickOne,
        error_messages={"required": gettext_lazy("Kies wie dit mag lezen.")},
    )
    with_name = forms.BooleanField(label=gettext_lazy("Zet mijn voornaam erbij"), required=False)


class ReactionForm(forms.Form):
    """One tap, and a sentence if one likes."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Nog een keer?"),
        choices=CHOICES,
        widget=PickOne,
        error_messages={"required": gettext_lazy("Kies een van de drie.")},
    )
    sentence = LineField(
        label=gettext_lazy("Wil je er iets bij zeggen?"),
        help_text=gettext_lazy("Eén zin is genoeg. Schrijf geen namen op."),
        max_length=SENTENCE_LENGTH,
        required=False,
        error_messages={
            "max_length": gettext_lazy("Dit is te lang. Hoogstens %(limit_value)d tekens.")
        },
    )
    for_all = forms.BooleanField(
        label=gettext_lazy("Iedereen mag mijn zin lezen, zonder mijn naam"), required=False
    )
    token = TokenField()
    website = TrapField()

    @property
    def readers(self) -> Readers:
        return Readers.EVERYONE if self.cleaned_data.get("for_all") else Readers.US

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        check = moderating.check_public if cleaned.get("for_all") else bsn.check_none
        try:
            check(cleaned.get("sentence", ""))
        except Refusal as refusal:
            self.add_error("sentence", str(refusal))
        return cleaned


class LessonForm(ReadersForm):
    """What one would tell the next one, and about what."""

    text = TextField(
        label=gettext_lazy("Wat zou je de volgende vertellen?"),
        help_text=gettext_lazy("Eén les. Kort is goed."),
        max_length=LESSON_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        error_messages={
            "required": gettext_lazy("Schrijf eerst je les op."),
            "max_length": gettext_lazy("Dit is te lang. Hoogstens %(limit_value)d tekens."),
        },
    )
    matter = forms.ChoiceField(
        label=gettext_lazy("Waar gaat het over?"),
        choices=[(matter.value, capfirst(matter.label)) for matter in Matter],
        widget=PickOne(in_a_row=True),
        error_messages={"required": gettext_lazy("Kies waar het over gaat.")},
    )
    token = TokenField()
    field_order = ["text", "matter", "readers", "with_name", "token"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_ours = cleaned.get("readers", Readers.US) == Readers.US
        try:
            (bsn.check_none if is_ours else moderating.check_public)(cleaned.get("text", ""))
        except Refusal as refusal:
            self.add_error("text", str(refusal))
        return cleaned


class DecideForm(forms.Form):
    """Keep, adapt or stop, and why."""

    optional_unsaid = ("text",)

    outcome = forms.ChoiceField(
        label=gettext_lazy("Wat besluiten jullie?"),
        choices=OUTCOMES,
        widget=PickOne,
        error_messages={"required": gettext_lazy("Kies een van de drie.")},
    )
    reason = TextField(
        label=gettext_lazy("Waarom?"),
        help_text=gettext_lazy("Iedereen leest dit. Schrijf geen namen op."),
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": gettext_lazy("Schrijf op waarom. Een ander leert ervan.")},
    )
    text = LineField(
        label=gettext_lazy("Hoe gaat het verder, in één zin?"),
        help_text=gettext_lazy("Alleen als het anders verder gaat."),
        max_length=500,
        required=False,
    )
    token = TokenField()

    def clean_reason(self) -> str:
        return refused(moderating.check_public, str(self.cleaned_data["reason"]).strip())

    def clean_text(self) -> str:
        return refused(moderating.check_public, str(self.cleaned_data["text"]))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        adapts = cleaned.get("outcome") == Outcome.ADAPTED
        if adapts and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", _("Vertel in één zin hoe het verder gaat."))
        return cleaned


class ForWhomForm(forms.Form):
    """For whom a host fills in the answers."""

    name = NameField(
        label=gettext_lazy("Voor wie vul je het in?"),
        help_text=gettext_lazy("Een voornaam is genoeg."),
    )


class PaperForm(forms.Form):
    """One paper form, typed in. An empty one is left out."""

    optional_unsaid = ("sentence",)

    choice = forms.ChoiceField(
        label=gettext_lazy("Nog een keer?"),
        choices=[(value, option.answer) for value, option in CHOICES],
        widget=PickOne(in_a_row=True),
        required=False,
    )
    sentence = LineField(
        label=gettext_lazy("De zin"),
        max_length=SENTENCE_LENGTH,
        required=False,
    )
    for_all = forms.BooleanField(label=gettext_lazy("Iedereen mag dit lezen"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        sentence = cleaned.get("sentence", "")
        if sentence and not cleaned.get("choice") and "choice" not in self.errors:
            self.add_error("choice", _("Kies wat er op het papier staat."))
        try:
            (moderating.check_public if cleaned.get("for_all") else bsn.check_none)(sentence)
        except Refusal as refusal:
            self.add_error("sentence", str(refusal))
        return cleaned

    @property
    def paper(self) -> FromPaper | None:
        """What was typed in; None for an empty one."""
        cleaned = self.cleaned_data
        if not cleaned.get("choice"):
            return None
        return FromPaper(
            Choice(cleaned["choice"]),
            cleaned.get("sentence", ""),
            Readers.EVERYONE if cleaned.get("for_all") else Readers.US,
        )


class PileForm(forms.Form):
    """The pile as it was shown: sending it twice types it in once."""

    token = TokenField()


PaperFormSet = forms.formset_factory(
    PaperForm, extra=MOST_FROM_PAPER, max_num=MOST_FROM_PAPER, absolute_max=MOST_FROM_PAPER
)
