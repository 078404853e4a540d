"""The places in /beheer/: the centres, their hours, and the days that are different."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lokaal.admin import DropsOldPhoto, HouseInline, HouseModelAdmin, HouseStackedInline
from lokaal.centres import closed_days
from lokaal.centres.forms import CentreForm, ClosedDaysForm
from lokaal.centres.models import (
    Centre,
    CentreTranslation,
    OpeningHours,
    SchoolHoliday,
    SpecialDay,
)
from lokaal.centres.opening import opening_status

YEARS_AHEAD = 3


class OpeningHoursInline(HouseInline):
    model = OpeningHours
    fields = ["weekday", "opens", "closes"]


class CentreTranslationInline(HouseStackedInline):
    model = CentreTranslation
    fields = ["language", "directions", "photo_description"]


@admin.register(Centre)
class CentreAdmin(DropsOldPhoto):
    explanation = gettext_lazy("Adres, openingstijden, foto, hoe je er komt en binnenkomt.")
    may_delete = True
    form = CentreForm
    inlines = [OpeningHoursInline, CentreTranslationInline]
    list_display = ["name", "address", "phone", "open_now", "is_active"]
    list_filter = ["is_active", "step_free_entrance"]
    search_fields = ["name", "street", "city"]
    ordering = ["position", "name"]
    prepopulated_fields = {"slug": ["name"]}
    save_on_top = True
    fieldsets = [
        (None, {"fields": ["name", "slug", "mark", "is_active", "position"]}),
        (
            gettext_lazy("Waar"),
            {"fields": ["street", "postcode", "city", "phone", "email", "directions"]},
        ),
        (gettext_lazy("Foto"), {"fields": ["photo", "photo_description"]}),
        (
            gettext_lazy("Hoe kom je binnen?"),
            {
                "fields": [
                    "step_free_entrance",
                    "step_free_toilet",
                    "lift",
                    "hearing_loop",
                    "accessible_parking",
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Centre]:
        return super().get_queryset(request).with_hours()  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("nu"))
    def open_now(self, centre: Centre) -> str:
        return opening_status(centre).sentence

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Centres are deleted one by one: most of them cannot be."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A centre with a past or a future stays; it can be taken out of use."""
        centre = self.get_object(request, object_id)
        if centre is not None and centre.is_needed():
            messages.error(
                request,
                _(
                    "%(centre)s kan niet weg. Er horen zalen, activiteiten of ideeën bij. "
                    "Haal het vinkje weg bij “in gebruik”."
                )
                % {"centre": centre.name},
            )
            return HttpResponseRedirect(reverse("admin:centres_centre_change", args=[centre.pk]))
        return super().delete_view(request, object_id, extra_context)


@admin.register(CentreTranslation)
class CentreTranslationAdmin(HouseModelAdmin):
    explanation = gettext_lazy("De woorden van een huis in een andere taal.")
    may_delete = True
    list_display = ["centre", "language", "directions"]
    list_filter = ["language", "centre"]
    list_select_related = ["centre"]
    search_fields = ["centre__name", "directions"]
    ordering = ["centre__position", "language"]


@admin.register(OpeningHours)
class OpeningHoursAdmin(HouseModelAdmin):
    explanation = gettext_lazy("De gewone week. Deze tijden staan ook bij het huis.")
    may_delete = True
    list_display = ["centre", "weekday", "opens", "closes"]
    list_filter = ["centre", "weekday"]
    list_select_related = ["centre"]
    search_fields = ["centre__name"]
    ordering = ["centre__position", "weekday", "opens"]


@admin.register(SpecialDay)
class SpecialDayAdmin(HouseModelAdmin):
    explanation = gettext_lazy("Dagen waarop het dicht is, of andere tijden heeft. Ook feestdagen.")
    may_delete = True
    list_display = ["date", "reason", "where", "opens", "closes"]
    list_filter = ["centre"]
    list_select_related = ["centre"]
    search_fields = ["reason", "centre__name"]
    date_hierarchy = "date"
    ordering = ["-date"]

    @admin.display(description=gettext_lazy("huis"))
    def where(self, special: SpecialDay) -> str:
        return special.centre.name if special.centre else _("alle huizen")

    def get_urls(self) -> list[URLPattern]:
        propose = path(
            "propose/", self.admin_site.admin_view(self.propose), name="centres_specialday_propose"
        )
        return [propose, *super().get_urls()]

    def propose(self, request: HttpRequest) -> HttpResponse:
        """The Dutch holidays that are not entered yet; the chosen ones are entered, nothing else."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        years = [timezone.localdate().year + number for number in range(YEARS_AHEAD)]
        asked = request.GET.get("year", "")
        year = int(asked) if asked in map(str, years) else years[0]
        data = request.POST if request.method == "POST" else None
        form = ClosedDaysForm(data, proposals=closed_days.propose(year))
        if request.method == "POST" and form.is_valid():
            count = closed_days.enter(year, form.choices)
            message = ngettext("Er is %(count)d dag bij.", "Er zijn %(count)d dagen bij.", count)
            self.message_user(request, message % {"count": count}, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:centres_specialday_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Feestdagen van %(year)d") % {"year": year},
            "opts": self.opts,
            "form": form,
            "year": year,
            "years": years,
        }
        return TemplateResponse(request, "admin/centres/specialday/propose.html", context)


@admin.register(SchoolHoliday)
class SchoolHolidayAdmin(HouseModelAdmin):
    explanation = gettext_lazy("Een reeks kan de vakanties overslaan. Het huis blijft dan open.")
    may_delete = True
    list_display = ["name", "starts_on", "ends_on"]
    search_fields = ["name"]
    date_hierarchy = "starts_on"
    ordering = ["-starts_on"]
