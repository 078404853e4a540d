"""Taking, moving and letting go of spaces."""

import pytest

from tests.parallel import at_once
from tests.venue.factories import SpaceFactory, evening
from venue import allocating
from venue.allocating import Wanted
from venue.exceptions import Taken
from venue.models import Allocation, Use, UseKind


def wanted(space, *, title="Koor", **changes):
    starts_at, ends_at = evening()
    return Wanted(
        space=space,
        starts_at=changes.pop("starts_at", starts_at),
        ends_at=changes.pop("ends_at", ends_at),
        kind=UseKind.BOOKING,
        title=title,
        **changes,
    )


@pytest.mark.django_db(transaction=True)
def test_take_at_the_same_moment_gives_the_space_to_one():
    space = SpaceFactory()
    results = at_once(*[lambda: allocating.take(wanted(space)) for _ in range(8)])
    assert [type(result) for result in results].count(Taken) == 7
    assert Use.objects.count() == 1
    assert Allocation.objects.count() == 1


@pytest.mark.django_db
def test_swap_lets_two_uses_change_rooms():
    one, other = SpaceFactory(), SpaceFactory()
    first, second = allocating.take(wanted(one)), allocating.take(wanted(other))
    allocating.swap(first, second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.space, second.space) == (other, one)
