"""What the person who imports decides, once for the whole source. It holds for activities that are new."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from activities.models import Activity, ActivityState, CostKind, Participation


@dataclass(frozen=True)
class Choices:
    is_published: bool = True
    needs_sign_up: bool = False
    capacity: int | None = None
    is_free: bool = False
    language: str = "nl"

    def activity(self, **words: Any) -> Activity:
        """Return a new activity on these terms, not stored yet."""
        return Activity(
            state=ActivityState.PUBLISHED if self.is_published else ActivityState.DRAFT,
            participation=Participation.SIGN_UP if self.needs_sign_up else Participation.DROP_IN,
            default_capacity=self.capacity if self.needs_sign_up else None,
            cost_kind=CostKind.FREE if self.is_free else CostKind.UNKNOWN,
            text_language=self.language,
            **words,
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any] | None) -> Choices:
        return cls(**(kept or {}))
