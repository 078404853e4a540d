"""How pages are asked for, and what holds for those that are somebody's own and open without an account."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

#: For this long what was looked up with a code stays open in the same browser: long enough to change it.
SECONDS_OPEN = 30 * 60

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def private(response: HttpResponse) -> HttpResponse:
    """Never stored, never found by search engines.

    The referrer goes to our own pages only, by SECURE_REFERRER_POLICY; "no-referrer" would make browsers send
    `Origin: null`, which the CSRF check refuses.
    """
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def open_for_a_while(request: HttpRequest, what: str, pk: UUID) -> None:
    """Let this browser open one of a kind (`what`, a name in the session) without its link for half an hour."""
    opened = request.session.get(what, {})
    opened[str(pk)] = int(timezone.now().timestamp())
    request.session[what] = opened


def is_open(request: HttpRequest, what: str, pk: UUID) -> bool:
    """Whether this browser may open it without its link now."""
    opened_at = request.session.get(what, {}).get(str(pk), 0)
    return timezone.now().timestamp() - opened_at < SECONDS_OPEN
