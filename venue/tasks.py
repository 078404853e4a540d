"""Jobs of rooms, hire and kitchen. Each can run twice, or at the same time as itself, without harm."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from venue import options


@app.periodic(cron="* * * * *")
@app.task(name="venue.lapse_options", queue="venue", queueing_lock="venue.lapse_options")
def lapse_options(timestamp: int) -> None:
    """Free the rooms of options that ran out, and give them to who waits."""
    options.lapse_all()


@app.task(name=options.CHANGED_JOB, queue="venue")
def options_changed(*, released: list[str], promoted: list[str]) -> None:
    """Tell the bookings whose options ran out, and those that were next. Looks at what is true by then."""
    from venue.hire import hiring

    hiring.options_changed(
        released=[UUID(key) for key in released], promoted=[UUID(key) for key in promoted]
    )


@app.periodic(cron="15 8 * * 1-5")
@app.task(name="venue.remind_of_invoices", queue="venue", queueing_lock="venue.remind_of_invoices")
def remind_of_invoices(timestamp: int) -> None:
    """Send the reminders of invoices whose time has come: on working days, in the morning."""
    from venue.money import reminding

    reminding.remind_all()


@app.periodic(cron="5 8-18 * * *")
@app.task(
    name="venue.remind_of_final_counts",
    queue="venue",
    queueing_lock="venue.remind_of_final_counts",
)
def remind_of_final_counts(timestamp: int) -> None:
    """Ask with how many people they come, before the kitchen goes shopping: by day only."""
    from venue.food import catering

    catering.remind_of_final_counts()


@app.periodic(cron="15 8 * * *")
@app.task(name="venue.remind_of_options", queue="venue", queueing_lock="venue.remind_of_options")
def remind_of_options(timestamp: int) -> None:
    """Remind hirers of an option or quote that runs out soon."""
    from venue.hire import hiring

    hiring.remind_of_options()


@app.periodic(cron="40 4 * * *")
@app.task(name="venue.close_unanswered", queue="venue", queueing_lock="venue.close_unanswered")
def close_unanswered(timestamp: int) -> None:
    """Close requests that nobody answered before their dates were over."""
    from venue.hire import hiring

    hiring.close_unanswered()
