"""What the house does: activities, their dates, and who joins."""

from activities.models.activity import (
    Activity,
    ActivityState,
    ActivityTranslation,
    Audience,
    CostKind,
    LanguageLevel,
    Mood,
    Participation,
    QueueRule,
)
from activities.models.course import CourseSignUp
from activities.models.door import DateCount, HeadTap, Tablet
from activities.models.following import Follow, Follower
from activities.models.helper import Helper, HelperAnswer
from activities.models.importing import CalendarSource, ImportDraft, ImportedEvent, SourceKind
from activities.models.lesson import Lesson, Matter
from activities.models.look_back import (
    Choice,
    LookBack,
    Outcome,
    Reaction,
    Readers,
    Reflection,
    Writer,
)
from activities.models.moderation import Look, Report
from activities.models.moment import Happened, WishMoment
from activities.models.need import Need, NeedKind
from activities.models.occurrence import Occurrence, OccurrenceState
from activities.models.party import MAX_COMPANIONS, ForWhom, SignUpState
from activities.models.personal_calendar import PersonalCalendar
from activities.models.plan import (
    Plan,
    PlanNote,
    PlanStep,
    PlanStepKind,
    PlanTemplate,
    TemplateStep,
)
from activities.models.pot import Grant, GrantMaximum, GrantState, Pot, Spending
from activities.models.question import (
    MeToo,
    Question,
    QuestionKind,
    QuestionState,
    QuestionStep,
    QuestionStepKind,
    QuestionTheme,
)
from activities.models.screen import HallScreen
from activities.models.series import Every, Series
from activities.models.session import (
    AnswerDraft,
    KnowledgeSession,
    NoteKind,
    SessionGuest,
    SessionNote,
    SessionQuestion,
)
from activities.models.sign_up import Presence, SignUp
from activities.models.support import Support, SupportKind
from activities.models.table import Consent, NeighbourhoodTable, TableItem
from activities.models.theme import Theme, ThemeTranslation
from activities.models.till import PaidBy, TillClosing, TillEntry
from activities.models.time_question import TimeAnswer, TimeQuestion
from activities.models.wish import Showing, Wish, WishState

__all__ = [
    "MAX_COMPANIONS",
    "Activity",
    "ActivityState",
    "ActivityTranslation",
    "AnswerDraft",
    "Audience",
    "CalendarSource",
    "Choice",
    "Consent",
    "CostKind",
    "CourseSignUp",
    "DateCount",
    "Every",
    "Follow",
    "Follower",
    "ForWhom",
    "Grant",
    "GrantMaximum",
    "GrantState",
    "HallScreen",
    "Happened",
    "HeadTap",
    "Helper",
    "HelperAnswer",
    "ImportDraft",
    "ImportedEvent",
    "KnowledgeSession",
    "LanguageLevel",
    "Lesson",
    "Look",
    "LookBack",
    "Matter",
    "MeToo",
    "Mood",
    "Need",
    "NeedKind",
    "NeighbourhoodTable",
    "NoteKind",
    "Occurrence",
    "OccurrenceState",
    "Outcome",
    "PaidBy",
    "Participation",
    "PersonalCalendar",
    "Plan",
    "PlanNote",
    "PlanStep",
    "PlanStepKind",
    "PlanTemplate",
    "Pot",
    "Presence",
    "Question",
    "QuestionKind",
    "QuestionState",
    "QuestionStep",
    "QuestionStepKind",
    "QuestionTheme",
    "QueueRule",
    "Reaction",
    "Readers",
    "Reflection",
    "Report",
    "Series",
    "SessionGuest",
    "SessionNote",
    "SessionQuestion",
    "Showing",
    "SignUp",
    "SignUpState",
    "SourceKind",
    "Spending",
    "Support",
    "SupportKind",
    "TableItem",
    "Tablet",
    "TemplateStep",
    "Theme",
    "ThemeTranslation",
    "TillClosing",
    "TillEntry",
    "TimeAnswer",
    "TimeQuestion",
    "Wish",
    "WishMoment",
    "WishState",
    "Writer",
]
