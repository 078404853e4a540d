"""The letters of these tests, and the jobs that wait."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob


@pytest.fixture(autouse=True)
def letters(settings: Any) -> None:
    """Make templates/ beside this file known, and treat secrets as a real house does."""
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [engine | {"DIRS": [*engine["DIRS"], Path(__file__).parent / "templates"]}]
    settings.DEMO = False
    settings.SMS_BACKEND = ""
    settings.ORIGIN = "https://lokaal.voorbeeld"


@pytest.fixture
def waiting_jobs(db: None) -> Any:
    """Return what the worker would find: (task, arguments) per waiting job, first one first."""
    with (
        connection.cursor() as cursor
    ):  # what earlier tests committed: Django flushes its own tables only
        cursor.execute("DELETE FROM procrastinate_jobs")

    def look() -> list[tuple[str, dict[str, Any]]]:
        jobs = ProcrastinateJob.objects.filter(status="todo").order_by("id")
        return list(jobs.values_list("task_name", "args"))

    return look
