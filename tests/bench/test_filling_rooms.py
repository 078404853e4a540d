from datetime import timedelta

import pytest
from django.utils import timezone

from lokaal.bench import filling_rooms
from tests.venue.wanting import ASTRAY, OVERLAPS, count
from venue.models import Allocation, Space, Use

pytestmark = pytest.mark.django_db(transaction=True)


def test_fill_makes_exactly_what_was_asked_and_nothing_is_used_twice() -> None:
    spaces = filling_rooms.fill(allocations=6_000)

    assert Allocation.objects.count() == 6_000
    assert Use.objects.count() == 2_000
    assert set(spaces) == set(Space.objects.all())
    assert len(spaces) == 36
    assert count(OVERLAPS) == 0
    assert count(ASTRAY) == 0


def test_fill_spreads_over_past_and_coming_weeks() -> None:
    filling_rooms.fill(allocations=6_000)

    now = timezone.now()
    assert Use.objects.filter(starts_at__lt=now - timedelta(weeks=2)).exists()
    assert Use.objects.filter(starts_at__gt=now + timedelta(weeks=2)).exists()
    assert not Use.objects.filter(starts_at__gt=now + timedelta(weeks=27)).exists()


def test_filled_house_keeps_its_rules() -> None:
    filling_rooms.fill(allocations=3_000)

    with pytest.raises(Exception, match="the house would hold"):
        Use.objects.filter(starts_at__gt=timezone.now()).update(people=500)
