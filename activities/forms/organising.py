"""What an organiser tells about an activity and its dates: few questions at a time, in the order one thinks of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from activities import rooms
from activities.models import (
    Activity,
    ActivityTranslation,
    Audience,
    CostKind,
    Mood,
    Participation,
    QueueRule,
)
from activities.models.activity import WITHOUT_PRICE
from lokaal.centres.models import Centre, Fact
from lokaal.languages import SPOKEN, spoken_name
from lokaal.look.own_words import own_words, sentence
from lokaal.look.widgets import Option, PickOne, PickSome, Suggestions
from lokaal.people.fields import (
    LineField,
    PhoneField,
    PriceField,
    TextField,
    TokenField,
)

MOST_PLACES = 5_000


# Fields ------------------------------------------------------------------------------------------


class FactField(forms.ChoiceField):
    """Yes, no, or not known yet: that is an answer too."""

    def __init__(self, label: Any, *, icon: str, help_text: Any = "") -> None:
        choices = [
            (Fact.YES, Option(gettext_lazy("Ja"), icon=icon)),
            (Fact.NO, Option(gettext_lazy("Nee"), icon="no-symbol")),
            (Fact.UNKNOWN, Option(gettext_lazy("Dat weet ik niet"), icon="question-mark-circle")),
        ]
        super().__init__(
            label=label,
            help_text=help_text,
            choices=choices,
            required=False,
            widget=PickOne(in_a_row=True),
        )


def spoken_choices() -> list[tuple[str, str]]:
    return [(code, spoken_name(code, get_language() or "nl")) for code in SPOKEN]


def title_field() -> LineField:
    return LineField(
        label=gettext_lazy("Hoe heet het?"),
        help_text=gettext_lazy("Een korte naam. Bijvoorbeeld: Naaicafé."),
        max_length=120,
        error_messages={"required": gettext_lazy("Vul een naam in.")},
    )


def summary_field(*, required: bool) -> LineField:
    return LineField(
        label=gettext_lazy("Wat doen jullie?"),
        help_text=gettext_lazy("Vertel het in één zin. Gewone woorden zijn goed."),
        max_length=300,
        required=required,
        error_messages={"required": gettext_lazy("Vertel in één zin wat jullie doen.")},
    )


def participation_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Hoe doen mensen mee?"),
        choices=[
            (
                Participation.SIGN_UP,
                Option(
                    gettext_lazy("Eerst zeggen: ik kom"),
                    gettext_lazy("Je ziet wie er komt."),
                    icon="ticket",
                ),
            ),
            (
                Participation.COURSE,
                Option(
                    gettext_lazy("Een cursus"),
                    gettext_lazy("Mensen melden zich één keer aan, voor de hele reeks."),
                    icon="calendar-days",
                ),
            ),
            (
                Participation.DROP_IN,
                Option(
                    gettext_lazy("Loop zo binnen"),
                    gettext_lazy("Niemand hoeft iets te zeggen."),
                    icon="arrow-right-end-on-rectangle",
                ),
            ),
        ],
        widget=PickOne,
    )


def capacity_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy("Voor hoeveel mensen is er plek?"),
        help_text=gettext_lazy("Leeg: er is altijd plek."),
        min_value=1,
        max_value=MOST_PLACES,
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )


def cost_kind_field() -> forms.ChoiceField:
    """Nothing is ticked beforehand: that it is free, too, is something that somebody says."""
    return forms.ChoiceField(
        label=gettext_lazy("Wat kost het?"),
        choices=[
            (CostKind.FREE, Option(gettext_lazy("Gratis"), icon="heart")),
            (CostKind.FIXED, Option(gettext_lazy("Een vaste prijs"), icon="currency-euro")),
            (
                CostKind.PAY_WHAT_YOU_CAN,
                Option(gettext_lazy("Betaal wat je kunt"), icon="hand-raised"),
            ),
        ],
        widget=PickOne,
        error_messages={"required": gettext_lazy("Kies wat het kost.")},
    )


def price_field() -> PriceField:
    return PriceField(
        label=gettext_lazy("Hoeveel euro?"),
        help_text=gettext_lazy("Bijvoorbeeld 4 of 3,50. Is het gratis? Laat dit leeg."),
        required=False,
        max_length=12,
    )


class AsksCost:
    """The three kinds of price, and the price that belongs to each."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc, attr-defined]
        if cleaned.get("cost_kind") in WITHOUT_PRICE:
            cleaned["cost_cents"] = 0
            self.errors.pop("cost_cents", None)  # type: ignore[attr-defined]
        elif cleaned.get("cost_kind") == CostKind.FIXED and cleaned.get("cost_cents") == 0:
            self.add_error("cost_cents", _("Vul de prijs in. Bijvoorbeeld 4."))  # type: ignore[attr-defined]
        return cleaned


# The activity ------------------------------------------------------------------------------------


