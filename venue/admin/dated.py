"""Rows that hold for a stretch of days, and money, as they stand in /beheer/."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal.admin import HouseForm, HouseModelAdmin
from lokaal.look.formats import euro
from lokaal.people.fields import PriceField
from venue.models import Equipment, Space

# Money -------------------------------------------------------------------------------------------


class EurosField(PriceField):
    """An amount in euros that is kept in cents. Empty is nothing, or unknown where that may be."""

    def __init__(self, *, may_be_unknown: bool, **options: Any) -> None:
        self.may_be_unknown = may_be_unknown
        super().__init__(max_length=12, **options)

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 100:.2f}".replace(".", ",") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        if self.may_be_unknown and not str(value or "").strip():
            return None
        return super().clean(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except forms.ValidationError:
            return True


def is_amount(name: str) -> bool:
    """Whether a field is an amount in cents."""
    return name == "cents" or name.endswith("_cents")


@cache
def in_euros(model: type[Model], name: str) -> Callable[[Any], str]:
    """A column that shows the cents of a field in euros; empty when they are not known."""
    field = model._meta.get_field(name)

    @admin.display(description=getattr(field, "verbose_name", name), ordering=name)
    def amount(row: Any) -> str:
        cents = getattr(row, name)
        return "" if cents is None else euro(cents)

    amount.__name__ = name
    return amount


def in_euros_all(model: type[Model], names: Any) -> list[Any]:
    """The same names, with a column in euros for each that is in cents."""
    shown = [
        in_euros(model, name) if isinstance(name, str) and is_amount(name) else name
        for name in names
    ]
    return list(dict.fromkeys(shown))


class ShowsEuros:
    """Nobody reads cents: where rows are looked at only, every amount stands in euros."""

    model: type[Model]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return in_euros_all(self.model, super().get_list_display(request))  # type: ignore[misc]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return in_euros_all(self.model, super().get_fields(request, obj))  # type: ignore[misc]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        names = [field.name for field in self.model._meta.concrete_fields]
        amounts = in_euros_all(self.model, [name for name in names if is_amount(name)])
        return [*super().get_readonly_fields(request, obj), *amounts]  # type: ignore[misc]


# Dates -------------------------------------------------------------------------------------------


class Holds(admin.SimpleListFilter):
    """What holds today, what is yet to come, and what is over."""

    title = _("geldt")
    parameter_name = "holds"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("nu")), ("later", _("later")), ("over", _("niet meer"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        which = {
            "now": Q(valid_from__lte=today)
            & (Q(valid_until__isnull=True) | Q(valid_until__gte=today)),
            "later": Q(valid_from__gt=today),
            "over": Q(valid_until__lt=today),
        }
        return queryset.filter(which.get(self.value() or "", Q()))


class DatedForm(HouseForm):
    """A row that holds for a stretch of days. Refuses one that runs backwards, which has no range."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        begins = cleaned.get("valid_from") or self.instance.valid_from
        if begins and cleaned.get("valid_until") and cleaned["valid_until"] < begins:
            self.add_error("valid_until", _("Het einde ligt voor het begin."))
        return cleaned


class ClosedForm(DatedForm):
    """A row that people were told: it is not closed in the past either."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        until = cleaned.get("valid_until")
        yesterday = timezone.localdate() - timedelta(days=1)
        if (
            until
            and not self.instance._state.adding
            and "valid_until" in self.changed_data
            and until < yesterday
        ):
            self.add_error("valid_until", _("Die dag is al geweest. Kies een latere."))
        return cleaned


class OverIsOver(HouseModelAdmin):
    """Rows that hold for a stretch of days. What is over is looked at only: people paid and came by it."""

    form: type[forms.ModelForm] = DatedForm
    date_hierarchy = "valid_from"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_over = (
            obj is not None
            and obj.valid_until is not None
            and obj.valid_until < timezone.localdate()
        )
        return super().has_change_permission(request, obj) and not is_over


class DatedAdmin(OverIsOver):
    """Rows that hold for a stretch of days. One that has begun is only given a last day; then another follows it.

    A row that has yet to begin may be changed and deleted.
    """

    may_delete = True
    actions = None

    def has_begun(self, obj: Any) -> bool:
        """Whether people may have been told this already."""
        return obj is not None and bool(obj.valid_from <= timezone.localdate())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not self.has_begun(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        if not self.is_shown_only(request, obj):
            return list(super().get_readonly_fields(request, obj))
        own = [field.name for field in self.opts.fields if field.editable]
        own += [field.name for field in self.opts.many_to_many]
        return in_euros_all(self.model, [name for name in own if name != "valid_until"])

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What can no longer be typed is shown in euros, too."""
        names = super().get_fields(request, obj)
        return in_euros_all(self.model, names) if self.is_shown_only(request, obj) else names

    def is_shown_only(self, request: HttpRequest, obj: Any) -> bool:
        """Whether all but its last day is shown, not typed."""
        if obj is None:
            return False
        return self.has_begun(obj) or not self.has_change_permission(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if self.has_begun(obj) and "valid_until" in form.base_fields:
            form.base_fields["valid_until"].help_text = _(
                "Dit geldt al. Vul hier een laatste dag in, en maak een nieuwe regel."
            )
        return form

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if is_amount(db_field.name):
            return EurosField(
                may_be_unknown=db_field.null,
                required=not (db_field.null or db_field.has_default()),
                label=_("%(what)s (in euro)") % {"what": str(db_field.verbose_name).capitalize()},
                help_text=db_field.help_text,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.related_model in (Space, Equipment):
            kwargs["queryset"] = db_field.related_model.objects.select_related("centre")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField | None:
        if db_field.related_model is Space:
            kwargs["queryset"] = Space.objects.select_related("centre")
        return super().formfield_for_manytomany(db_field, request, **kwargs)
