import re
import uuid
from collections import Counter
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db.models import F, Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from activities import enrolment, limits
from activities.models import Occurrence, SignUp, SignUpState, Wish
from lokaal.outbox.models import Message
from tests.activities.factories import (
    SECRET,
    ActivityFactory,
    ActivityTranslationFactory,
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.activities.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counts_of_before():
    cache.clear()


@pytest.fixture
def occurrence():
    return OccurrenceFactory(activity__title="Naaicafé", activity__bring="Een broek", capacity=6)


def join_url(occurrence: Occurrence) -> str:
    return reverse("activities:occurrence_join", args=[occurrence.activity_id])


def page(view: str, found: SignUp, *, secret: str = SECRET) -> str:
    return reverse(f"activities:{view}", args=[found.pk, secret] if secret else [found.pk])


def form_of(occurrence: Occurrence, **fields) -> dict[str, object]:
    return {"date": occurrence.pk, "name": "Emine", "companions": 0, "token": uuid.uuid4()} | fields


def post(occurrence: Occurrence, client: Client | None = None, **fields):
    return (client or Client()).post(join_url(occurrence), form_of(occurrence, **fields))


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def taken(occurrence: Occurrence) -> int:
    occurrence.refresh_from_db()
    live = occurrence.sign_ups.live().aggregate(n=Sum(F("companions") + 1))["n"] or 0
    assert occurrence.places_taken == live
    return live


# Joining -----------------------------------------------------------------------------------------


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
        ("Vol.", True),
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
    full = OccurrenceFactory(capacity=1)
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
    occurrence = OccurrenceFactory(capacity=1)

    results = together([lambda n=n: post(occurrence, name=f"Mens {n}") for n in range(50)])

    assert Counter(response.status_code for response in results) == {302: 1, 409: 49}
    told = [response for response in results if response.status_code == 409]
    assert all("Vol. Er is geen plek meer op deze datum." in text(r) for r in told)
    assert taken(occurrence) == 1


@pytest.mark.django_db(transaction=True)
def test_same_form_20_times_at_once_leads_everyone_to_one_page():
    occurrence = OccurrenceFactory(capacity=1)
    form = form_of(occurrence)

    results = together([lambda: Client().post(join_url(occurrence), form)] * 20)

    assert {response.status_code for response in results} == {302}
    assert len({response["Location"] for response in results}) == 1
    assert taken(occurrence) == 1


# The page of a sign-up ---------------------------------------------------------------------------


def test_page_of_a_sign_up_is_private(client):
    found = SignUpFactory(phone="0612345678", email="emine@voorbeeld.nl")

    response = client.get(page("sign_up", found))

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "same-origin"
    assert "612345678" not in text(response)
    assert "emine@voorbeeld.nl" not in text(response)


@pytest.mark.parametrize(
    "secret", ["", "x", SECRET[:-1], SECRET + "s", "%00", "é" * 50, "change", "a" * 3000]
)
def test_wrong_link_is_a_plain_sentence_with_a_phone_number(client, secret):
    found = SignUpFactory()

    response = client.get(page("sign_up", found, secret=secret))

    assert response.status_code == 404
    assert "Deze link werkt niet" in text(response)
    assert "tel:+31575001234" in text(response)
    assert found.shown_code not in text(response)


def test_link_of_another_sign_up_opens_nothing(client):
    found, other = SignUpFactory(), SignUpFactory(secret_hash="0" * 64)

    for view in ["sign_up", "sign_up_change", "sign_up_slip", "sign_up_calendar"]:
        assert client.get(page(view, other)).status_code == 404
    for view in ["sign_up_change", "sign_up_cancel", "sign_up_rejoin"]:
        assert client.post(page(view, other), {"companions": 3}).status_code == 404

    other.refresh_from_db()
    assert (other.state, other.companions) == (SignUpState.JOINED, 0)
    assert SignUp.objects.count() == 2
    assert found.is_live


def test_link_to_a_date_that_is_over_says_so(client):
    found = SignUpFactory(occurrence__over=True)

    response = client.get(page("sign_up", found))

    assert response.status_code == 410
    assert "Deze datum is al geweest" in text(response)
    assert found.shown_code not in text(response)
    assert client.post(page("sign_up_cancel", found)).status_code == 410
    assert SignUp.objects.get().is_live


def test_get_changes_nothing(client):
    found = SignUpFactory(occurrence__capacity=6, email="emine@voorbeeld.nl")
    gone = SignUpFactory(occurrence=found.occurrence, cancelled=True)
    client.force_login(PersonFactory(host_of=found.occurrence.centre))
    before = state_of_everything()

    urls = [
        join_url(found.occurrence)
        + "?"
        + "&".join(f"{k}={v}" for k, v in form_of(found.occurrence).items()),
        reverse("activities:code") + f"?code={found.code}",
        reverse("activities:desk_sign_up", args=[found.occurrence_id]) + "?name=Gerda",
        reverse("activities:wish") + "?q=yoga&text=yoga",
    ]
    views = ["sign_up", "sign_up_change", "sign_up_cancel", "sign_up_rejoin", "sign_up_slip"]
    for view in [*views, "sign_up_calendar"]:
        for row in (found, gone):
            urls += [page(view, row, secret=secret) + "?companions=4" for secret in (SECRET, "")]
    for url in urls:
        for method in ("get", "head", "options"):
            response = getattr(client, method)(url)
            assert response.status_code in (200, 405), url

    assert state_of_everything() == before


def state_of_everything() -> list[object]:
    return [
        list(model.objects.order_by("pk").values()) for model in (SignUp, Occurrence, Message, Wish)
    ]


def test_change_party_by_link(client):
    found = SignUpFactory(occurrence__capacity=4)

    response = client.post(page("sign_up_change", found), {"companions": 3})

    assert response["Location"] == page("sign_up", found)
    assert "Dat is veranderd." in text(client.get(response["Location"]))
    assert taken(found.occurrence) == 4


def test_change_that_does_not_fit_is_told(client):
    found = SignUpFactory(occurrence__capacity=2)

    response = client.post(page("sign_up_change", found), {"companions": 3})

    assert response.status_code == 409
    assert "Er is nog 1 plek. Jullie zijn met 4 mensen." in text(response)
    assert taken(found.occurrence) == 1


def test_cancel_by_link_is_one_tap_and_twice_is_harmless(client):
    found = SignUpFactory(companions=1)

    for _ in range(2):
        response = client.post(page("sign_up_cancel", found))
        assert response["Location"] == page("sign_up", found)

    shown = text(client.get(page("sign_up", found)))
    assert "Je bent afgemeld" in shown
    assert "Toch weer meedoen" in shown
    assert taken(found.occurrence) == 0


def test_rejoin_is_a_new_sign_up_and_twice_is_one(client):
    found = SignUpFactory(cancelled=True, name="Emine", companions=2)
    token = uuid.uuid4()

    first = client.post(page("sign_up_rejoin", found), {"token": token})
    again = client.post(page("sign_up_rejoin", found), {"token": token})

    made = SignUp.objects.live().get()
    assert first["Location"] == again["Location"]
    assert f"/sign-ups/{made.pk}/" in first["Location"]
    assert (made.name, made.companions) == ("Emine", 2)
    assert taken(found.occurrence) == 3


def test_rejoin_when_full_is_told(client):
    found = SignUpFactory(cancelled=True, occurrence__capacity=1)
    SignUpFactory(occurrence=found.occurrence)

    response = client.post(page("sign_up_rejoin", found), {"token": uuid.uuid4()})

    assert response.status_code == 409
    assert "Vol. Er is geen plek meer op deze datum." in text(response)
    assert taken(found.occurrence) == 1


def test_page_of_a_cancelled_date_says_that_it_is_called_off(client):
    found = SignUpFactory(occurrence__cancelled=True)

    shown = text(client.get(page("sign_up", found)))

    assert "Dit gaat niet door" in shown
    assert "Emine is dan weg." in shown
    assert "Zet in mijn agenda" not in shown


def test_calendar_file_holds_the_date(client):
    found = SignUpFactory(occurrence__activity__title="Naaicafé")

    response = client.get(page("sign_up_calendar", found))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="naaicafe.ics"'
    assert f"UID:{found.occurrence.pk}@" in response.content.decode()
    assert found.code not in response.content.decode()


def test_slip_carries_code_and_qr(client):
    found = SignUpFactory(name="Gerda", code="48217730")

    shown = text(client.get(page("sign_up_slip", found)))

    assert "4821 7730" in shown
    assert "Gerda" in shown
    assert '<svg aria-hidden="true" viewBox' in shown
    assert "style=" not in shown


# Who may open it without the link ----------------------------------------------------------------


def test_sign_up_without_link_opens_for_its_own_person_only(client):
    person = PersonFactory()
    found = SignUpFactory(person=person)
    url = page("sign_up", found, secret="")

    assert client.get(url).status_code == 404
    client.force_login(PersonFactory())
    assert client.get(url).status_code == 404
    client.force_login(person)
    assert client.get(url).status_code == 200


def test_sign_up_without_link_opens_at_the_desk_of_its_centre(client):
    found = SignUpFactory()
    url = page("sign_up", found, secret="")

    client.force_login(PersonFactory(host_of=CentreFactory()))
    assert client.get(url).status_code == 404
    host = PersonFactory(host_of=found.occurrence.centre)
    client.force_login(host)
    assert client.get(url).status_code == 200
    client.post(page("sign_up_cancel", found, secret=""))

    row = SignUp.objects.get()
    assert (row.state, row.cancelled_by) == (SignUpState.CANCELLED, host)


def test_sign_up_stays_shut_for_a_host_without_second_factor(client, settings):
    settings.DEMO = False
    found = SignUpFactory()
    client.force_login(PersonFactory(host_of=found.occurrence.centre))

    response = client.get(page("sign_up", found, secret=""), secure=True)

    assert response.status_code == 404


# By code -----------------------------------------------------------------------------------------


def test_code_opens_the_sign_up_in_this_browser(client):
    found = SignUpFactory(code="48217730", companions=1)
    url = page("sign_up", found, secret="")

    response = client.post(reverse("activities:code"), {"code": "4821 7730"})

    assert response["Location"] == url
    assert "Je staat op de lijst" in text(client.get(url))
    assert Client().get(url).status_code == 404
    client.post(page("sign_up_cancel", found, secret=""))
    assert taken(found.occurrence) == 0


def test_code_opens_for_half_an_hour(client):
    found = SignUpFactory(code="48217730")
    client.post(reverse("activities:code"), {"code": "48217730"})
    session = client.session
    session["sign_ups_opened_by_code"] = {str(found.pk): int(timezone.now().timestamp()) - 31 * 60}
    session.save()

    assert client.get(page("sign_up", found, secret="")).status_code == 404


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "Vul je code in. Dat zijn 8 cijfers."),
        ("1234", "Een code heeft 8 cijfers. Kijk het nog eens na."),
        ("1" * 10_000, "Een code heeft 8 cijfers. Kijk het nog eens na."),
        ("²²²²²²²²", "Deze code kennen wij niet. Kijk nog eens goed, of bel ons."),
        ("12345678", "Deze code kennen wij niet. Kijk nog eens goed, of bel ons."),
        ("1234\x005678", "Hier staat een teken in dat wij niet kunnen lezen."),
    ],
)
def test_wrong_code_is_told_and_opens_nothing(client, code, sentence):
    SignUpFactory(code="48217730")

    response = client.post(reverse("activities:code"), {"code": code})

    assert response.status_code in (200, 404)
    assert sentence in text(response)


