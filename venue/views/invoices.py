"""Invoices, for the treasurer: the list, one invoice and what is done with it, and what still waits for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.pages import get_or_post
from lokaal.people.models import Person
from lokaal.people.perms import signed_in, staff_required
from venue import perms
from venue.exceptions import Incomplete
from venue.forms.invoices import (
    BuyerForm,
    CreditForm,
    InstalmentsForm,
    LineForm,
    PaymentForm,
    ReasonForm,
)
from venue.models import (
    BankEntry,
    Booking,
    CateringOrder,
    EntryState,
    Hirer,
    Invoice,
    InvoiceLine,
    Payment,
    VatCategory,
)
from venue.money import charging, invoicing, paying, reminding
from venue.money.charging import Chargeable
from venue.money.invoice_cards import badge, row
from venue.money.ubl import file_name, invoice_xml
from venue.papers.invoice import invoice_pdf, rate_name

PER_PAGE = 30
LONGEST_QUERY = 80

treasurer = staff_required(*perms.MONEY_ROLES)


def invoices_of(person: Person) -> Any:
    """The invoices that this person looks after."""
    return Invoice.objects.visible_to(person, *perms.MONEY_ROLES)


def centres_of(person: Person) -> list[Centre]:
    return list(perms.centres_for(person, *perms.MONEY_ROLES))


def invoice_or_404(request: HttpRequest, pk: UUID) -> Invoice:
    found: Invoice = get_object_or_404(invoices_of(signed_in(request)).with_page(), pk=pk)
    return found


# The list ----------------------------------------------------------------------------------------

FILTERS: dict[str, Callable[[Any], Any]] = {
    "open": lambda found: found.open(),
    "overdue": lambda found: found.overdue(),
    "draft": lambda found: found.drafts(),
    "paid": lambda found: found.paid(),
    "all": lambda found: found,
}


@require_safe
@treasurer
def invoices(request: HttpRequest) -> HttpResponse:
    """The list: what is open, late, a draft or paid; or found by number or name."""
    mine = invoices_of(signed_in(request))
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    chosen = request.GET.get("show", "")
    if chosen not in FILTERS:
        chosen = "all" if words else "open"
    found = FILTERS[chosen](mine).found_by(words).with_list()
    if chosen in {"open", "overdue"}:
        found = found.order_by("due_on", "number")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [row(invoice) for invoice in page],
        "page": page,
        "page_query": urlencode({"show": chosen} | ({"q": words} if words else {})),
        "q": words,
        "tabs": _tabs(chosen, words),
        "chosen": chosen,
        "figures": _figures(mine),
    }
    return render(request, "venue/invoices/invoices.html", context)


@dataclass(frozen=True)
class Tab:
    word: str
    url: str
    is_chosen: bool


def _tabs(chosen: str, words: str) -> list[Tab]:
    names = {
        "open": _("Open"),
        "overdue": _("Te laat"),
        "draft": _("Concept"),
        "paid": _("Betaald"),
        "all": _("Alles"),
    }
    query = {"q": words} if words else {}
    return [
        Tab(
            name,
            f"{reverse('venue:invoices')}?{urlencode({'show': key} | query)}",
            key == chosen,
        )
        for key, name in names.items()
    ]


def _figures(mine: Any) -> dict[str, int]:
    """What is still to come, what of it is late, and how many lines of the bank wait: in two queries."""
    today = timezone.localdate()
    found: dict[str, int | None] = (
        mine.open()
        .filter(open_cents__gt=0)
        .aggregate(
            open=Sum("open_cents"),
            late=Sum("open_cents", filter=Q(due_on__lt=today)),
            late_count=Count("pk", filter=Q(due_on__lt=today)),
        )
    )
    figures = {name: value or 0 for name, value in found.items()}
    figures["waiting"] = BankEntry.objects.filter(state=EntryState.WAITING).count()
    return figures


# What waits for an invoice -----------------------------------------------------------------------


@dataclass(frozen=True)
class WaitingGroup:
    """What one hirer owes for one month."""

    hirer: Hirer
    month: date
    charges: list[Chargeable]

    @property
    def key(self) -> str:
        return f"{self.hirer.pk}:{self.month:%Y-%m}"

    @property
    def total(self) -> int:
        return sum(charge.amount_cents for charge in self.charges)


@get_or_post
@treasurer
def invoices_waiting(request: HttpRequest) -> HttpResponse:
    """What was delivered and stands on no invoice yet, per hirer and month; a button makes the draft."""
    mine = centres_of(signed_in(request))
    groups = _groups(charging.waiting(mine))
    if request.method == "POST":
        wanted = set(request.POST.getlist("group"))
        made, refused = [], []
        for group in groups:
            if group.key not in wanted and "all" not in wanted:
                continue
            try:
                made.append(invoicing.draft(group.charges, by=signed_in(request)))
            except Refusal as refusal:
                refused.append(f"{group.hirer.name}: {refusal}")
        for sentence in refused:
            messages.error(request, sentence)
        if not made and not refused:
            messages.error(request, _("Hier staat al een concept van."))
        if len(made) == 1:
            return redirect(made[0])
        if made:
            messages.success(
                request,
                ngettext("%(count)s concept gemaakt.", "%(count)s concepten gemaakt.", len(made))
                % {"count": len(made)},
            )
            return redirect(f"{reverse('venue:invoices')}?show=draft")
        return redirect("venue:invoices_waiting")
    context = {
        "groups": groups,
        "total": sum(group.total for group in groups),
        "changed": charging.changed_since(mine),
    }
    return render(request, "venue/invoices/invoices_waiting.html", context)


def _groups(charges: list[Chargeable]) -> list[WaitingGroup]:
    def whose(charge: Chargeable) -> tuple[str, str, date]:
        return charge.hirer.name, str(charge.hirer.pk), charge.month

    return [
        WaitingGroup(members[0].hirer, members[0].month, members)
        for _key, found in groupby(sorted(charges, key=whose), key=whose)
        if (members := list(found))
    ]


@require_POST
@treasurer
def invoice_of_booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the drafts of one booking, also for dates that are still to come."""
    booking = get_object_or_404(
        Booking.objects.filter(centre__in=centres_of(signed_in(request))), pk=pk
    )
    return _drafted(request, booking)


