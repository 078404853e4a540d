"""The rooms of the made-up neighbourhood: what they are made of, what fits in them, and what stands ready."""

from dataclasses import dataclass, field
from datetime import date, time

from lokaal.centres.models import Fact, Weekday
from lokaal.portal.demo.week import NIEUWSTAD, WATERKRACHT, WORKDAYS
from venue.models import Layout, SurchargeKind, SurchargeUnit, TariffUnit, VatCategory


@dataclass(frozen=True)
class SpacePlan:
    """A space: its parts by name, and how many people fit in each layout."""

    centre: str
    name: str
    slug: str
    parts: tuple[str, ...]
    layouts: dict[Layout, int]
    description: str
    english: str
    floor: str = "begane grond"
    step_free: Fact = Fact.YES
    step_free_toilet: Fact = Fact.YES
    hearing_loop: Fact = Fact.UNKNOWN
    before_minutes: int = 0
    after_minutes: int = 0
    is_for_hire: bool = True
    #: Minutes to set up where a layout needs more than the space does.
    slow: dict[Layout, int] = field(default_factory=dict)


@dataclass(frozen=True)
class EquipmentPlan:
    """Things: how many there are, or the spaces where they hang for good; a unique one is a part of its own."""

    centre: str
    name: str
    stock: int = 1
    is_unique: bool = False
    fixed_in: tuple[str, ...] = ()


BUILDINGS = {WATERKRACHT: 120, NIEUWSTAD: 50}

#: When the houses can be hired: wider than the door is open for everyone.
HIRE_HOURS = {
    WATERKRACHT: [(day, time(8), time(23)) for day in WORKDAYS]
    + [(Weekday.SATURDAY, time(9), time(23)), (Weekday.SUNDAY, time(12), time(20))],
    NIEUWSTAD: [(day, time(9), time(22, 30)) for day in (*WORKDAYS, Weekday.SATURDAY)]
    + [(Weekday.SUNDAY, time(12), time(18))],
}

