"""A lesson: what somebody learned from something that was tried, for the next one at the step where it matters."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from activities.models.look_back import IS_FOR_ALL, LookBack, Readers, _Written
from activities.models.wish import Showing
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person

LESSON_LENGTH = 500


class Matter(models.TextChoices):
    """The step of a plan at which a lesson matters."""

    ROOM = "room", _("de ruimte")
    MONEY = "money", _("het geld")
    HELPERS = "helpers", _("wie helpt mee")
    ACCESS = "access", _("binnenkomen en meedoen")
    POSTER = "poster", _("laten weten dat het er is")
    TIME = "time", _("dag en tijd")
    FORM = "form", _("wat we doen")
    OTHER = "other", _("iets anders")


class LessonQuerySet(models.QuerySet["Lesson"]):
    def for_all(self) -> LessonQuerySet:
        """What everybody may read."""
        return self.filter(IS_FOR_ALL)

    def for_organisers(self, centre: Centre | None) -> LessonQuerySet:
        """What who organises something at a house may read: what is for everybody, and what is for that house."""
        here = Q(readers=Readers.HOUSE, look_back__centre=centre) if centre else Q(pk=None)
        return self.filter(Q(readers=Readers.EVERYONE) | here, showing=Showing.SHOWN)


class Lesson(_Written):
    """One thing to remember, in the words of who learned it."""

    id = UUIDKey()
    look_back = models.ForeignKey(
        LookBack, models.CASCADE, related_name="lessons", verbose_name=_("terugblik")
    )
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="lessons",
        verbose_name=_("mens"),
    )
    matter = models.CharField(
        _("waar gaat het over?"), max_length=7, choices=Matter, default=Matter.OTHER
    )
    text = models.TextField(_("wat leerden we?"), max_length=LESSON_LENGTH)
    with_name = models.BooleanField(_("met mijn voornaam"), default=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)
    updated_at = models.DateTimeField(_("veranderd"), auto_now=True)
    search_vector = models.GeneratedField(
        expression=models.Func(
            F("language"),
            F("text"),
            Value(""),
            Value(""),
            function="lokaal_search_vector",
            output_field=SearchVectorField(),
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    search_sounds = models.GeneratedField(
        expression=models.Func(
            F("text"),
            Value(""),
            function="lokaal_search_sounds",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("les")
        verbose_name_plural = _("lessen")
        ordering = ["id"]
        indexes = [
            GinIndex(name="activities_lesson_search", fields=["search_vector"]),
            GinIndex(
                name="activities_lesson_sounds",
                fields=["search_sounds"],
                opclasses=["gin_trgm_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def shown_name(self) -> str:
        """The first name, only where the writer wants it."""
        return self.person.get_short_name() if self.with_name and self.person else ""
