"""Centres for tests: valid, and no more than that."""

from datetime import date, time
from typing import Any

import factory

from lokaal.centres.models import Centre, CentreTranslation, OpeningHours, SpecialDay


class CentreFactory(factory.django.DjangoModelFactory[Centre]):
    class Meta:
        model = Centre
        skip_postgeneration_save = True

    name = factory.Sequence(lambda number: f"Huis {number}")
    slug = factory.Sequence(lambda number: f"huis-{number}")
    street = "Bronsweg 12"
    postcode = "7202 AA"
    city = "Zutphen"
    phone = "+31575001234"
    position = factory.Sequence(lambda number: number)

    @factory.post_generation
    def hours(self: Centre, create: bool, extracted: Any, **kwargs: Any) -> None:
        """`hours={1: [("9:00", "17:00")]}`: the hours per ISO weekday."""
        for weekday, stretches in (extracted or {}).items():
            for opens, closes in stretches:
                OpeningHoursFactory(
                    centre=self,
                    weekday=weekday,
                    opens=time.fromisoformat(opens.zfill(5)),
                    closes=time.fromisoformat(closes.zfill(5)),
                )


class CentreTranslationFactory(factory.django.DjangoModelFactory[CentreTranslation]):
    class Meta:
        model = CentreTranslation

    centre = factory.SubFactory(CentreFactory)
    language = "en"


class OpeningHoursFactory(factory.django.DjangoModelFactory[OpeningHours]):
    class Meta:
        model = OpeningHours

    centre = factory.SubFactory(CentreFactory)
    weekday = 1
    opens = time(9)
    closes = time(17)


class SpecialDayFactory(factory.django.DjangoModelFactory[SpecialDay]):
    """A closed day; with `opens` and `closes` a day with other hours. Without a centre it holds for all."""

    class Meta:
        model = SpecialDay

    centre = None
    date = date(2026, 12, 25)
    reason = "Eerste Kerstdag"
