"""Ideas as people see them in lists: a sentence, the state as a word with its pictogram, who supports it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from activities.initiatives.finding import Similar
from activities.models import Activity, ActivityState, Wish, WishState
from lokaal.centres.models import Centre
from lokaal.look.formats import day

#: The pictogram and the plane of each state: one meaning each, and never without its word.
STATE_SIGNS: dict[str, tuple[str, str]] = {
    WishState.LISTENING: ("chat-bubble-left-right", "lucht"),
    WishState.PLANNING: ("clipboard-document-list", "zon"),
    WishState.TRYING: ("sparkles", "zon"),
    WishState.LOOKING_BACK: ("eye", "roos"),
    WishState.KEPT: ("check-circle", "munt"),
    WishState.ADAPTED: ("arrow-path", "munt"),
    WishState.STOPPED: ("bookmark", "line"),
    WishState.NOT_NOW: ("clock", "line"),
}
URGENT_WITHIN_DAYS = 3


@dataclass(frozen=True, slots=True)
class StateSign:
    """A state as a badge: kind, pictogram and word."""

    kind: str
    icon: str
    label: str


@dataclass(frozen=True, slots=True)
class IdeaCard:
    """One idea (or activity) in a list. `lang`: when its words are in another language than the page."""

    url: str
    title: str
    lang: str
    badge: StateSign
    centre: Centre | None = None
    text: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)


def state_sign(wish: Wish) -> StateSign:
    """The state of a wish as a badge; one that was let go says so first."""
    if wish.is_let_go:
        return StateSign("dash", "hand-raised", _("Wie neemt het over?"))
    icon, kind = STATE_SIGNS[wish.state]
    return StateSign(kind, icon, _capital(wish.get_state_display()))


def card_of(wish: Wish) -> IdeaCard:
    """Return a wish, loaded for_list(), as a card."""
    return IdeaCard(
        url=wish.get_absolute_url(),
        title=wish.text,
        lang=other_language(wish.language),
        badge=state_sign(wish),
        centre=wish.centre,
        facts=[*support_facts(wish), *_answer_fact(wish)],
    )


def support_facts(wish: Wish) -> list[tuple[str, str]]:
    """Return how many come, help and organise along, as pictogram and words; what nobody does is left out."""
    counts = [
        ("users", wish.coming, ngettext("%(n)s mens komt", "%(n)s mensen komen", wish.coming)),
        ("hand-raised", wish.helping, ngettext("%(n)s helpt", "%(n)s helpen", wish.helping)),
        (
            "user-group",
            wish.organising,
            ngettext("%(n)s organiseert mee", "%(n)s organiseren mee", wish.organising),
        ),
    ]
    return [(icon, words % {"n": count}) for icon, count, words in counts if count]


def days_left_words(wish: Wish) -> str:
    """Return in words how long an answer may still take."""
    left = wish.days_left
    if left < 0:
        return ngettext("%(days)s dag te laat", "%(days)s dagen te laat", -left) % {"days": -left}
    if left == 0:
        return _("Vandaag de laatste dag")
    return ngettext("Nog %(days)s dag", "Nog %(days)s dagen", left) % {"days": left}


def is_urgent(wish: Wish) -> bool:
    return not wish.is_answered and wish.days_left <= URGENT_WITHIN_DAYS


def other_language(language: str) -> str:
    """The language, when it is not that of the page."""
    return "" if language == get_language() else language


def cards_of_similar(similar: Similar) -> list[tuple[str, list[IdeaCard]]]:
    """Return what looks like a wish under headings: what runs, what others want, what was tried."""
    running = [a for a in similar.activities if a.state == ActivityState.PUBLISHED]
    stopped = [a for a in similar.activities if a.state == ActivityState.STOPPED]
    wanted = [w for w in similar.wishes if w.is_on_its_way or w.state == WishState.NOT_NOW]
    tried = [w for w in similar.wishes if w not in wanted]
    groups = [
        (_("Dit is er al"), [_activity_card(one) for one in running]),
        (_("Dit wil iemand anders ook"), [card_of(one) for one in wanted]),
        (
            _("Dit is al eens geprobeerd"),
            [*[card_of(one) for one in tried], *[_activity_card(one) for one in stopped]],
        ),
    ]
    return [(heading, cards) for heading, cards in groups if cards]


def _activity_card(activity: Activity) -> IdeaCard:
    words = activity.words(get_language() or "nl")
    runs = activity.state == ActivityState.PUBLISHED
    badge = (
        StateSign("lucht", "calendar-days", _("In de agenda"))
        if runs
        else StateSign("line", "bookmark", _("Gestopt"))
    )
    starts = activity.next_starts_at
    return IdeaCard(
        url=activity.get_absolute_url(),
        title=words.title,
        lang=other_language(words.language),
        badge=badge,
        centre=activity.centre,
        text=words.summary,
        facts=[("calendar", day(starts))] if runs and starts else [],
    )


def cards_of(wishes: Iterable[Wish]) -> list[IdeaCard]:
    return [card_of(wish) for wish in wishes]


def _answer_fact(wish: Wish) -> list[tuple[str, str]]:
    """How long the answer may take, of a wish that waits for one; late is for the desk, not for the street."""
    if wish.is_answered or wish.state != WishState.LISTENING or wish.days_left < 0:
        return []
    words = ngettext(
        "Antwoord binnen %(days)s dag", "Antwoord binnen %(days)s dagen", wish.days_left
    )
    return [
        ("clock", words % {"days": wish.days_left} if wish.days_left else _("Antwoord vandaag"))
    ]


def _capital(text: object) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]
