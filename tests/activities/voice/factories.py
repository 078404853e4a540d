"""Rows for the tests of the voice: questions, themes, sessions and their guests."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from activities.models import (
    KnowledgeSession,
    MeToo,
    NoteKind,
    Question,
    QuestionState,
    QuestionTheme,
    SessionGuest,
    SessionNote,
    SessionQuestion,
    Showing,
)
from lokaal.people.models import Role, StaffRole
from lokaal.secret_links import hash_of
from tests.activities.factories import OccurrenceFactory, PersonFactory

#: The secret in the link of every question that a factory makes.
SECRET = "q" * 64


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = QuestionTheme

    name = factory.Sequence(lambda n: f"Thema {n}")


class QuestionFactory(DjangoModelFactory):
    """A question that everybody may read. Traits: `waiting`, `hidden`, `picked_up`, `answered`, `done`."""

    class Meta:
        model = Question

    class Params:
        waiting = factory.Trait(showing=Showing.WAITING)
        hidden = factory.Trait(showing=Showing.HIDDEN)
        picked_up = factory.Trait(
            state=QuestionState.PICKED_UP,
            owner_name="Karin Pol",
            owner_function="gebiedsregisseur",
            due_on=factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7)),
        )
        answered = factory.Trait(
            state=QuestionState.ANSWERED, answered_at=factory.LazyFunction(timezone.now)
        )
        done = factory.Trait(
            state=QuestionState.DONE,
            answered_at=factory.LazyFunction(timezone.now),
            done_at=factory.LazyFunction(timezone.now),
        )

    text = factory.Sequence(lambda n: f"Wanneer komt er licht in tunnel {n}?")
    showing = Showing.SHOWN
    code = factory.Sequence(lambda n: f"{n + 20_000_000:08d}")
    secret_hash = hash_of(SECRET)


class MeTooFactory(DjangoModelFactory):
    """Somebody has it too, counted on the question by hand in the test that needs it."""

    class Meta:
        model = MeToo

    question = factory.SubFactory(QuestionFactory)


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = KnowledgeSession

    occurrence = factory.SubFactory(OccurrenceFactory)
    about = "Wonen in de buurt"


class GuestFactory(DjangoModelFactory):
    """An official with a link that opens. Traits: `withdrawn`, `late`."""

    class Meta:
        model = SessionGuest

    class Params:
        withdrawn = factory.Trait(withdrawn_at=factory.LazyFunction(timezone.now))
        late = factory.Trait(
            link_ends_at=factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))
        )

    session = factory.SubFactory(SessionFactory)
    name = "Karin Pol"
    function = "gebiedsregisseur"
    organisation = "gemeente"
    email = factory.Sequence(lambda n: f"gast{n}@voorbeeld.nl")
    link_ends_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
    told_starts_at = factory.SelfAttribute("session.occurrence.starts_at")
    secret_hash = factory.LazyAttribute(lambda o: hash_of(guest_secret(o.email)))


class ListedFactory(DjangoModelFactory):
    class Meta:
        model = SessionQuestion

    session = factory.SubFactory(SessionFactory)
    question = factory.SubFactory(QuestionFactory)


class NoteFactory(DjangoModelFactory):
    class Meta:
        model = SessionNote

    session = factory.SubFactory(SessionFactory)
    kind = NoteKind.RULE
    text = "Een gift tot 100 euro mag."
    showing = Showing.SHOWN


def guest_secret(email: str) -> str:
    """The secret of the link of a guest that a factory made."""
    return hash_of(f"secret of {email}")


def coordinator_of(centre: object) -> object:
    """Somebody who brings questions further, at one centre or (None) at all."""
    person = PersonFactory()
    StaffRole.objects.create(person=person, role=Role.COORDINATOR, centre=centre)
    return person
