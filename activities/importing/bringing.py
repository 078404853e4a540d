"""One way to read whatever was brought: an iCalendar file, or a table with its columns."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from activities.importing.calendars import read_calendar
from activities.importing.exceptions import BrokenFile
from activities.importing.found import Found
from activities.importing.tables import Columns, guess, read_rows, read_table
from activities.models import SourceKind


def read(content: bytes, kind: str, *, columns: dict[str, Any] | None = None) -> Found:
    """Return what a file says. A table without known columns is read by what its headings say.

    Raises BrokenFile or TooMuch.
    """
    if kind == SourceKind.ICAL:
        return read_calendar(content)
    table = read_rows(content, kind)
    chosen = Columns.from_json(columns) if columns else guess(table)
    if not chosen.is_enough:
        raise BrokenFile(
            _(
                "We zien niet welke kolom de naam is, en welke de datum. Kies de kolommen op de pagina."
            )
        )
    return read_table(table, chosen)
