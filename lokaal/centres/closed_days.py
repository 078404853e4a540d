"""The Dutch public holidays, proposed as closed days. Nothing is entered until somebody chooses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import holidays
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lokaal.centres.exceptions import NotProposed
from lokaal.centres.models import Centre, SpecialDay

# The names that the holidays package gives, so that a reader of another language can read them too.
NAMES = (
    gettext_noop("Nieuwjaarsdag"),
    gettext_noop("Goede vrijdag"),
    gettext_noop("Eerste paasdag"),
    gettext_noop("Tweede paasdag"),
    gettext_noop("Koningsdag"),
    gettext_noop("Bevrijdingsdag"),
    gettext_noop("Hemelvaartsdag"),
    gettext_noop("Eerste pinksterdag"),
    gettext_noop("Tweede pinksterdag"),
    gettext_noop("Eerste kerstdag"),
    gettext_noop("Tweede kerstdag"),
)


@dataclass(frozen=True)
class Proposal:
    """A holiday that is not entered yet, and the centres for which it is not."""

    date: date
    reason: str
    centres: tuple[Centre, ...]
    for_all: bool  # no centre has anything on this date yet


@dataclass(frozen=True)
class Choice:
    """A day to close: for one centre, or for all of them (None)."""

    date: date
    centre_id: UUID | None


def holidays_of(year: int) -> dict[date, str]:
    """Public holidays of the Netherlands by date, Liberation Day every year (many houses close)."""
    found = holidays.country_holidays(
        "NL", years=year, language="nl", categories=("public", "optional")
    )
    return dict(sorted(found.items()))


def propose(year: int) -> list[Proposal]:
    """The holidays of a year that are still to come and not entered, in order, each with the centres that lack it."""
    today = timezone.localdate()
    centres = list(Centre.objects.open_to_public())
    entered: dict[date, set[UUID | None]] = {}
    for on, centre_id in SpecialDay.objects.filter(date__year=year).values_list("date", "centre"):
        entered.setdefault(on, set()).add(centre_id)
    proposals = []
    for on, reason in holidays_of(year).items():
        present = entered.get(on, set())
        if on < today or None in present:
            continue
        lacking = tuple(centre for centre in centres if centre.pk not in present)
        if lacking or not centres:
            proposals.append(Proposal(on, reason, lacking, for_all=not present))
    return proposals


def enter(year: int, choices: Iterable[Choice]) -> int:
    """Enter the chosen closed days and return how many were new. Twice is harmless.

    A day chosen for all centres needs no row per centre. Raises NotProposed for a date that is no holiday of the year.
    """
    names = holidays_of(year)
    chosen = set(choices)
    for_all = {choice.date for choice in chosen if choice.centre_id is None}
    wanted = [choice for choice in chosen if choice.centre_id is None or choice.date not in for_all]
    if any(choice.date not in names for choice in wanted):
        raise NotProposed(_("Die dag is geen feestdag. Kies een dag uit de lijst."))
    before = SpecialDay.objects.filter(date__in=names).count()
    SpecialDay.objects.bulk_create(
        [
            SpecialDay(centre_id=choice.centre_id, date=choice.date, reason=names[choice.date])
            for choice in sorted(wanted, key=lambda choice: (choice.date, str(choice.centre_id)))
        ],
        ignore_conflicts=True,
    )
    return SpecialDay.objects.filter(date__in=names).count() - before
