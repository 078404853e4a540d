"""What residents write and everybody may read: what may not be in it, who looks at it first, what is reported.

The first text of somebody waits for a look; staff, and who had a text shown before, are shown at once. A reported text
of a resident is hidden until staff have seen it; once they let it stand, later reports are listed but hide nothing.
Only this module changes `showing`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any, TypeAlias
from uuid import UUID

from django.db import models, transaction
from django.db.models import Func, Q
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import emails
from activities.exceptions import HoldsContact, NeedsReason
from activities.models import (
    Lesson,
    Look,
    MeToo,
    Question,
    Reaction,
    Readers,
    Reflection,
    Report,
    SessionNote,
    Showing,
    Wish,
)
from activities.models.moderation import TEXT_FIELDS
from activities.models.wish import COACHING_ROLES
from lokaal import bsn
from lokaal.centres.models import Centre
from lokaal.people.models import Person, Visitor

#: What residents write for everybody to read.
Text: TypeAlias = Wish | Question | Lesson | Reflection | Reaction | MeToo | SessionNote

#: A Dutch number (06 12345678, 0575-123456) or an international one, with marks between or not.
PHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)[1-9](?:[ ().-]{0,2}\d){7,13}"
    r"|0(?:[ ().-]{0,2}[1-9])(?:[ ().-]{0,2}\d){8})(?!\d)"
)
EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\W\d_]{2,}")

MOST_WAITING = 50


def check_public(*texts: str) -> None:
    """Refuse what may not stand in a text that everybody can read.

    Raises HoldsBSN for a citizen service number, and HoldsContact for a phone number or an e-mail address.
    """
    bsn.check_none(*texts)
    for text in map(_with_latin_digits, texts):
        if EMAIL.search(text):
            raise HoldsContact(_("Hier staat een e-mailadres. Iedereen leest dit. Haal het weg."))
        if PHONE.search(text):
            raise HoldsContact(
                _("Hier staat een telefoonnummer. Iedereen leest dit. Haal het weg.")
            )


def _with_latin_digits(text: str) -> str:
    """The text with digits of every script as 0 to 9."""
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)


def first_showing(person: Person | None, *, entered_by: Person | None = None) -> Showing:
    """Whether a new text is shown at once: of staff, typed in by staff, or of who had a text shown before."""
    if entered_by is not None and entered_by.is_staff:
        return Showing.SHOWN
    if person is not None and (person.is_staff or _was_shown_before(person)):
        return Showing.SHOWN
    return Showing.WAITING


def _was_shown_before(person: Person) -> bool:
    return any(
        kind.model.objects.filter(person=person, showing=Showing.SHOWN).exists()
        for kind in KINDS.values()
        if kind.has_person
    )


def show(text: Text, *, by: Person) -> Text:
    """Let everybody read a text; open reports about it are closed. Twice is harmless."""
    with transaction.atomic():
        locked = _locked(text)
        had_report = _close_reports(locked, by=by)
        if locked.showing != Showing.SHOWN or had_report:
            _set(locked, Showing.SHOWN)
            Look.objects.create(**_about(locked), is_shown=True, had_report=had_report, by=by)
    return locked


def hide(text: Text, *, by: Person, reason: str) -> Text:
    """Take a text away for everybody but its writer, who is told why in kind words. Twice is harmless.

    Raises NeedsReason without a reason, and HoldsBSN.
    """
    reason = reason.strip()
    if not reason:
        raise NeedsReason(_("Zeg waarom, in vriendelijke woorden."))
    bsn.check_none(reason)
    with transaction.atomic():
        locked = _locked(text)
        had_report = _close_reports(locked, by=by)
        if locked.showing != Showing.HIDDEN:
            _set(locked, Showing.HIDDEN)
            look = Look.objects.create(
                **_about(locked), is_shown=False, reason=reason, had_report=had_report, by=by
            )
            emails.text_hidden(look, said(locked), centre_of(locked))
    return locked


def report(text: Text, *, reason: str) -> Report:
    """Say that a text should not stand here. What a resident wrote is hidden until staff have seen it.

    Nothing of who reports is kept. Raises NeedsReason without a reason.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise NeedsReason(_("Zeg in één zin wat er mis is."))
    with transaction.atomic():
        locked = _locked(text)
        made = Report.objects.create(**_about(locked), reason=reason)
        stands = Look.objects.filter(**_about(locked), is_shown=True, had_report=True).exists()
        if locked.showing == Showing.SHOWN and not stands and not _is_by_staff(locked):
            _set(locked, Showing.WAITING)
    return made


@dataclass(frozen=True)
class Waiting:
    """A text that staff are to look at: because it is somebody's first, or because it was reported."""

    kind: str
    text: Text
    said: str
    centre: Centre | None
    reports: list[Report] = field(default_factory=list)

    @property
    def is_shown(self) -> bool:
        return self.text.showing == Showing.SHOWN


