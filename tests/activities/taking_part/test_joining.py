"""Joining a date from the page of its activity."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from activities import enrolment, limits
from activities.models import QueueRule, SignUp
from lokaal.outbox.models import Message
from tests.activities.factories import (
    ActivityFactory,
    ActivityTranslationFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.activities.taking_part.pages import form_of, join_url, page, post, taken, text
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


# Joining ------------------------------------------------------------------------------------------


def test_join_without_account_leads_to_the_page_of_the_sign_up(client, occurrence):
    response = post(occurrence, client, email="emine@voorbeeld.nl", companions=1)

    row = SignUp.objects.get()
    assert response.status_code == 302
    secret = response["Location"].rstrip("/").split("/")[-1]
    assert row.has_secret(secret)
    assert response["Location"] == page("sign_up", row, secret=secret)
    assert (row.name, row.email, row.companions, row.person) == (
        "Emine",
        "emine@voorbeeld.nl",
        1,
        None,
    )
    shown = text(client.get(response["Location"]))
    for words in ["Je staat op de lijst", "Naaicafé", row.shown_code, "Een broek", "Bronsweg 12"]:
        assert words in shown
    assert "We sturen je een e-mail." in shown
    assert "Je neemt 1 mens mee." in shown


def test_join_with_a_name_only_offers_a_slip_and_no_message(client, occurrence):
    response = post(occurrence, client)

    shown = text(client.get(response["Location"]))
    assert "Schrijf deze code op, of maak een foto." in shown
    assert "Print een briefje" in shown
    assert not Message.objects.exists()


def test_join_page_can_be_opened_by_itself_with_the_date_ticked(client, occurrence):
    later = OccurrenceFactory(
        activity=occurrence.activity, starts_at=occurrence.starts_at + timedelta(days=7)
    )

    response = client.get(join_url(occurrence), {"date": later.pk})

    ticked = re.findall(r'<input type="radio" name="date"[^>]*checked[^>]*>', text(response))
    assert len(ticked) == 1
    assert str(later.pk) in ticked[0]


def test_join_page_tells_of_each_date_whether_there_is_place(client):
    activity = ActivityFactory()
    days = [timezone.now() + timedelta(days=n) for n in range(1, 5)]
    OccurrenceFactory(activity=activity, starts_at=days[0], capacity=3)
    full = OccurrenceFactory(activity=activity, starts_at=days[1], capacity=1)
    SignUpFactory(occurrence=full)
    OccurrenceFactory(activity=activity, starts_at=days[2], cancelled=True)
    OccurrenceFactory(activity=activity, starts_at=days[3])

    form = client.get(join_url(full)).context["join_form"]

    said = [
        (option.hint.split(" uur. ")[-1], option.is_disabled)
        for _, option in form.fields["date"].choices
    ]
    assert said == [
        ("Nog 3 plekken.", False),
        ("Vol. Je komt op de wachtlijst.", False),
        ("Gaat niet door. Emine is dan weg.", True),
        ("Er is plek.", False),
    ]


def test_join_page_shows_four_dates_and_the_rest_on_demand(client):
    activity = ActivityFactory()
    dates = [
        OccurrenceFactory(activity=activity, starts_at=timezone.now() + timedelta(days=n))
        for n in range(1, 8)
    ]
    url = join_url(dates[0])

    first = client.get(url)
    chosen = client.get(url, {"date": dates[6].pk})
    every = client.get(url, {"all": "1"})

    assert first.context["join_form"].dates == dates[:4]
    assert "Meer dagen" in text(first)
    assert chosen.context["join_form"].dates == [*dates[:4], dates[6]]
    assert every.context["join_form"].dates == dates
    assert "Meer dagen" not in text(every)
    assert post(dates[6], client).status_code == 302


@pytest.mark.parametrize("dates", [1, 30])
def test_join_page_asks_the_database_the_same_number_of_times(
    client, django_assert_num_queries, dates
):
    activity = ActivityFactory()
    for n in range(1, dates + 1):
        OccurrenceFactory(activity=activity, starts_at=timezone.now() + timedelta(days=n))
    url = reverse("activities:occurrence_join", args=[activity.pk])

    with django_assert_num_queries(5):
        client.get(url, {"all": "1"})


def test_join_signed_in_takes_one_tap(client, occurrence):
    person = PersonFactory(name="Sahra", email="sahra@voorbeeld.nl")
    client.force_login(person)
    shown = client.get(join_url(occurrence))
    assert 'value="Sahra"' in text(shown)
    assert 'name="phone"' not in text(shown)

    response = post(occurrence, client, name="Sahra")

    row = SignUp.objects.get()
    assert (row.person, row.name, row.email) == (person, "Sahra", "")
    assert Message.objects.get().to_address == "sahra@voorbeeld.nl"
    assert client.get(response["Location"]).status_code == 200


def test_join_asks_for_a_name_and_keeps_what_was_filled_in(client, occurrence):
    response = post(occurrence, client, name="  ", phone="06 12", companions=3)

    shown = text(response)
    assert response.status_code == 200
    assert "Vul je naam in. Je voornaam is genoeg." in shown
    assert "Dit nummer heeft te weinig cijfers. Een nummer heeft er 10." in shown
    assert 'value="06 12"' in shown
    assert response.context["join_form"]["companions"].value() == "3"
    assert response.context["join_form"]["token"].value()
    assert taken(occurrence) == 0


@pytest.mark.parametrize(
    ("phone", "sentence"),
    [
        ("06 12 34 56 78 90 12", "Dit nummer heeft te veel cijfers. Een nummer heeft er 10."),
        ("0" * 10_000, "Dit nummer heeft te veel cijfers. Een nummer heeft er 10."),
        ("bel mij", "Dit nummer klopt niet. Kijk het nog eens na."),
        ("12", "Dit nummer heeft te weinig cijfers. Een nummer heeft er 10."),
    ],
)
def test_join_says_what_is_wrong_with_a_phone_number(client, occurrence, phone, sentence):
    response = post(occurrence, client, phone=phone)

    assert sentence in text(response)
    assert taken(occurrence) == 0


@pytest.mark.parametrize(
    "phone", ["06-12345678", "+31 6 12 34 56 78", "0031612345678", "(06) 12345678"]
)
def test_join_reads_a_phone_number_as_people_write_it(client, occurrence, phone):
    post(occurrence, client, phone=phone)

    assert SignUp.objects.get().phone.as_e164 == "+31612345678"


def test_join_asks_for_a_phone_to_call(client, occurrence):
    response = post(occurrence, client, wants_call="on")

    assert "Vul je telefoonnummer in. Dan kunnen we je bellen." in text(response)
    assert taken(occurrence) == 0

    post(occurrence, client, wants_call="on", phone="0612345678")
    assert list(SignUp.objects.waiting_for_call()) == [SignUp.objects.get()]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Emine 🌷", "Emine 🌷"),
        ("\u202eenimE\u202c", "enimE"),
        ("Em\x00ine", "Emine"),
        ("محمد", "محمد"),
        ("  Ann   de\tVries ", "Ann de Vries"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_join_takes_every_kind_of_name(client, occurrence, name, kept):
    response = post(occurrence, client, name=name, email="wie@voorbeeld.nl")

    assert SignUp.objects.get().name == kept
    shown = client.get(response["Location"]).content.decode()
    assert escape(kept) in shown


def test_join_refuses_a_name_of_10000_letters(client, occurrence):
    response = post(occurrence, client, name="e" * 10_000)

    assert response.status_code == 200
    assert response.context["join_form"].errors["name"]
    assert taken(occurrence) == 0


@pytest.mark.parametrize("companions", ["-1", "6", "99999999999999999999", "twee", "\x00"])
def test_join_refuses_company_out_of_range(client, occurrence, companions):
    response = post(occurrence, client, companions=companions)

    assert "Je kunt hoogstens 5 mensen meenemen. Kom je met meer? Bel ons." in text(response)
    assert taken(occurrence) == 0


@pytest.mark.parametrize("date", ["", "geen-datum", "\x00", "00000000-0000-0000-0000-000000000000"])
def test_join_asks_for_a_day_that_is_there(client, occurrence, date):
    response = post(occurrence, client, date=date)

    assert response.status_code == 200
    said = response.context["join_form"].errors["date"]
    assert said in (["Kies een dag."], ["Deze dag kan niet meer. Kies een andere dag."])
    assert not SignUp.objects.exists()


def test_join_refuses_the_date_of_another_activity(client, occurrence):
    other = OccurrenceFactory()

    response = client.post(join_url(occurrence), form_of(other))

    assert "Deze dag kan niet meer. Kies een andere dag." in text(response)
    assert not SignUp.objects.exists()


def test_join_refuses_a_date_that_is_over(client, occurrence):
    over = OccurrenceFactory(activity=occurrence.activity, over=True)

    response = post(over, client)

    assert "Deze dag kan niet meer. Kies een andere dag." in text(response)
    assert not SignUp.objects.exists()


def test_join_refuses_a_cancelled_date(client, occurrence):
    gone = OccurrenceFactory(activity=occurrence.activity, cancelled=True)

    response = post(gone, client)

    assert response.status_code == 409
    assert "Gaat niet door. Kies een andere datum." in text(response)
    assert not SignUp.objects.exists()


def test_join_when_full_is_told_and_sees_the_other_dates(client):
    full = OccurrenceFactory(capacity=1, activity__queue_rule=QueueRule.NONE)
    SignUpFactory(occurrence=full)
    OccurrenceFactory(activity=full.activity, capacity=8)

    response = post(full, client, name="Gerda")

    shown = text(response)
    assert response.status_code == 409
    assert "Vol. Er is geen plek meer op deze datum." in shown
    assert "Nog 8 plekken." in shown
    assert 'value="Gerda"' in shown
    assert taken(full) == 1


def test_join_of_a_draft_is_not_found(client):
    response = post(OccurrenceFactory(activity__draft=True), client)

    assert response.status_code == 404
    assert not SignUp.objects.exists()


@pytest.mark.parametrize("traits", [{"activity__drop_in": True}, {"activity__stopped": True}])
def test_join_where_nobody_can_sign_up_says_so(client, traits):
    response = post(OccurrenceFactory(**traits), client)

    assert response.status_code == 409
    assert not SignUp.objects.exists()


def test_join_twice_with_one_form_is_one_sign_up(client, occurrence):
    form = form_of(occurrence, name="Emine")

    first = client.post(join_url(occurrence), form)
    again = client.post(join_url(occurrence), form)
    elsewhere = Client().post(join_url(occurrence), form)

    assert first["Location"] == again["Location"] == elsewhere["Location"]
    assert taken(occurrence) == 1


def test_join_without_a_form_token_still_works(client, occurrence):
    for token in ["", "kapot"]:
        assert post(occurrence, client, token=token).status_code == 302

    assert taken(occurrence) == 2


def test_join_of_somebody_who_is_there_reveals_nothing_and_sends_the_code_again(client, occurrence):
    there = enrolment.join(
        occurrence, name="Emine", email="emine@voorbeeld.nl", language="nl"
    ).sign_up

    response = post(occurrence, client, email="EMINE@voorbeeld.nl", companions=2)

    shown = response.content.decode()
    assert "Je staat al op de lijst" in shown
    for hidden in [there.code, there.shown_code, str(there.pk), "emine@voorbeeld.nl"]:
        assert hidden not in shown
    again = Message.objects.get(subject__startswith="Je staat al op de lijst")
    assert again.to_address == "emine@voorbeeld.nl"
    assert there.shown_code in again.text
    assert taken(occurrence) == 1


def test_join_of_a_signed_in_person_who_is_there_opens_the_sign_up(client, occurrence):
    person = PersonFactory()
    client.force_login(person)
    post(occurrence, client)

    response = post(occurrence, client)

    row = SignUp.objects.get()
    assert response["Location"] == page("sign_up", row, secret="")
    assert "Je staat op de lijst" in text(client.get(response["Location"]))


def test_join_that_fills_in_the_hidden_field_can_simply_try_again(client, occurrence):
    response = post(occurrence, client, website="https://spam.voorbeeld")

    assert "Dit ging niet goed. Druk nog een keer op de knop." in text(response)
    assert "spam.voorbeeld" not in text(response)
    assert 'value="Emine"' in text(response)
    assert taken(occurrence) == 0


def test_join_in_english_writes_in_english(client, occurrence):
    ActivityTranslationFactory(activity=occurrence.activity, title="Sewing café")
    url = f"/en{join_url(occurrence)}"

    response = client.post(url, form_of(occurrence, email="olena@voorbeeld.nl"))

    assert response["Location"].startswith("/en/sign-ups/")
    assert "Sewing café" in text(client.get(response["Location"]))
    assert Message.objects.get().language == "en"


def test_join_from_one_address_is_limited_widely(client, occurrence, monkeypatch):
    occurrence.capacity = None
    occurrence.save()
    few = limits.Limit("join", most=3, seconds=600)
    monkeypatch.setattr("activities.limits.JOIN_FROM_ADDRESS", few)

    statuses = [post(occurrence, client, name=f"Mens {n}").status_code for n in range(5)]

    assert statuses == [302, 302, 302, 429, 429]
    assert taken(occurrence) == 3


def test_join_does_not_flood_one_mailbox(client, occurrence):
    occurrence.capacity = None
    occurrence.save()

    for n in range(25):
        response = post(occurrence, client, name=f"Mens {n}", email="doelwit@voorbeeld.nl")

    assert response.status_code == 429
    assert "Dit is te vaak geprobeerd. Wacht even, of bel ons." in text(response)
    assert Message.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_last_place_under_50_parallel_requests_goes_to_exactly_one():
    occurrence = OccurrenceFactory(capacity=1, activity__queue_rule=QueueRule.NONE)

    results = at_once(*[lambda n=n: post(occurrence, name=f"Mens {n}") for n in range(50)])

    assert Counter(response.status_code for response in results) == {302: 1, 409: 49}
    told = [response for response in results if response.status_code == 409]
    assert all("Vol. Er is geen plek meer op deze datum." in text(r) for r in told)
    assert taken(occurrence) == 1


@pytest.mark.django_db(transaction=True)
def test_same_form_20_times_at_once_leads_everyone_to_one_page():
    occurrence = OccurrenceFactory(capacity=1)
    form = form_of(occurrence)

    results = at_once(*[lambda: Client().post(join_url(occurrence), form)] * 20)

    assert {response.status_code for response in results} == {302}
    assert len({response["Location"] for response in results}) == 1
    assert taken(occurrence) == 1
