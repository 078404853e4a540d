"""What somebody fills in to order, to join a meal, or to choose dishes with a room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from lokaal.centres.models import Centre
from lokaal.look.formats import clock, euro, relative_day
from lokaal.look.widgets import PickOne
from lokaal.people.contact import ReachableForm
from lokaal.people.fields import CodeField, EmailField, PhoneField, TokenField, TrapField
from lokaal.people.forms import NameField
from lokaal.people.models import Visitor
from venue.food import kitchen, lead_time
from venue.food.catering import Wish
from venue.food.meals import MOST_COMPANIONS
from venue.food.ordering import terms_on
from venue.models import CateringOrder, Course, Dish, Need

MOST_OF_ONE = 999
#: How many days with times are offered at once; who wants a later day, calls.
DAYS_OFFERED = 7


class CountInput(forms.NumberInput):
    """A number with large buttons beside it (static/js/kitchen.js); without script a plain number."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        said = {"inputmode": "numeric", "min": "0", "class": "count-input", "autocomplete": "off"}
        super().__init__(said | (attrs or {}))


class CountField(forms.IntegerField):
    """How many. Empty is none."""

    widget = CountInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(min_value=0, max_value=MOST_OF_ONE, **options)
        self.error_messages["invalid"] = gettext_lazy("Vul een getal in. Bijvoorbeeld 2.")
        self.error_messages["min_value"] = gettext_lazy("Vul een getal in. Bijvoorbeeld 2.")
        self.error_messages["max_value"] = gettext_lazy("Dat is heel veel. Bel ons even.")

    def clean(self, value: Any) -> int:
        return super().clean(str(value or "").strip().replace("\x00", "")) or 0


@dataclass(frozen=True)
class Choice:
    """A dish with the field of its number, for the page."""

    dish: Dish
    field: forms.BoundField
    name: str
    language: str
    price: str
    price_cents: int
    hint: str


