"""What all tests of activities share."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import translation


@pytest.fixture(autouse=True)
def in_dutch() -> Iterator[None]:
    """Begin in Dutch: a request in another language leaves that language on in its thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
