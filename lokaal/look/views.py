"""The style page: every token and component of the house on one page, for who makes pages."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lokaal.look.pictograms import PICTOGRAMS
from lokaal.look.widgets import Option, PickOne, PickSome


class Example(NamedTuple):
    """A place for the examples; the real ones are rows of the database."""

    name: str
    mark: str
    address: str = ""


class Swatch(NamedTuple):
    name: str
    hex: str
    use: str


WATER = Example("Waterkracht", "p-wk", "Bronsweg 12, Zutphen")
NEW_TOWN = Example("Nieuwstad", "p-ns", "Hofpad 3, Zutphen")


def styles(request: HttpRequest) -> HttpResponse:
    """For staff. `?dir=rtl` turns the page around, to see that it can be read from right to left."""
    if not getattr(request.user, "is_staff", False):
        raise PermissionDenied
    return render(
        request, "look/styles.html", _everything(is_turned=request.GET.get("dir") == "rtl")
    )


def _everything(*, is_turned: bool) -> dict[str, Any]:
    return {
        "is_turned": is_turned,
        "places": [WATER, NEW_TOWN, Example(_("Nog een huis"), "")],
        "lights": {"p-wk"},
        "colours": _colours(),
        "planes": _planes(),
        "spaces": [
            ("s1", 4),
            ("s2", 8),
            ("s3", 12),
            ("s4", 16),
            ("s5", 24),
            ("s6", 32),
            ("s7", 48),
            ("s8", 72),
        ],
        "doors": _doors(),
        "cards": _cards(),
        "lines": _lines(),
        "days": _days(),
        "facts": _facts(),
        "people": _people(),
        "groups": _groups(),
        "page": Paginator(range(60), 20).page(2),
        "form": ExampleForm(),
        "wrong_form": ExampleForm(
            {"wrong-name": "", "wrong-phone": "06 12 34", "wrong-day": "1"}, prefix="wrong"
        ),
        "pictograms": sorted(PICTOGRAMS),
    }


class ExampleForm(forms.Form):
    """Every kind of field once."""

    day = forms.ChoiceField(
        label=gettext_lazy("Op welke dag?"),
        widget=PickOne,
        choices=[
            (
                "1",
                Option(gettext_lazy("Dinsdag 24 november"), gettext_lazy("Vandaag. Nog 3 plekken")),
            ),
            (
                "2",
                Option(
                    gettext_lazy("Dinsdag 1 december"),
                    gettext_lazy("Vol. Je komt op de wachtlijst"),
                ),
            ),
            (
                "3",
                Option(
                    gettext_lazy("Dinsdag 8 december"),
                    gettext_lazy("Gaat niet door"),
                    is_disabled=True,
                ),
            ),
        ],
    )
    name = forms.CharField(
        label=gettext_lazy("Je naam"),
        help_text=gettext_lazy("Je voornaam is genoeg."),
        error_messages={"required": gettext_lazy("Vul je naam in. Je voornaam is genoeg.")},
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    phone = forms.RegexField(
        r"^\d{10}$",
        label=gettext_lazy("Telefoon"),
        required=False,
        error_messages={
            "invalid": gettext_lazy("Dit nummer heeft te weinig cijfers. Een nummer heeft er 10."),
        },
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    with_me = forms.ChoiceField(
        label=gettext_lazy("Neem je iemand mee?"),
        required=False,
        initial="0",
        widget=PickOne(in_a_row=True),
        choices=[
            ("0", gettext_lazy("Nee, ik kom alleen")),
            ("1", gettext_lazy("Ja, 1 mens")),
            ("2", gettext_lazy("Ja, 2 mensen")),
        ],
    )
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("Wat heb je nodig?"),
        required=False,
        widget=PickSome,
        choices=[
            ("step", gettext_lazy("Geen drempel")),
            ("quiet", gettext_lazy("Een rustige plek")),
        ],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Wat wil je doen?"),
        required=False,
        choices=[("", "—"), ("sew", gettext_lazy("Naaien")), ("cook", gettext_lazy("Koken"))],
    )
    on = forms.DateField(
        label=gettext_lazy("Wanneer?"), required=False, widget=forms.DateInput({"type": "date"})
    )
    words = forms.CharField(
        label=gettext_lazy("Wil je nog iets zeggen?"),
        required=False,
        help_text=gettext_lazy("Eén zin is genoeg. Fouten maken mag."),
        widget=forms.Textarea({"rows": 4}),
    )
    picture = forms.FileField(label=gettext_lazy("Een foto"), required=False)
    call = forms.BooleanField(
        label=gettext_lazy("Bel mij liever"),
        required=False,
        help_text=gettext_lazy("Wij bellen op een werkdag."),
    )


def _colours() -> list[Swatch]:
    return [
        Swatch(_("Inkt"), "#14302a", _("Tekst. Op wit 14,1 : 1. Op zon 9,3 : 1")),
        Swatch(_("Zacht"), "#3f5650", _("Hulptekst. Op wit 7,9 : 1. Op kalk 7,2 : 1")),
        Swatch(_("Gracht"), "#0c5844", _("Knop en link. Op wit 8,4 : 1. Op kalk 7,7 : 1")),
        Swatch(_("Steen"), "#a32a17", _("Fout, gaat niet door. Op wit 7,2 : 1, niet op kalk")),
        Swatch(_("Water"), "#0a5486", _("Gevelsteen. Op wit 8,0 : 1")),
        Swatch(_("Lijn"), "#6a7f78", _("Rand van een veld. Op wit 4,3 : 1")),
    ]


def _planes() -> list[Swatch]:
    return [
        Swatch(_("Kalk"), "#f3f5ef", _("De muur: achtergrond. Inkt erop 12,9 : 1")),
        Swatch(_("Wit"), "#ffffff", _("Papier: kaarten. Inkt erop 14,1 : 1")),
        Swatch(_("Zon"), "#ffcb3d", _("Meedoen, nu, gekozen. Inkt erop 9,3 : 1")),
        Swatch(_("Munt"), "#cbebd6", _("Helpen, gelukt. Inkt erop 11,0 : 1")),
        Swatch(_("Roos"), "#ffc8cf", _("Hulp, stem van mensen. Inkt erop 9,7 : 1")),
        Swatch(_("Lucht"), "#bcdff3", _("Feiten, uitleg. Inkt erop 10,1 : 1")),
    ]


def _doors() -> list[dict[str, str]]:
    return [
        {
            "tint": "zon",
            "icon": "users",
            "url": "#deuren",
            "word": _("Meedoen"),
            "sentence": _("Kijk wat er is. Kies iets leuks. Kom gewoon."),
        },
        {
            "tint": "munt",
            "icon": "hand-raised",
            "url": "#deuren",
            "word": _("Helpen"),
            "sentence": _("Een uurtje of vaker. Wij zoeken samen wat bij je past."),
        },
        {
            "tint": "roos",
            "icon": "lifebuoy",
            "url": "#deuren",
            "word": _("Hulp nodig"),
            "sentence": _("Zit je ergens mee? Vertel het. Wij luisteren."),
        },
    ]


def _cards() -> list[dict[str, Any]]:
    free, step_free, walk_in = (
        ("currency-euro", _("Gratis")),
        ("wheel", _("Zonder drempel")),
        ("arrow-right-end-on-rectangle", _("Loop zo binnen")),
    )
    return [
        {
            "title": _("Koffie-inloop"),
            "url": "#kaarten",
            "tile_main": "9.30",
            "tint": "zon",
            "centre": WATER,
            "room": _("Huiskamer"),
            "badge": {"kind": "zon", "label": _("Nu bezig"), "icon": "clock"},
            "facts": [free, step_free, walk_in],
        },
        {
            "title": _("Buurtmaaltijd"),
            "url": "#kaarten",
            "tile_top": _("wo"),
            "tile_main": "25",
            "tile_bottom": _("nov"),
            "tint": "roos",
            "centre": WATER,
            "time": "12.00",
            "facts": [
                ("currency-euro", _("€ 4, of wat je kunt")),
                step_free,
                ("ticket", _("Nog 12 plekken")),
            ],
        },
        {
            "title": _("Huiswerkklas"),
            "url": "#kaarten",
            "tile_main": "15.30",
            "tint": "munt",
            "centre": WATER,
            "room": _("Jongerenruimte"),
            "badge": {
                "kind": "line",
                "label": _("Vol. Er is een wachtlijst"),
                "icon": "queue-list",
            },
            "facts": [free, ("users", _("Kinderen van 8 tot 12"))],
        },
        {
            "title": _("Voorleeskoffie"),
            "url": "#kaarten",
            "tile_main": "16.00",
            "tint": "lucht",
            "centre": NEW_TOWN,
            "room": _("Tuinkamer"),
            "is_gone": True,
            "badge": {"kind": "warn", "label": _("Gaat niet door"), "icon": "x-circle"},
            "facts": [free, walk_in],
        },
    ]


def _lines() -> list[dict[str, Any]]:
    return [
        {
            "time": "9.30",
            "datetime": "09:30",
            "url": "#kaarten",
            "title": _("Koffie-inloop"),
            "text": _("Nu bezig. Loop zo binnen"),
            "is_now": True,
        },
        {
            "time": "13.30",
            "datetime": "13:30",
            "url": "#kaarten",
            "title": _("Naaicafé"),
            "text": _("Nederlands en Turks. Nog 3 plekken"),
        },
        {
            "time": "16.00",
            "datetime": "16:00",
            "url": "#kaarten",
            "title": _("Voorleeskoffie"),
            "text": _("Gaat niet door"),
            "is_gone": True,
        },
    ]


def _days() -> list[dict[str, Any]]:
    names = [
        (_("maandag"), _("ma"), _("3 dingen")),
        (_("dinsdag"), _("di"), _("8 dingen")),
        (_("woensdag"), _("wo"), _("5 dingen")),
        (_("donderdag"), _("do"), _("5 dingen")),
        (_("vrijdag"), _("vr"), _("4 dingen")),
        (_("zaterdag"), _("za"), _("1 ding")),
        (_("zondag"), _("zo"), _("nog niets")),
    ]
    return [
        {
            "url": "#week",
            "name": name,
            "short": short,
            "date": 23 + at,
            "text": text,
            "is_chosen": at == 1,
        }
        for at, (name, short, text) in enumerate(names)
    ]


def _facts() -> list[dict[str, Any]]:
    return [
        {"icon": "calendar-days", "word": _("Elke dinsdag"), "text": _("13.30 tot 15.30 uur")},
        {"centre": WATER, "word": WATER.name, "text": _("Atelier, begane grond")},
        {"icon": "currency-euro", "word": _("Gratis"), "text": _("Stof ligt klaar")},
        {"icon": "wheel", "word": _("Zonder drempel"), "text": _("Er is een aangepast toilet")},
    ]


def _people() -> list[dict[str, str]]:
    return [
        {
            "name": "Ans Voorbeeld",
            "text": _("Met haar buurvrouw"),
            "url": "#balie",
            "done": _("Is er 9.58"),
        },
        {
            "name": "Bo Voorbeeld",
            "text": _("Voor de eerste keer. Zeg even dag"),
            "url": "#balie",
            "button": _("Is er"),
            "told": _("%(name)s is er") % {"name": "Bo Voorbeeld"},
        },
    ]


def _groups() -> list[dict[str, Any]]:
    return [
        {
            "question": _("Waar?"),
            "name": "where",
            "choices": [
                {"value": "waterkracht", "label": "Waterkracht", "is_chosen": True},
                {"value": "nieuwstad", "label": "Nieuwstad"},
            ],
        },
        {
            "question": _("Wat kost het?"),
            "name": "cost",
            "choices": [{"value": "0", "label": _("Alleen gratis")}],
        },
    ]
