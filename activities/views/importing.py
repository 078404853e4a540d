"""Taking over a calendar from elsewhere, for a coordinator on a phone: bring it, answer, look, take it over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from activities.forms.importing import (
    BringForm,
    ChoicesForm,
    ColumnsForm,
    JoinForm,
    NewFileForm,
    TakeOverForm,
)
from activities.importing import sources
from activities.importing.bringing import read
from activities.importing.choices import Choices
from activities.importing.found import Found
from activities.importing.joining import proposals
from activities.importing.tables import Columns, guess, read_rows
from activities.importing.taking_over import take_over
from activities.importing.telling import tell
from activities.models import CalendarSource, ImportDraft
from activities.models.importing import IMPORTING_ROLES
from activities.perms import can_import
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.pages import get_or_post
from lokaal.people.models import Person
from lokaal.people.perms import signed_in, staff_required

staff_of_imports = staff_required(*IMPORTING_ROLES)


# Bringing ----------------------------------------------------------------------------------------


@get_or_post
@staff_of_imports
def import_start(request: HttpRequest) -> HttpResponse:
    """Where is the calendar? And which ones came before."""
    person = signed_in(request)
    form = BringForm(_answers(request), request.FILES or None, centres=_centres(person))
    if request.method == "POST" and form.is_valid() and form.brought is not None:
        try:
            return redirect(_next_step(_bring(form.brought, form.cleaned_data["centre"], person)))
        except Refusal as refusal:
            form.add_error("file" if form.cleaned_data.get("file") else "address", str(refusal))
    known = CalendarSource.objects.manageable_by(person).select_related("centre")
    return render(
        request,
        "activities/importing/import_start.html",
        {"form": form, "sources": known.exclude(imported_at=None)},
        status=422 if form.errors else 200,
    )


@require_POST
@staff_of_imports
def import_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Bring a known source again: fetched from its address, or from a newer file."""
    source = _source(request, pk)
    try:
        if source.is_address:
            brought = sources.fetch(source.name)
        else:
            form = NewFileForm(request.POST, request.FILES)
            if not form.is_valid():
                return _source_page(request, source, form, status=422)
            brought = sources.Brought(source.name, form.cleaned_data["file"].content)
        draft = _bring(brought, source.centre, signed_in(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(source)
    return redirect(_next_step(draft))


def _bring(brought: sources.Brought, centre: Centre, person: Person) -> ImportDraft:
    """Keep what was brought until it is taken over. Raises a Refusal when it cannot be read."""
    known = CalendarSource.objects.filter(centre=centre, name=brought.name).first()
    draft = ImportDraft(
        centre=centre, name=brought.name, kind=brought.kind, content=brought.content, made_by=person
    )
    if known is not None and known.imported_at is not None:
        draft.choices, draft.columns = known.choices, known.columns
    if draft.is_table:
        table = read_rows(brought.content, draft.kind)
        if draft.columns and not _fit(Columns.from_json(draft.columns), len(table.headings)):
            draft.columns = {}
    else:
        read(brought.content, draft.kind)
    draft.save()
    return draft


def _fit(columns: Columns, width: int) -> bool:
    numbers = [number for number in columns.as_json().values() if not isinstance(number, bool)]
    return all(number is None or number < width for number in numbers)


def _next_step(draft: ImportDraft, *, asked_joining: bool = False) -> Any:
    """Return the address of the first question that has no answer yet."""
    if draft.is_table and not draft.columns:
        return _to("import_columns", draft)
    if not draft.choices:
        return _to("import_choices", draft)
    if not asked_joining and _new_proposals(draft, _read(draft)):
        return _to("import_series", draft)
    return _to("import_preview", draft)


def _to(name: str, draft: ImportDraft) -> str:
    return reverse(f"activities:{name}", args=[draft.pk])


# The questions -----------------------------------------------------------------------------------


@get_or_post
@staff_of_imports
def import_columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which column is what?"""
    draft = _draft(request, pk)
    table = read_rows(bytes(draft.content), draft.kind)
    columns = Columns.from_json(draft.columns) if draft.columns else guess(table)
    form = ColumnsForm(_answers(request), table=table, columns=columns)
    if request.method == "POST" and form.is_valid():
        draft.columns = form.columns().as_json()
        draft.save(update_fields=["columns"])
        return redirect(_next_step(draft))
    return _page(request, "import_columns", draft, form, table=table, sample=table.sample())


@get_or_post
@staff_of_imports
def import_choices(request: HttpRequest, pk: UUID) -> HttpResponse:
    """On which terms do new activities come into the agenda?"""
    draft = _draft(request, pk)
    form = ChoicesForm(
        _answers(request), initial=ChoicesForm.initial_from(Choices.from_json(draft.choices))
    )
    if request.method == "POST" and form.is_valid():
        draft.choices = form.choices().as_json()
        draft.save(update_fields=["choices"])
        return redirect(_next_step(draft))
    return _page(request, "import_choices", draft, form)


@get_or_post
@staff_of_imports
def import_series(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Do these belong together?"""
    draft = _draft(request, pk)
    form = JoinForm(
        _answers(request),
        proposals=_new_proposals(draft, _read(draft)),
        initial={"together": draft.joined_titles},
    )
    if request.method == "POST" and form.is_valid():
        draft.joined_titles = form.cleaned_data["together"]
        draft.save(update_fields=["joined_titles"])
        return redirect(_next_step(draft, asked_joining=True))
    return _page(request, "import_series", draft, form)


@get_or_post
@staff_of_imports
def import_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """This will happen. Take it over?"""
    draft = _draft(request, pk)
    form = TakeOverForm(_answers(request))
    if request.method == "POST" and form.is_valid():
        try:
            _take(draft, signed_in(request), cancel_vanished=form.cleaned_data["cancel_vanished"])
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(_to("import_preview", draft))
        source = CalendarSource.objects.get(centre=draft.centre, name=draft.name)
        draft.delete()
        messages.success(request, _("De agenda is overgenomen."))
        return redirect(source)
    report = _take(draft, signed_in(request), is_dry_run=True)
    known = CalendarSource.objects.filter(centre=draft.centre, name=draft.name).first()
    return _page(
        request, "import_preview", draft, form, report=report, told=tell(report), known=known
    )


@require_POST
@staff_of_imports
def import_drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget what was brought. A second time there is nothing to forget."""
    ImportDraft.objects.manageable_by(signed_in(request)).filter(pk=pk).delete()
    messages.success(request, _("Er is niets overgenomen."))
    return redirect("activities:import_start")


def _take(draft: ImportDraft, person: Person, **options: bool) -> Any:
    return take_over(
        _read(draft),
        centre=draft.centre,
        name=draft.name,
        choices=Choices.from_json(draft.choices),
        joined_titles=draft.joined_titles,
        columns=draft.columns if draft.is_table else None,
        by=person,
        **options,
    )


# What came of it ---------------------------------------------------------------------------------


@require_GET
@staff_of_imports
def import_source(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A source: what came of it the last time, and how to bring it again."""
    return _source_page(request, _source(request, pk), NewFileForm())


def _source_page(
    request: HttpRequest, source: CalendarSource, form: NewFileForm, *, status: int = 200
) -> HttpResponse:
    report = source.last_report
    context = {
        "source": source,
        "form": form,
        "report": report,
        "told": tell(report) if report else None,
    }
    return render(request, "activities/importing/import_source.html", context, status=status)


# Shared ------------------------------------------------------------------------------------------


def _answers(request: HttpRequest) -> QueryDict | None:
    """What was sent; also when that is nothing at all."""
    return request.POST if request.method == "POST" else None


def _centres(person: Person) -> list[Centre]:
    return [centre for centre in Centre.objects.open_to_public() if can_import(person, centre)]


def _draft(request: HttpRequest, pk: UUID) -> ImportDraft:
    drafts = ImportDraft.objects.manageable_by(signed_in(request)).select_related("centre")
    return get_object_or_404(drafts, pk=pk)


def _source(request: HttpRequest, pk: UUID) -> CalendarSource:
    known = CalendarSource.objects.manageable_by(signed_in(request)).select_related("centre")
    return get_object_or_404(known, pk=pk)


def _read(draft: ImportDraft) -> Found:
    return read(bytes(draft.content), draft.kind, columns=draft.columns or None)


def _new_proposals(draft: ImportDraft, found: Found) -> list[Any]:
    """Names to ask about: not those that were joined before, nor those whose events are all known already."""
    source = CalendarSource.objects.filter(centre=draft.centre, name=draft.name).first()
    if source is None:
        return proposals(found.series)
    known = set(source.events.filter(recurrence_id="").values_list("uid", flat=True))
    fresh = {
        proposal.key
        for proposal in proposals([one for one in found.series if one.uid not in known])
    }
    return [
        proposal
        for proposal in proposals(found.series)
        if proposal.key in fresh and proposal.key not in source.joined_titles
    ]


def _page(
    request: HttpRequest, name: str, draft: ImportDraft, form: Any, **context: Any
) -> HttpResponse:
    return render(
        request,
        f"activities/importing/{name}.html",
        {"draft": draft, "form": form, **context},
        status=422 if form.is_bound and form.errors else 200,
    )
