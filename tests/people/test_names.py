"""Names are kept as people write them, without what hides or turns other text around."""

import pytest

from lokaal.people.names import clean_name


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Fatma \t Yıldız\n", "Fatma Yıldız"),
        ("ʻAlí O’Brien-de Vries jr.", "ʻAlí O’Brien-de Vries jr."),
        ("محمد", "محمد"),
        ("\u202eevil\u202c Jo\u2066hn\u2069", "evil John"),
        ("\u061c\u200e\u200fAnna", "Anna"),
        ("Jo\x00\x07\x1b", "Jo"),
        ("zero\u200b\ufeffwidth\u00ad", "zerowidth"),
        ("👩\u200d👩\u200d👧 Jo", "👩\u200d👩\u200d👧 Jo"),
        ("ش\u200cب", "ش\u200cب"),
        ("\u200d\u200c \u202e", ""),
        ("Jose\u0301", "José"),
        ("line\u2028break", "line break"),
    ],
)
def test_clean_name_keeps_letters_and_drops_tricks(written: str, kept: str) -> None:
    assert clean_name(written) == kept


def test_clean_name_cuts_a_tower_of_accents() -> None:
    assert clean_name("x" + "\u0323" * 50) == "x" + "\u0323" * 4


def test_clean_name_is_stable() -> None:
    once = clean_name("  A\u202e\u0301\u0301 b\u200d ")
    assert clean_name(once) == once


def test_clean_name_does_not_cut_long_names() -> None:
    assert len(clean_name("a" * 10_000)) == 10_000
