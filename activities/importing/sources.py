"""Where a calendar comes from: a file, or a web address that leads to the public internet and nowhere else.

The name of a host is looked up once, every address it has is checked, and the connection goes to the address that was
checked: a name that points elsewhere a moment later gains nothing. Each redirect is checked the same way.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import PurePosixPath
from typing import TypeVar
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from django.utils.translation import gettext as _

from activities.importing import limits
from activities.importing.exceptions import AddressRefused, SourceNotReachable, TooMuch
from activities.models import SourceKind

Result = TypeVar("Result")

SECONDS_IN_ALL = 20
SECONDS_PER_STEP = 8
REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
ALIASES = {"webcal": "https", "webcals": "https"}
REDIRECTING = {301, 302, 303, 307, 308}
CHUNK = 65_536
NAT64 = ipaddress.ip_network("64:ff9b::/96")
HEADERS = {
    "User-Agent": "Lokaal",
    "Accept": "text/calendar, text/csv, */*;q=0.5",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
UNREADABLE = {
    401: lambda: _("Deze agenda is niet openbaar. Gebruik de geheime of openbare iCal-link."),
    403: lambda: _("Deze agenda is niet openbaar. Gebruik de geheime of openbare iCal-link."),
    404: lambda: _("Op dit webadres staat geen agenda (meer)."),
    410: lambda: _("Op dit webadres staat geen agenda (meer)."),
}


@dataclass(frozen=True)
class Brought:
    """What was brought: its bytes, and the name by which we know it the next time."""

    name: str
    content: bytes

    @property
    def kind(self) -> SourceKind:
        return kind_of(self.content, self.name)


def kind_of(content: bytes, name: str) -> SourceKind:
    """Return what kind of file this is, by what is in it; the name decides only between the kinds of text."""
    if content.startswith(b"PK\x03\x04"):
        return SourceKind.XLSX
    head = content[:4000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t ")
    if head[:15].upper() == b"BEGIN:VCALENDAR":
        return SourceKind.ICAL
    path = PurePosixPath(urlsplit(name).path if "://" in name else name)
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        return SourceKind.CSV
    if path.suffix.lower() in (".ics", ".ical", ".vcs") or head.startswith(b"<"):
        return SourceKind.ICAL
    first_line = head.split(b"\n", 1)[0]
    return (
        SourceKind.CSV
        if any(first_line.count(mark) >= 2 for mark in (b";", b",", b"\t"))
        else SourceKind.ICAL
    )


# A web address -----------------------------------------------------------------------------------


def is_address(source: str) -> bool:
    """Tell whether a person gave a web address (and not the name of a file)."""
    return source.strip().lower().startswith(("http://", "https://", "webcal://", "webcals://"))


def fetch(address: str) -> Brought:
    """Return what stands at a web address. Raises AddressRefused, SourceNotReachable or TooMuch."""
    name = tidy(address)
    url = name
    deadline = time.monotonic() + SECONDS_IN_ALL
    for _hop in range(REDIRECTS + 1):
        parts = checked_parts(url)
        with _Answer(parts, deadline) as answer:
            if answer.status in REDIRECTING:
                target = answer.getheader("Location", "")
                if not target:
                    raise SourceNotReachable(_("Dit webadres stuurt ons nergens heen."))
                url = tidy(urljoin(url, target))
                continue
            if answer.status != 200:
                known = UNREADABLE.get(answer.status)
                raise SourceNotReachable(
                    known()
                    if known
                    else _("Het webadres geeft een fout (%(code)d).") % {"code": answer.status}
                )
            return Brought(name, answer.content())
    raise SourceNotReachable(_("Dit webadres stuurt ons te vaak door."))


def tidy(address: str) -> str:
    """Return an address in one way of writing: webcal becomes https, without a fragment. Raises AddressRefused."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii").lower()
        port = parts.port
    except (ValueError, UnicodeError):
        raise AddressRefused(_("Dit is geen webadres.")) from None
    scheme = ALIASES.get(parts.scheme.lower(), parts.scheme.lower())
    if scheme not in PORTS:
        raise AddressRefused(_("Een webadres begint met https://"))
    if not host or any(c < " " or c in "\x7f\\" for c in address.strip()):
        raise AddressRefused(_("Dit is geen webadres."))
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(_("Zet geen naam of wachtwoord in het webadres."))
    place = f"[{host}]" if ":" in host else host
    if port is not None and port != PORTS[scheme]:
        place = f"{place}:{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._")
    return urlunsplit(SplitResult(scheme, place, path, query, ""))


def checked_parts(url: str) -> SplitResult:
    """Return the parts of a tidy address on an ordinary port. Raises AddressRefused."""
    parts = urlsplit(url)
    if (parts.port or PORTS[parts.scheme]) not in PORTS.values():
        raise AddressRefused(_("Dit webadres gebruikt een poort die we niet openen."))
    return parts


