"""What the house tells people about the dates they are on the list for, and about their wishes.

One function per message. Each writes to the outbox in the transaction of the fact, under a key that names the fact.
"""

from activities.emails.courses import (
    course_accepted,
    course_already_there,
    course_changed,
    course_date_missed,
    course_date_taken,
    course_joined,
    course_lapsed,
    course_left,
    course_offered,
    course_place,
    course_waiting,
)
from activities.emails.following import follow_asked, week_of_news
from activities.emails.needs import needs_asked
from activities.emails.occurrences import (
    occurrence_cancelled,
    occurrence_moved,
    occurrence_reinstated,
)
from activities.emails.questions import (
    guest_invited,
    guest_told,
    question_answered,
    question_done,
    question_late,
    question_received,
)
from activities.emails.queue import (
    accepted,
    joined_from_queue,
    offer_lapsed,
    place_offered,
    waiting,
)
from activities.emails.reminders import does_the_time_suit, reminder, reminder_key
from activities.emails.series import dates_changed
from activities.emails.sign_ups import already_there, cancelled_by_participant, changed, joined
from activities.emails.telling import reaches_by_message, recipient
from activities.emails.wishes import (
    answer_is_due,
    coach_named,
    organises_along,
    reply_channel,
    supported,
    supports_already,
    text_hidden,
    wish_adopted,
    wish_answered,
    wish_became,
    wish_let_go,
    wish_received,
    wisher,
)

__all__ = [
    "accepted",
    "already_there",
    "answer_is_due",
    "cancelled_by_participant",
    "changed",
    "coach_named",
    "course_accepted",
    "course_already_there",
    "course_changed",
    "course_date_missed",
    "course_date_taken",
    "course_joined",
    "course_lapsed",
    "course_left",
    "course_offered",
    "course_place",
    "course_waiting",
    "dates_changed",
    "does_the_time_suit",
    "follow_asked",
    "guest_invited",
    "guest_told",
    "joined",
    "joined_from_queue",
    "needs_asked",
    "occurrence_cancelled",
    "occurrence_moved",
    "occurrence_reinstated",
    "offer_lapsed",
    "organises_along",
    "place_offered",
    "question_answered",
    "question_done",
    "question_late",
    "question_received",
    "reaches_by_message",
    "recipient",
    "reminder",
    "reminder_key",
    "reply_channel",
    "supported",
    "supports_already",
    "text_hidden",
    "waiting",
    "week_of_news",
    "wish_adopted",
    "wish_answered",
    "wish_became",
    "wish_let_go",
    "wish_received",
    "wisher",
]
