"""The planner of staff: rooms by time for a day, a week or a month; and the day sheet on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from lokaal.centres.models import Centre
from lokaal.look.formats import day, tile
from lokaal.people.perms import signed_in, staff_required
from venue import perms
from venue.board import day_sheet as sheets
from venue.board import planned, planner_month
from venue.board import planner as planning
from venue.board.planner import ONE_DAY, Asked, Planner
from venue.models import Space, Use

STEPS = {
    "day": (gettext_lazy("Vorige dag"), gettext_lazy("Volgende dag")),
    "week": (gettext_lazy("Vorige week"), gettext_lazy("Volgende week")),
    "month": (gettext_lazy("Vorige maand"), gettext_lazy("Volgende maand")),
}


def centres_seen(request: HttpRequest) -> list[Centre]:
    """The centres whose planner this person may see. Raises PermissionDenied when there is none."""
    centres = list(perms.centres_for(signed_in(request), *perms.LOOKING_ROLES))
    if not centres:
        raise PermissionDenied(_("Jouw huis is nu niet in gebruik."))
    return centres


def use_seen(request: HttpRequest, pk: UUID) -> Use:
    """A use at a centre whose planner this person may see."""
    centres = perms.centres_for(signed_in(request), *perms.LOOKING_ROLES)
    return get_object_or_404(Use.objects.at_centres(centres).with_place(), pk=pk)


@require_safe
@staff_required(*perms.LOOKING_ROLES)
def planner(request: HttpRequest) -> HttpResponse:
    """A day, a week or a month of a centre. The whole state of the page is in its address."""
    now = timezone.now()
    today = timezone.localdate(now)
    centres = centres_seen(request)
    asked = Asked.read(request.GET, centres, today)
    can_plan = perms.can_plan(signed_in(request), asked.centre)
    context = {
        "asked": asked,
        "can_plan": can_plan,
        "heading": _heading(asked, today),
        "tabs": [
            (centre, asked.url(centre=centre.slug, room=""), centre == asked.centre)
            for centre in centres
        ]
        if len(centres) > 1
        else [],
        "views": _views(asked),
        "earlier": asked.url(date=asked.earlier),
        "later": asked.url(date=asked.later),
        "step": STEPS[asked.view],
        "today_url": "" if today in asked.days else asked.url(date=today),
        "new_url": planning.new_use_url(asked.centre, on=max(asked.day, today)),
        "sheet_url": sheets.address(asked.centre, asked.day),
        "legend": planned.LEGEND,
    }
    if asked.view == "month":
        month = planner_month.month(asked, now=now)
        context |= {"month": month, **_rooms(asked, month.rooms)}
        return render(request, "venue/planner_month.html", context)
    page = planning.planner(asked, now=now, can_plan=can_plan)
    context |= {
        "planner": page,
        **_rooms(asked, page.rooms),
        "strip": _strip(asked, page),
        "chosen": _chosen(page),
    }
    return render(request, "venue/planner.html", context)


def _heading(asked: Asked, today: date) -> str:
    if asked.view == "month":
        return _("Zalen in %(month)s") % {"month": date_format(asked.day, "F Y")}
    if asked.view == "day":
        if asked.day == today:
            return _("Zalen vandaag")
        return _("Zalen op %(day)s") % {"day": day(asked.day)}
    if today in asked.days:
        return _("Zalen deze week")
    return _("Zalen in de week van %(day)s") % {"day": day(asked.days[0])}


def _views(asked: Asked) -> list[tuple[str, str, bool]]:
    words = {"day": _("Dag"), "week": _("Week"), "month": _("Maand")}
    return [(word, asked.url(view=name), name == asked.view) for name, word in words.items()]


def _rooms(asked: Asked, spaces: Sequence[Space]) -> dict[str, Any]:
    """All rooms, or one of them: as choices in the form beside the date, and which one it is."""
    name = next((space.name for space in spaces if space.slug == asked.room), "")
    choices = [("", _("Alle zalen"), not name)]
    choices += [(space.slug, space.name, space.slug == asked.room) for space in spaces]
    return {"rooms": choices, "room_name": name}


def _strip(asked: Asked, page: Planner) -> list[dict[str, Any]]:
    """The days of the week above a planner (components/week.html); they lead down the page."""
    if asked.view != "week":
        return []
    return [
        {
            "url": f"#dag-{one.date.isoformat()}",
            "name": capfirst(day(one.date)),
            "short": tile(one.date).top,
            "date": one.date.day,
            "text": planner_month.times_in_words(one.count) if one.count else _("leeg"),
            "is_chosen": one.is_today,
        }
        for one in page.days
    ]


def _chosen(page: Planner) -> dict[str, Any] | None:
    """The use that was chosen in the grid, for the panel beside it."""
    if page.asked.use is None:
        return None
    slots = [(slot, row.space) for row in page.rows for slot in row.slots]
    found = next(((slot, space) for slot, space in slots if slot.is_chosen), None)
    if found is None:
        return None
    slot, space = found
    use = Use.objects.with_place().get(pk=slot.use.pk)
    return {
        "use": use,
        "look": slot.look,
        "when": capfirst(day(use.starts_at)),
        "hours": planned.hours(use),
        "around": [capfirst(said) for said in planned.around(use)],
        "space": space,
        "people": planned.people_in_words(use),
        "owner": planned.owner_of(use),
        "served": [
            planned.catering_in_words(one) for one in planned.catering_of([use.pk]).get(use.pk, [])
        ],
        "url": reverse("venue:use", args=[use.pk]),
        "close_url": page.asked.url(),
    }


@require_safe
@staff_required(*perms.LOOKING_ROLES)
def day_sheet(request: HttpRequest) -> HttpResponse:
    """What has to be done in the rooms on a day, on paper: of one centre, or of all."""
    centres = centres_seen(request)
    today = timezone.localdate()
    on = planning.read_day(request.GET.get("date", "")) or today
    slug = request.GET.get("centre", "")
    chosen = next((centre for centre in centres if centre.slug == slug), None)
    shown = [chosen] if chosen else centres
    return render(
        request,
        "venue/day_sheet.html",
        {
            "sheets": sheets.sheets(shown, on),
            "heading": capfirst(day(on)),
            "date": on,
            "chosen": chosen,
            "tabs": [
                (None, sheets.address(None, on), chosen is None),
                *((centre, sheets.address(centre, on), centre == chosen) for centre in centres),
            ]
            if len(centres) > 1
            else [],
            "earlier": sheets.address(chosen, on - ONE_DAY),
            "later": sheets.address(chosen, on + ONE_DAY),
            "planner_url": f"{reverse('venue:planner')}?view=day&date={on.isoformat()}"
            + (f"&centre={chosen.slug}" if chosen else ""),
            "made_at": timezone.now(),
        },
    )
