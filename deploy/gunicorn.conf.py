"""How gunicorn serves the house: `gunicorn --config deploy/gunicorn.conf.py lokaal.wsgi`.

Every setting can be overruled on the command line. WEB_CONCURRENCY is the number of processes.
"""

import os
from pathlib import Path
from typing import Any

from lokaal import lifeline

MOST_PROCESSES = (
    8  # more than these only when asked for, so that the database has connections for all
)

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY") or min(max(2, os.cpu_count() or 2), MOST_PROCESSES))
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 8
keepalive = 5
max_requests = 10_000  # a slow leak never becomes a full machine
max_requests_jitter = 1_000
# The heartbeat file belongs in memory: a slow disk would look like a hanging process.
memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own unguessable file there
worker_tmp_dir = str(memory) if memory.is_dir() else None
control_socket_disable = True  # it would be made in the home folder
loglevel = "warning"
accesslog = "-" if os.environ.get("LOKAAL_ACCESS_LOG") else None
proc_name = "lokaal"


def on_starting(server: Any) -> None:
    lifeline.follow()
