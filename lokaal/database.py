"""Which PostgreSQL the house runs on: the server of DATABASE_URL, or its own embedded one (lokaal.embedded)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from lokaal import environment
from lokaal.embedded import EmbeddedServer

OLDEST_VERSION = 15
POOL_SIZE = 8
SECONDS_FOR_A_CONNECTION = 10
#: Compiling a query takes longer than any of ours runs: searching sixty evenings takes 15 ms, and 670 ms when compiled.
WITHOUT_JIT = "-c jit=off"

SUPERUSER = (
    "The database role {role} is a superuser, so row-level security would not protect any dossier. "
    "Make a role with `CREATE ROLE lokaal LOGIN NOSUPERUSER NOBYPASSRLS`, "
    "let it own the database and name it in DATABASE_URL."
)
BYPASSRLS = (
    "The database role {role} has BYPASSRLS, so row-level security would not protect any dossier. "
    "Take it away with `ALTER ROLE {role} NOBYPASSRLS`."
)
NO_ANSWER = (
    "The database gives no answer ({error}). Check that it runs and that DATABASE_URL is right."
)
TOO_OLD = "PostgreSQL {version} is too old. Use PostgreSQL {oldest} or later."


def is_embedded() -> bool:
    """Tell whether the house runs its own database: it does when nobody named another one."""
    return not environment.text("DATABASE_URL")


def configuration(data_dir: Path) -> dict[str, Any]:
    """Return Django's settings for the one database. Starts nothing.

    DATABASE_POOL is the largest number of connections of one process (0: no pool). DATABASE_PGBOUNCER says that a
    PgBouncer in transaction mode stands in between, which pools by itself and forgets cursors between transactions; it
    passes no options on (`ALTER ROLE … SET jit = off` does the same).
    """
    address = EmbeddedServer(data_dir).address if is_embedded() else named_address()
    behind_pgbouncer = environment.flag("DATABASE_PGBOUNCER")
    pool_size = 0 if behind_pgbouncer else environment.number("DATABASE_POOL", POOL_SIZE)
    if not is_embedded() and not behind_pgbouncer:
        address["options"] = f"{address.get('options', '')} {WITHOUT_JIT}".strip()
    known = {key: address.pop(key, "") for key in ("dbname", "user", "password", "host", "port")}
    if pool_size:
        address["pool"] = {
            "min_size": 1,
            "max_size": pool_size,
            "timeout": SECONDS_FOR_A_CONNECTION,
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": known["dbname"],
        "USER": known["user"],
        "PASSWORD": known["password"],
        "HOST": known["host"],
        "PORT": known["port"],
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": behind_pgbouncer,
        "OPTIONS": address,
    }


def named_address() -> dict[str, Any]:
    """Return the parts of DATABASE_URL; what follows its question mark (sslmode and the like) goes along."""
    url = environment.text("DATABASE_URL")
    try:
        if not url.startswith(("postgresql://", "postgres://")):
            raise psycopg.ProgrammingError
        address = dict(psycopg.conninfo.conninfo_to_dict(url))
    except psycopg.ProgrammingError:
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read; write postgresql://role:password@host:5432/database."
        ) from None
    if not address.get("dbname"):
        raise ImproperlyConfigured("DATABASE_URL names no database; write it after the last slash.")
    return address


def ensure() -> None:
    """Start the embedded server when it is needed and does not run yet; this process keeps it alive until it ends.

    Raises lokaal.embedded.ServerFailure with a plain sentence when the server cannot start.
    """
    if is_embedded():
        EmbeddedServer(settings.DATA_DIR).ensure()


def refuse_unfit() -> None:
    """Raise ImproperlyConfigured, saying what to do, when the house cannot or must not run on this database.

    Uses a connection of its own, so that no pool keeps trying when there is no answer.
    """
    connection = connections["default"].copy()
    connection.settings_dict["OPTIONS"].pop("pool", None)
    try:
        reasons = reasons_against(connection)
    except OperationalError as error:
        raise ImproperlyConfigured(NO_ANSWER.format(error=" ".join(str(error).split()))) from error
    finally:
        connection.close()
    for reason in reasons:
        raise ImproperlyConfigured(reason)


def reasons_against(connection: BaseDatabaseWrapper) -> list[str]:
    """Return why the house must not run on this database: too old, or a role that row-level security does not hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
            " rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        version_number, version, role, is_superuser, bypasses_rls = cursor.fetchone()
    reasons = []
    if version_number < OLDEST_VERSION * 10_000:
        reasons.append(TOO_OLD.format(version=version, oldest=OLDEST_VERSION))
    if is_superuser:
        reasons.append(SUPERUSER.format(role=role))
    elif bypasses_rls:
        reasons.append(BYPASSRLS.format(role=role))
    return reasons


@checks.register(checks.Tags.database)
def check_database(
    *, databases: Sequence[str] | None = None, **options: Any
) -> list[checks.CheckMessage]:
    """Refuse the same at `migrate` and `check --database`."""
    return [
        checks.Error(reason, id="lokaal.E001")
        for alias in databases or []
        for reason in reasons_against(connections[alias])
    ]
