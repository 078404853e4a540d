"""The kitchen: today and the coming days, one order, planning meals, how much the kitchen can make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lokaal import local_time
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.look.formats import relative_day
from lokaal.next_page import next_page
from lokaal.pages import get_or_post
from lokaal.people.models import Person
from lokaal.people.perms import signed_in, staff_required
from venue import perms
from venue.food import catering, food_safety, kitchen, kitchen_sheet, meals
from venue.food.catering import Wish
from venue.forms.kitchen import (
    CancelOrderForm,
    CapacityForm,
    DeskOrderForm,
    LinesForm,
    MealForm,
    MoveOrderForm,
    OpenKitchenForm,
    OrderNeedsForm,
    PeopleForm,
    PlacesForm,
    UseOrderForm,
    day_initial,
)
from venue.forms.menu import counts_of
from venue.models import CateringOrder, Dish, Need, OrderKind, OrderState, Use

DAYS_SHOWN = 7
FURTHEST = timedelta(days=730)

kitchen_staff = staff_required(*perms.KITCHEN_ROLES)


# Today and the coming days ------------------------------------------------------------------------


@kitchen_staff
@require_safe
def kitchen_page(request: HttpRequest) -> HttpResponse:
    """What to make, for when and whom; what waits for an answer; what the log still asks."""
    centres, chosen = centres_of(request)
    today = timezone.localdate()
    day = chosen_day(request)
    ahead = list(
        CateringOrder.objects.filter(centre=chosen).coming_or_waiting(
            local_time.day_starts_at(today),
            local_time.day_starts_at(today + timedelta(days=DAYS_SHOWN)),
        )
    )
    log = food_safety.open_lines(chosen)
    context = {
        "centres": centres,
        "chosen": chosen,
        "day": day,
        "heading": relative_day(day),
        "sheet": kitchen_sheet.day_sheets([chosen], day)[0],
        "days": _days(chosen, ahead, today, day),
        "asked": [order for order in ahead if order.state == OrderState.ASKED],
        "decisions": [o for o in ahead if o.is_live and o.wanted_serving_at is not None],
        "alerts": len(log.alerts),
        "coolings": log.coolings,
        "waiting": food_safety.how_many_wait(food_safety.due(chosen)),
        "here": request.get_full_path(),
    }
    return render(request, "venue/kitchen/kitchen.html", context)


@kitchen_staff
@require_safe
def kitchen_day_sheet(request: HttpRequest) -> HttpResponse:
    """The day on paper: times, rooms, numbers, ingredients added up, the matrix of that day."""
    centres, chosen = centres_of(request)
    day = chosen_day(request)
    sheet = kitchen_sheet.day_sheets([chosen], day)[0]
    context = {
        "centres": centres,
        "chosen": chosen,
        "day": day,
        "sheet": sheet,
        "now": timezone.now(),
    }
    return render(request, "venue/kitchen/day_sheet.html", context)


def _days(
    centre: Centre, orders: Iterable[CateringOrder], today: date, chosen: date
) -> list[dict[str, Any]]:
    """The coming days, and how many orders each has."""
    counts = Counter(timezone.localdate(order.serving_at) for order in orders)
    return [
        {
            "day": day,
            "url": f"{reverse('venue:kitchen')}?{urlencode({'centre': centre.slug, 'day': str(day)})}",
            "count": counts[day],
            "is_chosen": day == chosen,
        }
        for day in (today + timedelta(days=number) for number in range(DAYS_SHOWN))
    ]


# One order ----------------------------------------------------------------------------------------


@kitchen_staff
@require_safe
def kitchen_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One order: what, for whom, what happened, and all that can be done with it."""
    order = order_of(request, pk, with_recipes=True)
    sheet = kitchen_sheet.sheet_of(order.centre, timezone.localdate(order.serving_at), [order])
    context = {
        "order": order,
        "one": sheet.orders[0],
        "ingredients": sheet.ingredients,
        "events": order.events.select_related("by"),
        "guests": order.guests.live() if order.kind == OrderKind.MEAL else [],
        "contact": order.phone or order.email,
        "can_invoice": _can_invoice(signed_in(request), order),
    }
    return render(request, "venue/kitchen/order.html", context)


