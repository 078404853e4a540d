"""Messages and jobs in the admin: to look things up. What is done with them is done by the actions of the desk."""

from __future__ import annotations

from collections.abc import Callable

import procrastinate.contrib.django.admin  # noqa: F401  registers a list of its own, with style that our CSP forbids
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from lokaal.admin import LookOnlyAdmin
from lokaal.exceptions import Refusal
from lokaal.outbox.models import ERASED_TEXT, Attachment, Message
from lokaal.people.models import Role
from lokaal.people.perms import signed_in


@admin.register(Message)
class MessageAdmin(LookOnlyAdmin):
    """Every message. The text of a secret one is shown to nobody."""

    explanation = gettext_lazy("Elk bericht aan mensen: verzonden, wachtend of niet gelukt.")
    list_display = ["created_at", "to_name", "channel", "subject", "state", "failure", "centre"]
    list_display_links = ["created_at", "subject"]
    list_filter = ["state", "channel", "failure", "is_secret", "centre", "language"]
    list_select_related = ["centre"]
    list_per_page = 50
    search_fields = ["to_name", "to_address", "subject", "key"]
    date_hierarchy = "created_at"
    show_full_result_count = False
    actions = ["try_again", "print_instead", "drop"]
    fieldsets = [
        (None, {"fields": ["subject", "to_name", "to_address", "channel", "language", "centre"]}),
        (gettext_lazy("Inhoud"), {"fields": ["shown_text", "has_calendar", "is_secret"]}),
        (
            gettext_lazy("Wat ermee gebeurde"),
            {
                "fields": [
                    "state",
                    "failure",
                    "attempts",
                    "next_attempt_at",
                    "last_error",
                    "created_at",
                    "claimed_at",
                    "sent_at",
                    "handled_at",
                    "handled_by",
                    "key",
                ]
            },
        ),
    ]
    readonly_fields = ["shown_text", "has_calendar"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Without the texts: no list needs them, and a secret must not pass by unseen."""
        return super().get_queryset(request).defer(*ERASED_TEXT)

    @admin.display(description=gettext_lazy("tekst"))
    def shown_text(self, message: Message) -> str:
        if message.is_secret:
            return _("Dit bericht is geheim.")
        return message.text

    @admin.display(description=gettext_lazy("met agendabestand"), boolean=True)
    def has_calendar(self, message: Message) -> bool:
        return bool(message.calendar)

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).holds(Role.ADMINISTRATOR)

    @admin.action(description=gettext_lazy("Probeer weer"), permissions=["handle"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        self._each(request, queryset, lambda message: message.try_again(by=signed_in(request)))

    @admin.action(description=gettext_lazy("Leg klaar om te printen"), permissions=["handle"])
    def print_instead(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        self._each(request, queryset, lambda message: message.print_instead(by=signed_in(request)))

    @admin.action(description=gettext_lazy("Laat maar"), permissions=["handle"])
    def drop(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        self._each(request, queryset, lambda message: message.drop(by=signed_in(request)))

    def _each(
        self, request: HttpRequest, queryset: QuerySet[Message], action: Callable[[Message], None]
    ) -> None:
        """Do it with each message on its own; say how many, and for each that could not, why."""
        done = 0
        for message in queryset:
            try:
                action(message)
            except Refusal as refusal:
                self.message_user(request, f"{message}: {refusal}", messages.WARNING)
            else:
                done += 1
        if done:
            text = ngettext("%(count)s bericht gedaan.", "%(count)s berichten gedaan.", done)
            self.message_user(request, text % {"count": done}, messages.SUCCESS)


@admin.register(Attachment)
class AttachmentAdmin(LookOnlyAdmin):
    """The files that went along with messages. What is in them is not shown."""

    explanation = gettext_lazy("Bestanden die met een mail meegingen, zoals een factuur.")
    list_display = ["name", "content_type", "message"]
    list_select_related = ["message"]
    list_filter = ["content_type"]
    search_fields = ["name"]
    exclude = ["content"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attachment]:
        return super().get_queryset(request).defer("content")


admin.site.unregister(ProcrastinateJob)


@admin.register(ProcrastinateJob)
class JobAdmin(LookOnlyAdmin):
    """What the worker does, did and will do."""

    explanation = gettext_lazy("Wat de computer op de achtergrond doet, zoals e-mail sturen.")
    list_display = ["id", "task_name", "status", "scheduled_at", "attempts", "queue_name"]
    list_filter = ["status", "scheduled_at", "queue_name", "task_name"]
    list_per_page = 50
    search_fields = ["task_name", "args"]
    show_full_result_count = False
    ordering = ["-id"]
    actions = ["run_again"]
    fields = ["id", "task_name", "args", "status", "scheduled_at", "attempts", "queue_name"]

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).holds(Role.ADMINISTRATOR)

    @admin.action(description=gettext_lazy("Doe deze taak nog een keer"), permissions=["handle"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[ProcrastinateJob]) -> None:
        """For jobs that failed. Each can run twice without harm."""
        failed = queryset.filter(status="failed")
        for job in failed:
            app.job_manager.retry_job_by_id(
                job.id, timezone.now(), job.priority, job.queue_name, job.lock
            )
        text = ngettext(
            "%(count)s taak gaat opnieuw.", "%(count)s taken gaan opnieuw.", len(failed)
        )
        self.message_user(request, text % {"count": len(failed)}, messages.SUCCESS)
