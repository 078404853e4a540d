"""What a coordinator is asked when a calendar is taken over: one question at a time."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.importing import limits, sources
from activities.importing.choices import Choices
from activities.importing.joining import Proposal
from activities.importing.tables import COLUMN_NAMES, Columns, Table
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.look.formats import day
from lokaal.look.widgets import Option, PickOne, PickSome
from lokaal.people.names import clean_name

FILE_KINDS = ".ics,.ical,.csv,.tsv,.txt,.xlsx,text/calendar,text/csv"
MOST_PLACES = 5_000


class CalendarFileField(forms.FileField):
    """A calendar or table of at most 10 MB, as a Brought."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Kies het bestand"))
        options.setdefault(
            "help_text", gettext_lazy("Een agenda (.ics) of een tabel (.csv of .xlsx).")
        )
        super().__init__(widget=forms.FileInput({"accept": FILE_KINDS}), **options)

    def clean(self, data: Any, initial: Any = None) -> sources.Brought | None:
        file: UploadedFile | None = super().clean(data, initial)
        if not file:
            return None
        if (file.size or 0) > limits.BYTES:
            raise forms.ValidationError(_("Dit bestand is groter dan 10 MB. Dat is te veel."))
        return sources.Brought(sources.file_name(file.name or ""), file.read())


