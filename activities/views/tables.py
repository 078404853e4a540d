"""The neighbourhood table: its list beforehand, deciding by consent, the minutes; and what everybody can read of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from activities import perms
from activities.forms.tables import (
    ItemDecisionForm,
    MinutesForm,
    SubjectForm,
    TableForm,
    consent_in_words,
)
from activities.initiatives import table as deciding_together
from activities.initiatives.tried_words import page_language
from activities.models import GrantState, NeighbourhoodTable, TableItem, WishState
from activities.models.activity import EDITING_ROLES
from lokaal.exceptions import Refusal
from lokaal.look.formats import euro
from lokaal.look.qr import qr_svg
from lokaal.pages import get_or_post
from lokaal.people.perms import public, signed_in, staff_required

PER_PAGE = 20

at_the_desk = staff_required(*sorted(EDITING_ROLES))


@dataclass(frozen=True)
class Row:
    """One subject of the list, in words. `standing`: what became of it since, where the table has not decided."""

    item: TableItem
    number: int
    kind: str
    icon: str
    text: str
    language: str
    url: str
    about: str
    consent: str
    standing: str


def rows_of(table: NeighbourhoodTable, *, is_public: bool) -> list[Row]:
    """The list in its order. What everybody reads holds no wish that is not shown."""
    items = table.items.on_the_list().with_subject()
    rows = [_row(item, number) for number, item in enumerate(items, start=1)]
    return [row for row in rows if not is_public or not _is_hidden(row.item)]


def _is_hidden(item: TableItem) -> bool:
    wish = item.wish or (item.look_back.wish if item.look_back else None)
    wish = wish or (item.grant.wish if item.grant else None)
    return wish is not None and not wish.is_shown


def _row(item: TableItem, number: int) -> Row:
    kind, icon, text, language, url, about, standing = _subject(item)
    return Row(
        item=item,
        number=number,
        kind=kind,
        icon=icon,
        text=text,
        language=language,
        url=url,
        about=about,
        consent=consent_in_words(item) if item.is_decided else "",
        standing="" if item.is_decided else standing,
    )


def _subject(item: TableItem) -> tuple[str, str, str, str, str, str, str]:
    """Kind, pictogram, words and their language, address, a line about it, and what became of it elsewhere."""
    if item.look_back:
        tried = item.look_back
        url = tried.get_absolute_url() if tried.is_decided else ""
        standing = (
            _("Al besloten: %(outcome)s.") % {"outcome": tried.get_outcome_display()}
            if tried.is_decided
            else ""
        )
        about = tried.summary
        return (
            _("Uitgeprobeerd"),
            "arrow-path",
            tried.title,
            tried.language,
            url,
            about,
            standing,
        )
    if item.wish:
        wish = item.wish
        standing = "" if wish.state == WishState.LISTENING else str(wish.get_state_display())
        return (
            _("Idee"),
            "light-bulb",
            wish.text,
            wish.language,
            wish.get_absolute_url(),
            "",
            standing,
        )
    if item.grant:
        grant = item.grant
        amount = _("Gevraagd: %(amount)s") % {"amount": euro(grant.amount_cents)}
        standing = "" if grant.state == GrantState.ASKED else str(grant.get_state_display())
        return (
            _("Geld uit het potje"),
            "currency-euro",
            grant.purpose,
            grant.language,
            "",
            amount,
            standing,
        )
    return _("Onderwerp"), "chat-bubble-left-right", item.subject, item.table.language, "", "", ""


# What everybody reads ----------------------------------------------------------------------------


@public
@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """All tables, newest first: what is coming, and what was decided."""
    page = Paginator(NeighbourhoodTable.objects.for_list(), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "activities/tables/tables.html", {"page": page, "section": "agenda"})


@public
@require_safe
def table(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One table: the list beforehand, the minutes afterwards."""
    found = get_object_or_404(NeighbourhoodTable.objects.with_page(), pk=pk)
    context = {"table": found, "rows": rows_of(found, is_public=True), "section": "agenda"}
    return render(request, "activities/tables/table.html", context)


# At the desk -------------------------------------------------------------------------------------


def _table(request: HttpRequest, pk: UUID) -> NeighbourhoodTable:
    found = NeighbourhoodTable.objects.led_by(signed_in(request)).select_related("centre")
    return get_object_or_404(found, pk=pk)


def _item(request: HttpRequest, pk: UUID) -> TableItem:
    led = NeighbourhoodTable.objects.led_by(signed_in(request))
    found = TableItem.objects.with_subject().select_related("table__centre")
    return get_object_or_404(found.filter(table__in=led), pk=pk)


