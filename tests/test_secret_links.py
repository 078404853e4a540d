"""Secrets and codes: the same form gives the same link, and no two rows have the same code."""

from __future__ import annotations

from uuid import UUID

import pytest

from activities.models import SignUp
from lokaal import secret_links
from lokaal.secret_links import SentForm, hash_of, saved_with_code
from tests.activities.factories import OccurrenceFactory, SignUpFactory

TOKEN = UUID("01890000-0000-7000-8000-000000000001")


def test_same_form_gives_the_same_key_and_secret_of_256_bits() -> None:
    sent = SentForm("meal|1", TOKEN, "fatma||")
    again = SentForm("meal|1", TOKEN, "fatma||")
    assert (sent.key, sent.secret()) == (again.key, again.secret())
    assert len(bytes.fromhex(sent.secret())) == 32
    assert sent.key != sent.secret()


@pytest.mark.parametrize(
    "other",
    [
        SentForm("meal|2", TOKEN, "fatma||"),
        SentForm("meal|1", UUID(int=TOKEN.int + 1), "fatma||"),
        SentForm("meal|1", TOKEN, "jan||"),
    ],
)
def test_another_form_gives_another_key_and_secret(other: SentForm) -> None:
    sent = SentForm("meal|1", TOKEN, "fatma||")
    assert sent.key != other.key
    assert sent.secret() != other.secret()


def test_without_a_form_there_is_no_key_and_every_secret_is_new() -> None:
    sent = SentForm("meal|1", None, "fatma||")
    assert sent.key == ""
    assert sent.secret() != sent.secret()


def test_secret_given_before_is_known_while_our_key_is(settings) -> None:
    sent = SentForm("meal|1", TOKEN, "fatma||")
    secret, old = sent.secret(), settings.SECRET_KEY
    assert sent.secret_given_before(hash_of(secret)) == secret
    settings.SECRET_KEY = "another"
    assert sent.secret_given_before(hash_of(secret)) == ""
    settings.SECRET_KEY_FALLBACKS = [old]
    assert sent.secret_given_before(hash_of(secret)) == secret


@pytest.mark.django_db
def test_saved_with_code_tries_another_when_a_code_is_taken(monkeypatch) -> None:
    taken = SignUpFactory()
    codes = iter([taken.code, "12345678"])
    monkeypatch.setattr(secret_links, "new_code", lambda: next(codes))
    row = SignUp(occurrence=OccurrenceFactory(), name="Fatma", secret_hash=hash_of("x"))
    assert saved_with_code(row, "activities_signup_code") is True
    assert SignUp.objects.get(pk=row.pk).code == "12345678"
