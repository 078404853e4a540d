"""Knowledge sessions: the public page, the page of a guest (an official with a link), and where staff prepare them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activities import limits, perms
from activities.forms.questions import (
    DraftForm,
    GuestForm,
    NoteForm,
    PutOnListForm,
    SessionForm,
)
from activities.models import (
    AnswerDraft,
    KnowledgeSession,
    Occurrence,
    Question,
    SessionGuest,
    SessionNote,
    SessionQuestion,
    Showing,
)
from activities.models.wish import NAMING_ROLES
from activities.voice import sessions, shown
from lokaal.exceptions import Refusal
from lokaal.look.formats import day_and_range
from lokaal.pages import get_or_post, private
from lokaal.people.perms import public, signed_in, staff_required

MOST_ROWS = 100

GuestView = Callable[..., HttpResponse]


# For everybody -----------------------------------------------------------------------------------


@public
@require_safe
def session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a session is about, who comes, its questions, and the rules and examples that were told."""
    found = get_object_or_404(KnowledgeSession.objects.public().with_page(), pk=pk)
    listed = (
        found.listed.filter(question__showing=Showing.SHOWN)
        .select_related("question__theme", "question__centre")
        .prefetch_related("question__steps")[:MOST_ROWS]
    )
    context = _about(found) | {
        "rows": [shown.row_of(item.question, with_answer=True) for item in listed],
        "guests": found.guests.filter(withdrawn_at=None),
        "notes": _shown_notes(found),
    }
    return render(request, "activities/questions/session.html", context)


def _about(found: KnowledgeSession) -> dict[str, Any]:
    """What every page of a session shows of it."""
    occurrence = found.occurrence
    words = occurrence.activity.words(get_language() or "nl")
    theme, theme_lang = shown.theme_words(found.theme)
    return {
        "session": found,
        "occurrence": occurrence,
        "centre": occurrence.centre,
        "title": occurrence.title or words.title,
        "title_lang": occurrence.activity.text_language if occurrence.title else words.language,
        "when": day_and_range(occurrence.starts_at, occurrence.ends_at),
        "theme": theme,
        "theme_lang": theme_lang,
    }


def _shown_notes(found: KnowledgeSession) -> list[SessionNote]:
    return list(found.notes.filter(showing=Showing.SHOWN).select_related("guest")[:MOST_ROWS])


# For a guest -------------------------------------------------------------------------------------


def for_guest(view: GuestView) -> GuestView:
    """Give a view the guest whose link this is. Anybody else learns nothing: there is no such page.

    What follows is private, and no address of ours is told to other sites.
    """

    @public
    @functools.wraps(view)
    def guarded(request: HttpRequest, pk: UUID, secret: str, **more: Any) -> HttpResponse:
        guest = sessions.find_guest(pk, secret)
        if guest is None:
            raise Http404
        return private(view(request, guest, secret, **more))

    return guarded


@for_guest
@require_safe
def session_guest(request: HttpRequest, guest: SessionGuest, secret: str) -> HttpResponse:
    """The session as a guest sees it: its public questions, what is put to them, and what they wrote themselves."""
    return _guest_page(request, guest, secret)


