"""What is in a dish for who must not eat everything: derived from its ingredients, never typed.

"Not checked" is something else than "none". As long as one ingredient was not checked, or no recipe is written down,
the dish is not checked; what is known of the other ingredients is said all the same. (Regulation (EU) 1169/2011.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lokaal.centres.models import Fact
from lokaal.people.models import Person
from venue.models import (
    Allergen,
    Dish,
    Ingredient,
    IngredientAllergen,
    Need,
    RecipeVersion,
    Trace,
)


class Presence(Enum):
    """What is known of one allergen in one dish."""

    CONTAINS = "contains"
    MAY_CONTAIN = "may"
    NONE = "none"
    NOT_CHECKED = "not_checked"

    @property
    def label(self) -> str | Promise:
        return PRESENCE_LABELS[self]


PRESENCE_LABELS = {
    Presence.CONTAINS: _("zit erin"),
    Presence.MAY_CONTAIN: _("kan erin zitten"),
    Presence.NONE: _("zit er niet in"),
    Presence.NOT_CHECKED: _("niet nagekeken"),
}
#: How a matrix shows it in black and white: a full mark, a half one, nothing, a question.
PRESENCE_MARKS = {
    Presence.CONTAINS: "●",
    Presence.MAY_CONTAIN: "◐",
    Presence.NONE: "–",
    Presence.NOT_CHECKED: "?",
}

#: The allergens that somebody with a need leaves alone.
AVOIDED: Mapping[Need, frozenset[Allergen]] = {
    Need.NO_GLUTEN: frozenset({Allergen.GLUTEN}),
    Need.NO_MILK: frozenset({Allergen.MILK}),
    Need.NO_NUTS: frozenset({Allergen.NUTS, Allergen.PEANUT}),
    Need.NO_FISH: frozenset({Allergen.FISH, Allergen.CRUSTACEANS, Allergen.MOLLUSCS}),
    Need.NO_EGG: frozenset({Allergen.EGG}),
}
#: Allergens that come from an animal, and from one that was alive: for telling a contradiction.
FROM_ANIMALS = frozenset({Allergen.MILK, Allergen.EGG})
ANIMALS = frozenset({Allergen.FISH, Allergen.CRUSTACEANS, Allergen.MOLLUSCS})


@dataclass(frozen=True)
class Cell:
    """One allergen in one dish. `detail` names the grains or nuts."""

    allergen: Allergen
    presence: Presence
    detail: str = ""

    @property
    def mark(self) -> str:
        return PRESENCE_MARKS[self.presence]


@dataclass(frozen=True)
class DishFacts:
    """What is known of a dish: all fourteen allergens in the order of the law, and for whom it is."""

    cells: tuple[Cell, ...]
    is_checked: bool
    vegetarian: Fact
    vegan: Fact
    halal: Fact
    unchecked: tuple[Ingredient, ...] = ()
    changed_at: datetime | None = None
    changed_by: str = ""

    def with_presence(self, presence: Presence) -> list[Cell]:
        return [cell for cell in self.cells if cell.presence == presence]

    @property
    def contains(self) -> list[Cell]:
        return self.with_presence(Presence.CONTAINS)

    @property
    def may_contain(self) -> list[Cell]:
        return self.with_presence(Presence.MAY_CONTAIN)

    @property
    def has_none(self) -> bool:
        """All was checked, and none of the fourteen is in it."""
        return self.is_checked and not self.contains and not self.may_contain

    def suits(self, need: Need) -> bool | None:
        """Whether somebody with this need can eat it; None when that is not known, or has to be asked."""
        if need in AVOIDED:
            found = {c.presence for c in self.cells if c.allergen in AVOIDED[need]}
            if found & {Presence.CONTAINS, Presence.MAY_CONTAIN}:
                return False
            return None if Presence.NOT_CHECKED in found else True
        fact = {
            Need.VEGETARIAN: self.vegetarian,
            Need.VEGAN: self.vegan,
            Need.HALAL: self.halal,
        }.get(need, Fact.UNKNOWN)
        return {Fact.YES: True, Fact.NO: False}.get(fact)


@dataclass(frozen=True)
class Row:
    """A dish in a matrix."""

    dish: Dish
    facts: DishFacts


@dataclass(frozen=True)
class Matrix:
    """Dishes against the fourteen allergens, as it hangs in the house."""

    rows: list[Row] = field(default_factory=list)

    @property
    def allergens(self) -> list[Allergen]:
        return list(Allergen)

    @property
    def changed_at(self) -> datetime | None:
        return max((r.facts.changed_at for r in self.rows if r.facts.changed_at), default=None)

    @property
    def changed_by(self) -> str:
        newest = [row for row in self.rows if row.facts.changed_at == self.changed_at]
        return newest[0].facts.changed_by if newest else ""


def facts_of(version: RecipeVersion | None, dish: Dish | None = None) -> DishFacts:
    """Derive what is known from the ingredients of a recipe; without one, nothing is known.

    Asks the database nothing when the version was loaded `with_ingredients()`.
    """
    rows = list(version.ingredients.all()) if version else []
    ingredients = [row.ingredient for row in rows]
    unchecked = tuple(one for one in ingredients if not one.is_checked)
    is_checked = bool(ingredients) and not unchecked
    at, by = _changed(version, dish, ingredients)
    return DishFacts(
        cells=tuple(_cell(allergen, ingredients, is_checked) for allergen in Allergen),
        is_checked=is_checked,
        vegetarian=_of_all(one.is_vegetarian for one in ingredients),
        vegan=_of_all(one.is_vegan for one in ingredients),
        halal=_of_all(one.is_halal for one in ingredients),
        unchecked=unchecked,
        changed_at=at,
        changed_by=by,
    )


def facts_of_dish(dish: Dish) -> DishFacts:
    """What is known of a dish as it is made now."""
    return facts_of(dish.recipe, dish)


def matrix(dishes: Iterable[Dish]) -> Matrix:
    """The matrix of dishes as they are made now, in the order they are given (loaded `with_card()`: no queries)."""
    return Matrix([Row(dish, facts_of_dish(dish)) for dish in dishes])


def write_label(
    ingredient: Ingredient,
    traces: Mapping[Allergen, Trace],
    *,
    details: Mapping[Allergen, str],
    vegetarian: Fact,
    vegan: Fact,
    halal: Fact,
    by: Person,
) -> Ingredient:
    """Write down what the label says of all fourteen; what is not named is not in it. Signed with date and name."""
    with transaction.atomic():
        locked = Ingredient.objects.select_for_update(of=("self",)).get(pk=ingredient.pk)
        locked.allergens.all().delete()
        IngredientAllergen.objects.bulk_create(
            IngredientAllergen(
                ingredient=locked,
                allergen=allergen,
                trace=traces[allergen],
                detail=details.get(allergen, ""),
            )
            for allergen in Allergen
            if allergen in traces
        )
        locked.is_vegan, locked.is_halal = vegan, halal
        locked.is_vegetarian = Fact.YES if vegan == Fact.YES else vegetarian
        locked.checked_at, locked.checked_by = timezone.now(), by
        locked.save(
            update_fields=["is_vegetarian", "is_vegan", "is_halal", "checked_at", "checked_by"]
        )
    return locked


def contradiction(
    traces: Mapping[Allergen, Trace], *, vegetarian: Fact, vegan: Fact
) -> Allergen | None:
    """The allergen that cannot be in something vegetarian or vegan; None when nothing contradicts."""
    contained = {allergen for allergen, trace in traces.items() if trace == Trace.CONTAINS}
    wrong: set[Allergen] = set()
    if vegan == Fact.YES:
        wrong |= contained & (FROM_ANIMALS | ANIMALS)
    if vegetarian == Fact.YES:
        wrong |= contained & ANIMALS
    return min(wrong, key=list(Allergen).index, default=None)


def _cell(allergen: Allergen, ingredients: Sequence[Ingredient], is_checked: bool) -> Cell:
    found = [row for one in ingredients for row in one.allergens.all() if row.allergen == allergen]
    contained = [row for row in found if row.trace == Trace.CONTAINS]
    details = ", ".join(sorted({row.detail for row in contained or found if row.detail}))
    if contained:
        return Cell(allergen, Presence.CONTAINS, details)
    if found:
        return Cell(allergen, Presence.MAY_CONTAIN, details)
    return Cell(allergen, Presence.NONE if is_checked else Presence.NOT_CHECKED)


def _of_all(facts: Iterable[str]) -> Fact:
    """No when one says no; yes when all say yes; else not known."""
    known = [Fact(fact) for fact in facts]
    if Fact.NO in known:
        return Fact.NO
    return Fact.YES if known and all(fact == Fact.YES for fact in known) else Fact.UNKNOWN


def _changed(
    version: RecipeVersion | None, dish: Dish | None, ingredients: Sequence[Ingredient]
) -> tuple[datetime | None, str]:
    """When the newest of dish, recipe and labels was written, and by whom."""
    told: list[tuple[datetime, str]] = []
    if dish is not None:
        told.append((dish.changed_at, dish.changed_by.name if dish.changed_by else ""))
    if version is not None:
        told.append((version.made_at, version.made_by.name if version.made_by else ""))
    told += [
        (one.checked_at, one.checked_by.name if one.checked_by else "")
        for one in ingredients
        if one.checked_at
    ]
    return max(told, default=(None, ""), key=lambda pair: pair[0])
