"""The small pot: what a house may give to initiatives in a year, to whom it gave, and what became of it. In cents.

`Pot.granted_cents` and `Grant.spent_cents` are kept by triggers (migration small_pot_rules), in the transaction of the
grant or the receipt; the checks here then refuse what is more than there is, also for two at the same moment.
"""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from activities.models.wish import Wish
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person, Role
from venue.models.vat import DatedQuerySet, DatedRow, ends_after_begin, validity

#: Who decides what is given out of the pot of a house.
POT_ROLES = {Role.COORDINATOR, Role.TREASURER, Role.DIRECTOR}


class GrantMaximum(DatedRow):
    """What one initiative gets at most (domain.md, Zeggenschap: 250 euro). Without a row for a day nothing is given."""

    id = UUIDKey()
    most_cents = models.PositiveIntegerField(_("hoogstens, in centen"))

    objects = DatedQuerySet["GrantMaximum"].as_manager()

    class Meta:
        verbose_name = _("hoogste bedrag uit het potje")
        verbose_name_plural = _("hoogste bedragen uit het potje")
        ordering = ["-valid_from"]
        constraints = [
            ends_after_begin("activities_grantmaximum_ends_after_begin"),
            ExclusionConstraint(
                name="activities_grantmaximum_one_a_day",
                expressions=[(validity(), RangeOperators.OVERLAPS)],
                violation_error_message=_("Voor deze dagen geldt al een bedrag."),
            ),
            models.CheckConstraint(
                name="activities_grantmaximum_above_zero",
                condition=Q(most_cents__gt=0),
                violation_error_message=_("Vul een bedrag in, meer dan nul."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.most_cents / 100:.2f}"


class Pot(models.Model):
    """The pot of a house for a year."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="pots", verbose_name=_("huis"), editable=False
    )
    year = models.PositiveSmallIntegerField(_("jaar"), editable=False)
    budget_cents = models.PositiveIntegerField(_("wat erin zit, in centen"))
    granted_cents = models.PositiveIntegerField(
        _("wat eruit is, in centen"),
        default=0,
        editable=False,
        help_text=_("Wat is toegezegd. Van wat klaar is: wat is uitgegeven."),
    )
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    changed_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("veranderd door"),
    )

    class Meta:
        verbose_name = _("potje")
        verbose_name_plural = _("potjes")
        ordering = ["-year", "centre"]
        constraints = [
            models.UniqueConstraint("centre", "year", name="activities_pot_one_a_year"),
            models.CheckConstraint(
                name="activities_pot_never_overdrawn",
                condition=Q(granted_cents__lte=F("budget_cents")),
                violation_error_message=_("Er is al meer uit het potje gegeven."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre} {self.year}"

    @property
    def left_cents(self) -> int:
        return self.budget_cents - self.granted_cents


class GrantState(models.TextChoices):
    """`GRANTED` holds its whole amount, `CLOSED` what was spent; the others hold nothing."""

    ASKED = "asked", _("gevraagd")
    GRANTED = "granted", _("gegeven")
    REFUSED = "refused", _("nu niet")
    WITHDRAWN = "withdrawn", _("niet meer nodig")
    CLOSED = "closed", _("klaar")


#: In these there is money for it.
PAID_OUT = {GrantState.GRANTED, GrantState.CLOSED}


class GrantQuerySet(models.QuerySet["Grant"]):
    def waiting(self) -> GrantQuerySet:
        """Asked and not answered yet, longest waiting first."""
        return self.filter(state=GrantState.ASKED).order_by("asked_at", "id")

    def to_decide_by(self, person: Person) -> GrantQuerySet:
        """Those that wait for an answer of this person: of the houses where they decide about the pot."""
        houses = {role.centre_id for role in person.current_roles if role.role in POT_ROLES}
        return self.waiting() if None in houses else self.waiting().filter(centre__in=houses)

    def running(self) -> GrantQuerySet:
        """Given, and not closed yet."""
        return self.filter(state=GrantState.GRANTED).order_by("decided_at", "id")

    def paid_out(self) -> GrantQuerySet:
        return self.filter(state__in=PAID_OUT)

    def of_year(self, year: int) -> GrantQuerySet:
        """What waits, and what was given out of the pots of a year."""
        return self.filter(Q(state=GrantState.ASKED) | Q(pot__year=year))

    def with_subject(self) -> GrantQuerySet:
        """With what it is for, and who asked."""
        return self.select_related(
            "wish", "activity", "centre", "pot", "asked_by", "decided_by"
        ).defer(
            "wish__search_vector",
            "wish__search_sounds",
            "activity__search_vector",
            "activity__search_sounds",
        )


class Grant(models.Model):
    """Money asked for, and given or not, for one wish or one activity."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="grants", verbose_name=_("huis"), editable=False
    )
    pot = models.ForeignKey(
        Pot,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="grants",
        verbose_name=_("potje"),
    )
    wish = models.ForeignKey(
        Wish,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="grants",
        verbose_name=_("idee"),
    )
    activity = models.ForeignKey(
        Activity,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="grants",
        verbose_name=_("activiteit"),
    )
    state = models.CharField(
        _("stand"), max_length=9, choices=GrantState, default=GrantState.ASKED, editable=False
    )
    amount_cents = models.PositiveIntegerField(_("bedrag in centen"), editable=False)
    spent_cents = models.PositiveIntegerField(_("uitgegeven, in centen"), default=0, editable=False)
    purpose = models.CharField(_("waarvoor"), max_length=300, editable=False)
    language = models.CharField(_("taal"), max_length=7, default="nl", editable=False)
    asked_at = models.DateTimeField(_("gevraagd op"), default=timezone.now, editable=False)
    asked_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("gevraagd door"),
    )
    asked_name = models.CharField(max_length=120, blank=True, editable=False)
    decided_at = models.DateTimeField(_("besloten op"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("besloten door"),
    )
    decision_words = models.CharField(_("antwoord"), max_length=500, blank=True, editable=False)
    closed_at = models.DateTimeField(_("klaar op"), null=True, blank=True, editable=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("bijdrage uit het potje")
        verbose_name_plural = _("bijdragen uit het potje")
        ordering = ["-asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="activities_grant_for_one_thing",
                condition=Q(wish__isnull=False, activity__isnull=True)
                | Q(wish__isnull=True, activity__isnull=False),
            ),
            models.CheckConstraint(
                name="activities_grant_above_zero", condition=Q(amount_cents__gt=0)
            ),
            models.CheckConstraint(
                name="activities_grant_spent_within",
                condition=Q(spent_cents__lte=F("amount_cents")),
                violation_error_message=_("Dat is meer dan er is gegeven."),
            ),
            models.CheckConstraint(
                name="activities_grant_paid_from_a_pot",
                condition=~Q(state__in=sorted(PAID_OUT)) | Q(pot__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.amount_cents / 100:.2f}"

    @property
    def subject(self) -> Wish | Activity:
        """What it is for."""
        return self.wish or self.activity  # type: ignore[return-value]  # the database keeps one of them

    @property
    def left_cents(self) -> int:
        return self.amount_cents - self.spent_cents


class Spending(models.Model):
    """What was bought from a grant."""

    id = UUIDKey()
    grant = models.ForeignKey(
        Grant, models.PROTECT, related_name="spendings", verbose_name=_("bijdrage")
    )
    amount_cents = models.PositiveIntegerField(_("bedrag in centen"))
    what = models.CharField(_("wat"), max_length=200)
    spent_on: models.DateField[date, date] = models.DateField(_("op"))
    has_receipt = models.BooleanField(_("bonnetje gezien"), default=False)
    entered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    entered_name = models.CharField(max_length=120, blank=True, editable=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)
    created_at = models.DateTimeField(_("ingevuld op"), default=timezone.now, editable=False)
    struck_at = models.DateTimeField(_("doorgestreept"), null=True, blank=True, editable=False)
    struck_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("doorgestreept door"),
    )

    class Meta:
        verbose_name = _("uitgave uit het potje")
        verbose_name_plural = _("uitgaven uit het potje")
        ordering = ["spent_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="activities_spending_above_zero",
                condition=Q(amount_cents__gt=0),
                violation_error_message=_("Vul een bedrag in, meer dan nul."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.amount_cents / 100:.2f}"
