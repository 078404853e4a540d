"""Jobs of the outbox. Each can run twice, or at the same time as itself, without harm."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from lokaal.outbox import sending
from lokaal.outbox.models import SEND_JOB


@app.task(name=SEND_JOB, queue="outbox", priority=10)
def send_message(*, message_id: str) -> None:
    sending.send(message_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="outbox.rescue_messages", queue="outbox", queueing_lock="outbox.rescue_messages")
def rescue_messages(timestamp: int) -> None:
    sending.rescue()


@app.periodic(cron="20 3 * * *")
@app.task(name="outbox.forget_messages", queue="outbox", queueing_lock="outbox.forget_messages")
def forget_messages(timestamp: int) -> None:
    sending.forget()


# Upkeep of the queue itself ----------------------------------------------------------------------

HOURS_KEPT = 72
HOURS_FAILED_KEPT = 24 * 30


@app.periodic(cron="*/10 * * * *")
@app.task(
    name="jobs.retry_stalled", queue="upkeep", queueing_lock="jobs.retry_stalled", pass_context=True
)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Run again what a worker was doing when it died."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.id != context.job.id:
            await manager.retry_job(job)


@app.periodic(cron="40 3 * * *")
@app.task(
    name="jobs.remove_old", queue="upkeep", queueing_lock="jobs.remove_old", pass_context=True
)
async def remove_old_jobs(context: JobContext, timestamp: int) -> None:
    """Forget jobs that are done; those that failed stay a month, so that someone can find out why."""
    manager = context.app.job_manager
    await manager.delete_old_jobs(nb_hours=HOURS_KEPT, include_cancelled=True, include_aborted=True)
    await manager.delete_old_jobs(nb_hours=HOURS_FAILED_KEPT, include_failed=True)