@require_POST
@treasurer
def invoice_of_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the draft of one catering order."""
    order = get_object_or_404(
        CateringOrder.objects.filter(centre__in=centres_of(signed_in(request))), pk=pk
    )
    return _drafted(request, order)


def _drafted(request: HttpRequest, what: Booking | CateringOrder) -> HttpResponse:
    try:
        made = invoicing.draft_for(what, by=signed_in(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("venue:invoices_waiting")
    if len(made) == 1:
        return redirect(made[0])
    return redirect(f"{reverse('venue:invoices')}?show=draft")


# One invoice -------------------------------------------------------------------------------------


@require_safe
@treasurer
def invoice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One invoice: what stands on it, how it stands, and the next thing to do."""
    found = invoice_or_404(request, pk)
    return render(request, "venue/invoices/invoice.html", _page(found))


def _page(found: Invoice) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "invoice": found,
        "badge": badge(found),
        "buyer": found.buyer_party if not found.is_draft else None,
        "lines": [{"line": line, "vat": _vat_of(line)} for line in found.lines.all()],
        "rates": [
            {
                "name": rate_name(one.category, one.percent),
                "row": one,
                "is_taxed": one.category == VatCategory.STANDARD,
            }
            for one in found.vat_rows.all()
        ],
        "payments": [part for part in found.payment_parts.all() if part.payment.undone_at is None],
        "problem": _problem(found),
        "changed": charging.changed_on(found),
        "in_parts": bool(found.instalments_until and found.instalments_until >= today),
    }


def _vat_of(line: InvoiceLine) -> str:
    """The rate of an issued line; of a draft the code, which gets its rate at issue."""
    if line.vat_category:
        return rate_name(line.vat_category, line.vat_percent)
    return line.vat_code.name


