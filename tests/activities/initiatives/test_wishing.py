import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities import emails, limits
from activities.exceptions import AlreadyAnswered
from activities.initiatives import wishing
from activities.models import Wish
from lokaal.bsn import HoldsBSN
from lokaal.outbox.models import Message
from tests.activities.factories import CentreFactory, PersonFactory, WishFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

#: Passes the eleven test, and is set aside for tests.
BSN = "111222333"


@pytest.fixture(autouse=True)
def no_counts_of_before():
    cache.clear()


def form(**fields) -> dict[str, object]:
    return {"text": "Samen een bankje timmeren.", "token": uuid.uuid4()} | fields


def post(client, **fields):
    return client.post(reverse("activities:wish"), form(**fields))


# The action --------------------------------------------------------------------------------------


def test_tell_keeps_a_wish_and_thanks():
    centre = CentreFactory()

    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC)):
        told = wishing.tell(
            text="Een bankje.", language="nl", centre=centre, name="Emine", email="e@voorbeeld.nl"
        )

    row = Wish.objects.get()
    assert (told.wish, told.is_new) == (row, True)
    assert row.has_secret(told.secret)
    assert (row.state, row.showing, row.asked_at) == ("listening", "waiting", row.created_at)
    assert (row.text, row.centre, row.name, row.email) == (
        "Een bankje.",
        centre,
        "Emine",
        "e@voorbeeld.nl",
    )
    message = Message.objects.get()
    assert message.subject == "Bedankt. Je hoort van ons binnen 14 dagen"
    assert "Dag Emine," in message.text
    assert "Een bankje." in message.text
    assert "Je hoort van ons, uiterlijk dinsdag 8 december" in message.text
    link = reverse("activities:wish_mine", args=[row.pk, told.secret])
    assert link in message.text
    assert row.shown_code in message.text
    assert message.is_secret


def test_tell_without_contact_writes_no_message():
    wishing.tell(text="Een bankje.", language="nl")

    assert Wish.objects.count() == 1
    assert not Message.objects.exists()


def test_tell_twice_with_one_form_is_one_wish():
    token = uuid.uuid4()

    first = wishing.tell(text="Een.", language="nl", email="e@voorbeeld.nl", form_token=token)
    again = wishing.tell(text="Een.", language="nl", email="e@voorbeeld.nl", form_token=token)

    assert first.wish == again.wish == Wish.objects.get()
    assert first.secret == again.secret
    assert (first.is_new, again.is_new) == (True, False)
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_tell_at_once_with_one_form_is_one_wish():
    token = uuid.uuid4()

    results = at_once(
        *[
            lambda: wishing.tell(
                text="Een.", language="nl", email="e@voorbeeld.nl", form_token=token
            )
        ]
        * 12
    )

    assert {told.wish for told in results} == {Wish.objects.get()}
    assert len({told.secret for told in results}) == 1
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "text",
    [
        f"Mijn nummer is {BSN}.",
        "Mijn nummer is 1112.22.333",
        "bsn 111 222 333 graag",
        "111-222-333",
        "Bel +31 6 12345678. Nummer 111222333",
        "١١١٢٢٢٣٣٣",
    ],
)
def test_bsn_is_refused(text):
    with pytest.raises(HoldsBSN) as refused:
        wishing.tell(text=text, language="nl")

    assert str(refused.value) == "Hier staat een burgerservicenummer (BSN). Haal dat nummer weg."
    assert not Wish.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "Nummer 111222334",
        "1112223334",
        "Op 24-11-2026 om 13.30 uur",
        "000000000",
        "Postcode 7201 AB, huis 12",
    ],
)
def test_other_numbers_are_fine(text):
    wishing.tell(text=text, language="nl")

    assert Wish.objects.get().text == text


def test_answer_counts_once():
    wish = WishFactory()
    first, second = PersonFactory(), PersonFactory()

    wishing.answer(wish, by=first)
    at = Wish.objects.get().answered_at
    wishing.answer(wish, by=second)

    row = Wish.objects.get()
    assert (row.answered_at, row.answered_by) == (at, first)


def test_waiting_lists_the_oldest_first_with_the_days_left():
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        new = WishFactory()
        late = WishFactory(created_at=now - timedelta(days=16))
        due = WishFactory(created_at=now - timedelta(days=14))
        WishFactory(answered_at=now)

        waiting = list(Wish.objects.waiting())

        assert waiting == [late, due, new]
        assert [wish.days_left for wish in waiting] == [-2, 0, 14]


