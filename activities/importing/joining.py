"""Events that may be one activity: the same name, several times. A person says so; nothing is joined by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from activities.importing.found import FoundSeries
from activities.importing.taking_over import key_of


@dataclass(frozen=True)
class Proposal:
    """Events with one name. `key` goes through the form."""

    key: str
    title: str
    events: int
    dates: int
    first: datetime
    last: datetime
    is_same_text: bool


def proposals(series: Iterable[FoundSeries]) -> list[Proposal]:
    """Return the names that more than one event has, the most frequent first."""
    by_name: dict[str, list[FoundSeries]] = defaultdict(list)
    for one in series:
        if key_of(one.title):
            by_name[key_of(one.title)].append(one)
    found = []
    for key, group in by_name.items():
        if len(group) < 2:
            continue
        starts = [date.starts_at for one in group for date in one.dates]
        found.append(
            Proposal(
                key=key,
                title=group[0].title,
                events=len(group),
                dates=len(starts),
                first=min(starts),
                last=max(starts),
                is_same_text=len({one.text for one in group}) == 1,
            )
        )
    return sorted(found, key=lambda proposal: (-proposal.events, proposal.title))
