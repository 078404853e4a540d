"""Wat we probeerden en leerden: everything that was tried, to look through and to search, and a page for each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities import searching
from activities.initiatives import looking_back, tried
from activities.initiatives.tried_words import (
    answers_of,
    by_matter,
    card,
    facts,
    outcome_badge,
    reactions_in_words,
)
from activities.models import LookBack, Outcome, TableItem
from lokaal.centres.models import Centre
from lokaal.people.perms import public

PER_PAGE = 20
MOST_SENTENCES = 30


@public
@require_safe
def tried_list(request: HttpRequest) -> HttpResponse:
    """What we tried and learned, by year, house and what became of it."""
    asked = _Asked.read(request)
    question = searching.readable(request.GET.get("q", ""))
    found = tried.find(question) if question else None
    ids = found.ids if found else None
    here = tried.of(year=asked.year, centre=asked.centre, ids=ids)
    counts = tried.counts_of(here)
    shown = here.filter(outcome=asked.outcome) if asked.outcome else here
    rows = shown.newest_first().with_page().with_public_lessons()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "activities/tried/tried_list.html",
        {
            "section": "agenda",
            "cards": [card(look_back) for look_back in page],
            "page": page,
            "page_query": urlencode(asked.query(q=question)),
            "counts": counts,
            "q": question,
            "is_exact": found is None or found.is_exact,
            "groups": _filters(asked, question),
            "is_narrowed": bool(asked.query(q=question)),
        },
    )


class _Asked:
    """What the address narrows the list to."""

    def __init__(self, year: int | None, centre: Centre | None, outcome: str) -> None:
        self.year, self.centre, self.outcome = year, centre, outcome
        self.centres: list[Centre] = []

    @classmethod
    def read(cls, request: HttpRequest) -> _Asked:
        """Take what is known; anything else narrows nothing."""
        given = request.GET
        centres = list(Centre.objects.open_to_public())
        slug, outcome, year = (given.get(name, "") for name in ("centre", "outcome", "year"))
        asked = cls(
            int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
            next((centre for centre in centres if centre.slug == slug), None),
            outcome if outcome in Outcome.values else "",
        )
        asked.centres = centres
        return asked

    def query(self, **more: Any) -> dict[str, str]:
        """The address of this, with other values for some; empty ones are left out."""
        values = {
            "q": "",
            "year": self.year or "",
            "centre": self.centre.slug if self.centre else "",
            "outcome": self.outcome,
        } | more
        return {name: str(value) for name, value in values.items() if value}


def _filters(asked: _Asked, question: str) -> list[list[dict[str, Any]]]:
    """Rows of links: by what became of it, by year, by house. Each leads to the list with one thing changed."""
    base = reverse("activities:tried_list")

    def link(
        word: Any, is_here: bool, house: Centre | None = None, **change: Any
    ) -> dict[str, Any]:
        query = urlencode(asked.query(q=question, **change))
        url = f"{base}?{query}" if query else base
        return {"word": word, "url": url, "is_here": is_here, "centre": house}

    years = tried.years()
    return [
        [
            link(_("Alles"), not asked.outcome, outcome=""),
            *(
                link(outcome_badge(value).label, asked.outcome == value, outcome=value)
                for value in Outcome.values
            ),
        ],
        [
            link(_("Alle jaren"), not asked.year, year=""),
            *(link(year, asked.year == year, year=year) for year in years),
        ]
        if len(years) > 1
        else [],
        [
            link(_("Alle huizen"), asked.centre is None, centre=""),
            *(
                link(house.name, asked.centre == house, house, centre=house.slug)
                for house in asked.centres
            ),
        ]
        if len(asked.centres) > 1
        else [],
    ]


@public
@require_safe
def tried_one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One thing that was tried: what, when, how many came, what was said and learned, and what was decided."""
    found = get_object_or_404(LookBack.objects.public().with_page().with_public_lessons(), pk=pk)
    reflections = list(found.reflections.for_all().select_related("person"))
    sentences = list(found.reactions.for_all().order_by("id")[:MOST_SENTENCES])
    decided_at_table = (
        TableItem.objects.filter(look_back=found, table__closed_at__isnull=False)
        .exclude(consent="")
        .select_related("table__centre")
        .first()
    )
    return render(
        request,
        "activities/tried/tried_one.html",
        {
            "section": "agenda",
            "look_back": found,
            "badge": outcome_badge(found.outcome),
            "facts": facts(found),
            "answers": answers_of(reflections),
            "reflections": reflections,
            "lessons": by_matter(found.public_lessons),
            "reactions": reactions_in_words(looking_back.counted(found)),
            "sentences": sentences,
            "grew_into": found.grew_into if found.grew_into and found.grew_into.is_shown else None,
            "wish": found.wish,
            "at_table": decided_at_table,
        },
    )
