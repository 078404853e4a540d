"""Whose turn it is to write in a house: one at a time, taken in one order, before any row is touched."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import OperationalError, connection
from django.utils.translation import gettext as _
from psycopg import errors

from venue.exceptions import NotNow
from venue.models import Space, Use, lock_key

MOST_MOVES = 20

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class OtherHouse(NotNow):
    """A use went to another house between our look and our turn."""


def retried(action: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Do an action again when the database broke a deadlock with it (once, where it owns the transaction).

    Or when a use meanwhile went to a house whose turn was not taken (some times, each with the turns of its new house).
    """

    @functools.wraps(action)
    def again(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        for _attempt in range(MOST_MOVES):
            try:
                return action(*args, **kwargs)
            except OtherHouse:
                continue
            except OperationalError as problem:
                is_ours = isinstance(problem.__cause__, errors.DeadlockDetected)
                if not is_ours or connection.in_atomic_block:
                    raise
                break
        return action(*args, **kwargs)

    return again


def take_turn(*, uses: Iterable[Use] = (), spaces: Iterable[Space] = ()) -> None:
    """Take the turns of these houses now, before rows of one's own are locked; inside a transaction."""
    centres = {space.centre_id for space in spaces}
    centres |= set(
        Use.objects.filter(pk__in=[use.pk for use in uses]).values_list("centre_id", flat=True)
    )
    take_turn_of(centres)


def take_turn_of(centres: Iterable[UUID]) -> None:
    """Let one at a time write in these houses, until the transaction ends. Always in one order."""
    keys = sorted({lock_key(pk) for pk in centres})
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def locked_uses(uses: Sequence[Use], *, also: Iterable[UUID] = ()) -> list[Use]:
    """The rows as they are now, in the same order, once the turns of their houses (and of others) are ours."""
    keys = [use.pk for use in uses]
    centres = set(also) | set(Use.objects.filter(pk__in=keys).values_list("centre_id", flat=True))
    take_turn_of(centres)
    rows = Use.objects.select_for_update(of=("self",), no_key=True).select_related(
        "space__centre", "by"
    )
    found = {use.pk: use for use in rows.filter(pk__in=keys).order_by("pk")}
    missing = set(keys) - found.keys()  # gone, or it changed its space while we waited for its row
    if missing and Use.objects.filter(pk__in=missing).count() < len(missing):
        raise NotNow(_("Dit gebruik van de zaal is er niet meer."))
    if missing or any(use.centre_id not in centres for use in found.values()):
        raise OtherHouse(_("Iemand anders verplaatst dit net. Probeer het nog eens."))
    return [found[key] for key in keys]
