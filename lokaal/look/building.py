"""Make at set-up what is not committed: the fonts, cut to what the house writes, one sheet of pictograms, and the
picture that goes along when somebody shares a page.

Fonts and pictograms come from installed packages. Each file is made again only when what it is made of changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import partial
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import typst
from django.conf import settings
from django.template.loader import render_to_string
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from lokaal.look import pictograms

#: Letters of every language written in Latin script, and the signs we set in text.
LATIN = (
    "U+0020-007E,U+00A0-017F,U+0218-021B,U+2010-2015,U+2018-201E,U+2022,U+2026,U+2032,U+2033,U+20AC,"
    "U+2190-2193,U+00D7,U+2212,U+2713"
)
ARABIC = "U+0020,U+00A0,U+00AB,U+00BB,U+00B7,U+060C,U+061B,U+061F,U+0621-063A,U+0640-0652,U+200E,U+200F,U+2013,U+20AC"
ARABIC_FEATURES = [
    "init",
    "medi",
    "fina",
    "isol",
    "rlig",
    "calt",
    "ccmp",
    "liga",
    "mark",
    "mkmk",
    "kern",
]
HEADING_FEATURES = ["kern", "liga", "locl", "mark", "mkmk", "ccmp", "tnum"]

#: Raise when the way of making changes, so that files made in the old way are made again.
RECIPE = "1"

Axes = dict[str, float | tuple[float, float]]


def build(target: Path, drawings: Path) -> list[str]:
    """Make what is missing or out of date in `target`. Returns the names of the files that were made."""
    made = []
    for name, (package, source, codes, features, axes) in FONTS.items():
        with as_file(files(package) / "files" / source) as path:
            inputs = [path.read_bytes(), repr((codes, features, axes)).encode()]
            if _make(target / "fonts" / name, inputs, partial(_font, path, codes, features, axes)):
                made.append(f"fonts/{name}")
    signs = _signs(drawings)
    if _make(target / "icons.svg", [signs.encode()], signs.encode):
        made.append("icons.svg")
    sources = _picture_sources()
    name = settings.SITE_NAME
    inputs = [*sources.values(), name.encode()]
    if _make(target / "share.png", inputs, partial(_picture, sources, name)):
        made.append("share.png")
    return made


def _make(target: Path, inputs: list[bytes], produce: Callable[[], bytes]) -> bool:
    """Write the file unless its stamp says that it was made from these inputs. Returns whether it was made."""
    stamp = hashlib.sha256(RECIPE.encode())
    for content in inputs:
        stamp.update(hashlib.sha256(content).digest())
    stamp_file = target.with_name(f".{target.name}.stamp")
    if target.exists() and stamp_file.exists() and stamp_file.read_text() == stamp.hexdigest():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    unfinished.write_bytes(produce())
    unfinished.replace(target)
    stamp_file.write_text(stamp.hexdigest())
    return True


# Fonts -------------------------------------------------------------------------------------------

FONTS: dict[str, tuple[str, str, str, list[str], Axes]] = {
    "bricolage.woff2": (
        "fontpkg_bricolage_grotesque",
        "BricolageGrotesque[opsz,wdth,wght].ttf",
        LATIN,
        HEADING_FEATURES,
        {"wdth": 100, "opsz": 36, "wght": (400, 800)},
    ),
    "atkinson-regular.woff2": (
        "fontpkg_atkinson_hyperlegible",
        "AtkinsonHyperlegible-Regular.ttf",
        LATIN,
        ["*"],
        {},
    ),
    "atkinson-bold.woff2": (
        "fontpkg_atkinson_hyperlegible",
        "AtkinsonHyperlegible-Bold.ttf",
        LATIN,
        ["*"],
        {},
    ),
    "arabic.woff2": (
        "fontpkg_noto_sans_arabic",
        "NotoSansArabic[wdth,wght].ttf",
        ARABIC,
        ARABIC_FEATURES,
        {"wdth": 100, "wght": (400, 700)},
    ),
}


def _font(source: Path, codes: str, features: list[str], axes: Axes) -> bytes:
    """Keep these characters, then fix the axes (this order takes 2 seconds, the other 14), then compress."""
    font = TTFont(source)
    options = subset.Options(layout_features=features)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(codes))
    subsetter.subset(font)
    if axes:
        font = instancer.instantiateVariableFont(font, axes)
    font.flavor = "woff2"
    result = BytesIO()
    font.save(result)
    return result.getvalue()


# Pictograms --------------------------------------------------------------------------------------


def _signs(drawings: Path) -> str:
    """One SVG file with a symbol for every pictogram (i-name) and gevelsteen (p-name)."""
    with (files("heroicons") / "heroicons.zip").open("rb") as packed, ZipFile(packed) as archive:
        symbols = [
            _symbol(f"i-{name}", archive.read(f"outline/{name}.svg").decode())
            for name in pictograms.FROM_HEROICONS
        ]
    symbols += [_symbol(f"i-{name}", _drawing(drawings, name)) for name in pictograms.OWN]
    symbols += [_symbol(name, _drawing(drawings, name)) for name in pictograms.MARKS]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def _drawing(drawings: Path, name: str) -> str:
    return (drawings / f"{name}.svg").read_text()


def _symbol(identity: str, drawing: str) -> str:
    """The drawing as a symbol. Line style comes from the style sheet, so it is left out here."""
    opening = re.search(r"<svg\b[^>]*>", drawing)
    box = re.search(r'viewBox="([^"]+)"', drawing)
    if opening is None or box is None:
        raise ValueError(f"The drawing of {identity} has no <svg viewBox>.")
    inner = drawing[opening.end() : drawing.rindex("</svg>")]
    if identity.startswith("i-"):
        inner = re.sub(
            r' (?:stroke-linecap|stroke-linejoin|stroke|stroke-width|fill)="[^"]*"', "", inner
        )
    inner = re.sub(r">\s+<", "><", inner).strip()
    return f'<symbol id="{identity}" viewBox="{box[1]}">{inner}</symbol>'


# The picture of a shared page ----------------------------------------------------------------------

#: The window of an open house, as the style sheet colours it on the pages.
LIT = "#ffcb3d"


def _picture_sources() -> dict[str, bytes]:
    """What the picture is set from: its layout, the logo, and the street of the front page with every light on."""
    street = render_to_string("components/street.html", {"lights": pictograms.MARKS})
    lit = street.replace('class="w"', f'fill="{LIT}"')
    return {
        "main": Path(__file__).with_name("share.typ").read_bytes(),
        "logo.svg": (settings.BASE_DIR / "static" / "img" / "logo.svg").read_bytes(),
        "street.svg": lit.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1).encode(),
    }


def _picture(sources: dict[str, bytes], name: str) -> bytes:
    """Set the picture, 1200 by 630 pixels, with the name of the house."""
    with as_file(files("fontpkg_bricolage_grotesque") / "files") as fonts:
        return typst.compile(
            sources,  # type: ignore[call-overload]  # several files, which its stubs leave out
            format="png",
            ppi=72,
            font_paths=[fonts],
            ignore_system_fonts=True,
            sys_inputs={"name": name},
        )
