import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont
from PIL import Image
from pytest_django import Settings

from lokaal.look import pictograms
from lokaal.look.building import FONTS, build

DRAWINGS = settings.BASE_DIR / "static" / "drawings"
TEMPLATES = settings.BASE_DIR / "templates"
SKY, INK, LIT, WATER, BRICK = (
    *((188, 223, 243), (20, 48, 42), (255, 203, 61)),
    *((10, 84, 134), (163, 42, 23)),
)
SYMBOL = "{http://www.w3.org/2000/svg}symbol"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("build")
    fonts = [f"fonts/{name}" for name in FONTS]
    assert build(target, DRAWINGS) == [*fonts, "icons.svg", "share.png"]
    return target


def test_build_makes_nothing_the_second_time(built: Path) -> None:
    before = (built / "icons.svg").stat().st_mtime_ns

    assert build(built, DRAWINGS) == []
    assert (built / "icons.svg").stat().st_mtime_ns == before


def test_build_makes_a_missing_file_again(built: Path) -> None:
    (built / "icons.svg").unlink()

    assert build(built, DRAWINGS) == ["icons.svg"]


def test_build_makes_the_sheet_again_when_a_drawing_changed(built: Path, tmp_path: Path) -> None:
    for drawing in DRAWINGS.iterdir():
        (tmp_path / drawing.name).write_text(drawing.read_text())
    (tmp_path / "cup.svg").write_text('<svg viewBox="0 0 24 24"><path d="M1 1h1"/></svg>')

    assert build(built, tmp_path) == ["icons.svg"]
    assert (
        '<symbol id="i-cup" viewBox="0 0 24 24"><path d="M1 1h1"/></symbol>'
        in (built / "icons.svg").read_text()
    )
    assert build(built, DRAWINGS) == ["icons.svg"]


def test_build_makes_the_picture_again_when_the_house_gets_another_name(
    built: Path, settings: Settings
) -> None:
    settings.SITE_NAME = "Stichting Buurthuizen Zutphen-Noord en omstreken"

    assert build(built, DRAWINGS) == ["share.png"]


def test_build_leaves_no_unfinished_files(built: Path) -> None:
    assert [path.name for path in built.rglob("*.unfinished")] == []


def test_fonts_hold_the_letters_of_our_languages(built: Path) -> None:
    letters = {
        name: {chr(code) for code in TTFont(built / "fonts" / name).getBestCmap()} for name in FONTS
    }

    assert set("0123456789 aàçéğıİöşüÇĞÖŞÜ’“”€–←→") <= letters["bricolage.woff2"]
    # Digits, İ and arrows are taken from Bricolage (see the style sheet).
    assert set(" aàçéğıöşüÇĞÖŞÜ’“”€–") <= letters["atkinson-regular.woff2"]
    assert letters["atkinson-regular.woff2"] == letters["atkinson-bold.woff2"]
    assert set("أهلاً بك،") <= letters["arabic.woff2"]


def test_fonts_of_a_dutch_page_stay_small(built: Path) -> None:
    weights = [(built / "fonts" / name).stat().st_size for name in FONTS if name != "arabic.woff2"]

    assert sum(weights) < 80_000


def test_sheet_holds_every_sign_once(built: Path) -> None:
    symbols = ElementTree.parse(built / "icons.svg").getroot().findall(SYMBOL)

    assert sorted(symbol.get("id", "") for symbol in symbols) == sorted(
        [f"i-{name}" for name in pictograms.PICTOGRAMS] + list(pictograms.MARKS)
    )
    assert all(len(symbol) for symbol in symbols)


def test_sheet_leaves_line_and_colour_to_the_style_sheet(built: Path) -> None:
    signs = re.findall(r'<symbol id="i-.*?</symbol>', (built / "icons.svg").read_text())

    assert [sign for sign in signs if "stroke" in sign or "fill=" in sign] == []


def test_drawing_without_a_box_is_refused(tmp_path: Path) -> None:
    for drawing in DRAWINGS.iterdir():
        (tmp_path / drawing.name).write_text(drawing.read_text())
    (tmp_path / "cup.svg").write_text("<svg><path d='M1 1h1'/></svg>")

    with pytest.raises(ValueError, match="The drawing of i-cup has no <svg viewBox>"):
        build(tmp_path / "target", tmp_path)


def colours(picture: Image.Image) -> set[object]:
    return {colour for _count, colour in picture.convert("RGB").getcolors(1_000_000) or []}


@pytest.mark.parametrize("name", ["Lokaal", "Stichting Buurthuizen Zutphen-Noord en omstreken"])
def test_picture_of_a_shared_page_has_its_name_within_the_edges_and_a_lit_street(
    name: str, settings: Settings, tmp_path: Path
) -> None:
    settings.SITE_NAME = name
    build(tmp_path, DRAWINGS)

    with Image.open(tmp_path / "share.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
        assert INK in colours(picture.crop((264, 60, 1140, 250)))
        assert colours(picture.crop((1140, 0, 1200, 250))) == {SKY}
        assert {LIT, WATER, BRICK} <= colours(picture.crop((0, 310, 1200, 630)))


def test_names_are_sorted_and_unique() -> None:
    assert list(pictograms.FROM_HEROICONS) == sorted(set(pictograms.FROM_HEROICONS))


def test_every_sign_named_in_a_template_exists() -> None:
    named = {
        name
        for template in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)"', template.read_text())
    }

    assert named
    assert named - pictograms.PICTOGRAMS == set()
