"""What a person's name may hold: every letter of every script, nothing that hides or turns other text around."""

import re
import unicodedata

#: Person.name and every other column that holds a person's name.
NAME_LENGTH = 120

#: Marks that turn the reading direction of the text after them (bidirectional embeddings, overrides and isolates).
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: Joiners are letters' own business in Persian, Urdu, Hindi and emoji: they stay between two visible characters.
_JOINERS = "\u200c\u200d"
#: More accents than this on one letter is not a name but a tower over the lines above it.
_ACCENTS_PER_LETTER = 4
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean_name(text: str) -> str:
    """Return the name as we keep it: composed letters, single spaces, no control, hidden or direction characters.

    Letters, accents, digits, punctuation and emoji stay as they were written. The length is not cut: a form says
    what is too long.
    """
    composed = unicodedata.normalize("NFC", _DIRECTION.sub("", text))
    kept: list[str] = []
    accents = 0
    for character in composed:
        category = unicodedata.category(character)
        accents = accents + 1 if category in {"Mn", "Me"} else 0
        if accents > _ACCENTS_PER_LETTER:
            continue
        if character.isspace() or category in {"Zl", "Zp"}:
            kept.append(" ")
        elif character in _JOINERS or category not in _HIDDEN:
            kept.append(character)
    return " ".join("".join(kept).split()).strip(_JOINERS + " ")
