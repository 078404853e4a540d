"""The forms of questions to the municipality: asking, "I have that too", answering, and knowledge sessions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from activities import perms
from activities.initiatives import moderating
from activities.models import (
    KnowledgeSession,
    NoteKind,
    QuestionKind,
    QuestionTheme,
    SessionGuest,
)
from activities.models.question import (
    ANSWER_LENGTH,
    EXAMPLE_LENGTH,
    MOST_ON_PAPER,
    QUESTION_LENGTH,
)
from activities.models.session import NOTE_LENGTH
from lokaal import bsn
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.look.widgets import Option, PickOne
from lokaal.people.contact import ReachableForm
from lokaal.people.fields import (
    CodeField,
    DayField,
    EmailField,
    LineField,
    PhoneField,
    TextField,
    TokenField,
    TrapField,
)
from lokaal.people.forms import NameField
from lokaal.people.models import Person, Visitor

TOO_LONG = gettext_lazy("Dit is te lang. Vertel het in het kort: hoogstens %(most)d tekens.")
ANSWER_REQUIRED = gettext_lazy("Schrijf eerst het antwoord. Een paar gewone zinnen zijn genoeg.")
WHO_REQUIRED = gettext_lazy("Vul een naam in. Een antwoord heeft een naam.")
FUNCTION_REQUIRED = gettext_lazy("Vul in wat deze mens doet. Bijvoorbeeld: gebiedsregisseur.")
#: A promise may lie so far ahead.
USUAL_PROMISE = timedelta(days=28)


class ThemeField(forms.ModelChoiceField):
    """One of the themes in use, or none."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Waar gaat het over?"))
        super().__init__(
            queryset=QuestionTheme.objects.none(),
            required=False,
            blank=True,
            empty_label=gettext_lazy("Weet ik niet"),
            widget=PickOne(in_a_row=True),
            **options,
        )

    def label_from_instance(self, theme: QuestionTheme) -> str:
        return theme.words(get_language() or "nl")[0]


def one_line(text: object) -> str:
    return " ".join(str(text).split())


def public_text(text: str) -> str:
    """A text that everybody will read; a form says what must come out."""
    try:
        moderating.check_public(text)
    except Refusal as refusal:
        raise forms.ValidationError(refusal.message, code="public") from None
    return text


def without_bsn(text: str) -> str:
    try:
        bsn.check_none(text)
    except Refusal as refusal:
        raise forms.ValidationError(refusal.message, code="bsn") from None
    return text


# Of residents ------------------------------------------------------------------------------------


