"""Error pages, maintenance, and the page with everything on it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import brotli
import pytest
from django.conf import settings as house_settings
from django.contrib.messages.storage.base import Message
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults

from lokaal.look import views
from lokaal.look.middleware import MaintenanceMiddleware


@pytest.mark.parametrize(
    ("template", "heading"),
    [
        ("400.html", "Dat begrepen wij niet"),
        ("500.html", "Er ging iets mis bij ons"),
        ("maintenance.html", "Deze site is even dicht"),
    ],
)
def test_bare_pages_need_no_context_and_no_database(template: str, heading: str) -> None:
    html = render_to_string(template)

    assert f"<h1>{heading}</h1>" in html
    assert '<a class="btn second" href="tel:+31575001234">' in html
    assert "/static/css/lokaal.css" in html


def test_server_error_page_is_the_one_django_shows() -> None:
    response = defaults.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "Het ligt niet aan jou." in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("template", "heading"),
    [
        ("403.html", "Deze deur is voor iemand anders"),
        ("403_csrf.html", "Dat is niet aangekomen"),
        ("404.html", "Deze pagina is er niet"),
    ],
)
def test_error_pages_say_what_happened_and_how_to_go_on(template: str, heading: str) -> None:
    html = render_to_string(template, {"site_phone": "0575 00 12 34"})

    assert f"<h1>{heading}</h1>" in html
    assert "tel:+31575001234" in html


@pytest.mark.parametrize("template", ["400.html", "500.html", "maintenance.html"])
def test_error_pages_have_nothing_inline(template: str) -> None:
    html = render_to_string(template)

    assert "<style" not in html
    assert " style=" not in html
    assert "<script>" not in html


def house(answer: str = "gewoon open") -> MaintenanceMiddleware:
    return MaintenanceMiddleware(lambda request: HttpResponse(answer))


def test_house_is_open_without_the_file(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path

    assert house()(RequestFactory().get("/")).content == b"gewoon open"


def test_house_is_closed_with_the_file_and_opens_without(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "maintenance").touch()

    response = house()(RequestFactory().post("/agenda/"))

    assert response.status_code == 503
    assert response["Retry-After"] == "300"
    assert "no-store" in response["Cache-Control"]
    assert "Deze site is even dicht" in response.content.decode()
    (tmp_path / "maintenance").unlink()
    assert house()(RequestFactory().get("/")).status_code == 200


def test_closed_house_answers_every_visitor_without_a_database(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "maintenance").touch()

    for path in ("/", "/en/agenda/", "/beheer/", "/no-such-page/"):
        response = client.get(path)
        assert response.status_code == 503
        assert "<h1>" in response.content.decode()
    assert "Deze site is even dicht" in client.get("/").content.decode()


@pytest.mark.parametrize(("path", "language"), [("/agenda/", "nl"), ("/en/agenda/", "en")])
def test_house_is_closed_in_the_language_of_the_address(
    path: str, language: str, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "maintenance").touch()

    response = house()(RequestFactory().get(path))

    assert f'<html lang="{language}"' in response.content.decode()
    assert translation.get_language() == "nl"


def test_style_page_is_for_staff() -> None:
    request = RequestFactory().get("/styles/")
    request.user = SimpleNamespace(is_staff=False)  # type: ignore[assignment]

    with pytest.raises(PermissionDenied):
        views.styles(request)


@pytest.mark.django_db
def test_style_page_sends_a_visitor_to_sign_in(client: Client) -> None:
    response = client.get("/styles/")

    assert response.status_code == 302
    assert response["Location"].endswith("?next=/styles/")


def style_page(query: str = "") -> str:
    request = RequestFactory().get(f"/styles/{query}")
    return render_to_string(
        "look/styles.html", views._everything(is_turned="rtl" in query) | {"request": request}
    )


def test_style_page_turns_around() -> None:
    assert '<html lang="nl" dir="ltr">' in style_page()
    assert '<html lang="nl" dir="rtl">' in style_page("?dir=rtl")


def test_lights_are_on_only_where_it_is_open() -> None:
    assert (
        render_to_string("components/street.html", {"lights": {"p-wk"}}).count('class="lit"') == 1
    )
    assert render_to_string("components/street.html", {"lights": set()}).count('class="lit"') == 0
    assert render_to_string("components/street.html").count('class="lit"') == 0


def test_messages_are_told_with_their_sign() -> None:
    messages = [Message(25, "Tot dinsdag!"), Message(40, "Dat lukte <b>niet</b>.")]
    html = render_to_string("components/messages.html", {"messages": messages})

    assert 'role="status"' in html
    assert '<div class="note munt">' in html
    assert "<p>Tot dinsdag!</p>" in html
    assert '<div class="note fout">' in html
    assert "&lt;b&gt;niet&lt;/b&gt;" in html


def test_arabic_letters_are_fetched_only_by_who_reads_arabic() -> None:
    with translation.override("ar"):
        arabic = style_page()
    assert "fonts/arabic.woff2" in arabic
    assert '<html lang="ar" dir="rtl">' in arabic
    assert "fonts/arabic.woff2" not in style_page()


def test_card_list_writes_every_card_and_escapes_it() -> None:
    cards = [
        {
            "title": f"<b>{number}</b>",
            "url": "/x/",
            "tile_main": "9.30",
            "datetime": "2026-11-24T09:30",
        }
        for number in range(30)
    ]
    html = render_to_string("components/acts.html", {"cards": cards})

    assert html.count('<li class="act">') == 30
    assert "<b>29</b>" not in html
    assert '<time class="poort tile " datetime="2026-11-24T09:30">' in html


def test_everything_a_dutch_page_fetches_is_light() -> None:
    build, static = house_settings.BUILD_DIR, house_settings.BASE_DIR / "static"
    letters = sum(
        (build / "fonts" / f"{name}.woff2").stat().st_size
        for name in ("bricolage", "atkinson-regular", "atkinson-bold")
    )
    texts = [
        build / "icons.svg",
        static / "css" / "lokaal.css",
        static / "js" / "lokaal.js",
        static / "img" / "logo.svg",
    ]

    assert letters + sum(len(brotli.compress(path.read_bytes())) for path in texts) < 100_000
