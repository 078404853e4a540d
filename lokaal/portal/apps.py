from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "lokaal.portal"
    label = "portal"
    verbose_name = _("Portaal")
    default = True


class HouseAdmin(SimpleAdminConfig):
    """Django's admin, with our own site."""

    default_site = "lokaal.portal.beheer.HouseAdminSite"

    def ready(self) -> None:
        super().ready()
        from django.contrib.admin import (
            site,  # it is made from default_site, once the apps are there
        )

        autodiscover_modules("admin", register_to=site)
