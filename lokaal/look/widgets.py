"""Choices as rows that are wholly clickable: one answer (PickOne) or several (PickSome); text with Suggestions.

day = forms.ChoiceField(widget=PickOne, choices=[(pk, Option("Dinsdag 24 november", "Nog 3 plekken"))])
with_me = forms.TypedChoiceField(widget=PickOne(in_a_row=True), choices=…)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise


@dataclass(frozen=True)
class Option:
    """The words of a choice: an answer, a line of explanation under it, whether it can be chosen, a pictogram."""

    answer: str | Promise
    hint: str | Promise = ""
    is_disabled: bool = False
    icon: str = ""

    def __str__(self) -> str:
        return str(self.answer)


class _Pick:
    """What PickOne and PickSome share."""

    in_a_row: bool

    def __init__(
        self, attrs: dict[str, Any] | None = None, choices: Any = (), *, in_a_row: bool = False
    ) -> None:
        super().__init__(attrs, choices)  # type: ignore[call-arg]
        self.in_a_row = in_a_row

    def create_option(
        self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)  # type: ignore[misc]
        if getattr(label, "is_disabled", False):
            option["attrs"]["disabled"] = True
        return option


class PickOne(_Pick, forms.RadioSelect):
    """One answer out of a few."""


class PickSome(_Pick, forms.CheckboxSelectMultiple):
    """Any number of answers."""


class Suggestions(forms.TextInput):
    """One line of text, with what is likely under it: a tap fills it in, other words are fine too."""

    template_name = "look/suggestions.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, suggestions: Any = ()) -> None:
        super().__init__(attrs)
        self.suggestions = suggestions

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        listed = f"{context['widget']['attrs'].get('id', name)}_list"
        context["widget"]["attrs"]["list"] = listed
        return {**context, "listed": listed, "suggestions": self.suggestions}