def test_guessing_codes_from_one_address_stops(client):
    SignUpFactory(code="48217730")
    url = reverse("activities:code")
    for n in range(20):
        assert client.post(url, {"code": f"{n:08d}"}).status_code == 404

    blocked = client.post(url, {"code": "48217730"})

    assert blocked.status_code == 429
    assert "Dit is te vaak geprobeerd. Wacht even, of bel ons." in text(blocked)
    elsewhere = Client(REMOTE_ADDR="10.0.0.9").post(url, {"code": "48217730"})
    assert elsewhere.status_code == 302


def test_guessing_codes_from_everywhere_stops(monkeypatch):
    few = limits.Limit("code_all", most=30, seconds=3600)
    monkeypatch.setattr("activities.limits.WRONG_CODE_ANYWHERE", few)
    SignUpFactory(code="48217730")
    url = reverse("activities:code")
    for n in range(30):
        client = Client(REMOTE_ADDR=f"10.0.0.{n}")
        assert client.post(url, {"code": f"{n:08d}"}).status_code == 404

    blocked = Client(REMOTE_ADDR="10.9.9.9").post(url, {"code": "48217730"})

    assert blocked.status_code == 429


def test_guessing_the_same_code_stops(client):
    url = reverse("activities:code")

    statuses = [
        Client(REMOTE_ADDR=f"10.0.0.{n}").post(url, {"code": "00000001"}).status_code
        for n in range(7)
    ]

    assert statuses == [404] * 5 + [429] * 2


