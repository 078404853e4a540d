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
from activities.models.importing import CalendarSource, ImportedEvent
from activities.models.occurrence import Occurrence, OccurrenceState
from activities.models.sign_up import Presence, SignUp, SignUpState
from activities.models.wish import Wish

__all__ = [
    "Activity",
    "ActivityState",
    "ActivityTranslation",
    "Audience",
    "CalendarSource",
    "CostKind",
    "ImportedEvent",
    "Mood",
    "Occurrence",
    "OccurrenceState",
    "Participation",
    "Presence",
    "SignUp",
    "SignUpState",
    "Wish",
]
