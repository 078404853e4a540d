"""The menu, ordering to pick up, and eating along: without an account and without JavaScript. A GET changes nothing.

An order and a place at the table open for whoever has the link, or the code, or works in the kitchen.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lokaal import limits
from lokaal.centres.models import Centre
from lokaal.centres.photos import photo_response
from lokaal.exceptions import Refusal, TooOften
from lokaal.limits import Limit
from lokaal.look.qr import qr_svg
from lokaal.pages import get_or_post, is_open, open_for_a_while, private
from lokaal.people.perms import may_pass, public, visiting
from venue import perms
from venue.emails.kitchen import reaches_by_message
from venue.exceptions import (
    AlreadyAtTable,
    CannotBeOrdered,
    KitchenFull,
    NotNow,
    TableFull,
    TooLate,
)
from venue.food import allergens, catering, meals
from venue.forms.menu import LunchForm, MealJoinForm, OrderCodeForm
from venue.models import CateringOrder, Course, Dish, MealGuest, OrderKind

MEALS_SHOWN = 6
#: In the session: what was opened with its code.
OPENED_BY_CODE = "orders_opened_by_code"

ORDER_FROM_ADDRESS = Limit("catering_order", most=60, seconds=600)
ORDER_WITH_CONTACT = Limit("catering_contact", most=20, seconds=3600)
WRONG_CODE_FROM_ADDRESS = Limit("catering_code_address", most=20, seconds=900)
WRONG_CODE_ANYWHERE = Limit("catering_code_all", most=300, seconds=3600)

STATUS_OF = {
    TooOften: 429,
    KitchenFull: 409,
    TableFull: 409,
    TooLate: 409,
    NotNow: 409,
    CannotBeOrdered: 409,
    AlreadyAtTable: 409,
}

Row = TypeVar("Row", CateringOrder, MealGuest)


# The card -----------------------------------------------------------------------------------------


@public
@require_safe
def menu(request: HttpRequest) -> HttpResponse:
    """What there is to eat and drink, what it costs, what is in it; and the meals that one can join."""
    centres = _centres_with_menu()
    chosen = _chosen(request, centres)
    dishes = list(Dish.objects.on_menu(chosen).with_card()) if chosen else []
    rows = [
        {"dish": row.dish, "facts": row.facts} | _words(row.dish) for row in _matrix(dishes).rows
    ]
    context = {
        "centres": centres,
        "chosen": chosen,
        "courses": _by_course(rows),
        "meals": _meals(chosen),
        "can_order": any(dish.is_for_lunch and _has_price(dish) for dish in dishes),
        "matrix": _matrix(dishes),
    }
    return render(request, "venue/menu.html", context)


@public
@require_safe
def menu_allergens(request: HttpRequest) -> HttpResponse:
    """The card against the fourteen allergens, to print and hang up (A4, landscape)."""
    centres = _centres_with_menu()
    chosen = _chosen(request, centres)
    dishes = list(Dish.objects.on_menu(chosen).with_card()) if chosen else []
    context = {
        "centres": centres,
        "chosen": chosen,
        "matrix": _matrix(dishes),
        "day": timezone.localdate(),
    }
    return render(request, "venue/menu_allergens.html", context)


@public
@require_safe
def dish_photo(request: HttpRequest, name: str) -> FileResponse:
    return photo_response(Dish, name)


# Ordering to pick up ------------------------------------------------------------------------------


@public
@get_or_post
def order_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose, say when and who you are; then there is a code."""
    centre = get_object_or_404(Centre.objects.open_to_public(), slug=slug)
    dishes = list(Dish.objects.on_menu(centre).filter(is_for_lunch=True).with_prices())
    form = LunchForm(request.POST or None, centre=centre, dishes=dishes, visitor=request.user)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            limits.consume(ORDER_FROM_ADDRESS, limits.address_of(request))
            if form.contact:
                limits.consume(ORDER_WITH_CONTACT, form.contact)
            placed = catering.order(
                centre=centre,
                serving_at=form.serving_at,
                wishes=form.wishes(),
                name=form.cleaned_data["name"],
                phone=form.cleaned_data.get("phone", ""),
                email=form.cleaned_data.get("email", ""),
                person=visiting(request),
                form_token=form.cleaned_data["token"],
                language=get_language() or "nl",
            )
        except Refusal as refusal:
            field = "moment" if isinstance(refusal, KitchenFull | TooLate) else None
            form.add_error(field, refusal.message)
            status = STATUS_OF.get(type(refusal), 400)
        else:
            if placed.secret:
                return redirect("venue:order", placed.order.pk, placed.secret)
            return redirect("venue:order_code")
    context = {"centre": centre, "form": form}
    return render(request, "venue/menu_order.html", context, status=status)


