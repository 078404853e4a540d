"""Jobs of the activities. Each can run twice, or at the same time as itself, without harm."""

from procrastinate.contrib.django import app

from activities import courses, forgetting, needs, queue, reminding, series
from activities.following import starting, weekly
from activities.importing import extending
from activities.initiatives import coaching, looking_back
from activities.voice import answering, asking, sessions


@app.periodic(cron="10 4 * * *")
@app.task(
    name="activities.extend_calendars", queue="upkeep", queueing_lock="activities.extend_calendars"
)
def extend_calendars(timestamp: int) -> None:
    """Add the dates that came within sight of calendars that go on without an end."""
    extending.extend_all()


@app.periodic(cron="15 4 * * *")
@app.task(name="activities.extend_series", queue="upkeep", queueing_lock="activities.extend_series")
def extend_series(timestamp: int) -> None:
    """Add the dates that came within sight of series that go on."""
    series.extend_all()


@app.periodic(cron="25 4 * * *")
@app.task(
    name="activities.forget_import_drafts",
    queue="upkeep",
    queueing_lock="activities.forget_import_drafts",
)
def forget_import_drafts(timestamp: int) -> None:
    extending.forget_stale_drafts()


@app.periodic(cron="50 4 * * *")
@app.task(name="activities.forget_names", queue="upkeep", queueing_lock="activities.forget_names")
def forget_names(timestamp: int) -> None:
    """Turn lists of more than a year ago into numbers, and forget who is in the other tables as long."""
    forgetting.forget_all()


@app.periodic(cron="* * * * *")
@app.task(name="activities.settle_queues", queue="upkeep", queueing_lock="activities.settle_queues")
def settle_queues(timestamp: int) -> None:
    """Take back offers of a place that ran out, and offer those places to who is next."""
    queue.settle_all()


@app.periodic(cron="55 4 * * *")
@app.task(name="activities.forget_needs", queue="upkeep", queueing_lock="activities.forget_needs")
def forget_needs(timestamp: int) -> None:
    """Erase what people needed for dates that are over, and the names of those they brought."""
    needs.forget_past()


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="activities.settle_courses", queue="upkeep", queueing_lock="activities.settle_courses"
)
def settle_courses(timestamp: int) -> None:
    """Take back offers of courses that ran out, and give what came free to who waits."""
    courses.settle_all()


@app.periodic(cron="*/30 * * * *")
@app.task(name="activities.remind_people", queue="upkeep", queueing_lock="activities.remind_people")
def remind_people(timestamp: int) -> None:
    """Remind people of what is tomorrow."""
    reminding.remind_all()


@app.periodic(cron="15 * * * *")
@app.task(
    name="activities.ask_about_times", queue="upkeep", queueing_lock="activities.ask_about_times"
)
def ask_about_times(timestamp: int) -> None:
    """Ask who was not there twice whether the time still suits."""
    reminding.ask_all()


@app.periodic(cron="5,35 * * * 4,5")
@app.task(
    name="activities.tell_followers", queue="upkeep", queueing_lock="activities.tell_followers"
)
def tell_followers(timestamp: int) -> None:
    """On Thursday morning: the news of the week, to who follows something."""
    weekly.tell_all()


@app.periodic(cron="35 4 * * *")
@app.task(
    name="activities.forget_followers", queue="upkeep", queueing_lock="activities.forget_followers"
)
def forget_followers(timestamp: int) -> None:
    starting.forget_without_yes()


@app.periodic(cron="30 7 * * *")
@app.task(name="activities.nudge_coaches", queue="upkeep", queueing_lock="activities.nudge_coaches")
def nudge_coaches(timestamp: int) -> None:
    """Remind who owes an answer to an idea, once when few days are left and once when it is late."""
    coaching.nudge()


@app.periodic(cron="15 8 * * *")
@app.task(
    name="activities.nudge_late_questions",
    queue="upkeep",
    queueing_lock="activities.nudge_late_questions",
)
def nudge_late_questions(timestamp: int) -> None:
    """Remind once, per promised day, who keeps an eye on a question that is late."""
    answering.nudge_late()


@app.periodic(cron="20 * * * *")
@app.task(
    name="activities.look_back_at_try_outs",
    queue="upkeep",
    queueing_lock="activities.look_back_at_try_outs",
)
def look_back_at_try_outs(timestamp: int) -> None:
    """After the last date of a try-out: ask who organised it and who came, once."""
    looking_back.open_due()


@app.periodic(cron="45 4 * * *")
@app.task(
    name="activities.forget_question_contacts",
    queue="upkeep",
    queueing_lock="activities.forget_question_contacts",
)
def forget_question_contacts(timestamp: int) -> None:
    """Erase how people are reached whose question was done long ago."""
    asking.forget_contacts()


@app.periodic(cron="*/10 * * * *")
@app.task(
    name="activities.tell_session_guests",
    queue="upkeep",
    queueing_lock="activities.tell_session_guests",
)
def tell_session_guests(timestamp: int) -> None:
    """Tell officials that the date at which they are guests moved or is called off."""
    sessions.tell_guests()
