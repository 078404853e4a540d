"""Jobs of the activities. Each can run twice, or at the same time as itself, without harm."""

from procrastinate.contrib.django import app

from activities.importing import extending


@app.periodic(cron="10 4 * * *")
@app.task(
    name="activities.extend_calendars", queue="upkeep", queueing_lock="activities.extend_calendars"
)
def extend_calendars(timestamp: int) -> None:
    """Add the dates that came within sight of calendars that go on without an end."""
    extending.extend_all()


@app.periodic(cron="25 4 * * *")
@app.task(
    name="activities.forget_import_drafts",
    queue="upkeep",
    queueing_lock="activities.forget_import_drafts",
)
def forget_import_drafts(timestamp: int) -> None:
    extending.forget_stale_drafts()
