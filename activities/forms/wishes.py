"""The forms of "Begin het zelf": telling what is missing, supporting it, taking it over, answering, looking at it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.initiatives import moderating
from activities.initiatives.supporting import OnPaper
from activities.models import SupportKind, WishState
from activities.models.moderation import REASON_LENGTH
from activities.models.wish import REPLY_LENGTH, WISH_LENGTH
from lokaal import bsn
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.look.widgets import Option, PickOne
from lokaal.people.contact import ReachableForm
from lokaal.people.fields import EmailField, PhoneField, TextField, TokenField, TrapField
from lokaal.people.forms import NameField
from lokaal.people.models import Person, Visitor
from lokaal.people.names import NAME_LENGTH

#: One list on paper has room for so many names of one kind.
MOST_ON_PAPER = 60


class TextForm(forms.Form):
    """What somebody would like, in a sentence, and at which house."""

    text = forms.CharField(
        label=gettext_lazy("Wat zou je willen?"),
        help_text=gettext_lazy("Eén zin is genoeg. Fouten maken mag."),
        error_messages={
            "required": gettext_lazy("Vertel ons wat je zou willen. Eén zin is genoeg.")
        },
        widget=forms.Textarea({"rows": 3}),
    )
    centre = forms.ModelChoiceField(
        queryset=Centre.objects.none(),
        to_field_name="slug",
        label=gettext_lazy("Waar?"),
        required=False,
        blank=True,
        empty_label=gettext_lazy("Maakt niet uit"),
        widget=PickOne(in_a_row=True),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["centre"].queryset = Centre.objects.open_to_public()  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text = " ".join(str(self.cleaned_data["text"]).split())
        if len(text) > WISH_LENGTH:
            raise forms.ValidationError(
                _("Dit is te lang. Vertel het in het kort: hoogstens %(most)d tekens.")
                % {"most": WISH_LENGTH}
            )
        return _fit_for_all(text)


class WishForm(TextForm, ReachableForm):
    """One sentence; who you are and how you are reached only if you like. Someone signed in is known already."""

    optional_unsaid = ("phone", "email")

    name = NameField(required=False)
    phone = PhoneField()
    email = EmailField()
    wants_call = forms.BooleanField(label=gettext_lazy("Bel mij hierover"), required=False)
    shows_name = forms.BooleanField(label=gettext_lazy("Zet mijn voornaam erbij"), required=False)
    token = TokenField()
    website = TrapField()

    def __init__(self, *args: Any, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if visitor.is_authenticated:
            for field in ("name", "phone", "email"):
                del self.fields[field]
            if not visitor.phone:
                del self.fields["wants_call"]


class DeskWishForm(TextForm):
    """What a host types in for somebody at the desk: the wish; a name and a number if they like."""

    optional_unsaid = ("name", "phone")

    name = NameField(required=False, widget=forms.TextInput({"autocomplete": "off"}))
    phone = PhoneField(
        widget=forms.TextInput({"type": "tel", "autocomplete": "off", "inputmode": "tel"})
    )
    token = TokenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Wat zou deze mens willen?")
        self.fields["text"].help_text = _("In hun eigen woorden. Iedereen leest dit.")
        self.fields["name"].label = _("Naam")


def kind_choices() -> list[tuple[str, Option]]:
    """The three ways to support a wish."""
    return [
        (SupportKind.COME, Option(_("Ik kom"), _("Als het er is, doe ik mee."))),
        (SupportKind.HELP, Option(_("Ik help"), _("Bijvoorbeeld klaarzetten of koffie."))),
        (SupportKind.ORGANISE, Option(_("Ik organiseer mee"), _("Samen maken we het plan."))),
    ]


class KindField(forms.ChoiceField):
    """Coming, helping, or organising along."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Wat wil je doen?"))
        options.setdefault("choices", kind_choices)
        options.setdefault("widget", PickOne)
        options.setdefault(
            "error_messages",
            {
                "required": gettext_lazy("Kies wat je wilt doen."),
                "invalid_choice": gettext_lazy("Kies wat je wilt doen."),
            },
        )
        super().__init__(**options)

    def clean(self, value: Any) -> SupportKind:
        return SupportKind(super().clean(value))