def for_holder(
    find: Callable[[UUID, str], Row | None], opened: Callable[[HttpRequest, UUID], Row | None]
) -> Callable[[Callable[[HttpRequest, Row, str], HttpResponse]], Callable[..., HttpResponse]]:
    """Give a view the row, for whoever may open it; anybody else gets a plain sentence. What follows is private."""

    def guard(
        view: Callable[[HttpRequest, Row, str], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @public
        @functools.wraps(view)
        def guarded(request: HttpRequest, pk: UUID, secret: str = "") -> HttpResponse:
            found = find(pk, secret) if secret else opened(request, pk)
            if found is None:
                response = render(request, "venue/menu_no_such_order.html", status=404)
            else:
                response = view(request, found, secret)
            return private(response)

        return guarded

    return guard


def _works_in_kitchen(request: HttpRequest, centre_id: UUID) -> bool:
    user = request.user
    return (
        user.is_authenticated
        and user.is_active
        and user.holds(*perms.KITCHEN_ROLES, centre_id=centre_id)
        and may_pass(request)
    )


def _opened_order(request: HttpRequest, pk: UUID) -> CateringOrder | None:
    rows = CateringOrder.objects.with_page().with_words().filter(kind=OrderKind.PICK_UP)
    found = rows.filter(pk=pk).first()
    if found is None:
        return None
    own = request.user.is_authenticated and found.person_id == request.user.pk
    may = own or is_open(request, OPENED_BY_CODE, pk) or _works_in_kitchen(request, found.centre_id)
    return found if may else None


def _opened_guest(request: HttpRequest, pk: UUID) -> MealGuest | None:
    found = MealGuest.objects.with_page().filter(pk=pk).first()
    if found is None:
        return None
    own = request.user.is_authenticated and found.person_id == request.user.pk
    may = (
        own
        or is_open(request, OPENED_BY_CODE, pk)
        or _works_in_kitchen(request, found.order.centre_id)
    )
    return found if may else None


_for_order = for_holder(catering.find_by_secret, _opened_order)
_for_guest = for_holder(meals.find_by_secret, _opened_guest)


@_for_order
@require_safe
def order(request: HttpRequest, found: CateringOrder, secret: str) -> HttpResponse:
    return render(request, "venue/menu_ordered.html", _order_context(found, secret))


@_for_order
@require_POST
def order_cancel(request: HttpRequest, found: CateringOrder, secret: str) -> HttpResponse:
    try:
        catering.cancel(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(_address("order", found.pk, secret))


@_for_order
@require_safe
def order_slip(request: HttpRequest, found: CateringOrder, secret: str) -> HttpResponse:
    """A slip to print or to photograph: the code, and a QR code of the same."""
    page = _address("order", found.pk, secret) if secret else reverse("venue:order_code")
    context = _order_context(found, secret) | {"qr": qr_svg(page)}
    return render(request, "venue/menu_order_slip.html", context)


@public
@get_or_post
def order_code(request: HttpRequest) -> HttpResponse:
    """Somebody has a slip. The code opens the order, or the place at the table, in this browser for half an hour."""
    form = OrderCodeForm(request.POST or None, initial=request.GET.dict())
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            found = _found_by_code(request, form.cleaned_data["code"])
        except TooOften as refusal:
            form.add_error("code", refusal.message)
            status = 429
        else:
            if found is not None:
                open_for_a_while(request, OPENED_BY_CODE, found.pk)
                name = "meal_guest" if isinstance(found, MealGuest) else "order"
                return redirect(_address(name, found.pk, ""))
            form.add_error("code", _("Deze code kennen wij niet. Kijk nog eens goed, of bel ons."))
            status = 404
    return render(request, "venue/menu_code.html", {"form": form}, status=status)


def _found_by_code(request: HttpRequest, typed: str) -> CateringOrder | MealGuest | None:
    """Look a code up. Wrong ones are counted; who guesses too often may not look for a while."""
    return limits.look_up(
        lambda: catering.find_by_code(typed) or meals.find_by_code(typed),
        (WRONG_CODE_FROM_ADDRESS, limits.address_of(request)),
        (WRONG_CODE_ANYWHERE, ""),
    )


# Eating along -------------------------------------------------------------------------------------


@public
@get_or_post
def meal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A meal of the neighbourhood: what, when, how many places; and joining it."""
    rows = CateringOrder.objects.with_recipes().with_words()
    found = get_object_or_404(rows.filter(kind=OrderKind.MEAL), pk=pk)
    form = MealJoinForm(request.POST or None, visitor=request.user)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            limits.consume(ORDER_FROM_ADDRESS, limits.address_of(request))
            if form.contact:
                limits.consume(ORDER_WITH_CONTACT, form.contact)
            joined = meals.join(
                found,
                name=form.cleaned_data["name"],
                phone=form.cleaned_data.get("phone", ""),
                email=form.cleaned_data.get("email", ""),
                companions=form.cleaned_data["companions"],
                needs=form.needs(),
                person=visiting(request),
                form_token=form.cleaned_data["token"],
                language=get_language() or "nl",
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = STATUS_OF.get(type(refusal), 400)
            found.refresh_from_db(fields=["places_taken", "state"])
        else:
            if joined.secret:
                return redirect("venue:meal_guest", joined.guest.pk, joined.secret)
            return redirect("venue:order_code")
    context = {"meal": found, "form": form, "closed": meals.why_closed(found)} | _eaten(found)
    return render(request, "venue/menu_meal.html", context, status=status)


@_for_guest
@require_safe
def meal_guest(request: HttpRequest, found: MealGuest, secret: str) -> HttpResponse:
    return render(request, "venue/menu_guest.html", _guest_context(found, secret))


@_for_guest
@require_POST
def meal_guest_leave(request: HttpRequest, found: MealGuest, secret: str) -> HttpResponse:
    try:
        meals.leave(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(_address("meal_guest", found.pk, secret))


@_for_guest
@require_safe
def meal_guest_slip(request: HttpRequest, found: MealGuest, secret: str) -> HttpResponse:
    page = _address("meal_guest", found.pk, secret) if secret else reverse("venue:order_code")
    context = _guest_context(found, secret) | {"qr": qr_svg(page)}
    return render(request, "venue/menu_guest_slip.html", context)


# --------------------------------------------------------------------------------------------------


def _order_context(found: CateringOrder, secret: str) -> dict[str, Any]:
    language = get_language() or "nl"
    return {
        "order": found,
        "centre": found.centre,
        "lines": [
            {"line": line, "name": line.dish.words("name", language)[0]}
            for line in found.lines.all()
        ],
        "channel": reaches_by_message(found),
        "cancel_until": catering.cancel_until(found) if found.is_live else None,
        "can_cancel": found.is_live and timezone.now() <= catering.cancel_until(found),
        "page_url": _address("order", found.pk, secret),
        "cancel_url": _address("order_cancel", found.pk, secret),
        "slip_url": _address("order_slip", found.pk, secret),
    }


def _guest_context(found: MealGuest, secret: str) -> dict[str, Any]:
    return {
        "guest": found,
        "meal": found.order,
        "centre": found.order.centre,
        "channel": reaches_by_message(found),
        "page_url": _address("meal_guest", found.pk, secret),
        "leave_url": _address("meal_guest_leave", found.pk, secret),
        "slip_url": _address("meal_guest_slip", found.pk, secret),
    }


def _address(view: str, pk: UUID, secret: str) -> str:
    return reverse(f"venue:{view}", args=[pk, secret] if secret else [pk])


def _centres_with_menu() -> list[Centre]:
    return list(Centre.objects.open_to_public().filter(dishes__is_on_menu=True).distinct())


def _chosen(request: HttpRequest, centres: list[Centre]) -> Centre | None:
    wanted = request.GET.get("centre", "")
    return next((c for c in centres if c.slug == wanted), centres[0] if centres else None)


def _matrix(dishes: list[Dish]) -> allergens.Matrix:
    order_of_courses = list(Course)
    return allergens.matrix(sorted(dishes, key=lambda d: order_of_courses.index(Course(d.course))))


def _by_course(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    groups = groupby(rows, key=lambda row: row["dish"].course)
    return [(str(Course(course).label).capitalize(), list(found)) for course, found in groups]


def _words(dish: Dish) -> dict[str, str]:
    language = get_language() or "nl"
    name, name_language = dish.words("name", language)
    about, about_language = dish.words("description", language)
    photo, photo_language = dish.words("photo_description", language)
    return {
        "name": name,
        "name_language": name_language,
        "about": about,
        "about_language": about_language,
        "photo_words": photo,
        "photo_language": photo_language,
    }


def _meals(centre: Centre | None) -> list[CateringOrder]:
    if centre is None:
        return []
    return list(CateringOrder.objects.meals_ahead().filter(centre=centre)[:MEALS_SHOWN])


def _eaten(found: CateringOrder) -> dict[str, Any]:
    """What is eaten at a meal, what is in it, and what one pays."""
    language = get_language() or "nl"
    lines = list(found.lines.all())
    return {
        "dishes": [
            {
                "name": line.dish.words("name", language)[0],
                "facts": allergens.facts_of(line.recipe),
            }
            for line in lines
        ],
        "price_cents": sum(line.unit_price_cents for line in lines if line.is_per_person),
    }


def _has_price(dish: Dish) -> bool:
    return getattr(dish, "price_cents", None) is not None
