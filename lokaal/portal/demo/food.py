"""What the made-up kitchen makes: ingredients with their allergens, dishes with recipes, and the rules it works by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time

from lokaal.centres.models import Fact, Weekday
from lokaal.portal.demo.week import WATERKRACHT, WORKDAYS
from venue.models import Allergen, Course, HowOften, LogKind, Measure, Trace


@dataclass(frozen=True)
class IngredientPlan:
    name: str
    allergens: dict[Allergen, Trace] = field(default_factory=dict)
    is_vegetarian: Fact = Fact.YES
    is_vegan: Fact = Fact.YES
    is_halal: Fact = Fact.YES
    detail: str = ""
    is_checked: bool = True


@dataclass(frozen=True)
class DishPlan:
    """A dish: its price in cents including VAT, and the recipe for so many portions."""

    name: str
    english: str
    description: str
    english_description: str
    course: Course
    price_cents: int
    vat_code: str
    recipe_for: int
    recipe: list[tuple[str, str, Measure]]
    lead_hours: int = 4
    minimum_count: int = 1
    maximum_count: int | None = 60
    kitchen_portions: int = 1
    is_for_lunch: bool = True


CONTAINS, MAY = Trace.CONTAINS, Trace.MAY_CONTAIN
INGREDIENTS = [
    IngredientPlan("Rode linzen"),
    IngredientPlan("Ui"),
    IngredientPlan("Wortel"),
    IngredientPlan("Groentebouillon", {Allergen.CELERY: CONTAINS}),
    IngredientPlan("Brood", {Allergen.GLUTEN: CONTAINS, Allergen.SESAME: MAY}, detail="tarwe"),
    IngredientPlan("Kaas", {Allergen.MILK: CONTAINS}, is_halal=Fact.UNKNOWN, is_vegan=Fact.NO),
    IngredientPlan("Filodeeg", {Allergen.GLUTEN: CONTAINS}, detail="tarwe"),
    IngredientPlan("Witte kaas", {Allergen.MILK: CONTAINS}, is_vegan=Fact.NO),
    IngredientPlan("Ei", {Allergen.EGG: CONTAINS}, is_vegan=Fact.NO),
    IngredientPlan("Sesamzaad", {Allergen.SESAME: CONTAINS}),
    IngredientPlan("Spinazie"),
    IngredientPlan("Sla en tomaat"),
    IngredientPlan("Mosterddressing", {Allergen.MUSTARD: CONTAINS}),
    IngredientPlan("Koffie"),
    IngredientPlan("Melk", {Allergen.MILK: CONTAINS}, is_vegan=Fact.NO),
    IngredientPlan("Appels"),
    IngredientPlan("Koekje van de bakker", is_vegan=Fact.UNKNOWN, is_checked=False),
]

DISHES = [
    DishPlan(
        "Linzensoep", "Lentil soup", "Een kom soep van rode linzen, met brood.",
        "A bowl of red lentil soup, with bread.", Course.SOUP, 300, "eten", 10,
        [
            ("Rode linzen", "600", Measure.GRAM),
            ("Ui", "4", Measure.PIECE),
            ("Wortel", "500", Measure.GRAM),
            ("Groentebouillon", "2.5", Measure.LITRE),
        ],
    ),
    DishPlan(
        "Tosti", "Cheese toastie", "Brood met kaas, warm van de plaat.",
        "Bread with cheese, hot from the grill.", Course.LUNCH, 350, "eten", 1,
        [("Brood", "2", Measure.PIECE), ("Kaas", "60", Measure.GRAM)],
        lead_hours=1,
    ),
    DishPlan(
        "Börek", "Börek", "Filodeeg met spinazie en witte kaas, uit de oven.",
        "Filo pastry with spinach and white cheese, from the oven.", Course.SNACK, 275, "eten", 12,
        [
            ("Filodeeg", "500", Measure.GRAM),
            ("Spinazie", "800", Measure.GRAM),
            ("Witte kaas", "400", Measure.GRAM),
            ("Ei", "3", Measure.PIECE),
            ("Sesamzaad", "2", Measure.TABLESPOON),
        ],
        lead_hours=8,
    ),
    DishPlan(
        "Saladelunch", "Salad lunch", "Een groot bord salade met brood.",
        "A large plate of salad with bread.", Course.LUNCH, 650, "eten", 4,
        [
            ("Sla en tomaat", "600", Measure.GRAM),
            ("Mosterddressing", "8", Measure.TABLESPOON),
            ("Brood", "8", Measure.PIECE),
        ],
    ),
    DishPlan(
        "Appelsap", "Apple juice", "Een glas sap van appels uit de buurt.",
        "A glass of juice from apples from around here.", Course.DRINK, 150, "eten", 4,
        [("Appels", "2", Measure.KILOGRAM)],
        lead_hours=1, kitchen_portions=0,
    ),
    DishPlan(
        "Koffie of thee", "Coffee or tea", "Met een koekje van de bakker.",
        "With a biscuit from the bakery.", Course.DRINK, 100, "eten", 10,
        [
            ("Koffie", "70", Measure.GRAM),
            ("Melk", "300", Measure.MILLILITRE),
            ("Koekje van de bakker", "10", Measure.PIECE),
        ],
        lead_hours=1, maximum_count=120, kitchen_portions=0,
    ),
]  # fmt: skip

#: The kitchen of Waterkracht: from, until, minutes in a slot, portions in a slot.
KITCHEN_HOURS = [(day, time(9), time(21), 30, 60) for day in (*WORKDAYS, Weekday.SATURDAY)]
KITCHEN_CENTRE = WATERKRACHT

#: What is measured or cleaned there, and how often.
CHECK_POINTS = [
    (LogKind.FRIDGE, "Grote koelkast", HowOften.DAILY),
    (LogKind.FREEZER, "Vriezer", HowOften.DAILY),
    (LogKind.CLEANING, "Werkbank en snijplanken", HowOften.DAILY),
    (LogKind.CLEANING, "Afzuigkap", HowOften.MONTHLY),
]
