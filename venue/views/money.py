"""The bank, the reminders and the figures, for the treasurer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lokaal.exceptions import Refusal
from lokaal.pages import get_or_post
from lokaal.people.models import Person
from lokaal.people.perms import signed_in
from venue import perms
from venue.forms.invoices import BankFileForm, DepositForm, EntryForm
from venue.models import BankEntry, EntryState, PaymentPart
from venue.money import bank_files, banking, bookkeeping, paying, reminding
from venue.money.bookkeeping import Cell, Money, Sheet
from venue.views.invoices import PER_PAGE, centres_of, invoice_or_404, invoices_of, treasurer


def of_the_house(request: HttpRequest) -> Person:
    """The treasurer of all centres: the bank account is one. Raises PermissionDenied for that of one centre."""
    person = signed_in(request)
    if not any(
        role.role in perms.MONEY_ROLES and role.centre_id is None for role in person.current_roles
    ):
        raise PermissionDenied(_("De bank is van alle huizen samen. Vraag het de penningmeester."))
    return person


# The bank ----------------------------------------------------------------------------------------


@get_or_post
@treasurer
def bank(request: HttpRequest) -> HttpResponse:
    """Bring a file of the bank; and the lines that wait for a person."""
    person = of_the_house(request)
    form = BankFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = file.read(bank_files.LARGEST + 1)  # one more is too large, and refused
            imported = banking.import_file(file.name, content, by=person)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _told(imported))
            return redirect("venue:bank")
    waiting = BankEntry.objects.waiting()
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "venue/invoices/bank.html",
        {"form": form, "page": page},
        status=422 if form.errors else 200,
    )


def _told(imported: banking.Imported) -> str:
    if not imported.new:
        return _("Dit bestand was al gelezen. Er is niets veranderd.")
    matched = ngettext(
        "%(count)s betaling is verwerkt.", "%(count)s betalingen zijn verwerkt.", imported.matched
    ) % {"count": imported.matched}
    waiting = ngettext(
        "%(count)s regel wacht op jou.", "%(count)s regels wachten op jou.", imported.waiting
    ) % {"count": imported.waiting}
    return f"{matched} {waiting}"


@get_or_post
@treasurer
def bank_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One line of the bank that nobody is sure about: which invoice, a deposit, or none of ours?"""
    person = of_the_house(request)
    entry = get_object_or_404(BankEntry.objects.select_related("payment"), pk=pk)
    mine = invoices_of(person)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    offered = banking.candidates(entry, mine, words=words)
    deposits = banking.deposit_candidates(entry, centres_of(person))
    form = EntryForm(_answers(request, "match"), candidates=offered)
    deposit_form = DepositForm(_answers(request, "deposit"), bookings=deposits)
    if request.method == "POST":
        done = _decide(request, entry, form, deposit_form, person)
        if done is not None:
            return done
    context = {
        "entry": entry,
        "form": form,
        "offered": offered,
        "deposit_form": deposit_form,
        "deposits": deposits,
        "q": words,
        "is_waiting": entry.state == EntryState.WAITING,
        "paid": _paid_by(entry),
    }
    status = 422 if form.errors or deposit_form.errors else 200
    return render(request, "venue/invoices/bank_entry.html", context, status=status)


def _paid_by(entry: BankEntry) -> list[PaymentPart]:
    """What a line that was matched pays now."""
    if entry.state != EntryState.MATCHED:
        return []
    return list(entry.payment.parts.select_related("invoice__hirer"))


def _answers(request: HttpRequest, action: str) -> Any:
    return request.POST if request.method == "POST" and request.POST.get("do") == action else None


