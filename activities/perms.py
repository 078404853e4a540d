"""Who may do what with activities, their dates and their lists. (Which rows one sees: the QuerySets' `visible_to`.)"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from activities.models import (
    Activity,
    CourseSignUp,
    KnowledgeSession,
    Occurrence,
    Question,
    SignUp,
    Wish,
)
from activities.models.activity import EDITING_ROLES
from activities.models.door import ORGANISER_SEES_FOR
from activities.models.importing import IMPORTING_ROLES
from activities.models.pot import POT_ROLES
from activities.models.wish import COACHING_ROLES, NAMING_ROLES
from lokaal.centres.models import Centre
from lokaal.people.models import Person, Role, StaffRole, Visitor


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


def can_keep_course(visitor: Visitor, activity: Activity) -> bool:
    """Who stands at the desk of its centre signs people up for a course, and changes and cancels for them."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return visitor.holds(*EDITING_ROLES, centre_id=activity.centre_id)


def can_choose_themes(visitor: Visitor, activity: Activity) -> bool:
    """Coordinators, the director and administrators of its centre say which themes an activity is about."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return visitor.holds(*NAMING_ROLES, centre_id=activity.centre_id)


def is_of(visitor: Visitor, sign_up: SignUp | CourseSignUp) -> bool:
    """True when this is the visitor's own: it was made with their account."""
    return visitor.is_authenticated and sign_up.person_id == visitor.pk


def is_for_coaching(held: StaffRole, wish: Wish) -> bool:
    """Whether a role lets its holder look after this wish: at its house, or at any house when it has none."""
    here = held.centre_id is None or wish.centre_id is None or held.centre_id == wish.centre_id
    return held.role in COACHING_ROLES and here


def can_coach(visitor: Visitor, wish: Wish) -> bool:
    """Who works at the desk of its house looks after a wish, and so does its coach."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return wish.coach_id == visitor.pk or any(
        is_for_coaching(held, wish) for held in visitor.current_roles
    )


def is_at_desk_of(visitor: Visitor, wish: Wish) -> bool:
    """Who works at the desk of its house, and not its coach alone."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return any(is_for_coaching(held, wish) for held in visitor.current_roles)


def can_name_coach(visitor: Visitor, wish: Wish) -> bool:
    """Coordinators, the director and administrators of its house say who looks after a wish."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return visitor.holds(*NAMING_ROLES, centre_id=wish.centre_id)


def owns_wish(visitor: Visitor, wish: Wish) -> bool:
    """True when the visitor told this wish, or took it over, with their account."""
    return visitor.is_authenticated and wish.person_id == visitor.pk


def organises(visitor: Visitor, activity: Activity) -> bool:
    """True for the organisers of an activity, whatever else they are."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return activity.organisers.filter(pk=visitor.pk).exists()


def can_see_names(visitor: Visitor, occurrence: Occurrence) -> bool:
    """Who keeps the lists sees names as long as they are kept; an organiser until a month after the date."""
    if can_keep_list(visitor, occurrence):
        return True
    is_fresh = timezone.now() < occurrence.ends_at + ORGANISER_SEES_FOR
    return is_fresh and organises(visitor, occurrence.activity)


def can_check_in(visitor: Visitor, occurrence: Occurrence) -> bool:
    """Whoever sees the names may note who came, count heads and write down what was paid."""
    return can_see_names(visitor, occurrence)


# A voice -----------------------------------------------------------------------------------------


def can_see_question(visitor: Visitor, question: Question) -> bool:
    """Who stands at the desk of its house sees a question whole, and types in what is said or stands on paper."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return visitor.holds(*EDITING_ROLES, centre_id=question.centre_id)


def can_move_question(visitor: Visitor, question: Question) -> bool:
    """Coordinators, the director and administrators of its house bring a question further."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return visitor.holds(*NAMING_ROLES, centre_id=question.centre_id)


def can_keep_session(visitor: Visitor, session: KnowledgeSession) -> bool:
    """Coordinators, the director and administrators of its house keep a knowledge session, and invite its guests."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return visitor.holds(*NAMING_ROLES, centre_id=session.occurrence.centre_id)


def centres_where_sessions_are_kept(person: Person) -> set[UUID] | None:
    """The centres of which a person keeps the knowledge sessions; None: all."""
    held = {role.centre_id for role in person.current_roles if role.role in NAMING_ROLES}
    return None if None in held else {centre_id for centre_id in held if centre_id}


def can_make_session(visitor: Visitor, occurrence: Occurrence) -> bool:
    """The same people make a date a knowledge session."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return visitor.holds(*NAMING_ROLES, centre_id=occurrence.centre_id)


def can_stand_at_desk(visitor: Visitor, centre: Centre) -> bool:
    """Who works at the desk of a house types in what is said or stands on paper, and leads its neighbourhood table."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return visitor.holds(*EDITING_ROLES, centre_id=centre.id)


def can_see_needs(visitor: Visitor, activity: Activity) -> bool:
    """Only its organisers see what people need; where none has an account, who may change the activity sees to it."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    organisers = {organiser.pk for organiser in activity.organisers.all()}
    if organisers:
        return visitor.pk in organisers
    return visitor.holds(*EDITING_ROLES, centre_id=activity.centre_id)


def can_plan(visitor: Visitor, wish: Wish) -> bool:
    """Who makes the plan of a wish: its owner, who organises along, its coach, and the coordinators of its house."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return (
        (owns_wish(visitor, wish) and not wish.is_let_go)
        or wish.coach_id == visitor.pk
        or can_name_coach(visitor, wish)
        or wish.organisers.filter(pk=visitor.pk).exists()
    )


def can_keep_examples(visitor: Visitor) -> bool:
    """Coordinators keep plans as an example for others."""
    return visitor.is_authenticated and visitor.is_active and visitor.holds(*NAMING_ROLES)


def can_decide_of_pot(visitor: Visitor, centre: Centre) -> bool:
    """Coordinators, the treasurer and the director give money out of the small pot of a house."""
    if not (visitor.is_authenticated and visitor.is_active):
        return False
    return visitor.holds(*POT_ROLES, centre_id=centre.pk)


def centres_of_pots(visitor: Visitor) -> list[Centre]:
    """The centres in use of whose pot the visitor decides, in the order of the house."""
    return [c for c in Centre.objects.open_to_public() if can_decide_of_pot(visitor, c)]


def possible_hosts(activity: Activity) -> list[Person]:
    """Who may receive people: who organises it, and the hosts and coordinators of its house."""
    here = StaffRole.objects.current().filter(
        Q(centre=activity.centre_id) | Q(centre=None), role__in=[Role.HOST, Role.COORDINATOR]
    )
    found = Person.objects.active().filter(Q(organises=activity) | Q(staff_roles__in=here))
    return list(found.distinct().order_by("name", "id"))
