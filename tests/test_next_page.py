"""Where a visitor goes on to: a page of ours, never one of a stranger."""

import pytest
from django.test import RequestFactory

from lokaal.next_page import next_page


@pytest.mark.parametrize("wanted", ["/desk/?centre=waterkracht#d-1", "http://testserver/agenda/"])
def test_page_of_ours_is_gone_on_to(wanted: str) -> None:
    make = RequestFactory()
    assert next_page(make.get("/", {"next": wanted})) == wanted
    assert next_page(make.post("/", {"next": wanted})) == wanted
    assert next_page(make.post("/", query_params={"next": wanted})) == wanted


def test_form_goes_before_the_page() -> None:
    request = RequestFactory().post("/", {"next": "/agenda/"}, query_params={"next": "/help/"})
    assert next_page(request) == "/agenda/"


@pytest.mark.parametrize(
    "wanted",
    ["", "https://evil.example/", "//evil.example", "///evil.example", "javascript:alert(1)"],
)
def test_page_of_a_stranger_is_not(wanted: str) -> None:
    make = RequestFactory()
    assert next_page(make.get("/", {"next": wanted})) == ""
    assert next_page(make.post("/", {"next": wanted})) == ""


def test_locked_connection_is_not_left() -> None:
    request = RequestFactory().get("/", {"next": "http://testserver/agenda/"}, secure=True)
    assert next_page(request) == ""
