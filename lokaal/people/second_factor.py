"""The second factor of a session: that it was passed, when, and by whom.

allauth tells of every factor that is used or added (adding one proves it too). What is kept is a mark in the session.
"""

from __future__ import annotations

import math
import time
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest

from lokaal.people.models import Person

#: After this long the factor is asked again: a working day at the desk.
LASTS = timedelta(hours=12)
MARK = "second_factor"

#: Recovery codes stand in for a factor that is lost; they are not one by themselves.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_passed(request: HttpRequest) -> bool:
    """True when the visitor passed their second factor in this session, not too long ago."""
    return _seconds_since(request) < LASTS.total_seconds()


def is_fresh(request: HttpRequest) -> bool:
    """True when that was so lately that nothing needs to be shown again (settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)."""
    return _seconds_since(request) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _seconds_since(request: HttpRequest) -> float:
    mark = request.session.get(MARK)
    if not mark or not request.user.is_authenticated or mark["person"] != str(request.user.pk):
        return math.inf
    return time.time() - mark["at"]


def has_app(person: Person) -> bool:
    """True when the person has an app that makes codes."""
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def is_set_up(person: Person) -> bool:
    """True when the person has an authenticator app or a passkey."""
    return Authenticator.objects.filter(user=person, type__in=FACTORS).exists()


def remove(person: Person) -> int:
    """Take every factor of a person away (their phone is lost) and sign them out everywhere. Returns how many."""
    count, _rows = Authenticator.objects.filter(user=person).delete()
    person.close_sessions()
    return count


@receiver([authenticator_used, authenticator_added])
def mark_session(
    request: HttpRequest, user: Person, authenticator: Authenticator, signal: Any, **kwargs: Any
) -> None:
    """Remember that the factor was shown. New recovery codes prove nothing: everyone may have them made."""
    if signal is authenticator_added and authenticator.type not in FACTORS:
        return
    request.session[MARK] = {"person": str(user.pk), "at": time.time()}


@receiver(authenticator_removed)
def unmark_session(request: HttpRequest, user: Person, **kwargs: Any) -> None:
    """Without any factor left, nothing was passed."""
    if not is_set_up(user):
        request.session.pop(MARK, None)
