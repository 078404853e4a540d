"""What you meet at the door: facts in words. Not knowing is said, so that nobody comes for nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lokaal.centres.models import Centre, Fact


@dataclass(frozen=True)
class AccessFact:
    """A fact as a pictogram, a word and, where that is not enough, one sentence more."""

    icon: str
    word: str
    text: str = ""


def access_facts(centre: Centre) -> list[AccessFact]:
    """The five facts of a centre, always in this order."""
    rows = [
        (
            centre.step_free_entrance,
            "wheel",
            _("Ingang zonder drempel"),
            _("Er is een drempel of trap"),
            _("Is er een drempel?"),
        ),
        (
            centre.step_free_toilet,
            "wheel",
            _("Er is een aangepast toilet"),
            _("Er is geen aangepast toilet"),
            _("Is er een aangepast toilet?"),
        ),
        (
            centre.lift,
            "arrows-up-down",
            _("Er is een lift"),
            _("Er is geen lift"),
            _("Is er een lift?"),
        ),
        (
            centre.hearing_loop,
            "speaker-wave",
            _("Er is een ringleiding"),
            _("Er is geen ringleiding"),
            _("Is er een ringleiding?"),
            _("Voor mensen met een hoortoestel."),
        ),
        (
            centre.accessible_parking,
            "map-pin",
            _("Er is een gehandicaptenparkeerplaats"),
            _("Er is geen gehandicaptenparkeerplaats"),
            _("Is er een gehandicaptenparkeerplaats?"),
        ),
    ]
    return [fact_in_words(*row) for row in rows]


def fact_in_words(
    value: str, icon: str, yes: str, no: str, question: str, about: str = ""
) -> AccessFact:
    """One fact (a Fact) as it is said when it is so (with more `about` it), when it is not, and when nobody knows."""
    if value == Fact.YES:
        return AccessFact(icon, yes, about)
    if value == Fact.NO:
        return AccessFact("no-symbol", no)
    return AccessFact("question-mark-circle", question, _("Dat weten we nog niet. Bel ons even."))
