"""Closed for maintenance: a file named `maintenance` in the data folder shuts the door, its removal opens it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import add_never_cache_headers

#: Seconds after which a browser or search engine may try again.
RETRY_AFTER = 300


class MaintenanceMiddleware:
    """Answers 503 to everything while the file is there. Needs no database and no session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (settings.DATA_DIR / "maintenance").exists():
            return self.get_response(request)
        with translation.override(translation.get_language_from_request(request, check_path=True)):
            response = HttpResponse(render_to_string("maintenance.html"), status=503)
        response["Retry-After"] = str(RETRY_AFTER)
        add_never_cache_headers(response)
        return response
