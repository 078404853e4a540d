"""Ideas of the neighbourhood: the list, the page of each, and what its owner does with it. A GET changes nothing.

A wish opens as one's own for whoever has its link, its code, or the account it was told with.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import limits, perms
from activities.forms.wishes import AdoptForm, IdeasForm, SupportForm
from activities.idea_cards import cards_of, other_language, state_sign, support_facts
from activities.initiatives import adopting, coaching, finding, pot, supporting, wishing
from activities.models import Happened, Support, Wish, WishState
from activities.models.wish import ON_ITS_WAY
from activities.views.refusing import plain_page, status_of
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.look.qr import qr_svg
from lokaal.pages import get_or_post, is_open, private
from lokaal.people.perms import public, visiting

#: In the session: wishes that were opened with their code.
OPENED_BY_CODE = "wishes_opened_by_code"
PER_PAGE = 30

WishView = Callable[[HttpRequest, Wish, str], HttpResponse]


# For everybody -----------------------------------------------------------------------------------


@public
@require_safe
def wishes(request: HttpRequest) -> HttpResponse:
    """What the neighbourhood wants, what became of it, and whether it can be taken over."""
    form = IdeasForm(request.GET)
    form.is_valid()
    wanted = {name: form.cleaned_data.get(name) for name in form.fields}
    centres = {centre.slug: centre for centre in Centre.objects.open_to_public()}
    found = Wish.objects.shown().for_list()
    if wanted["centre"] in centres:
        found = found.filter(centre=centres[wanted["centre"]])
    if wanted["state"]:
        found = found.filter(state=wanted["state"])
    if wanted["free"]:
        found = found.to_adopt()
    if wanted["q"]:
        found = found.filter(pk__in=finding.wishes_like(wanted["q"]))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    chosen = {name: value for name, value in wanted.items() if value}
    context = {
        "page": page,
        "cards": cards_of(page.object_list),
        "filters": _filters(wanted, centres),
        "q": wanted["q"] or "",
        "kept": [(name, value) for name, value in chosen.items() if name != "q"],
        "has_choices": bool(chosen),
        "query": urlencode({**chosen, **({"free": "1"} if wanted["free"] else {})}),
    }
    return render(request, "activities/wishes/wishes.html", context)


def _filters(wanted: dict[str, Any], centres: dict[str, Centre]) -> SafeString:
    """The questions beside the list, with what was chosen."""
    shown = [(slug, centre.name) for slug, centre in centres.items()]
    states = [(value, str(label).capitalize()) for value, label in WishState.choices]
    questions: list[tuple[str, str, list[tuple[str, str]]]] = [
        (_("Waar?"), "centre", [("", _("Overal")), *shown] if len(shown) > 1 else []),
        (_("Hoe ver is het?"), "state", [("", _("Alles")), *states]),
        (_("Zoek je een idee om mee te beginnen?"), "free", [("1", _("Mag je overnemen"))]),
    ]
    groups = [
        {
            "question": question,
            "name": name,
            "type": "checkbox" if name == "free" else "radio",
            "choices": [
                {"value": value, "label": label, "is_chosen": _is_chosen(wanted[name], value)}
                for value, label in choices
            ],
        }
        for question, name, choices in questions
        if choices
    ]
    keep = [("q", wanted["q"])] if wanted["q"] else []
    context = {"groups": groups, "keep": keep, "action": reverse("activities:wishes")}
    return render_to_string("components/filters.html", context)


def _is_chosen(wanted: Any, value: str) -> bool:
    return (wanted or "") == value if not isinstance(wanted, bool) else wanted


@public
@require_safe
def wish_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One idea: how far it is, what happened, who supports it, and how to."""
    wish = get_object_or_404(Wish.objects.visible_to(request.user).with_page(), pk=pk)
    return _page(request, wish, "")


