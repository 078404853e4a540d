"""Take over a calendar that is kept elsewhere, from a file or a web address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from activities.importing import limits, sources
from activities.importing.bringing import read
from activities.importing.choices import Choices
from activities.importing.joining import proposals
from activities.importing.report import Report
from activities.importing.taking_over import take_over
from activities.models import CalendarSource
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal

HEADINGS = {
    "kept": "Edited here, left alone",
    "vanished": "Not in the source any more (use --cancel-vanished to call these off)",
    "cancelled": "Called off, because it is not in the source any more",
    "read_as": "Taken over, but look at these",
    "changed": "Changed in the source, and now here",
}

FACTS = {
    "Activities": {"activities": "new", "text": "changed"},
    "Dates": {
        "created": "new",
        "moved": "moved",
        "changed": "changed",
        "cancelled": "cancelled",
        "unchanged": "unchanged",
        "vanished": "not in the source any more",
    },
}


class Command(BaseCommand):
    help = "Take over an iCalendar, CSV or XLSX calendar from a file or a web address. Reasons are in Dutch."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="a file, or an address that starts with https://")
        parser.add_argument("--centre", required=True, metavar="SLUG", help="the centre it is for")
        parser.add_argument("--dry-run", action="store_true", help="only tell what would happen")
        parser.add_argument(
            "--name", default="", help="known by this name the next time (default: the file's name)"
        )
        parser.add_argument(
            "--draft", action="store_true", help="new activities are drafts, not in the agenda yet"
        )
        parser.add_argument(
            "--sign-up", action="store_true", help="people can sign up (default: drop-in)"
        )
        parser.add_argument(
            "--capacity", type=int, metavar="N", help="places per date; implies --sign-up"
        )
        parser.add_argument(
            "--language", metavar="CODE", help="language of the texts (default: nl)"
        )
        parser.add_argument(
            "--join-same-title",
            action="store_true",
            help="events with the same title become one activity",
        )
        parser.add_argument(
            "--cancel-vanished",
            action="store_true",
            help="call off dates to come that the source no longer has",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["capacity"] is not None and options["capacity"] < 1:
            raise CommandError("--capacity is 1 or more.")
        centre = Centre.objects.filter(slug=options["centre"]).first()
        if centre is None:
            slugs = ", ".join(Centre.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no centre {options['centre']}. Known: {slugs}.")
        with translation.override(settings.LANGUAGE_CODE):
            try:
                report = self._import(centre, options)
            except Refusal as refusal:
                raise CommandError(f"Nothing was taken over. {refusal}") from refusal
        self._print(report, verbosity=options["verbosity"])

    def _import(self, centre: Centre, options: dict[str, Any]) -> Report:
        brought = self._bring(options["source"])
        name = options["name"] or brought.name
        source = CalendarSource.objects.filter(centre=centre, name=name).first()
        found = read(brought.content, brought.kind, columns=source.columns if source else None)
        joined = [p.key for p in proposals(found.series)] if options["join_same_title"] else []
        return take_over(
            found,
            centre=centre,
            name=name,
            choices=_choices(options, source),
            joined_titles=joined,
            cancel_vanished=options["cancel_vanished"],
            is_dry_run=options["dry_run"],
        )

    def _bring(self, source: str) -> sources.Brought:
        if sources.is_address(source):
            return sources.fetch(source)
        path = Path(source)
        try:
            if not path.is_file():
                raise CommandError(f"There is no file {source}.")
            with path.open("rb") as file:
                return sources.Brought(sources.file_name(path.name), file.read(limits.BYTES + 1))
        except OSError as error:
            raise CommandError(f"{source} cannot be read: {error.strerror}.") from error

    def _print(self, report: Report, *, verbosity: int) -> None:
        if report.is_dry_run:
            self.stdout.write(self.style.WARNING("Dry run: nothing was stored."))
        counts = report.counts
        self.stdout.write(
            f"{report.total} {report.unit}s: "
            + ", ".join(f"{number} {outcome}" for outcome, number in counts.items())
            + "."
        )
        touched = []
        for subject, facts in FACTS.items():
            told = [
                f"{report.dates[key]} {words}" for key, words in facts.items() if report.dates[key]
            ]
            if told:
                touched.append(f"{subject}: {', '.join(told)}.")
        self.stdout.write(" ".join(touched) or "Nothing to take over.")
        self._print_remarks(report)
        skipped = report.skipped()
        if skipped:
            self.stdout.write("\nSkipped:")
        for entry in skipped:
            name = f" {entry.name}" if entry.name else ""
            self.stdout.write(f"  line {entry.line}, {entry.kind}{name}: {entry.reason}")
        if verbosity > 1:
            self.stdout.write("\nAll:")
            for entry in report.entries:
                self.stdout.write(
                    f"  line {entry.line}, {entry.kind} {entry.name}: {entry.outcome}"
                )

    def _print_remarks(self, report: Report) -> None:
        for topic, heading in HEADINGS.items():
            remarks = [remark for remark in report.remarks if remark.topic == topic]
            if remarks:
                self.stdout.write(f"\n{heading}:")
            for remark in remarks:
                place = ", ".join(
                    ([f"line {remark.line}"] if remark.line else [])
                    + ([remark.name] if remark.name else [])
                )
                self.stdout.write(
                    f"  {place}: {remark.sentence}" if place else f"  {remark.sentence}"
                )


def _choices(options: dict[str, Any], source: CalendarSource | None) -> Choices | None:
    """Return the choices of the options; None (those of the last time) for a known source without such options."""
    given = options["draft"] or options["sign_up"] or options["capacity"] or options["language"]
    if source is not None and source.imported_at is not None and not given:
        return None
    return Choices(
        is_published=not options["draft"],
        needs_sign_up=options["sign_up"] or options["capacity"] is not None,
        capacity=options["capacity"],
        language=options["language"] or "nl",
    )