def test_answer_is_due_on_a_local_day():
    just_after_midnight_here = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    wish = WishFactory(created_at=just_after_midnight_here)

    assert wish.answer_by.isoformat() == "2026-12-08"


# The page ----------------------------------------------------------------------------------------


def test_page_takes_the_words_of_an_empty_search(client):
    centre = CentreFactory(slug="waterkracht")

    response = client.get(reverse("activities:wish"), {"q": "yoga\x00", "centre": "waterkracht"})

    assert response.context["form"]["text"].value() == "yoga"
    assert response.context["form"]["centre"].value() == centre.slug
    assert not Wish.objects.exists()


@pytest.mark.parametrize("centre", ["weg", "\x00", "a" * 3000])
def test_page_forgives_a_centre_that_is_not_there(client, centre):
    response = client.get(reverse("activities:wish"), {"q": "a" * 9000, "centre": centre})

    assert response.status_code == 200
    assert len(response.context["form"]["text"].value()) == 500


def test_wish_with_one_sentence_is_enough(client):
    CentreFactory()

    response = post(client)

    wish = Wish.objects.get()
    assert (wish.text, wish.name, wish.centre) == ("Samen een bankje timmeren.", "", None)
    secret = response["Location"].strip("/").rsplit("/", 1)[-1]
    assert response["Location"] == reverse("activities:wish_thanks", args=[wish.pk, secret])
    assert wish.has_secret(secret)
    shown = client.get(response["Location"]).content.decode()
    assert "Je hoort van ons binnen 14 dagen." in shown
    assert "Vraag het dan aan de balie." in shown


def test_thanks_shows_the_day_and_nothing_else(client):
    wish = WishFactory(
        name="Emine", phone="0612345678", created_at=datetime(2026, 11, 24, 12, tzinfo=UTC)
    )

    with time_machine.travel(datetime(2026, 11, 24, 13, tzinfo=UTC)):
        url = reverse("activities:wish_thanks", args=[wish.pk])
        shown = Client().get(url).content.decode()

    assert "dinsdag 8 december" in shown
    assert "Vraag het dan aan de balie." not in shown
    for hidden in ["Emine", "12345678", wish.text]:
        assert hidden not in shown


def test_wish_twice_with_one_form_is_one(client):
    fields = form()

    urls = {client.post(reverse("activities:wish"), fields)["Location"] for _ in range(2)}

    assert len(urls) == 1
    assert Wish.objects.count() == 1


def test_wish_of_somebody_signed_in_asks_no_contact(client):
    person = PersonFactory(name="Sahra", email="sahra@voorbeeld.nl")
    client.force_login(person)
    assert 'name="email"' not in client.get(reverse("activities:wish")).content.decode()

    post(client)

    wish = Wish.objects.get()
    assert (wish.person, wish.name, wish.email) == (person, "Sahra", "sahra@voorbeeld.nl")
    assert Message.objects.get().to_address == "sahra@voorbeeld.nl"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": "  "}, "Vertel ons wat je zou willen. Eén zin is genoeg."),
        ({"text": "a" * 501}, "Dit is te lang. Vertel het in het kort: hoogstens 500 tekens."),
        ({"text": "a" * 10_000}, "Dit is te lang. Vertel het in het kort: hoogstens 500 tekens."),
        ({"text": f"bsn {BSN}"}, "Hier staat een burgerservicenummer (BSN). Haal dat nummer weg."),
        ({"text": "a\x00b"}, "Hier staat een teken in dat wij niet kunnen lezen."),
        ({"email": "emine"}, "Dit e-mailadres klopt niet. Kijk of er een @ in staat."),
        ({"phone": "06 12"}, "Dit nummer heeft te weinig cijfers. Een nummer heeft er 10."),
        ({"wants_call": "on"}, "Vul je telefoonnummer in. Dan kunnen we je bellen."),
        ({"centre": "weg"}, "Kies een antwoord uit de lijst."),
        ({"website": "spam"}, "Dit ging niet goed. Druk nog een keer op de knop."),
    ],
)
def test_wish_says_what_is_wrong_and_keeps_the_rest(client, fields, sentence):
    response = post(client, **{"name": "Emine"} | fields)

    shown = response.content.decode()
    assert response.status_code == 200
    assert sentence in shown
    assert 'value="Emine"' in shown
    assert not Wish.objects.exists()


def test_wish_from_one_address_is_limited_widely(client, monkeypatch):
    few = limits.Limit("wish", most=2, seconds=600)
    monkeypatch.setattr("activities.limits.WISH_FROM_ADDRESS", few)

    statuses = [post(client).status_code for _ in range(3)]

    assert statuses == [302, 302, 429]
    assert Wish.objects.count() == 2


