"""The crispy template pack: question, hint, error, input, in that order, tied together."""

from typing import Any

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from lokaal.look.widgets import Option, PickOne, PickSome
from lokaal.people.models import Person


class JoinForm(forms.Form):
    name = forms.CharField(
        label="Je naam",
        help_text="Je voornaam is genoeg.",
        widget=forms.TextInput({"autocomplete": "name", "inputmode": "text"}),
    )
    phone = forms.CharField(label="Telefoon", required=False)
    day = forms.ChoiceField(
        label="Welke dag?",
        widget=PickOne,
        choices=[
            ("1", Option("Dinsdag", "Nog 3 plekken")),
            ("2", Option("Woensdag", is_disabled=True)),
        ],
    )
    needs = forms.MultipleChoiceField(
        label="Wat heb je nodig?",
        required=False,
        widget=PickSome(in_a_row=True),
        choices=[("a", "Rust")],
    )
    call = forms.BooleanField(label="Bel mij", required=False)
    secret = forms.CharField(widget=forms.HiddenInput)


def crispy(form: Any) -> str:
    return Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form}))


def in_order(html: str, *pieces: str) -> bool:
    at = 0
    for piece in pieces:
        at = html.index(piece, at) + 1
    return True


def test_field_has_question_hint_error_and_input_in_that_order() -> None:
    html = crispy(JoinForm({"secret": "s"}))

    assert in_order(
        html,
        '<label for="id_name">Je naam</label>',
        '<p class="hint" id="id_name_helptext">Je voornaam is genoeg.</p>',
        '<p class="error" id="id_name_error">',
        "<span>Vul dit in.</span>",
        '<input type="text" name="name"',
    )


def test_input_keeps_its_attributes_and_names_hint_and_error() -> None:
    html = crispy(JoinForm({"secret": "s"}))
    attributes = html[html.index('<input type="text" name="name"') :].split(">")[0]

    for attribute in (
        'autocomplete="name"',
        'inputmode="text"',
        'aria-invalid="true"',
        'aria-describedby="id_name_helptext id_name_error"',
    ):
        assert attribute in attributes


def test_right_answer_has_no_error() -> None:
    html = crispy(JoinForm({"name": "Ans", "day": "1", "secret": "s"}))

    assert "aria-invalid" not in html
    assert 'role="alert"' not in html


def test_only_what_may_be_left_open_is_marked() -> None:
    html = crispy(JoinForm())

    assert html.count("mag je leeg laten") == 1
    assert in_order(html, 'for="id_phone">Telefoon', "(mag je leeg laten)")


def test_form_can_leave_the_mark_to_its_hint() -> None:
    form = JoinForm()
    form.optional_unsaid = {"phone"}  # type: ignore[attr-defined]

    assert "mag je leeg laten" not in crispy(form)


def test_choices_are_rows_in_a_group_with_its_question() -> None:
    html = crispy(JoinForm({"secret": "s"}))

    assert in_order(
        html,
        '<fieldset class="field has-error" id="id_day" aria-describedby="id_day_error"><legend>Welke dag?</legend>',
        "<span>Kies een antwoord.</span>",
        '<label class="pick" for="id_day_0"><input type="radio"',
        "<b>Dinsdag</b>Nog 3 plekken",
        "disabled><span>Woensdag</span>",
        "</fieldset>",
    )
    radio = html[html.index('<input type="radio"') :].split(">")[0]
    assert "aria-invalid" not in radio


def test_short_choices_stand_in_a_row() -> None:
    assert '<div class="picks"><label class="pick" for="id_needs_0">' in crispy(JoinForm())


def test_tick_is_one_row() -> None:
    assert in_order(
        crispy(JoinForm()),
        '<label class="pick" for="id_call"><input type="checkbox"',
        "<span>Bel mij</span>",
    )


