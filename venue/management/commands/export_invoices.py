"""Every issued invoice and credit note as a file: manage.py export_invoices --as ubl --to FOLDER [--since DATE]."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from venue.models import Invoice
from venue.money.ubl import file_name, invoice_xml
from venue.papers.invoice import invoice_pdf

MAKERS = {"ubl": ("xml", invoice_xml), "pdf": ("pdf", invoice_pdf)}
AT_A_TIME = 200


class Command(BaseCommand):
    """Writes one file per invoice, called after its number. A file is whole or not there; again does no harm."""

    help = "Write every issued invoice and credit note to a folder, one file each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="form", required=True, choices=sorted(MAKERS))
        parser.add_argument("--to", dest="folder", required=True, type=Path)
        parser.add_argument(
            "--since", type=_day, default=None, help="Only those dated on or after: YYYY-MM-DD."
        )

    def handle(self, *, form: str, folder: Path, since: date | None, **options: Any) -> None:
        ending, make = MAKERS[form]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise CommandError(f"Cannot make the folder {folder}: {problem.strerror}.") from problem
        found = Invoice.objects.issued().with_page().order_by("issued_on", "number")
        if since is not None:
            found = found.filter(issued_on__gte=since)
        count = 0
        for invoice in found.iterator(chunk_size=AT_A_TIME):
            _write(folder / file_name(invoice, ending), make(invoice))
            count += 1
        self.stdout.write(f"{count} files in {folder}")


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _write(target: Path, content: bytes) -> None:
    """Write beside the target and put it in place in one step, so that nobody reads half a file."""
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, target)
    except OSError as problem:
        raise CommandError(f"Cannot write {target}: {problem.strerror}.") from problem
