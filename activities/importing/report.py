"""What became of everything in a file. Nothing disappears without a word: the outcomes add up to the components."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


class Topic(StrEnum):
    """What a remark is about. The page shows them in this order."""

    KEPT = "kept"  # edited here since: left alone
    VANISHED = "vanished"  # not in the source any more
    CANCELLED = "cancelled"  # called off because it vanished, as was asked
    READ_AS = "read_as"  # taken over, but not quite as written
    CHANGED = "changed"  # changed in the source, and now here
    NEW = "new"  # an activity, or more dates of one


#: A stronger outcome of one component hides a weaker one.
STRENGTH = [Outcome.UNCHANGED, Outcome.UPDATED, Outcome.CREATED]


@dataclass
class Entry:
    """One component of the file (or one row of a table), and what became of it."""

    line: int
    kind: str
    name: str = ""
    outcome: Outcome | None = None
    reason: str = ""


@dataclass(frozen=True)
class Remark:
    """Something a person should know about what was taken over."""

    topic: Topic
    name: str
    sentence: str
    line: int = 0


@dataclass
class Report:
    """The entries in the order of the file, the remarks, and how many dates were touched."""

    entries: list[Entry] = field(default_factory=list)
    remarks: dict[Remark, None] = field(default_factory=dict)  # an ordered set
    dates: Counter[str] = field(default_factory=Counter)
    unit: str = "component"
    is_dry_run: bool = False

    def add(self, line: int, kind: str, name: str = "") -> Entry:
        entry = Entry(line, kind, name)
        self.entries.append(entry)
        return entry

    def remark(self, topic: Topic, name: str, sentence: str, line: int = 0) -> None:
        remark = Remark(topic, name, sentence, line)
        self.remarks[remark] = None

    def finish(self) -> None:
        """Give every component that was read and not touched its outcome."""
        for entry in self.entries:
            if entry.outcome is None:
                entry.outcome = Outcome.SKIPPED
                entry.reason = entry.reason or _("Dit soort onderdeel is geen activiteit.")

    @property
    def counts(self) -> dict[str, int]:
        """How many components were created, updated, unchanged and skipped. Adds up to `total`."""
        counted = Counter(entry.outcome for entry in self.entries)
        return {outcome.value: counted[outcome] for outcome in Outcome}

    @property
    def total(self) -> int:
        return len(self.entries)

    def skipped(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.outcome == Outcome.SKIPPED]

    def about(self, topic: Topic) -> list[Remark]:
        return [remark for remark in self.remarks if remark.topic == topic]

    @property
    def changes_nothing(self) -> bool:
        changing = ("created", "moved", "changed", "cancelled", "text")
        return not any(self.dates[what] for what in changing)

    def as_json(self) -> dict[str, Any]:
        return {
            "entries": [asdict(entry) for entry in self.entries],
            "remarks": [asdict(remark) for remark in self.remarks],
            "dates": dict(self.dates),
            "unit": self.unit,
            "is_dry_run": self.is_dry_run,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Report:
        return cls(
            entries=[Entry(**(e | {"outcome": Outcome(e["outcome"])})) for e in kept["entries"]],
            remarks={Remark(**(r | {"topic": Topic(r["topic"])})): None for r in kept["remarks"]},
            dates=Counter(kept["dates"]),
            unit=kept["unit"],
            is_dry_run=kept["is_dry_run"],
        )


def stronger(one: Outcome | None, other: Outcome) -> Outcome:
    """Return the outcome to show for a component that was touched twice."""
    if one is None or one == Outcome.SKIPPED:
        return other
    return max(one, other, key=STRENGTH.index)
