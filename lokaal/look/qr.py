"""Square codes for the camera of a phone."""

from __future__ import annotations

import segno
from django.conf import settings
from django.utils.safestring import SafeString


def qr_svg(path: str) -> SafeString:
    """Return the QR code of one of our pages as SVG, without any style of its own (the CSP allows none)."""
    code = segno.make(settings.ORIGIN + path, error="m", micro=False)
    drawing = code.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None)
    return SafeString(drawing.replace("<svg ", '<svg aria-hidden="true" ', 1))
