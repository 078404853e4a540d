"""What the tests of taking part share."""

import pytest
from django.core.cache import cache

from tests.activities.factories import (
    OccurrenceFactory,
)


@pytest.fixture(autouse=True)
def no_counts_of_before():
    cache.clear()


@pytest.fixture
def occurrence():
    return OccurrenceFactory(activity__title="Naaicafé", activity__bring="Een broek", capacity=6)
