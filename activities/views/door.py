"""The pages at the door, on a phone or a tablet: today's lists, one press each. Complete without JavaScript.

A page opens for who keeps the lists of the centre, for the organiser of the activity, and by the link of a tablet,
which shows first names only. A press is sent as a form; a small script keeps it until it has arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activities import perms
from activities.door import checking_in, counting, lists, tablets
from activities.exceptions import NotOpen
from activities.forms.door import HEAD, HEAD_BACK, NOT_THERE, WALK_IN, TapForm
from activities.models import Occurrence, Presence, SignUp, Tablet
from activities.models.activity import EDITING_ROLES
from activities.models.door import day_of
from activities.views.organising import organiser_view
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.keys import new_key
from lokaal.look.qr import qr_svg
from lokaal.pages import get_or_post, private
from lokaal.people.models import Person
from lokaal.people.perms import (
    holds_staff_role,
    may_pass,
    public,
    signed_in,
    staff_required,
)

JSON = "application/json"
#: In the session of a tablet: which link it was opened with. A slip that is scanned there opens its big button.
TABLET_HERE = "door_tablet"


@dataclass(frozen=True)
class Keeper:
    """Who stands at the door: a person, or a tablet without one."""

    person: Person | None = None
    tablet: Tablet | None = None
    secret: str = ""

    @property
    def lists_url(self) -> str:
        return self._address("", "door", "tablet")

    @property
    def taps_url(self) -> str:
        return self._address("_taps", "door", "tablet")

    def date_url(self, pk: UUID) -> str:
        return self._address("_date", "door", "tablet", pk)

    def is_host_of(self, occurrence: Occurrence) -> bool:
        return self.person is not None and perms.can_keep_list(self.person, occurrence)

    def may_open(self, occurrence: Occurrence) -> bool:
        """A tablet: the dates of its day at its centre, as far as they are in the agenda."""
        if self.tablet is None:
            return self.person is not None and perms.can_check_in(self.person, occurrence)
        is_here = occurrence.centre_id == self.tablet.centre_id
        return is_here and day_of(occurrence) == self.tablet.on and occurrence.activity.is_public

    def find(self, pk: UUID) -> Occurrence | None:
        """The date, for who may open its list. Anybody else learns nothing, not even that it is there."""
        found = (
            Occurrence.objects.with_card()
            .prefetch_related("activity__translations")
            .filter(pk=pk)
            .first()
        )
        return found if found and self.may_open(found) else None

    def _address(self, page: str, door: str, tablet: str, *args: Any) -> str:
        if self.tablet is None:
            return reverse(f"activities:{door}{page}", args=args)
        return reverse(f"activities:{tablet}{page}", args=[self.secret, *args])


# For who is signed in ----------------------------------------------------------------------------


@never_cache
@organiser_view
@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """Today's lists: of the centres where one keeps the lists, and of what one organises."""
    person = signed_in(request)
    centres = centres_kept(person)
    dates = lists.dates_of_day(timezone.localdate(), centres=centres, organiser=person)
    return _today(request, Keeper(person), dates, centres=centres)


