"""Looks at what residents wrote, and reports about it. Each row is about exactly one text, of one of a few kinds."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.lesson import Lesson
from activities.models.look_back import Reaction, Reflection
from activities.models.question import MeToo, Question
from activities.models.session import SessionNote
from activities.models.wish import Wish
from lokaal.keys import UUIDKey
from lokaal.people.models import Person

REASON_LENGTH = 500
#: The kinds of texts that are looked at, by the field that points to them.
TEXT_FIELDS = (
    "wish",
    "question",
    "lesson",
    "reflection",
    "reaction",
    "me_too",
    "session_note",
)
#: One of the fields is set, and the others are not.
IS_ABOUT_ONE = reduce(
    or_,
    (Q(**{f"{other}__isnull": other != field for other in TEXT_FIELDS}) for field in TEXT_FIELDS),
)


class AboutText(models.Model):
    """A row about one text that a resident wrote."""

    wish = models.ForeignKey(
        Wish,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("idee"),
    )
    question = models.ForeignKey(
        Question,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("vraag"),
    )
    lesson = models.ForeignKey(
        Lesson,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("les"),
    )
    reflection = models.ForeignKey(
        Reflection,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("antwoorden bij een terugblik"),
    )
    reaction = models.ForeignKey(
        Reaction,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("antwoord van wie er was"),
    )
    me_too = models.ForeignKey(
        MeToo,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("voorbeeld bij een vraag"),
    )
    session_note = models.ForeignKey(
        SessionNote,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("regel of voorbeeld"),
    )

    class Meta:
        abstract = True

    @property
    def text(self) -> Any:
        """The wish, question or lesson that it is about."""
        return next(text for field in TEXT_FIELDS if (text := getattr(self, field)) is not None)


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> ReportQuerySet:
        """Those that nobody decided about, oldest first."""
        return self.filter(decided_at=None).order_by("created_at", "id")

    def with_text(self) -> ReportQuerySet:
        return self.select_related(*TEXT_FIELDS)


class Report(AboutText):
    """Somebody says that a text should not stand here. Nobody knows who: nothing of them is kept."""

    id = UUIDKey()
    reason = models.CharField(_("wat is er mis?"), max_length=REASON_LENGTH)
    created_at = models.DateTimeField(_("gemeld op"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("bekeken op"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("bekeken door"),
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("melding")
        verbose_name_plural = _("meldingen")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index("created_at", name="activities_report_open", condition=Q(decided_at=None))
        ]
        constraints = [
            models.CheckConstraint(name="activities_report_about_one", condition=IS_ABOUT_ONE)
        ]

    def __str__(self) -> str:
        return self.reason[:80]


class Look(AboutText):
    """Somebody of the house read a text, and let it be seen or not."""

    id = UUIDKey()
    is_shown = models.BooleanField(_("staat op de site"))
    reason = models.TextField(_("waarom niet"), max_length=REASON_LENGTH, blank=True)
    had_report = models.BooleanField(_("na een melding"), default=False)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bekeken door"),
    )
    at = models.DateTimeField(_("bekeken op"), default=timezone.now)

    class Meta:
        verbose_name = _("blik")
        verbose_name_plural = _("blikken")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(name="activities_look_about_one", condition=IS_ABOUT_ONE),
            models.CheckConstraint(
                name="activities_look_says_why",
                condition=Q(is_shown=True) | ~Q(reason=""),
                violation_error_message=_("Zeg waarom, in vriendelijke woorden."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text}: {self.is_shown}"
