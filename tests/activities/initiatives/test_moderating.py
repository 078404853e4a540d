from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from activities.exceptions import HoldsContact, NeedsReason
from activities.initiatives import moderating
from activities.models import Look, Report, Showing, Wish
from activities.models.moderation import TEXT_FIELDS
from lokaal.bsn import HoldsBSN
from lokaal.outbox.models import Message
from lokaal.people.models import Role, StaffRole
from tests.activities.factories import CentreFactory, PersonFactory, WishFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

NUMBER = "Hier staat een telefoonnummer. Iedereen leest dit. Haal het weg."
ADDRESS = "Hier staat een e-mailadres. Iedereen leest dit. Haal het weg."


# What may not be in it ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Bel 06 11122233", NUMBER),
        ("Bel 0611122233.", NUMBER),
        ("Bel 06-111 222 33", NUMBER),
        ("Bel 0575 123456 na zes uur", NUMBER),
        ("(0575) 12 34 56", NUMBER),
        ("Bel +31 611122233", NUMBER),
        ("Bel 0031 6 1112 2233", NUMBER),
        ("Bel +90 532 111 22 33", NUMBER),
        ("٠٦١١١٢٢٢٣٣", NUMBER),
        ("Mail emine@voorbeeld.nl", ADDRESS),
        ("mail:emine.kaya+lokaal@buurt.voorbeeld.nl!", ADDRESS),
    ],
)
def test_a_public_text_with_contact_is_refused(text, sentence):
    with pytest.raises(HoldsContact) as refused:
        moderating.check_public("Samen zingen.", text)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "Op 24-11-2026 om 13.30 uur",
        "Nummer 111222334",
        "Postcode 7201 AB, huis 12",
        "Van 2010 tot 2020, € 10,50",
        "Ik zit op @buurt",
        "06 december 2026",
        "Om 10:00 of 11:30, 12 mensen",
        "000000000",
        "",
    ],
)
def test_other_numbers_are_fine(text):
    moderating.check_public(text)


def test_a_public_text_with_a_bsn_is_refused():
    with pytest.raises(HoldsBSN):
        moderating.check_public("Mijn nummer is 111222333.")


# Who looks first ---------------------------------------------------------------------------------


def test_first_text_waits_and_later_ones_are_shown():
    person = PersonFactory()
    assert moderating.first_showing(None) == Showing.WAITING
    assert moderating.first_showing(person) == Showing.WAITING

    WishFactory(person=person)
    assert moderating.first_showing(person) == Showing.WAITING

    WishFactory(person=person, shown=True)
    assert moderating.first_showing(person) == Showing.SHOWN


def test_texts_of_staff_and_typed_in_by_staff_are_shown():
    host = PersonFactory(host_of=CentreFactory())

    assert moderating.first_showing(host) == Showing.SHOWN
    assert moderating.first_showing(None, entered_by=host) == Showing.SHOWN
    assert moderating.first_showing(PersonFactory(), entered_by=PersonFactory()) == Showing.WAITING


def test_show_is_for_everybody_and_twice_is_harmless():
    wish, host = WishFactory(), PersonFactory()
    assert list(Wish.objects.shown()) == []

    moderating.show(wish, by=host)
    moderating.show(wish, by=PersonFactory())

    assert list(Wish.objects.shown()) == [wish]
    look = Look.objects.get()
    assert (look.wish, look.is_shown, look.by, look.had_report) == (wish, True, host, False)


def test_hide_tells_the_writer_why_once():
    wish = WishFactory(shown=True, name="Emine", email="e@voorbeeld.nl")
    host = PersonFactory()

    moderating.hide(wish, by=host, reason="Dit gaat over een buurman.")
    moderating.hide(wish, by=host, reason="Nog een keer.")

    wish.refresh_from_db()
    assert wish.showing == Showing.HIDDEN
    message = Message.objects.get()
    assert message.subject == "Je tekst staat niet op de site"
    assert "Dit gaat over een buurman." in message.text
    assert wish.text in message.text
    assert Look.objects.get().reason == "Dit gaat over een buurman."


def test_hide_without_contact_tells_nobody():
    moderating.hide(WishFactory(), by=PersonFactory(), reason="Te grof.")

    assert not Message.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_hide_without_a_reason_is_refused(reason):
    wish = WishFactory(shown=True)

    with pytest.raises(NeedsReason):
        moderating.hide(wish, by=PersonFactory(), reason=reason)

    wish.refresh_from_db()
    assert wish.is_shown


# Reports -----------------------------------------------------------------------------------------


