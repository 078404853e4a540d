"""What every list and form of /beheer/ has in common: quick with millions of rows, and unable to break a promise.

HouseModelAdmin: people may add and change, and delete only where `may_delete` says that nothing is lost by it.
LookOnlyAdmin: rows that only the house itself writes.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise, cached_property

from lokaal import languages
from lokaal.exceptions import Refusal

#: Nobody turns more pages than this; who looks for more, searches or filters.
MOST_ROWS = 10_000
LANGUAGE_FIELDS = {"language", "preferred_language", "text_language"}


class CappedPaginator(Paginator):
    """Counts no further than anybody turns pages: counting millions of rows takes longer than showing fifty."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if isinstance(rows, models.QuerySet):
            return rows.order_by()[:MOST_ROWS].count()
        return len(rows)


class ChoosesLanguage:
    """A language is chosen by its own name, never typed as a code."""

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name in LANGUAGE_FIELDS:
            return forms.ChoiceField(
                label=str(db_field.verbose_name).capitalize(),
                choices=list(languages.OWN_NAMES.items()),
                initial=db_field.get_default() or languages.SOURCE,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]


class HouseForm(forms.ModelForm):
    """A form that refuses in words what the database refuses, also where a field is only shown.

    Django skips a constraint of which a field cannot be typed; the database does not, and that would be a 500.
    """

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors and not self.instance._state.adding:
            try:
                self.instance.validate_constraints()
            except forms.ValidationError as refusal:
                self._update_errors(refusal)  # type: ignore[attr-defined]


class HouseModelAdmin(ChoosesLanguage, admin.ModelAdmin):
    """The base of every list in /beheer/; what does not stand on it is not shown there (lokaal.portal.beheer)."""

    form: type[forms.ModelForm] = HouseForm
    may_delete = False
    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 200
    #: What the list holds, in one sentence, for the first page of the admin.
    explanation: str | Promise = ""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and super().has_delete_permission(request, obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's form; an action that refuses says why and has changed nothing."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write only what was changed here, so that nobody's work of the same minute is undone."""
        if not change:
            obj.save()
            return
        names = {field.name for field in obj._meta.concrete_fields}
        changed = names.intersection(form.changed_data)
        if changed:
            automatic = {f.name for f in obj._meta.concrete_fields if getattr(f, "auto_now", False)}
            obj.save(update_fields=changed | automatic)


class DropsOldPhoto(HouseModelAdmin):
    """For rows with a photo: the file of one that was replaced goes once that is certain."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = form.initial.get("photo") if change and "photo" in form.changed_data else None
        super().save_model(request, obj, form, change)
        if before:
            transaction.on_commit(lambda: default_storage.delete(before.name))


class LookOnlyAdmin(HouseModelAdmin):
    """Rows that are made and changed elsewhere: here one looks, searches and filters."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AsksChoicesOnce(ChoosesLanguage):
    """For rows that belong to one other row: the choices of a list are asked once, not for every row."""

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        field: forms.ModelChoiceField | None = super().formfield_for_foreignkey(  # type: ignore[misc]
            db_field, request, **kwargs
        )
        if field is not None:
            field.choices = list(field.choices)  # type: ignore[arg-type]
        return field


class HouseInline(AsksChoicesOnce, admin.TabularInline):
    """Rows of a few short fields, under the row they belong to."""

    extra = 0


class HouseStackedInline(AsksChoicesOnce, admin.StackedInline):
    """Rows with long texts, under the row they belong to."""

    extra = 0
