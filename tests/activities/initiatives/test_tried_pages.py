"""What we tried and learned, and the neighbourhood table, as everybody and the desk see them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from activities.models import (
    LookBack,
    NeighbourhoodTable,
    Readers,
    Showing,
    TableItem,
    WishState,
)
from tests.activities.factories import CentreFactory, PersonFactory
from tests.activities.initiatives.look_back_factories import (
    LessonFactory,
    LookBackFactory,
    ReflectionFactory,
    TableFactory,
    TableItemFactory,
    TriedWishFactory,
)
from tests.activities.initiatives.plan_factories import PlannedWishFactory
from tests.activities.organising.pages import as_, errors, said, url

pytestmark = pytest.mark.django_db


def titles(response):
    return [card["look_back"].title for card in response.context["cards"]]


def text_of(path: str, **query) -> str:
    return Client().get(path, query).content.decode()


# What we tried and learned -----------------------------------------------------------------------


def test_list_counts_and_tells():
    LookBackFactory(kept=True, activity__title="Ontbijt")
    LookBackFactory(stopped=True, activity__title="Schaken")
    LookBackFactory(activity__title="Bezig")

    response = Client().get(url("tried_list"))

    assert set(titles(response)) == {"Ontbijt", "Schaken"}
    page = response.content.decode()
    assert "<dt>geprobeerd</dt><dd>2</dd>" in page
    assert "<dt>gebleven</dt><dd>1</dd>" in page
    assert "<dt>aangepast</dt><dd>0</dd>" in page
    assert "<dt>gestopt</dt><dd>1</dd>" in page


def test_list_is_narrowed_by_year_house_outcome_and_words():
    house = CentreFactory(slug="huis")
    last_year = timezone.now().replace(year=timezone.now().year - 1, day=1)
    LookBackFactory(kept=True, activity__title="Ontbijt", activity__centre=house)
    LookBackFactory(stopped=True, activity__title="Schaken", activity__centre=house)
    LookBackFactory(
        kept=True, activity__title="Naaicafé", activity__summary="", decided_at=last_year
    )

    def found(**query):
        return set(titles(Client().get(url("tried_list"), query)))

    assert found(centre="huis") == {"Ontbijt", "Schaken"}
    assert found(centre="huis", outcome="stopped") == {"Schaken"}
    assert found(year=last_year.year) == {"Naaicafé"}
    assert found(q="naaikafee") == {"Naaicafé"}
    assert found(q="naaikafee", outcome="stopped") == set()
    everything = {"Ontbijt", "Schaken", "Naaicafé"}
    assert found(year="veel", centre="nergens", outcome="weg") == everything
    assert found(year="9" * 40, page="x", q="\x00") == everything


def test_counts_follow_year_and_house_but_not_the_outcome():
    house = CentreFactory(slug="huis")
    LookBackFactory(kept=True, activity__centre=house)
    LookBackFactory(stopped=True, activity__centre=house)
    LookBackFactory(stopped=True)

    counts = (
        Client().get(url("tried_list"), {"centre": "huis", "outcome": "kept"}).context["counts"]
    )

    assert (counts.total, counts.kept, counts.stopped) == (2, 1, 1)


def test_empty_list_invites():
    page = text_of(url("tried_list"))

    assert "Nog niets geprobeerd" in page
    assert url("wish") in page


@pytest.mark.parametrize("number", [1, 30])
def test_list_asks_a_fixed_number_of_queries(number, django_assert_num_queries):
    for _number in range(number):
        LessonFactory(look_back=LookBackFactory(kept=True))
    Client().get(url("tried_list"))

    with django_assert_num_queries(7):
        Client().get(url("tried_list"))
    with django_assert_num_queries(8):
        Client().get(url("tried_list"), {"q": "naaien"})


def test_page_tells_what_everybody_may_read():
    wish = TriedWishFactory(text="Samen naaien.", state=WishState.STOPPED)
    tried = LookBackFactory(
        stopped=True,
        activity=wish.activity,
        wish=wish,
        reason="Niemand had tijd.",
        times_held=4,
        people_came=31,
        first_on=timezone.localdate(),
        last_on=timezone.localdate(),
    )
    shown = {"readers": Readers.EVERYONE, "showing": Showing.SHOWN}
    ReflectionFactory(
        look_back=tried,
        person__name="Sahra Warsame",
        with_name=True,
        missing="De vaders.",
        **shown,
    )
    ReflectionFactory(look_back=tried, happened="Alleen voor ons.")
    ReflectionFactory(look_back=tried, happened="Nog niet gezien.", readers=Readers.EVERYONE)
    LessonFactory(look_back=tried, text="Neem de grote zaal.")
    LessonFactory(look_back=tried, text="Een geheim.", readers=Readers.US)
    LessonFactory(look_back=tried, text="Voor dit huis.", readers=Readers.HOUSE)

    page = text_of(url("tried_one", tried.pk))

    for words in (
        "Gestopt, en geleerd",
        "Niemand had tijd.",
        "4 keer geweest",
        "Samen 31 bezoeken",
        "Wie was er niet?",
        "De vaders.",
        "Sahra",
        "Neem de grote zaal.",
        "Samen naaien.",
        "Gestopt is een les.",
    ):
        assert words in page
    for words in (
        "Warsame",
        "Alleen voor ons.",
        "Nog niet gezien.",
        "Een geheim.",
        "Voor dit huis.",
    ):
        assert words not in page


@pytest.mark.parametrize("traits", [{}, {"kept": True, "activity__draft": True}])
def test_page_of_what_is_not_public_is_not_there(traits):
    assert Client().get(url("tried_one", LookBackFactory(**traits).pk)).status_code == 404


def test_few_visits_and_few_answers_point_at_nobody():
    tried = LookBackFactory(kept=True, times_held=1, people_came=4)
    for _number in range(4):
        tried.reactions.create(choice="again", answered_at=timezone.now())

    page = text_of(url("tried_one", tried.pk))
    assert "Minder dan 5 bezoeken" in page
    assert "weer zo" not in page
    tried.reactions.create(choice="different", answered_at=timezone.now())

    page = text_of(url("tried_one", tried.pk))
    assert "4 zeggen: weer zo" in page
    assert "1 zegt: anders" in page


def test_page_leads_to_what_it_grew_into_when_that_is_shown():
    grown = PlannedWishFactory(text="Zingen in het park.")
    tried = LookBackFactory(decided=True, outcome="adapted", grew_into=grown)
    assert "Zingen in het park." in text_of(url("tried_one", tried.pk))
    grown.showing = Showing.HIDDEN
    grown.save(update_fields=["showing"])

    assert "Zingen in het park." not in text_of(url("tried_one", tried.pk))


@pytest.mark.parametrize("number", [1, 30])
def test_page_asks_a_fixed_number_of_queries(number, django_assert_num_queries):
    tried = LookBackFactory(kept=True)
    shown = {"readers": Readers.EVERYONE, "showing": Showing.SHOWN}
    for _number in range(number):
        LessonFactory(look_back=tried, with_name=True)
        ReflectionFactory(look_back=tried, with_name=True, **shown)
        tried.reactions.create(
            choice="again", sentence="Fijn.", answered_at=timezone.now(), **shown
        )
    Client().get(url("tried_one", tried.pk))

    with django_assert_num_queries(7):
        Client().get(url("tried_one", tried.pk))


def test_pages_speak_english():
    LookBackFactory(kept=True)

    response = Client().get(f"/en{url('tried_list')}")

    assert response.status_code == 200
    assert 'lang="en"' in response.content.decode()


def test_who_begins_sees_what_was_tried_and_learned_once():
    LessonFactory(
        text="Neem een kleine zaal.",
        look_back=LookBackFactory(
            stopped=True, activity__stopped=True, activity__title="Zondagfilm"
        ),
    )

    page = text_of(url("wish"), q="Een zondagfilm kijken")

    assert "Neem een kleine zaal." in page
    assert page.count("Zondagfilm</a>") == 1


# The table, for everybody ------------------------------------------------------------------------


def test_table_shows_its_list_beforehand_and_its_minutes_afterwards():
    evening = TableFactory(place="Woonkamer", note="Er was soep.", people_there=9)
    TableItemFactory(
        table=evening,
        subject="De tuin",
        consent="changed",
        decision="Afgesproken",
        objection="Wie sluit af?",
        changed="Er komt een lijst.",
        decided_at=timezone.now(),
    )
    TableItemFactory(table=evening, subject="Weggelaten", is_left_out=True)

    before = text_of(url("table", evening.pk))
    evening.closed_at = timezone.now()
    evening.save(update_fields=["closed_at"])
    after = text_of(url("table", evening.pk))

    assert "Hierover praten we" in before
    assert "Er was soep." not in before
    for words in (
        "Het verslag",
        "Er was soep.",
        "Er waren 9 mensen.",
        "Wie sluit af?",
        "Er komt een lijst.",
        "Er was bezwaar, en we hebben iets veranderd.",
    ):
        assert words in after
    assert "Weggelaten" not in before + after


def test_table_shows_no_idea_that_is_not_shown():
    evening = TableFactory()
    TableItemFactory(
        table=evening,
        subject="",
        wish=PlannedWishFactory(text="Nog niet gezien.", showing=Showing.WAITING),
    )
    hidden = TriedWishFactory(showing=Showing.HIDDEN, activity__title="Verborgen")
    TableItemFactory(
        table=evening,
        subject="",
        look_back=LookBackFactory(activity=hidden.activity, wish=hidden),
    )

    page = text_of(url("table", evening.pk))

    assert "Nog niet gezien." not in page
    assert "Verborgen" not in page


@pytest.mark.parametrize("number", [1, 30])
def test_tables_ask_a_fixed_number_of_queries(number, django_assert_num_queries):
    evening = TableFactory()
    for step in range(number):
        TableFactory(centre=evening.centre, held_on=timezone.localdate() - timedelta(days=step + 1))
        TableItemFactory(table=evening, subject="", wish=PlannedWishFactory())
    host = as_(PersonFactory(host_of=evening.centre))
    for page in (url("tables"), url("table", evening.pk), url("table_manage", evening.pk)):
        host.get(page)
        Client().get(page)

    with django_assert_num_queries(3):
        Client().get(url("tables"))
    with django_assert_num_queries(3):
        Client().get(url("table", evening.pk))
    with django_assert_num_queries(7):
        host.get(url("table_manage", evening.pk))


# The table, at the desk --------------------------------------------------------------------------


@pytest.fixture
def evening() -> NeighbourhoodTable:
    return TableFactory()


@pytest.fixture
def host(evening):
    return PersonFactory(host_of=evening.centre)


def test_host_makes_the_next_table(host, evening):
    tried = LookBackFactory(activity__centre=evening.centre)
    day = timezone.localdate() + timedelta(days=20)
    form = {"centre": evening.centre.slug, "held_on": day.isoformat(), "starts": "19:30"}

    for _press in range(2):
        response = as_(host).post(url("tables_desk"), form)

    made = NeighbourhoodTable.objects.get(held_on=day)
    assert response.url == url("table_manage", made.pk)
    assert [item.look_back for item in made.items.all()] == [tried]


def test_host_makes_no_table_for_another_house(host):
    other = CentreFactory()
    form = {"centre": other.slug, "held_on": timezone.localdate().isoformat()}

    as_(host).post(url("tables_desk"), form)

    assert not NeighbourhoodTable.objects.filter(centre=other).exists()


@pytest.mark.parametrize(
    "name",
    [
        "table_manage",
        "table_subject",
        "table_propose",
        "table_close",
        "table_reopen",
        "table_paper",
    ],
)
def test_tables_are_for_the_desk_of_their_house(evening, name):
    page = url(name, evening.pk)

    other_desk = as_(PersonFactory(host_of=CentreFactory()))
    assert other_desk.get(page).status_code in {404, 405}
    assert other_desk.post(page).status_code in {404, 405}
    assert as_(PersonFactory()).get(page).status_code == 403
    assert Client().get(page).status_code == 302


@pytest.mark.parametrize("name", ["table_item_move", "table_item_leave_out", "table_item_decide"])
def test_items_are_for_the_desk_of_their_house(evening, name):
    item = TableItemFactory(table=evening)

    other_desk = as_(PersonFactory(host_of=CentreFactory()))
    response = other_desk.post(url(name, item.pk), {"what": "agreed", "consent": "consent"})

    assert response.status_code == 404
    item.refresh_from_db()
    assert (item.consent, item.is_left_out) == ("", False)


def test_host_orders_leaves_out_and_adds(evening, host):
    first, second = TableItemFactory.create_batch(2, table=evening)
    client = as_(host)

    client.post(url("table_item_move", first.pk), {"down": "1"})
    client.post(url("table_item_leave_out", second.pk))
    client.post(url("table_subject", evening.pk), {"subject": "De tuin"})
    wrong = client.post(url("table_subject", evening.pk), {"subject": "Bel 06 12345678"})

    rows = list(evening.items.order_by("position").values_list("subject", "is_left_out"))
    assert rows == [(second.subject, True), (first.subject, False), ("De tuin", False)]
    assert errors(wrong, "subject") == {
        "subject": ["Hier staat een telefoonnummer. Iedereen leest dit. Haal het weg."]
    }
    client.post(url("table_item_leave_out", second.pk), {"back": "1"})
    second.refresh_from_db()
    assert not second.is_left_out


def test_host_writes_down_a_decision_that_happens(evening, host):
    tried = LookBackFactory(activity__centre=evening.centre)
    item = TableItemFactory(table=evening, subject="", look_back=tried)

    response = as_(host).post(
        url("table_item_decide", item.pk),
        {
            "what": "stop",
            "consent": "changed",
            "reason": "Niemand had tijd.",
            "objection": "Jammer.",
            "changed": "We proberen het in mei weer.",
        },
    )

    assert response.url == url("table_manage", evening.pk)
    item.refresh_from_db()
    assert (LookBack.objects.get().outcome, item.consent) == ("stopped", "changed")


def test_not_yet_keeps_the_objection(evening, host):
    item = TableItemFactory(table=evening)

    as_(host).post(
        url("table_item_decide", item.pk),
        {"what": "agreed", "consent": "not_yet", "objection": "Te vroeg."},
    )

    item.refresh_from_db()
    assert (item.objection, item.is_decided) == ("Te vroeg.", False)


@pytest.mark.parametrize(
    ("kind", "form", "wrong"),
    [
        ("look_back", {"consent": "consent"}, {"what": ["Kies wat jullie besluiten."]}),
        (
            "look_back",
            {"what": "adapt", "consent": "changed"},
            {
                "objection": ["Schrijf het bezwaar op."],
                "changed": ["Schrijf op wat jullie veranderden."],
                "text": ["Vertel in één zin hoe het verder gaat."],
                "reason": ["Schrijf op waarom. Een ander leert ervan."],
            },
        ),
        (
            "wish",
            {"what": "not_now", "consent": "consent", "reason": "Te druk."},
            {"route": ["Schrijf op wat wel kan."]},
        ),
        ("wish", {"what": "plan"}, {"consent": ["Kies een van de drie."]}),
        (
            "wish",
            {"what": "plan", "consent": "consent", "reason": "Mail joop@voorbeeld.nl"},
            {"reason": ["Hier staat een e-mailadres. Iedereen leest dit. Haal het weg."]},
        ),
        ("wish", {"consent": "not_yet"}, {"objection": ["Schrijf het bezwaar op."]}),
    ],
)
def test_decision_says_what_is_missing(evening, host, kind, form, wrong):
    subject = {
        "look_back": LookBackFactory(activity__centre=evening.centre),
        "wish": PlannedWishFactory(centre=evening.centre, state=WishState.LISTENING),
    }[kind]
    item = TableItemFactory(table=evening, subject="", **{kind: subject})

    response = as_(host).post(url("table_item_decide", item.pk), form)

    assert errors(response) == wrong
    item.refresh_from_db()
    assert not item.is_decided


def test_what_the_house_refuses_is_said(evening, host):
    wish = PlannedWishFactory(centre=evening.centre, state=WishState.KEPT)
    item = TableItemFactory(table=evening, subject="", wish=wish)

    response = as_(host).post(
        url("table_item_decide", item.pk), {"what": "plan", "consent": "consent"}
    )

    assert response.status_code == 200
    assert list(errors(response)) == ["__all__"]
    item.refresh_from_db()
    assert not item.is_decided


def test_minutes_are_written_closed_and_opened_again(evening, host):
    client = as_(host)

    client.post(url("table_manage", evening.pk), {"people_there": "14", "note": "Er was soep."})
    closed = client.post(url("table_close", evening.pk))
    evening.refresh_from_db()
    assert (evening.people_there, evening.note, evening.is_closed) == (14, "Er was soep.", True)
    assert said(closed)[-1:] == ["Het verslag staat op de site."]
    refused = client.post(url("table_subject", evening.pk), {"subject": "Nog iets"})
    assert said(refused)[-1:] == ["Het verslag is klaar. Maak het eerst weer open."]
    client.post(url("table_reopen", evening.pk))

    evening.refresh_from_db()
    assert not evening.is_closed


def test_close_before_the_day_says_why_not(evening, host):
    evening.held_on = timezone.localdate() + timedelta(days=1)
    evening.save(update_fields=["held_on"])

    response = as_(host).post(url("table_close", evening.pk))

    assert said(response) == ["De buurttafel is nog niet geweest."]


def test_propose_tells_how_many_came(evening, host):
    LookBackFactory(activity__centre=evening.centre)

    first = as_(host).post(url("table_propose", evening.pk))
    again = as_(host).post(url("table_propose", evening.pk))

    assert said(first) == ["Er staat 1 onderwerp bij."]
    assert said(again) == ["Er is niets nieuws."]
    assert TableItem.objects.count() == 1


def test_paper_has_the_list_with_room_to_write(evening, host):
    TableItemFactory(table=evening, subject="De tuin")

    page = as_(host).get(url("table_paper", evening.pk)).content.decode()

    assert "De tuin" in page
    assert "Niemand heeft bezwaar" in page
    assert 'class="qr"' in page
