"""Links and codes by which somebody without an account opens what is theirs. Of a secret only its hash is stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from lokaal import constraints

if TYPE_CHECKING:
    from lokaal.people.models import Person

CODE_LENGTH = 8
CODE_ATTEMPTS = 20


def hash_of(secret: str) -> str:
    """Return what is stored of a secret: its SHA-256. A secret has 256 random bits, so no salt is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def is_secret_of(stored_hash: str, secret: str) -> bool:
    """True when this is the secret whose hash was stored. Compared in constant time."""
    return hmac.compare_digest(stored_hash, hash_of(secret))


def new_secret() -> str:
    """Return 256 random bits."""
    return secrets.token_hex(32)


def sealed(said: str, *, key: str = "") -> str:
    """Return 256 bits that follow from what is said and our own key; who reads the database cannot make them."""
    return hmac.new(
        (key or settings.SECRET_KEY).encode(), said.encode(), hashlib.sha256
    ).hexdigest()


def is_sealed(said: str, secret: str) -> bool:
    """True when this is what `sealed` makes of a text, by our own key or one that we had before."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    sent = secret.encode("utf-8", "surrogatepass")
    return any(hmac.compare_digest(sealed(said, key=key).encode(), sent) for key in keys)


@dataclass(frozen=True)
class SentForm:
    """A form that somebody may send twice: a button pressed again, the back button, a poor network.

    The same form gives the same link, though only hashes are stored and the token not at all. `what` names the kind of
    thing and the row that it belongs to; `token` is that of the form (None when there was none); `who` sent it.
    """

    what: str
    token: UUID | None
    who: str

    @property
    def key(self) -> str:
        """What is stored to know the form again, under a unique constraint; empty without a form."""
        return hash_of(self._said) if self.token else ""

    def secret(self) -> str:
        """Return the secret of the link to give; random without a form."""
        return sealed(self._said) if self.token else new_secret()

    def secret_given_before(self, stored_hash: str) -> str:
        """Return the secret that was given for this form before; nothing when our key is no longer known."""
        for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
            secret = sealed(self._said, key=key)
            if is_secret_of(stored_hash, secret):
                return secret
        return ""

    @property
    def _said(self) -> str:
        return f"{self.what}|{self.token}|{self.who}"


def new_code() -> str:
    """Return eight random digits, for `saved_with_code`."""
    return f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}d}"


def saved_with_code(
    row: Any,
    code_constraint: str,
    form_constraint: str | None = None,
    *,
    update_fields: Sequence[str] = (),
) -> bool:
    """Save a new row with a code that nobody else has. False when the same form made a row at the same moment.

    `update_fields`: the row exists already, and gets a new code together with these.
    """
    how: dict[str, Any] = {"force_insert": True}
    if update_fields:
        how = {"update_fields": [*update_fields, "code"]}
    for _attempt in range(CODE_ATTEMPTS):
        row.code = new_code()
        try:
            with transaction.atomic():
                row.save(**how)
        except IntegrityError as error:
            broken = constraints.broken_by(error)
            if form_constraint and broken == form_constraint:
                return False
            if broken != code_constraint:
                raise
        else:
            return True
    raise RuntimeError("No free code was found; the codes are nearly used up.")


def typed_code(typed: str) -> str:
    """Return the digits of a code as people type it: with spaces, or in another script. Empty when it is no code."""
    digits = "".join(str(unicodedata.digit(c)) for c in typed if c.isdigit())
    return digits if len(digits) == CODE_LENGTH else ""


def shown_code(code: str) -> str:
    """The code as people read it: 4821 7730."""
    return f"{code[:4]} {code[4:]}"


def sender(name: str, contact: str, person: Person | None) -> str:
    """Who sent a form: the name, how they are reached, and the account if they have one."""
    return f"{plain_name(name)}|{contact}|{person.pk if person else ''}"


def plain_name(name: str) -> str:
    """Return a name such that its ways of writing are the same: case, accents, spaces."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())
