"""Rooms and what happens in them, for tests: valid and as small as can be."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import factory

from lokaal import local_time
from lokaal.people.models import Role
from tests.centres.factories import CentreFactory
from tests.people.factories import PersonFactory
from venue.allocating import Wanted
from venue.hire import requesting
from venue.models import (
    AlcoholRule,
    Booking,
    Building,
    Equipment,
    Hirer,
    HirerKind,
    Layout,
    Part,
    Space,
    SpaceLayout,
    Surcharge,
    SurchargeKind,
    SurchargeUnit,
    Tariff,
    TariffClass,
    TariffUnit,
    UseKind,
    VatCategory,
    VatCode,
    VatRate,
)


class BuildingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Building

    centre = factory.SubFactory(CentreFactory)
    maximum_people = 120


class PartFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Part

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence(lambda n: f"Deel {n}")


class SpaceFactory(factory.django.DjangoModelFactory):
    """A space of one part of its own, for 20 people in rows; `parts=[…]` gives it others."""

    class Meta:
        model = Space
        skip_postgeneration_save = True

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence(lambda n: f"Zaal {n}")
    slug = factory.Sequence(lambda n: f"zaal-{n}")

    @factory.post_generation
    def parts(self, create: bool, given: list[Part] | None, **kwargs: Any) -> None:
        self.parts.set(given if given is not None else [PartFactory(centre=self.centre)])

    @factory.post_generation
    def capacity(self, create: bool, given: int | None, **kwargs: Any) -> None:
        if given != 0:
            SpaceLayoutFactory(space=self, capacity=given or 20)


class SpaceLayoutFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SpaceLayout

    space = factory.SubFactory(SpaceFactory, capacity=0)
    layout = Layout.THEATRE
    capacity = 20


class EquipmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Equipment

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence(lambda n: f"Beamer {n}")
    stock = 1


def evening(days: int = 7, hour: int = 19, hours: int = 3) -> tuple[datetime, datetime]:
    """From `hour` on the local clock, some days from today, `hours` long (UTC)."""
    day = (datetime.now(UTC) + timedelta(days=days)).date()
    start = local_time.at(day, time(hour))
    return start, start + timedelta(hours=hours)


# Hiring ------------------------------------------------------------------------------------------


class VatCodeFactory(factory.django.DjangoModelFactory):
    """A code with 21 % since 2020; `rate=False`: nobody wrote down what it means."""

    class Meta:
        model = VatCode
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"code-{n}")
    name = factory.Sequence(lambda n: f"Btw {n}")

    @factory.post_generation
    def rate(self, create: bool, given: bool | None, **kwargs: Any) -> None:
        if given is not False:
            VatRate.objects.create(
                vat_code=self,
                category=VatCategory.STANDARD,
                percent=21,
                valid_from=date(2020, 1, 1),
            )


class TariffClassFactory(factory.django.DjangoModelFactory):
    """Traits: `free` (residents, who pay nothing), `party` (a private party), `yardstick`."""

    class Meta:
        model = TariffClass

    class Params:
        free = factory.Trait(is_free=True, is_residents=True)
        party = factory.Trait(is_private_party=True)
        yardstick = factory.Trait(is_yardstick=True)

    slug = factory.Sequence(lambda n: f"groep-{n}")
    name = factory.Sequence(lambda n: f"Groep {n}")
    explanation = "Voor verenigingen."


class TariffFactory(factory.django.DjangoModelFactory):
    """€ 12,50 per hour since 2020, every day."""

    class Meta:
        model = Tariff

    space = factory.SubFactory(SpaceFactory)
    tariff_class = factory.SubFactory(TariffClassFactory)
    unit = TariffUnit.HOUR
    price_cents = 1250
    vat_code = factory.SubFactory(VatCodeFactory)
    valid_from = date(2020, 1, 1)


class SurchargeFactory(factory.django.DjangoModelFactory):
    """€ 25 for cleaning, each time."""

    class Meta:
        model = Surcharge

    centre = factory.SubFactory(CentreFactory)
    name = "Schoonmaken"
    kind = SurchargeKind.CLEANING
    unit = SurchargeUnit.TIME
    price_cents = 2500
    vat_code = factory.SubFactory(VatCodeFactory)
    valid_from = date(2020, 1, 1)


class AlcoholRuleFactory(factory.django.DjangoModelFactory):
    """Tuesdays from 16.00 until midnight."""

    class Meta:
        model = AlcoholRule

    centre = factory.SubFactory(CentreFactory)
    weekday = 2
    starts = time(16)
    ends = time(0)
    source = "Verordening paracommercie"
    valid_from = date(2020, 1, 1)


class HirerFactory(factory.django.DjangoModelFactory):
    """A group with e-mail. Traits: `by_phone` (no e-mail), `unreachable`."""

    class Meta:
        model = Hirer

    class Params:
        by_phone = factory.Trait(email="", phone="+31612345678")
        unreachable = factory.Trait(email="", phone="")

    kind = HirerKind.GROUP
    name = factory.Sequence(lambda n: f"Koor {n}")
    email = factory.Sequence(lambda n: f"koor{n}@voorbeeld.nl")


class Offered:
    """A house where a room is for hire: its planner, a class of prices, and what an hour costs there."""

    def __init__(self, *, tariff: bool = True, **space: Any) -> None:
        self.space = SpaceFactory(**{"name": "Grote zaal", "capacity": 40} | space)
        self.centre = self.space.centre
        self.planner = PersonFactory(role=Role.VENUE)
        self.club = TariffClassFactory(name="Maatschappelijk")
        self.tariff = (
            TariffFactory(space=self.space, tariff_class=self.club, deposit_cents=5000)
            if tariff
            else None
        )

    def wanted(self, days: int = 7, hour: int = 19, hours: int = 3, **fields: Any) -> Wanted:
        starts_at, ends_at = evening(days, hour, hours)
        values = {"people": 20, "kind": UseKind.BOOKING, "title": ""} | fields
        return Wanted(**{"space": self.space, "starts_at": starts_at, "ends_at": ends_at} | values)

    def ask(self, *wants: Wanted, **fields: Any) -> Booking:
        """A request of a hirer; by default for one evening, a week from now."""
        values = {"hirer": None, "purpose": "Repetitie", "tariff_class": self.club} | fields
        values["hirer"] = values["hirer"] or HirerFactory()
        return requesting.request(wants=wants or [self.wanted()], **values).booking