class NewActivityForm(AsksCost, forms.Form):
    """The five questions with which an activity begins. All else can be told later."""

    optional_unsaid = ("default_capacity", "cost_cents")

    title = title_field()
    summary = summary_field(required=True)
    centre = forms.ModelChoiceField(
        label=gettext_lazy("Waar is het?"),
        queryset=Centre.objects.none(),
        widget=PickOne,
        empty_label=None,
    )
    participation = participation_field()
    default_capacity = capacity_field()
    cost_kind = cost_kind_field()
    cost_cents = price_field()
    token = TokenField()

    def __init__(self, *args: Any, centres: Iterable[Centre], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {str(centre.pk): centre for centre in centres}
        self.fields["centre"].queryset = Centre.objects.filter(pk__in=choices)  # type: ignore[attr-defined]
        self.initial.setdefault("participation", Participation.SIGN_UP)
        if len(choices) == 1:
            self.initial.setdefault("centre", next(iter(choices)))


def room_field(help_text: Any) -> LineField:
    """Where it is. The spaces of the house are suggested; the one that is chosen is held (activities.rooms)."""
    return LineField(
        label=gettext_lazy("Welke ruimte?"),
        help_text=help_text,
        max_length=80,
        required=False,
        widget=Suggestions,
    )


def suggest_rooms(form: forms.Form, activity: Activity) -> None:
    """Put the spaces of the house under the question which room it is, where a form asks it."""
    if "room" in form.fields:
        names = [space.name for space in rooms.spaces_of(activity.centre_id).values()]
        form.fields["room"].widget.suggestions = names


def say_language(form: forms.Form, language: str) -> None:
    """Tell readers and spelling checkers in which language these texts are written."""
    for field in form.fields.values():
        if isinstance(field, LineField | TextField):
            field.widget.attrs["lang"] = language


class PartForm(forms.Form):
    """One part of what an activity tells. Its fields carry the names of the model's."""

    heading: ClassVar[Any]
    icon: ClassVar[str]

    @classmethod
    def of(cls, activity: Activity, data: Any = None) -> PartForm:
        initial = {name: getattr(activity, name) for name in cls.base_fields}
        if initial.get("cost_cents"):
            euros, cents = divmod(initial["cost_cents"], 100)
            initial["cost_cents"] = f"{euros},{cents:02d}" if cents else str(euros)
        elif "cost_cents" in initial:
            initial["cost_cents"] = ""
        form = cls(data, initial=initial)
        suggest_rooms(form, activity)
        say_language(form, activity.text_language)
        return form

    @property
    def changes(self) -> dict[str, Any]:
        """What was changed, of a valid form; nothing else is written."""
        names = set(self.changed_data)
        if "cost_kind" in names:
            names.add("cost_cents")
        return {name: self.cleaned_data[name] for name in self.fields if name in names}


class WordsForm(PartForm):
    heading = gettext_lazy("Wat is het?")
    icon = "chat-bubble-left-ellipsis"

    title = title_field()
    summary = summary_field(required=True)
    description = TextField(
        label=gettext_lazy("Wil je meer vertellen?"), max_length=10_000, required=False
    )


class TakingPartForm(PartForm):
    heading = gettext_lazy("Hoe doe je mee?")
    icon = "ticket"
    optional_unsaid = ("default_capacity", "queue_rule", "offer_hours")

    participation = participation_field()
    default_capacity = capacity_field()
    queue_rule = forms.ChoiceField(
        label=gettext_lazy("Wat als het vol is, en er komt een plek vrij?"),
        required=False,
        widget=PickOne,
        choices=[
            (
                QueueRule.AUTOMATIC,
                Option(
                    gettext_lazy("De eerste van de wachtlijst krijgt de plek"),
                    gettext_lazy("Die krijgt meteen bericht."),
                ),
            ),
            (
                QueueRule.OFFER,
                Option(
                    gettext_lazy("De eerste van de wachtlijst zegt eerst ja"),
                    gettext_lazy("Zo blijft er geen plek leeg."),
                ),
            ),
            (QueueRule.NONE, Option(gettext_lazy("Geen wachtlijst"))),
        ],
    )
    offer_hours = forms.IntegerField(
        label=gettext_lazy("Hoeveel uur mag iemand nadenken?"),
        help_text=gettext_lazy("Alleen bij eerst ja zeggen. Nooit langer dan tot het begin."),
        required=False,
        min_value=1,
        max_value=14 * 24,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )

    def clean_queue_rule(self) -> str:
        """Not asked is not changed."""
        return self.cleaned_data["queue_rule"] or self.initial["queue_rule"]

    def clean_offer_hours(self) -> int:
        return self.cleaned_data["offer_hours"] or self.initial["offer_hours"]


class AudienceForm(PartForm):
    heading = gettext_lazy("Voor wie?")
    icon = "users"

    audience = forms.ChoiceField(
        label=gettext_lazy("Voor wie is het?"),
        choices=[(value, capfirst(label)) for value, label in Audience.choices],
        widget=PickOne,
    )
    audience_note = LineField(
        label=gettext_lazy("Voor wie precies?"),
        help_text=gettext_lazy("Bijvoorbeeld: van 8 tot 12 jaar."),
        max_length=80,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [  # type: ignore[attr-defined]
            (value, capfirst(label)) for value, label in Audience.choices
        ]


class CostForm(AsksCost, PartForm):
    heading = gettext_lazy("Wat kost het?")
    icon = "currency-euro"
    optional_unsaid = ("cost_cents",)

    cost_kind = cost_kind_field()
    cost_cents = price_field()
    cost_note = LineField(
        label=gettext_lazy("Wil je iets zeggen over de prijs?"),
        help_text=gettext_lazy("Bijvoorbeeld: de stof ligt klaar."),
        max_length=120,
        required=False,
    )


class LanguagesForm(PartForm):
    heading = gettext_lazy("Welke talen spreken jullie?")
    icon = "language"

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Welke talen spreken jullie?"),
        choices=spoken_choices,
        required=False,
        widget=PickSome(in_a_row=True),
    )


class PlaceForm(PartForm):
    heading = gettext_lazy("Waar, en hoe kom je binnen?")
    icon = "map-pin"

    room = room_field(gettext_lazy("Kies een zaal. Die houden wij dan voor je vrij."))
    step_free = FactField(gettext_lazy("Kun je zonder drempel binnen?"), icon="wheel")
    accessible_toilet = FactField(gettext_lazy("Is er een aangepast toilet?"), icon="wheel")


class MoodForm(PartForm):
    heading = gettext_lazy("Hoe is het daar?")
    icon = "face-smile"

    mood = forms.ChoiceField(
        label=gettext_lazy("Is het er rustig of druk?"),
        choices=[
            (Mood.QUIET, Option(gettext_lazy("Rustig"), icon="cup")),
            (Mood.LIVELY, Option(gettext_lazy("Druk en gezellig"), icon="user-group")),
            (Mood.UNKNOWN, Option(gettext_lazy("Dat weet ik niet"), icon="question-mark-circle")),
        ],
        required=False,
        widget=PickOne(in_a_row=True),
    )
    someone_greets = FactField(
        gettext_lazy("Is er iemand voor mensen die nieuw zijn?"), icon="hand-raised"
    )
    childcare = FactField(gettext_lazy("Mogen kinderen mee?"), icon="face-smile")
    bring = LineField(
        label=gettext_lazy("Wat moeten mensen meenemen?"),
        help_text=gettext_lazy("Bijvoorbeeld: een broek zonder knoop."),
        max_length=120,
        required=False,
    )


class OrganiserForm(PartForm):
    heading = gettext_lazy("Van wie is dit?")
    icon = "user-circle"

    organiser_name = LineField(
        label=gettext_lazy("Welke naam staat op de pagina?"),
        help_text=gettext_lazy("Bijvoorbeeld je voornaam. Iedereen kan dit lezen."),
        max_length=120,
        required=False,
    )
    organiser_words = TextField(
        label=gettext_lazy("Wat wil jij zelf zeggen?"),
        help_text=gettext_lazy("Waarom doe je dit? Waarom moet iemand komen?"),
        max_length=1000,
        required=False,
    )
    contact_phone = PhoneField(
        label=gettext_lazy("Welk nummer kunnen mensen bellen?"),
        help_text=gettext_lazy("Iedereen kan dit lezen. Leeg: mensen bellen het huis."),
    )


PARTS: dict[str, type[PartForm]] = {
    "words": WordsForm,
    "taking-part": TakingPartForm,
    "audience": AudienceForm,
    "cost": CostForm,
    "languages": LanguagesForm,
    "place": PlaceForm,
    "mood": MoodForm,
    "organiser": OrganiserForm,
}


class TranslationForm(forms.Form):
    """The words in another language. Without a name there is no translation."""

    title = LineField(
        label=gettext_lazy("Naam"),
        help_text=gettext_lazy("Leeg: dan staat alles er in de eigen taal."),
        max_length=120,
        required=False,
    )
    summary = LineField(label=gettext_lazy("In één zin"), max_length=300, required=False)
    description = TextField(label=gettext_lazy("Meer vertellen"), max_length=10_000, required=False)
    audience_note = LineField(label=gettext_lazy("Voor wie precies"), max_length=80, required=False)
    cost_note = LineField(label=gettext_lazy("Over de prijs"), max_length=120, required=False)
    bring = LineField(label=gettext_lazy("Neem mee"), max_length=120, required=False)

    def __init__(
        self,
        *args: Any,
        activity: Activity,
        words: ActivityTranslation | None,
        language: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        say_language(self, language)
        for name, field in self.fields.items():
            own = getattr(activity, name)
            if own:
                shown = own if len(own) < 200 else f"{own[:200]}…"
                field.help_text = sentence(
                    _("Nu staat er: “%(text)s”"), text=own_words(shown, activity.text_language)
                )
            if words:
                self.initial.setdefault(name, getattr(words, name))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("title") and any(cleaned.values()):
            self.add_error("title", _("Vul ook de naam in."))
        return cleaned


class PersonSearchForm(forms.Form):
    q = LineField(
        label=gettext_lazy("Zoek op naam of e-mailadres"),
        min_length=2,
        max_length=120,
        error_messages={"min_length": gettext_lazy("Vul twee letters in, of meer.")},
    )