class DishesForm(forms.Form):
    """How many of each dish on a card. The base of every form that orders; `wishes()` is what was chosen.

    Dishes must be loaded `with_prices()`; one without a price of that day is not offered.
    """

    def __init__(
        self, *args: Any, dishes: Iterable[Dish], initial_counts: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.dishes = [dish for dish in dishes if getattr(dish, "price_cents", None) is not None]
        language = get_language() or "nl"
        counts = initial_counts or {}
        dish_fields: dict[str, forms.Field] = {}
        for dish in self.dishes:
            dish_fields[self.name_of(dish)] = CountField(
                label=dish.words("name", language)[0],
                initial=counts.get(dish.pk, 0),
                widget=CountInput(
                    {
                        "data-cents": getattr(dish, "price_cents", 0),
                        "data-least": dish.minimum_count,
                    }
                ),
            )
        self.fields = dish_fields | self.fields

    @staticmethod
    def name_of(dish: Dish) -> str:
        return f"dish-{dish.pk}"

    def courses(self) -> Iterator[tuple[str, list[Choice]]]:
        """The card: every course that has something, with its dishes."""
        for course in Course:
            found = [self._choice(dish) for dish in self.dishes if dish.course == course]
            if found:
                yield str(course.label), found

    def wishes(self) -> list[Wish]:
        """What was chosen, of a valid form."""
        return [
            Wish(dish, self.cleaned_data[self.name_of(dish)])
            for dish in self.dishes
            if self.cleaned_data.get(self.name_of(dish))
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.asks_something() and not self.wishes():
            self.add_error(None, _("Kies eerst wat je wilt eten of drinken."))
        for dish in self.dishes:
            count = cleaned.get(self.name_of(dish)) or 0
            if 0 < count < dish.minimum_count:
                self.add_error(
                    self.name_of(dish),
                    _("%(dish)s maken wij vanaf %(least)s stuks.")
                    % {
                        "dish": dish.words("name", get_language() or "nl")[0],
                        "least": dish.minimum_count,
                    },
                )
        return cleaned

    def asks_something(self) -> bool:
        """Whether nothing chosen is a mistake."""
        return True

    def _choice(self, dish: Dish) -> Choice:
        name, language = dish.words("name", get_language() or "nl")
        cents = getattr(dish, "price_cents", 0) or 0
        least = (
            ngettext("vanaf %(least)s stuk", "vanaf %(least)s stuks", dish.minimum_count)
            % {"least": dish.minimum_count}
            if dish.minimum_count > 1
            else ""
        )
        return Choice(dish, self[self.name_of(dish)], name, language, euro(cents), cents, least)


class LunchForm(ReachableForm, DishesForm):
    """Order to pick up: what, when, a name, and a way to reach you or none."""

    optional_unsaid = ("phone", "email")

    moment = forms.ChoiceField(
        label=gettext_lazy("Wanneer haal je het op?"),
        error_messages={
            "required": gettext_lazy("Kies een tijd."),
            "invalid_choice": gettext_lazy("Deze tijd is net vol. Kies een andere tijd."),
        },
    )
    name = NameField(help_text=gettext_lazy("Je voornaam is genoeg."))
    phone = PhoneField()
    email = EmailField()
    website = TrapField()
    token = TokenField()

    def __init__(
        self, *args: Any, centre: Centre, dishes: Iterable[Dish], visitor: Visitor, **kwargs: Any
    ) -> None:
        super().__init__(*args, dishes=dishes, **kwargs)
        self.moments = moments_to_pick_up(centre, self.dishes)
        groups = [
            (
                heading,
                [
                    (at.isoformat(), f"{heading}, {_('%(time)s uur') % {'time': clock(at)}}")
                    for at in times
                ],
            )
            for heading, times in self.moments
        ]
        self.fields["moment"].choices = [("", _("Kies een tijd")), *groups]  # type: ignore[attr-defined]
        self.fill_in(visitor)

    @property
    def can_be_sent(self) -> bool:
        return bool(self.moments and self.dishes)

    @property
    def serving_at(self) -> datetime:
        """The moment (UTC) of a valid form."""
        return datetime.fromisoformat(self.cleaned_data["moment"])


def moments_to_pick_up(centre: Centre, dishes: Iterable[Dish]) -> list[tuple[str, list[datetime]]]:
    """Times at which the kitchen has room and the house is open, by day. A dish that takes longer says so itself."""
    terms = terms_on(timezone.now())
    days = (terms.days_ahead if terms else DAYS_OFFERED) + 1
    now = timezone.now()
    blocks = kitchen.blocks_between(centre, timezone.localdate(), days)
    if not blocks:
        return []
    hours = lead_time.open_between(centre, now, blocks[-1].ends_at)
    least = min((dish.lead_hours for dish in dishes), default=0)
    first = lead_time.earliest_in(hours, least, after=now) or blocks[-1].ends_at
    by_day: dict[date, list[datetime]] = {}
    for block in blocks:
        at = block.starts_at
        is_open = any(stretch.starts_at <= at <= stretch.ends_at for stretch in hours)
        if block.left > 0 and at >= first and is_open:
            by_day.setdefault(timezone.localdate(at), []).append(at)
    return [(relative_day(day), by_day[day]) for day in sorted(by_day)[:DAYS_OFFERED]]


class NeedsForm(forms.Form):
    """How many people eat otherwise: numbers and fixed kinds. There is no place for a name or a remark, on purpose."""

    def __init__(self, *args: Any, initial_needs: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = initial_needs or {}
        for need in Need:
            self.fields[f"need-{need}"] = CountField(
                label=str(need.label).capitalize(), initial=known.get(need, 0)
            )

    def needs(self) -> dict[Need, int]:
        """The numbers of a valid form, also those that are none."""
        return {need: self.cleaned_data.get(f"need-{need}") or 0 for need in Need}

    def need_fields(self) -> list[forms.BoundField]:
        return [self[f"need-{need}"] for need in Need]


class CateringForm(DishesForm, NeedsForm):
    """The piece of a request for a room that asks for food. Nothing chosen is no mistake: most people bring nothing.

    Use it with `prefix="catering"` beside the form of the request, show `venue/kitchen/catering_piece.html`, and after
    the uses were taken call `venue.food.catering.order(use=…, wishes=form.wishes(), needs=form.needs(), …)` for each.
    """

    serving = forms.TimeField(
        label=gettext_lazy("Hoe laat wil je eten of drinken?"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        error_messages={"invalid": gettext_lazy("Vul een tijd in. Bijvoorbeeld 12:30.")},
    )

    def asks_something(self) -> bool:
        return False

    @property
    def is_wanted(self) -> bool:
        """Whether anything was chosen, of a valid form."""
        return bool(self.wishes())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and self.wishes() and not cleaned.get("serving"):
            self.add_error("serving", _("Vul in hoe laat je wilt eten of drinken."))
        return cleaned


class MealJoinForm(ReachableForm):
    """Eating along: a name, how many, and what you do not eat."""

    optional_unsaid = ("phone", "email")

    name = NameField(help_text=gettext_lazy("Je voornaam is genoeg."))
    phone = PhoneField()
    email = EmailField()
    companions = forms.TypedChoiceField(
        label=gettext_lazy("Neem je iemand mee?"),
        coerce=int,
        initial=0,
        empty_value=0,  # type: ignore[arg-type]  # any value may stand for nothing
        required=False,
        widget=PickOne(in_a_row=True),
    )
    need = forms.ChoiceField(
        label=gettext_lazy("Eet je iets niet?"),
        help_text=gettext_lazy("De keuken telt dit. Je naam staat er niet bij."),
        required=False,
        widget=PickOne,
    )
    website = TrapField()
    token = TokenField()

    def __init__(self, *args: Any, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [
            (n, ngettext("%(n)d mens", "%(n)d mensen", n) % {"n": n})
            for n in range(1, MOST_COMPANIONS + 1)
        ]
        self.fields["companions"].choices = [(0, _("Nee")), *others]  # type: ignore[attr-defined]
        self.fields["need"].choices = [  # type: ignore[attr-defined]
            ("", _("Ik eet alles")),
            *[(str(need), str(need.label).capitalize()) for need in Need],
        ]
        self.initial.setdefault("need", "")
        self.fill_in(visitor)

    def needs(self) -> dict[Need, int]:
        chosen = self.cleaned_data.get("need")
        return {Need(chosen): 1} if chosen else {}


class OrderCodeForm(forms.Form):
    """The code of a slip."""

    code = CodeField()


def counts_of(order: CateringOrder) -> dict[Any, int]:
    """The numbers of an order, by dish: what a form that changes it begins with."""
    return {line.dish_id: line.count for line in order.lines.all()}
