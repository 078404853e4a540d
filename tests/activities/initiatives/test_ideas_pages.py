"""Ideas as people meet them: telling, reading, supporting, taking over, saying that something is wrong."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from activities import limits
from activities.initiatives import coaching, moderating
from activities.models import Report, Showing, Support, SupportKind, Wish, WishState
from lokaal.outbox.models import Message
from tests.activities.factories import (
    SECRET,
    ActivityFactory,
    CentreFactory,
    PersonFactory,
    SupportFactory,
    WishFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counts_of_before():
    cache.clear()


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def told(response):
    return [str(message) for message in response.context["messages"]]


def url(view, *parts):
    return reverse(f"activities:{view}", args=parts)


def support_form(**fields):
    return {"kind": "come", "name": "Gerda", "token": uuid.uuid4()} | fields


# Telling -----------------------------------------------------------------------------------------


def test_begin_asks_one_sentence_first(client):
    page = text(client.get(url("wish")))

    assert 'name="text"' in page
    assert 'name="email"' not in page


def test_what_looks_like_it_is_shown_first_then_one_goes_on(client):
    ActivityFactory(title="Zangkoor")
    WishFactory(shown=True, text="Samen zingen.")
    WishFactory(shown=True, text="Een zangclub.", state=WishState.STOPPED)
    asked = {"text": "Ik wil zingen in een zangkoor of zangclub", "step": "look"}

    response = client.post(url("wish"), asked)

    headings = [heading for heading, _cards in response.context["similar"]]
    assert headings == ["Dit is er al", "Dit wil iemand anders ook", "Dit is al eens geprobeerd"]
    assert "Toch iets anders: ga verder" in text(response)
    assert not Wish.objects.filter(text=asked["text"]).exists()
    onwards = client.post(url("wish"), asked | {"step": "go_on"})
    assert onwards.context["form"]["text"].value() == asked["text"]
    assert 'name="email"' in text(onwards)


def test_an_empty_search_shows_what_looks_like_it_too(client):
    WishFactory(shown=True, text="Yoga op een stoel.")

    response = client.get(url("wish"), {"q": "yoga"})

    assert [cards[0].title for _h, cards in response.context["similar"]] == ["Yoga op een stoel."]


def test_without_anything_like_it_the_form_is_there_at_once(client):
    response = client.post(url("wish"), {"text": "Bijen houden", "step": "look"})

    assert response.context["form"]["text"].value() == "Bijen houden"
    assert 'name="email"' in text(response)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("Bel 06 12345678", "Hier staat een telefoonnummer. Iedereen leest dit. Haal het weg."),
        ("a@b.nl", "Hier staat een e-mailadres. Iedereen leest dit. Haal het weg."),
        ("111222333", "Hier staat een burgerservicenummer (BSN). Haal dat nummer weg."),
        ("", "Vertel ons wat je zou willen. Eén zin is genoeg."),
    ],
)
@pytest.mark.parametrize("step", ["look", ""])
def test_what_everybody_reads_holds_no_numbers(client, words, sentence, step):
    response = client.post(url("wish"), {"text": words, "step": step, "token": uuid.uuid4()})

    assert sentence in text(response)
    assert not Wish.objects.exists()


def test_a_first_wish_waits_and_only_its_link_opens_it(client):
    made = client.post(url("wish"), {"text": "Bijen houden.", "token": uuid.uuid4()})
    wish = Wish.objects.get()
    secret = made["Location"].strip("/").rsplit("/", 1)[-1]

    assert wish.showing == Showing.WAITING
    assert wish.shown_code in text(client.get(made["Location"]))
    assert Client().get(url("wish_page", wish.pk)).status_code == 404
    mine = Client().get(url("wish_mine", wish.pk, secret))
    assert "Bijen houden." in text(mine)
    assert "Dit staat nog niet op de site" in text(mine)
    assert mine["X-Robots-Tag"] == "noindex, nofollow"
    assert Client().get(url("wish_mine", wish.pk, "a" * 64)).status_code == 404
    assert Client().get(url("wish_mine", wish.pk)).status_code == 404


def test_who_had_a_wish_shown_before_is_shown_at_once(client):
    person = PersonFactory()
    WishFactory(person=person, shown=True)
    client.force_login(person)

    client.post(url("wish"), {"text": "Bijen houden.", "token": uuid.uuid4()})

    assert Wish.objects.get(text="Bijen houden.").is_shown


def test_a_name_is_shown_only_when_its_writer_wants_it(client):
    wish = WishFactory(shown=True, name="Emine Kaya")
    assert "Emine" not in text(client.get(url("wish_page", wish.pk)))

    Wish.objects.update(shows_name=True)

    page = text(client.get(url("wish_page", wish.pk)))
    assert "Emine vertelde dit" in page
    assert "Kaya" not in page


# The list ----------------------------------------------------------------------------------------


def titles(response):
    return [card.title for card in response.context["cards"]]


def test_list_shows_what_moves_first_and_only_what_is_shown(client):
    WishFactory(shown=True, text="Gestopt.", state=WishState.STOPPED)
    WishFactory(not_now=True, text="Nu niet.")
    WishFactory(shown=True, text="Nieuw.")
    WishFactory(text="Wacht.")
    WishFactory(showing=Showing.HIDDEN, text="Verborgen.")

    assert titles(client.get(url("wishes"))) == ["Nieuw.", "Gestopt.", "Nu niet."]


def test_list_is_narrowed_by_house_state_words_and_whether_it_is_free(client):
    here, there = CentreFactory(), CentreFactory()
    WishFactory(shown=True, text="Zingen.", centre=here)
    WishFactory(let_go=True, text="Timmeren.", centre=there)
    WishFactory(shown=True, text="Lezen.", state=WishState.TRYING)

    def shown(**asked):
        return titles(client.get(url("wishes"), asked))

    assert shown(centre=here.slug) == ["Zingen."]
    assert shown(state="trying") == ["Lezen."]
    assert shown(free="1") == ["Timmeren."]
    assert shown(q="timmerren") == ["Timmeren."]
    assert sorted(shown(centre="weg", state="\x00", page="0")) == [
        "Lezen.",
        "Timmeren.",
        "Zingen.",
    ]


def test_list_says_how_far_it_is_and_who_supports_it(client):
    wish = WishFactory(shown=True, text="Zingen.")
    SupportFactory.create_batch(2, wish=wish)
    SupportFactory(wish=wish, kind=SupportKind.ORGANISE)
    SupportFactory(wish=wish, kind=SupportKind.HELP, taken_back=True)

    (card,) = client.get(url("wishes")).context["cards"]

    assert card.badge.label == "Wij luisteren"
    assert card.facts == [
        ("users", "2 mensen komen"),
        ("user-group", "1 organiseert mee"),
        ("clock", "Antwoord binnen 14 dagen"),
    ]


@pytest.mark.parametrize("count", [1, 30])
def test_list_costs_the_same_at_one_and_at_thirty(client, django_assert_num_queries, count):
    centre = CentreFactory()
    for wish in WishFactory.create_batch(count, shown=True, centre=centre):
        SupportFactory(wish=wish)

    with django_assert_num_queries(4):
        response = client.get(url("wishes"))

    assert len(response.context["cards"]) == count


@pytest.mark.parametrize("count", [1, 30])
def test_page_costs_the_same_at_one_and_at_thirty(client, django_assert_num_queries, count):
    wish = WishFactory(shown=True, centre=CentreFactory(), coach=PersonFactory())
    SupportFactory.create_batch(count, wish=wish)
    for _ in range(count):
        wish.moments.create(what="answered", state=wish.state)

    with django_assert_num_queries(4):
        client.get(url("wish_page", wish.pk))


def test_words_in_another_language_say_so(client):
    WishFactory(shown=True, text="A choir.", language="en")

    assert '<a href="/ideeen/' in text(client.get(url("wishes")))
    assert 'lang="en">A choir.</a>' in text(client.get(url("wishes")))


# Support -----------------------------------------------------------------------------------------


def test_a_visitor_supports_changes_and_takes_back(client):
    wish = WishFactory(shown=True)

    made = client.post(url("support_new", wish.pk), support_form(kind="help"))
    assert made.status_code == 302
    given = Support.objects.get()
    page = text(client.get(made["Location"]))
    assert "Fijn dat je meedoet" in page
    assert given.shown_code in page

    parts = made["Location"].strip("/").split("/")
    client.post(url("support_change", *parts[-2:]), {"kind": "organise"})
    given.refresh_from_db()
    assert given.kind == SupportKind.ORGANISE
    client.post(url("support_take_back", *parts[-2:]))
    given.refresh_from_db()
    assert not given.is_live
    assert "Je doet niet meer mee" in text(client.get(made["Location"]))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Vul je naam in. Je voornaam is genoeg."),
        ({"kind": ""}, "Kies wat je wilt doen."),
        ({"kind": "vote"}, "Kies wat je wilt doen."),
        ({"email": "emine"}, "Dit e-mailadres klopt niet. Kijk of er een @ in staat."),
        ({"website": "spam"}, "Dit ging niet goed. Druk nog een keer op de knop."),
    ],
)
def test_support_says_what_is_wrong(client, fields, sentence):
    wish = WishFactory(shown=True)

    assert sentence in text(client.post(url("support_new", wish.pk), support_form(**fields)))
    assert not Support.objects.exists()


def test_a_stranger_with_the_same_contact_learns_nothing(client):
    given = SupportFactory()
    fields = support_form(email="g@voorbeeld.nl")
    client.post(url("support_new", given.wish.pk), fields)
    mine = Support.objects.get(email="g@voorbeeld.nl")

    response = Client().post(
        url("support_new", given.wish.pk), support_form(email="g@voorbeeld.nl", kind="help")
    )

    assert "Je doet al mee" in text(response)
    assert mine.shown_code not in text(response)
    assert Support.objects.filter(email="g@voorbeeld.nl").count() == 1
    assert Message.objects.filter(subject="Je doet al mee met dit idee").count() == 1


def test_a_slip_brings_somebody_back(client):
    given = SupportFactory()
    wish = WishFactory(code="20000001")

    support = client.post(url("code"), {"code": given.code})
    mine = client.post(url("code"), {"code": "2000 0001"})

    assert support["Location"] == url("support", given.pk)
    assert mine["Location"] == url("wish_mine", wish.pk)
    assert client.get(mine["Location"]).status_code == 200
    assert client.get(url("support_slip", given.pk)).status_code == 200
    assert Client().get(support["Location"]).status_code == 404
    assert Client().get(mine["Location"]).status_code == 404


def test_with_an_account_a_support_is_claimed_by_its_link(client):
    given = SupportFactory(kind=SupportKind.ORGANISE)
    claim = url("support_claim", given.pk, SECRET)
    assert "/accounts/" in client.post(claim)["Location"] or client.post(claim).status_code == 302
    person = PersonFactory()
    client.force_login(person)
    assert "Zet bij mijn account" in text(client.get(url("support", given.pk, SECRET)))

    client.post(claim)

    given.refresh_from_db()
    assert given.person == person
    assert list(given.wish.organisers.all()) == [person]
    assert "Jouw ideeën" in text(client.get(reverse("portal:my_page")))


def test_a_get_changes_nothing(client):
    wish = WishFactory(let_go=True)
    given = SupportFactory(wish=wish)
    rows = lambda: [list(m.objects.values()) for m in (Wish, Support, Message, Report)]  # noqa: E731
    before = rows()

    for view in ("wish_let_go", "wish_keep", "wish_come_back"):
        assert client.get(url(view, wish.pk, SECRET)).status_code == 405
    for view in ("support_change", "support_take_back"):
        assert client.get(url(view, given.pk, SECRET)).status_code == 405
    for view in ("wish_mine", "wish_slip"):
        assert client.get(url(view, wish.pk, SECRET)).status_code == 200
    client.get(url("wish_adopt", wish.pk))
    client.get(url("report", "wish", wish.pk))

    assert rows() == before


# What its owner does -----------------------------------------------------------------------------


def test_owner_lets_go_and_somebody_else_goes_on(client):
    wish = WishFactory(shown=True)
    mine = url("wish_mine", wish.pk, SECRET)

    response = client.post(url("wish_let_go", wish.pk, SECRET), follow=True)
    assert told(response) == ["Je laat dit idee los. Een ander mag het overnemen."]
    assert "Toch zelf verder" in text(response)

    other = Client()
    assert "Ik ga hiermee verder" in text(other.get(url("wish_page", wish.pk)))
    made = other.post(url("wish_adopt", wish.pk), {"name": "Piet", "token": uuid.uuid4()})
    assert "Dit is jouw idee" in text(other.get(made["Location"]))
    assert client.get(mine).status_code == 404
    late = Client().post(url("wish_adopt", wish.pk), {"name": "Truus", "token": uuid.uuid4()})
    assert late.status_code == 409
    assert "Iemand gaat hier al mee verder." in text(late)


def test_owner_asks_again_after_not_now(client):
    wish = WishFactory(not_now=True)
    page = text(client.get(url("wish_page", wish.pk)))
    assert "Er is geen ruimte vrij." in page
    assert "Je zou in het park kunnen beginnen." in page
    assert "Vraag het opnieuw" not in page

    client.post(url("wish_come_back", wish.pk, SECRET))

    wish.refresh_from_db()
    assert wish.state == WishState.LISTENING


def test_the_story_is_told_in_plain_lines(client):
    wish = WishFactory(shown=True)
    host = PersonFactory(name="Nermin Aksoy")
    coaching.take(wish, by=host)
    coaching.plan_together(wish, by=host, reply="Geheim.")

    page = client.get(url("wish_page", wish.pk))

    assert [line["text"] for line in page.context["story"]] == [
        "Iemand vertelt dit idee.",
        "Nermin begeleidt het.",
        "Samen een plan maken.",
    ]
    assert "Geheim." not in text(page)
    assert "Aksoy" not in text(page)


# Saying that something is wrong ------------------------------------------------------------------


def test_a_visitor_reports_and_it_is_hidden(client):
    wish = WishFactory(shown=True)

    response = client.post(url("report", "wish", wish.pk), {"reason": "Kwetsend."}, follow=True)

    assert told(response) == ["Bedankt. Wij kijken ernaar."]
    assert client.get(url("wish_page", wish.pk)).status_code == 404
    assert Report.objects.get().reason == "Kwetsend."


@pytest.mark.parametrize("kind", ["wish", "question", "person", "user", "look"])
def test_a_report_about_nothing_is_not_found(client, kind):
    assert client.get(url("report", kind, uuid.uuid4())).status_code == 404


def test_a_hidden_text_cannot_be_read_by_reporting_it(client):
    wish = WishFactory(text="Geheim.")

    response = client.get(url("report", "wish", wish.pk))

    assert response.status_code == 404


def test_reports_are_limited(client, monkeypatch):
    few = limits.Limit("report", most=1, seconds=600)
    monkeypatch.setattr("activities.limits.REPORT_FROM_ADDRESS", few)
    first, second = WishFactory.create_batch(2, shown=True)

    statuses = [
        client.post(url("report", "wish", wish.pk), {"reason": "Kwetsend."}).status_code
        for wish in (first, second)
    ]

    assert statuses == [302, 429]
    assert Report.objects.count() == 1


def test_after_the_look_the_wish_is_back(client):
    wish, host = WishFactory(shown=True), PersonFactory()
    client.post(url("report", "wish", wish.pk), {"reason": "Kwetsend."})

    moderating.show(wish, by=host)

    assert client.get(url("wish_page", wish.pk)).status_code == 200


# In a browser ------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_a_neighbour_finds_an_idea_and_helps(new_page, axe, width):
    centre = CentreFactory(name="Waterkracht")
    WishFactory(shown=True, text="Samen zingen op dinsdag.", centre=centre)
    tab = new_page(width=width)

    tab.goto(reverse("activities:wishes"))
    axe(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.get_by_role("link", name="Samen zingen op dinsdag.").click()
    axe(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.get_by_label("Ik help").check()
    tab.get_by_label("Je naam").fill("Gerda")
    tab.get_by_role("button", name="Ja, ik doe mee").click()

    assert tab.get_by_role("heading", name="Fijn dat je meedoet").is_visible()
    axe(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert Support.objects.get().kind == SupportKind.HELP


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_the_other_pages_can_be_used_by_everybody(new_page, axe, width):
    ActivityFactory(title="Zangkoor")
    free = WishFactory(let_go=True, text="Samen zingen in een zangkoor.")
    given = SupportFactory(wish=WishFactory(not_now=True))
    pages = [
        url("wish"),
        url("wish") + "?q=zangkoor",
        url("wish_adopt", free.pk),
        url("wish_mine", free.pk, SECRET),
        url("wish_slip", free.pk, SECRET),
        url("wish_page", given.wish.pk),
        url("support_new", given.wish.pk),
        url("support", given.pk, SECRET),
        url("report", "wish", free.pk),
    ]
    tab = new_page(width=width)

    for page in pages:
        tab.goto(page)
        axe(tab)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, page