def public_address(host: str, port: int) -> str:
    """Return an address of a host, after checking that all it has are on the public internet.

    Raises AddressRefused, and SourceNotReachable when there is no such host.
    """
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SourceNotReachable(_("Dit webadres bestaat niet.")) from None
    addresses = [str(answer[4][0]) for answer in answers]
    if not addresses or not all(is_public(address) for address in addresses):
        raise AddressRefused(
            _("Dit webadres ligt niet op het openbare internet. Dat openen we niet.")
        )
    return addresses[0]


def is_public(address: str) -> bool:
    """Tell whether an IP address is on the public internet, also when it hides in an IPv6 one."""
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64 or (inside is None and int(ip) < 2**32):
            inside = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(str(inside))
        if ip.is_site_local:
            return False
    return ip.is_global and not (
        ip.is_multicast or ip.is_reserved or ip.is_loopback or ip.is_link_local or ip.is_unspecified
    )


class _Connection(HTTPConnection):
    """A connection to an address that was checked, under the name that was asked for."""

    def __init__(self, parts: SplitResult) -> None:
        port = parts.port or PORTS[parts.scheme]
        super().__init__(parts.hostname or "", port, timeout=SECONDS_PER_STEP)
        self.is_secure = parts.scheme == "https"
        self.default_port = PORTS[parts.scheme]
        self.line: socket.socket | None = (
            None  # http.client lets go of `sock` once the answer begins
        )

    def connect(self) -> None:
        address = public_address(self.host, self.port)
        self.line = socket.create_connection((address, self.port), timeout=SECONDS_PER_STEP)
        if self.is_secure:
            context = ssl.create_default_context()
            self.line = context.wrap_socket(self.line, server_hostname=self.host)
        self.sock = self.line


class _Answer:
    """One request and its answer; whatever the other side does, it is over at the deadline."""

    def __init__(self, parts: SplitResult, deadline: float) -> None:
        self.parts, self.deadline = parts, deadline
        self.connection = _Connection(parts)
        self.guard = threading.Timer(max(deadline - time.monotonic(), 0.01), self._hang_up)
        self.guard.daemon = True

    def __enter__(self) -> _Answer:
        target = urlunsplit(("", "", self.parts.path or "/", self.parts.query, ""))
        self.guard.start()
        try:
            self._reached(lambda: self.connection.request("GET", target, headers=HEADERS))
            self.response: HTTPResponse = self._reached(self.connection.getresponse)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *problem: object) -> None:
        self.guard.cancel()
        self.connection.close()

    @property
    def status(self) -> int:
        return self.response.status

    def getheader(self, name: str, default: str) -> str:
        return self.response.getheader(name) or default

    def content(self) -> bytes:
        """Return the body, unpacked. Raises TooMuch at the first byte over the limit."""
        packing = self.getheader("Content-Encoding", "identity").strip().lower()
        if packing not in ("identity", "gzip", "x-gzip", "deflate"):
            raise SourceNotReachable(_("Het antwoord van dit webadres is niet te lezen."))
        unpack = None if packing == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 32)
        body = bytearray()
        while piece := self._reached(lambda: self.response.read(CHUNK)):
            try:
                body += piece if unpack is None else unpack.decompress(piece, limits.BYTES + 1)
            except zlib.error:
                raise SourceNotReachable(
                    _("Het antwoord van dit webadres is niet te lezen.")
                ) from None
            if len(body) > limits.BYTES or (unpack is not None and unpack.unconsumed_tail):
                raise TooMuch(_("Dit bestand is groter dan 10 MB. Dat is te veel."))
        return bytes(body)

    def _reached(self, step: Callable[[], Result]) -> Result:
        try:
            result = step()
        except (OSError, HTTPException, ValueError) as error:
            if time.monotonic() >= self.deadline or isinstance(error, TimeoutError):
                raise SourceNotReachable(_("Dit webadres antwoordt te langzaam.")) from error
            if isinstance(error, ssl.SSLError):
                raise SourceNotReachable(
                    _("De beveiliging van dit webadres klopt niet.")
                ) from error
            raise SourceNotReachable(_("Dit webadres is niet te bereiken.")) from error
        if time.monotonic() >= self.deadline:
            raise SourceNotReachable(_("Dit webadres antwoordt te langzaam."))
        return result

    def _hang_up(self) -> None:
        """Called by the timer: a socket that is shut wakes whoever waits on it."""
        if self.connection.line is not None:
            with contextlib.suppress(OSError):
                self.connection.line.shutdown(socket.SHUT_RDWR)


def file_name(name: str) -> str:
    """Return the name of an uploaded file as the name of its source."""
    bare = PurePosixPath(unquote(name).replace("\\", "/")).name
    return "".join(c for c in bare if c.isprintable()).strip()[:200] or "agenda"