@for_guest
@require_POST
def session_guest_answer(
    request: HttpRequest, guest: SessionGuest, secret: str, question_pk: UUID
) -> HttpResponse:
    """Keep what a guest would answer. It goes on the site once somebody of the house has read it."""
    form = DraftForm(request.POST, prefix=str(question_pk))
    if not form.is_valid():
        return _guest_page(request, guest, secret, wrong=form, wrong_at=question_pk)
    try:
        limits.consume(limits.GUEST_FROM_ADDRESS, limits.address_of(request))
        sessions.write_draft(
            guest,
            question_pk,
            text=form.cleaned_data["text"],
            language=get_language() or "nl",
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Bedankt. Wij lezen het en zetten het op de site."))
    return redirect("activities:session_guest", guest.pk, secret)


@for_guest
@require_POST
def session_guest_note(request: HttpRequest, guest: SessionGuest, secret: str) -> HttpResponse:
    """A guest tells a rule or an example."""
    form = NoteForm(request.POST, prefix="note")
    if not form.is_valid():
        return _guest_page(request, guest, secret, wrong=form)
    try:
        limits.consume(limits.GUEST_FROM_ADDRESS, limits.address_of(request))
        sessions.add_note(
            guest.session,
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["text"],
            language=get_language() or "nl",
            guest=guest,
            form_token=form.cleaned_data["token"],
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Bedankt. Wij lezen het en zetten het op de site."))
    return redirect("activities:session_guest", guest.pk, secret)


def _guest_page(
    request: HttpRequest,
    guest: SessionGuest,
    secret: str,
    *,
    wrong: DraftForm | NoteForm | None = None,
    wrong_at: UUID | None = None,
) -> HttpResponse:
    drafts = {d.question_id: d for d in AnswerDraft.objects.waiting().filter(guest=guest)}
    rows = []
    for listed in sessions.listed_for(guest):
        draft = drafts.get(listed.question_id)
        is_wrong = wrong_at == listed.question_id
        form = (
            wrong
            if is_wrong
            else DraftForm(
                prefix=str(listed.question_id), initial={"text": draft.text if draft else ""}
            )
        )
        rows.append(
            {
                "row": shown.row_of(listed.question, with_answer=True),
                "is_for_me": listed.guest_id is not None,
                "note": listed.note,
                "draft": draft,
                "form": form,
                "is_open": is_wrong,
            }
        )
    context = _about(guest.session) | {
        "guest": guest,
        "secret": secret,
        "rows": rows,
        "notes": _shown_notes(guest.session),
        "note_form": wrong if isinstance(wrong, NoteForm) else NoteForm(prefix="note"),
        "wrong": wrong,
    }
    return render(request, "activities/questions/session_guest.html", context)


# At the desk -------------------------------------------------------------------------------------


@never_cache
@get_or_post
@staff_required(*NAMING_ROLES)
def session_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a date a knowledge session, or change what it is about."""
    occurrence = get_object_or_404(Occurrence.objects.with_card(), pk=pk)
    if not perms.can_make_session(request.user, occurrence):
        raise Http404
    now = KnowledgeSession.objects.filter(occurrence=occurrence).first()
    initial = {"theme": now.theme_id, "about": now.about} if now else {}
    form = SessionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        made = sessions.make(
            occurrence,
            theme=form.cleaned_data["theme"],
            about=form.cleaned_data["about"],
            by=signed_in(request),
        )
        messages.success(request, _("De sessie is klaar. Nodig nu gasten uit."))
        return redirect("activities:desk_session", made.pk)
    context = {"form": form, "occurrence": occurrence, "centre": occurrence.centre, "now": now}
    return render(request, "activities/questions/session_new.html", context)


@never_cache
@require_safe
@staff_required(*NAMING_ROLES)
def desk_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Prepare a session: guests and their links, the questions on its list, what they wrote, rules and examples."""
    return _session_page(request, _kept(request, pk))


@never_cache
@require_POST
@staff_required(*NAMING_ROLES)
def session_invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invite an official: they get a link by e-mail."""
    found = _kept(request, pk)
    form = GuestForm(request.POST, prefix="guest")
    if not form.is_valid():
        return _session_page(request, found, guest_form=form)
    try:
        guest, secret = sessions.invite(
            found,
            name=form.cleaned_data["name"],
            function=form.cleaned_data["function"],
            organisation=form.cleaned_data["organisation"],
            email=form.cleaned_data["email"],
            language=get_language() or "nl",
            by=signed_in(request),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        if secret:
            messages.success(request, _("%(name)s krijgt een link.") % {"name": guest.name})
        else:
            messages.info(request, _("Deze gast is al uitgenodigd."))
    return redirect("activities:desk_session", pk)


@require_POST
@staff_required(*NAMING_ROLES)
def session_guest_renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a guest a new link; the old one opens nothing any more."""
    guest = _kept_guest(request, pk)
    sessions.renew(guest, by=signed_in(request))
    messages.success(request, _("%(name)s krijgt een nieuwe link.") % {"name": guest.name})
    return redirect("activities:desk_session", guest.session_id)


@require_POST
@staff_required(*NAMING_ROLES)
def session_guest_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the link of a guest back."""
    guest = _kept_guest(request, pk)
    sessions.withdraw(guest)
    messages.success(request, _("De link van %(name)s werkt niet meer.") % {"name": guest.name})
    return redirect("activities:desk_session", guest.session_id)


@require_POST
@staff_required(*NAMING_ROLES)
def session_list(request: HttpRequest, pk: UUID, question_pk: UUID) -> HttpResponse:
    """Put a question on the list, maybe to one guest."""
    found = _kept(request, pk)
    question = get_object_or_404(Question.objects.shown(), pk=question_pk)
    form = PutOnListForm(request.POST, session=found)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("activities:desk_session", pk)
    try:
        sessions.put_on_list(
            found,
            question,
            guest=form.cleaned_data["guest"],
            note=form.cleaned_data["note"],
            by=signed_in(request),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("De vraag staat op de lijst."))
    return redirect("activities:desk_session", pk)


@require_POST
@staff_required(*NAMING_ROLES)
def session_unlist(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a question off the list."""
    listed = get_object_or_404(SessionQuestion.objects.select_related("session__occurrence"), pk=pk)
    if not perms.can_keep_session(request.user, listed.session):
        raise Http404
    sessions.take_off_list(listed)
    messages.success(request, _("De vraag staat niet meer op de lijst."))
    return redirect("activities:desk_session", listed.session_id)


@never_cache
@require_POST
@staff_required(*NAMING_ROLES)
def session_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write down a rule or an example that was told."""
    found = _kept(request, pk)
    form = NoteForm(request.POST, prefix="note")
    if not form.is_valid():
        return _session_page(request, found, note_form=form)
    sessions.add_note(
        found,
        kind=form.cleaned_data["kind"],
        text=form.cleaned_data["text"],
        language=get_language() or "nl",
        by=signed_in(request),
        form_token=form.cleaned_data["token"],
    )
    messages.success(request, _("Het staat op de site."))
    return redirect("activities:desk_session", pk)


@require_POST
@staff_required(*NAMING_ROLES)
def draft_decide(request: HttpRequest, pk: UUID, what: str) -> HttpResponse:
    """Publish the answer of a guest, or set it aside."""
    draft = get_object_or_404(
        AnswerDraft.objects.select_related("guest__session__occurrence", "question"), pk=pk
    )
    if what not in {"publish", "set-aside"} or not perms.can_keep_session(
        request.user, draft.guest.session
    ):
        raise Http404
    try:
        if what == "publish":
            sessions.publish_draft(draft, by=signed_in(request))
            said = _("Het antwoord staat op de site.")
        else:
            sessions.set_aside(draft, by=signed_in(request))
            said = _("Het antwoord is opzij gelegd.")
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect("activities:desk_session", draft.guest.session_id)


def _session_page(
    request: HttpRequest,
    found: KnowledgeSession,
    *,
    guest_form: GuestForm | None = None,
    note_form: NoteForm | None = None,
) -> HttpResponse:
    listed = list(
        found.listed.select_related("question__theme", "question__centre", "guest")[:MOST_ROWS]
    )
    others = Question.objects.shown().open().with_row()
    if found.theme_id:
        others = others.filter(theme=found.theme_id)
    others = others.exclude(pk__in=[item.question_id for item in listed]).order_by(
        "-me_too", "created_at", "id"
    )
    drafts = AnswerDraft.objects.waiting().filter(guest__session=found)
    context = _about(found) | {
        "guests": list(found.guests.all()),
        "listed": [
            {
                "item": item,
                "row": shown.row_of(item.question),
                "due": shown.due_words(item.question),
            }
            for item in listed
        ],
        "others": [shown.row_of(question) for question in others[:MOST_ROWS]],
        "drafts": list(drafts.select_related("guest", "question")),
        "notes": list(found.notes.select_related("guest")[:MOST_ROWS]),
        "guest_form": guest_form or GuestForm(prefix="guest"),
        "note_form": note_form or NoteForm(prefix="note"),
        "list_form": PutOnListForm(session=found),
        "wrong": guest_form or note_form,
        "is_over": found.occurrence.is_over(),
    }
    return render(request, "activities/questions/desk_session.html", context)


def _kept(request: HttpRequest, pk: UUID) -> KnowledgeSession:
    """The session, when this person keeps it."""
    found = get_object_or_404(KnowledgeSession.objects.with_page(), pk=pk)
    if not perms.can_keep_session(request.user, found):
        raise Http404
    return found


def _kept_guest(request: HttpRequest, pk: UUID) -> SessionGuest:
    guest = get_object_or_404(SessionGuest.objects.select_related("session__occurrence"), pk=pk)
    if not perms.can_keep_session(request.user, guest.session):
        raise Http404
    return guest
