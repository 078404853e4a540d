"""Pages about oneself: details, the second factor of staff, and the doors of demo mode."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lokaal.next_page import next_page
from lokaal.people import demo_sign_in as demo
from lokaal.people import second_factor as factor
from lokaal.people.forms import MyDetailsForm
from lokaal.people.perms import public, signed_in

#: Where a member of staff was going when the second factor was asked; kept while it is being set up.
NEXT = "second_factor_next"


def my_details(request: HttpRequest) -> HttpResponse:
    """Name, phone, and in which language and by which way messages come."""
    form = MyDetailsForm(request.POST or None, instance=signed_in(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Het is veranderd."))
        return redirect("portal:my_page")
    return render(request, "people/my_details.html", {"form": form})


@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why staff show twice who they are, and the way to do it. Leads on to where they were going."""
    if wanted := next_page(request):
        request.session[NEXT] = wanted
    if factor.is_passed(request):
        return redirect(request.session.pop(NEXT, reverse("portal:my_page")))
    context = {"is_set_up": factor.is_set_up(signed_in(request)), "here": request.path}
    return render(request, "people/second_factor.html", context)


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Close every session of the person, this one too."""
    signed_in(request).close_sessions()
    logout(request)
    messages.success(request, _("Je bent overal uitgelogd."))
    return redirect("portal:home")


@public
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Carry on as an invented person. Exists in demo mode only, for a browser on this machine only."""
    if not demo.is_possible(request):
        raise PermissionDenied
    person = demo.find(request.POST.get("key", ""))
    if person is None:
        messages.error(request, _("Wij kennen deze mens niet. Kies iemand anders."))
        return redirect("account_request_login_code")
    logout(request)
    login(request, person, backend="lokaal.people.backends.HouseBackend")
    return redirect(next_page(request) or "portal:my_page")
