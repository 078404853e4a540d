"""What the house tells people about looking back at what was tried, and about what was decided."""

from __future__ import annotations

from typing import Any

from activities.emails.telling import recipient
from activities.emails.wishes import wisher
from activities.models import Helper, LookBack, Reaction, Reflection, SignUp, Support, Wish
from lokaal.outbox import writing
from lokaal.outbox.writing import Recipient, in_its_language, link
from lokaal.people.models import Channel, Person
from lokaal.secret_links import hash_of, plain_name


def reflection_asked(reflection: Reflection, to: Recipient, *, secret: str) -> None:
    """Look back in five minutes: four questions for whoever organised it. A guest gets a link of their own."""
    page = (
        link("activities:reflection", reflection.id, secret)
        if secret
        else link("activities:look_back", reflection.look_back_id)
    )
    _tell(
        f"look_back:{reflection.look_back_id}:organiser:{reflection.id}",
        reflection.look_back,
        to,
        "reflection_asked",
        is_secret=bool(secret),
        page=page,
    )


def reaction_asked(reaction: Reaction, sign_up: SignUp, *, secret: str) -> None:
    """You were there: again like this, different, or not needed? One tap. Sent once, with a link of their own."""
    _tell(
        f"reaction:{reaction.id}:asked",
        reaction.look_back,
        recipient(sign_up),
        "reaction_asked",
        is_secret=True,
        page=link("activities:reaction", reaction.id, secret),
    )


def decided(look_back: LookBack, to: Recipient, *, secret: str = "") -> None:
    """What was decided, and why. Stopped is a lesson, and says thank you.

    `secret`: of the link by which a guest who had the idea goes on with the wish that it grew into.
    """
    new_page = ""
    if look_back.grew_into_id:
        new_page = (
            link("activities:wish_mine", look_back.grew_into_id, secret)
            if secret
            else link("activities:wish_page", look_back.grew_into_id)
        )
    _tell(
        f"look_back:{look_back.id}:decided:{hash_of(ways_to(to)[0])[:32]}",
        look_back,
        to,
        "tried_decided",
        is_secret=bool(secret),
        page=link("activities:tried_one", look_back.id),
        new_page=new_page,
    )


def ways_to(to: Recipient) -> list[str]:
    """All by which somebody is known, so that each hears once: the account, the address, the number, else the name."""
    ways = [str(to.person.pk) if to.person else "", to.email.lower(), to.phone]
    return [way for way in ways if way] or [plain_name(to.name)]


def is_of(to: Recipient, wish: Wish | None) -> bool:
    """Whether this is who had the idea, without an account."""
    return wish is not None and wish.person is None and ways_to(to) == ways_to(wisher(wish))


def is_reachable(to: Recipient) -> bool:
    """Whether a message finds this person by itself, or they like paper best."""
    return to.reached_by != Channel.PAPER or to.channel == Channel.PAPER


def organiser(person: Person) -> Recipient:
    return Recipient.from_person(person)


def supporter(support: Support | Helper) -> Recipient:
    """Who supported the idea, or helps with it."""
    return Recipient.reached_at(
        support.name,
        phone=support.phone,
        email=support.email,
        language=support.language,
        person=support.person,
    )


def _tell(
    key: str,
    look_back: LookBack,
    to: Recipient,
    message: str,
    *,
    is_secret: bool = False,
    **words: Any,
) -> None:
    writing.post(
        key,
        to=to,
        template=f"activities/emails/{message}",
        context={
            "look_back": look_back,
            "name": to.name,
            "centre": look_back.centre,
            "title": in_its_language(lambda: look_back.title),
            **words,
        },
        centre=look_back.centre,
        is_secret=is_secret,
    )
