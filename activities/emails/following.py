"""Messages to people who follow something: is this yes yours, and the news of the week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities.models import Follow, Follower
from lokaal.outbox import writing
from lokaal.outbox.writing import in_its_language, link

if TYPE_CHECKING:
    from activities.following.news import News

#: So many dates of one activity are named; the page has the rest.
NAMED_DATES = 3


def follow_asked(follower: Follower, pending: Sequence[Follow]) -> None:
    """Somebody asked for news with this address. Was it you? At most once a day."""
    writing.post(
        f"follower:{follower.id}:asked:{timezone.localdate()}:{pending[-1].id}",
        to=_recipient(follower),
        template="activities/emails/follow_asked",
        context={
            "name": follower.name,
            "names": in_its_language(lambda: ", ".join(name_of(one) for one in pending)),
            "link": link("activities:follower", follower.id, follower.secret()),
        },
        is_secret=True,
    )


def week_of_news(follower: Follower, news: Sequence[News], *, on: date) -> None:
    """The news of the week, with a link that stops it."""
    year, week, _day = on.isocalendar()
    writing.post(
        f"follower:{follower.id}:news:{year}-{week:02}",
        to=_recipient(follower),
        template="activities/emails/week_of_news",
        context={
            "name": follower.name,
            "news": [_Told(one) for one in news],
            "agenda_page": link("activities:agenda"),
            "link": link("activities:follower", follower.id, follower.secret()),
        },
        centre=follower.centre,
        is_secret=True,
        stop_link=link("activities:follower_stop", follower.id, follower.secret()),
    )


def name_of(follow: Follow) -> str:
    """What somebody follows, in the language that is on."""
    language = get_language() or settings.LANGUAGE_CODE
    if follow.activity:
        return str(follow.activity.words(language).title)
    if follow.theme:
        return follow.theme.words("name", language)[0]
    return _("alles van %(name)s") % {"name": follow.organiser.get_short_name()}  # type: ignore[union-attr]


class _Told:
    """One piece of news, with what is called in the template called in the language of the message."""

    def __init__(self, news: News) -> None:
        self.kind = str(news.kind)
        self.dates = news.dates[:NAMED_DATES]
        self.more = len(news.dates) - len(self.dates)
        self.centre = news.activity.centre
        self.activity = news.activity
        self.link = link("activities:activity", news.activity.pk)

    def title(self) -> str:
        return str(self._words().title)

    def summary(self) -> str:
        return str(self._words().summary) if self.kind == "new" else ""

    def _words(self) -> Any:
        return self.activity.words(get_language() or settings.LANGUAGE_CODE)


def _recipient(follower: Follower) -> writing.Recipient:
    person = follower.person
    if person and not (follower.email or follower.phone):
        return writing.Recipient.from_person(person)
    return writing.Recipient.reached_at(
        follower.name,
        phone=follower.phone,
        email=follower.email,
        language=follower.language,
        person=None,
    )
