from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LookConfig(AppConfig):
    name = "lokaal.look"
    label = "look"
    verbose_name = _("Uiterlijk")

    def ready(self) -> None:
        from lokaal.look.plain_words import speak_plainly

        speak_plainly()
