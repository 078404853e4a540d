"""Links and codes by which somebody without an account opens what is theirs. Of a secret only its hash is stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from uuid import UUID

from django.conf import settings

CODE_LENGTH = 8


def hash_of(secret: str) -> str:
    """Return what is stored of a secret: its SHA-256. A secret has 256 random bits, so no salt is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def is_secret_of(stored_hash: str, secret: str) -> bool:
    """True when this is the secret whose hash was stored. Compared in constant time."""
    return hmac.compare_digest(stored_hash, hash_of(secret))


def new_secret() -> str:
    """Return 256 random bits."""
    return secrets.token_hex(32)


def secret_of_form(what: str, form_token: UUID, who: str, *, key: str = "") -> str:
    """Return 256 bits that follow from the form that was sent and our own key.

    So the same form sent again gives the same link, though only a hash of the secret is stored and the token of the
    form is not stored at all. `what` names the kind of thing and the row that it belongs to.
    """
    said = f"{what}|{form_token}|{who}"
    return hmac.new(
        (key or settings.SECRET_KEY).encode(), said.encode(), hashlib.sha256
    ).hexdigest()


def secret_given_before(stored_hash: str, what: str, form_token: UUID, who: str) -> str:
    """Return the secret that was given for this form before; nothing when our key is no longer known."""
    for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        secret = secret_of_form(what, form_token, who, key=key)
        if is_secret_of(stored_hash, secret):
            return secret
    return ""


def new_code() -> str:
    """Return eight random digits. The caller saves it under a unique constraint, and tries another when it is taken."""
    return f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}d}"


def typed_code(typed: str) -> str:
    """Return the digits of a code as people type it: with spaces, or in another script. Empty when it is no code."""
    digits = "".join(str(unicodedata.digit(c)) for c in typed if c.isdigit())
    return digits if len(digits) == CODE_LENGTH else ""


def shown_code(code: str) -> str:
    """The code as people read it: 4821 7730."""
    return f"{code[:4]} {code[4:]}"


def plain_name(name: str) -> str:
    """Return a name such that its ways of writing are the same: case, accents, spaces."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())