def test_summary_links_to_every_mistake_in_the_order_of_the_page() -> None:
    form = JoinForm({})
    form.full_clean()
    form.add_error(None, "Deze dag is net vol geraakt.")

    html = crispy(form)

    assert in_order(
        html,
        'role="alert" tabindex="-1" id="fouten" data-focus',
        "Er mist nog iets",
        "Kijk naar deze 4 punten:",
        "<li>Deze dag is net vol geraakt.</li>",
        '<a href="#id_name">Je naam: Vul dit in.</a>',
        '<a href="#id_day_0">Kies een antwoord.</a>',
        "<li>Vul dit in.</li>",
        'for="id_name"',
    )


def test_summary_counts_one_mistake_as_one() -> None:
    assert "Kijk naar dit punt:" in crispy(JoinForm({"day": "1", "secret": "s"}))


def test_what_was_typed_is_never_markup() -> None:
    html = crispy(
        JoinForm({"name": '"><script>alert(1)</script>', "phone": "</p><b>", "secret": "s"})
    )

    assert "<script>" not in html
    assert "</p><b>" not in html


def test_form_with_a_helper_is_whole() -> None:
    form = JoinForm({"secret": "s"})
    form.helper = FormHelper()  # type: ignore[attr-defined]
    form.helper.add_input(Submit("join", "Ik kom"))  # type: ignore[attr-defined]
    request = RequestFactory().get("/")

    html = Template("{% load crispy_forms_tags %}{% crispy form %}").render(
        Context({"form": form, "csrf_token": "abc", "request": request})
    )

    assert in_order(
        html,
        'method="post"',
        "novalidate>",
        "csrfmiddlewaretoken",
        'id="fouten"',
        'for="id_name"',
        '<button type="submit" class="btn',
        "Ik kom</button>",
        "</form>",
    )


def test_form_with_a_layout_shows_those_fields() -> None:
    form = JoinForm()
    form.helper = FormHelper()  # type: ignore[attr-defined]
    form.helper.layout = Layout("phone")  # type: ignore[attr-defined]
    html = Template("{% load crispy_forms_tags %}{% crispy form %}").render(
        Context({"form": form, "csrf_token": "abc"})
    )

    assert 'for="id_phone"' in html
    assert 'for="id_name"' not in html


def test_formset_keeps_its_count_and_names_its_mistakes() -> None:
    names = forms.formset_factory(JoinForm, extra=1)
    html = crispy(names({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "Ans"}))

    assert 'name="form-TOTAL_FORMS"' in html
    assert '<a href="#id_form-0-day_0">Kies een antwoord.</a>' in html


@pytest.mark.django_db
@pytest.mark.parametrize("widget", [PickOne, forms.Select])
def test_choices_from_the_database_are_asked_once(
    widget: Any, django_assert_num_queries: Any
) -> None:
    Person.objects.create_user(name="Ans")

    class WhoForm(forms.Form):
        who = forms.ModelChoiceField(Person.objects.order_by("name"), label="Wie?", widget=widget)

    form = WhoForm({"who": ""})
    form.is_valid()
    with django_assert_num_queries(1):
        html = crispy(form)
    assert "Ans" in html


def test_wrong_email_is_said_plainly() -> None:
    class MailForm(forms.Form):
        email = forms.EmailField(label="E-mail")

    assert MailForm({"email": "ans@"}).errors["email"] == [
        "Dit e-mailadres klopt niet. Kijk of er een @ in staat."
    ]


def test_ten_thousand_letters_are_refused_plainly() -> None:
    class ShortForm(forms.Form):
        name = forms.CharField(max_length=80)

    assert ShortForm({"name": "a" * 10_000}).errors["name"] == [
        "Dit is te lang. Er passen 80 tekens."
    ]


def test_null_bytes_are_refused_plainly() -> None:
    assert JoinForm({"name": "A\x00b", "day": "1", "secret": "s"}).errors == {
        "name": ["Hier staat een teken in dat wij niet kunnen lezen."]
    }
