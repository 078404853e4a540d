"""What staff fills in about a booking: until when, the price, why not, who got the key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lokaal import local_time
from lokaal.exceptions import Refusal
from lokaal.look.widgets import Option, PickOne
from lokaal.people.fields import ClockField, DayField, LineField, PriceField, TextField
from venue.forms.bookings import ChangeForm
from venue.forms.hiring import without_bsn
from venue.models import DepositKind, RoomState, TariffClass, VatCode
from venue.series import Scope

#: Until the end of a day, where no time was said.
LAST_MINUTE = time(23, 59)


class UntilForm(forms.Form):
    """Until when something holds. Empty: as long as the house gives."""

    optional_unsaid: tuple[str, ...] = ("day", "time")

    day = DayField(
        label=gettext_lazy("Tot en met welke dag?"),
        help_text=gettext_lazy("Leeg: zoals het huis dat doet."),
        required=False,
    )
    time = ClockField(label=gettext_lazy("Hoe laat?"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["until"] = None
        if cleaned.get("day"):
            try:
                at = cleaned.get("time") or LAST_MINUTE
                cleaned["until"] = local_time.at(cleaned["day"], at)
            except Refusal as refusal:
                self.add_error("time", str(refusal))
        return cleaned

    @property
    def until(self) -> datetime | None:
        """The moment (UTC) of a valid form."""
        until: datetime | None = self.cleaned_data["until"]
        return until


class SendQuoteForm(UntilForm):
    """What goes along with a quote."""

    optional_unsaid = ("day", "time", "note")

    note = TextField(
        label=gettext_lazy("Bericht aan de huurder"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


class DeclineForm(forms.Form):
    """Why not. The hirer reads it."""

    reason = TextField(
        label=gettext_lazy("Waarom kan het niet?"),
        help_text=gettext_lazy("De huurder leest dit. Zeg ook wat wel kan."),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Schrijf op waarom het niet kan.")},
    )


class SayForm(forms.Form):
    """A question or a word to the hirer, who reads it as it is written."""

    text = TextField(
        label=gettext_lazy("Wat wil je vragen of zeggen?"),
        help_text=gettext_lazy("De huurder leest dit precies zo. Houd het kort."),
        max_length=500,
        validators=[without_bsn],
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": gettext_lazy("Schrijf op wat je wilt zeggen of vragen.")},
    )


class SkipForm(forms.Form):
    """Why a date is left out. The hirer reads it; it may stay empty."""

    optional_unsaid = ("reason",)

    reason = TextField(
        label=gettext_lazy("Waarom?"),
        help_text=gettext_lazy("De huurder leest dit. Het mag leeg blijven."),
        max_length=300,
        required=False,
        validators=[without_bsn],
        widget=forms.Textarea({"rows": 2}),
    )


class StaffCancelForm(forms.Form):
    """Calling off for the hirer."""

    reason = TextField(
        label=gettext_lazy("Waarom?"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    free_of_charge = forms.BooleanField(label=gettext_lazy("Laat de kosten vallen"), required=False)


class RowField(forms.ChoiceField):
    """One of a few rows, chosen by name. Cleans to the row."""

    widget = forms.Select

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.rows: dict[str, Any] = {}

    def offer(self, rows: Iterable[Any]) -> None:
        self.rows = {str(row.pk): row for row in rows}
        self.choices = [(pk, str(row)) for pk, row in self.rows.items()]

    def clean(self, value: Any) -> Any:
        return self.rows[super().clean(value)]


class ClassForm(forms.Form):
    """The class of prices that staff agrees with."""

    tariff_class = RowField(label=gettext_lazy("Prijsgroep"))

    def __init__(self, *args: Any, classes: Iterable[TariffClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tariff_class"].offer(classes)  # type: ignore[attr-defined]


class LineForm(forms.Form):
    """A line of one's own on a quote; with a tick it is a discount."""

    description = LineField(
        label=gettext_lazy("Wat"),
        max_length=200,
        error_messages={"required": gettext_lazy("Schrijf op waarvoor dit is.")},
    )
    price_cents = PriceField(label=gettext_lazy("Bedrag, met btw"))
    is_discount = forms.BooleanField(label=gettext_lazy("Dit gaat eraf (korting)"), required=False)
    vat_code = RowField(label=gettext_lazy("Btw"))

    def __init__(self, *args: Any, codes: Iterable[VatCode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vat_code"].offer(codes)  # type: ignore[attr-defined]

    def clean_price_cents(self) -> int:
        cents: int = self.cleaned_data["price_cents"]
        if not cents:
            raise forms.ValidationError(_("Vul een bedrag in. Bijvoorbeeld 3,50."))
        return cents

    @property
    def unit_cents(self) -> int:
        cents: int = self.cleaned_data["price_cents"]
        return -cents if self.cleaned_data["is_discount"] else cents


class HandOverForm(forms.Form):
    """Who got the key, and signed."""

    optional_unsaid = ("keys",)

    signed_name = LineField(
        label=gettext_lazy("Wie krijgt de sleutel?"),
        max_length=120,
        error_messages={"required": gettext_lazy("Vul de naam in van wie tekent.")},
    )
    keys = LineField(
        label=gettext_lazy("Welke sleutels?"),
        help_text=gettext_lazy("Bijvoorbeeld: Atelier en voordeur."),
        max_length=120,
        required=False,
    )


class HandBackForm(forms.Form):
    """How the room was when the key came back."""

    optional_unsaid = ("damage_note",)

    room_state = forms.ChoiceField(
        label=gettext_lazy("Hoe is de zaal?"),
        choices=[
            (RoomState.GOOD, Option(gettext_lazy("Netjes"), icon="check-circle")),
            (RoomState.MESSY, Option(gettext_lazy("Niet opgeruimd"), icon="exclamation-triangle")),
            (RoomState.DAMAGED, Option(gettext_lazy("Iets stuk"), icon="wrench-screwdriver")),
        ],
        widget=PickOne,
    )
    damage_note = TextField(
        label=gettext_lazy("Wat is er aan de hand?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("room_state") == RoomState.DAMAGED and not cleaned.get("damage_note"):
            self.add_error("damage_note", _("Schrijf op wat er stuk is."))
        return cleaned


class DepositStepForm(forms.Form):
    """What happened with the deposit."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Wat gebeurde er?"),
        choices=[
            (DepositKind.RECEIVED, gettext_lazy("Borg ontvangen")),
            (DepositKind.RETURNED, gettext_lazy("Borg teruggegeven")),
            (DepositKind.KEPT, gettext_lazy("Borg gehouden")),
        ],
        widget=forms.Select,
    )
    cents = PriceField(label=gettext_lazy("Hoeveel?"))
    reason = LineField(
        label=gettext_lazy("Waarom houden wij het?"),
        help_text=gettext_lazy("Alleen nodig als wij de borg houden."),
        max_length=300,
        required=False,
    )
    optional_unsaid = ("reason",)


class StaffChangeForm(ChangeForm):
    """A date as staff changes it at once, also outside the hours of hire when they say why.

    `dates_in` (of rebooking): of a date in a series, for how many dates each scope is; empty: nothing to choose.
    """

    optional_unsaid = ("note", "hours_reason")

    hours_reason = LineField(
        label=gettext_lazy("Buiten de tijden? Zeg waarom."), max_length=200, required=False
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("Voor welke datums?"),
        help_text=gettext_lazy("Wat geweest is, blijft zoals het was."),
        widget=PickOne,
        initial=Scope.THIS.value,
    )
    keeps_price = forms.BooleanField(
        label=gettext_lazy("De prijs blijft zoals hij was"), required=False
    )

    def __init__(self, *args: Any, dates_in: Mapping[Scope, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["note"]
        if dates_in:
            self.fields["scope"].choices = [  # type: ignore[attr-defined]
                (scope.value, _scope_option(scope, count)) for scope, count in dates_in.items()
            ]
            self.initial["scope"] = Scope.THIS.value
        else:
            del self.fields["scope"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and self.has_choice and not self._differences():
            self.add_error(None, _("Er is niets anders. Verander eerst de tijd, zaal of mensen."))
        return cleaned

    @property
    def has_choice(self) -> bool:
        """Whether it can be for more dates than this one."""
        return "scope" in self.fields

    @property
    def chosen_scope(self) -> Scope:
        return Scope(self.cleaned_data.get("scope") or Scope.THIS)

    @property
    def fields_of_wanted(self) -> dict[str, Any]:
        """The date as it is wanted, of a valid form, for rebooking.change."""
        starts_at, ends_at = self.cleaned_data["moment"]
        wish = {
            "space": self.spaces[self.cleaned_data["space"]],
            "starts_at": starts_at,
            "ends_at": ends_at,
            "people": self.cleaned_data["people"],
            "layout": self.cleaned_data["layout"],
        }
        return wish | self._reason()

    @property
    def changes(self) -> dict[str, Any]:
        """What is to be otherwise on each date, of a valid form, for rebooking.change_series: the rest stays."""
        return self._differences() | self._reason()

    def _differences(self) -> dict[str, Any]:
        said, was = self.cleaned_data, self.initial
        found: dict[str, Any] = {
            name: said[name]
            for name in ("starts", "ends", "people", "layout")
            if said[name] != was[name]
        }
        if said["space"] != was["space"]:
            found["space"] = self.spaces[said["space"]]
        if said["day"] != was["day"]:
            found["days_later"] = (said["day"] - was["day"]).days
        return found

    def _reason(self) -> dict[str, Any]:
        reason = self.cleaned_data["hours_reason"]
        return {"hours_reason": reason} if reason else {}


def _scope_option(scope: Scope, count: int) -> Option:
    """A choice with how many dates it is for."""
    said = ngettext("%(count)s datum", "%(count)s datums", count) % {"count": count}
    match scope:
        case Scope.THIS:
            return Option(_("Alleen deze datum"), icon="calendar")
        case Scope.FOLLOWING:
            return Option(_("Deze en de volgende"), said, icon="arrow-right")
        case Scope.ALL:
            return Option(_("Alle die nog komen"), said, icon="calendar-days")
