"""A need: what somebody asks for to be able to take part. Only the organiser sees it; it is erased after the date."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models.course import CourseSignUp
from activities.models.sign_up import SignUp
from lokaal.keys import UUIDKey

WORDS_LENGTH = 200


class NeedKind(models.TextChoices):
    """What people ask most. `COST` never asks for a proof of income (domain.md, Meedoenregeling)."""

    STEP_FREE = "step_free", _("zonder drempel")
    INTERPRETER = "interpreter", _("een tolk")
    CHILDCARE = "childcare", _("oppas voor kinderen")
    COST = "cost", _("hulp met de kosten")
    OTHER = "other", _("iets anders")


class Need(models.Model):
    """One need of one member of a party: of who signed up (0), or of the first, second, … of those they bring."""

    id = UUIDKey()
    sign_up = models.ForeignKey(
        SignUp,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("aanmelding"),
    )
    course_sign_up = models.ForeignKey(
        CourseSignUp,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("aanmelding voor de cursus"),
    )
    whose = models.PositiveSmallIntegerField(_("van wie"), default=0)
    kind = models.CharField(_("wat"), max_length=11, choices=NeedKind)
    language = models.CharField(_("tolk voor welke taal"), max_length=60, blank=True)
    words = models.CharField(_("in eigen woorden"), max_length=WORDS_LENGTH, blank=True)

    class Meta:
        verbose_name = _("vraag om hulp bij meedoen")
        verbose_name_plural = _("vragen om hulp bij meedoen")
        ordering = ["whose", "kind"]
        constraints = [
            models.CheckConstraint(
                name="activities_need_of_one_party",
                condition=Q(sign_up__isnull=False, course_sign_up__isnull=True)
                | Q(sign_up__isnull=True, course_sign_up__isnull=False),
            ),
            models.UniqueConstraint(
                "sign_up", "whose", "kind", name="activities_need_once_per_sign_up"
            ),
            models.UniqueConstraint(
                "course_sign_up", "whose", "kind", name="activities_need_once_per_course"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
