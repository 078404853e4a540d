"""What every page shows: the centres in the footer, how to reach us, who is looking."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Costs at most one query for a visitor."""
    return {
        "site_name": settings.SITE_NAME,
        "site_phone": settings.SITE_PHONE,
        "site_email": settings.SITE_EMAIL,
        "footer_centres": [],
    }
