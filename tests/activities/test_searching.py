"""Finding activities: stems, beginnings, parts of words, spelling by ear, mistakes, other languages, odd characters."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities import searching
from activities.models import Activity
from tests.activities.factories import ActivityFactory, ActivityTranslationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> None:
    """A week of a centre; every test names the titles that it expects, so the others must not be found."""
    for title, summary in [
        ("Naaicafé", "Samen naaien, maken en praten."),
        ("Buurtmaaltijd", "Samen eten aan lange tafels."),
        ("Repaircafé", "Breng je fiets of lamp. Wij repareren samen."),
        ("Taalcafé", "Nederlands oefenen met koffie."),
        ("Yoga", "Rustig bewegen op een mat."),
        ("Sjoelen", "Met de hele buurt om de bak."),
        ("Turks ontbijt", "Met çay en simit, zoals in İstanbul."),
    ]:
        ActivityFactory(title=title, summary=summary)


def found(question: str, language: str = "nl") -> tuple[set[str], bool]:
    """Return the titles that a question finds, and whether they are exactly what was asked."""
    answer = searching.find(question, language)
    titles = Activity.objects.filter(id__in=answer.ids).values_list("title", flat=True)
    return set(titles), answer.is_exact


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("naaicafé", {"Naaicafé"}),
        ("BUURTMAALTIJD", {"Buurtmaaltijd"}),
        ("naaicafe", {"Naaicafé"}),  # no accent
        ("fietsen repareren", {"Repaircafé"}),  # other forms of the words
        ("repair", {"Repaircafé"}),  # the beginning
        ("repa", {"Repaircafé"}),  # while typing
        ("maaltijd", {"Buurtmaaltijd"}),  # the end of a compound
        ("café", {"Naaicafé", "Repaircafé", "Taalcafé"}),
        ("samen eten", {"Buurtmaaltijd"}),  # both words, and only both
        ("ik wil graag naaien", {"Naaicafé"}),  # words that tell nothing
        ("İstanbul", {"Turks ontbijt"}),
        ("istanbul", {"Turks ontbijt"}),
        ("çay", {"Turks ontbijt"}),
        ("cay", {"Turks ontbijt"}),
    ],
)
@pytest.mark.usefixtures("house")
def test_find_gives_what_has_every_word(question: str, titles: set[str]) -> None:
    assert found(question) == (titles, True)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("naaikafee", "Naaicafé"),
        ("buurtmaaltijt", "Buurtmaaltijd"),
        ("joga", "Yoga"),
        ("sjoulen", "Sjoelen"),
        ("sjoellen", "Sjoelen"),
        ("naicafe", "Naaicafé"),
        ("burtmaltijd", "Buurtmaaltijd"),
        ("repeercafé", "Repaircafé"),
    ],
)
@pytest.mark.usefixtures("house")
def test_find_forgives_spelling_by_ear_and_typing_errors(question: str, title: str) -> None:
    assert title in found(question)[0]


@pytest.mark.usefixtures("house")
def test_find_says_when_it_only_looks_like_it() -> None:
    assert found("buutmaaltijd") == ({"Buurtmaaltijd"}, False)


@pytest.mark.parametrize("question", ["paardrijden", "zzz", "xylofoonconcert", "9999"])
@pytest.mark.usefixtures("house")
def test_find_gives_nothing_for_what_is_not_there(question: str) -> None:
    assert found(question)[0] == set()


@pytest.mark.parametrize(
    "question", ["", "   ", "😀", "!?", "_", "%", "\x00", "'", "\u202e", "\ud800"]
)
@pytest.mark.usefixtures("house")
def test_find_without_words_gives_nothing(question: str) -> None:
    assert found(question)[0] == set()


@pytest.mark.usefixtures("house")
def test_find_looks_at_the_description_too() -> None:
    ActivityFactory(title="Inloop", description="Wij hebben ook een breimachine staan.")
    assert found("breimachine") == ({"Inloop"}, True)


@pytest.mark.usefixtures("house")
def test_find_reads_a_translation_only_in_the_language_of_the_reader() -> None:
    sewing = Activity.objects.get(title="Naaicafé")
    ActivityTranslationFactory(activity=sewing, language="en", title="Sewing together")
    assert found("sewing", "en") == ({"Naaicafé"}, True)
    assert found("sew", "en") == ({"Naaicafé"}, True)
    assert found("sewing", "nl")[0] == set()


def test_find_uses_the_stems_of_the_language_of_the_text() -> None:
    ActivityFactory(title="Knitting", summary="We are knitting scarves.", text_language="en")
    assert found("scarf", "nl")[0] == {"Knitting"}
    assert found("knits", "nl")[0] == {"Knitting"}


def test_find_never_gives_drafts_or_stopped_activities() -> None:
    ActivityFactory(title="Zingen", draft=True)
    ActivityFactory(title="Zingen", stopped=True)
    public = ActivityFactory(title="Zingen")
    assert searching.find("zingen", "nl").ids == [public.id]
    assert searching.find("singen", "nl").ids == [public.id]
    assert searching.find("zungen", "nl").ids == [public.id]


def test_find_reads_a_language_without_stems() -> None:
    ActivityFactory(title="قهوة وحديث", summary="كل يوم ثلاثاء", text_language="ar")
    assert found("قهوة", "ar") == ({"قهوة وحديث"}, True)


def test_readable_makes_one_line_of_sane_length() -> None:
    assert searching.readable("  naai\x00café \n\t nu ") == "naai café nu"
    assert searching.readable("cafe\u0301") == "café"
    assert len(searching.readable("a" * 10_000)) == searching.LONGEST


@pytest.mark.usefixtures("house")
def test_find_costs_one_query_or_two(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        searching.find("naaicafé", "nl")
    with django_assert_num_queries(2):
        searching.find("wieowie zzanders naiecaf nog meer woorden en tekst", "nl")
    with django_assert_num_queries(0):
        searching.find("!!", "nl")


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_find_takes_any_characters(question: str) -> None:
    assert isinstance(searching.find(question, "nl").ids, list)