def _decide(
    request: HttpRequest,
    entry: BankEntry,
    form: EntryForm,
    deposit_form: DepositForm,
    person: Person,
) -> HttpResponse | None:
    """Do what was chosen. None: look at the form again."""
    action = request.POST.get("do")
    try:
        if action == "match" and form.is_valid():
            if entry.state == EntryState.MATCHED:
                paying.move(entry.payment, form.chosen)
            else:
                paying.match(entry, form.chosen, by=person)
        elif action == "deposit" and deposit_form.is_valid():
            paying.match_deposit(entry, deposit_form.chosen, by=person)
        elif action == "leave":
            paying.leave(entry, by=person)
        elif action == "reopen":
            paying.reopen(entry)
        else:
            return None
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("venue:bank_entry", entry.pk)
    messages.success(request, _("Deze regel is klaar."))
    return redirect("venue:bank")


# Reminders ---------------------------------------------------------------------------------------


@require_safe
@treasurer
def reminders(request: HttpRequest) -> HttpResponse:
    """Who is late, and which reminder goes out next. The worker sends them in the morning; a button does it now."""
    mine = invoices_of(signed_in(request))
    late = mine.overdue()
    dues = {due.invoice.pk: due for due in reminding.due_reminders(invoices=mine)}
    today = timezone.localdate()
    page = Paginator(
        late.select_related("hirer", "centre", "credited_invoice")
        .prefetch_related("reminders")
        .order_by("due_on", "number"),
        PER_PAGE,
    ).get_page(request.GET.get("page"))
    rows = [
        {
            "invoice": invoice,
            "due": dues.get(invoice.pk),
            "days": (today - invoice.due_on).days,
            "in_parts": bool(invoice.instalments_until and invoice.instalments_until >= today),
            "sent": list(invoice.reminders.all()),
        }
        for invoice in page
    ]
    return render(request, "venue/invoices/reminders.html", {"rows": rows, "page": page})


@require_POST
@treasurer
def invoice_remind(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send the reminder whose time has come."""
    found = invoice_or_404(request, pk)
    try:
        reminding.remind(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("De herinnering is verstuurd."))
    return redirect("venue:reminders")


# Figures -----------------------------------------------------------------------------------------


@require_safe
@treasurer
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of a year, as tables; each also as a file."""
    person = signed_in(request)
    mine = invoices_of(person)
    years = bookkeeping.years(mine)
    year = _year(request)
    made = bookkeeping.sheets(mine, year, centres_of(person))
    this = timezone.localdate().year
    context = {
        "year": year,
        "years": sorted({this, year, *years}, reverse=True),
        "sheets": [_shown(made[name]()) for name in ("vat", "revenue", "free", "open")],
    }
    return render(request, "venue/invoices/figures.html", context)


@require_safe
@treasurer
def figures_file(request: HttpRequest, name: str) -> HttpResponse:
    """One table of figures as CSV: for a Dutch Excel, or (?for=program) with commas and points."""
    person = signed_in(request)
    year = _year(request)
    made = bookkeeping.sheets(invoices_of(person), year, centres_of(person))
    if name not in made:
        raise Http404
    dutch = request.GET.get("for") != "program"
    return HttpResponse(
        bookkeeping.as_csv(made[name](), dutch=dutch),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{year}.csv"'},
    )


def _year(request: HttpRequest) -> int:
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if 2000 <= year <= 2100 else timezone.localdate().year


def _shown(sheet: Sheet) -> dict[str, Any]:
    """A sheet with for every cell and head whether it is money, so that amounts stand under each other."""
    first = sheet.rows[0] if sheet.rows else []
    heads = [
        {"value": head, "is_money": isinstance(cell, Money)}
        for head, cell in zip(sheet.heads, first, strict=False)
    ]
    return {
        "sheet": sheet,
        "heads": heads,
        "rows": [_cells(row) for row in sheet.rows],
        "total": _cells(sheet.total),
    }


def _cells(row: Sequence[Cell]) -> list[dict[str, Any]]:
    return [
        {"value": cell, "is_money": isinstance(cell, Money), "is_day": isinstance(cell, date)}
        for cell in row
    ]