def test_right_codes_are_not_counted(client):
    url = reverse("activities:code")
    found = SignUpFactory(code="48217730")

    statuses = {client.post(url, {"code": found.code}).status_code for _ in range(25)}

    assert statuses == {302}


# At the desk -------------------------------------------------------------------------------------


def desk_url(occurrence: Occurrence) -> str:
    return reverse("activities:desk_sign_up", args=[occurrence.pk])


def test_desk_signs_somebody_up_with_a_name_only_and_shows_the_slip(client, occurrence):
    host = PersonFactory(host_of=occurrence.centre)
    client.force_login(host)

    response = client.post(desk_url(occurrence), {"name": "Gerda", "token": uuid.uuid4()})

    row = SignUp.objects.get()
    assert (row.name, row.entered_by, row.person, row.phone) == ("Gerda", host, None, "")
    assert "/slip/" in response["Location"]
    shown = text(client.get(response["Location"]))
    assert row.shown_code in shown
    assert "Gerda staat op de lijst. Print het briefje." in shown
    assert "Nog iemand aanmelden" in shown
    assert taken(occurrence) == 1


def test_desk_pressed_twice_is_one_sign_up(client, occurrence):
    client.force_login(PersonFactory(host_of=occurrence.centre))
    form = {"name": "Gerda", "token": uuid.uuid4()}

    urls = {client.post(desk_url(occurrence), form)["Location"] for _ in range(2)}

    assert len(urls) == 1
    assert taken(occurrence) == 1


