from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from lokaal.look.templatetags import lokaal as tags


def rendered(source: str, **context: Any) -> str:
    return Template("{% load lokaal %}" + source).render(Context(context))


def test_icon_points_into_the_sheet() -> None:
    assert rendered('{% icon "cup" %}') == (
        '<svg class="i" aria-hidden="true"><use href="/static/icons.svg#i-cup"/></svg>'
    )


def test_icon_that_turns_says_so() -> None:
    assert 'class="i flip"' in rendered('{% icon "arrow-right" flip=True %}')


def test_icon_with_an_unknown_name_fails_here() -> None:
    with pytest.raises(TemplateSyntaxError, match="There is no pictogram 'unicorn'"):
        rendered('{% icon "unicorn" %}')


def test_icon_with_an_unknown_name_does_not_stop_a_visitor(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LOOK_STRICT = False
    tags._icon.cache_clear()

    assert rendered('[{% icon "unicorn" %}]') == "[]"
    assert "There is no pictogram 'unicorn'" in caplog.text
    tags._icon.cache_clear()


def test_icon_name_from_data_is_never_markup(settings: Any) -> None:
    settings.LOOK_STRICT = False
    tags._icon.cache_clear()

    assert rendered("{% icon name %}", name='"><script>') == ""
    tags._icon.cache_clear()


def test_sign_has_mark_and_escaped_name() -> None:
    place = SimpleNamespace(mark="p-wk", name="Water & Kracht")

    assert rendered("{% sign place %}", place=place) == (
        '<span class="sign"><svg class="gevelsteen" aria-hidden="true"><use href="/static/icons.svg#p-wk"/></svg>'
        '<bdi lang="nl">Water &amp; Kracht</bdi></span>'
    )


@pytest.mark.parametrize("mark", ["", "p-unknown", '"><b>'])
def test_sign_without_an_own_mark_shows_the_door(mark: str) -> None:
    place = SimpleNamespace(mark=mark, name="Ergens")

    assert "/static/icons.svg#p-door" in rendered("{% sign place %}", place=place)


@pytest.mark.parametrize(
    ("language", "path", "expected"),
    [
        (
            "nl",
            "/agenda/?where=a&where=b",
            ["/agenda/?where=a&where=b", "/en/agenda/?where=a&where=b"],
        ),
        ("en", "/en/agenda/?where=a", ["/agenda/?where=a", "/en/agenda/?where=a"]),
        ("en", "/en/", ["/", "/en/"]),
        ("nl", "/", ["/", "/en/"]),
        ("nl", "/en-route/", ["/en-route/", "/en/en-route/"]),
    ],
)
def test_language_links_keep_the_page_and_its_query(
    language: str, path: str, expected: list[str], settings: Any
) -> None:
    settings.LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
    with translation.override(language):
        links = tags.language_links(Context({"request": RequestFactory().get(path)}))

    assert [link.url for link in links] == expected
    assert [link.code for link in links if link.is_current] == [language]


def test_language_links_are_escaped(settings: Any) -> None:
    settings.LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
    request = RequestFactory().get("/agenda/", {"q": '"><script>alert(1)</script>'})

    assert "<script>" not in rendered(
        "{% language_links as links %}{% for link in links %}{{ link.url }}{% endfor %}",
        request=request,
    )


@pytest.mark.parametrize(
    ("path", "url", "expected"),
    [
        ("/agenda/", "/agenda/", ' aria-current="page"'),
        ("/agenda/2026/", "/agenda/", ' aria-current="true"'),
        ("/help/", "/agenda/", ""),
        ("/", "/", ' aria-current="page"'),
        ("/agenda/", "/", ""),
    ],
)
def test_menu_says_where_the_reader_is(path: str, url: str, expected: str) -> None:
    assert tags.here(Context({"request": RequestFactory().get(path)}), url) == expected


def test_menu_says_nothing_without_a_request() -> None:
    assert tags.here(Context(), "/agenda/") == ""


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("0575 00 12 34", "tel:+31575001234"),
        ("+31 575 00 12 34", "tel:+31575001234"),
        ("112", "tel:112"),
        ("tel:+31575001234", "tel:+31575001234"),
        ("0031575001234", "tel:0031575001234"),
        ("06-12345678", "tel:+31612345678"),
        ("+32 2 123 45 67", "tel:+3221234567"),
        ("geen nummer", ""),
    ],
)
def test_tel_is_an_address_to_call(number: str, expected: str) -> None:
    assert tags.tel(number) == expected


def test_asset_answers_before_files_were_collected(settings: Any) -> None:
    tags.asset.cache_clear()
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    settings.STATIC_ROOT = "/nowhere"

    assert tags.asset("css/not-there.css") == "/static/css/not-there.css"
    tags.asset.cache_clear()
