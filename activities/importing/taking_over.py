"""From what a file says to the rows of a centre: new ones made, changed ones changed, edited ones left alone.

Everything happens in one transaction that holds the source's row: a file that breaks halfway leaves nothing behind, and
two imports of one source at the same moment come one after the other. A look beforehand (`is_dry_run`) does the same
and rolls it back, so that it never promises something else than what will happen.

Dates that exist are changed by activities.planning, one by one, so that whoever is on the list hears of it. New dates
have no list yet and tell nobody: they are written together; their rules (end, places) are the database's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import planning, rooms
from activities.importing.choices import Choices
from activities.importing.fitting import DATE_PARTS, date_values, moment, series_values, values_here
from activities.importing.found import ONCE, Found, FoundDate, FoundSeries
from activities.importing.report import Entry, Outcome, Report, Topic, stronger
from activities.models import (
    Activity,
    ActivityState,
    CalendarSource,
    ImportedEvent,
    Occurrence,
    OccurrenceState,
)
from lokaal.centres.models import Centre
from lokaal.look.formats import clock, day
from lokaal.people.models import Person

BATCH = 1_000


def take_over(
    found: Found,
    *,
    centre: Centre,
    name: str,
    choices: Choices | None = None,
    joined_titles: Collection[str] = (),
    columns: dict[str, Any] | None = None,
    cancel_vanished: bool = False,
    by: Person | None = None,
    is_dry_run: bool = False,
) -> Report:
    """Lay what was found beside what the centre has from this source, and return what became of every component.

    `choices` hold for new activities (None: those of the last time). `joined_titles` are names whose events become
    one activity; they are remembered. Dates that are gone from the source are called off only with `cancel_vanished`.
    """
    with transaction.atomic():
        source = lock_source(centre, name)
        source.kind = found.kind
        if choices is not None:
            source.choices = choices.as_json()
        if columns is not None:
            source.columns = columns
        source.joined_titles = sorted(
            {*source.joined_titles, *(key_of(title) for title in joined_titles)}
        )
        source.endless = found.endless
        report = _TakingOver(source, found, by=by).everything(cancel_vanished=cancel_vanished)
        report.is_dry_run = is_dry_run
        source.report = report.as_json()
        source.imported_at = timezone.now()
        source.imported_by = by
        source.save()
        if is_dry_run:
            transaction.set_rollback(True)
    return report


def add_later_dates(source: CalendarSource, found: Found) -> int:
    """Add the dates that came within sight since the last time, and change nothing else. Return how many."""
    with transaction.atomic():
        locked = CalendarSource.objects.select_for_update().get(pk=source.pk)
        return _TakingOver(locked, found, by=None).later_dates()


def lock_source(centre: Centre, name: str) -> CalendarSource:
    """Return the row of a source, made when it is new, held until the transaction ends."""
    source, _is_new = CalendarSource.objects.get_or_create(centre=centre, name=name)
    return (
        CalendarSource.objects.select_for_update(of=("self",))
        .select_related("centre")
        .get(pk=source.pk)
    )


def key_of(title: str) -> str:
    """Two events with this same key have the same name."""
    return " ".join(title.split()).casefold()


class _TakingOver:
    """One run: the rows that are there, the rows to write, and the report."""

    def __init__(self, source: CalendarSource, found: Found, *, by: Person | None) -> None:
        self.source, self.found, self.by = source, found, by
        self.centre = source.centre
        self.choices = Choices.from_json(source.choices)
        self.report = found.report
        self.now = timezone.now()
        self.series_by_uid = {series.uid: series for series in found.series}
        self.new_activities: list[Activity] = []
        self.new_occurrences: list[Occurrence] = []
        self.replanned: list[Occurrence] = []
        self.new_events: list[ImportedEvent] = []
        self.changed_events: dict[Any, ImportedEvent] = {}
        self.seen: set[tuple[str, str]] = set()
        self.series_rows: dict[str, ImportedEvent] = {}
        self.date_rows: dict[str, dict[str, ImportedEvent]] = defaultdict(dict)
        for row in source.events.select_related("activity", "occurrence"):
            if row.recurrence_id:
                self.date_rows[row.uid][row.recurrence_id] = row
            else:
                self.series_rows[row.uid] = row
        self.leads = self._leads()

    # The whole ----------------------------------------------------------------------------------

    def everything(self, *, cancel_vanished: bool) -> Report:
        for series in self.found.series:
            row = self.series_rows.get(series.uid)
            if row is None:
                self._create(series)
            else:
                self._lay_beside(row, series)
        self._report_vanished(cancel_vanished=cancel_vanished)
        self._write()
        self._tell_rooms()
        self.report.finish()
        return self.report

    def later_dates(self) -> int:
        for series in self.found.series:
            row = self.series_rows.get(series.uid)
            if row is None or row.activity is None or row.activity.state == ActivityState.STOPPED:
                continue
            rows = self.date_rows[series.uid]
            for found in series.dates:
                if found.key not in rows and found.starts_at > self.now:
                    self._add(row.activity, series.uid, found, self._words_of(row.activity, series))
        self._write()
        return len(self.new_occurrences)

    def _write(self) -> None:
        Activity.objects.bulk_create(self.new_activities, batch_size=BATCH)
        Occurrence.objects.bulk_create(self.new_occurrences, batch_size=BATCH)
        rooms.take_free(self.new_occurrences, centre=self.centre.pk, by=self.by)
        ImportedEvent.objects.bulk_create(self.new_events, batch_size=BATCH)
        ImportedEvent.objects.bulk_update(
            self.changed_events.values(), ["recurrence_id", "values"], batch_size=BATCH
        )
        seen = [
            row.pk
            for known in self.date_rows.values()
            for row in known.values()
            if (row.uid, row.recurrence_id) in self.seen
        ]
        seen += [row.pk for uid, row in self.series_rows.items() if uid in self.series_by_uid]
        ImportedEvent.objects.filter(pk__in=seen).update(seen_at=self.now)

    def _tell_rooms(self) -> None:
        """Name the dates whose room somebody else has: they stand in the agenda, without a room that is theirs."""
        touched = [*self.new_occurrences, *self.replanned]
        for occurrence in rooms.without_room(touched, centre=self.centre.pk):
            self.report.remark(
                Topic.READ_AS,
                occurrence.title or occurrence.activity.title,
                _("%(date)s: %(room)s is niet vrij. Kies een andere ruimte.")
                % {"date": _clock_of(occurrence.starts_at), "room": occurrence.place},
            )

    # Whose words an activity has ------------------------------------------------------------------

    def _leads(self) -> dict[Any, str]:
        """Return, for each activity, the UID whose words it has. When that one vanished, the next one follows."""
        leads: dict[Any, str] = {}
        for row in self.series_rows.values():
            if row.activity_id and row.values:
                leads[row.activity_id] = row.uid
        for row in self.series_rows.values():
            lead = leads.get(row.activity_id)
            if lead is None or lead in self.series_by_uid or row.uid not in self.series_by_uid:
                continue
            old = self.series_rows[lead]
            row.values, old.values = old.values, {}
            leads[row.activity_id] = row.uid
            self.changed_events |= {row.pk: row, old.pk: old}
        return leads

    def _words_of(self, activity: Activity, series: FoundSeries) -> FoundSeries:
        lead = self.leads.get(activity.pk, series.uid)
        return self.series_by_uid.get(lead, series)

    # What is new ----------------------------------------------------------------------------------

    def _create(self, series: FoundSeries) -> None:
        activity = self._joined_activity(series)
        values: dict[str, Any] = {}
        if activity is None:
            values = series_values(series, self.centre, self.report)
            activity = self.choices.activity(centre=self.centre, **values)
            self.new_activities.append(activity)
            self.leads[activity.pk] = series.uid
            self.report.dates["activities"] += 1
        row = ImportedEvent(source=self.source, uid=series.uid, activity=activity, values=values)
        self.new_events.append(row)
        self.series_rows[series.uid] = row
        words = self._words_of(activity, series)
        _mark(series.entry, Outcome.CREATED)
        for found in series.dates:
            self._add(activity, series.uid, found, words)
            _mark(found.entry, Outcome.CREATED)
        self._tell_new(activity, series, series.dates)

    def _joined_activity(self, series: FoundSeries) -> Activity | None:
        """Return the activity that has this name already, where a person said that those belong together."""
        if key_of(series.title) not in self.source.joined_titles:
            return None
        for activity_id, uid in self.leads.items():
            row = self.series_rows.get(uid)
            if row is None or row.activity is None or row.activity.pk != activity_id:
                continue
            if key_of(row.values.get("title", "")) == key_of(series.title):
                return row.activity
        return None

    def _add(self, activity: Activity, uid: str, found: FoundDate, words: FoundSeries) -> None:
        values = date_values(found, words, self.centre, self.report)
        fields = {name: values[name] for name in ("title", "note", "room", "is_all_day")}
        occurrence = Occurrence(
            activity=activity,
            centre=self.centre,
            starts_at=found.starts_at,
            ends_at=found.ends_at,
            original_starts_at=found.planned_at or found.starts_at,
            capacity=activity.default_capacity,
            **fields,
        )
        if found.is_cancelled:
            occurrence.state = OccurrenceState.CANCELLED
            occurrence.cancelled_at = self.now
        self.new_occurrences.append(occurrence)
        self.new_events.append(
            ImportedEvent(
                source=self.source,
                uid=uid,
                recurrence_id=found.key,
                activity=activity,
                occurrence=occurrence,
                values=values,
            )
        )
        self.report.dates["created"] += 1

    # What is known --------------------------------------------------------------------------------

    def _lay_beside(self, row: ImportedEvent, series: FoundSeries) -> None:
        _mark(series.entry, Outcome.UNCHANGED)
        for found in series.dates:
            _mark(found.entry, Outcome.UNCHANGED)
            self.seen.add((series.uid, found.key))
        if row.activity is None:
            self._keep(series.title, _("Hier weggehaald. Dat blijft zo."), series.entry)
            return
        if row.values:
            self._update_words(row, row.activity, series)
        self._follow_moved_series(series)
        words = self._words_of(row.activity, series)
        rows = self.date_rows[series.uid]
        added: list[FoundDate] = []
        for found in series.dates:
            known = rows.get(found.key)
            if known is not None:
                self._update_date(known, row.activity, found, words)
            elif row.activity.state == ActivityState.STOPPED:
                self._keep(
                    row.activity.title, _("Hier gestopt. Er komen geen datums bij."), series.entry
                )
            else:
                self._add(row.activity, series.uid, found, words)
                _mark(found.entry, Outcome.UPDATED)
                added.append(found)
        self._tell_new(row.activity, series, added)

    def _update_words(self, row: ImportedEvent, activity: Activity, series: FoundSeries) -> None:
        values = series_values(series, self.centre, self.report)
        changed: list[str] = []
        kept: list[str] = []
        for name, new in values.items():
            here, taken = getattr(activity, name), row.values.get(name)
            if here == new:
                continue
            if here == taken:
                setattr(activity, name, new)
                changed.append(name)
            else:
                kept.append(WORDS[name]())
        if changed:
            activity.save(update_fields=[*changed, "updated_at"])
            self.report.dates["text"] += 1
            _mark(series.entry, Outcome.UPDATED)
            self._tell_changed(
                activity.title, ", ".join(WORDS[name]() for name in changed), series.entry
            )
        if kept:
            self._keep(
                activity.title,
                _("Hier veranderd: %(what)s. Dat blijft zo.") % {"what": ", ".join(kept)},
                series.entry,
            )
        self._remember(row, values)

    def _follow_moved_series(self, series: FoundSeries) -> None:
        """Know the dates of a series again whose hour changed as a whole: the same day is the same date.

        Also when a single event became a series, or a series a single event.
        """
        rows = self.date_rows[series.uid]
        keys = {found.key for found in series.dates}
        gone = _only_one_per_day(
            (_day_of(row), row) for key, row in rows.items() if key not in keys
        )
        new = _only_one_per_day(
            (timezone.localdate(found.planned_at or found.starts_at), found)
            for found in series.dates
            if found.key not in rows
        )
        for on, found in new.items():
            row = gone.get(on)
            if row is not None and row.occurrence_id:
                del rows[row.recurrence_id]
                row.recurrence_id = found.key
                rows[found.key] = row
                self.changed_events[row.pk] = row

    def _update_date(
        self, row: ImportedEvent, activity: Activity, found: FoundDate, words: FoundSeries
    ) -> None:
        occurrence = row.occurrence
        if occurrence is None:
            self._keep(
                found.title,
                _("%(date)s: hier weggehaald. Dat blijft zo.") % {"date": _when(found)},
                found.entry,
            )
            return
        values = date_values(found, words, self.centre, self.report)
        if values != row.values or values != values_here(occurrence):
            occurrence = Occurrence.objects.locked(occurrence.pk)
            was = _clock_of(occurrence.starts_at)
            changed = self._change(occurrence, values, row.values, found)
            if changed:
                _mark(found.entry, Outcome.UPDATED)
                self.report.dates[changed] += 1
                news = {
                    "moved": f"{was} → {_when(found)}",
                    "cancelled": f"{was}: {_('Gaat niet door.')}",
                }
                self._tell_changed(activity.title, news.get(changed, was), found.entry)
            else:
                self.report.dates["unchanged"] += 1
            self._remember(row, values)
        else:
            self.report.dates["unchanged"] += 1

    def _change(
        self,
        occurrence: Occurrence,
        values: dict[str, Any],
        taken: dict[str, Any],
        found: FoundDate,
    ) -> str:
        """Take over the parts that only the source changed. Return what happened to the date; empty: nothing."""
        here = values_here(occurrence)
        changing: set[str] = set()
        kept: list[str] = []
        for part, names in DATE_PARTS.items():
            if all(here[name] == values[name] for name in names):
                continue
            follows = all(here[name] == taken.get(name, here[name]) for name in names)
            if part == "cancelled" and here["is_cancelled"]:
                kept.append(_("afgezegd"))  # a date that was called off never comes back by itself
            elif follows:
                changing.add(part)
            else:
                kept.append(PARTS[part]())
        if kept:
            self._keep(
                found.title,
                _("%(date)s: hier anders (%(what)s). Dat blijft zo.")
                % {"date": _when(found), "what": ", ".join(kept)},
                found.entry,
            )
        return self._apply(occurrence, changing, values)

    def _apply(self, occurrence: Occurrence, changing: set[str], values: dict[str, Any]) -> str:
        if "times" in changing:
            starts_at, ends_at = moment(values["starts_at"]), moment(values["ends_at"])
            planning.move(
                occurrence,
                starts_at=starts_at,
                ends_at=ends_at,
                is_all_day=values["is_all_day"],
                has_end=ends_at != starts_at,
                needs_room=False,
                by=self.by,
            )
        own_words = changing & {"title", "note", "room"}
        if own_words:
            texts = {
                name: values[name] if name in own_words else getattr(occurrence, name)
                for name in ("title", "note", "room")
            }
            planning.change(
                occurrence, capacity=occurrence.capacity, needs_room=False, by=self.by, **texts
            )
        if "cancelled" in changing:
            planning.cancel(occurrence, reason="", by=self.by)
            return "cancelled"
        self.replanned.append(occurrence)
        return "moved" if "times" in changing else "changed" if own_words else ""

    # What is gone ---------------------------------------------------------------------------------

    def _report_vanished(self, *, cancel_vanished: bool) -> None:
        """Name every date to come that the source does not have any more; count those that are over."""
        over = 0
        for row in self._vanished():
            occurrence = row.occurrence
            if occurrence is None or occurrence.is_cancelled:
                continue
            if occurrence.is_over(self.now):
                over += 1
                continue
            title = occurrence.title or (row.activity.title if row.activity else "")
            when = _clock_of(occurrence.starts_at)
            if cancel_vanished:
                planning.cancel(occurrence, reason="", by=self.by)
                self.report.dates["cancelled"] += 1
                self.report.remark(
                    Topic.CANCELLED,
                    title,
                    _("%(date)s: niet meer in de bron. Nu afgezegd.") % {"date": when},
                )
            else:
                self.report.dates["vanished"] += 1
                self.report.remark(
                    Topic.VANISHED,
                    title,
                    _("%(date)s: niet meer in de bron. Hier gaat het nog door.") % {"date": when},
                )
        if over:
            self.report.dates["over"] += over
            self.report.remark(
                Topic.READ_AS,
                "",
                ngettext(
                    "%(count)d datum van vroeger staat niet meer in de bron. Hier blijft hij staan.",
                    "%(count)d datums van vroeger staan niet meer in de bron. Hier blijven ze staan.",
                    over,
                )
                % {"count": over},
            )

    def _vanished(self) -> Iterator[ImportedEvent]:
        for uid, rows in self.date_rows.items():
            if uid in self.found.unread_uids:
                continue
            for key, row in rows.items():
                if (uid, key) not in self.seen:
                    yield row

    # The books ------------------------------------------------------------------------------------

    def _remember(self, row: ImportedEvent, values: dict[str, Any]) -> None:
        if row.values != values:
            row.values = values
            self.changed_events[row.pk] = row

    def _tell_new(
        self, activity: Activity, series: FoundSeries, dates: Sequence[FoundDate]
    ) -> None:
        """One line for all the new dates of a series."""
        if not dates:
            return
        in_order = sorted(dates, key=lambda found: found.starts_at)
        sentence = _when(in_order[0])
        if len(dates) > 1:
            sentence = _("%(times)s, van %(first)s tot %(last)s.") % {
                "times": ngettext("%(count)d datum", "%(count)d datums", len(dates))
                % {"count": len(dates)},
                "first": day(in_order[0].starts_at),
                "last": day(in_order[-1].starts_at),
            }
        self.report.remark(Topic.NEW, activity.title, sentence, series.entry.line)

    def _tell_changed(self, name: str, sentence: str, entry: Entry) -> None:
        self.report.remark(Topic.CHANGED, name, sentence, entry.line)

    def _keep(self, name: str, sentence: str, entry: Entry) -> None:
        self.report.dates["kept"] += 1
        self.report.remark(Topic.KEPT, name, sentence, entry.line)


WORDS = {"title": lambda: _("naam"), "description": lambda: _("tekst"), "room": lambda: _("ruimte")}
PARTS = {
    "times": lambda: _("tijd"),
    "title": lambda: _("naam"),
    "note": lambda: _("bericht"),
    "room": lambda: _("ruimte"),
    "cancelled": lambda: _("afgezegd"),
}


def _mark(entry: Entry, outcome: Outcome) -> None:
    entry.outcome = stronger(entry.outcome, outcome)
    entry.reason = ""


def _when(found: FoundDate) -> str:
    return day(found.starts_at) if found.is_all_day else _clock_of(found.starts_at)


def _clock_of(moment: datetime) -> str:
    return f"{day(moment)}, {clock(moment)}"


def _day_of(row: ImportedEvent) -> date:
    if row.recurrence_id == ONCE:
        return timezone.localdate(moment(row.values["starts_at"]))
    return timezone.localdate(datetime.strptime(row.recurrence_id, "%Y%m%dT%H%M%S%z"))


def _only_one_per_day(pairs: Iterator[tuple[date, Any]]) -> dict[date, Any]:
    by_day: dict[date, list[Any]] = defaultdict(list)
    for on, item in pairs:
        by_day[on].append(item)
    return {on: items[0] for on, items in by_day.items() if len(items) == 1}
