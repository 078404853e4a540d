"""I come, I help, I organise along: without an account and without JavaScript. A GET changes nothing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import limits, perms
from activities.exceptions import AlreadySupports
from activities.forms.wishes import ChangeSupportForm, SupportForm
from activities.idea_cards import other_language
from activities.initiatives import supporting
from activities.models import Support, SupportKind, Wish
from activities.views.refusing import plain_page, status_of
from lokaal.exceptions import Refusal
from lokaal.look.qr import qr_svg
from lokaal.pages import get_or_post, is_open, private
from lokaal.people.perms import public, signed_in, visiting

#: In the session: supports that were opened with their code.
OPENED_BY_CODE = "supports_opened_by_code"

SupportView = Callable[[HttpRequest, Support, str], HttpResponse]


@public
@get_or_post
def support_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form of the page of a wish is sent here, and comes back on a page of its own when something is missing."""
    wish = get_object_or_404(Wish.objects.visible_to(request.user).with_page(), pk=pk)
    form = SupportForm(
        request.POST if request.method == "POST" else None,
        visitor=request.user,
        initial=_asked(request),
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            limits.consume(limits.JOIN_FROM_ADDRESS, limits.address_of(request))
            if form.contact:
                limits.consume(limits.JOIN_WITH_CONTACT, form.contact)
            supported = supporting.support(
                wish,
                kind=form.cleaned_data["kind"],
                name=form.cleaned_data["name"],
                phone=form.cleaned_data.get("phone", ""),
                email=form.cleaned_data.get("email", ""),
                person=visiting(request),
                form_token=form.cleaned_data["token"],
                language=get_language() or "nl",
            )
        except AlreadySupports as refusal:
            return _already(request, refusal.support)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = status_of(refusal)
        else:
            if not supported.secret and supported.support.person_id is None:
                return _already(request, supported.support)
            return redirect(address(supported.support, supported.secret))
    context = {"wish": wish, "lang": other_language(wish.language), "form": form}
    return render(request, "activities/wishes/support_new.html", context, status=status)


def _asked(request: HttpRequest) -> dict[str, Any]:
    kind = request.GET.get("kind", "")
    return {"kind": kind} if kind in SupportKind.values else {}


def _already(request: HttpRequest, found: Support) -> HttpResponse:
    """Answer kindly. A stranger who knows a name and a number learns no code, no link and no address here."""
    if request.user.is_authenticated and found.person_id == request.user.pk:
        return redirect("activities:support", found.pk)
    supporting.remind(found)
    return plain_page(
        request,
        status=200,
        heading=_("Je doet al mee"),
        sentence=_("Iets veranderen? Dat kan met je link of je code."),
    )


def for_supporter(view: SupportView) -> Callable[..., HttpResponse]:
    """Give a view the support, for whoever may open it; anybody else gets a plain sentence. What follows is private."""

    @public
    @functools.wraps(view)
    def guarded(request: HttpRequest, pk: UUID, secret: str = "") -> HttpResponse:
        found = supporting.find_by_secret(pk, secret) if secret else _opened(request, pk)
        if found is None:
            return private(
                plain_page(
                    request,
                    status=404,
                    heading=_("Deze link werkt niet"),
                    sentence=_("Misschien mist een stuk van de link. Heb je een code? Vul die in."),
                )
            )
        return private(view(request, found, secret))

    return guarded


def _opened(request: HttpRequest, pk: UUID) -> Support | None:
    found = Support.objects.with_page().filter(pk=pk).first()
    if found is None:
        return None
    is_theirs = request.user.is_authenticated and found.person_id == request.user.pk
    by_desk = perms.can_coach(request.user, found.wish)
    return found if is_theirs or by_desk or is_open(request, OPENED_BY_CODE, pk) else None


@for_supporter
@require_safe
def support(request: HttpRequest, found: Support, secret: str) -> HttpResponse:
    """What you do for an idea, and how to change it or take it back."""
    return _page(request, found, secret)


@for_supporter
@require_POST
def support_change(request: HttpRequest, found: Support, secret: str) -> HttpResponse:
    form = ChangeSupportForm(request.POST)
    if form.is_valid():
        try:
            supporting.change(found, form.cleaned_data["kind"])
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Dat is veranderd."))
        return redirect(address(found, secret))
    return _page(request, found, secret, form=form)


@for_supporter
@require_POST
def support_take_back(request: HttpRequest, found: Support, secret: str) -> HttpResponse:
    supporting.take_back(found)
    return redirect(address(found, secret))


def support_claim(request: HttpRequest, pk: UUID, secret: str = "") -> HttpResponse:
    """Put it on the account of who has signed in: whoever organises along keeps the plan with it."""
    found = supporting.find_by_secret(pk, secret) if secret else _opened(request, pk)
    if request.method != "POST" or found is None:
        return redirect("activities:wishes")
    try:
        supporting.claim(found, signed_in(request))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Dit staat nu op je eigen pagina."))
    return redirect(found.wish)


@for_supporter
@require_safe
def support_slip(request: HttpRequest, found: Support, secret: str) -> HttpResponse:
    """A slip to print or to photograph: the code, and a QR code of the same."""
    code_page = f"{reverse('activities:code')}?code={found.code}"
    context = {
        "support": found,
        "wish": found.wish,
        "lang": other_language(found.wish.language),
        "qr": qr_svg(address(found, secret) if secret else code_page),
        "page_url": address(found, secret),
    }
    return render(request, "activities/wishes/support_slip.html", context)


def address(found: Support, secret: str, view: str = "support") -> str:
    """The address of a page of a support, with the secret it was asked with."""
    return reverse(f"activities:{view}", args=[found.pk, secret] if secret else [found.pk])


def _page(
    request: HttpRequest, found: Support, secret: str, *, form: ChangeSupportForm | None = None
) -> HttpResponse:
    context = {
        "support": found,
        "wish": found.wish,
        "lang": other_language(found.wish.language),
        "form": form or ChangeSupportForm(initial={"kind": found.kind}),
        "may_claim": request.user.is_authenticated and found.person_id is None,
        "change_url": address(found, secret, "support_change"),
        "take_back_url": address(found, secret, "support_take_back"),
        "claim_url": address(found, secret, "support_claim"),
        "slip_url": address(found, secret, "support_slip"),
    }
    return render(request, "activities/wishes/support.html", context)
