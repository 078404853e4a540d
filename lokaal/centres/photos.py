"""Pictures that people upload: looked at, made small, without what the camera wrote in them (place, time)."""

from __future__ import annotations

import io
import warnings
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from lokaal.centres.exceptions import NotAPhoto

LARGEST_FILE = 10_000_000  # bytes
MOST_PIXELS = 50_000_000  # a phone makes 12 to 48 million
LARGEST_SIDES = (1280, 960)
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 72


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
