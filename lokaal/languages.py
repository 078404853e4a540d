"""The languages of the house: Dutch is the source, English is complete, others join when their catalogue is."""

from functools import lru_cache
from pathlib import Path

from babel.core import Locale

SOURCE = "nl"
OWN_NAMES = {"nl": "Nederlands", "en": "English", "tr": "Türkçe", "ar": "العربية"}


def switched_on(locale_dir: Path) -> list[tuple[str, str]]:
    """Return (code, own name) of Dutch, English and every language whose complete catalogue was compiled.

    An incomplete catalogue of a further language is never compiled (see lokaal.portal.translating), so a compiled
    file is the proof that a language is complete.
    """
    return [
        (code, name)
        for code, name in OWN_NAMES.items()
        if code in {SOURCE, "en"} or (locale_dir / code / "LC_MESSAGES" / "django.mo").exists()
    ]


#: Languages that people speak with each other at the centres; any other code may be stored as well.
SPOKEN = ("nl", "en", "tr", "ar", "so", "ti", "pl", "uk")


@lru_cache(maxsize=512)
def spoken_name(code: str, reader: str) -> str:
    """Return the name of a language in the language of the reader, with a capital: Turks, Somalisch."""
    name = Locale.parse(reader).languages.get(code, code)
    return name[:1].upper() + name[1:]