def test_desk_is_told_when_full(client):
    occurrence = OccurrenceFactory(capacity=1)
    SignUpFactory(occurrence=occurrence)
    client.force_login(PersonFactory(host_of=occurrence.centre))

    response = client.post(desk_url(occurrence), {"name": "Gerda"})

    assert response.status_code == 409
    assert "Vol. Er is geen plek meer op deze datum." in text(response)
    assert taken(occurrence) == 1


def test_desk_of_another_centre_may_not(client, occurrence):
    client.force_login(PersonFactory(host_of=CentreFactory()))

    response = client.post(desk_url(occurrence), {"name": "Gerda"})

    assert response.status_code == 403
    assert "Dit is de lijst van een andere plek" in text(response)
    assert not SignUp.objects.exists()


def test_desk_is_for_staff(client, occurrence):
    assert client.post(desk_url(occurrence), {"name": "Gerda"}).status_code == 302
    client.force_login(PersonFactory())
    assert client.post(desk_url(occurrence), {"name": "Gerda"}).status_code == 403

    assert not SignUp.objects.exists()


def test_desk_sees_that_somebody_is_already_there(client, occurrence):
    there = enrolment.join(occurrence, name="Gerda", phone="0612345678", language="nl").sign_up
    client.force_login(PersonFactory(host_of=occurrence.centre))

    response = client.post(desk_url(occurrence), {"name": "gerda", "phone": "06 12345678"})

    assert response["Location"] == page("sign_up_slip", there, secret="")
    assert "Deze gast staat al op de lijst." in text(client.get(response["Location"]))
    assert taken(occurrence) == 1