class BringForm(forms.Form):
    """Where the calendar is: a file, or a web address."""

    optional_unsaid = ("file", "address")  # one of the two is needed

    centre = forms.ModelChoiceField(
        Centre.objects.none(),
        label=gettext_lazy("Voor welk huis?"),
        widget=PickOne,
        empty_label=None,
    )
    file = CalendarFileField(required=False)
    address = forms.CharField(
        label=gettext_lazy("Of plak het webadres"),
        help_text=gettext_lazy("De iCal-link van je agenda. Hij begint met https:// of webcal://"),
        required=False,
        max_length=2000,
        widget=forms.URLInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, centres: list[Centre], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brought: sources.Brought | None = None
        field = cast(forms.ModelChoiceField, self.fields["centre"])
        field.queryset = Centre.objects.filter(pk__in=[centre.pk for centre in centres])
        if len(centres) == 1:
            field.initial = centres[0]
            field.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.brought = cleaned.get("file")
        address = clean_name(cleaned.get("address", ""))
        if self.errors or self.brought:
            return cleaned
        if not address:
            self.add_error("file", _("Kies een bestand, of plak een webadres."))
        elif not sources.is_address(address):
            self.add_error("address", _("Een webadres begint met https://"))
        else:
            try:
                self.brought = sources.fetch(address)
            except Refusal as refusal:
                self.add_error("address", str(refusal))
        return cleaned


class NewFileForm(forms.Form):
    """The same source again, from a newer file."""

    file = CalendarFileField()


def text_languages() -> list[tuple[str, str]]:
    """The languages a calendar is likely to be written in, each by its own name."""
    return [
        ("nl", "Nederlands"),
        ("en", "English"),
        ("de", "Deutsch"),
        ("tr", "Türkçe"),
        ("ar", "العربية"),
    ]


class ChoicesForm(forms.Form):
    """On which terms new activities come into the agenda."""

    optional_unsaid = ("capacity",)  # the hint says it

    joining = forms.ChoiceField(
        label=gettext_lazy("Hoe doen mensen mee?"),
        widget=PickOne,
        choices=lambda: [
            ("drop_in", Option(_("Loop zo binnen"), _("Niemand hoeft zich aan te melden."))),
            ("sign_up", Option(_("Mensen kunnen zich aanmelden"), _("Je ziet wie er komt."))),
        ],
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Hoeveel plekken per datum?"),
        help_text=gettext_lazy("Alleen bij aanmelden. Leeg: er is altijd plek."),
        min_value=1,
        max_value=MOST_PLACES,
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    cost = forms.ChoiceField(
        label=gettext_lazy("Wat kost het?"),
        widget=PickOne,
        required=False,
        choices=lambda: [
            ("unknown", Option(_("Dat verschilt"), _("Bij elke activiteit vertel je het later."))),
            ("free", Option(_("Alles is gratis"), _("Niemand betaalt iets."))),
        ],
    )
    showing = forms.ChoiceField(
        label=gettext_lazy("Wanneer ziet iedereen het?"),
        widget=PickOne,
        choices=lambda: [
            ("now", Option(_("Meteen"), _("Alles staat direct in de agenda."))),
            ("later", Option(_("Later"), _("Je zet elke activiteit zelf in de agenda."))),
        ],
    )
    language = forms.ChoiceField(
        label=gettext_lazy("In welke taal zijn de teksten?"), choices=text_languages
    )

    @classmethod
    def initial_from(cls, choices: Choices) -> dict[str, Any]:
        return {
            "joining": "sign_up" if choices.needs_sign_up else "drop_in",
            "capacity": choices.capacity,
            "cost": "free" if choices.is_free else "unknown",
            "showing": "now" if choices.is_published else "later",
            "language": choices.language,
        }

    def choices(self) -> Choices:
        cleaned = self.cleaned_data
        needs_sign_up = cleaned["joining"] == "sign_up"
        return Choices(
            is_published=cleaned["showing"] == "now",
            needs_sign_up=needs_sign_up,
            capacity=cleaned["capacity"] if needs_sign_up else None,
            is_free=cleaned["cost"] == "free",
            language=cleaned["language"],
        )


class ColumnsForm(forms.Form):
    """Which column is what. The guess stands filled in; a person confirms it."""

    def __init__(self, *args: Any, table: Table, columns: Columns, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sample = table.sample()
        options = [
            (
                str(index),
                f"{heading or _('Kolom %(number)d') % {'number': index + 1}}{_example(sample, index)}",
            )
            for index, heading in enumerate(table.headings)
        ]
        for name in COLUMN_NAMES:
            is_needed = name in ("title", "date")
            first = ("", _("Kies een kolom") if is_needed else _("Staat er niet in"))
            self.fields[name] = forms.TypedChoiceField(
                label=column_question(name),
                choices=[first, *options],
                coerce=int,
                empty_value=None,
                required=is_needed,
                initial=_initial(getattr(columns, name)),
                error_messages={"required": _("Kies de kolom. Zonder kan het niet.")},
            )
        self.fields["order"] = forms.ChoiceField(
            label=_("Wat staat vooraan in de datum?"),
            widget=PickOne(in_a_row=True),
            choices=[("day", _("De dag (24-11)")), ("month", _("De maand (11-24)"))],
            initial="month" if columns.month_first else "day",
        )

    def columns(self) -> Columns:
        chosen = {name: self.cleaned_data[name] for name in COLUMN_NAMES}
        return Columns(**chosen, month_first=self.cleaned_data["order"] == "month")


def column_question(name: str) -> str:
    return {
        "title": _("Hoe heet de activiteit?"),
        "date": _("Op welke dag is het?"),
        "start": _("Hoe laat begint het?"),
        "end": _("Hoe laat is het klaar?"),
        "duration": _("Hoe lang duurt het?"),
        "end_date": _("Op welke dag is het klaar?"),
        "room": _("In welke ruimte?"),
        "text": _("Wat wil je erover vertellen?"),
        "state": _("Waar staat of het doorgaat?"),
        "uid": _("In welke kolom staat het nummer van de rij?"),
    }[name]


def _initial(index: int | None) -> str:
    return "" if index is None else str(index)


def _example(sample: list[list[str]], index: int) -> str:
    first = next((row[index] for row in sample if row[index]), "")
    return f" ({first[:30]})" if first else ""


class JoinForm(forms.Form):
    """Which events with one name are one activity. Nothing is ticked beforehand."""

    together = forms.MultipleChoiceField(
        label=gettext_lazy("Welke horen bij elkaar?"), widget=PickSome, required=False
    )

    def __init__(self, *args: Any, proposals: list[Proposal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.MultipleChoiceField, self.fields["together"])
        field.choices = [
            (proposal.key, Option(proposal.title, _told(proposal))) for proposal in proposals
        ]


def _told(proposal: Proposal) -> str:
    same = (
        _("De tekst is steeds gelijk.")
        if proposal.is_same_text
        else _("De tekst is niet steeds gelijk.")
    )
    times = ngettext("%(count)d datum", "%(count)d datums", proposal.events) % {
        "count": proposal.events
    }
    span = _("%(times)s, van %(first)s tot %(last)s.") % {
        "times": times, "first": day(proposal.first), "last": day(proposal.last)
    }  # fmt: skip
    return f"{span} {same}"


class TakeOverForm(forms.Form):
    """The last question: really?"""

    cancel_vanished = forms.BooleanField(
        label=gettext_lazy("Zeg af wat niet meer in de bron staat"), required=False
    )
