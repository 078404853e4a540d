"""Every test starts with its counters at zero: the table of the cache is not a model, so no flush empties it."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_counters(db: None) -> None:
    cache.clear()
