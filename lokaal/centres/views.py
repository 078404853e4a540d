from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lokaal.centres.models import Centre
from lokaal.people.perms import public


@public
def centre(request: HttpRequest, slug: str) -> HttpResponse:
    """A meeting place: where, when open, how to get in."""
    found = get_object_or_404(Centre.objects.open_to_public(), slug=slug)
    return render(request, "centres/centre.html", {"centre": found})