SPACES = [
    SpacePlan(
        WATERKRACHT,
        "Huiskamer",
        "huiskamer",
        ("Huiskamer",),
        {Layout.STANDING: 40, Layout.DINNER: 24},
        "De kamer bij de voordeur, met de leestafel en de banken. Hier is altijd koffie.",
        "The room by the front door, with the reading table and the sofas. There is always coffee.",
        after_minutes=15,
    ),
    SpacePlan(
        WATERKRACHT,
        "Grote zaal",
        "grote-zaal",
        ("Zaal voor", "Zaal achter"),
        {Layout.STANDING: 100, Layout.THEATRE: 80, Layout.DINNER: 48, Layout.U_SHAPE: 30},
        "Een lichte zaal met een houten vloer en een klein podium. De keuken is ernaast. "
        "De wand in het midden kan dicht.",
        "A light hall with a wooden floor and a small stage. The kitchen is next door. "
        "The wall in the middle can be closed.",
        hearing_loop=Fact.YES,
        before_minutes=30,
        after_minutes=30,
        slow={Layout.DINNER: 60},
    ),
    SpacePlan(
        WATERKRACHT,
        "Zaal voor",
        "zaal-voor",
        ("Zaal voor",),
        {Layout.THEATRE: 40, Layout.DINNER: 24, Layout.U_SHAPE: 16},
        "De helft van de grote zaal, met het podium.",
        "Half of the main hall, with the stage.",
        hearing_loop=Fact.YES,
        before_minutes=15,
        after_minutes=15,
    ),
    SpacePlan(
        WATERKRACHT,
        "Zaal achter",
        "zaal-achter",
        ("Zaal achter",),
        {Layout.THEATRE: 36, Layout.DINNER: 24, Layout.U_SHAPE: 14},
        "De andere helft, met deuren naar de tuin.",
        "The other half, with doors to the garden.",
        before_minutes=15,
        after_minutes=15,
    ),
    SpacePlan(
        WATERKRACHT,
        "Atelier",
        "atelier",
        ("Atelier",),
        {Layout.THEATRE: 16, Layout.U_SHAPE: 12},
        "Grote tafels, goed licht en een wasbak. Vies worden mag.",
        "Large tables, good light and a sink. Getting dirty is fine.",
        before_minutes=15,
        after_minutes=15,
    ),
    SpacePlan(
        WATERKRACHT,
        "Jongerenruimte",
        "jongerenruimte",
        ("Jongerenruimte",),
        {Layout.STANDING: 25, Layout.U_SHAPE: 14},
        "Met een tafeltennistafel en een groot scherm. Voor jongeren uit de buurt.",
        "With a table tennis table and a large screen. For young people from around here.",
        is_for_hire=False,
    ),
    SpacePlan(
        WATERKRACHT,
        "Keuken",
        "keuken",
        ("Keuken",),
        {Layout.STANDING: 8},
        "Een echte keuken met twee ovens. Koken doe je met iemand van ons erbij.",
        "A real kitchen with two ovens. You cook with one of us around.",
        before_minutes=15,
        after_minutes=30,
    ),
    SpacePlan(
        WATERKRACHT,
        "Spreekkamer",
        "spreekkamer",
        ("Spreekkamer",),
        {Layout.U_SHAPE: 4},
        "Een kleine, stille kamer. Wat je hier zegt, hoort niemand anders.",
        "A small, quiet room. Nobody else hears what you say here.",
    ),
    SpacePlan(
        NIEUWSTAD,
        "Woonkamer",
        "woonkamer",
        ("Woonkamer",),
        {Layout.STANDING: 30, Layout.DINNER: 20, Layout.U_SHAPE: 14},
        "Een kamer als thuis, aan het Hofpad. Met een kleine keuken.",
        "A room like home, on Hofpad. With a small kitchen.",
        step_free_toilet=Fact.NO,
        after_minutes=15,
    ),
    SpacePlan(
        NIEUWSTAD,
        "Tuinkamer",
        "tuinkamer",
        ("Tuinkamer",),
        {Layout.THEATRE: 14, Layout.U_SHAPE: 10},
        "Achter in het huis, met uitzicht op de tuin.",
        "At the back of the house, looking out on the garden.",
        step_free_toilet=Fact.NO,
        after_minutes=15,
    ),
    SpacePlan(
        NIEUWSTAD,
        "Woonkamer en Tuinkamer",
        "woonkamer-en-tuinkamer",
        ("Woonkamer", "Tuinkamer"),
        {Layout.STANDING: 44, Layout.THEATRE: 36},
        "De twee kamers samen, met de deuren open.",
        "The two rooms together, with the doors open.",
        step_free_toilet=Fact.NO,
        before_minutes=15,
        after_minutes=30,
    ),
    SpacePlan(
        NIEUWSTAD,
        "Spreekkamer",
        "spreekkamer",
        ("Spreekkamer",),
        {Layout.U_SHAPE: 3},
        "Een kleine kamer boven, voor een gesprek.",
        "A small room upstairs, for a talk.",
        floor="eerste verdieping",
        step_free=Fact.NO,
        step_free_toilet=Fact.NO,
    ),
]

EQUIPMENT = [
    EquipmentPlan(WATERKRACHT, "Beamer", stock=2, fixed_in=("grote-zaal", "zaal-voor")),
    EquipmentPlan(WATERKRACHT, "Geluid met microfoon", is_unique=True),
    EquipmentPlan(WATERKRACHT, "Flipover", stock=3),
    EquipmentPlan(WATERKRACHT, "Naaimachine", stock=6),
    EquipmentPlan(NIEUWSTAD, "Beamer"),
    EquipmentPlan(NIEUWSTAD, "Flipover", stock=1),
]


@dataclass(frozen=True)
class ClassPlan:
    """A class of prices, and what an hour or half a day of the main hall costs in it (cents, including VAT)."""

    slug: str
    fields: dict[str, object]
    unit: TariffUnit = TariffUnit.HOUR
    price_cents: int = 0
    day_cap_cents: int | None = None
    deposit_cents: int = 0


CLASSES = [
    ClassPlan(
        "bewoners",
        {
            "name": "Bewoners",
            "explanation": "Voor iets wat je met en voor de buurt doet. Je betaalt niets.",
            "translations": {
                "en": {
                    "name": "Residents",
                    "explanation": "For what you do with and for the neighbourhood. You pay nothing.",
                }
            },
            "is_residents": True,
            "is_free": True,
        },
    ),
    ClassPlan(
        "maatschappelijk",
        {
            "name": "Maatschappelijk",
            "explanation": "Voor verenigingen en stichtingen die geen winst maken.",
            "translations": {
                "en": {
                    "name": "Non-profit",
                    "explanation": "For associations and foundations that make no profit.",
                }
            },
        },
        price_cents=1250,
        day_cap_cents=7500,
    ),
    ClassPlan(
        "commercieel",
        {
            "name": "Zakelijk",
            "explanation": "Voor bedrijven en de overheid. Hiermee betalen wij wat gratis is.",
            "translations": {
                "en": {
                    "name": "Business",
                    "explanation": "For companies and public authorities. This pays for what is free.",
                }
            },
            "is_yardstick": True,
        },
        price_cents=3500,
        day_cap_cents=21000,
    ),
    ClassPlan(
        "prive",
        {
            "name": "Privéfeest",
            "explanation": "Voor een verjaardag of een ander eigen feest. Wij schenken dan geen alcohol.",
            "translations": {
                "en": {
                    "name": "Private party",
                    "explanation": "For a birthday or another party of your own. We serve no alcohol then.",
                }
            },
            "is_private_party": True,
        },
        TariffUnit.HALF_DAY,
        price_cents=9000,
        deposit_cents=5000,
    ),
]

