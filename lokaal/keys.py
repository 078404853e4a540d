"""Identifiers. Every row of ours is known by a UUID version 7: safe to show, ordered by time, kind to indexes."""

import uuid

from django.db import models
from uuid_utils.compat import uuid7


def new_key() -> uuid.UUID:
    """Return a new UUID version 7 (RFC 9562)."""
    return uuid7()


class UUIDKey(models.UUIDField):
    """The primary key of every model."""

    def __init__(self, **options: object) -> None:
        options.setdefault("primary_key", True)
        options.setdefault("default", new_key)
        options.setdefault("editable", False)
        super().__init__(**options)  # type: ignore[arg-type]
