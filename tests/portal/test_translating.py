"""The catalogues: what is marked is found, what is missing is told, what is incomplete stays off."""

from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import gettext

from lokaal import languages
from lokaal.portal import translating

CODE = """
from django.utils.translation import gettext as _, ngettext

def say(count):
    _("Kom binnen.")
    _(f"niet {count}")
    return ngettext("%(count)s plek", "%(count)s plekken", count) % {"count": count}
"""
TEMPLATE = """
{% load i18n %}
      {% translate "Ik kom" %}
  {% blocktranslate count places=n trimmed %}
     Nog {{ places }} plek
  {% plural %}
     Nog {{ places }} plekken
  {% endblocktranslate %}
  {% translate "Mei" context "maand" %}
"""
FOUND = {
    ("Kom binnen.", None),
    (("%(count)s plek", "%(count)s plekken"), None),
    ("Ik kom", None),
    (("Nog %(places)s plek", "Nog %(places)s plekken"), None),
    ("Mei", "maand"),
}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "lokaal").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "lokaal" / "said.py").write_text(CODE)
    (tmp_path / "templates" / "said.html").write_text(TEMPLATE)
    return tmp_path


def translate(
    base: Path, language: str, *, without: str = "", places: str = "Still %(places)s"
) -> None:
    catalogue = translating.read(base, language)
    catalogue.update(translating.gathered(base))
    for message in catalogue:
        if message.id and message.id != without:
            said = "Still " if isinstance(message.id, str) else (places, places)
            if isinstance(message.id, tuple) and "count" in message.id[0]:
                said = ("%(count)s place", "%(count)s places")
            message.string = said if isinstance(said, str) else said[:1] * catalogue.num_plurals
    path = translating.catalogue_path(base, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        translating.write_po(file, catalogue)


def test_gathered_finds_every_marked_sentence_and_no_other(base: Path) -> None:
    assert {(m.id, m.context) for m in translating.gathered(base) if m.id} == FOUND


def test_standing_tells_what_is_missing(base: Path) -> None:
    translate(base, "en", without="Ik kom")
    standing = translating.standing(base, "en", translating.gathered(base))
    assert (standing.missing, standing.wrong) == (["Ik kom"], [])


def test_standing_tells_a_lost_placeholder(base: Path) -> None:
    translate(base, "en", places="Still %(plekken)s")
    standing = translating.standing(base, "en", translating.gathered(base))
    assert len(standing.wrong) >= 1
    assert all("Nog %(places)s plek" in line for line in standing.wrong)


def test_update_drops_what_is_no_longer_said(base: Path) -> None:
    translate(base, "en")
    (base / "templates" / "said.html").write_text("")
    translating.update(base, "en", translating.gathered(base))
    assert {m.id for m in translating.read(base, "en") if m.id} == {
        "Kom binnen.",
        ("%(count)s plek", "%(count)s plekken"),
    }


def test_update_twice_changes_nothing(base: Path) -> None:
    translating.update(base, "en", translating.gathered(base))
    first = translating.catalogue_path(base, "en").read_bytes()
    translating.update(base, "en", translating.gathered(base))
    assert translating.catalogue_path(base, "en").read_bytes() == first


def test_incomplete_language_stays_off_and_complete_one_is_switched_on(base: Path) -> None:
    translate(base, "en")
    translate(base, "ar", without="Ik kom")
    assert translating.compile_catalogues(base) == {"en": True, "tr": False, "ar": False}
    assert [code for code, _name in languages.switched_on(base / "locale")] == ["nl", "en"]

    translate(base, "ar")
    assert translating.compile_catalogues(base)["ar"] is True
    assert [code for code, _name in languages.switched_on(base / "locale")] == ["nl", "en", "ar"]

    (base / "templates" / "more.html").write_text('{% load i18n %}{% translate "Nieuw" %}')
    assert translating.compile_catalogues(base)["ar"] is False
    assert [code for code, _name in languages.switched_on(base / "locale")] == ["nl", "en"]


def test_no_sentence_of_ours_is_said_otherwise_by_a_package() -> None:
    """Django and its packages translate into Dutch too: "Log in", marked by us, came out as "Aanmelden"."""
    marked = {m.id for m in translating.gathered(settings.BASE_DIR) if isinstance(m.id, str)}
    assert {words for words in marked if words and gettext(words) != words} == {"Home"}
