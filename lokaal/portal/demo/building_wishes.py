"""Building what the made-up neighbourhood wants: ideas at every step of the road, with who supports them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from activities.initiatives import adopting, coaching, moderating, supporting, wishing
from activities.models import Showing, SupportKind, Wish, WishState
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from lokaal.portal.demo.week import GUESTS, NIEUWSTAD, WATERKRACHT, WISHES

COME, HELP, ORGANISE = SupportKind.COME, SupportKind.HELP, SupportKind.ORGANISE


@dataclass(frozen=True)
class IdeaPlan:
    """One idea: where, how long ago, how far it came, and who supports it."""

    text: str
    centre: str
    days_ago: int
    state: str
    support: tuple[SupportKind, ...] = ()
    language: str = "nl"
    is_let_go: bool = False


#: Of these two there is a plan; the second is tried out (building_plans).
SWAPPING = "Een middag om samen kleding te ruilen. Ik heb veel kinderkleren over."
DANCING = "Dansen op muziek van vroeger. Zitten mag ook."
IDEAS = (
    IdeaPlan(
        SWAPPING,
        WATERKRACHT,
        20,
        WishState.PLANNING,
        (COME, COME, COME, HELP, ORGANISE),
    ),
    IdeaPlan(
        DANCING,
        WATERKRACHT,
        60,
        WishState.PLANNING,
        (COME, COME, COME, COME, HELP, HELP),
    ),
    IdeaPlan(
        "Zwemmen met alleen vrouwen.",
        NIEUWSTAD,
        30,
        WishState.NOT_NOW,
        (COME, COME, COME, COME),
    ),
    IdeaPlan(
        "Een moestuin op het plein, met bakken waar je bij kunt met een rolstoel.",
        NIEUWSTAD,
        45,
        WishState.PLANNING,
        (COME, HELP, HELP),
        is_let_go=True,
    ),
    IdeaPlan(
        "Practising Dutch while cooking together.",
        WATERKRACHT,
        5,
        WishState.LISTENING,
        (COME, COME),
        language="en",
    ),
)
#: Who supports the ideas that only were told, by their place in WISHES.
SUPPORT = ((COME, COME, HELP), (COME, COME, COME, COME, ORGANISE), ())


def build(centres: dict[str, Centre], people: dict[str, Person]) -> None:
    """Make the ideas that are not there yet: what became of them since is not undone."""
    host, coordinator = people["host"], people["coordinator"]
    for number, (text, days_ago) in enumerate(WISHES):
        if not Wish.objects.filter(text=text).exists():
            wish = Wish.objects.create(
                text=text,
                name=GUESTS[days_ago],
                phone="+31612300009",
                centre=centres[WATERKRACHT],
                created_at=timezone.now() - timedelta(days=days_ago),
            )
            if SUPPORT[number]:
                moderating.show(wish, by=host)
                _support(wish, SUPPORT[number], host)
    for plan in IDEAS:
        if not Wish.objects.filter(text=plan.text).exists():
            _along(_told(plan, centres[plan.centre], host), plan, coordinator)


def _told(plan: IdeaPlan, centre: Centre, host: Person) -> Wish:
    """Tell it as if somebody had, some days ago."""
    wish = wishing.tell(
        text=plan.text,
        language=plan.language,
        centre=centre,
        name=GUESTS[plan.days_ago % len(GUESTS)],
        entered_by=host,
    ).wish
    at = timezone.now() - timedelta(days=plan.days_ago)
    wish.created_at = wish.asked_at = wish.state_since = at
    wish.showing = Showing.SHOWN
    wish.save(update_fields=["created_at", "asked_at", "state_since", "showing"])
    _support(wish, plan.support, host)
    return wish


def _along(wish: Wish, plan: IdeaPlan, coach: Person) -> None:
    """Take it along the road, as far as it came."""
    if plan.state == WishState.LISTENING:
        return
    coaching.take(wish, by=coach)
    if plan.state == WishState.NOT_NOW:
        coaching.not_now(
            wish,
            reason="Wij hebben zelf geen zwembad. Het zwembad heeft dit jaar geen uur over.",
            route="Je zou op dinsdag mee kunnen wandelen. Daar lopen veel vrouwen mee.",
            by=coach,
        )
    else:
        coaching.plan_together(wish, by=coach)
    if plan.is_let_go:
        adopting.let_go(wish)
    days = timedelta(days=max(1, plan.days_ago - 6))
    wish.moments.update(at=timezone.now() - days)


def _support(wish: Wish, kinds: tuple[SupportKind, ...], host: Person) -> None:
    for number, kind in enumerate(kinds):
        supporting.support(
            wish, kind=kind, name=GUESTS[-1 - number], language="nl", entered_by=host
        )