def test_a_report_hides_what_a_resident_wrote_until_it_is_seen():
    wish = WishFactory(shown=True)

    moderating.report(wish, reason="  Dit is   kwetsend. ")

    wish.refresh_from_db()
    assert wish.showing == Showing.WAITING
    report = Report.objects.get()
    assert (report.wish, report.reason, report.decided_at) == (wish, "Dit is kwetsend.", None)


def test_after_a_look_a_report_hides_nothing_any_more_but_is_listed():
    wish, host = WishFactory(shown=True, centre=CentreFactory()), None
    host = PersonFactory(host_of=wish.centre)
    moderating.report(wish, reason="Kwetsend.")
    moderating.show(wish, by=host)
    wish.refresh_from_db()
    assert wish.is_shown
    assert Report.objects.get().decided_by == host

    moderating.report(wish, reason="Nog steeds.")

    wish.refresh_from_db()
    assert wish.is_shown
    (waiting,) = moderating.waiting_for(host)
    assert [one.reason for one in waiting.reports] == ["Nog steeds."]
    assert waiting.is_shown


def test_a_report_about_staff_hides_nothing():
    centre = CentreFactory()
    wish = WishFactory(shown=True, person=PersonFactory(host_of=centre), centre=centre)

    moderating.report(wish, reason="Onzin.")

    wish.refresh_from_db()
    assert wish.is_shown
    assert Report.objects.open().count() == 1


def test_hide_closes_the_reports_and_tells_the_reason():
    wish, host = WishFactory(shown=True, email="e@voorbeeld.nl"), PersonFactory()
    moderating.report(wish, reason="Kwetsend.")

    moderating.hide(wish, by=host, reason="Schrijf het zonder namen.")

    assert list(Report.objects.open()) == []
    assert Look.objects.get().had_report
    message = Message.objects.get()
    assert "Schrijf het zonder namen." in message.text
    assert "Kwetsend." not in message.text


def test_nothing_of_who_reports_is_kept():
    kept = {field.name for field in Report._meta.get_fields()}

    assert kept - set(TEXT_FIELDS) == {"id", "reason", "created_at", "decided_at", "decided_by"}


def test_a_report_without_a_reason_is_refused():
    with pytest.raises(NeedsReason):
        moderating.report(WishFactory(shown=True), reason=" ")

    assert not Report.objects.exists()


@pytest.mark.parametrize("model", [Report, Look])
def test_the_database_wants_exactly_one_text(model):
    fields = {"reason": "Kwetsend."} | ({"is_shown": True} if model is Look else {})
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**fields)

    model.objects.create(wish=WishFactory(), **fields)


@pytest.mark.django_db(transaction=True)
def test_show_and_report_at_once_leave_no_report_undone():
    wish, host = WishFactory(shown=True), PersonFactory()
    moderating.report(wish, reason="Eén.")

    at_once(
        lambda: moderating.show(wish, by=host),
        lambda: moderating.hide(wish, by=host, reason="Te grof."),
    )

    wish.refresh_from_db()
    last = Look.objects.order_by("at").last()
    assert list(Report.objects.open()) == []
    assert wish.is_shown == last.is_shown


# What waits --------------------------------------------------------------------------------------


def test_waiting_lists_reported_ones_first_then_the_oldest_of_my_houses():
    here, there = CentreFactory(), CentreFactory()
    host = PersonFactory(host_of=here)
    now = timezone.now()
    new = WishFactory(centre=here, created_at=now)
    old = WishFactory(centre=None, created_at=now - timedelta(days=3))
    reported = WishFactory(centre=here, shown=True)
    moderating.report(reported, reason="Kwetsend.")
    WishFactory(centre=there)
    WishFactory(centre=here, shown=True)
    WishFactory(centre=here, showing=Showing.HIDDEN)

    assert [one.text for one in moderating.waiting_for(host)] == [reported, old, new]
    assert moderating.waiting_for(PersonFactory()) == []


def test_who_may_look():
    here, there = CentreFactory(), CentreFactory()
    wish = WishFactory(centre=here)
    boss = PersonFactory()
    StaffRole.objects.create(person=boss, role=Role.COORDINATOR)

    assert moderating.can_look(PersonFactory(host_of=here), wish)
    assert moderating.can_look(boss, wish)
    assert not moderating.can_look(PersonFactory(host_of=there), wish)
    assert not moderating.can_look(PersonFactory(), wish)


def test_waiting_costs_the_same_at_one_and_at_thirty(django_assert_num_queries):
    centre = CentreFactory()
    host = PersonFactory(host_of=centre)
    assert host.is_staff  # the roles are asked once per request
    for number in (1, 29):
        for wish in WishFactory.create_batch(number, centre=centre, shown=True):
            moderating.report(wish, reason="Kwetsend.")
        with django_assert_num_queries(1 + len(TEXT_FIELDS)):
            moderating.waiting_for(host)
