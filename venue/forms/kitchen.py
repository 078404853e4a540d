"""What the kitchen fills in, with a wet thumb: orders, dishes, recipes, labels, the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lokaal import local_time
from lokaal.centres.forms import SmallPhoto
from lokaal.centres.models import Centre, Fact
from lokaal.look.widgets import PickOne, PickSome
from lokaal.people.fields import (
    ClockField,
    DayField,
    LineField,
    PhoneField,
    PriceField,
    TextField,
    TokenField,
)
from lokaal.people.forms import NameField
from venue.food import allergens
from venue.food.dishes import Amount
from venue.forms.menu import CountField, DishesForm, NeedsForm
from venue.models import (
    Allergen,
    CateringOrder,
    Course,
    Dish,
    DishTranslation,
    Ingredient,
    LogKind,
    Measure,
    RecipeVersion,
    Remedy,
    Trace,
    VatCode,
)

#: A label with a capital, in the language of the reader.
capfirst_lazy = lazy(lambda label: capfirst(str(label)), str)

REASON_LENGTH = 200
#: Empty rows for new ingredients under the ones that are there.
EMPTY_ROWS = 3
MOST_INGREDIENTS = 60


class ReasonField(LineField):
    """Why staff do something outside the rules. It may not say anything about a person's health."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Waarom?"))
        options.setdefault("max_length", REASON_LENGTH)
        options.setdefault("required", False)
        super().__init__(**options)


class CelsiusField(forms.CharField):
    """A temperature as people write it: 4, 4,5, -18. Cleans to a Decimal of one digit behind the comma."""

    widget = forms.TextInput(
        {"inputmode": "text", "autocomplete": "off", "class": "celsius", "maxlength": "8"}
    )

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Hoeveel graden is het?"))
        super().__init__(**options)
        self.error_messages["required"] = gettext_lazy("Vul de temperatuur in. Bijvoorbeeld 4,5.")

    def clean(self, value: Any) -> Decimal:
        text = str(super().clean(value)).replace("°", "").replace("C", "").replace("c", "")
        text = text.replace("−", "-").replace("–", "-").replace(",", ".").replace(" ", "")
        try:
            celsius = Decimal(text)
        except InvalidOperation:
            raise forms.ValidationError(_("Vul een getal in. Bijvoorbeeld 4,5.")) from None
        if not celsius.is_finite() or abs(celsius) > 999:
            raise forms.ValidationError(_("Deze temperatuur kan niet kloppen. Kijk nog eens."))
        return celsius.quantize(Decimal("0.1"))


class QuantityField(forms.CharField):
    """How much, as cooks write it: 1, 0,5, 1/2. Cleans to a Decimal of three digits behind the comma, or None."""

    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "quantity"})

    def clean(self, value: Any) -> Decimal | None:
        text = str(super().clean(value) or "").replace(",", ".").replace(" ", "")
        if not text:
            return None
        try:
            above, _slash, below = text.partition("/")
            quantity = Decimal(above) / Decimal(below or "1")
        except (InvalidOperation, ZeroDivisionError):
            raise forms.ValidationError(_("Vul een getal in. Bijvoorbeeld 0,5.")) from None
        if not quantity.is_finite() or not 0 < quantity < 100_000:
            raise forms.ValidationError(_("Vul een getal in dat meer is dan nul."))
        return quantity.quantize(Decimal("0.001"))


