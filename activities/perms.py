"""Who may do what with activities, their dates and their lists. (Which rows one sees: the QuerySets' `visible_to`.)"""

from __future__ import annotations

from activities.models import Activity, Occurrence, SignUp
from activities.models.activity import EDITING_ROLES
from activities.models.importing import IMPORTING_ROLES
from lokaal.centres.models import Centre
from lokaal.people.models import Visitor


def can_add_activity(visitor: Visitor, centre: Centre | None = None) -> bool:
    """Hosts, coordinators, the director and administrators add activities: of a centre, or (without one) of any."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    if centre is None:
        return any(held.role in EDITING_ROLES for held in visitor.current_roles)
    return visitor.holds(*EDITING_ROLES, centre_id=centre.id)


def centres_to_add_at(visitor: Visitor) -> list[Centre]:
    """The centres in use where the visitor may add activities, in the order of the house."""
    return [c for c in Centre.objects.open_to_public() if can_add_activity(visitor, c)]


def can_import(visitor: Visitor, centre: Centre | None = None) -> bool:
    """Coordinators and administrators take over calendars: for a centre, or (without one) for any."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return visitor.holds(*IMPORTING_ROLES, centre_id=centre.id if centre else None)


def can_edit(visitor: Visitor, activity: Activity) -> bool:
    """Its organisers, and who may add activities at its centre, change an activity and plan its dates."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return (
        visitor.holds(*EDITING_ROLES, centre_id=activity.centre_id)
        or activity.organisers.filter(pk=visitor.pk).exists()
    )


def can_keep_list(visitor: Visitor, occurrence: Occurrence) -> bool:
    """Who stands at the desk of the centre sees its lists, and signs people up, changes and cancels for them."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return visitor.holds(*EDITING_ROLES, centre_id=occurrence.centre_id)


def is_of(visitor: Visitor, sign_up: SignUp) -> bool:
    """True when this is the visitor's own: it was made with their account."""
    return visitor.is_authenticated and sign_up.person_id == visitor.pk
