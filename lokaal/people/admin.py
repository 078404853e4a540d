"""People in the admin: found quickly, changed safely. Roles are given here, by administrators of all centres.

Nobody is removed here (erasing is a right with its own page); an account is closed instead. Passwords are not seen or
set: a person who lost theirs signs in with a code.
"""

from __future__ import annotations

from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401 (both register lists that are taken away below)
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lokaal.admin import HouseInline, HouseModelAdmin, LookOnlyAdmin
from lokaal.people import perms, second_factor
from lokaal.people.exceptions import LastAdministrator
from lokaal.people.forms import NameField
from lokaal.people.models import Person, Role, StaffRole, lock_administrators

# People ------------------------------------------------------------------------------------------


class HoldsRole(admin.SimpleListFilter):
    """Who holds a staff role today."""

    title = gettext_lazy("rol vandaag")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("any", _("een rol")), ("none", _("geen rol")), *Role.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Person]) -> QuerySet[Person]:
        current = StaffRole.objects.current()
        if self.value() == "any":
            return queryset.filter(pk__in=current.values("person"))
        if self.value() == "none":
            return queryset.exclude(pk__in=current.values("person"))
        if self.value() in Role:
            return queryset.filter(pk__in=current.filter(role=self.value()).values("person"))
        return queryset


