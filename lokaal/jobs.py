"""How work is handed to the worker: a job is a row, written in the transaction of the fact that asks for it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task


def defer(task_name: str, *, at: datetime | None = None, once: str = "", **arguments: Any) -> bool:
    """Hand a task to the worker in the caller's transaction: the job is gone when that is rolled back.

    This holds inside another job too, where the task's own `defer()` would write through a connection of the worker.
    `at`: not before that moment. `once` names the job: while one with that name waits, no second is made and False
    is returned.
    """
    task = app.tasks[task_name]
    job = configure_task(
        name=task_name,
        job_manager=JobManager(DjangoConnector()),
        queue=task.queue,
        priority=task.priority,
        lock=task.lock,
        queueing_lock=once or task.queueing_lock,
        schedule_at=at,
    )
    try:
        with transaction.atomic():
            job.defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True
