"""What a house sets in its environment is read well, or refused with a sentence that says what to do."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from lokaal import environment


@pytest.mark.parametrize("address", ["https://meedoen.example/", "http://meedoen.example", ""])
def test_web_address_is_one_or_nothing(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("LOKAAL_PARTICIPATION_URL", f" {address} ")

    assert environment.web_address("LOKAAL_PARTICIPATION_URL") == address


def test_web_address_that_is_not_set_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOKAAL_PARTICIPATION_URL", raising=False)

    assert environment.web_address("LOKAAL_PARTICIPATION_URL") == ""


@pytest.mark.parametrize("address", ["meedoen.example", "javascript:alert(1)", "//meedoen.example"])
def test_web_address_of_another_kind_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("LOKAAL_PARTICIPATION_URL", address)

    with pytest.raises(ImproperlyConfigured) as refused:
        environment.web_address("LOKAAL_PARTICIPATION_URL")

    assert str(refused.value) == (
        f"LOKAAL_PARTICIPATION_URL is {address!r}; begin it with https://."
    )
