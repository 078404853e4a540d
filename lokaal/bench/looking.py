"""What is measured: which pages of the database at hand, and as whom. Made ready before the server is started."""

from __future__ import annotations

import time
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.models import Occurrence, Participation
from lokaal.keys import new_key
from lokaal.people import second_factor
from lokaal.people.models import Person, Role, StaffRole
from venue.forms.asking import KEPT_IN
from venue.models import Layout, Space, TariffClass

DATES_TO_JOIN = 200
REQUESTS_TO_SEND = 3_000
#: Which pages are pressed by a script, and with what.
SIGN_UP, REQUEST = "sign-up", "request"


def pages() -> list[dict[str, Any]]:
    """The pages to press in the order of the table: name, path, arguments of a script, cookie, queries and bytes."""
    space = Space.objects.for_hire().select_related("centre").filter(uses__isnull=False).first()
    if space is None:
        raise ValueError("There are no rooms to measure. Fill the database first.")
    day = timezone.localdate() + timedelta(days=14)
    planner = _signed_in(_planner())
    evening = f"people=20&day={day.isoformat()}&part=evening"
    found = [
        _looked_at("floor", "/floor/"),
        _looked_at("agenda", reverse("activities:agenda")),
        _looked_at(
            "activity", Occurrence.objects.public().upcoming()[0].activity.get_absolute_url()
        ),
        _looked_at("search", f"{reverse('activities:agenda')}?q=naaien"),
        _looked_at("rooms", f"{reverse('venue:spaces')}?{evening}"),
        _looked_at("planner", f"{reverse('venue:planner')}?centre={space.centre.slug}", planner),
    ]
    return [*found, _pressed(SIGN_UP, _dates_to_join()), _pressed(REQUEST, _requests(space))]


def _looked_at(name: str, path: str, cookie: str = "") -> dict[str, Any]:
    """A page with the queries and bytes of one request. Raises ValueError when it does not open."""
    client = Client(HTTP_HOST="localhost", HTTP_COOKIE=cookie)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    if response.status_code != 200:
        raise ValueError(f"{path} answers {response.status_code}")
    size = len(response.content)
    return _page(name, path, [], cookie=cookie, queries=len(queries), size=size)


def _pressed(name: str, arguments: list[str]) -> dict[str, Any]:
    return _page(name, "/", arguments)


def _page(
    name: str, path: str, arguments: list[str], *, cookie: str = "", queries: int = 0, size: int = 0
) -> dict[str, Any]:
    return {
        "name": name,
        "path": path,
        "arguments": arguments,
        "cookie": cookie,
        "queries": queries,
        "size": size,
    }


def _dates_to_join() -> list[str]:
    """Address and date of coming dates, with room for everybody who is going to press."""
    coming = Occurrence.objects.public().upcoming()
    joinable = coming.filter(
        activity__participation=Participation.SIGN_UP,
        state="planned",
        starts_at__gt=timezone.now(),
    ).select_related("activity")
    to_join = list(joinable[:DATES_TO_JOIN])
    Occurrence.objects.filter(pk__in=[one.pk for one in to_join]).update(capacity=100_000_000)
    return [
        f"{reverse('activities:occurrence_join', args=[one.activity_id])} {one.pk}"
        for one in to_join
    ]


def _planner() -> Person:
    person = Person.objects.create_user("planner@voorbeeld.nl", name="Zaalbeheer")
    StaffRole.objects.create(person=person, role=Role.VENUE)
    return person


def _signed_in(person: Person) -> str:
    """The cookie of a session of this person, with the second factor passed."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[second_factor.MARK] = {"person": str(person.pk), "at": time.time()}
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _requests(space: Space) -> list[str]:
    """Address and session key of requests for a room that only have to be sent: one session, copied."""
    group, _is_new = TariffClass.objects.get_or_create(
        slug="maatschappelijk", defaults={"name": "Maatschappelijk", "explanation": "Verenigingen."}
    )
    kept = _answered(space, group)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    sessions, told = [], []
    for number in range(REQUESTS_TO_SEND):
        draft, session_key = new_key(), f"bench{number:027d}"
        own = dict(kept, answers=dict(kept["answers"]))
        own["answers"]["contact"] = {
            "name": [f"Buur {number}"],
            "email": [f"b{number}@voorbeeld.nl"],
        }
        sessions.append(
            Session(
                session_key=session_key,
                session_data=store.encode({KEPT_IN: {str(draft): own}}),
                expire_date=timezone.now() + timedelta(days=1),
            )
        )
        told.append(f"{reverse('venue:request_step', args=[draft, 'check'])} {session_key}")
    Session.objects.bulk_create(sessions)
    return told


def _answered(space: Space, group: TariffClass) -> dict[str, Any]:
    """Answer the questions of a request as a visitor does, all but the last; returns what the session keeps."""
    client = Client(HTTP_HOST="localhost")
    day = timezone.localdate() + timedelta(days=15)
    first = reverse("venue:request_new", args=[space.centre.slug, space.slug])
    what = {"purpose": "Koor", "people": 4, "is_private_party": "no", "serves_alcohol": "no"}
    address = client.post(first, what)["Location"].split("?")[0]
    times = {"day": day.isoformat(), "starts": "12:30", "ends": "13:30", "repeats": "once"}
    answers: dict[str, dict[str, Any]] = {
        "when": times,
        "needs": {"layout": Layout.THEATRE.value, "catering": "", "note": ""},
        "group": {"kind": "group", "tariff_class": str(group.pk)},
        "contact": {"organisation": "Koor", "name": "Buur", "email": "buur@voorbeeld.nl"},
    }
    for _step in range(len(answers) + 2):
        step = address.rstrip("/").rsplit("/", 1)[-1]
        if step == "check":
            break
        response = client.post(address, answers.get(step, {}))
        if response.status_code != 302:
            raise ValueError(f"The question {step} of a request is not answered.")
        address = response["Location"].split("?")[0]
    [kept] = client.session[KEPT_IN].values()
    return kept
