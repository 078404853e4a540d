"""A row of everything of the voice that stands in /beheer/, as bare as can be: thirty of them are made in a test."""

from collections.abc import Callable

from django.db.models import Model

from activities.models import (
    AnswerDraft,
    HallScreen,
    KnowledgeSession,
    MeToo,
    Question,
    QuestionStep,
    QuestionStepKind,
    QuestionTheme,
    SessionGuest,
    SessionNote,
    SessionQuestion,
)
from activities.papers import hall
from tests.activities.factories import CentreFactory, PersonFactory
from tests.activities.voice.factories import (
    GuestFactory,
    ListedFactory,
    MeTooFactory,
    NoteFactory,
    QuestionFactory,
    SessionFactory,
    ThemeFactory,
)

VOICE_ROWS: dict[type[Model], Callable[[int], Model]] = {
    QuestionTheme: lambda number: ThemeFactory(),
    Question: lambda number: QuestionFactory(theme=ThemeFactory(), centre=CentreFactory()),
    QuestionStep: lambda number: QuestionStep.objects.create(
        question=QuestionFactory(), kind=QuestionStepKind.ANSWERED, name="Karin Pol"
    ),
    MeToo: lambda number: MeTooFactory(example="Bij ons ook."),
    KnowledgeSession: lambda number: SessionFactory(theme=ThemeFactory()),
    SessionGuest: lambda number: GuestFactory(),
    SessionQuestion: lambda number: ListedFactory(),
    AnswerDraft: lambda number: AnswerDraft.objects.create(
        question=QuestionFactory(), guest=GuestFactory(), text="Ja."
    ),
    SessionNote: lambda number: NoteFactory(),
    HallScreen: lambda number: hall.make_link(CentreFactory(), language="nl", by=PersonFactory()),
}