class AskForm(ReachableForm):
    """One field is enough. Who you are and how you hear the answer, only if you like."""

    optional_unsaid = ("phone", "email")

    text = forms.CharField(
        label=gettext_lazy("Wat wil je vragen of vertellen?"),
        help_text=gettext_lazy("Eén zin is genoeg. Fouten maken mag. Iedereen kan dit lezen."),
        error_messages={"required": gettext_lazy("Schrijf wat je wilt vragen. Eén zin is genoeg.")},
        widget=forms.Textarea({"rows": 3}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Wat is het?"),
        required=False,
        choices=[
            (QuestionKind.QUESTION, Option(gettext_lazy("Een vraag"))),
            (QuestionKind.EXAMPLE, Option(gettext_lazy("Iets wat ik meemaakte"))),
            (QuestionKind.NEED, Option(gettext_lazy("Iets wat nodig is"))),
        ],
        initial=QuestionKind.QUESTION,
        widget=PickOne(in_a_row=True),
    )
    theme = ThemeField()
    centre = forms.ModelChoiceField(
        queryset=Centre.objects.none(),
        to_field_name="slug",
        label=gettext_lazy("In welke buurt?"),
        required=False,
        blank=True,
        empty_label=gettext_lazy("Maakt niet uit"),
        widget=PickOne(in_a_row=True),
    )
    name = NameField(required=False, help_text=gettext_lazy("Hoeft niet. Je voornaam is genoeg."))
    shows_name = forms.BooleanField(
        label=gettext_lazy("Mijn voornaam mag erbij staan"), required=False
    )
    phone = PhoneField()
    email = EmailField()
    token = TokenField()
    website = TrapField()
    seen = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = QuestionTheme.objects.in_use()  # type: ignore[attr-defined]
        self.fields["centre"].queryset = Centre.objects.open_to_public()  # type: ignore[attr-defined]
        if visitor.is_authenticated:
            for field in ("name", "phone", "email"):
                del self.fields[field]

    def clean_text(self) -> str:
        text = one_line(self.cleaned_data["text"])
        if len(text) > QUESTION_LENGTH:
            raise forms.ValidationError(TOO_LONG % {"most": QUESTION_LENGTH})
        return public_text(text)

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or QuestionKind.QUESTION


class DeskAskForm(AskForm):
    """A host types over what somebody says, or what stands on paper. `same`: a question that says it already."""

    same = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from django.contrib.auth.models import AnonymousUser

        super().__init__(*args, visitor=AnonymousUser(), **kwargs)
        self.fields["name"].label = _("Hoe heet je gast?")
        self.fields["shows_name"].label = _("De voornaam mag erbij staan")


class MeTooForm(forms.Form):
    """Somebody has this too: maybe with what they saw themselves, and a way to hear the answer."""

    optional_unsaid = ("phone", "email")

    example = forms.CharField(
        label=gettext_lazy("Wat maakte jij mee?"),
        help_text=gettext_lazy("Hoeft niet. Iedereen kan dit lezen."),
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    name = NameField(required=False)
    phone = PhoneField()
    email = EmailField()
    token = TokenField()
    website = TrapField()

    def __init__(self, *args: Any, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if visitor.is_authenticated:
            for field in ("name", "phone", "email"):
                del self.fields[field]

    def clean_example(self) -> str:
        text = one_line(self.cleaned_data["example"])
        if len(text) > EXAMPLE_LENGTH:
            raise forms.ValidationError(TOO_LONG % {"most": EXAMPLE_LENGTH})
        return public_text(text)


class PaperListForm(forms.Form):
    """How many people stand on a list on paper."""

    people = forms.IntegerField(
        label=gettext_lazy("Hoeveel mensen staan op het papier?"),
        min_value=1,
        max_value=MOST_ON_PAPER,
        error_messages={
            "required": gettext_lazy("Vul een getal in."),
            "invalid": gettext_lazy("Vul een getal in."),
            "min_value": gettext_lazy("Kies een getal van 1 tot 500."),
            "max_value": gettext_lazy("Kies een getal van 1 tot 500."),
        },
    )
    token = TokenField()


class QuestionCodeForm(forms.Form):
    code = CodeField()


# Of the house ------------------------------------------------------------------------------------


class ByWhom(forms.Form):
    """A name and what that person does: an official, or somebody who works here."""

    name = LineField(
        label=gettext_lazy("Wie?"),
        max_length=120,
        error_messages={"required": WHO_REQUIRED},
    )
    function = LineField(
        label=gettext_lazy("Wat doet deze mens?"),
        help_text=gettext_lazy("Bijvoorbeeld: gebiedsregisseur, gemeente."),
        max_length=120,
        error_messages={"required": FUNCTION_REQUIRED},
    )


class PickUpForm(ByWhom):
    """Who takes it on, before which day, and maybe at which session."""

    email = EmailField(
        help_text=gettext_lazy("Hoeft niet. Daar komt één herinnering als het te laat is.")
    )
    due_on = DayField(label=gettext_lazy("Voor welke dag komt er antwoord?"))
    session = forms.ModelChoiceField(
        queryset=KnowledgeSession.objects.none(),
        label=gettext_lazy("Op welke sessie?"),
        required=False,
        empty_label=gettext_lazy("Niet op een sessie"),
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("name", by.name)
        self.initial.setdefault("due_on", timezone.localdate() + USUAL_PROMISE)
        self.fields["session"].queryset = (  # type: ignore[attr-defined]
            KnowledgeSession.objects.of_centres(perms.centres_where_sessions_are_kept(by))
            .upcoming()
            .select_related("occurrence__activity")
        )


class PromiseForm(ByWhom):
    """What comes next, by whom and before which day."""

    text = TextField(
        label=gettext_lazy("Wat gaat er gebeuren?"),
        max_length=ANSWER_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Schrijf wat er gaat gebeuren.")},
    )
    email = EmailField(
        help_text=gettext_lazy("Hoeft niet. Daar komt één herinnering als het te laat is.")
    )
    due_on = DayField(label=gettext_lazy("Voor welke dag?"))
    field_order = ["text", "name", "function", "email", "due_on"]

    def clean_text(self) -> str:
        return without_bsn(str(self.cleaned_data["text"]).strip())


class AnswerForm(ByWhom):
    """The answer, or what was done, in plain words and under a name."""

    text = TextField(
        label=gettext_lazy("Het antwoord"),
        help_text=gettext_lazy("Gewone woorden, korte zinnen. Hoogstens 1.000 tekens."),
        max_length=ANSWER_LENGTH,
        error_messages={
            "required": ANSWER_REQUIRED,
            "max_length": gettext_lazy("Dit is te lang. Hoogstens 1.000 tekens."),
        },
    )
    field_order = ["text", "name", "function"]

    def clean_text(self) -> str:
        return without_bsn(str(self.cleaned_data["text"]).strip())


class DoneForm(AnswerForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Wat is ermee gedaan?")


class ThemeForm(forms.ModelForm):
    """A theme, in Dutch and maybe in English."""

    name = LineField(
        label=gettext_lazy("Naam"),
        max_length=60,
        error_messages={"required": gettext_lazy("Vul een naam in.")},
    )
    name_en = LineField(label=gettext_lazy("In het Engels"), max_length=60, required=False)

    class Meta:
        model = QuestionTheme
        fields = ["name", "name_en"]


# Sessions ----------------------------------------------------------------------------------------


class SessionForm(forms.Form):
    """What a knowledge session is about."""

    theme = ThemeField()
    about = LineField(
        label=gettext_lazy("Waar praten we over?"),
        help_text=gettext_lazy("Eén zin. Iedereen kan dit lezen."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = QuestionTheme.objects.in_use()  # type: ignore[attr-defined]

    def clean_about(self) -> str:
        return public_text(str(self.cleaned_data["about"]))


class GuestForm(forms.Form):
    """An official to invite."""

    name = LineField(
        label=gettext_lazy("Naam"), max_length=120, error_messages={"required": WHO_REQUIRED}
    )
    function = LineField(
        label=gettext_lazy("Functie"),
        max_length=120,
        error_messages={"required": FUNCTION_REQUIRED},
    )
    organisation = LineField(
        label=gettext_lazy("Van welke organisatie?"),
        max_length=120,
        error_messages={"required": gettext_lazy("Vul de organisatie in.")},
    )
    email = EmailField(
        required=True,
        help_text=gettext_lazy("Daar komt de link."),
        error_messages={"required": gettext_lazy("Vul een e-mailadres in. Daar komt de link.")},
    )


class PutOnListForm(forms.Form):
    """Put a question on the list of a session, maybe to one guest."""

    guest = forms.ModelChoiceField(
        queryset=SessionGuest.objects.none(),
        label=gettext_lazy("Voor wie is deze vraag?"),
        required=False,
        empty_label=gettext_lazy("Voor iedereen die komt"),
    )
    note = LineField(
        label=gettext_lazy("Wat wil je erbij zeggen?"),
        help_text=gettext_lazy("Hoeft niet. Alleen deze gast leest dit."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, session: KnowledgeSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guest"].queryset = session.guests.all()  # type: ignore[attr-defined]

    def clean_note(self) -> str:
        return without_bsn(str(self.cleaned_data["note"]))


class DraftForm(forms.Form):
    """What a guest would answer."""

    text = TextField(
        label=gettext_lazy("Jouw antwoord"),
        help_text=gettext_lazy("Gewone woorden, korte zinnen. Hoogstens 1.000 tekens."),
        max_length=ANSWER_LENGTH,
        error_messages={
            "required": ANSWER_REQUIRED,
            "max_length": gettext_lazy("Dit is te lang. Hoogstens 1.000 tekens."),
        },
    )

    def clean_text(self) -> str:
        return without_bsn(str(self.cleaned_data["text"]).strip())


class NoteForm(forms.Form):
    """A rule or an example that was told."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Wat is het?"),
        choices=[
            (
                NoteKind.RULE,
                Option(gettext_lazy("Een regel"), gettext_lazy("Zo is het afgesproken.")),
            ),
            (
                NoteKind.EXAMPLE,
                Option(gettext_lazy("Een voorbeeld"), gettext_lazy("Zo gaat het echt.")),
            ),
        ],
        initial=NoteKind.RULE,
        widget=PickOne,
        error_messages={"required": gettext_lazy("Kies een antwoord uit de lijst.")},
    )
    text = TextField(
        label=gettext_lazy("In gewone woorden"),
        help_text=gettext_lazy("Geen namen van mensen. Iedereen kan dit lezen."),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Schrijf de regel of het voorbeeld op.")},
    )
    token = TokenField()

    def clean_text(self) -> str:
        return public_text(one_line(self.cleaned_data["text"]))
