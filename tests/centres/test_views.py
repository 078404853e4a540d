"""The pages of the places, and their photos."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from lokaal.centres.exceptions import NotAPhoto
from lokaal.centres.photos import cleaned_photo
from tests.centres.factories import CentreFactory, CentreTranslationFactory, SpecialDayFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Tuesday 24 November 2026, twelve o'clock."""
    with time_machine.travel(datetime(2026, 11, 24, 11, tzinfo=UTC), tick=False):
        yield


def picture(
    format_: str = "JPEG", *, size: tuple[int, int] = (64, 48), **options: Any
) -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", size, "red").save(content, format_, **options)
    return SimpleUploadedFile("foto.jpg", content.getvalue())


# Pages -------------------------------------------------------------------------------------------


def test_page_says_what_is_known_and_what_is_not(client: Client) -> None:
    centre = CentreFactory(
        name="Waterkracht",
        hours={2: [("9:00", "17:00")]},
        step_free_entrance="yes",
        lift="no",
        directions="Bij de brug.",
    )
    SpecialDayFactory(date=date(2026, 12, 25), reason="Eerste kerstdag")
    page = client.get(centre.get_absolute_url())
    assert page.context["status"].sentence == "Nu open tot 17.00 uur"
    assert [(fact.icon, fact.word) for fact in page.context["facts"]][:3] == [
        ("wheel", "Ingang zonder drempel"),
        ("question-mark-circle", "Is er een aangepast toilet?"),
        ("no-symbol", "Er is geen lift"),
    ]
    assert [special.sentence for special in page.context["special_days"]] == [
        "Vrijdag 25 december: dicht. Eerste kerstdag"
    ]
    content = page.content.decode()
    for words in (
        "Bij de brug.",
        "Dat weten we nog niet. Bel ons even.",
        "Bronsweg 12",
        "?centre=huis-",
    ):
        assert words in content


def test_page_says_for_whom_a_hearing_loop_is(client: Client) -> None:
    centre = CentreFactory(hearing_loop="yes", lift="yes")
    facts = client.get(centre.get_absolute_url()).context["facts"]
    assert [(fact.word, fact.text) for fact in facts[2:4]] == [
        ("Er is een lift", ""),
        ("Er is een ringleiding", "Voor mensen met een hoortoestel."),
    ]


def test_page_falls_back_to_dutch_and_says_so(client: Client) -> None:
    centre = CentreFactory(slug="waterkracht", directions="Bij de brug.")
    page = client.get("/en/centres/waterkracht/")
    assert page.context["is_in_other_language"]
    assert '<div lang="nl" dir="auto"><p>Bij de brug.</p></div>' in page.content.decode()
    CentreTranslationFactory(centre=centre, directions="Near the bridge.")
    page = client.get("/en/centres/waterkracht/")
    assert (page.context["directions"], page.context["is_in_other_language"]) == (
        "Near the bridge.",
        False,
    )


def test_page_of_a_place_out_of_use_is_not_there(client: Client) -> None:
    assert client.get(CentreFactory(is_active=False).get_absolute_url()).status_code == 404


@pytest.mark.parametrize("mark", ["p-wk", "p-ns", "p-door"])
def test_every_gevelsteen_has_a_house(client: Client, mark: str) -> None:
    assert client.get(CentreFactory(mark=mark).get_absolute_url()).status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_list_costs_the_same(client: Client, rows: int, django_assert_num_queries: Any) -> None:
    CentreFactory.create_batch(rows, hours={2: [("9:00", "17:00")]})
    with django_assert_num_queries(2):  # the centres, and the footer
        page = client.get("/centres/")
    assert len(page.context["places"]) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_page_costs_the_same(client: Client, rows: int, django_assert_num_queries: Any) -> None:
    centre = CentreFactory()
    CentreFactory.create_batch(rows - 1)
    with django_assert_num_queries(3):
        assert client.get(centre.get_absolute_url()).status_code == 200


def test_list_without_places_says_so(client: Client) -> None:
    assert "nog geen huizen" in client.get("/centres/").content.decode()


# Photos ------------------------------------------------------------------------------------------


def test_photo_is_made_small_and_forgets_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Merk van de camera"
    exif.get_ifd(0x8825)[1] = "N"
    result = cleaned_photo(picture(size=(3000, 2000), exif=exif))
    image = Image.open(result)
    assert (image.format, image.size) == ("WEBP", (1280, 853))
    assert not image.getexif()
    assert result.name.endswith(".webp")
    assert "foto" not in result.name


def test_photo_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    assert Image.open(cleaned_photo(picture(size=(64, 48), exif=exif))).size == (48, 64)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>",
        b"GIF89a" + b"\x00" * 20,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 20,
        b"\xff\xd8\xff\xe0" + b"\x00" * 20,
    ],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPhoto, match="Dit is geen foto"):
        cleaned_photo(SimpleUploadedFile("foto.jpg", content))


def test_cut_off_photo_is_refused() -> None:
    whole = picture(size=(640, 480)).read()
    with pytest.raises(NotAPhoto):
        cleaned_photo(SimpleUploadedFile("foto.jpg", whole[: len(whole) // 2]))


def test_photo_too_big_to_look_at_is_refused() -> None:
    bomb = picture("PNG", size=(20_000, 20_000))
    assert bomb.size < 2_000_000
    with pytest.raises(NotAPhoto, match="te groot"):
        cleaned_photo(bomb)


def test_file_too_big_is_refused() -> None:
    file = picture()
    file.size = 10_000_001
    with pytest.raises(NotAPhoto, match="minder dan 10 MB"):
        cleaned_photo(file)


def test_photo_is_served_as_a_picture_and_nothing_else(client: Client) -> None:
    centre = CentreFactory(photo=default_storage.save("centres/a.webp", ContentFile(b"webp")))
    response = client.get(centre.photo_url)
    assert b"".join(response.streaming_content) == b"webp"
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response["Cache-Control"]
    assert centre.photo_url == centre.photo.url
    assert f'src="{centre.photo_url}"' in client.get(centre.get_absolute_url()).content.decode()


@pytest.mark.parametrize("name", ["b.webp", "..%2f..%2fsecret.key", "..", "a.webp%00.jpg"])
def test_other_files_are_not_served(client: Client, name: str) -> None:
    CentreFactory(photo=default_storage.save("centres/a.webp", ContentFile(b"webp")))
    default_storage.save("centres/b.webp", ContentFile(b"b"))
    assert client.get(f"/media/centres/{name}").status_code == 404


def test_photo_that_is_gone_is_not_there(client: Client) -> None:
    assert client.get(CentreFactory(photo="centres/weg.webp").photo_url).status_code == 404