#: What a space costs beside the main hall, in percent.
PRICE_PERCENT = {
    (WATERKRACHT, "grote-zaal"): 100,
    (WATERKRACHT, "zaal-voor"): 60,
    (WATERKRACHT, "zaal-achter"): 60,
    (WATERKRACHT, "huiskamer"): 70,
    (WATERKRACHT, "atelier"): 50,
    (WATERKRACHT, "keuken"): 80,
    (WATERKRACHT, "spreekkamer"): 30,
    (NIEUWSTAD, "woonkamer"): 60,
    (NIEUWSTAD, "tuinkamer"): 40,
    (NIEUWSTAD, "woonkamer-en-tuinkamer"): 80,
    (NIEUWSTAD, "spreekkamer"): 30,
}

#: Made-up choices of a made-up treasurer and adviser; a real house sets its own (domain.md, BTW).
VAT = [
    (
        "zaal",
        "Zaalverhuur",
        {
            "category": VatCategory.EXEMPT,
            "percent": 0,
            "legal_ground": "Vrijgesteld: artikel 11 lid 1 onderdeel b Wet OB 1968 (verhuur)",
            "exemption_code": "VATEX-EU-135-1",
        },
    ),
    ("eten", "Eten en fris", {"category": VatCategory.STANDARD, "percent": 9}),
    ("alcohol", "Alcohol", {"category": VatCategory.STANDARD, "percent": 21}),
    ("dienst", "Spullen en diensten", {"category": VatCategory.STANDARD, "percent": 21}),
]

#: Cancelling this many hours before or later costs so much of the price (percent).
CANCELLATION = [(24 * 14, 25), (72, 50), (24, 100)]

#: What the council proposed (domain.md, Alcohol): look for the text that holds.
ALCOHOL = [(day, time(16), time(0)) for day in WORKDAYS] + [
    (Weekday.SATURDAY, time(13), time(0)),
    (Weekday.SUNDAY, time(12), time(0)),
]
ALCOHOL_SOURCE = "Voorstel verordening paracommercie Zutphen. Kijk welke tekst nu geldt."

#: What comes on top of the room at Waterkracht, and for which thing.
SURCHARGES: list[tuple[dict[str, object], str]] = [
    (
        {
            "name": "Geluid met microfoon",
            "translations": {"en": {"name": "Sound with a microphone"}},
            "kind": SurchargeKind.EQUIPMENT,
            "unit": SurchargeUnit.TIME,
            "price_cents": 2000,
        },
        "Geluid met microfoon",
    ),
    (
        {
            "name": "Tafels dekken",
            "translations": {"en": {"name": "Laying the tables"}},
            "kind": SurchargeKind.LAYOUT,
            "unit": SurchargeUnit.TIME,
            "price_cents": 1500,
            "layout": Layout.DINNER,
        },
        "",
    ),
    (
        {
            "name": "Na tien uur",
            "translations": {"en": {"name": "After ten o'clock"}},
            "kind": SurchargeKind.LATE,
            "unit": SurchargeUnit.HOUR,
            "price_cents": 1500,
            "after": time(22),
        },
        "",
    ),
]

#: Region middle of the Netherlands, as published for the school year; a real house fills in its own.
SCHOOL_HOLIDAYS = [
    ("Herfstvakantie", date(2026, 10, 17), date(2026, 10, 25)),
    ("Kerstvakantie", date(2026, 12, 19), date(2027, 1, 3)),
    ("Voorjaarsvakantie", date(2027, 2, 20), date(2027, 2, 28)),
    ("Meivakantie", date(2027, 4, 24), date(2027, 5, 2)),
    ("Zomervakantie", date(2027, 7, 17), date(2027, 8, 29)),
]
