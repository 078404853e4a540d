"""Where a visitor was going: the address that a page or a form takes along while something else is asked first."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def next_page(request: HttpRequest) -> str:
    """Return the address in `next`, of the form or else of the page; empty for none, and for a page of somebody else.

    Nobody is ever sent from our pages to those of a stranger.
    """
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else ""
