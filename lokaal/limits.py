"""How often the same thing may be tried. Counts live in the cache: losing them lets a few more tries through, no more.

Many people share one address in a centre, a library or a block of flats, so limits per address are wide.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lokaal.exceptions import TooOften

Found = TypeVar("Found")


@dataclass(frozen=True)
class Limit:
    """At most so many times in so many seconds, for one who or (without) for everybody together."""

    name: str
    most: int
    seconds: int

    def key(self, who: str) -> str:
        window = int(time.time() // self.seconds)
        return f"limit:{self.name}:{window}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"


def address_of(request: HttpRequest) -> str:
    """Return the address the visitor comes from (behind our own proxies: the one they saw)."""
    return str(get_adapter(request).get_client_ip(request))


def check(limit: Limit, who: str = "") -> None:
    """Raise TooOften when the limit was reached. Counts nothing."""
    if (cache.get(limit.key(who)) or 0) >= limit.most:
        raise TooOften(_("Dit is te vaak geprobeerd. Wacht even, of bel ons."))


def count(limit: Limit, who: str = "") -> None:
    """Count one try."""
    key = limit.key(who)
    if not cache.add(key, 1, timeout=limit.seconds):
        try:
            cache.incr(key)
        except ValueError:  # it expired just now
            cache.add(key, 1, timeout=limit.seconds)


def look_up(find: Callable[[], Found], *wrong: tuple[Limit, str]) -> Found:
    """Find by something that can be guessed. What is wrong is counted; who guesses too often gets TooOften."""
    for limit, who in wrong:
        check(limit, who)
    found = find()
    if found is None:
        for limit, who in wrong:
            count(limit, who)
    return found


def consume(limit: Limit, who: str = "") -> None:
    """Count one try; raise TooOften when it is one too many."""
    check(limit, who)
    count(limit, who)
