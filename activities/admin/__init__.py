"""Activities in /beheer/: words and facts are changed here; places, lists and states by the actions that keep them.

One module per subject. A new one is imported here, or the admin does not know it.
"""

from activities.admin import (
    activity,
    courses,
    door,
    following,
    importing,
    look_back,
    occurrence,
    plan,
    series,
    sign_up,
    voice,
    wish,
)

__all__ = [
    "activity",
    "courses",
    "door",
    "following",
    "importing",
    "look_back",
    "occurrence",
    "plan",
    "series",
    "sign_up",
    "voice",
    "wish",
]
