"""What people wrote: its language is told where it is another one, and it is never markup."""

import pytest
from django.template import Context, Template
from django.utils import translation

from lokaal.look.own_words import joined, own_words, sentence


def test_own_words_stand_as_they_are_in_the_language_of_the_page() -> None:
    assert own_words("Naaien & zo", "nl") == "Naaien &amp; zo"


def test_own_words_tell_their_language_on_a_page_in_another() -> None:
    with translation.override("en"):
        assert own_words("<b>Naaien", "nl") == '<bdi class="wrap" lang="nl">&lt;b&gt;Naaien</bdi>'


@pytest.mark.parametrize(("text", "language"), [("", "nl"), ("Naaien", "")])
def test_own_words_without_a_text_or_a_language_are_not_marked(text: str, language: str) -> None:
    with translation.override("en"):
        assert own_words(text, language) == text


def test_sentence_keeps_marked_words_and_escapes_the_others() -> None:
    with translation.override("en"):
        said = sentence("%(what)s & %(who)s", what=own_words("Yoga", "nl"), who="<i>Emine")
    assert said == '<bdi class="wrap" lang="nl">Yoga</bdi> &amp; &lt;i&gt;Emine'


def test_joined_leaves_out_what_is_empty() -> None:
    assert joined(["Gratis", "", None, "<b>"]) == "Gratis. &lt;b&gt;"


def test_filter_is_silent_about_nothing() -> None:
    template = Template("{% load lokaal %}[{{ text|own_words:'nl' }}]")
    assert template.render(Context({"text": None})) == "[]"
