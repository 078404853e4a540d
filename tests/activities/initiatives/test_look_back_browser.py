"""Looking back, what was learned and the neighbourhood table in a real browser: seen by axe, narrow, without script."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from activities.initiatives import looking_back
from activities.models import LookBack, Reaction, Readers, Showing, WishState
from lokaal.people.models import Person
from tests.activities.factories import OccurrenceFactory, PersonFactory, SignUpFactory
from tests.activities.initiatives.look_back_factories import (
    LessonFactory,
    LookBackFactory,
    ReflectionFactory,
    TableFactory,
    TableItemFactory,
    TriedWishFactory,
)
from tests.activities.organising.pages import as_, url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = 320


@pytest.fixture
def look_back() -> LookBack:
    wish = TriedWishFactory(state=WishState.LOOKING_BACK, content_when="Als er tien komen.")
    return LookBackFactory(activity=wish.activity, wish=wish)


def come_in(tab: Any, person: Person) -> None:
    cookie = as_(person).cookies[settings.SESSION_COOKIE_NAME]
    tab.goto(url("code"))
    tab.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": tab.url}])


def is_narrow(tab: Any) -> bool:
    return bool(tab.evaluate("document.documentElement.scrollWidth") <= NARROW)


def test_what_everybody_reads_is_fit_for_all(new_page: Any, axe: Any) -> None:
    shown = {"readers": Readers.EVERYONE, "showing": Showing.SHOWN}
    tried = LookBackFactory(stopped=True, times_held=3, people_came=20)
    LessonFactory(look_back=tried, with_name=True)
    ReflectionFactory(look_back=tried, with_name=True, **shown)
    for _number in range(5):
        tried.reactions.create(
            choice="again", sentence="Fijn.", answered_at=timezone.now(), **shown
        )
    evening = TableFactory(closed_at=timezone.now(), people_there=9)
    TableItemFactory(
        table=evening, consent="consent", decision="Afgesproken", decided_at=timezone.now()
    )

    tab = new_page(width=NARROW)
    for page in (
        url("tried_list"),
        url("tried_one", tried.pk),
        url("tables"),
        url("table", evening.pk),
    ):
        tab.goto(page)
        assert tab.url.endswith(page)
        axe(tab)
        assert is_narrow(tab), page


def test_pages_of_who_made_it_are_fit_for_all(new_page: Any, axe: Any, look_back: LookBack) -> None:
    host = PersonFactory(host_of=look_back.centre)
    mine = ReflectionFactory(look_back=look_back, person=host)
    LessonFactory(look_back=look_back, person=host)
    item = TableItemFactory(table__centre=look_back.centre, subject="", look_back=look_back)
    TableItemFactory(table=item.table)

    tab = new_page(width=NARROW)
    come_in(tab, host)
    for page in (
        url("look_back", look_back.pk),
        url("look_back_decide", look_back.pk),
        url("look_back_enter", look_back.pk),
        url("look_back_paper", look_back.pk),
        url("lesson_new", look_back.pk),
        url("reflection", mine.pk),
        url("reflection_step", mine.pk, "why"),
        url("reflection_step", mine.pk, "readers"),
        url("tables_desk"),
        url("table_manage", item.table_id),
        url("table_item_decide", item.pk),
        url("table_paper", item.table_id),
    ):
        tab.goto(page)
        assert tab.url.endswith(page)
        axe(tab)
        assert is_narrow(tab), page


def test_one_tap_without_javascript(new_page: Any, axe: Any, look_back: LookBack) -> None:
    date = OccurrenceFactory(activity=look_back.activity, over=True)
    SignUpFactory(occurrence=date, email="emine@voorbeeld.nl")
    looking_back.ask(look_back)
    reaction = Reaction.objects.get()
    page = url("reaction", reaction.pk, looking_back.secret_of(reaction))

    tab = new_page(width=NARROW, javascript=False)
    tab.goto(page)
    tab.get_by_role("button", name="Anders").click()
    tab.get_by_label("Wil je er iets bij zeggen?").fill("Liever overdag.")
    tab.get_by_role("button", name="Verstuur mijn zin").click()

    tab.get_by_text("Bedankt. Wij lezen je antwoord.").wait_for()
    reaction.refresh_from_db()
    assert (reaction.choice, reaction.sentence) == ("different", "Liever overdag.")
    seen = new_page(width=NARROW)
    seen.goto(page)
    axe(seen)
    assert is_narrow(seen)
