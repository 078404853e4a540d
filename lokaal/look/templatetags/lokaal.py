"""What every page needs: signs, gevelstenen, the language bar, and times, days and money in words."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple

from django import forms, template
from django.conf import settings
from django.forms import BaseForm, BaseFormSet, BoundField
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from lokaal.look import formats
from lokaal.look import own_words as people
from lokaal.look.pictograms import DEFAULT_MARK, MARKS, PICTOGRAMS

logger = logging.getLogger(__name__)
register = template.Library()


# Files -------------------------------------------------------------------------------------------


@register.simple_tag
@lru_cache
def asset(path: str) -> str:
    """The address of a static file. Also answers when files were not collected, so that error pages always render."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


# Signs -------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, flip: bool = False) -> SafeString:
    """A pictogram, hidden from readers that speak: a word always stands beside it. `flip` turns it in Arabic."""
    return _icon(name, flip)


@register.simple_tag
def gevelsteen(centre: Any, css: str = "place-mark") -> SafeString:
    """The mark of a centre alone; its name must stand beside it."""
    return _mark(getattr(centre, "mark", ""), css)


@register.simple_tag
def sign(centre: Any) -> SafeString:
    """The gevelsteen of a centre with its name, always together."""
    return _sign(getattr(centre, "mark", ""), str(centre.name))


@register.simple_tag
def tile(datetime: str, tint: str, top: str, main: str, bottom: str) -> SafeString:
    """The time or date of a card, in its doorway. A tag and not a template, because lists draw many."""
    return _tile(datetime, tint, top, main, bottom)


@register.simple_tag
def fact_list(facts: Iterable[tuple[str, str]]) -> SafeString:
    """The facts of a card, a sign and a word each. Cards have many in common, so each list is drawn once."""
    return _fact_list(tuple((sign, str(text)) for sign, text in facts)) if facts else SafeString("")


@lru_cache(maxsize=2048)
def _tile(datetime: str, tint: str, top: str, main: str, bottom: str) -> SafeString:
    lines = format_html("<b>{}</b>", main)
    if top:
        lines = format_html("<span>{}</span>", top) + lines
    if bottom:
        lines += format_html("<span>{}</span>", bottom)
    if datetime:
        return format_html(
            '<time class="poort tile {}" datetime="{}">{}</time>', tint, datetime, lines
        )
    return format_html('<span class="poort tile {}">{}</span>', tint, lines)


@lru_cache(maxsize=2048)
def _fact_list(facts: tuple[tuple[str, str], ...]) -> SafeString:
    rows = format_html_join(
        "", "<li>{}{}</li>", ((_icon(sign, False), text) for sign, text in facts)
    )
    return format_html('<ul class="facts">{}</ul>', rows)


@lru_cache(maxsize=256)
def _icon(name: str, flip: bool) -> SafeString:
    if name not in PICTOGRAMS:
        return _unknown(f"There is no pictogram {name!r}. Add it to lokaal/look/pictograms.py.")
    css = "i flip" if flip else "i"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        css,
        asset("icons.svg"),
        name,
    )


@lru_cache(maxsize=64)
def _mark(mark: str, css: str) -> SafeString:
    name = mark if mark in MARKS else DEFAULT_MARK
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        css,
        asset("icons.svg"),
        name,
    )


@lru_cache(maxsize=256)
def _sign(mark: str, name: str) -> SafeString:
    return format_html(
        '<span class="sign">{}<bdi lang="nl">{}</bdi></span>', _mark(mark, "gevelsteen"), name
    )


def _unknown(problem: str) -> SafeString:
    """A missing sign stops the work of whoever writes the page, never that of the visitor."""
    if settings.DEBUG or getattr(settings, "LOOK_STRICT", False):
        raise template.TemplateSyntaxError(problem)
    logger.error(problem)
    return SafeString("")


# What people wrote ------------------------------------------------------------------------------


@register.filter
def own_words(text: str | None, language: str) -> SafeString:
    """A text with its language, where that is not the language of the page."""
    return people.own_words(text or "", language)


# Times, days, money ------------------------------------------------------------------------------


@register.filter(name="clock")
def clock_filter(moment: datetime | time | None) -> str:
    return formats.clock(moment) if moment else ""


@register.filter(name="day")
def day_filter(moment: date | datetime | None) -> str:
    return formats.day(moment) if moment else ""


