"""The page with everything on it, in a real browser: nothing that axe finds wrong, nothing that does not fit."""

import time
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import RequestContext, Template
from django.urls import path

from lokaal import urls as house_urls
from lokaal.look import views
from lokaal.people.perms import public

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls(__name__),
]

TOO_SMALL = """
[...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary, label.pick, textarea")]
  .filter((thing) => {
    const box = thing.getBoundingClientRect();
    if (!box.width || thing.matches(".skip, .pick input")) return false;
    if (getComputedStyle(thing, "::after").position === "absolute") return false;  // the whole card can be pressed
    return box.height < 43.5;
  })
  .map((thing) => thing.outerHTML.slice(0, 120))
"""


@public
def everything(request: HttpRequest) -> HttpResponse:
    return render(
        request, "look/styles.html", views._everything(is_turned=request.GET.get("dir") == "rtl")
    )


SENDER = """{% load lokaal %}<!doctype html><html lang="nl"><title>Stuur</title>
<script src="{% asset "js/lokaal.js" %}" defer></script>
<form method="post">{% csrf_token %}
<button name="word" value="ja">Ja</button>
<button name="word" value="nee">Nee</button></form>"""

arrived: list[str] = []


@public
def sends(request: HttpRequest) -> HttpResponse:
    """A form that takes its time, and remembers how often it arrived."""
    if request.method == "POST":
        arrived.append(request.POST["word"])
        time.sleep(0.5)
        return HttpResponse("<!doctype html><title>Aangekomen</title>")
    return HttpResponse(Template(SENDER).render(RequestContext(request)))


urlpatterns = [path("everything/", everything), path("sends/", sends), *house_urls.urlpatterns]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("query", ["", "?dir=rtl"])
def test_everything_is_accessible_and_fits(new_page: Any, axe: Any, width: int, query: str) -> None:
    page = new_page(width=width)
    page.goto(f"/everything/{query}")

    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(TOO_SMALL) == []


def test_pictograms_are_drawn_from_the_sheet(new_page: Any) -> None:
    page = new_page(width=1280)
    with page.expect_response(lambda response: response.url.endswith("/icons.svg")) as sheet:
        page.goto("/everything/")

    assert sheet.value.ok
    assert (
        page.evaluate(
            """[...document.querySelectorAll("svg > use")]
            .filter((use) => use.checkVisibility() && !use.getBBox().width)
            .map((use) => use.getAttribute("href"))"""
        )
        == []
    )


def test_mistakes_are_brought_in_view(page: Any) -> None:
    page.goto("/everything/")

    assert page.evaluate("document.activeElement.id") == "fouten"


def test_link_of_a_mistake_leads_to_its_input(page: Any) -> None:
    page.goto("/everything/")
    page.get_by_role("link", name="Vul je naam in. Je voornaam is genoeg.").click()

    assert page.evaluate("document.activeElement.id") == "id_wrong-name"


def test_choice_can_be_made_with_the_keyboard(page: Any) -> None:
    page.goto("/everything/")
    page.locator("#id_day_0").focus()
    page.keyboard.press("ArrowDown")

    assert page.locator("#id_day_1").is_checked()


def test_without_internet_the_page_says_so(page: Any) -> None:
    page.goto("/everything/")
    assert not page.locator("#offline").is_visible()

    page.context.set_offline(True)
    page.locator("#offline").wait_for(state="visible")
    page.context.set_offline(False)
    page.locator("#offline").wait_for(state="hidden")


def test_theme_of_a_municipality_is_worn(new_page: Any) -> None:
    """Names of the NL Design System are read by the style sheet."""
    page = new_page(reduced_motion="reduce")
    page.goto("/everything/")
    page.evaluate(
        """() => {
        const theme = document.documentElement.style;
        theme.setProperty("--utrecht-button-primary-action-background-color", "rgb(21, 66, 115)");
        theme.setProperty("--utrecht-document-color", "rgb(0, 0, 0)");
        }"""
    )

    assert page.evaluate("getComputedStyle(document.querySelector('.btn')).backgroundColor") == (
        "rgb(21, 66, 115)"
    )
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_page_works_without_javascript(new_page: Any) -> None:
    page = new_page(javascript=False)
    page.goto("/everything/")

    assert page.get_by_role("heading", level=1).inner_text() == "Stijlblad"
    assert not page.locator("#offline").is_visible()


def test_pressing_twice_sends_once_and_a_retry_sends_again(page: Any) -> None:
    arrived.clear()
    page.goto("/sends/")
    page.get_by_role("button", name="Ja").dblclick(no_wait_after=True)
    page.wait_for_function("document.title === 'Aangekomen'")
    assert arrived == ["ja"]

    page.go_back()
    page.get_by_role("button", name="Ja").click()
    page.wait_for_function("document.title === 'Aangekomen'")
    assert arrived == ["ja", "ja"]


def test_another_answer_is_never_held_back(page: Any) -> None:
    arrived.clear()
    page.goto("/sends/")
    page.evaluate("for (const button of document.querySelectorAll('button')) button.click()")
    page.wait_for_function("document.title === 'Aangekomen'")

    assert arrived[-1] == "nee"


@pytest.mark.parametrize("media", [{"media": "print"}, {"forced_colors": "active"}])
def test_style_page_can_be_read_on_paper_and_in_the_colours_of_the_reader(
    media: dict[str, Any], page: Any, axe: Any
) -> None:
    page.emulate_media(**media)
    assert page.goto("/everything/").ok
    axe(page)