@public
@get_or_post
def wish_adopt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Going on with an idea that its owner let go."""
    wish = get_object_or_404(Wish.objects.shown().with_page(), pk=pk)
    form = AdoptForm(request.POST if request.method == "POST" else None, visitor=request.user)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            limits.consume(limits.WISH_FROM_ADDRESS, limits.address_of(request))
            adopted = adopting.adopt(
                wish,
                name=form.cleaned_data["name"],
                phone=form.cleaned_data.get("phone", ""),
                email=form.cleaned_data.get("email", ""),
                shows_name=form.cleaned_data["shows_name"],
                person=visiting(request),
                form_token=form.cleaned_data["token"],
                language=get_language() or "nl",
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = status_of(refusal)
        else:
            messages.success(request, _("Dit idee is nu van jou. Fijn dat je verdergaat."))
            return redirect("activities:wish_mine", adopted.wish.pk, adopted.secret)
    elif not wish.is_let_go:
        messages.info(request, _("Iemand gaat hier al mee verder. Je kunt wel meedoen."))
        return redirect(wish)
    context = {"wish": wish, "lang": other_language(wish.language), "form": form}
    return render(request, "activities/wishes/wish_adopt.html", context, status=status)


# For its owner -----------------------------------------------------------------------------------


def for_owner(view: WishView) -> Callable[..., HttpResponse]:
    """Give a view the wish, for its owner alone; anybody else gets a plain sentence. What follows is private."""

    @public
    @functools.wraps(view)
    def guarded(request: HttpRequest, pk: UUID, secret: str = "") -> HttpResponse:
        found = wishing.find_by_secret(pk, secret) if secret else _opened(request, pk)
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


def _opened(request: HttpRequest, pk: UUID) -> Wish | None:
    """The wish, for whoever may open it without its link."""
    found = Wish.objects.with_page().filter(pk=pk).first()
    if found is None:
        return None
    is_theirs = perms.owns_wish(request.user, found) or is_open(request, OPENED_BY_CODE, pk)
    return found if is_theirs else None


@for_owner
@require_safe
def wish_mine(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    """The same page, with what only its owner can do."""
    return _page(request, wish, secret, is_owner=True)


@for_owner
@require_POST
def wish_let_go(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    return _done(
        request,
        wish,
        secret,
        lambda: adopting.let_go(wish, by=_by(request, secret)),
        _("Je laat dit idee los. Een ander mag het overnemen."),
    )


@for_owner
@require_POST
def wish_keep(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    return _done(
        request,
        wish,
        secret,
        lambda: adopting.keep(wish, by=_by(request, secret)),
        _("Fijn. Je gaat er zelf mee verder."),
    )


@for_owner
@require_POST
def wish_come_back(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    return _done(
        request,
        wish,
        secret,
        lambda: coaching.come_back(wish, by=_by(request, secret)),
        _("Wij kijken opnieuw. Je hoort van ons binnen 14 dagen."),
    )


@for_owner
@require_safe
def wish_slip(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    """A slip to print or to photograph: the code, and a QR code of the same."""
    code_page = f"{reverse('activities:code')}?{urlencode({'code': wish.code})}"
    context = {
        "wish": wish,
        "lang": other_language(wish.language),
        "qr": qr_svg(address(wish, secret) if secret else code_page),
        "is_desk": perms.can_coach(request.user, wish),
        "page_url": address(wish, secret),
    }
    return render(request, "activities/wishes/wish_slip.html", context)


def _done(
    request: HttpRequest, wish: Wish, secret: str, act: Callable[[], object], sentence: str
) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, sentence)
    return redirect(address(wish, secret))


def _by(request: HttpRequest, secret: str) -> Any:
    return None if secret else visiting(request)


def address(wish: Wish, secret: str, view: str = "wish_mine") -> str:
    """The address of a page of its owner, with the secret it was asked with."""
    return reverse(f"activities:{view}", args=[wish.pk, secret] if secret else [wish.pk])


def _page(request: HttpRequest, wish: Wish, secret: str, *, is_owner: bool = False) -> HttpResponse:
    is_owner = is_owner or perms.owns_wish(request.user, wish)
    supports = wish.state in supporting.OPEN_TO_SUPPORT and wish.is_shown and not is_owner
    person = visiting(request)
    mine = Support.objects.live().of(person).filter(wish=wish).first() if person else None
    context = {
        "wish": wish,
        "lang": other_language(wish.language),
        "badge": state_sign(wish),
        "support": support_facts(wish),
        "story": story(wish),
        "may_support": supports,
        "my_support": mine,
        "support_form": SupportForm(visitor=request.user) if supports and mine is None else None,
        "is_owner": is_owner,
        "may_coach": perms.can_coach(request.user, wish),
        "can_be_let_go": wish.state in adopting.CAN_BE_LET_GO,
        "answers_by": wish.answer_by
        if not wish.is_answered and wish.state == WishState.LISTENING
        else None,
        "is_on_its_way": wish.state in ON_ITS_WAY,
        "let_go_url": address(wish, secret, "wish_let_go"),
        "keep_url": address(wish, secret, "wish_keep"),
        "come_back_url": address(wish, secret, "wish_come_back"),
        "slip_url": address(wish, secret, "wish_slip"),
        "plan_url": address(wish, secret, "wish_plan")
        if is_owner or perms.can_plan(request.user, wish)
        else "",
        "pot_line": pot.public_line(wish),
    }
    return render(request, "activities/wishes/wish_page.html", context)


def story(wish: Wish) -> list[dict[str, Any]]:
    """What happened with a wish, as lines: the day, a sentence, and what was said with it."""
    lines: list[dict[str, Any]] = [{"at": wish.created_at, "text": _("Iemand vertelt dit idee.")}]
    for moment in wish.moments.all():
        words = {
            Happened.COACHED: _("%(name)s begeleidt het.") % {"name": moment.note},
            Happened.ANSWERED: _("Het huis geeft antwoord."),
            Happened.LET_GO: _("Wie het vertelde, gaat er niet mee door."),
            Happened.ADOPTED: _("Iemand anders gaat ermee verder."),
            Happened.CAME_BACK: _("Het idee komt terug."),
            Happened.BECAME: _became(moment.state),
        }
        note = "" if moment.what == Happened.COACHED else moment.note
        lines.append({"at": moment.at, "text": words[Happened(moment.what)], "note": note})
    return lines


def _became(state: str) -> str:
    sentences = {
        WishState.LISTENING: _("Wij luisteren."),
        WishState.PLANNING: _("Samen een plan maken."),
        WishState.TRYING: _("Wij proberen het uit."),
        WishState.LOOKING_BACK: _("Wij kijken terug."),
        WishState.KEPT: _("Het blijft."),
        WishState.ADAPTED: _("Het gaat verder in een andere vorm."),
        WishState.STOPPED: _("Het stopt. Wat wij leerden, bewaren we."),
        WishState.NOT_NOW: _("Het kan nu niet."),
    }
    return sentences[WishState(state)]
