"""Web addresses: only the public internet, at every hop, within the limits. A small server here plays the world."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from activities.importing import limits, sources
from activities.importing.exceptions import AddressRefused, SourceNotReachable, TooMuch
from activities.importing.sources import fetch, is_public, kind_of, tidy
from activities.models import SourceKind
from tests.activities.importing.conftest import calendar

REFUSED = "Dit webadres ligt niet op het openbare internet"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
        "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1",
        "2002:7f00:1::", "2002:a00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe", "nonsense", "",
    ],
)  # fmt: skip
def test_address_that_is_not_public_is_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::8.8.8.8"]
)
def test_address_that_is_public_is_known(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.ics", "http://localhost/a.ics", "https://[::1]/a.ics", "http://[::ffff:127.0.0.1]/a.ics",
        "http://2130706433/a.ics", "http://0x7f000001/a.ics", "http://0177.0.0.1/a.ics", "http://127.1/a.ics",
        "http://10.0.0.8/a.ics", "http://169.254.169.254/latest/meta-data/", "http://0/a.ics",
        "webcal://127.0.0.1/a.ics", "http://localhost./a.ics", "http://①②⑦.0.0.1/a.ics",
    ],
)  # fmt: skip
def test_way_of_writing_an_inner_address_is_refused(url: str) -> None:
    with pytest.raises((AddressRefused, SourceNotReachable)) as refusal:
        fetch(url)
    assert REFUSED in str(refusal.value) or isinstance(refusal.value, SourceNotReachable)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("file:///etc/passwd", "begint met https://"),
        ("ftp://buurthuis.example/a.ics", "begint met https://"),
        ("gopher://buurthuis.example/", "begint met https://"),
        ("https://jan:geheim@buurthuis.example/", "geen naam of wachtwoord"),
        ("https://buurthuis.example:22/a.ics", "poort"),
        ("http://buurthuis.example:8080/a.ics", "poort"),
        ("https:///a.ics", "geen webadres"),
        ("https://[::1/a.ics", "geen webadres"),
        ("https://buurthuis.example/a\r\nHost: x", "geen webadres"),
        ("https://buurthuis.example:99999/", "geen webadres"),
        ("", "begint met https://"),
    ],
)
def test_address_of_another_kind_is_refused(url: str, message: str) -> None:
    with pytest.raises(AddressRefused, match=message):
        fetch(url)


def test_address_is_written_in_one_way() -> None:
    assert (
        tidy(" WebCal://Buurthuis.Example/agenda.ics#top ")
        == "https://buurthuis.example/agenda.ics"
    )
    assert tidy("https://buurthuis.example:443") == "https://buurthuis.example/"
    assert tidy("https://café.example/één dag.ics?a=b c") == (
        "https://xn--caf-dma.example/%C3%A9%C3%A9n%20dag.ics?a=b%20c"
    )


# With a server -----------------------------------------------------------------------------------


class World(BaseHTTPRequestHandler):
    """Answers by the path that is asked for."""

    asked: list[tuple[str, str]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Host", "")))
        name = self.path.strip("/").split("?")[0].replace("-", "_")
        try:
            getattr(self, f"at_{name}", self.at_nowhere)()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def at_nowhere(self) -> None:
        self.answer(b"", 404)

    def at_agenda(self) -> None:
        self.answer(calendar("weekly.ics"))

    def at_secret(self) -> None:
        self.answer(b"", 403)

    def at_broken(self) -> None:
        self.answer(b"", 503)

    def at_moved(self) -> None:
        self.answer(b"", 302, Location="/agenda")

    def at_inside(self) -> None:
        self.answer(b"", 302, Location="http://10.0.0.8/agenda")

    def at_to_file(self) -> None:
        self.answer(b"", 302, Location="file:///etc/passwd")

    def at_round(self) -> None:
        self.answer(b"", 302, Location="/round")

    def at_packed(self) -> None:
        self.answer(gzip.compress(calendar("weekly.ics")), Content_Encoding="gzip")

    def at_bomb(self) -> None:
        self.answer(gzip.compress(b"x" * (limits.BYTES + 5)), Content_Encoding="gzip")

    def at_large(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _piece in range(60):
            self.wfile.write(b"x" * 1_000_000)

    def at_slow(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _piece in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.1)

    def at_dribble(self) -> None:
        for _piece in range(100):
            self.wfile.write(b"H")
            self.wfile.flush()
            time.sleep(0.1)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the server, which counts as public here, on a port that counts as ordinary."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), World)
    server.daemon_threads = True
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    World.asked = []
    monkeypatch.setattr(sources, "PORTS", {"http": server.server_port, "https": 443})
    monkeypatch.setattr(sources, "is_public", lambda address: address == "127.0.0.1")
    yield "http://localhost"
    server.shutdown()
    server.server_close()


def test_calendar_is_fetched(world: str) -> None:
    brought = fetch(f"{world}/agenda?key=1")
    assert brought.content == calendar("weekly.ics")
    assert (brought.name, brought.kind) == (f"{world}/agenda?key=1", SourceKind.ICAL)
    assert World.asked == [("/agenda?key=1", "localhost")]


def test_packed_answer_is_unpacked(world: str) -> None:
    assert fetch(f"{world}/packed").content == calendar("weekly.ics")


def test_redirect_is_followed_and_the_first_address_is_the_name(world: str) -> None:
    brought = fetch(f"{world}/moved")
    assert (brought.name, brought.content) == (f"{world}/moved", calendar("weekly.ics"))


def test_redirect_inward_is_refused(world: str) -> None:
    with pytest.raises(AddressRefused, match=REFUSED):
        fetch(f"{world}/inside")
    with pytest.raises(AddressRefused, match="begint met https://"):
        fetch(f"{world}/to-file")


def test_redirects_without_end_are_refused(world: str) -> None:
    with pytest.raises(SourceNotReachable, match="te vaak door"):
        fetch(f"{world}/round")
    assert len(World.asked) == sources.REDIRECTS + 1


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere", "geen agenda"),
        ("secret", "niet openbaar"),
        ("broken", r"geeft een fout \(503\)"),
    ],
)
def test_error_of_the_other_side_is_told(world: str, path: str, message: str) -> None:
    with pytest.raises(SourceNotReachable, match=message):
        fetch(f"{world}/{path}")


@pytest.mark.parametrize("path", ["large", "bomb"])
def test_answer_over_ten_megabytes_is_refused(world: str, path: str) -> None:
    with pytest.raises(TooMuch, match="groter dan 10 MB"):
        fetch(f"{world}/{path}")


@pytest.mark.parametrize("path", ["slow", "dribble"])
def test_answer_that_dribbles_is_cut_off(
    world: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "SECONDS_IN_ALL", 0.6)
    with pytest.raises(SourceNotReachable, match="te langzaam"):
        fetch(f"{world}/{path}")


def test_host_that_does_not_exist_is_told() -> None:
    with pytest.raises(SourceNotReachable, match="bestaat niet"):
        fetch("https://buurthuis.invalid/agenda.ics")


def test_name_that_changes_its_address_gains_nothing(
    world: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address that was checked is the one connected to: the name is looked up once per hop."""
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def changing(host: str, *args: Any, **kwargs: Any) -> Any:
        if host == "wissel.example":
            looked_up.append(host)
            host = "127.0.0.1" if len(looked_up) == 1 else "10.0.0.8"
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    assert fetch("http://wissel.example/agenda").content == calendar("weekly.ics")
    assert looked_up == ["wissel.example"]
    assert World.asked == [("/agenda", "wissel.example")]


def test_host_with_one_inner_address_among_others_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [(0, 0, 0, "", ("93.184.215.14", 80)), (0, 0, 0, "", ("10.0.0.8", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers)
    with pytest.raises(AddressRefused, match=REFUSED):
        sources.public_address("dubbel.example", 80)


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"PK\x03\x04", "agenda.ics", SourceKind.XLSX),
        (b"\xef\xbb\xbfBEGIN:VCALENDAR", "agenda.csv", SourceKind.ICAL),
        ("BEGIN:VCALENDAR".encode("utf-16"), "agenda", SourceKind.ICAL),
        (b"naam;datum;tijd\n", "agenda", SourceKind.CSV),
        (b"naam\n", "agenda.csv", SourceKind.CSV),
        (b"<html>", "agenda", SourceKind.ICAL),
    ],
)
def test_kind_follows_from_the_content(content: bytes, name: str, kind: SourceKind) -> None:
    assert kind_of(content, name) == kind