def waiting_for(person: Person) -> list[Waiting]:
    """What this person is to look at: reported ones first, then the oldest. One query per kind, and one."""
    reports: dict[tuple[str, UUID], list[Report]] = {}
    for one in Report.objects.open()[:MOST_WAITING]:
        reports.setdefault(_key(one), []).append(one)
    found = []
    for name, kind in KINDS.items():
        reported = [pk for (of, pk) in reports if of == name]
        rows = kind.model.objects.filter(
            kind.is_for_others & (Q(showing=Showing.WAITING) | Q(pk__in=reported))
        )
        for text in kind.of_desks(rows, person).select_related(*kind.related)[:MOST_WAITING]:
            said_reports = reports.get((name, text.pk), [])
            found.append(Waiting(name, text, said(text), centre_of(text), said_reports))
    return sorted(found, key=lambda one: (not one.reports, one.text.created_at, one.text.pk))


def waiting_count(person: Person) -> Combinable:
    """How many texts this person is to look at; reports about what is shown besides. For use within a query."""
    waiting = [
        count_of(
            kind.of_desks(
                kind.model.objects.filter(kind.is_for_others, showing=Showing.WAITING), person
            )
        )
        for kind in KINDS.values()
    ]
    return reduce(add, waiting)


def count_of(rows: models.QuerySet[Any]) -> Combinable:
    """The number of rows, as a value within another query."""
    number = Func("pk", function="COUNT", output_field=models.IntegerField())
    return models.Subquery(rows.order_by().values(number=number))


def find(kind: str, pk: UUID) -> Text | None:
    """Return a text by its kind (a name of TEXT_FIELDS) and key; None when there is none."""
    known = KINDS.get(kind)
    if known is None:
        return None
    text: Text | None = known.model.objects.select_related(*known.related).filter(pk=pk).first()
    return text


def can_look(visitor: Visitor, text: Text) -> bool:
    """Who works at the desk of the house where it was written decides whether it may be seen."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    centre = centre_of(text)
    return visitor.holds(*COACHING_ROLES, centre_id=centre.pk if centre else None)


def said(text: Text) -> str:
    """What somebody wrote."""
    return KINDS[name_of(text)].said(text)


def centre_of(text: Text) -> Centre | None:
    """The house where it was written; None for none in particular."""
    found: Any = text
    for step in KINDS[name_of(text)].centre.split("__"):
        found = getattr(found, step, None)
    centre: Centre | None = found
    return centre


def name_of(text: Text) -> str:
    """The name of its kind: one of TEXT_FIELDS."""
    return next(name for name, kind in KINDS.items() if isinstance(text, kind.model))


@dataclass(frozen=True)
class Kind:
    """One kind of text: its model, how its words are read, and the way to its house."""

    model: Any
    said: Callable[[Any], str]
    centre: str = "centre"
    related: tuple[str, ...] = ("centre",)
    is_for_others: Q = field(default_factory=Q)
    has_person: bool = True

    def of_desks(self, rows: models.QuerySet[Any], person: Person) -> models.QuerySet[Any]:
        """Those of the houses where a person works at the desk, and of none in particular."""
        desks = {held.centre_id for held in person.current_roles if held.role in COACHING_ROLES}
        if None in desks:
            return rows
        if not desks:
            return rows.none()
        return rows.filter(
            Q(**{f"{self.centre}__in": desks}) | Q(**{f"{self.centre}__isnull": True})
        )


_FOR_OTHERS = ~Q(readers=Readers.US)
KINDS: dict[str, Kind] = dict(
    zip(
        TEXT_FIELDS,
        [
            Kind(Wish, lambda wish: wish.text),
            Kind(Question, lambda question: question.text),
            Kind(
                Lesson,
                lambda lesson: lesson.text,
                "look_back__centre",
                ("look_back__centre",),
                _FOR_OTHERS,
            ),
            Kind(
                Reflection,
                lambda reflection: "\n".join(answer for _name, answer in reflection.answers),
                "look_back__centre",
                ("look_back__centre",),
                _FOR_OTHERS & Q(finished_at__isnull=False),
            ),
            Kind(
                Reaction,
                lambda reaction: reaction.sentence,
                "look_back__centre",
                ("look_back__centre",),
                _FOR_OTHERS & ~Q(sentence=""),
                has_person=False,
            ),
            Kind(
                MeToo,
                lambda row: row.example,
                "question__centre",
                ("question__centre",),
                ~Q(example=""),
            ),
            Kind(
                SessionNote,
                lambda note: note.text,
                "session__occurrence__centre",
                ("session__occurrence__centre",),
                has_person=False,
            ),
        ],
        strict=True,
    )
)


def _about(text: Text) -> dict[str, Text]:
    return {name_of(text): text}


def _key(report: Report) -> tuple[str, UUID]:
    """What a report is about, without loading it."""
    return next((n, pk) for n in TEXT_FIELDS if (pk := getattr(report, f"{n}_id")) is not None)


def _locked(text: Text) -> Text:
    kind = KINDS[name_of(text)]
    rows = kind.model.objects.select_for_update(of=("self",)).select_related(*kind.related)
    locked: Text = rows.get(pk=text.pk)
    return locked


def _set(locked: Text, showing: Showing) -> None:
    locked.showing = showing
    locked.save(update_fields=["showing"])


def _close_reports(locked: Text, *, by: Person) -> bool:
    """Decide the open reports about a text. True when there were any."""
    reports = Report.objects.open().filter(**_about(locked))
    return bool(reports.update(decided_at=timezone.now(), decided_by=by))


def _is_by_staff(text: Text) -> bool:
    writer = getattr(text, "person", None)
    return writer is not None and writer.is_staff