class PersonForm(forms.ModelForm):
    name = NameField(label=gettext_lazy("naam"))

    class Meta:
        model = Person
        fields = [
            "name",
            "email",
            "phone",
            "preferred_language",
            "channel",
            "birth_date",
            "is_active",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "preferred_language" in self.fields:
            self.fields["preferred_language"] = forms.ChoiceField(
                label=Person._meta.get_field("preferred_language").verbose_name,
                choices=settings.LANGUAGES,
            )

    def clean_is_active(self) -> bool:
        """Refuse to close the account of the last administrator."""
        is_active = self.cleaned_data["is_active"]
        if not is_active and not self.instance._state.adding:
            lock_administrators()
            try:
                self.instance.refuse_if_last_administrator()
            except LastAdministrator as refusal:
                raise ValidationError(refusal.message) from refusal
        return is_active


class StaffRoleFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        """Refuse a set of changes that would leave nobody in charge of everything."""
        super().clean()
        lock_administrators()
        shown = [form.instance.pk for form in self.initial_forms]
        lasting = StaffRole.objects.lasting_administrators()
        if not lasting.filter(pk__in=shown).exists() or lasting.exclude(pk__in=shown).exists():
            return
        kept = (form for form in self.forms if form not in self.deleted_forms and form.is_valid())
        if not any(
            form.instance.is_lasting_administrator
            for form in kept
            if form.has_changed() or form.instance.pk in shown
        ):
            raise ValidationError(LastAdministrator().message)


class StaffRoleInline(HouseInline):
    model = StaffRole
    formset = StaffRoleFormSet
    fields = ["role", "centre", "starts_on", "ends_on"]
    verbose_name = gettext_lazy("rol als medewerker")
    verbose_name_plural = gettext_lazy("rollen als medewerker")

    def has_add_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        return perms.may_give_roles(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        return perms.may_give_roles(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        return perms.may_give_roles(request.user)


@admin.register(Person)
class PersonAdmin(HouseModelAdmin):
    explanation = gettext_lazy("Iedereen die wij kennen: bewoners, vrijwilligers, medewerkers.")
    form = PersonForm
    inlines = [StaffRoleInline]
    list_display = ["name", "email", "phone", "roles", "is_active", "created_at", "last_login"]
    list_filter = [
        HoldsRole,
        "is_active",
        "preferred_language",
        ("created_at", admin.DateFieldListFilter),
    ]
    search_fields = ["name", "email", "phone"]
    date_hierarchy = "created_at"
    ordering = ["name"]
    list_per_page = 50
    readonly_fields = ["created_at", "last_login", "entered_by"]
    fieldsets = [
        (None, {"fields": ["name", "email", "phone"]}),
        (gettext_lazy("Berichten"), {"fields": ["preferred_language", "channel"]}),
        (
            gettext_lazy("Account"),
            {"fields": ["is_active", "created_at", "last_login", "entered_by"]},
        ),
        (
            gettext_lazy("Alleen als een regel erom vraagt"),
            {"fields": ["birth_date"], "classes": ["collapse"]},
        ),
    ]
    actions = ["sign_out_everywhere", "remove_second_factor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        roles = StaffRole.objects.current().select_related("centre")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("staff_roles", roles, to_attr="roles_today"))
        )

    @admin.display(description=gettext_lazy("rollen vandaag"))
    def roles(self, person: Person) -> str:
        return ", ".join(
            f"{role.get_role_display()} ({role.centre})" if role.centre else role.get_role_display()
            for role in person.roles_today  # type: ignore[attr-defined]
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return perms.may_give_roles(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        return perms.may_give_roles(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, person: Person, form: PersonForm, change: bool
    ) -> None:
        """Save through the actions of a person, so that an old address or an old session opens nothing."""
        if not change:
            person.entered_by = request.user  # type: ignore[assignment]
            person.set_unusable_password()
            super().save_model(request, person, form, change)
            return
        before = Person.objects.get(pk=person.pk)
        email, is_active = person.email, person.is_active
        person.email, person.is_active = before.email, before.is_active
        super().save_model(request, person, form, change)
        if email != before.email:
            person.change_email(email)
            if before.email:
                _tell(person, "people/emails/email_changed", before.email)
        if is_active and not before.is_active:
            person.activate()
        elif before.is_active and not is_active:
            person.deactivate()

    @admin.action(description=gettext_lazy("Log overal uit"), permissions=["change"])
    def sign_out_everywhere(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        for person in people:
            person.close_sessions()
            self.log_change(request, person, _("Overal uitgelogd."))
        self.message_user(request, _("Overal uitgelogd."), messages.SUCCESS)

    @admin.action(
        description=gettext_lazy("Haal het tweede slot weg (telefoon kwijt)"),
        permissions=["change"],
    )
    def remove_second_factor(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        """One person at a time, who is told about it."""
        person = people.first()
        if people.count() != 1 or person is None:
            self.message_user(request, _("Kies één mens."), messages.ERROR)
            return
        with transaction.atomic():
            second_factor.remove(person)
            self.log_change(request, person, _("Tweede slot weggehaald."))
            if person.email:
                _tell(person, "people/emails/factors_removed", person.email)
        self.message_user(
            request, _("Het tweede slot is weg. Deze mens krijgt een e-mail."), messages.SUCCESS
        )


def _tell(person: Person, template: str, email: str) -> None:
    get_adapter().send_mail(template, email, {"user": person})


@admin.register(StaffRole)
class StaffRoleAdmin(LookOnlyAdmin):
    """Who does what. Roles are given and ended on the page of the person."""

    explanation = gettext_lazy("Wie doet wat, in welk huis, tot wanneer.")
    list_display = ["role", "person_link", "centre", "starts_on", "ends_on"]
    list_display_links = None
    list_filter = ["role", "centre", "starts_on", "ends_on"]
    search_fields = ["person__name", "person__email"]
    list_select_related = ["person", "centre"]
    date_hierarchy = "starts_on"

    @admin.display(description=gettext_lazy("mens"), ordering="person__name")
    def person_link(self, role: StaffRole) -> SafeString:
        address = reverse("admin:people_person_change", args=[role.person_id])
        return format_html('<a href="{}">{}</a>', address, role.person)


# What allauth keeps ------------------------------------------------------------------------------

# Its own lists let an administrator sign in as somebody else, and show the secret of a factor.
admin.site.unregister([EmailAddress, Authenticator])


@admin.register(EmailAddress)
class EmailAddressAdmin(LookOnlyAdmin):
    """Addresses that were proven, or wait to be."""

    explanation = gettext_lazy("Adressen waarmee mensen inloggen.")
    list_display = ["email", "user", "verified", "primary"]
    list_filter = ["verified", "primary"]
    search_fields = ["email", "user__name"]
    list_select_related = ["user"]
    fields = ["email", "user", "verified", "primary"]


@admin.register(Authenticator)
class AuthenticatorAdmin(LookOnlyAdmin):
    """Who has a second factor, and since when; never the secret of it."""

    explanation = gettext_lazy("Wie een tweede slot heeft. Het geheim zelf ziet niemand.")
    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type", "created_at", "last_used_at"]
    search_fields = ["user__name", "user__email"]
    list_select_related = ["user"]
    fields = ["user", "type", "created_at", "last_used_at"]