@never_cache
@organiser_view
@require_safe
def door_date(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list of one date."""
    return _date(request, Keeper(signed_in(request)), pk)


@organiser_view
@require_POST
def door_taps(request: HttpRequest) -> HttpResponse:
    """One press. The script that keeps presses asks for JSON and hears whether it has arrived."""
    return _take_tap(request, Keeper(signed_in(request)))


@never_cache
@organiser_view
@require_safe
def door_party(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One party, opened with the code of its slip: one big button."""
    return _party(request, Keeper(signed_in(request)), pk)


@never_cache
@organiser_view
@get_or_post
def door_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list is done: who has no mark was not there, or stays unknown."""
    keeper = Keeper(signed_in(request))
    occurrence = keeper.find(pk)
    if occurrence is None:
        raise Http404
    if request.method == "POST":
        try:
            absent = checking_in.close_list(
                occurrence, rest_was_absent="absent" in request.POST, by=signed_in(request)
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(keeper.date_url(pk))
        messages.success(
            request,
            ngettext(
                "De lijst is klaar. %(count)s naam was er niet.",
                "De lijst is klaar. %(count)s namen waren er niet.",
                absent,
            )
            % {"count": absent}
            if absent
            else _("De lijst is klaar."),
        )
        return redirect(keeper.date_url(pk))
    listed = lists.door_list(occurrence, is_host=keeper.is_host_of(occurrence))
    context = {"list": listed, "keeper": keeper, "date_url": keeper.date_url(pk)}
    return render(request, "activities/door/done.html", context)


# The tablet --------------------------------------------------------------------------------------


@public
@require_safe
def tablet(request: HttpRequest, secret: str) -> HttpResponse:
    """The lists of the day of a tablet."""
    keeper = _tablet_keeper(secret)
    if keeper is None or keeper.tablet is None:
        return _gone(request)
    dates = lists.dates_of_day(keeper.tablet.on, centres=[keeper.tablet.centre])
    request.session[TABLET_HERE] = str(keeper.tablet.pk)
    return private(_today(request, keeper, dates))


@public
@require_safe
def tablet_date(request: HttpRequest, secret: str, pk: UUID) -> HttpResponse:
    """The list of one date, with first names only."""
    keeper = _tablet_keeper(secret)
    return _gone(request) if keeper is None else private(_date(request, keeper, pk))


@public
@require_safe
def tablet_party(request: HttpRequest, secret: str, pk: UUID) -> HttpResponse:
    """One party, when somebody holds a slip before the tablet: one big button."""
    keeper = _tablet_keeper(secret)
    return _gone(request) if keeper is None else private(_party(request, keeper, pk))


@public
@require_POST
def tablet_taps(request: HttpRequest, secret: str) -> HttpResponse:
    """One press on a tablet."""
    keeper = _tablet_keeper(secret)
    return _gone(request) if keeper is None else private(_take_tap(request, keeper))


def tablet_party_url(request: HttpRequest, sign_up: SignUp) -> str:
    """Where a slip that is scanned with a tablet of the door is marked; empty for any other device, list and day."""
    key = request.session.get(TABLET_HERE)
    found = Tablet.objects.live().filter(pk=key).first() if key else None
    if found is None or not found.secret or not Keeper(tablet=found).may_open(sign_up.occurrence):
        return ""
    return reverse("activities:tablet_party", args=[found.secret, sign_up.pk])


def party_url(request: HttpRequest, sign_up: SignUp) -> str:
    """Where somebody at the door marks this party today; empty for who may not."""
    if day_of(sign_up.occurrence) != timezone.localdate():
        return ""
    is_waved_on = not holds_staff_role(request.user) or may_pass(request)
    if is_waved_on and perms.can_check_in(request.user, sign_up.occurrence):
        return reverse("activities:door_party", args=[sign_up.pk])
    return tablet_party_url(request, sign_up)


def _tablet_keeper(secret: str) -> Keeper | None:
    found = tablets.find(secret)
    return Keeper(tablet=found, secret=secret) if found else None


def _gone(request: HttpRequest) -> HttpResponse:
    """A link of another day, or one that was taken back."""
    if _wants_json(request):
        return private(JsonResponse({"message": _("Deze link werkt niet meer.")}, status=404))
    return private(render(request, "activities/door/gone.html", status=404))


# Links for tablets -------------------------------------------------------------------------------


@never_cache
@require_safe
@staff_required(*EDITING_ROLES)
def door_tablets(request: HttpRequest) -> HttpResponse:
    """The houses where one keeps the lists, with the links of today."""
    centres = centres_kept(signed_in(request))
    live = Tablet.objects.live().filter(centre__in=centres).select_related("by")
    by_centre: dict[UUID, list[dict[str, Any]]] = {}
    for link in live:
        url = reverse("activities:tablet", args=[link.secret]) if link.secret else ""
        by_centre.setdefault(link.centre_id, []).append(
            {"tablet": link, "url": url, "qr": qr_svg(url) if url else ""}
        )
    rows = [{"centre": centre, "links": by_centre.get(centre.pk, [])} for centre in centres]
    return render(request, "activities/door/tablets.html", {"rows": rows})


@require_POST
@staff_required(*EDITING_ROLES)
def door_tablet_make(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new link for today."""
    centre = get_object_or_404(Centre.objects.open_to_public(), pk=pk)
    if not signed_in(request).holds(*EDITING_ROLES, centre_id=centre.pk):
        raise Http404
    tablets.make(centre, by=signed_in(request))
    messages.success(request, _("De link voor vandaag is er."))
    return redirect("activities:door_tablets")


@require_POST
@staff_required(*EDITING_ROLES)
def door_tablet_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a link back: the tablet shows nothing any more."""
    found = get_object_or_404(Tablet, pk=pk)
    if not signed_in(request).holds(*EDITING_ROLES, centre_id=found.centre_id):
        raise Http404
    tablets.revoke(found)
    messages.success(request, _("De link werkt niet meer."))
    return redirect("activities:door_tablets")


def centres_kept(person: Person) -> list[Centre]:
    """The centres in use whose lists somebody keeps."""
    kept = {held.centre_id for held in person.current_roles if held.role in EDITING_ROLES}
    if not kept:
        return []
    centres = Centre.objects.open_to_public()
    if None in kept:  # of all centres
        return list(centres)
    return list(centres.filter(pk__in=[pk for pk in kept if pk]))


# What both share ---------------------------------------------------------------------------------


def _today(
    request: HttpRequest,
    keeper: Keeper,
    dates: list[Occurrence],
    *,
    centres: list[Centre] | None = None,
) -> HttpResponse:
    rows = [
        {"date": lists.door_date(one), "url": keeper.date_url(one.pk)}
        for one in dates
        if not one.is_over()
    ]
    over = [
        {"date": lists.door_date(one), "url": keeper.date_url(one.pk)}
        for one in dates
        if one.is_over()
    ]
    context = {
        "keeper": keeper,
        "rows": rows,
        "over": over,
        "today": keeper.tablet.on if keeper.tablet else timezone.localdate(),
        "centre": keeper.tablet.centre if keeper.tablet else None,
        "shows_centre": len({one.centre_id for one in dates}) > 1,
        "may_give_tablet": bool(centres),
    }
    return render(request, "activities/door/today.html", context)


def _date(request: HttpRequest, keeper: Keeper, pk: UUID) -> HttpResponse:
    occurrence = keeper.find(pk)
    if occurrence is None:
        raise Http404
    is_host = keeper.is_host_of(occurrence)
    context = {
        "keeper": keeper,
        "list": lists.door_list(occurrence, is_host=is_host, first_names=keeper.tablet is not None),
        "date_url": keeper.date_url(pk),
        "key": new_key(),
        "walk_in_key": new_key(),
        "back_key": new_key(),
    }
    return render(request, "activities/door/date.html", context)


def _party(request: HttpRequest, keeper: Keeper, pk: UUID) -> HttpResponse:
    sign_up = get_object_or_404(SignUp.objects.with_page(), pk=pk)
    occurrence = keeper.find(sign_up.occurrence_id)
    if occurrence is None:
        raise Http404
    listed = lists.door_list(
        occurrence, is_host=keeper.is_host_of(occurrence), first_names=keeper.tablet is not None
    )
    party = next((one for one in listed.parties if one.pk == pk), None)
    name = sign_up.name.split(" ")[0] if keeper.tablet else sign_up.name
    context = {
        "keeper": keeper,
        "list": listed,
        "party": party,
        "name": party.name if party else name,
        "waits": sign_up.is_waiting or sign_up.is_offered,
        "is_today": day_of(occurrence) == timezone.localdate(),
        "key": new_key(),
        "date_url": keeper.date_url(occurrence.pk),
    }
    return render(request, "activities/door/party.html", context)


def _take_tap(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    form = TapForm(request.POST)
    if not form.is_valid():
        message = next(iter(form.errors.values()))[0]
        return _answer(request, keeper, None, str(message), status=400)
    occurrence = keeper.find(form.cleaned_data["occurrence"])
    if occurrence is None:
        return _answer(request, keeper, None, _("Deze lijst is niet van jou."), status=404)
    try:
        said = _do(form, occurrence, keeper)
    except Refusal as refusal:
        return _answer(request, keeper, occurrence, str(refusal), status=409)
    return _answer(request, keeper, occurrence, said, anchor=form.cleaned_data["sign_up"])


def _do(form: TapForm, occurrence: Occurrence, keeper: Keeper) -> str:
    """Do what a press asks; return what is worth saying about it."""
    tap = form.tap(by=keeper.person, tablet=keeper.tablet, is_host=keeper.is_host_of(occurrence))
    what = form.cleaned_data["what"]
    if what in {HEAD, HEAD_BACK}:
        occurrence.heads = counting.count(occurrence, 1 if what == HEAD else -1, tap).heads
        return ""
    if what == WALK_IN:
        name = form.cleaned_data["name"]
        checking_in.walk_in(occurrence, name, tap=tap, language=get_language() or "nl")
        return _("%(name)s is er.") % {"name": name}
    sign_up = occurrence.sign_ups.filter(pk=form.cleaned_data["sign_up"]).first()
    if sign_up is None:
        raise NotOpen(_("Deze naam staat niet op de lijst."))
    sign_up.occurrence = occurrence
    presence = Presence.UNKNOWN if what == NOT_THERE else Presence.PRESENT
    checking_in.mark(sign_up, presence, tap)
    return ""


def _answer(
    request: HttpRequest,
    keeper: Keeper,
    occurrence: Occurrence | None,
    message: str,
    *,
    status: int = 200,
    anchor: UUID | None = None,
) -> HttpResponse:
    """Tell the script whether a press has arrived; anybody else goes back to the list."""
    if _wants_json(request):
        told: dict[str, Any] = {"message": message}
        if occurrence:
            told |= {"occurrence": str(occurrence.pk), "heads": occurrence.heads}
        return JsonResponse(told, status=status)
    if message:
        (messages.success if status == 200 else messages.error)(request, message)
    if occurrence is None:
        return redirect(keeper.lists_url)
    place = f"#p-{anchor}" if anchor else ""
    return redirect(f"{keeper.date_url(occurrence.pk)}{place}")


def _wants_json(request: HttpRequest) -> bool:
    return JSON in request.headers.get("Accept", "")