def test_thanks_of_a_wish_that_is_not_there(client):
    url = reverse("activities:wish_thanks", args=[uuid.uuid4()])

    assert client.get(url).status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_somebody_tells_a_wish(new_page, axe, width):
    CentreFactory(name="Waterkracht")
    tab = new_page(width=width)

    tab.goto(reverse("activities:wish") + "?q=yoga")
    axe(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.get_by_label("Maakt niet uit").check()
    tab.get_by_label("Telefoon").fill("06 12 34 56 78")
    tab.get_by_label("Bel mij hierover").check()
    tab.get_by_role("button", name="Vertel het ons").click()

    assert tab.get_by_role("heading", name="Bedankt. We hebben je idee.").is_visible()
    axe(tab)
    wish = Wish.objects.get()
    assert (wish.text, wish.centre, wish.wants_call) == ("yoga", None, True)
    assert wish.created_at <= timezone.now()


# The answer in writing ---------------------------------------------------------------------------


def test_reply_goes_by_email_in_the_language_of_the_asker():
    host = PersonFactory(name="Nermin Aksoy")
    wish = WishFactory(name="Abdi", email="a@voorbeeld.nl", language="en", text="A bench.")

    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        wishing.reply(wish, text="Yes. Come on Friday.", by=host)
        wish.refresh_from_db()
        assert (wish.reply, wish.answered_by, wish.answered_at) == (
            "Yes. Come on Friday.",
            host,
            timezone.now(),
        )
    message = Message.objects.get()
    assert (message.channel, message.to_address, message.language) == (
        "email",
        "a@voorbeeld.nl",
        "en",
    )
    for words in ["Abdi", "A bench.", "Yes. Come on Friday.", "Nermin Aksoy"]:
        assert words in message.text


def test_reply_without_contact_waits_on_the_desk_of_the_centre():
    wish = WishFactory(name="Gerda", centre=CentreFactory())

    wishing.reply(wish, text="Ja. Kom vrijdag.", by=PersonFactory())

    message = Message.objects.get()
    assert (message.channel, message.state, message.centre) == ("paper", "to_print", wish.centre)
    assert message.subject == "Antwoord op je idee"


def test_reply_twice_is_sent_once_and_other_words_come_too_late():
    wish, host = WishFactory(email="a@voorbeeld.nl"), PersonFactory()

    wishing.reply(wish, text="Ja.", by=host)
    wishing.reply(wish, text="Ja.", by=host)
    with pytest.raises(AlreadyAnswered):
        wishing.reply(wish, text="Nee.", by=host)

    wish.refresh_from_db()
    assert wish.reply == "Ja."
    assert Message.objects.count() == 1


def test_reply_after_a_talk_is_refused():
    wish, host = WishFactory(email="a@voorbeeld.nl"), PersonFactory()
    wishing.answer(wish, by=host)

    with pytest.raises(AlreadyAnswered):
        wishing.reply(wish, text="Ja.", by=host)

    wish.refresh_from_db()
    assert wish.reply == ""
    assert not Message.objects.exists()


def test_reply_with_a_bsn_is_refused():
    wish = WishFactory(email="a@voorbeeld.nl")

    with pytest.raises(HoldsBSN):
        wishing.reply(wish, text=f"Je nummer is {BSN}.", by=PersonFactory())

    wish.refresh_from_db()
    assert not wish.is_answered
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_replies_at_once_one_is_sent():
    wish, host = WishFactory(email="a@voorbeeld.nl"), PersonFactory()

    def reply(text):
        try:
            return wishing.reply(wish, text=text, by=host).reply
        except AlreadyAnswered:
            return None

    results = at_once(*[lambda text=text: reply(text) for text in ("Ja.", "Nee.")])

    wish.refresh_from_db()
    assert {wish.reply, None} == set(results)
    assert Message.objects.get().text.count(wish.reply) == 1


@pytest.mark.parametrize(
    ("contact", "channel"),
    [
        ({"email": "a@voorbeeld.nl", "phone": "+31612345678"}, "email"),
        ({"phone": "+31612345678"}, ""),  # is called
        ({}, "paper"),
    ],
)
def test_reply_channel_is_how_the_asker_is_reached(contact, channel):
    assert emails.reply_channel(WishFactory(**contact)) == channel


def test_reply_goes_the_way_somebody_likes_best():
    person = PersonFactory(channel="paper")
    wish = WishFactory(person=person, name=person.name, email=person.email, phone="+31612345678")
    assert emails.reply_channel(wish) == "paper"
