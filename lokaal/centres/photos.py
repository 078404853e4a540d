"""Pictures that people upload: made small, without what the camera wrote in them (place, time), and served."""

from __future__ import annotations

import io
import re
import warnings
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from lokaal.centres.exceptions import NotAPhoto

LARGEST_FILE = 10_000_000  # bytes
MOST_PIXELS = 50_000_000  # a phone makes 12 to 48 million
LARGEST_SIDES = (1280, 960)
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 72
PHOTO_NAME = re.compile(r"[A-Za-z0-9_-]+\.webp")
ONE_YEAR = 365 * 24 * 60 * 60


def cleaned_photo(file: File) -> ContentFile:
    """Return the picture as a new small WebP file under a name of its own.

    Raises NotAPhoto when it is no JPEG, PNG or WebP picture, or too big to look at.
    """
    if file.size > LARGEST_FILE:
        raise NotAPhoto(_("Deze foto is te groot. Kies een foto van minder dan 10 MB."))
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(file, formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise NotAPhoto(_("Deze foto is te groot. Kies een kleinere foto."))
            image.draft("RGB", (LARGEST_SIDES[0] * 2, LARGEST_SIDES[1] * 2))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail(LARGEST_SIDES)
            plain = _on_white(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPhoto(_("Deze foto is te groot. Kies een kleinere foto.")) from error
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,  # a broken PNG
        ValueError,
    ) as error:
        raise NotAPhoto(
            _("Dit is geen foto. Kies een bestand dat eindigt op jpg of png.")
        ) from error
    result = io.BytesIO()
    plain.save(result, "WEBP", quality=QUALITY, method=6)
    return ContentFile(result.getvalue(), name=f"{uuid4().hex}.webp")


def _on_white(image: Image.Image) -> Image.Image:
    """The pixels alone: no metadata, no transparency."""
    with_alpha = image.convert("RGBA")
    result = Image.new("RGB", image.size, "white")
    result.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return result


def photo_url(view: str, photo: FieldFile) -> str:
    """Where our own site serves a photo; empty when there is none."""
    return reverse(view, args=[str(photo.name).split("/")[-1]]) if photo else ""


def photo_response(model: type[Model], name: str) -> FileResponse:
    """The file of a photo. Only files that a row of the model has are served; a new photo has a new name."""
    if not PHOTO_NAME.fullmatch(name):
        raise Http404
    folder = model._meta.get_field("photo").upload_to  # type: ignore[union-attr]
    found: Any = get_object_or_404(model, photo=f"{folder}{name}")
    try:
        file = default_storage.open(str(found.photo.name))
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        file,
        content_type="image/webp",
        headers={
            "Cache-Control": f"public, max-age={ONE_YEAR}, immutable",
            "Content-Security-Policy": "default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
