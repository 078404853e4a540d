"""When the activities forget people: one rule for each table that holds a name, a number or an address.

What stays is what happened, and how many there were. Lists of dates have a rule of their own (activities.door), and so
have questions (activities.voice.asking); who follows something is forgotten when they stop.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import EmailField, Max, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from activities.door import forgetting as lists
from activities.models import (
    Grant,
    Helper,
    PlanNote,
    PlanStep,
    Question,
    Reflection,
    SessionGuest,
    Spending,
    Support,
    Wish,
)
from activities.models.door import NAMES_KEPT_FOR
from activities.models.wish import ON_ITS_WAY, Showing
from activities.voice.asking import FIRST_NAME

#: Who asked for money and who wrote down what was spent: as long as the accounts.
MONEY_KEPT_FOR = timedelta(days=7 * 366)
#: An address that reaches nobody (RFC 2606), in the place of one that was forgotten.
NOBODY = "@vergeten.invalid"


def forget_all(now: datetime | None = None) -> None:
    """Forget everybody whose time is over. Twice, or at the same time as itself, is harmless."""
    now = now or timezone.now()
    lists.forget_all(now)
    before = now - NAMES_KEPT_FOR
    _forget_helpers(before)
    _forget_wishes(before)
    _forget_looking_back(before)
    _forget_guests(before)
    _forget_money(now - MONEY_KEPT_FOR)


def _forget_helpers(before: datetime) -> None:
    """Who was asked to help, once the last date is so long ago."""
    over = Helper.objects.annotate(last=Max("activity__occurrences__ends_at"))
    ended = Q(last__lt=before) | Q(last=None)
    found = over.filter(ended, asked_at__lt=before).values_list("pk", flat=True)
    Helper.objects.filter(pk__in=list(found)).delete()


@transaction.atomic
def _forget_wishes(before: datetime) -> None:
    """Who told a wish, supported it and planned it, once nothing has happened with it for so long.

    A wish keeps its account, and the first name that its owner wanted there. Support keeps what was offered, to count.
    """
    at_rest = Wish.objects.filter(
        ~Q(state__in=sorted(ON_ITS_WAY)) | Q(showing=Showing.HIDDEN), state_since__lt=before
    )
    unlinked = {"phone": "", "email": "", "secret_hash": ""}
    at_rest.filter(shows_name=True).update(name=FIRST_NAME, **unlinked)
    at_rest.filter(shows_name=False).update(name="", **unlinked)
    gone = Q(wish__in=at_rest, created_at__lt=before) | Q(taken_back_at__lt=before)
    Support.objects.filter(gone).update(name="", person=None, guest_key="", **unlinked)
    PlanStep.objects.filter(plan__wish__in=at_rest).update(who="", done_name="")
    PlanNote.objects.filter(plan__wish__in=at_rest).update(writer_name="")


def _forget_looking_back(before: datetime) -> None:
    """The full name of a guest who looked back; what they wrote stays, for who may read it."""
    old = Reflection.objects.filter(look_back__decided_at__lt=before)
    old.filter(with_name=True).update(name=FIRST_NAME, secret_hash="")
    old.filter(with_name=False).update(name="", secret_hash="")


def _forget_guests(before: datetime) -> None:
    """How an official is reached. Their name stands under what they said in their function."""
    old = SessionGuest.objects.filter(link_ends_at__lt=before).exclude(email__endswith=NOBODY)
    old.update(email=Concat("id", Value(NOBODY), output_field=EmailField()))
    Question.objects.filter(done_at__lt=before).exclude(owner_email="").update(owner_email="")


def _forget_money(before: datetime) -> None:
    Grant.objects.filter(asked_at__lt=before).update(asked_name="")
    Spending.objects.filter(created_at__lt=before).update(entered_name="")
