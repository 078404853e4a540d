"""What the made-up neighbourhood asks the municipality, and what is done with it. Invented, all of it."""

from __future__ import annotations

from dataclasses import dataclass

from lokaal.portal.demo.week import NIEUWSTAD, WATERKRACHT

#: Themes: the Dutch name, and the English one.
THEMES = (
    ("Wonen", "Housing"),
    ("Geld en regels", "Money and rules"),
    ("Straat en groen", "Street and green"),
    ("Kinderen en school", "Children and school"),
)
OFFICIAL = ("Karin Pol", "gebiedsregisseur, gemeente", "karin@voorbeeld.nl")


@dataclass(frozen=True)
class QuestionPlan:
    """A question, and how far it is. Days are counted back from today; `due` counts ahead."""

    text: str
    theme: str
    days_ago: int
    centre: str = WATERKRACHT
    kind: str = "question"
    name: str = ""
    me_too: int = 0
    examples: tuple[str, ...] = ()
    picked_up: int | None = None
    due: int = 14
    answer: str = ""
    answered: int | None = None
    better_answer: str = ""
    promise: str = ""
    done: str = ""
    finished: int | None = None
    waits: bool = False
    language: str = "nl"
    on_list: bool = False


QUESTIONS = (
    QuestionPlan(
        "Wanneer komt er licht in de fietstunnel?",
        "Straat en groen",
        80,
        name="Greet",
        me_too=23,
        examples=("Mijn dochter fietst nu om. Dat is tien minuten langer.",),
        picked_up=70,
        answered=62,
        answer="In september komen er zes lampen in de tunnel. Ze gaan aan als het donker wordt.",
        promise="De lampen worden opgehangen.",
        finished=20,
        done="De zes lampen hangen er. Doet er een het niet? Bel de gemeente.",
    ),
    QuestionPlan(
        "Mag ik een cadeau van mijn zus houden als ik een uitkering heb?",
        "Geld en regels",
        45,
        me_too=11,
        examples=("Ik kreeg een tweedehands fiets. Ik durfde het niet te zeggen.",),
        picked_up=40,
        answered=31,
        answer="Een cadeau mag. Is het veel geld waard? Vraag het dan eerst aan ons.",
        better_answer="Een cadeau mag. Bij meer dan 1.200 euro per jaar bespreek je het met ons. Wij denken mee.",
        promise="Deze regel komt in de brief die iedereen krijgt.",
        due=9,
    ),
    QuestionPlan(
        "Waarom wachten wij zo lang op een andere woning?",
        "Wonen",
        26,
        me_too=34,
        examples=(
            "Wij wonen met zijn vijven in twee kamers.",
            "Ik sta al acht jaar ingeschreven.",
        ),
        picked_up=17,
        due=6,
        on_list=True,
    ),
    QuestionPlan(
        "De speeltuin is stuk. Mijn zoon haalde zijn been open.",
        "Kinderen en school",
        33,
        centre=NIEUWSTAD,
        kind="example",
        me_too=7,
        picked_up=30,
        due=-3,
    ),
    QuestionPlan(
        "Er is een plek nodig waar jongeren 's avonds naar binnen kunnen.",
        "Kinderen en school",
        12,
        kind="need",
        name="Sahra",
        me_too=15,
        on_list=True,
    ),
    QuestionPlan(
        "Can I get the letters of the municipality in English?",
        "Geld en regels",
        5,
        me_too=4,
        language="en",
        on_list=True,
    ),
    QuestionPlan(
        "Wie ruimt de blaadjes op bij de flat? Het is glad.",
        "Straat en groen",
        1,
        centre=NIEUWSTAD,
        waits=True,
    ),
)
SESSION = "Waar woon je straks? Praat met de gemeente over wonen."
NOTES = (
    ("rule", "Wie ingeschreven staat, bewaart zijn plek ook na een verhuizing binnen de stad."),
    ("example", "Een buurvrouw verloor haar plek omdat een brief niet aankwam."),
)
