"""What a file says, whatever its kind: series with their dates, ready to be laid beside the rows of a centre."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from activities.importing.report import Entry, Report

#: The recurrence id of a date that does not recur: it may move, and stays the same date.
ONCE = "once"


@dataclass
class FoundDate:
    """One date of a series. Times are UTC; `key` is the moment the rule first gave it, whatever it moved to."""

    key: str
    starts_at: datetime
    ends_at: datetime
    entry: Entry
    title: str
    text: str = ""
    room: str = ""
    is_all_day: bool = False
    is_cancelled: bool = False
    planned_at: datetime | None = None  # the moment the rule first gave it


@dataclass
class FoundSeries:
    """An event and all its dates. `entry` is the component that carries its words."""

    uid: str
    title: str
    text: str
    room: str
    entry: Entry
    dates: list[FoundDate] = field(default_factory=list)
    is_recurring: bool = False


@dataclass
class Found:
    """All of a file: what can be taken over, the report so far, and what is needed to add dates later."""

    kind: str
    series: list[FoundSeries]
    report: Report
    unread_uids: set[str] = field(default_factory=set)
    endless: str = ""