def _can_invoice(person: Person, order: CateringOrder) -> bool:
    """Whether this person makes invoices here, and the order was agreed. Guests of a meal pay at the table."""
    is_agreed = order.state not in (OrderState.ASKED, OrderState.CANCELLED)
    makes = person.holds(*perms.MONEY_ROLES, centre_id=order.centre_id)
    return makes and is_agreed and order.kind != OrderKind.MEAL


ACTS: dict[str, tuple[Callable[..., CateringOrder], Any]] = {
    "accept": (catering.accept, lambda: _("Afgesproken. Wie bestelde, krijgt bericht.")),
    "ready": (catering.ready, lambda: _("Klaar.")),
    "not-ready": (catering.not_ready, lambda: _("Staat weer op: nog maken.")),
    "served": (catering.served, lambda: _("Opgediend.")),
}


@kitchen_staff
@require_POST
def kitchen_order_act(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """One tap: agreed, ready, not ready after all, served."""
    if act not in ACTS:
        raise Http404
    order = order_of(request, pk)
    action, told = ACTS[act]
    try:
        action(order, by=signed_in(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told())
    return redirect(next_page(request) or reverse("venue:kitchen_order", args=[pk]))


def _changing(
    request: HttpRequest,
    order: CateringOrder,
    form: Form,
    act: Callable[[], object],
    *,
    heading: str,
    told: str,
    button: str,
    template: str = "venue/kitchen/order_change.html",
    is_danger: bool = False,
) -> HttpResponse:
    """Show a form about an order, or do what it says and go back to the order."""
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, told)
            return redirect("venue:kitchen_order", order.pk)
    context = {
        "order": order,
        "form": form,
        "heading": heading,
        "button": button,
        "is_danger": is_danger,
    }
    return render(request, template, context, status=status)


@kitchen_staff
@get_or_post
def kitchen_order_people(request: HttpRequest, pk: UUID) -> HttpResponse:
    order = order_of(request, pk)
    form = PeopleForm(request.POST or None, initial={"people": order.heads})
    return _changing(
        request,
        order,
        form,
        lambda: catering.set_people(
            order,
            form.cleaned_data["people"],
            is_final=form.cleaned_data["is_final"],
            by=signed_in(request),
            reason=form.cleaned_data["reason"],
        ),
        heading=_("Met hoeveel mensen?"),
        told=_("Het aantal is veranderd."),
        button=_("Bewaar het aantal"),
    )


@kitchen_staff
@get_or_post
def kitchen_order_needs(request: HttpRequest, pk: UUID) -> HttpResponse:
    order = order_of(request, pk)
    known = {Need(row.need): row.count for row in order.needs.all()}
    form = OrderNeedsForm(request.POST or None, initial_needs=known)
    return _changing(
        request,
        order,
        form,
        lambda: catering.set_needs(order, form.needs(), by=signed_in(request)),
        heading=_("Hoeveel mensen eten iets niet?"),
        told=_("De eetwensen zijn veranderd."),
        button=_("Bewaar"),
        template="venue/kitchen/order_needs.html",
    )


@kitchen_staff
@get_or_post
def kitchen_order_lines(request: HttpRequest, pk: UUID) -> HttpResponse:
    order = order_of(request, pk)
    known = {line.dish_id: line for line in order.lines.all()}
    on = timezone.localdate(order.serving_at)
    dishes = list(Dish.objects.on_menu(order.centre).with_prices(on))
    form = LinesForm(request.POST or None, dishes=dishes, initial_counts=counts_of(order))

    def act() -> CateringOrder:
        wishes = [
            Wish(w.dish, w.count, is_per_person=_still_per_person(known.get(w.dish.pk), w.count))
            for w in form.wishes()
        ]
        return catering.change_lines(
            order, wishes, by=signed_in(request), reason=form.cleaned_data["reason"]
        )

    return _changing(
        request,
        order,
        form,
        act,
        heading=_("Wat en hoeveel?"),
        told=_("De bestelling is veranderd."),
        button=_("Bewaar"),
        template="venue/kitchen/order_lines.html",
    )


def _still_per_person(line: Any, count: int) -> bool:
    """One per person as long as nobody wrote down another number."""
    return line is not None and line.is_per_person and line.count == count


@kitchen_staff
@get_or_post
def kitchen_order_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    order = order_of(request, pk)
    form = MoveOrderForm(request.POST or None, initial=day_initial(order))
    return _changing(
        request,
        order,
        form,
        lambda: catering.move(
            order, form.moment, by=signed_in(request), reason=form.cleaned_data["reason"]
        ),
        heading=_("Naar welke dag en tijd?"),
        told=_("Verplaatst. Wie bestelde, krijgt bericht."),
        button=_("Verplaats"),
    )


@kitchen_staff
@get_or_post
def kitchen_order_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    order = order_of(request, pk)
    form = CancelOrderForm(request.POST or None)
    return _changing(
        request,
        order,
        form,
        lambda: catering.cancel(order, by=signed_in(request), reason=form.cleaned_data["reason"]),
        heading=_("Deze bestelling afzeggen?"),
        told=_("Afgezegd. Wie bestelde, krijgt bericht."),
        button=_("Zeg af"),
        is_danger=True,
    )


@kitchen_staff
@get_or_post
def kitchen_order_places(request: HttpRequest, pk: UUID) -> HttpResponse:
    order = order_of(request, pk)
    if order.kind != OrderKind.MEAL:
        raise Http404
    form = PlacesForm(request.POST or None, initial={"places": order.places})
    return _changing(
        request,
        order,
        form,
        lambda: meals.set_places(order, form.cleaned_data["places"], by=signed_in(request)),
        heading=_("Hoeveel plekken aan tafel?"),
        told=_("Het aantal plekken is veranderd."),
        button=_("Bewaar"),
    )


# New orders ---------------------------------------------------------------------------------------


@kitchen_staff
@get_or_post
def kitchen_order_new(request: HttpRequest) -> HttpResponse:
    """Somebody rings or stands at the counter."""
    centres, chosen = centres_of(request)
    dishes = list(Dish.objects.on_menu(chosen).with_prices())
    form = DeskOrderForm(request.POST or None, dishes=dishes, initial={"day": timezone.localdate()})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            placed = catering.order(
                centre=chosen,
                serving_at=form.moment,
                wishes=form.wishes(),
                name=form.cleaned_data["name"],
                phone=form.cleaned_data["phone"],
                form_token=form.cleaned_data["token"],
                language=get_language() or "nl",
                by=signed_in(request),
                reason=form.cleaned_data["reason"],
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("De bestelling staat erin."))
            if placed.secret:
                return redirect("venue:order_slip", placed.order.pk, placed.secret)
            return redirect("venue:kitchen_order", placed.order.pk)
    context = {"centres": centres, "chosen": chosen, "form": form}
    return render(request, "venue/kitchen/order_new.html", context, status=status)


@kitchen_staff
@get_or_post
def kitchen_use_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Food with a room or an activity."""
    here = perms.centres_for(signed_in(request), *perms.KITCHEN_ROLES)
    rows = Use.objects.shown().with_place().filter(centre__in=here)
    use = get_object_or_404(rows, pk=pk)
    on = timezone.localdate(use.starts_at)
    dishes = list(Dish.objects.on_menu(use.centre).with_prices(on))
    initial = {"time": timezone.localtime(use.starts_at).time(), "people": use.people}
    form = UseOrderForm(request.POST or None, dishes=dishes, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        per_person = form.cleaned_data["per_person"]
        try:
            placed = catering.order(
                centre=use.centre,
                use=use,
                serving_at=use.moment_at(form.cleaned_data["time"]),
                people=form.cleaned_data["people"],
                wishes=[Wish(w.dish, w.count, is_per_person=per_person) for w in form.wishes()],
                needs=form.needs(),
                form_token=form.cleaned_data["token"],
                by=signed_in(request),
                reason=form.cleaned_data["reason"],
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("De bestelling staat erin."))
            return redirect("venue:kitchen_order", placed.order.pk)
    return render(
        request, "venue/kitchen/use_order.html", {"use": use, "form": form}, status=status
    )


@kitchen_staff
@get_or_post
def kitchen_meal_new(request: HttpRequest) -> HttpResponse:
    """Set a table for the neighbourhood."""
    centres, chosen = centres_of(request)
    here = perms.centres_for(signed_in(request), *perms.KITCHEN_ROLES)
    initial = {"centre": chosen.pk}
    form = MealForm(request.POST or None, centres=here, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            meal = meals.plan(
                centre=form.cleaned_data["centre"],
                title=form.cleaned_data["title"],
                serving_at=form.moment,
                wishes=[Wish(dish, 1) for dish in form.cleaned_data["dishes"]],
                places=form.cleaned_data["places"],
                by=signed_in(request),
                reason=form.cleaned_data["reason"],
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("De maaltijd staat erin. Mensen kunnen mee-eten."))
            return redirect("venue:kitchen_order", meal.pk)
    context = {"centres": centres, "chosen": chosen, "form": form}
    return render(request, "venue/kitchen/meal_new.html", context, status=status)


# How much the kitchen can make --------------------------------------------------------------------


@kitchen_staff
@get_or_post
def kitchen_capacity(request: HttpRequest) -> HttpResponse:
    """The blocks of a day: how much is left, more or less by hand."""
    centres, chosen = centres_of(request)
    day = chosen_day(request)
    if request.method == "POST":
        form = CapacityForm(request.POST)
        if form.is_valid():
            _set_capacity(
                request, chosen, form.cleaned_data["moment"], form.cleaned_data["capacity"]
            )
        else:
            messages.error(request, _("Vul een getal in. Bijvoorbeeld 20."))
        return redirect(f"{request.path}?{urlencode({'centre': chosen.slug, 'day': str(day)})}")
    context = {
        "centres": centres,
        "chosen": chosen,
        "day": day,
        "heading": relative_day(day),
        "blocks": kitchen.blocks_on(chosen, day),
        "days": [timezone.localdate() + timedelta(days=n) for n in range(DAYS_SHOWN)],
    }
    return render(request, "venue/kitchen/capacity.html", context)


def _set_capacity(request: HttpRequest, centre: Centre, moment: datetime, capacity: int) -> None:
    try:
        slot = kitchen.slot_at(centre, moment)
        if slot is None:
            raise kitchen.closed(centre, moment)
        kitchen.set_capacity(slot, capacity)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Bewaard."))


@kitchen_staff
@get_or_post
def kitchen_open(request: HttpRequest) -> HttpResponse:
    """Let the kitchen work outside its weekly hours."""
    centres, chosen = centres_of(request)
    form = OpenKitchenForm(request.POST or None, initial={"day": chosen_day(request)})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            kitchen.open_by_hand(
                chosen,
                form.moment,
                form.cleaned_data["end"],
                form.cleaned_data["capacity"],
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("De keuken werkt dan."))
            query = urlencode({"centre": chosen.slug, "day": str(form.cleaned_data["day"])})
            return redirect(f"{reverse('venue:kitchen_capacity')}?{query}")
    context = {"centres": centres, "chosen": chosen, "form": form}
    return render(request, "venue/kitchen/open.html", context, status=status)


# What the pages of the kitchen share --------------------------------------------------------------


def centres_of(request: HttpRequest) -> tuple[list[Centre], Centre]:
    """The kitchens of this person, and the one they look at. Raises PermissionDenied for who has none."""
    centres = list(perms.centres_for(signed_in(request), *perms.KITCHEN_ROLES))
    if not centres:
        raise PermissionDenied(_("Je hebt nog geen keuken. Vraag het de beheerder."))
    wanted = request.GET.get("centre", "")
    return centres, next((c for c in centres if c.slug == wanted), centres[0])


def chosen_day(request: HttpRequest) -> date:
    """The day in the address; today for none, and for what is no day."""
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    today = timezone.localdate()
    return day if day and abs(day - today) <= FURTHEST else today


def order_of(request: HttpRequest, pk: UUID, *, with_recipes: bool = False) -> CateringOrder:
    """An order of a kitchen where this person works."""
    here = perms.centres_for(signed_in(request), *perms.KITCHEN_ROLES)
    rows = CateringOrder.objects.at_centres(here)
    rows = rows.with_recipes() if with_recipes else rows.with_page()
    return get_object_or_404(rows, pk=pk)
