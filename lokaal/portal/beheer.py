"""The one admin, at /beheer/: Django's own, grouped by pillar."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class HouseAdminSite(admin.AdminSite):
    site_header = _("Lokaal beheer")
    site_title = _("Lokaal beheer")
    index_title = _("Alles van het huis")
