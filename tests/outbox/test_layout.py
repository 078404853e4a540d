"""The look of mail: text becomes paragraphs, lists, one button and links, and nothing a stranger wrote becomes one."""

from typing import Any

import pytest
from django.utils.translation import override

from lokaal.outbox.layout import Block, blocks, first_link, mail_html

TEXT = """Dag Trudy,

Je doet mee met het Naaicafé.
Tot dan!

- Neem een schaar mee.
- Koffie is gratis.

Bekijk je aanmelding:
https://lokaal.voorbeeld/sign-ups/1/

Kun je niet?
Zeg je af:
https://lokaal.voorbeeld/sign-ups/1/cancel/"""


def test_blocks_make_the_first_link_a_button_named_by_the_line_above() -> None:
    assert blocks(TEXT) == [
        Block("text", ["Dag Trudy,"]),
        Block("text", ["Je doet mee met het Naaicafé.", "Tot dan!"]),
        Block("list", ["Neem een schaar mee.", "Koffie is gratis."]),
        Block("button", ["Bekijk je aanmelding"], "https://lokaal.voorbeeld/sign-ups/1/"),
        Block("text", ["Kun je niet?"]),
        Block("link", ["Zeg je af"], "https://lokaal.voorbeeld/sign-ups/1/cancel/"),
    ]
    assert first_link(TEXT) == blocks(TEXT)[3]


@pytest.mark.parametrize(
    "above", ["Kijk hier.", "Een hele lange zin die echt geen knop kan worden:", ""]
)
def test_blocks_name_a_button_themselves_when_no_short_line_does(above: str) -> None:
    found = blocks(f"{above}\nhttps://lokaal.voorbeeld/x/")

    assert found[-1] == Block("button", ["Open de pagina"], "https://lokaal.voorbeeld/x/")
    assert [block.lines for block in found[:-1]] == ([[above]] if above else [])


@pytest.mark.parametrize(
    "line",
    [
        "https://kwaad.voorbeeld/",
        "https://lokaal.voorbeeld.kwaad.nl/",
        "https://lokaal.voorbeeld@kwaad.nl/",
        "http://lokaal.voorbeeld/",
        "javascript:alert(1)",
        "https://lokaal.voorbeeld/ en https://kwaad.voorbeeld/",
        "https://[kwaad",
    ],
)
def test_blocks_leave_every_other_address_text(line: str) -> None:
    assert blocks(line) == [Block("text", [line])]
    assert first_link(line) is None


def test_mail_html_escapes_what_people_wrote(settings: Any) -> None:
    html = mail_html("<script>", "Dag <img src=x>,\n\nTot dan")

    assert "<script>" not in html
    assert "<img" not in html
    assert "<p>Dag &lt;img src=x&gt;,</p>" in html


def test_mail_html_reads_from_right_to_left_in_arabic() -> None:
    with override("ar"):
        assert '<html lang="ar" dir="rtl">' in mail_html("x", "y")