class SupportForm(ReachableForm):
    """I come, I help, I organise along."""

    optional_unsaid = ("phone", "email")

    kind = KindField()
    name = NameField()
    phone = PhoneField()
    email = EmailField()
    token = TokenField()
    website = TrapField()

    def __init__(self, *args: Any, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fill_in(visitor)


class ChangeSupportForm(forms.Form):
    """Another way to support it."""

    kind = KindField()


class AdoptForm(ReachableForm):
    """Going on with what somebody let go."""

    optional_unsaid = ("phone", "email")

    name = NameField()
    phone = PhoneField()
    email = EmailField()
    shows_name = forms.BooleanField(label=gettext_lazy("Zet mijn voornaam erbij"), required=False)
    token = TokenField()
    website = TrapField()

    def __init__(self, *args: Any, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fill_in(visitor)


class ReportForm(forms.Form):
    """What is wrong with a text."""

    reason = forms.CharField(
        label=gettext_lazy("Wat is er mis?"),
        help_text=gettext_lazy("Eén zin is genoeg. Niemand weet dat jij het meldt."),
        max_length=REASON_LENGTH,
        error_messages={"required": gettext_lazy("Zeg in één zin wat er mis is.")},
        widget=forms.Textarea({"rows": 3}),
    )
    website = TrapField()


class HideForm(forms.Form):
    """Why a text does not come on the site."""

    reason = TextField(
        label=gettext_lazy("Waarom niet?"),
        help_text=gettext_lazy("Schrijf het vriendelijk. De schrijver leest dit."),
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Zeg waarom, in vriendelijke woorden.")},
    )

    def clean_reason(self) -> str:
        return _without_bsn(str(self.cleaned_data["reason"]))


class PlanTogetherForm(forms.Form):
    """Yes: together we make a plan."""

    optional_unsaid = ("reply",)

    reply = TextField(
        label=gettext_lazy("Wil je er iets bij schrijven?"),
        help_text=gettext_lazy("Bijvoorbeeld wanneer je belt. Alleen wie het vertelde leest dit."),
        required=False,
        max_length=REPLY_LENGTH,
        widget=forms.Textarea({"rows": 3}),
    )

    def clean_reply(self) -> str:
        return _without_bsn(str(self.cleaned_data["reply"]))


class NotNowForm(forms.Form):
    """Not now: why, and what one could do. Both are needed."""

    reason = TextField(
        label=gettext_lazy("Waarom kan het nu niet?"),
        help_text=gettext_lazy("Iedereen leest dit."),
        max_length=REPLY_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Zeg waarom het nu niet kan.")},
    )
    route = TextField(
        label=gettext_lazy("Wat zou je kunnen doen?"),
        help_text=gettext_lazy("Een weg die er wel is. Begin met: je zou kunnen."),
        max_length=REPLY_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Zeg wat iemand wel zou kunnen doen.")},
    )

    def clean_reason(self) -> str:
        return _fit_for_all(str(self.cleaned_data["reason"]))

    def clean_route(self) -> str:
        return _fit_for_all(str(self.cleaned_data["route"]))


class CoachForm(forms.Form):
    """Who looks after a wish."""

    coach = forms.ModelChoiceField(
        queryset=Person.objects.none(),
        label=gettext_lazy("Wie begeleidt dit idee?"),
        empty_label=None,
        required=False,
        widget=PickOne,
        error_messages={"invalid_choice": gettext_lazy("Kies een begeleider uit de lijst.")},
    )
    email = EmailField(
        label=gettext_lazy("Of iemand anders, met een account"),
        help_text=gettext_lazy("Vul het e-mailadres in. Diegene ziet alleen dit idee."),
    )

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [person.pk for person in people]
        field = self.fields["coach"]
        field.queryset = Person.objects.filter(pk__in=keys)  # type: ignore[attr-defined]
        field.choices = [(person.pk, person.name) for person in people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An address goes before the list: there somebody may stand who was the coach until now."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        if email := cleaned.get("email"):
            cleaned["coach"] = Person.objects.active().with_email(email).first()
            if cleaned["coach"] is None:
                self.add_error("email", _("Wij kennen geen account met dit e-mailadres."))
        elif not cleaned.get("coach"):
            self.add_error("coach", _("Kies een begeleider."))
        return cleaned


class PaperNames(TextField):
    """Names of a list on paper, one a line; behind a comma the phone number, when there is one."""

    def __init__(self, kind: SupportKind, **options: Any) -> None:
        self.kind = kind
        super().__init__(
            required=False, max_length=8_000, widget=forms.Textarea({"rows": 5}), **options
        )

    def clean(self, value: Any) -> list[OnPaper]:
        lines = [line.strip() for line in str(super().clean(value) or "").split("\n")]
        named = [self._line(line) for line in lines if line]
        if len(named) > MOST_ON_PAPER:
            raise forms.ValidationError(
                _("Vul hoogstens %(most)d namen tegelijk in.") % {"most": MOST_ON_PAPER}
            )
        return named

    def _line(self, line: str) -> OnPaper:
        name, _comma, number = line.partition(",")
        try:
            phone = PhoneField().clean(number)
            name = NameField(max_length=NAME_LENGTH).clean(name)
        except forms.ValidationError:
            raise forms.ValidationError(
                _("Deze regel klopt niet: %(line)s") % {"line": line[:60]}
            ) from None
        return OnPaper(self.kind, name, phone)


class PaperForm(forms.Form):
    """A list that hung on the wall, typed in: several names in one go."""

    optional_unsaid = ("come", "help", "organise")

    come = PaperNames(
        SupportKind.COME,
        label=gettext_lazy("Wie komt?"),
        help_text=gettext_lazy("Elke naam op een eigen regel. Telefoon erachter, na een komma."),
    )
    help = PaperNames(SupportKind.HELP, label=gettext_lazy("Wie helpt?"))
    organise = PaperNames(SupportKind.ORGANISE, label=gettext_lazy("Wie organiseert mee?"))
    token = TokenField()

    @property
    def lines(self) -> list[OnPaper]:
        """All lines of a valid form."""
        return [line for kind in SupportKind for line in self.cleaned_data[kind.value]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(kind.value) for kind in SupportKind):
            raise forms.ValidationError(_("Vul minstens één naam in."))
        return cleaned


class IdeasForm(forms.Form):
    """What to see of the list of ideas. What is not valid is left out: an address is never wrong."""

    q = forms.CharField(max_length=80, required=False)
    centre = forms.SlugField(required=False)
    state = forms.ChoiceField(choices=WishState.choices, required=False)
    free = forms.BooleanField(required=False)


class ReplyForm(forms.Form):
    """What the house writes back."""

    text = TextField(
        label=gettext_lazy("Wat wil je antwoorden?"),
        help_text=gettext_lazy("Een paar gewone zinnen zijn genoeg."),
        max_length=REPLY_LENGTH,
        error_messages={"required": gettext_lazy("Schrijf eerst je antwoord.")},
    )

    def clean_text(self) -> str:
        return _without_bsn(str(self.cleaned_data["text"]))


def _without_bsn(text: str) -> str:
    try:
        bsn.check_none(text)
    except bsn.HoldsBSN as refusal:
        raise forms.ValidationError(refusal.message, code="bsn") from None
    return text


def _fit_for_all(text: str) -> str:
    """A text that everybody will read. Raises ValidationError for what may not be in it."""
    try:
        moderating.check_public(text)
    except Refusal as refusal:
        raise forms.ValidationError(refusal.message, code="public") from None
    return text
