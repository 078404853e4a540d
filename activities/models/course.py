"""Joining a course: one party for the whole series. Each of its dates has a sign-up of its own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models.party import (
    HAS_QUEUE_FACTS,
    HOLDING,
    IS_FOR_SELF,
    IS_LIVE,
    LIVE,
    Party,
    SignUpState,
)
from activities.models.series import Series
from lokaal.keys import UUIDKey
from lokaal.people.models import Person


class CourseSignUpQuerySet(models.QuerySet["CourseSignUp"]):
    def live(self) -> CourseSignUpQuerySet:
        """In the course or in its queue."""
        return self.filter(state__in=LIVE)

    def inside(self) -> CourseSignUpQuerySet:
        """In the course, or with an offer that was not answered yet, in the order in which they came."""
        return self.filter(state__in=HOLDING).order_by("created_at", "id")

    def waiting(self) -> CourseSignUpQuerySet:
        """The queue, first in line first."""
        return self.filter(state=SignUpState.WAITING).order_by("queued_at", "id")

    def of(self, person: Person) -> CourseSignUpQuerySet:
        return self.filter(person=person)

    def with_page(self) -> CourseSignUpQuerySet:
        """All that the page of a party in a course shows."""
        return self.select_related("person", "series__activity__centre")


class CourseSignUp(Party):
    """A party for a whole series."""

    id = UUIDKey()
    series = models.ForeignKey(
        Series, models.PROTECT, related_name="course_sign_ups", verbose_name=_("reeks")
    )
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="course_sign_ups",
        verbose_name=_("mens"),
    )

    objects = CourseSignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("aanmelding voor een cursus")
        verbose_name_plural = _("aanmeldingen voor een cursus")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                "series",
                "queued_at",
                "id",
                name="activities_course_queue",
                condition=Q(state=SignUpState.WAITING),
            ),
        ]
        constraints = [
            models.UniqueConstraint("code", name="activities_course_code"),
            models.UniqueConstraint(
                "series", "form_key", name="activities_course_form_once", condition=~Q(form_key="")
            ),
            models.UniqueConstraint(
                "series",
                "person",
                name="activities_course_one_per_person",
                condition=IS_LIVE & IS_FOR_SELF,
                violation_error_message=_("Je staat al op de lijst."),
            ),
            models.UniqueConstraint(
                "series",
                "guest_key",
                name="activities_course_one_per_guest",
                condition=IS_LIVE & ~Q(guest_key=""),
                violation_error_message=_("Je staat al op de lijst."),
            ),
            models.CheckConstraint(name="activities_course_queue_facts", condition=HAS_QUEUE_FACTS),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.series}"