class MomentForm(forms.Form):
    """A day and a time on the local clock."""

    day = DayField()
    time = ClockField(label=gettext_lazy("Hoe laat?"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("day") and cleaned.get("time"):
            try:
                cleaned["moment"] = local_time.at(cleaned["day"], cleaned["time"])
            except local_time.NoSuchTime as refusal:
                self.add_error("time", str(refusal))
        return cleaned

    @property
    def moment(self) -> datetime:
        return self.cleaned_data["moment"]


# Orders -------------------------------------------------------------------------------------------


class DeskOrderForm(MomentForm, DishesForm):
    """Somebody rings or stands at the counter and orders to pick up."""

    optional_unsaid = ("phone", "reason")

    name = NameField(label=gettext_lazy("Naam"), widget=forms.TextInput({"autocomplete": "off"}))
    phone = PhoneField(widget=forms.TextInput({"type": "tel", "autocomplete": "off"}))
    reason = ReasonField(
        label=gettext_lazy("Buiten de regels? Waarom?"),
        help_text=gettext_lazy("Vul dit alleen in als het anders niet mag."),
    )
    token = TokenField()


class UseOrderForm(DishesForm, NeedsForm):
    """Food with a room or an activity."""

    optional_unsaid = ("reason",)

    time = ClockField(label=gettext_lazy("Hoe laat is het eten?"))
    people = CountField(label=gettext_lazy("Voor hoeveel mensen?"))
    per_person = forms.BooleanField(label=gettext_lazy("Van alles één per mens"), required=False)
    reason = ReasonField(
        label=gettext_lazy("Buiten de regels? Waarom?"),
        help_text=gettext_lazy("Vul dit alleen in als het anders niet mag."),
    )
    token = TokenField()


class LinesForm(DishesForm):
    """Other dishes, or other numbers."""

    reason = ReasonField(help_text=gettext_lazy("Nodig als het aantal al vaststaat."))


class PeopleForm(forms.Form):
    """With how many do they come?"""

    people = CountField(label=gettext_lazy("Hoeveel mensen?"), required=True)
    is_final = forms.BooleanField(label=gettext_lazy("Dit is het laatste aantal"), required=False)
    reason = ReasonField(help_text=gettext_lazy("Nodig als het aantal al vaststaat."))


class OrderNeedsForm(NeedsForm):
    """How many eat otherwise."""


class MoveOrderForm(MomentForm):
    """Serve at another time."""

    reason = ReasonField(help_text=gettext_lazy("Nodig als het eigenlijk te laat is."))


class CancelOrderForm(forms.Form):
    """It is not made."""

    reason = ReasonField(
        label=gettext_lazy("Waarom niet?"),
        help_text=gettext_lazy("Wie bestelde, leest dit."),
        required=True,
        error_messages={"required": gettext_lazy("Schrijf op waarom het niet doorgaat.")},
    )


class MealForm(MomentForm):
    """Set a table for the neighbourhood."""

    title = LineField(
        label=gettext_lazy("Hoe heet de maaltijd?"),
        max_length=80,
        error_messages={"required": gettext_lazy("Geef de maaltijd een naam.")},
    )
    centre = forms.ModelChoiceField(
        label=gettext_lazy("Waar?"),
        queryset=Centre.objects.none(),
        empty_label=None,
        error_messages={"required": gettext_lazy("Kies een huis.")},
    )
    places = CountField(
        label=gettext_lazy("Hoeveel plekken aan tafel?"),
        required=True,
        error_messages={"required": gettext_lazy("Vul in hoeveel mensen kunnen eten.")},
    )
    dishes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Wat eten we?"),
        help_text=gettext_lazy("Van alles één per mens."),
        queryset=Dish.objects.none(),
        widget=PickSome,
        error_messages={"required": gettext_lazy("Kies wat jullie eten.")},
    )
    reason = ReasonField(
        label=gettext_lazy("Buiten de regels? Waarom?"),
        help_text=gettext_lazy("Vul dit alleen in als het anders niet mag."),
    )

    def __init__(self, *args: Any, centres: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["centre"].queryset = centres  # type: ignore[attr-defined]
        self.fields["dishes"].queryset = (  # type: ignore[attr-defined]
            Dish.objects.on_menu().filter(centres__in=centres).distinct()
        )


class PlacesForm(forms.Form):
    places = CountField(label=gettext_lazy("Hoeveel plekken aan tafel?"), required=True)


class CapacityForm(forms.Form):
    """How many portions one block can serve."""

    moment = forms.DateTimeField(widget=forms.HiddenInput)
    capacity = CountField(label=gettext_lazy("Porties"))


class OpenKitchenForm(MomentForm):
    """Let the kitchen work outside its weekly hours."""

    until = ClockField(label=gettext_lazy("Tot hoe laat?"))
    capacity = CountField(label=gettext_lazy("Hoeveel porties?"), required=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("day") and cleaned.get("until") and cleaned.get("moment"):
            try:
                cleaned["end"] = local_time.at(cleaned["day"], cleaned["until"])
            except local_time.NoSuchTime as refusal:
                self.add_error("until", str(refusal))
            else:
                if cleaned["end"] <= cleaned["moment"]:
                    self.add_error("until", _("Het einde ligt voor het begin."))
        return cleaned


# Dishes -------------------------------------------------------------------------------------------


class DishForm(SmallPhoto):
    """What a dish is, and how it can be ordered."""

    price = PriceField(
        label=gettext_lazy("Prijs"),
        help_text=gettext_lazy("Inclusief btw. Een nieuwe prijs geldt vanaf vandaag."),
        required=True,
        error_messages={"required": gettext_lazy("Vul een prijs in. Gratis? Vul 0 in.")},
    )

    class Meta:
        model = Dish
        fields = [
            "name",
            "description",
            "course",
            "centres",
            "vat_code",
            "lead_hours",
            "minimum_count",
            "maximum_count",
            "kitchen_portions",
            "is_for_lunch",
            "is_on_menu",
            "photo",
            "photo_description",
        ]
        widgets = {
            "course": PickOne(in_a_row=True),
            "centres": PickSome,
            "photo": forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
        }
        labels = {
            "name": gettext_lazy("Hoe heet het?"),
            "description": gettext_lazy("Wat is het?"),
            "course": gettext_lazy("Onder welk kopje staat het?"),
            "centres": gettext_lazy("Waar kun je het bestellen?"),
            "lead_hours": gettext_lazy("Hoeveel werkuren vooraf?"),
            "minimum_count": gettext_lazy("Minstens hoeveel?"),
            "maximum_count": gettext_lazy("Hoogstens hoeveel?"),
            "kitchen_portions": gettext_lazy("Voor hoeveel porties telt één stuk?"),
            "is_for_lunch": gettext_lazy("Ook los te bestellen, om op te halen"),
            "is_on_menu": gettext_lazy("Staat op de kaart"),
        }

    def __init__(self, *args: Any, centres: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].choices = Course.choices  # type: ignore[attr-defined]
        self.fields["centres"].queryset = centres  # type: ignore[attr-defined]
        self.fields["vat_code"].queryset = VatCode.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["name"].error_messages["required"] = _("Vul in hoe het heet.")
        self.fields["course"].error_messages["required"] = _("Kies een kopje.")
        self.fields["centres"].error_messages["required"] = _("Kies minstens één huis.")
        self.fields["vat_code"].error_messages["required"] = _("Kies een btw-code.")


class DishTranslationForm(forms.ModelForm):
    class Meta:
        model = DishTranslation
        fields = ["name", "description", "photo_description"]


class RecipeForm(forms.Form):
    """How a dish is made: rows of how much of what, and in words. A change makes a new version."""

    portions = forms.IntegerField(
        label=gettext_lazy("Genoeg voor hoeveel stuks of porties?"),
        min_value=1,
        max_value=9_999,
        error_messages={"required": gettext_lazy("Vul in voor hoeveel dit genoeg is.")},
    )
    method = TextField(label=gettext_lazy("Zo maak je het"), max_length=4000, required=False)

    def __init__(
        self,
        *args: Any,
        recipe: RecipeVersion | None,
        ingredients: Sequence[Ingredient],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by_pk = {str(one.pk): one for one in ingredients}
        rows = list(recipe.ingredients.all()) if recipe else []
        if recipe:
            self.initial.setdefault("portions", recipe.portions)
            self.initial.setdefault("method", recipe.method)
        sent = self._rows_sent()
        self.rows = max(len(rows) + EMPTY_ROWS, sent)
        self.optional_unsaid = {
            f"{name}-{n}" for n in range(self.rows) for name in ("quantity", "unit", "ingredient")
        }
        choices = [("", _("Kies een ingrediënt")), *[(pk, o.name) for pk, o in self.by_pk.items()]]
        for number in range(self.rows):
            row = rows[number] if number < len(rows) else None
            self.fields[f"quantity-{number}"] = QuantityField(
                label=_("Hoeveel"), required=False, initial=_plain(row.quantity) if row else ""
            )
            self.fields[f"unit-{number}"] = forms.ChoiceField(
                label=_("Maat"),
                choices=Measure.choices,
                required=False,
                initial=row.unit if row else Measure.GRAM,
            )
            self.fields[f"ingredient-{number}"] = forms.ChoiceField(
                label=_("Van wat"),
                choices=choices,
                required=False,
                initial=str(row.ingredient_id) if row else "",
            )

    def _rows_sent(self) -> int:
        """How many rows came with the form, so that a longer page sent before keeps them all."""
        if not self.is_bound:
            return 0
        numbers = [
            int(name.removeprefix("quantity-"))
            for name in self.data
            if name.startswith("quantity-") and name.removeprefix("quantity-").isdecimal()
        ]
        return min(max(numbers, default=-1) + 1, MOST_INGREDIENTS)

    def row_fields(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        return [
            (self[f"quantity-{n}"], self[f"unit-{n}"], self[f"ingredient-{n}"])
            for n in range(self.rows)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        seen: set[str] = set()
        for number in range(self.rows):
            quantity = cleaned.get(f"quantity-{number}")
            ingredient = cleaned.get(f"ingredient-{number}")
            if ingredient and quantity is None and f"quantity-{number}" not in self.errors:
                self.add_error(f"quantity-{number}", _("Vul in hoeveel."))
            if quantity is not None and not ingredient:
                self.add_error(f"ingredient-{number}", _("Kies waarvan."))
            if ingredient and ingredient in seen:
                self.add_error(
                    f"ingredient-{number}", _("Dit ingrediënt staat er al. Tel ze bij elkaar op.")
                )
            seen.add(ingredient or "")
        if not self.errors and not self.amounts():
            self.add_error(None, _("Zet er minstens één ingrediënt in."))
        return cleaned

    def amounts(self) -> list[Amount]:
        """The rows of a valid form."""
        return [
            Amount(
                self.by_pk[self.cleaned_data[f"ingredient-{n}"]],
                self.cleaned_data[f"quantity-{n}"],
                Measure(self.cleaned_data[f"unit-{n}"] or Measure.GRAM),
            )
            for n in range(self.rows)
            if self.cleaned_data.get(f"ingredient-{n}") and self.cleaned_data.get(f"quantity-{n}")
        ]


class IngredientForm(forms.ModelForm):
    """The name of an ingredient."""

    class Meta:
        model = Ingredient
        fields = ["name", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Hoe heet het?")
        self.fields["name"].error_messages["required"] = _("Vul in hoe het heet.")


#: What a label says of an allergen.
LABEL_CHOICES = [
    ("no", gettext_lazy("Nee")),
    (Trace.MAY_CONTAIN.value, gettext_lazy("Kan")),
    (Trace.CONTAINS.value, gettext_lazy("Ja")),
]
FACT_CHOICES = [
    (Fact.YES.value, gettext_lazy("Ja")),
    (Fact.NO.value, gettext_lazy("Nee")),
    (Fact.UNKNOWN.value, gettext_lazy("Niet bekend")),
]


class LabelForm(forms.Form):
    """What the label says: all fourteen are answered, so that "no" was really read."""

    vegetarian = forms.ChoiceField(
        label=gettext_lazy("Vegetarisch?"),
        choices=FACT_CHOICES,
        required=False,
        widget=PickOne(in_a_row=True),
    )
    vegan = forms.ChoiceField(
        label=gettext_lazy("Veganistisch?"),
        choices=FACT_CHOICES,
        required=False,
        widget=PickOne(in_a_row=True),
    )
    halal = forms.ChoiceField(
        label=gettext_lazy("Halal?"),
        choices=FACT_CHOICES,
        required=False,
        widget=PickOne(in_a_row=True),
    )

    def __init__(self, *args: Any, ingredient: Ingredient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("vegetarian", ingredient.is_vegetarian)
        self.initial.setdefault("vegan", ingredient.is_vegan)
        self.initial.setdefault("halal", ingredient.is_halal)
        known = {row.allergen: row for row in ingredient.allergens.all()}
        fields: dict[str, forms.Field] = {}
        for allergen in Allergen:
            row = known.get(allergen)
            said = row.trace if row else ("no" if ingredient.is_checked else None)
            fields[f"allergen-{allergen}"] = forms.ChoiceField(
                label=str(allergen.label).capitalize(),
                choices=LABEL_CHOICES,
                initial=said,
                widget=PickOne(in_a_row=True),
                error_messages={"required": _("Lees het etiket en kies een antwoord.")},
            )
            if allergen in {Allergen.GLUTEN, Allergen.NUTS}:
                fields[f"detail-{allergen}"] = LineField(
                    label=_("Welke granen?") if allergen == Allergen.GLUTEN else _("Welke noten?"),
                    required=False,
                    max_length=60,
                    initial=row.detail if row else "",
                )
        self.fields = fields | self.fields

    def traces(self) -> dict[Allergen, Trace]:
        return {
            allergen: Trace(self.cleaned_data[f"allergen-{allergen}"])
            for allergen in Allergen
            if self.cleaned_data.get(f"allergen-{allergen}") not in {None, "no"}
        }

    def details(self) -> dict[Allergen, str]:
        return {a: self.cleaned_data.get(f"detail-{a}", "") for a in Allergen}

    def facts(self) -> dict[str, Fact]:
        return {
            name: Fact(self.cleaned_data.get(name) or "")
            for name in ("vegetarian", "vegan", "halal")
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            facts = self.facts()
            wrong = allergens.contradiction(
                self.traces(), vegetarian=facts["vegetarian"], vegan=facts["vegan"]
            )
            if wrong:
                self.add_error(
                    "vegan" if facts["vegan"] == Fact.YES else "vegetarian",
                    _("Er zit %(what)s in. Dan klopt dit niet.") % {"what": wrong.label},
                )
        return cleaned


# The log ------------------------------------------------------------------------------------------


class MeasureForm(forms.Form):
    """One temperature."""

    celsius = CelsiusField()
    subject = LineField(max_length=120, required=False)
    token = TokenField()

    #: What is asked beside the temperature, by kind; nothing for a fixed thing.
    QUESTIONS = {
        LogKind.ARRIVAL_COOL: gettext_lazy("Wat kwam er, en van wie?"),
        LogKind.ARRIVAL_FROZEN: gettext_lazy("Wat kwam er, en van wie?"),
        LogKind.CORE: gettext_lazy("Welk gerecht?"),
        LogKind.HOT_HOLDING: gettext_lazy("Welk gerecht?"),
        LogKind.COOLING_BEGUN: gettext_lazy("Welk gerecht?"),
    }

    def __init__(self, *args: Any, kind: LogKind, has_point: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_point or kind not in self.QUESTIONS:
            del self.fields["subject"]
        else:
            field = self.fields["subject"]
            field.label, field.required = self.QUESTIONS[kind], True
            field.error_messages["required"] = _("Schrijf op wat je mat.")
            self.order_fields(["subject", "celsius"])


class CorrectionForm(forms.Form):
    """What was done about a value outside its limit."""

    remedy = forms.ChoiceField(
        label=gettext_lazy("Wat heb je gedaan?"),
        choices=[(one.value, capfirst_lazy(one.label)) for one in Remedy],
        widget=PickOne,
        error_messages={"required": gettext_lazy("Kies wat je hebt gedaan.")},
    )
    note = LineField(label=gettext_lazy("Toelichting"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("remedy") == Remedy.OTHER and not cleaned.get("note"):
            self.add_error("note", _("Schrijf op wat je hebt gedaan."))
        return cleaned


class MonthForm(forms.Form):
    """Which month the inspector reads."""

    month = forms.RegexField(
        regex=r"^\d{4}-(0[1-9]|1[0-2])$",
        label=gettext_lazy("Welke maand?"),
        required=False,
        widget=forms.TextInput({"type": "month"}),
    )


def _plain(number: Decimal) -> str:
    """0,5 for 0.500."""
    return f"{number.normalize():f}".replace(".", ",")


def day_initial(order: CateringOrder) -> dict[str, Any]:
    """The day and time of an order, for a form that moves it."""
    local = timezone.localtime(order.wanted_serving_at or order.serving_at)
    return {"day": local.date(), "time": local.time()}
