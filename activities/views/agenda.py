"""What there is to do: the agenda and the page of an activity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities import activity_page, perms, sharing
from activities import agenda as showing
from activities.agenda import AUDIENCES, NO_CHOICES, ONE_WEEK, Agenda, Part, Wanted, things_in_words
from activities.cards import Place, places
from activities.forms.courses import CourseJoinForm
from activities.forms.joining import JoinForm
from activities.models import Activity
from lokaal.languages import SPOKEN, spoken_name
from lokaal.look import formats
from lokaal.people.perms import public


@public
@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    """A week of the house, or what was found by words. The whole state of the page is in its address."""
    now = timezone.now()
    known = places()
    wanted = Wanted.read(request.GET, known.values())
    shown = showing.search if wanted.words else showing.week
    page = shown(wanted, known, at=now)
    invitation = _invitation(page)
    context = {
        "agenda": page,
        "wanted": wanted,
        "filters": _filters(wanted, known.values()),
        "section": "agenda",
        "maak": invitation,
        "told": things_in_words(page.cards) if page.cards else invitation["heading"],
        **_headings(page, timezone.localdate(now)),
        **_addresses(page),
    }
    return render(request, "activities/agenda.html", context)


def _headings(page: Agenda, today: date) -> dict[str, str]:
    this_monday = today - timedelta(days=today.weekday())
    if page.is_search:
        heading = _("Je zoekt: %(words)s") % {"words": page.wanted.words}
    elif page.monday == this_monday:
        heading = _("Wat is er deze week?")
    elif page.monday == this_monday + ONE_WEEK:
        heading = _("Wat is er volgende week?")
    elif page.monday < this_monday:
        heading = _("Wat was er in de week van %(day)s?") % {"day": formats.day(page.monday)}
    else:
        heading = _("Wat is er in de week van %(day)s?") % {"day": formats.day(page.monday)}
    return {"heading": heading, "title": heading if page.is_search else _("Agenda")}


def _addresses(page: Agenda) -> dict[str, Any]:
    """The ways on from a page of the agenda; what is kept of it by the questions beside it."""
    wanted = page.wanted
    path = reverse("activities:agenda")
    calendar = reverse("activities:agenda_calendar")
    if len(wanted.centres) == 1:
        calendar = reverse("activities:centre_calendar", args=wanted.centres)
    ways = {
        "everything": path,
        "without_choices": path + replace(wanted, **NO_CHOICES).query(day=wanted.from_day),
        "calendar": calendar,
        "webcal": f"webcal://{urlsplit(settings.ORIGIN).netloc}{calendar}",
        "origin": settings.ORIGIN,
        "canonical": path,
        "is_indexed": wanted == Wanted(),
    }
    if not page.is_search:
        ways |= {
            "earlier": f"{path}{wanted.query(day=page.monday - ONE_WEEK)}#dagen",
            "later": f"{path}{wanted.query(day=page.monday + ONE_WEEK)}#dagen",
            "whole_day": f"{path}{wanted.query(day=page.first_day)}#dagen",
        }
    return ways


def _invitation(page: Agenda) -> dict[str, str]:
    """What an empty day, week or search invites to: begin it yourself."""
    offer = _("Wat zou jij willen? Wij geven een ruimte, koffie en iemand die meedenkt.")
    query = {"q": page.wanted.words} if page.is_search else {}
    if len(page.wanted.centres) == 1:
        query["centre"] = page.wanted.centres[0]
    if page.is_search:
        heading = _("Niets gevonden? Zeg wat je mist")
    elif page.wanted.has_choices:
        heading = _("Deze week vonden we niets")
    elif page.invites:
        weekday = date_format(page.invites.date, "l")
        heading = _("%(weekday)s is nog leeg") % {"weekday": weekday[:1].upper() + weekday[1:]}
    elif page.gone_by:
        heading = _("Deze week is er niets meer")
    else:
        heading = _("Deze week is nog leeg")
    return {
        "heading": heading,
        "text": offer,
        "button": _("Zeg wat je mist") if page.is_search else _("Begin het zelf"),
        "url": reverse("activities:wish") + (f"?{urlencode(query)}" if query else ""),
    }


def _filters(wanted: Wanted, known: Iterable[Place]) -> SafeString:
    """The questions beside the agenda, with what was chosen."""
    shown = tuple((place.slug, place.name) for place in known if place.is_active)
    return _drawn_filters(get_language() or "nl", shown, wanted.chosen, tuple(wanted.kept))


@lru_cache(maxsize=256)
def _drawn_filters(
    reader: str,
    centres: tuple[tuple[str, str], ...],
    chosen: frozenset[tuple[str, str]],
    kept: tuple[tuple[str, str], ...],
) -> SafeString:
    """Draw the questions. They are many and the same for nearly every visitor, so each drawing is kept."""
    questions = [
        (_("Waar?"), "centre", centres if len(centres) > 1 else ()),
        (_("Wanneer?"), "part", Part.choices),
        (_("Voor wie?"), "for", [(value, str(value.label).capitalize()) for value in AUDIENCES]),
        (_("Wat kost het?"), "free", [("1", _("Alleen gratis"))]),
        (_("Kun je er makkelijk in?"), "step_free", [("1", _("Zonder drempel"))]),
        (_("Welke taal?"), "language", [(code, spoken_name(code, reader)) for code in SPOKEN]),
    ]
    groups = [
        {
            "question": question,
            "name": name,
            "choices": [
                {"value": value, "label": label, "is_chosen": (name, value) in chosen}
                for value, label in choices
            ],
        }
        for question, name, choices in questions
        if choices
    ]
    context = {"groups": groups, "keep": kept, "action": reverse("activities:agenda")}
    return render_to_string("components/filters.html", context)


@public
@require_safe
def activity(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What it is, the facts for choosing, its dates, and the form to join. `?date=` ticks a date."""
    found = get_object_or_404(Activity.objects.visible_to(request.user).with_page(), pk=pk)
    language = get_language() or "nl"
    words = found.words(language)
    form = JoinForm.for_activity(found, visitor=request.user, asked=request.GET.get("date", ""))
    for occurrence in form.dates:
        occurrence.activity = found
    course_form = (
        CourseJoinForm.for_activity(found, visitor=request.user) if found.is_course else None
    )
    context = {
        "activity": found,
        "words": words,
        "course_form": course_form,
        "is_other_language": words.language != language,
        "only_in": spoken_name(words.language, language) if words.language != language else "",
        "join_form": form,
        "facts": activity_page.facts(found, words, form.dates, language),
        "dates": activity_page.lines(form.dates),
        "next_date": next((one for one in form.dates if not one.is_cancelled), None),
        "may_edit": perms.can_edit(request.user, found),
        "origin": settings.ORIGIN,
        "canonical": found.get_absolute_url(),
        "calendar": reverse("activities:activity_calendar", args=[found.pk]),
        "share": sharing.links(words.title, settings.ORIGIN + found.get_absolute_url()),
        "section": "agenda",
    }
    return render(request, "activities/activity.html", context)
