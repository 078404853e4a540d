from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "lokaal.people"
    label = "people"
    verbose_name = _("Mensen")

    def ready(self) -> None:
        from lokaal.people import second_factor  # noqa: F401 (its receivers listen to allauth)