# In a browser ------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_joins_changes_and_cancels_on_a_phone(new_page, axe, javascript):
    occurrence = OccurrenceFactory(activity__title="Naaicafé", capacity=4)
    tab = new_page(javascript=javascript)

    tab.goto(join_url(occurrence))
    tab.get_by_role("button", name="Ja, ik kom").click()
    assert tab.locator(".note.fout").inner_text().startswith("Je staat nog niet op de lijst")
    if javascript:
        axe(tab)
    tab.get_by_label("Je naam").fill("Emine")
    tab.get_by_role("button", name="Ja, ik kom").click()
    assert tab.get_by_role("heading", name="Je staat op de lijst").is_visible()
    if javascript:
        axe(tab)
    link = urlsplit(tab.url).path
    row = SignUp.objects.get()
    assert row.shown_code in tab.locator(".code").inner_text()

    tab.go_back()
    tab.get_by_role("button", name="Ja, ik kom").click()
    assert taken(occurrence) == 1
    assert urlsplit(tab.url).path == link

    tab.get_by_role("link", name="Neem iemand mee").click()
    tab.get_by_text("Ja, 2").click()
    tab.get_by_role("button", name="Zo is het goed").click()
    assert tab.get_by_text("Je neemt 2 mensen mee.").is_visible()
    assert taken(occurrence) == 3

    tab.get_by_role("link", name="Print een briefje").click()
    if javascript:
        axe(tab)
        paper = tab.pdf(prefer_css_page_size=True)
        assert re.findall(rb"/Type /Page\b", paper) == [b"/Type /Page"]
        assert re.findall(rb"/MediaBox \[0 0 29[78][.0-9]* (?:419|420)", paper), "not A6"
    assert tab.locator(".slip svg").first.is_visible()

    tab.goto(link)
    tab.get_by_role("button", name="Ik kan niet").click()
    assert tab.get_by_role("heading", name="Je bent afgemeld").is_visible()
    assert taken(occurrence) == 0
    tab.get_by_role("button", name="Toch weer meedoen").click()
    assert tab.get_by_role("heading", name="Je staat op de lijst").is_visible()
    assert taken(occurrence) == 3


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_fit_and_can_be_used_by_everyone(new_page, axe, width):
    gone = SignUpFactory(cancelled=True, name="E" * 120)
    called_off = SignUpFactory(occurrence__cancelled=True)
    tab = new_page(width=width)

    for path in [
        reverse("activities:code"),
        page("sign_up", gone),
        page("sign_up", called_off),
        page("sign_up_change", called_off),
        page("sign_up_slip", gone),
        page("sign_up", gone, secret="x"),
    ]:
        tab.goto(path)
        axe(tab)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_host_signs_somebody_up_and_holds_the_slip(new_page, axe, live_server):
    occurrence = OccurrenceFactory()
    client = Client()
    client.force_login(PersonFactory(host_of=occurrence.centre))
    tab = new_page()
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    tab.context.add_cookies([session | {"url": live_server.url}])

    tab.goto(desk_url(occurrence))
    tab.locator("[name=name]:focus").wait_for()
    axe(tab)
    tab.locator("[name=name]").fill("Gerda")
    tab.locator("[name=name]").press("Enter")

    tab.get_by_text("Gerda staat op de lijst. Print het briefje.").wait_for()
    tab.get_by_role("button", name="Print dit briefje").wait_for()
    assert SignUp.objects.get().shown_code in tab.locator(".code").inner_text()
