"""The one admin, at /beheer/: Django's own, grouped by pillar, behind our own way in."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from lokaal.next_page import next_page
from lokaal.people import perms

#: Which app stands under which pillar, in the order of the page; an app without one stands at the end.
PILLARS = {
    "people": (_("Huis"), _("Mensen")),
    "account": (_("Huis"), _("Hoe mensen inloggen")),
    "mfa": (_("Huis"), _("Tweede slot")),
    "centres": (_("Huis"), _("Huizen")),
    "outbox": (_("Huis"), _("Berichten")),
    "venue": (_("Zalen en keuken"), _("Zalen en keuken")),
    "activities": (_("Activiteiten"), _("Activiteiten")),
    "admin": (_("Techniek"), _("Wie veranderde wat")),
    "procrastinate": (_("Techniek"), _("Taken op de achtergrond")),
}
#: An app of many lists is shown in rooms, in this order: by the module of its admin in which a list stands.
ROOMS = {
    "venue.admin.spaces": _("Zalen"),
    "venue.admin.hiring": _("Verhuur"),
    "venue.admin.kitchen": _("Keuken"),
    "venue.admin.invoices": _("Facturen"),
}
#: What packages call their lists, in our words.
NAMES = {
    "account.EmailAddress": _("E-mailadressen"),
    "mfa.Authenticator": _("Tweede slot"),
    "admin.LogEntry": _("Veranderingen"),
    "procrastinate.ProcrastinateJob": _("Taken"),
}


class HouseAdminSite(admin.AdminSite):
    site_header = _("Lokaal beheer")
    site_title = _("Lokaal beheer")
    index_title = _("Alles van het huis")

    def has_permission(self, request: HttpRequest) -> bool:
        return perms.may_enter_admin(request)

    @method_decorator(never_cache)
    @login_not_required
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Our own sign-in page, then the second factor, then the page that was wanted."""
        wanted = next_page(request) or reverse("admin:index", current_app=self.name)
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        return perms.way_in(request, *perms.ADMIN_ROLES) or redirect(wanted)  # type: ignore[return-value]

    def logout(  # type: ignore[override]  # ours lives elsewhere
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_logout")

    def password_change(  # type: ignore[override]  # ours lives elsewhere
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The apps in the order of the pillars, each with its pillar, and each list with what it holds."""
        order = list(PILLARS)
        apps = self._build_app_dict(request, app_label)
        found = sorted(
            apps.values(),
            key=lambda app: (
                order.index(app["app_label"]) if app["app_label"] in order else len(order)
            ),
        )
        for app in found:
            pillar, name = PILLARS.get(app["app_label"], (_("Techniek"), app["name"]))
            app["pillar"], app["name"] = pillar, name
            app["models"].sort(key=lambda model: list(self._registry).index(model["model"]))
            for model in app["models"]:
                model["name"] = NAMES.get(model["model"]._meta.label, model["name"])
                model["explanation"] = getattr(self._registry[model["model"]], "explanation", "")
        return [room for app in found for room in self._rooms_of(app)]

    def _rooms_of(self, app: dict[str, Any]) -> list[dict[str, Any]]:
        """The app itself, or the rooms in which its lists stand, each under a name of its own."""
        rooms: dict[str, list[Any]] = {room: [] for room in ROOMS}
        for model in app["models"]:
            module = type(self._registry[model["model"]]).__module__
            rooms.setdefault(module if module in ROOMS else "", []).append(model)
        return [
            {**app, "name": ROOMS.get(room, app["name"]), "models": models}
            for room, models in rooms.items()
            if models
        ]
