"""Giving out invoice numbers: one after the other, none twice, none left out."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from lokaal.keys import new_key
from venue.exceptions import NotNow
from venue.models import Invoice, InvoiceKind, InvoiceSeries


def take_number(kind: InvoiceKind, day: date) -> tuple[InvoiceSeries, int, str]:
    """Return the series, the next sequence of its year and the number as it is written: F2026-0042.

    The row of the counter stays locked until the caller's transaction ends, so that the next in line waits for its
    outcome: what is rolled back leaves no gap. Raises NotNow without a series, and for a day before the last number.
    """
    series = InvoiceSeries.objects.filter(kind=kind, is_active=True).first()
    if series is None:
        raise NotNow(_("Er is nog geen reeks met nummers. Maak die eerst in het beheer."))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO venue_invoicecounter AS c (id, series_id, year, last) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (series_id, year) DO UPDATE SET last = c.last + 1 RETURNING last",
            [new_key(), series.pk, day.year],
        )
        (sequence,) = cursor.fetchone()
    newest = Invoice.objects.filter(series=series, year=day.year).aggregate(day=Max("issued_on"))
    if newest["day"] is not None and newest["day"] > day:
        raise NotNow(_("Er is al een factuur van een latere dag. Nummers lopen op met de datum."))
    return series, sequence, series.text(day.year, sequence)
