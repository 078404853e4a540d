"""What the house does: activities, their dates, and who joins."""

from activities.models.activity import (
    Activity,
    ActivityState,
    ActivityTranslation,
    Audience,
    CostKind,
    Mood,
    Participation,
)
from activities.models.importing import CalendarSource, ImportDraft, ImportedEvent, SourceKind
from activities.models.occurrence import Occurrence, OccurrenceState
from activities.models.sign_up import MAX_COMPANIONS, Presence, SignUp, SignUpState
from activities.models.wish import Wish

__all__ = [
    "MAX_COMPANIONS",
    "Activity",
    "ActivityState",
    "ActivityTranslation",
    "Audience",
    "CalendarSource",
    "CostKind",
    "ImportDraft",
    "ImportedEvent",
    "Mood",
    "Occurrence",
    "OccurrenceState",
    "Participation",
    "Presence",
    "SignUp",
    "SignUpState",
    "SourceKind",
    "Wish",
]
