"""What the database refuses, by the name of the rule that was broken."""

from __future__ import annotations

from django.db import IntegrityError


def broken_by(error: IntegrityError) -> str:
    """The name of the constraint that refused a row; empty when the database names none."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