@register.filter(name="relative_day")
def relative_day_filter(moment: date | datetime | None) -> str:
    return formats.relative_day(moment) if moment else ""


@register.filter(name="euro")
def euro_filter(cents: int | None) -> str:
    return "" if cents is None else formats.euro(cents)


# Languages ---------------------------------------------------------------------------------------


class LanguageLink(NamedTuple):
    code: str
    name: str
    url: str
    is_current: bool


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> list[LanguageLink]:
    """This page, with its query, in every language that is switched on. Only the prefix of the address changes."""
    request: HttpRequest | None = context.get("request")
    current = get_language() or settings.LANGUAGE_CODE
    path = request.get_full_path() if request else "/"
    if current != settings.LANGUAGE_CODE:
        path = path.removeprefix(f"/{current}") or "/"
    return [
        LanguageLink(
            code,
            name,
            path if code == settings.LANGUAGE_CODE else f"/{code}{path}",
            code == current,
        )
        for code, name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def here(context: template.Context, url: str) -> SafeString:
    """Say in the menu where the reader is: on this page, or deeper in the same part of the house."""
    request: HttpRequest | None = context.get("request")
    if request is None or not url:
        return SafeString("")
    if request.path == url:
        return SafeString(' aria-current="page"')
    is_deeper = url not in {"/", f"/{get_language()}/"} and request.path.startswith(url)
    return SafeString(' aria-current="true"' if is_deeper else "")


@register.simple_tag
def direction() -> str:
    """rtl for Arabic, ltr for the other languages."""
    return "rtl" if get_language() in settings.LANGUAGES_BIDI else "ltr"


# Telling how to reach us, on pages that have no context ------------------------------------------


@register.simple_tag
def house(name: str) -> str:
    """SITE_NAME, SITE_PHONE or SITE_EMAIL of the house."""
    return getattr(settings, f"SITE_{name.upper()}")


@register.filter
def tel(number: Any) -> str:
    """A telephone number as a link: tel:+31575001234 for 0575 00 12 34; empty when it is no number."""
    if str(number).startswith("tel:"):
        return str(number)
    digits = "".join(sign for sign in str(number) if sign.isdigit() or sign == "+")
    if digits.startswith("0") and not digits.startswith("00"):
        digits = f"+31{digits[1:]}"
    return f"tel:{digits}" if digits else ""


# Forms -------------------------------------------------------------------------------------------


class ErrorLink(NamedTuple):
    href: str
    text: str


@register.filter
def error_links(form: BaseForm | BaseFormSet) -> list[ErrorLink]:
    """Every error of a form or formset once, in the order of the page, with the address of the input it is about.

    A sentence that does not tell its field apart from another gets the question in front of it.
    """
    found: list[tuple[BoundField | None, str]] = []
    if isinstance(form, BaseFormSet):
        found += [(None, str(text)) for text in form.non_form_errors()]
    for single in form.forms if isinstance(form, BaseFormSet) else [form]:
        found += [(None, str(text)) for text in single.non_field_errors()]
        for field in single:
            found += [(None if field.is_hidden else field, str(text)) for text in field.errors]
    texts = [text for _field, text in found]
    return [
        ErrorLink(
            f"#{first_input(field)}" if field else "",
            f"{field.label}: {text}" if field and texts.count(text) > 1 else text,
        )
        for field, text in found
    ]


@register.filter
def first_input(field: BoundField) -> str:
    """The id of the first thing to fill in."""
    if isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


@register.filter
def kind(field: BoundField) -> str:
    """How a field is drawn: hidden, tick, choices, group or input."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    if widget.use_fieldset:
        return "group"
    return "input"


@register.filter
def may_be_empty(field: BoundField) -> bool:
    """Whether to say that this may be left open. `form.optional_unsaid` names fields whose hint says it better."""
    if field.field.required or field.name in getattr(field.form, "optional_unsaid", ()):
        return False
    return kind(field) == "input"


@register.filter
def options(field: BoundField) -> Iterator[BoundWidget]:
    """The choices of a field, one by one. Asks the database once, however often the field is drawn."""
    for option in field.subwidgets:
        option.data["attrs"].pop(
            "aria-invalid", None
        )  # a group may be invalid, a radio button may not
        yield option
