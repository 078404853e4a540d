"""What all tests share: the database runs first; browser tests get a browser, pages that watch, and axe."""

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests import browsers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

NewPage = Callable[..., "Page"]
AxeCheck = Callable[["Page"], None]

NO_BROWSER = "NO BROWSER TESTS: no Chromium or Chrome was found. Install one, or name its program in LOKAAL_BROWSER."
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--disable-gpu",
]
PHONE_WIDTH = 360
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}

browser_program = pytest.StashKey[str | None]()


def pytest_configure(config: pytest.Config) -> None:
    from lokaal import database

    database.ensure()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    browser_tests = [item for item in items if item.get_closest_marker("browser")]
    if not browser_tests:
        return
    config.stash[browser_program] = browsers.find()
    if config.stash[browser_program] is None:
        for item in browser_tests:
            item.add_marker(pytest.mark.skip(reason="no browser"))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if any("no browser" in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(NO_BROWSER, red=True, bold=True)


@pytest.fixture(autouse=True)
def in_dutch() -> Iterator[None]:
    """Begin in Dutch: a request in another language leaves that language on in its thread."""
    from django.conf import settings
    from django.utils import translation

    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> Iterator["Browser"]:
    """One headless browser for all browser tests of this process."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=pytestconfig.stash[browser_program], args=BROWSER_OPTIONS
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_page(browser: "Browser", live_server: Any) -> Iterator[NewPage]:
    """Open pages of the running site: `new_page(width=1280, javascript=False, language="en")`.

    At the end of the test it fails when a script broke, the content security policy was violated or another host
    than our own was asked for anything.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        *, width: int = PHONE_WIDTH, javascript: bool = True, language: str = "nl", **options: Any
    ) -> "Page":
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
            locale={"nl": "nl-NL", "en": "en-GB"}.get(language, language),
            timezone_id="Europe/Amsterdam",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        _watch(page, complaints, own_host=urlsplit(live_server.url).netloc)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _watch(page: "Page", complaints: list[str], *, own_host: str) -> None:
    def on_console(message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            complaints.append(message.text)

    def on_request(request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.netloc != own_host:
            complaints.append(f"asked another host: {request.url}")

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", on_console)
    page.on("request", on_request)


@pytest.fixture
def page(new_page: NewPage) -> "Page":
    """A page as wide as a small phone, with JavaScript, in Dutch."""
    return new_page()


@pytest.fixture(scope="session")
def axe() -> AxeCheck:
    """Return a check that fails with what axe finds wrong on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    checker = Axe()

    def check(page: "Page") -> None:
        found = checker.run(page, options=AXE_OPTIONS).response["violations"]
        assert not found, "\n" + "\n".join(map(_plain, found))

    return check


def _plain(violation: dict[str, Any]) -> str:
    places = ", ".join(str(node["target"][0]) for node in violation["nodes"][:5])
    return f"{violation['id']}: {violation['help']} ({places})"