def _problem(found: Invoice) -> str:
    """What about the hirer keeps a draft from being issued."""
    if not found.is_draft or found.is_credit:
        return ""
    try:
        invoicing.check_buyer(found.hirer)
    except Incomplete as missing:
        return str(missing)
    return ""


@require_POST
@treasurer
def invoice_issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give it its number; and send it at once when that was asked and an address is known."""
    found = invoice_or_404(request, pk)
    try:
        issued = invoicing.issue(found, by=signed_in(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    if request.POST.get("send") and issued.buyer_party.email:
        invoicing.send(issued)
        told = _("%(number)s ligt vast en is verstuurd.")
    else:
        told = _("%(number)s ligt vast.")
    messages.success(request, told % {"number": issued.number})
    return redirect(found)


@require_POST
@treasurer
def invoice_send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mail it, or write down that it was printed."""
    found = invoice_or_404(request, pk)
    if request.POST.get("printed"):
        return _done(request, found, lambda: invoicing.mark_sent(found), _("Genoteerd."))
    again = bool(request.POST.get("again"))
    return _done(
        request, found, lambda: invoicing.send(found, again=again), _("De factuur is verstuurd.")
    )


@require_POST
@treasurer
def invoice_throw_away(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away. Gone already is fine too."""
    found = invoices_of(signed_in(request)).filter(pk=pk).first()
    if found is not None:
        try:
            invoicing.throw_away(found)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(found)
    messages.success(request, _("Het concept is weg."))
    return redirect("venue:invoices")


@get_or_post
@treasurer
def line_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a line by hand to a draft."""
    found = invoice_or_404(request, pk)
    form = LineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        return _done(
            request,
            found,
            lambda: invoicing.add_line(
                found,
                description=given["description"],
                amount_cents=given["amount"],
                vat_code_id=given["vat_code"].pk,
                pillar=given["pillar"],
            ),
            _("De regel staat erbij."),
        )
    return _form(request, found, form, _("Een regel erbij"), _("Zet erbij"), "plus")


@require_POST
@treasurer
def line_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a line off a draft."""
    lines = InvoiceLine.objects.filter(invoice__in=invoices_of(signed_in(request)))
    line = get_object_or_404(lines.select_related("invoice"), pk=pk)
    return _done(request, line.invoice, lambda: invoicing.remove_line(line), _("De regel is weg."))


@get_or_post
@treasurer
def invoice_pay(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write down money by hand."""
    found: Any = invoice_or_404(request, pk)
    initial = {
        "amount": abs(found.open_cents) or None,
        "direction": "out" if found.open_cents < 0 else "in",
        "on": timezone.localdate(),
        "method": "bank",
    }
    form = PaymentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        return _done(
            request,
            found,
            lambda: paying.receive(
                found,
                amount_cents=form.cents,
                on=given["on"],
                method=given["method"],
                note=given["note"],
                token=given["token"],
                by=signed_in(request),
            ),
            _("De betaling staat erbij."),
        )
    return _form(request, found, form, _("Een betaling"), _("Bewaar"), "check")


@get_or_post
@treasurer
def payment_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back a payment that was written down wrongly."""
    seen = Payment.objects.filter(parts__invoice__in=invoices_of(signed_in(request)))
    payment = get_object_or_404(seen.distinct().prefetch_related("parts__invoice"), pk=pk)
    found = payment.parts.all()[0].invoice
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _done(
            request,
            found,
            lambda: paying.undo(payment, reason=form.cleaned_data["reason"]),
            _("De betaling is teruggedraaid."),
        )
    heading, button = _("Klopt deze betaling niet?"), _("Draai terug")
    return _form(request, found, form, heading, button, "arrow-uturn-left", is_danger=True)


@get_or_post
@treasurer
def invoice_credit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take lines back: makes a draft credit note to look at."""
    found = invoice_or_404(request, pk)
    lines = list(found.lines.not_credited())
    if found.is_draft or found.is_credit or not lines:
        messages.error(request, _("Hier is niets om terug te nemen."))
        return redirect(found)
    form = CreditForm(request.POST or None, lines=lines)
    if request.method == "POST" and form.is_valid():
        try:
            note = invoicing.credit(
                found,
                lines=form.chosen,
                reason=form.cleaned_data["reason"],
                by=signed_in(request),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kijk het na. Leg het daarna vast."))
            return redirect(note)
    return _form(request, found, form, _("Neem terug"), _("Maak creditfactuur"), "arrow-uturn-left")


@get_or_post
@treasurer
def invoice_instalments(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody pays in parts: no reminders until then."""
    found = invoice_or_404(request, pk)
    form = InstalmentsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        return _done(
            request,
            found,
            lambda: reminding.agree_instalments(found, until=given["until"], note=given["note"]),
            _("Genoteerd. Tot dan gaat er geen herinnering weg."),
        )
    return _form(request, found, form, _("Betalen in delen"), _("Bewaar"), "check")


@get_or_post
@treasurer
def invoice_give_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nobody expects this money any more; or after all, again."""
    found = invoice_or_404(request, pk)
    if request.method == "POST" and request.POST.get("again"):
        return _done(request, found, lambda: reminding.take_up_again(found), _("Genoteerd."))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _done(
            request,
            found,
            lambda: reminding.give_up(found, reason=form.cleaned_data["reason"]),
            _("Genoteerd. Er gaat geen herinnering meer weg."),
        )
    heading, button = _("Komt dit geld niet meer?"), _("Het komt niet meer")
    return _form(request, found, form, heading, button, "no-symbol", is_danger=True)


@get_or_post
@treasurer
def invoice_buyer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who gets the invoices of a hirer: address and numbers. What was issued does not change."""
    found = invoice_or_404(request, pk)
    form = BuyerForm(request.POST or None, instance=found.hirer)
    if request.method == "POST" and form.is_valid():
        form.save()
        if found.is_draft and found.buyer_reference != found.hirer.buyer_reference:
            found.buyer_reference = found.hirer.buyer_reference
            found.save(update_fields=["buyer_reference"])
        messages.success(request, _("Het adres is bewaard."))
        return redirect(found)
    return _form(request, found, form, _("Wie krijgt de factuur?"), _("Bewaar"), "check")


@require_safe
@treasurer
def invoice_file(request: HttpRequest, pk: UUID, form: str) -> HttpResponse:
    """The PDF to read and print, or the UBL file for a bookkeeping program."""
    found = invoice_or_404(request, pk)
    if found.is_draft:
        messages.error(request, _("Dit is nog een concept. Leg de factuur eerst vast."))
        return redirect(found)
    makers = {
        "pdf": (invoice_pdf, "application/pdf"),
        "xml": (invoice_xml, "application/xml"),
    }
    if form not in makers:
        raise Http404
    make, kind = makers[form]
    how = "inline" if form == "pdf" else "attachment"
    name = file_name(found, form)
    return HttpResponse(
        make(found),
        content_type=kind,
        headers={"Content-Disposition": f'{how}; filename="{name}"'},
    )


# Shared ------------------------------------------------------------------------------------------


def _done(
    request: HttpRequest, found: Invoice, action: Callable[[], object], told: str
) -> HttpResponse:
    """Act, say what happened or why not, and go to the invoice."""
    try:
        action()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told)
    return redirect(found)


def _form(
    request: HttpRequest,
    found: Invoice,
    form: Any,
    heading: str,
    button: str,
    icon: str,
    *,
    is_danger: bool = False,
) -> HttpResponse:
    context = {
        "invoice": found,
        "form": form,
        "heading": heading,
        "button": button,
        "icon": icon,
        "is_danger": is_danger,
    }
    return render(
        request,
        "venue/invoices/invoice_form.html",
        context,
        status=422 if form.is_bound and form.errors else 200,
    )
