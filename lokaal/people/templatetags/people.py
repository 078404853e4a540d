"""What the pages about people need."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context

from lokaal.people import demo_sign_in

register = template.Library()


@register.inclusion_tag("people/demo_doors.html", takes_context=True)
def demo_doors(context: Context) -> dict[str, Any]:
    """In demo mode: a door for each kind of user. Elsewhere: nothing."""
    request = context["request"]
    return {
        "people": demo_sign_in.offered(request),
        "csrf_token": context.get("csrf_token"),
        "next": request.GET.get("next", ""),
    }


@register.simple_tag(takes_context=True)
def is_demo(context: Context) -> bool:
    """Whether to show what only a demo has."""
    return demo_sign_in.is_possible(context["request"])


@register.filter(name="json")
def json_filter(value: Mapping[str, Any]) -> str:
    """For a data attribute: the template escapes it."""
    return json.dumps(value, cls=DjangoJSONEncoder)
