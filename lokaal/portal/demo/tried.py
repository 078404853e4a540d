"""What the made-up neighbourhood tried and learned: what stayed, what changed its form, what stopped, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from activities.models import Matter, Outcome
from lokaal.portal.demo.week import NIEUWSTAD, WATERKRACHT


@dataclass(frozen=True)
class TriedPlan:
    """One try: the activity by its title, when it was, how many came, the four answers, lessons and what was decided.

    `grew_into`: the sentence of the wish that came of it, and the title of the activity which that became.
    """

    centre: str
    title: str
    outcome: Outcome
    reason: str
    weeks_ago: int
    times: int
    people: int
    answers: dict[str, str]
    lessons: tuple[tuple[Matter, str], ...] = ()
    sentences: tuple[str, ...] = ()
    again: int = 0
    different: int = 0
    no_need: int = 0
    grew_into: tuple[str, str] | None = None
    writer: str = "coordinator"


TRIED = [
    TriedPlan(
        NIEUWSTAD,
        "Leesclub",
        Outcome.ADAPTED,
        "Thuis een boek lezen lukte niet. Samen luisteren wel. Nu lezen we voor, bij de koffie.",
        60,
        4,
        19,
        {
            "why": "Mensen vroegen om iets met boeken. De bibliotheek is ver.",
            "happened": "De eerste keer kwamen er acht. Daarna steeds minder. Het boek was niet uit.",
            "missing": "Wie moeilijk leest. Juist voor hen was het bedoeld.",
            "better_form": "Voorlezen. Kort, overdag, en je hoeft niets te doen.",
        },
        (
            (Matter.FORM, "Vraag niets voor thuis. Wat je samen doet, lukt."),
            (Matter.TIME, "Avond is laat voor wie vroeg werkt. Overdag kwamen er meer."),
        ),
        ("Het boek was te dik.", "Ik kom voor het praten."),
        again=3,
        different=6,
        no_need=1,
        grew_into=("Kunnen we elkaar voorlezen bij de koffie?", "Voorleeskoffie"),
    ),
    TriedPlan(
        NIEUWSTAD,
        "Voorleeskoffie",
        Outcome.KEPT,
        "Het is elke week gezellig. Er komen nieuwe mensen bij. Het blijft.",
        48,
        6,
        52,
        {
            "why": "De leesclub was te moeilijk. Verhalen wilden we wel.",
            "happened": "Een verhaal, koffie, en dan komen de verhalen van iedereen.",
            "missing": "Mannen. Er kwam er één.",
            "better_form": "Zo is het goed. Kort, en op een vaste dag.",
        },
        (
            (Matter.TIME, "Kies een vaste dag en een vaste tijd. Dan hoef je niets te onthouden."),
            (Matter.HELPERS, "Laat steeds een ander voorlezen. Dan hangt het niet aan één mens."),
        ),
        ("Ik hoef niets, ik mag luisteren.",),
        again=8,
        different=1,
    ),
    TriedPlan(
        WATERKRACHT,
        "Schaakavond",
        Outcome.STOPPED,
        "Er kwamen er twee. Die spelen nu thuis verder. Dat is ook goed.",
        34,
        5,
        11,
        {
            "why": "Twee buren wilden schaken en kenden niemand.",
            "happened": "Ze vonden elkaar. Meer mensen kwamen er niet.",
            "missing": "Jongeren. Zij schaken op hun telefoon.",
            "better_form": "Zet een bord op tafel bij de inloop. Wie wil, schuift aan.",
        },
        (
            (Matter.POSTER, "Een poster is niet genoeg. Vraag mensen zelf, aan de deur."),
            (Matter.OTHER, "Twee mensen die elkaar vinden: dat is gelukt."),
        ),
        ("Nu spelen we bij mij thuis.",),
        again=2,
        no_need=3,
        writer="volunteer",
    ),
    TriedPlan(
        WATERKRACHT,
        "Zondagfilm",
        Outcome.STOPPED,
        "De zaal was te koud en te groot. Het geld voor de film was op.",
        18,
        4,
        37,
        {
            "why": "Zondag is de dag lang. Er is niets open.",
            "happened": "De eerste film was vol. Daarna bleef de helft weg: het was koud.",
            "missing": "Ouders met jonge kinderen. De film was te laat klaar.",
            "better_form": "Een kleine zaal met de verwarming aan. En om twee uur beginnen.",
        },
        (
            (Matter.ROOM, "Neem de Huiskamer. De Grote zaal krijg je op zondag niet warm."),
            (Matter.MONEY, "Een film laten zien kost geld. Vraag eerst wat een licentie kost."),
            (Matter.ACCESS, "Zet ondertiteling aan. Dan kijkt iedereen mee."),
        ),
        ("Mooie films, maar koude voeten.", "Ik mis het op zondag.", "Graag met thee."),
        again=7,
        different=9,
        no_need=2,
        writer="organiser",
    ),
    TriedPlan(
        NIEUWSTAD,
        "Vrouwenontbijt",
        Outcome.KEPT,
        "Het zat elke keer vol. Drie vrouwen helpen nu mee. Het blijft, elke donderdag.",
        9,
        6,
        104,
        {
            "why": "Vrouwen zeiden: ik kom alleen buiten voor boodschappen.",
            "happened": "Iedereen nam iets mee. De dochters kwamen ook.",
            "missing": "Vrouwen die werken. Voor hen is donderdag lastig.",
            "better_form": "Zo is het goed. Misschien ook een keer op zaterdag.",
        },
        (
            (Matter.HELPERS, "Vraag wie er komt ook om te helpen. Bijna iedereen zegt ja."),
            (Matter.ACCESS, "Laat kinderen welkom zijn. Zonder dat komt de helft niet."),
        ),
        ("Voor mij is dit mijn vaste dag.", "Ik leerde hier mijn buurvrouw kennen."),
        again=14,
        different=1,
    ),
]


@dataclass(frozen=True)
class TablePlan:
    """A table that was: how many came, what was decided about, and in which words."""

    centre: str
    weeks_ago: int
    people: int
    note: str
    subjects: tuple[tuple[str, str, str], ...] = field(default_factory=tuple)


#: Subject; objection and what was changed, or neither.
TABLE = TablePlan(
    NIEUWSTAD,
    8,
    11,
    "We eten de volgende keer samen. Mehari kookt.",
    (
        ("De sleutel van de tuin", "Wie sluit er af?", "Er komt een lijst bij de deur."),
        ("Een bankje voor het huis", "", ""),
    ),
)
