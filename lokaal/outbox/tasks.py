"""Jobs of the outbox. Each can run twice, or at the same time as itself, without harm."""

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
