"""Tags for the templates of messages."""

from typing import Any

from django import template
from django.urls import reverse

from lokaal.outbox.layout import absolute

register = template.Library()


@register.simple_tag
def absolute_url(name: str, *args: Any, **kwargs: Any) -> str:
    """The whole address of a page, in the language of the message: {% absolute_url "activities:sign_up" pk %}."""
    return absolute(reverse(name, args=args or None, kwargs=kwargs or None))
