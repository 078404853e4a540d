"""What happens in a made-up week: the centres, their hours and their activities, in Dutch and English."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from activities.models import Audience, CostKind, Mood, Participation
from lokaal.centres.models import Fact, Mark, Weekday

MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
WORKDAYS = (MON, TUE, WED, THU, FRI)
WATERKRACHT, NIEUWSTAD = "waterkracht", "nieuwstad"


@dataclass(frozen=True)
class CentrePlan:
    slug: str
    fields: dict[str, Any]
    hours: list[tuple[Weekday, time, time]]
    english: dict[str, str]


@dataclass(frozen=True)
class ActivityPlan:
    """An activity, the weekdays it is held on, and how many of its places are taken on the coming date."""

    centre: str
    fields: dict[str, Any]
    days: tuple[Weekday, ...]
    starts: time
    ends: time
    english: dict[str, str]
    taken: int = 0
    organiser: str = ""
    is_stopped: bool = False
    cancelled_next: str = ""


CENTRES = [
    CentrePlan(
        WATERKRACHT,
        {
            "name": "Waterkracht",
            "mark": Mark.WAVES,
            "street": "Bronsweg 12",
            "postcode": "7200 AA",
            "city": "Zutphen",
            "phone": "+31575001234",
            "email": "waterkracht@lokaal.voorbeeld",
            "directions": (
                "Bus 3 stopt voor de deur, halte Bronsweg. Je fiets zet je links van de ingang. "
                "De deur gaat vanzelf open. Binnen zit altijd iemand aan de balie."
            ),
            "step_free_entrance": Fact.YES,
            "step_free_toilet": Fact.YES,
            "lift": Fact.YES,
            "hearing_loop": Fact.YES,
            "accessible_parking": Fact.YES,
            "position": 1,
        },
        [(day, time(9), time(21, 30)) for day in WORKDAYS] + [(SAT, time(10), time(16))],
        {
            "directions": (
                "Bus 3 stops at the door, stop Bronsweg. Park your bike to the left of the entrance. "
                "The door opens by itself. Somebody is always at the desk."
            )
        },
    ),
    CentrePlan(
        NIEUWSTAD,
        {
            "name": "Nieuwstad",
            "mark": Mark.HOUSE,
            "street": "Hofpad 3",
            "postcode": "7201 AB",
            "city": "Zutphen",
            "phone": "+31575001235",
            "email": "nieuwstad@lokaal.voorbeeld",
            "directions": (
                "Loop vanaf de markt het Hofpad in. Het is het tweede huis, met de rode deur. "
                "Er is een bel naast de deur."
            ),
            "step_free_entrance": Fact.YES,
            "step_free_toilet": Fact.NO,
            "lift": Fact.NO,
            "position": 2,
        },
        [(day, time(13), time(17)) for day in (MON, TUE, WED, FRI)]
        + [(THU, time(9, 30), time(17)), (SUN, time(14), time(17))],
        {
            "directions": (
                "From the market, walk into Hofpad. It is the second house, with the red door. "
                "There is a bell next to the door."
            )
        },
    ),
]

ACTIVITIES = [
    ActivityPlan(
        WATERKRACHT,
        {
            "title": "Koffie-inloop",
            "summary": "Drink een kop koffie. Praat mee, of lees de krant.",
            "description": "Je hoeft niets te kunnen en niets te betalen. Kom je voor het eerst? "
            "Nermin laat je het huis zien.",
            "participation": Participation.DROP_IN,
            "languages": ["nl", "tr"],
            "someone_greets": Fact.YES,
            "mood": Mood.LIVELY,
            "step_free": Fact.YES,
            "accessible_toilet": Fact.YES,
            "childcare": Fact.YES,
            "room": "Huiskamer",
            "organiser_name": "Nermin Aksoy",
            "organiser_words": "Bij ons is de koffie klaar om half tien. Je stoel ook.",
        },
        WORKDAYS,
        time(9, 30),
        time(11, 30),
        {
            "title": "Coffee morning",
            "summary": "Have a cup of coffee. Join the talk, or read the paper.",
            "description": "You need no skills and no money. Is it your first time? Nermin shows you around.",
        },
        organiser="host",
    ),
    ActivityPlan(
        WATERKRACHT,
        {
            "title": "Hulp bij formulieren",
            "summary": "Neem je brief mee. Wij lezen hem samen.",
            "description": "Een brief van de gemeente, de zorgverzekering of school? "
            "Wij vullen hem samen in. Wat je vertelt blijft tussen ons.",
            "participation": Participation.DROP_IN,
            "languages": ["nl", "tr", "ar"],
            "mood": Mood.QUIET,
            "step_free": Fact.YES,
            "accessible_toilet": Fact.YES,
            "room": "Spreekkamer",
            "bring": "Je brief en je leesbril",
            "organiser_name": "Bas Roelofs",
        },
        (TUE, THU),
        time(10),
        time(12),
        {
            "title": "Help with forms",
            "summary": "Bring your letter. We read it together.",
            "description": "A letter from the council, your health insurer or school? We fill it in together. "
            "What you tell us stays between us.",
            "bring": "Your letter and your reading glasses",
        },
    ),
    ActivityPlan(
        NIEUWSTAD,
        {
            "title": "Taalcafé",
            "summary": "Oefen Nederlands met koffie erbij.",
            "description": "We praten in kleine groepjes over gewone dingen. Fouten maken mag. "
            "Elke week zit er iemand klaar voor nieuwe mensen.",
            "participation": Participation.DROP_IN,
            "languages": ["nl"],
            "someone_greets": Fact.YES,
            "step_free": Fact.YES,
            "room": "Woonkamer",
            "organiser_name": "Olena Koval",
            "organiser_words": "Ik leerde hier zelf Nederlands. Nu help ik anderen.",
        },
        (TUE,),
        time(13),
        time(14, 30),
        {
            "title": "Language café",
            "summary": "Practise Dutch over coffee.",
            "description": "We talk in small groups about everyday things. Mistakes are fine. "
            "Every week somebody is there for new people.",
        },
        organiser="buddy",
    ),
    ActivityPlan(
        WATERKRACHT,
        {
            "title": "Naaicafé",
            "summary": "Samen naaien, maken en praten. Er staan zes machines klaar.",
            "description": "Je hoeft niets te kunnen. Kom met een broek zonder knoop, of kom voor de thee.",
            "languages": ["nl", "tr"],
            "cost_note": "Stof ligt klaar",
            "childcare": Fact.YES,
            "step_free": Fact.YES,
            "accessible_toilet": Fact.YES,
            "someone_greets": Fact.YES,
            "mood": Mood.LIVELY,
            "room": "Atelier",
            "default_capacity": 10,
            "organiser_name": "Emine Kaya",
            "organiser_words": "Mijn moeder leerde mij naaien. Nu leren wij het elkaar.",
        },
        (TUE,),
        time(13, 30),
        time(15, 30),
        {
            "title": "Sewing café",
            "summary": "Sewing, making and talking together. Six machines are ready.",
            "description": "You need no skills. Bring trousers without a button, or come for the tea.",
            "cost_note": "Fabric is there",
        },
        taken=7,
        organiser="sewer",
    ),
    ActivityPlan(
        NIEUWSTAD,
        {
            "title": "Wandelgroep",
            "summary": "Een uur buiten, in een rustig tempo.",
            "description": "We lopen langs de rivier en door het park. Daarna is er thee. Honden mogen mee.",
            "participation": Participation.DROP_IN,
            "languages": ["nl"],
            "step_free": Fact.NO,
            "mood": Mood.QUIET,
            "room": "Start bij de deur",
            "bring": "Stevige schoenen",
            "organiser_name": "Joop Wesselink",
        },
        (TUE, FRI),
        time(14),
        time(15),
        {
            "title": "Walking group",
            "summary": "An hour outside, at an easy pace.",
            "description": "We walk along the river and through the park. Tea afterwards. Dogs are welcome.",
            "bring": "Solid shoes",
        },
        organiser="volunteer",
    ),
    ActivityPlan(
        NIEUWSTAD,
        {
            "title": "Digitaal spreekuur",
            "summary": "Vragen over je telefoon of computer? Wij kijken mee.",
            "description": "DigiD, foto's bewaren, bellen met beeld: vraag het gerust. "
            "Jij houdt je telefoon zelf vast.",
            "participation": Participation.DROP_IN,
            "languages": ["nl", "en"],
            "audience": Audience.SENIORS,
            "step_free": Fact.YES,
            "mood": Mood.QUIET,
            "room": "Tuinkamer",
            "bring": "Je telefoon en de oplader",
        },
        (TUE,),
        time(15),
        time(16, 30),
        {
            "title": "Digital help desk",
            "summary": "Questions about your phone or computer? We look with you.",
            "description": "DigiD, keeping photos, video calls: just ask. You hold your own phone.",
            "bring": "Your phone and its charger",
        },
    ),
    ActivityPlan(
        WATERKRACHT,
        {
            "title": "Huiswerkklas",
            "summary": "Rustig huiswerk maken, met iemand die helpt.",
            "description": "Er is limonade en een boterham. Ouders mogen blijven voor de koffie.",
            "audience": Audience.CHILDREN,
            "audience_note": "van 8 tot 12 jaar",
            "languages": ["nl", "tr", "ar"],
            "mood": Mood.QUIET,
            "step_free": Fact.YES,
            "room": "Jongerenruimte",
            "default_capacity": 12,
            "bring": "Je schooltas",
            "organiser_name": "Mehari Tesfay",
        },
        (TUE, THU),
        time(15, 30),
        time(17),
        {
            "title": "Homework class",
            "summary": "Do your homework in peace, with somebody who helps.",
            "description": "There is lemonade and a sandwich. Parents may stay for coffee.",
            "audience_note": "from 8 to 12 years",
            "bring": "Your school bag",
        },
        taken=12,
        organiser="learner",
    ),
    ActivityPlan(
        WATERKRACHT,
        {
            "title": "Sjoelen",
            "summary": "Een avond sjoelen. Wij leren het je in vijf minuten.",
            "description": "Er zijn vier bakken. We spelen voor de gezelligheid, niet om te winnen.",
            "participation": Participation.DROP_IN,
            "languages": ["nl"],
            "audience": Audience.SENIORS,
            "step_free": Fact.YES,
            "accessible_toilet": Fact.YES,
            "mood": Mood.LIVELY,
            "room": "Huiskamer",
            "organiser_name": "Joop Wesselink",
        },
        (TUE,),
        time(19, 30),
        time(21, 30),
        {
            "title": "Sjoelen (Dutch shuffleboard)",
            "summary": "An evening of shuffleboard. We teach you in five minutes.",
            "description": "There are four boards. We play for fun, not to win.",
        },
        organiser="volunteer",
    ),
    ActivityPlan(
        WATERKRACHT,
        {
            "title": "Buurtmaaltijd",
            "summary": "Samen eten aan lange tafels. Er is altijd iets zonder vlees.",
            "description": "Onze leerlingen koken. Weet je iemand die vaak alleen eet? Neem die mee. "
            "Kun je niet betalen? Dan eet je gewoon mee.",
            "cost_kind": CostKind.PAY_WHAT_YOU_CAN,
            "cost_cents": 400,
            "cost_note": "Of wat je kunt",
            "languages": ["nl", "tr", "ar", "uk"],
            "childcare": Fact.YES,
            "step_free": Fact.YES,
            "accessible_toilet": Fact.YES,
            "someone_greets": Fact.YES,
            "mood": Mood.LIVELY,
            "room": "Grote zaal",
            "default_capacity": 48,
            "organiser_name": "De keuken van Waterkracht",
        },
        (WED,),
        time(12),
        time(13, 30),
        {
            "title": "Neighbourhood meal",
            "summary": "Eat together at long tables. There is always something without meat.",
            "description": "Our learners cook. Do you know somebody who often eats alone? Bring them. "
            "Can't pay? Then you simply eat with us.",
            "cost_note": "Or what you can",
        },
        taken=36,
    ),
    ActivityPlan(
        NIEUWSTAD,
        {
            "title": "Pannenkoekenmiddag",
            "summary": "Bakken, eten en knutselen.",
            "description": "Kinderen bakken zelf, met hulp. Een volwassene blijft erbij.",
            "cost_kind": CostKind.FIXED,
            "cost_cents": 200,
            "audience": Audience.CHILDREN,
            "audience_note": "en hun ouders",
            "participation": Participation.DROP_IN,
            "languages": ["nl"],
            "step_free": Fact.YES,
            "mood": Mood.LIVELY,
            "room": "Woonkamer",
        },
        (WED,),
        time(14),
        time(16),
        {
            "title": "Pancake afternoon",
            "summary": "Baking, eating and crafts.",
            "description": "Children bake themselves, with help. An adult stays with them.",
            "audience_note": "and their parents",
        },
    ),
    ActivityPlan(
        WATERKRACHT,
        {
            "title": "Somalisch jongerenuur",
            "summary": "Voor jongeren die Somalisch spreken, en hun vrienden.",
            "description": "Muziek, huiswerk, plannen maken. Sahra en haar vrienden bedenken elke week iets.",
            "audience": Audience.YOUTH,
            "participation": Participation.DROP_IN,
            "languages": ["so", "nl"],
            "step_free": Fact.YES,
            "mood": Mood.LIVELY,
            "room": "Jongerenruimte",
            "organiser_name": "Sahra Warsame",
            "organiser_words": "Wij zochten een ruimte. Nu is het ons huis.",
        },
        (WED,),
        time(16),
        time(17, 30),
        {
            "title": "Somali youth hour",
            "summary": "For young people who speak Somali, and their friends.",
            "description": "Music, homework, making plans. Sahra and her friends think of something every week.",
        },
        organiser="organiser",
    ),
    ActivityPlan(
        NIEUWSTAD,
        {
            "title": "Voorleeskoffie",
            "summary": "Iemand leest een kort verhaal voor. Jij luistert en praat mee.",
            "description": "Dit begon als leesclub. Thuis een boek lezen lukte niet. Samen luisteren wel.",
            "participation": Participation.DROP_IN,
            "languages": ["nl"],
            "step_free": Fact.YES,
            "mood": Mood.QUIET,
            "room": "Tuinkamer",
            "organiser_name": "Ilse Nijhuis",
        },
        (WED,),
        time(16),
        time(17),
        {
            "title": "Stories and coffee",
            "summary": "Somebody reads a short story aloud. You listen and talk.",
            "description": "This began as a book club. Reading a book at home did not work. Listening together did.",
        },
        organiser="coordinator",
        cancelled_next="Ilse is dan op cursus",
    ),
    ActivityPlan(
        NIEUWSTAD,
        {
            "title": "Vrouwenontbijt",
            "summary": "Ontbijt voor vrouwen. Neem je dochter of buurvrouw mee.",
            "description": "We dekken de tafel samen. Iedereen neemt iets kleins mee, of niets.",
            "audience": Audience.WOMEN,
            "participation": Participation.DROP_IN,
            "languages": ["nl", "ar"],
            "childcare": Fact.YES,
            "step_free": Fact.YES,
            "someone_greets": Fact.YES,
            "room": "Woonkamer",
        },
        (THU,),
        time(10),
        time(11, 30),
        {
            "title": "Women's breakfast",
            "summary": "Breakfast for women. Bring your daughter or neighbour.",
            "description": "We lay the table together. Everybody brings something small, or nothing.",
        },
    ),
    ActivityPlan(
        WATERKRACHT,
        {
            "title": "Repaircafé",
            "summary": "Is het stuk? Samen maken we het weer heel.",
            "description": "Lampen, fietsen, kleding, radio's. Koffie terwijl je wacht. Je kijkt mee en leert het.",
            "participation": Participation.DROP_IN,
            "languages": ["nl"],
            "cost_note": "Losse onderdelen betaal je zelf",
            "step_free": Fact.YES,
            "accessible_toilet": Fact.YES,
            "mood": Mood.LIVELY,
            "room": "Atelier",
            "bring": "Wat er stuk is",
            "organiser_name": "Joop Wesselink",
            "organiser_words": "Weggooien kan altijd nog.",
        },
        (SAT,),
        time(10, 30),
        time(13),
        {
            "title": "Repair café",
            "summary": "Is it broken? Together we mend it.",
            "description": "Lamps, bikes, clothes, radios. Coffee while you wait. You watch and learn.",
            "cost_note": "You pay for spare parts",
            "bring": "What is broken",
        },
        organiser="volunteer",
    ),
    ActivityPlan(
        WATERKRACHT,
        {
            "title": "Koken voor groepen",
            "summary": "Leer koken voor vijftig mensen. Je mag het meenemen naar huis.",
            "description": "Met Mehari en de keuken. Na vier keer krijg je een bewijs.",
            "languages": ["nl", "en"],
            "step_free": Fact.YES,
            "room": "Keuken",
            "default_capacity": 6,
            "bring": "Dichte schoenen",
            "organiser_name": "Mehari Tesfay",
        },
        (FRI,),
        time(10),
        time(13),
        {
            "title": "Cooking for groups",
            "summary": "Learn to cook for fifty people. You may take it home.",
            "description": "With Mehari and the kitchen. After four times you get a certificate.",
            "bring": "Closed shoes",
        },
        taken=5,
        organiser="learner",
    ),
    ActivityPlan(
        NIEUWSTAD,
        {
            "title": "Leesclub",
            "summary": "Elke maand samen een boek. Hieruit kwam de voorleeskoffie.",
            "room": "Tuinkamer",
            "languages": ["nl"],
        },
        (),
        time(20),
        time(22),
        {
            "title": "Book club",
            "summary": "A book together every month. The stories and coffee came from this.",
        },
        is_stopped=True,
    ),
    ActivityPlan(
        WATERKRACHT,
        {
            "title": "Schaakavond",
            "summary": "Schaken op vrijdag. Er kwamen er twee. Die spelen nu thuis.",
            "room": "Huiskamer",
            "languages": ["nl"],
        },
        (),
        time(19),
        time(21),
        {
            "title": "Chess evening",
            "summary": "Chess on Fridays. Two people came. They now play at home.",
        },
        is_stopped=True,
    ),
    ActivityPlan(
        WATERKRACHT,
        {
            "title": "Zondagfilm",
            "summary": "Een film op zondag. De zaal was te koud en te groot.",
            "room": "Grote zaal",
            "languages": ["nl"],
        },
        (),
        time(15),
        time(17),
        {"title": "Sunday film", "summary": "A film on Sunday. The hall was too cold and too big."},
        is_stopped=True,
    ),
]

GUESTS = [
    "Fatma Yildiz", "Henk Berends", "Amal Haddad", "Riet Hoekstra", "Abdi Nur", "Truus Lammers",
    "Leyla Demir", "Wim Oosterink", "Yusuf Arslan", "Greet Bosman", "Hodan Ali", "Piet Wissink",
    "Svitlana Bondar", "Jannie Kuiper", "Selim Kaya", "Dinie Wolters", "Rahma Osman", "Theo Slot",
    "Nour Saleh", "Bertha Meijerink", "Ayse Polat", "Gerrit Hulshof", "Zeynep Acar", "Mia Brinkman",
]  # fmt: skip

WISHES = [
    ("Ik zou graag samen zingen. Ik kan het niet goed, maar ik doe het graag.", 3),
    ("Kunnen we op zondag koffie drinken? Dan is de dag zo lang.", 9),
    ("Een plek waar ik mijn fiets kan leren maken.", 1),
]
