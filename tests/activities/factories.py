"""Rows for the tests of activities. Each factory makes the smallest row that is valid; traits name what is special."""

from __future__ import annotations

import hashlib
from datetime import time, timedelta

import factory
from django.db.models import F
from django.utils import timezone
from factory.django import DjangoModelFactory

from activities.models import (
    Activity,
    ActivityState,
    ActivityTranslation,
    CalendarSource,
    CostKind,
    Every,
    Occurrence,
    OccurrenceState,
    Participation,
    Series,
    Showing,
    SignUp,
    SignUpState,
    Support,
    SupportKind,
    Wish,
    WishState,
)
from lokaal.centres.models import Centre
from lokaal.people.models import Person, Role, StaffRole

#: The secret in the link of every sign-up that a factory makes.
SECRET = "s" * 43


class CentreFactory(DjangoModelFactory):
    class Meta:
        model = Centre

    name = factory.Sequence(lambda n: f"Plek {n}")
    slug = factory.Sequence(lambda n: f"plek-{n}")
    street = "Bronsweg 12"
    city = "Zutphen"


class PersonFactory(DjangoModelFactory):
    """Someone with an e-mail address. Traits: `without_contact`; a role by `PersonFactory(host_of=centre)`."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    class Params:
        without_contact = factory.Trait(email=None, phone="")

    name = factory.Sequence(lambda n: f"Mens {n}")
    email = factory.Sequence(lambda n: f"mens{n}@voorbeeld.nl")

    @factory.post_generation
    def host_of(self, create: bool, centre: Centre | None, **kwargs: object) -> None:
        if create and centre is not None:
            StaffRole.objects.create(person=self, role=Role.HOST, centre=centre)


class ActivityFactory(DjangoModelFactory):
    """A free activity in the agenda, with places. Traits: `draft`, `stopped`, `drop_in`, `paid`."""

    class Meta:
        model = Activity

    class Params:
        draft = factory.Trait(state=ActivityState.DRAFT)
        stopped = factory.Trait(state=ActivityState.STOPPED)
        drop_in = factory.Trait(participation=Participation.DROP_IN)
        paid = factory.Trait(cost_kind=CostKind.FIXED, cost_cents=400)

    centre = factory.SubFactory(CentreFactory)
    title = factory.Sequence(lambda n: f"Naaicafé {n}")
    summary = "Samen naaien, maken en praten."
    cost_kind = CostKind.FREE
    state = ActivityState.PUBLISHED


class ActivityTranslationFactory(DjangoModelFactory):
    class Meta:
        model = ActivityTranslation

    activity = factory.SubFactory(ActivityFactory)
    language = "en"
    title = "Sewing café"


class OccurrenceFactory(DjangoModelFactory):
    """Two hours, tomorrow at this time, without a limit. Traits: `cancelled`, `over`, `running`."""

    class Meta:
        model = Occurrence

    class Params:
        cancelled = factory.Trait(
            state=OccurrenceState.CANCELLED,
            cancel_reason="Emine is dan weg.",
            cancelled_at=factory.LazyFunction(timezone.now),
        )
        over = factory.Trait(
            starts_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
        )
        running = factory.Trait(
            starts_at=factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
        )

    activity = factory.SubFactory(ActivityFactory)
    centre = factory.SelfAttribute("activity.centre")
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=2))
    original_starts_at = factory.SelfAttribute("starts_at")


class SignUpFactory(DjangoModelFactory):
    """One person on the list, with the places counted on the occurrence. Traits: `cancelled`, `waiting`, `offered`."""

    class Meta:
        model = SignUp
        skip_postgeneration_save = True

    class Params:
        cancelled = factory.Trait(
            state=SignUpState.CANCELLED, cancelled_at=factory.LazyFunction(timezone.now)
        )
        waiting = factory.Trait(
            state=SignUpState.WAITING, queued_at=factory.LazyFunction(timezone.now)
        )
        offered = factory.Trait(
            state=SignUpState.OFFERED,
            queued_at=factory.LazyFunction(timezone.now),
            offered_until=factory.LazyFunction(lambda: timezone.now() + timedelta(hours=3)),
        )

    occurrence = factory.SubFactory(OccurrenceFactory)
    name = factory.Sequence(lambda n: f"Gast {n}")
    code = factory.Sequence(lambda n: f"{n + 10_000_000:08d}")
    secret_hash = hashlib.sha256(SECRET.encode()).hexdigest()

    @factory.post_generation
    def places(self, create: bool, extracted: object, **kwargs: object) -> None:
        if create and self.is_live:
            Occurrence.objects.filter(pk=self.occurrence_id).update(
                places_taken=F("places_taken") + self.party_size * int(self.holds_places),
                waiting=F("waiting") + int(self.is_waiting),
            )
            self.occurrence.refresh_from_db(fields=["places_taken", "waiting"])


class CalendarSourceFactory(DjangoModelFactory):
    class Meta:
        model = CalendarSource

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence(lambda n: f"agenda-{n}.ics")


class WishFactory(DjangoModelFactory):
    """A wish that nobody answered and that waits for a look. Traits: `shown`, `let_go`, `not_now`."""

    class Meta:
        model = Wish

    class Params:
        shown = factory.Trait(showing=Showing.SHOWN)
        let_go = factory.Trait(showing=Showing.SHOWN, let_go_at=factory.LazyFunction(timezone.now))
        not_now = factory.Trait(
            showing=Showing.SHOWN,
            state=WishState.NOT_NOW,
            not_now_reason="Er is geen ruimte vrij.",
            not_now_route="Je zou in het park kunnen beginnen.",
            answered_at=factory.LazyFunction(timezone.now),
        )

    text = "Samen een bankje timmeren voor het plein."
    secret_hash = hashlib.sha256(SECRET.encode()).hexdigest()
    code = factory.Sequence(lambda n: f"{n + 20_000_000:08d}")


class SupportFactory(DjangoModelFactory):
    """Somebody who comes when there is something. Trait: `taken_back`."""

    class Meta:
        model = Support

    class Params:
        taken_back = factory.Trait(taken_back_at=factory.LazyFunction(timezone.now))

    wish = factory.SubFactory(WishFactory, shown=True)
    kind = SupportKind.COME
    name = factory.Sequence(lambda n: f"Buur {n}")
    code = factory.Sequence(lambda n: f"{n + 30_000_000:08d}")
    secret_hash = hashlib.sha256(SECRET.encode()).hexdigest()


class SeriesFactory(DjangoModelFactory):
    """Every week from today on, at 19.00 for two hours, without a last day. It has no dates yet."""

    class Meta:
        model = Series

    activity = factory.SubFactory(ActivityFactory)
    every = Every.WEEK
    first_on = factory.LazyFunction(timezone.localdate)
    starts = time(19)
    ends = time(21)
