"""That somebody who comes needs something. What it is stands on the list of the organiser alone."""

from __future__ import annotations

from activities.models import Activity, CourseSignUp, SignUp
from lokaal.centres.models import Centre
from lokaal.outbox import writing
from lokaal.outbox.writing import in_its_language, link
from lokaal.people.models import Person


def needs_asked(
    party: SignUp | CourseSignUp, organiser: Person, *, activity: Activity, centre: Centre
) -> None:
    """Somebody who comes needs something: look at your list. Once per party."""
    page = (
        link("activities:occurrence_people", party.occurrence_id)
        if isinstance(party, SignUp)
        else link("activities:activity_manage", activity.pk)
    )
    language = organiser.preferred_language
    writing.post(
        f"{party._meta.model_name}:{party.pk}:needs:{organiser.pk}",
        to=writing.Recipient.from_person(organiser),
        template="activities/emails/needs_asked",
        context={
            "name": organiser.name,
            "title": in_its_language(lambda: activity.words(language).title),
            "starts_at": party.occurrence.starts_at if isinstance(party, SignUp) else None,
            "link": page,
        },
        centre=centre,
    )
