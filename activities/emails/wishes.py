"""What the house tells people about their wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activities.models import Support, SupportKind, Wish, WishMoment, WishState
from lokaal.outbox import writing
from lokaal.outbox.writing import link
from lokaal.people.models import Channel, Person

if TYPE_CHECKING:
    from activities.models import Look
    from lokaal.centres.models import Centre

#: What a wish became, for whoever had it or helps to organise it.
BECAME: dict[str, Promise] = {
    WishState.LISTENING: _("Wij luisteren weer naar dit idee."),
    WishState.PLANNING: _("Wij maken samen een plan."),
    WishState.TRYING: _("Wij gaan het uitproberen. De eerste datum staat vast."),
    WishState.LOOKING_BACK: _("Wij kijken samen terug. Hoe ging het?"),
    WishState.KEPT: _("Het blijft."),
    WishState.ADAPTED: _("Het gaat verder in een andere vorm."),
    WishState.STOPPED: _("Het stopt. Wat wij leerden, bewaren we."),
    WishState.NOT_NOW: _("Het kan nu niet."),
}


def wish_received(wish: Wish, *, secret: str = "") -> None:
    """Thank you for your wish; you hear from us within 14 days. Only where there is a way to reach the person.

    The only message with the owner's link: its secret is known at this moment only.
    """
    to = wisher(wish)
    if not _is_reached(to):
        return
    writing.post(
        f"wish:{wish.id}:received",
        to=to,
        template="activities/emails/wish_received",
        context={
            "wish": wish,
            "name": wish.name,
            "code": wish.shown_code,
            "link": link("activities:wish_mine", wish.id, secret) if secret else "",
        },
        centre=wish.centre,
        is_secret=bool(secret),
    )


def wish_answered(wish: Wish) -> None:
    """The reply to your wish, from whoever answered. Without an address it waits on the desk, on paper."""
    again = f":{wish.asked_at:%Y%m%d%H%M%S}" if wish.asked_at != wish.created_at else ""
    writing.post(
        f"wish:{wish.id}:answered{again}",
        to=wisher(wish),
        template="activities/emails/wish_answered",
        context={"wish": wish, "name": wish.name, "writer": wish.answered_by},
        centre=wish.centre,
    )


def wish_became(
    moment: WishMoment, wish: Wish, *, reply: str = "", tells_supporters: bool = False
) -> None:
    """A wish went on: its owner hears it (on paper too), its organisers, and when it matters those who support it.

    Each person hears it once, also one who is more than one of these.
    """
    told: set[Any] = {moment.by_id} - {None}
    key = f"wish:{wish.id}:became:{moment.id}"
    words = {
        "wish": wish,
        "became": BECAME[wish.state],
        "reply": "",
        "reason": wish.not_now_reason,
        "route": wish.not_now_route,
        "note": "" if wish.not_now_reason else moment.note,
        "page": link("activities:wish_page", wish.id),
        "coach": wish.coach.get_short_name() if wish.coach else "",
    }

    def tell(to: writing.Recipient, who: str, role: str, **more: Any) -> None:
        writing.post(
            f"{key}:{who}",
            to=to,
            template="activities/emails/wish_became",
            context=words | {"name": to.name, "role": role, **more},
            centre=wish.centre,
        )

    if not wish.is_let_go and (wish.person_id is None or wish.person_id not in told):
        told.add(wish.person_id)
        tell(wisher(wish), "owner", "owner", reply=reply)
    for person in wish.organisers.filter(is_active=True).exclude(pk__in=told - {None}):
        told.add(person.pk)
        tell(writing.Recipient.from_person(person), str(person.pk), "organiser")
    if not tells_supporters:
        return
    for support in wish.supports.live().with_recipient():
        to = supporter(support)
        if (support.person_id and support.person_id in told) or not _is_reached(to):
            continue
        told.add(support.person_id)
        tell(to, str(support.pk), "supporter")


def coach_named(wish: Wish, coach: Person, *, by: Person) -> None:
    """You look after this wish from now on."""
    _to_staff(wish, coach, "coach_named", f"coach:{coach.pk}:{timezone.now():%Y%m%d%H%M}", by=by)


def answer_is_due(wish: Wish, person: Person, *, is_late: bool) -> None:
    """An answer is owed within a few days, or should have been there; once each per person."""
    what = "late" if is_late else "due"
    key = f"{what}:{wish.asked_at:%Y%m%d%H%M%S}:{person.pk}"
    _to_staff(wish, person, "answer_due", key, is_late=is_late)


def supported(support: Support, wish: Wish, *, secret: str) -> None:
    """You come, help or organise along. The only message with the link: its secret is known at this moment only."""
    to = supporter(support)
    if not _is_reached(to):
        return
    writing.post(
        f"support:{support.id}:made",
        to=to,
        template="activities/emails/supported",
        context=_of_support(support, wish)
        | {
            "link": link("activities:support", support.id, secret),
            "is_invited": support.kind == SupportKind.ORGANISE and support.person_id is None,
            "sign_up_page": link("account_signup"),
        },
        centre=wish.centre,
        is_secret=True,
    )


def supports_already(support: Support, wish: Wish) -> None:
    """Somebody with this name and contact pressed the button once more: here is the code, at most once a day."""
    to = supporter(support)
    if not _is_reached(to):
        return
    writing.post(
        f"support:{support.id}:already:{timezone.localdate()}",
        to=to,
        template="activities/emails/supports_already",
        context=_of_support(support, wish),
        centre=wish.centre,
    )


def organises_along(support: Support, wish: Wish) -> None:
    """Somebody wants to organise along: the owner and the coach hear it, once."""
    people = [("owner", wisher(wish))] if not wish.is_let_go else []
    if wish.coach:
        people.append(("coach", writing.Recipient.from_person(wish.coach)))
    for who, to in people:
        if _is_reached(to) and (support.person_id is None or to.person != support.person):
            writing.post(
                f"support:{support.id}:organises:{who}",
                to=to,
                template="activities/emails/organises_along",
                context=_of_support(support, wish) | {"name": to.name, "who": support.name},
                centre=wish.centre,
            )


def wish_let_go(wish: Wish) -> None:
    """The coach hears that the owner stopped: maybe somebody else goes on with it."""
    if wish.coach and wish.let_go_at:
        _to_staff(wish, wish.coach, "wish_let_go", f"let_go:{wish.let_go_at:%Y%m%d%H%M%S}")


def wish_adopted(wish: Wish, *, secret: str, before: writing.Recipient) -> None:
    """Somebody goes on with a wish: they get the link, who had it hears it, and so does everybody who supports it."""
    key = f"wish:{wish.id}:adopted:{wish.adopt_key[:12] or wish.secret_hash[:12]}"
    words = {"wish": wish, "page": link("activities:wish_page", wish.id)}
    mine = link("activities:wish_mine", wish.id, secret)
    to = wisher(wish)
    people: list[tuple[str, writing.Recipient, str]] = [("owner", to, "adopted_by_you")]
    people.append(("before", before, "wish_adopted"))
    people += [
        (str(support.pk), supporter(support), "wish_adopted")
        for support in wish.supports.live().with_recipient()
        if support.person_id is None or support.person_id != wish.person_id
    ]
    for who, recipient, template in people:
        if _is_reached(recipient):
            is_owner = who == "owner"
            more = {"link": mine, "code": wish.shown_code} if is_owner else {}
            writing.post(
                f"{key}:{who}",
                to=recipient,
                template=f"activities/emails/{template}",
                context=words | {"name": recipient.name} | more,
                centre=wish.centre,
                is_secret=is_owner,
            )


def text_hidden(look: Look, said: str, centre: Centre | None) -> None:
    """What you wrote is not on the site, and why. Only where there is a way to reach the writer."""
    text = look.text
    to = writing.Recipient.reached_at(
        getattr(text, "name", "") or (text.person.name if getattr(text, "person", None) else ""),
        phone=getattr(text, "phone", ""),
        email=getattr(text, "email", ""),
        language=text.language,
        person=getattr(text, "person", None),
    )
    if not _is_reached(to):
        return
    writing.post(
        f"look:{look.id}:hidden",
        to=to,
        template="activities/emails/text_hidden",
        context={"said": said, "reason": look.reason, "name": to.name},
        centre=centre,
    )


def reply_channel(wish: Wish) -> str:
    """Return the channel of a written reply: e-mail or paper. Nothing for who is better called: they left a number."""
    to = wisher(wish)
    if to.reached_by == Channel.EMAIL or to.channel == Channel.PAPER or not to.phone:
        return str(to.reached_by)
    return ""


def wisher(wish: Wish) -> writing.Recipient:
    """Who has a wish: whoever told it, or took it over."""
    return writing.Recipient(
        name=wish.name,
        email=wish.email,
        phone=wish.phone.as_e164 if wish.phone else "",
        language=wish.owner_language or wish.language,
        person=wish.person,
        channel=wish.person.channel if wish.person else "",
    )


def supporter(support: Support) -> writing.Recipient:
    """Who comes, helps or organises along."""
    return writing.Recipient.reached_at(
        support.name,
        phone=support.phone,
        email=support.email,
        language=support.language,
        person=support.person,
    )


def _is_reached(to: writing.Recipient) -> bool:
    """Whether a message finds somebody, or a letter is what they want."""
    return to.reached_by != Channel.PAPER or to.channel == Channel.PAPER


def _of_support(support: Support, wish: Wish) -> dict[str, Any]:
    return {
        "support": support,
        "wish": wish,
        "name": support.name,
        "code": support.shown_code,
        "code_page": link("activities:code"),
        "page": link("activities:wish_page", wish.id),
    }


def _to_staff(wish: Wish, person: Person, message: str, key: str, **words: Any) -> None:
    writing.post(
        f"wish:{wish.id}:{key}",
        to=writing.Recipient.from_person(person),
        template=f"activities/emails/{message}",
        context={
            "wish": wish,
            "name": person.get_short_name(),
            "page": link("activities:wish_coach", wish.id),
            **words,
        },
        centre=wish.centre,
    )
