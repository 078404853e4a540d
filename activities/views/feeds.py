"""The agenda for machines: calendars, RSS, the sitemap and what robots may read."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as sitemap_of
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities.feeds import BATCH, Span, calendar_parts, dates_of, fingerprint
from activities.models import Activity
from activities.models.occurrence import OccurrenceQuerySet
from lokaal.centres.models import Centre
from lokaal.look import formats
from lokaal.outbox.layout import absolute
from lokaal.people.perms import public
from venue.models import Space

CALENDAR_SECONDS = 5 * 60
RSS_ITEMS = 30
LATEST = 300

#: Pages that are not for search engines: of one person, of staff, or a form.
NOT_FOR_ROBOTS = (
    "account/",
    "beheer/",
    "code/",
    "courses/",
    "desk/",
    "deur/",
    "me/",
    "my-calendar/",
    "organise/",
    "planner/",
    "sign-ups/",
    "styles/",
    "time-questions/",
    "verhuur/",
    "volgen/",
    "zalen/booking/",
    "zalen/bookings/",
    "zalen/quotes/",
    "zalen/requests/",
)


# Calendars ---------------------------------------------------------------------------------------


@public
@require_safe
def agenda_calendar(request: HttpRequest) -> HttpResponseBase:
    """Everything that is public, of every centre."""
    span = _span(request)
    return _calendar(request, dates_of(span), span, settings.SITE_NAME)


@public
@require_safe
def centre_calendar(request: HttpRequest, slug: str) -> HttpResponseBase:
    centre = get_object_or_404(Centre.objects.open_to_public(), slug=slug)
    span = _span(request)
    name = f"{centre.name} · {settings.SITE_NAME}"
    return _calendar(request, dates_of(span, centre=centre), span, name)


@public
@require_safe
def activity_calendar(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    activity = get_object_or_404(Activity.objects.not_draft().with_page(), pk=pk)
    span = _span(request)
    words = activity.words(get_language() or settings.LANGUAGE_CODE)
    return _calendar(request, dates_of(span, activity=activity), span, words.title)


def _span(request: HttpRequest) -> Span:
    return Span.read(request.GET.get("from", ""), request.GET.get("to", ""))


def _calendar(
    request: HttpRequest, dates: OccurrenceQuerySet, span: Span, name: str
) -> HttpResponseBase:
    """Answer with the calendar, or with 304 when the asker already has it."""
    found = fingerprint(dates, span, name)
    changed = int(found.changed_at.timestamp()) if found.changed_at else None
    response: HttpResponseBase | None = get_conditional_response(
        request, etag=found.etag, last_modified=changed
    )
    if response is None:
        parts = calendar_parts(dates, name)
        response = (
            HttpResponse(b"".join(parts)) if found.total < BATCH else StreamingHttpResponse(parts)
        )
        response["Content-Type"] = "text/calendar; charset=utf-8"
        response["Content-Disposition"] = 'inline; filename="agenda.ics"'
    response["ETag"] = found.etag
    if changed:
        response["Last-Modified"] = http_date(changed)
    patch_cache_control(response, public=True, max_age=CALENDAR_SECONDS)
    return response


# News --------------------------------------------------------------------------------------------


@public
@require_safe
def agenda_rss(request: HttpRequest) -> HttpResponse:
    """Activities that came into the agenda lately and have a date to come, newest first."""
    language = get_language() or settings.LANGUAGE_CODE
    feed = Rss201rev2Feed(
        title=_("Nieuw bij %(house)s") % {"house": settings.SITE_NAME},
        link=absolute(reverse("activities:agenda")),
        description=_("Wat er nieuw is in de agenda."),
        language=language,
        feed_url=absolute(request.path),
    )
    for activity in _newest():
        words = activity.words(language)
        first: Any = activity.next_starts_at
        when = formats.relative_day(first), formats.clock(first)
        feed.add_item(
            title=words.title,
            link=absolute(activity.get_absolute_url()),
            description="\n".join(
                line for line in [", ".join(when), activity.centre.name, words.summary] if line
            ),
            unique_id=f"urn:uuid:{activity.id}",
            unique_id_is_permalink=False,
            pubdate=activity.created_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _newest() -> list[Activity]:
    """The latest activities that have a date to come, out of the last few hundred, in a house of any age."""
    shown = Activity.objects.public().filter(centre__is_active=True)
    latest = shown.order_by("-created_at", "-id").values("id")[:LATEST]
    candidates = shown.filter(id__in=latest).with_next_date().only("id")
    dates = {activity.pk: activity.next_starts_at for activity in candidates}
    coming = [key for key, starts_at in dates.items() if starts_at]
    newest = Activity.objects.filter(id__in=coming).order_by("-created_at", "-id")[:RSS_ITEMS]
    found = list(
        newest.select_related("centre")
        .prefetch_related("translations")
        .defer("search_vector", "search_sounds")
    )
    for activity in found:
        activity.next_starts_at = dates[activity.pk]
    return found


# Search engines ----------------------------------------------------------------------------------


class Pages(Sitemap):
    """The pages that are always there."""

    i18n = alternates = x_default = True

    def items(self) -> list[str]:
        return [
            "portal:home",
            "activities:agenda",
            "centres:centres",
            "portal:help",
            "venue:spaces",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class Activities(Sitemap):
    i18n = alternates = x_default = True

    def items(self) -> QuerySet[Activity]:
        return Activity.objects.public().filter(centre__is_active=True).order_by("id")

    def lastmod(self, item: Activity) -> dt.datetime:
        return item.updated_at


class Centres(Sitemap):
    i18n = alternates = x_default = True

    def items(self) -> QuerySet[Centre]:
        return Centre.objects.open_to_public()


class Spaces(Sitemap):
    i18n = alternates = x_default = True

    def items(self) -> QuerySet[Space]:
        return Space.objects.for_hire().select_related("centre")


@public
@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """Every page that anyone may find, with its other languages."""
    return sitemap_of(
        request, {"pages": Pages, "centres": Centres, "activities": Activities, "spaces": Spaces}
    )


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    prefixes = [
        "",
        *(f"{code}/" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE),
    ]
    lines = ["User-agent: *"]
    lines += [f"Disallow: /{prefix}{path}" for prefix in prefixes for path in NOT_FOR_ROBOTS]
    lines += ["", f"Sitemap: {settings.ORIGIN}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
