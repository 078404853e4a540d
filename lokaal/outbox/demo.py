"""In demo mode nothing leaves the house: what was sent is read here. The pages do not exist otherwise."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec
from uuid import UUID

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lokaal.outbox.layout import blocks
from lokaal.outbox.models import Attachment, Message
from lokaal.outbox.sending import mail_text
from lokaal.people import demo_sign_in
from lokaal.people.perms import public

MAILS_ON_A_PAGE = 20

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]


def demo_only(view: View[Arguments]) -> View[Arguments]:
    """Let a view exist only in a demo, on the machine that runs it."""

    @functools.wraps(view)
    def guarded(
        request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponseBase:
        if not demo_sign_in.is_possible(request):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@public
@demo_only
@never_cache
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """Every message, newest first, as its person reads it."""
    page = Paginator(Message.objects.with_list().with_attachment_names(), MAILS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    letters = [{"message": message, "blocks": blocks(message.text)} for message in page.object_list]
    return render(request, "outbox/demo_mail.html", {"page": page, "letters": letters})


@public
@demo_only
@never_cache
@require_safe
@csp(  # type: ignore[arg-type]  # typed for views without arguments
    {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [NONE]}
)
def mail_html(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A mail as a mail program shows it. Its style stands in the page itself; nothing in it can run."""
    message = get_object_or_404(Message.objects.exclude(html=""), pk=pk)
    return HttpResponse(message.html)


@public
@demo_only
@never_cache
@require_safe
def mail_text_only(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A mail as a program shows it that reads text only."""
    message = get_object_or_404(Message, pk=pk)
    return HttpResponse(mail_text(message), content_type="text/plain; charset=utf-8")


@public
@demo_only
@never_cache
@require_safe
def mail_calendar(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The date that came with a mail, for a calendar program."""
    message = get_object_or_404(Message.objects.exclude(calendar=""), pk=pk)
    return HttpResponse(
        message.calendar,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="lokaal.ics"'},
    )


@public
@demo_only
@never_cache
@require_safe
def mail_attachment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A file that came with a mail."""
    file = get_object_or_404(Attachment, pk=pk)
    return HttpResponse(
        bytes(file.content),
        content_type=file.content_type,
        headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
    )