@at_the_desk
@get_or_post
def tables_desk(request: HttpRequest) -> HttpResponse:
    """The tables of my houses, and making the next one."""
    centres = perms.centres_to_add_at(request.user)
    form = TableForm(request.POST or None, centres=centres)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        made = deciding_together.prepare(
            cleaned["centre"],
            held_on=cleaned["held_on"],
            starts=cleaned["starts"],
            place=cleaned["place"],
            by=signed_in(request),
            form_token=cleaned["token"],
        )
        messages.success(request, _("Klaar. Dit staat op de lijst."))
        return redirect("activities:table_manage", made.pk)
    led = NeighbourhoodTable.objects.led_by(signed_in(request)).for_list()
    page = Paginator(led, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "activities/tables/tables_desk.html", {"form": form, "page": page})


@at_the_desk
@get_or_post
def table_manage(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One table from behind it: the list in its order, the decisions, the minutes."""
    found = _table(request, pk)
    form = MinutesForm(
        request.POST or None, initial={"people_there": found.people_there, "note": found.note}
    )
    if request.method == "POST" and form.is_valid():
        deciding_together.note(
            found, people_there=form.cleaned_data["people_there"], words=form.cleaned_data["note"]
        )
        messages.success(request, _("Bewaard."))
        return redirect("activities:table_manage", pk)
    return _manage_page(request, found, form, SubjectForm())


def _manage_page(
    request: HttpRequest, found: NeighbourhoodTable, form: MinutesForm, subject: SubjectForm
) -> HttpResponse:
    left_out = found.items.filter(is_left_out=True).with_subject().order_by("position", "id")
    return render(
        request,
        "activities/tables/table_manage.html",
        {
            "table": found,
            "rows": rows_of(found, is_public=False),
            "left_out": [_row(item, 0) for item in left_out],
            "form": form,
            "subject": subject,
        },
    )


@at_the_desk
@require_POST
def table_subject(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put something else on the list."""
    found = _table(request, pk)
    subject = SubjectForm(request.POST)
    if not subject.is_valid():
        form = MinutesForm(initial={"people_there": found.people_there, "note": found.note})
        return _manage_page(request, found, form, subject)
    return _done(
        request,
        found,
        lambda: deciding_together.add_subject(found, subject.cleaned_data["subject"]),
    )


@at_the_desk
@require_POST
def table_propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Look what came since the list was made."""
    found = _table(request, pk)
    try:
        came = deciding_together.propose(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        message = ngettext(
            "Er staat %(came)d onderwerp bij.", "Er staan %(came)d onderwerpen bij.", came
        )
        messages.success(request, message % {"came": came} if came else _("Er is niets nieuws."))
    return redirect("activities:table_manage", pk)


@at_the_desk
@require_POST
def table_item_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One place earlier, or later (`down`)."""
    item = _item(request, pk)
    return _done(
        request, item.table, lambda: deciding_together.move(item, up="down" not in request.POST), pk
    )


@at_the_desk
@require_POST
def table_item_leave_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Not this time; or (`back`) after all."""
    item = _item(request, pk)
    is_out = "back" not in request.POST
    return _done(request, item.table, lambda: deciding_together.leave_out(item, is_out=is_out))


def _done(
    request: HttpRequest, found: NeighbourhoodTable, act: Any, item: UUID | None = None
) -> HttpResponse:
    """Do it, say why not, and go back to the list."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    anchor = f"#i-{item}" if item else ""
    return redirect(reverse("activities:table_manage", args=[found.pk]) + anchor)


@at_the_desk
@get_or_post
def table_item_decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One subject: what is decided, and whether anybody objects."""
    item = _item(request, pk)
    form = ItemDecisionForm(request.POST or None, item=item)
    if request.method == "POST" and form.is_valid():
        try:
            if form.is_not_yet:
                deciding_together.not_yet(item, objection=form.cleaned_data["objection"].strip())
            else:
                deciding_together.decide(
                    item, form.decision, language=page_language(), by=signed_in(request)
                )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Opgeschreven."))
            return redirect("activities:table_manage", item.table_id)
    context = {"row": _row(item, 0), "table": item.table, "form": form}
    return render(request, "activities/tables/table_item_decide.html", context)


@at_the_desk
@require_POST
def table_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The minutes are ready: they go on the site."""
    found = _table(request, pk)
    try:
        deciding_together.close(found, by=signed_in(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Het verslag staat op de site."))
    return redirect("activities:table_manage", pk)


@at_the_desk
@require_POST
def table_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _table(request, pk)
    deciding_together.reopen(found)
    messages.success(request, _("Je kunt het verslag weer veranderen."))
    return redirect("activities:table_manage", pk)


@at_the_desk
@require_safe
def table_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list or the minutes, to print."""
    found = _table(request, pk)
    return render(
        request,
        "activities/tables/table_paper.html",
        {
            "table": found,
            "rows": rows_of(found, is_public=True),
            "qr": qr_svg(found.get_absolute_url()),
        },
    )
