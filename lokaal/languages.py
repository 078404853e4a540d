"""The languages of the house: Dutch is the source, English is complete, others join when their catalogue is."""

from pathlib import Path

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
