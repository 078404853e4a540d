"""Which database the house runs on, and which it refuses."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from lokaal import database
from lokaal.embedded import EmbeddedServer

BASE_DIR = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("DATABASE_URL", "DATABASE_POOL", "DATABASE_PGBOUNCER"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_without_a_named_database_the_embedded_one_is_used(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = EmbeddedServer(tmp_path)
    assert database.is_embedded()
    assert database.configuration(tmp_path) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "lokaal",
        "USER": "lokaal",
        "PASSWORD": "",
        "HOST": str(server.socket_folder),
        "PORT": "5432",
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}},
    }
    assert list(tmp_path.iterdir()) == []


def test_named_database_is_used_with_all_that_its_address_says(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv(
        "DATABASE_URL", "postgresql://rol:p%40ss@db.example:6432/huis?sslmode=require"
    )
    environment.setenv("DATABASE_POOL", "3")
    assert not database.is_embedded()
    assert database.configuration(tmp_path) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "huis",
        "USER": "rol",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {
            "sslmode": "require",
            "options": "-c jit=off",
            "pool": {"min_size": 1, "max_size": 3, "timeout": 10},
        },
    }


def test_behind_pgbouncer_there_is_no_pool_and_no_cursor_on_the_server(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("DATABASE_URL", "postgresql:///huis?host=/run/postgresql")
    environment.setenv("DATABASE_PGBOUNCER", "1")
    found = database.configuration(tmp_path)
    assert (found["HOST"], found["NAME"], found["OPTIONS"]) == ("/run/postgresql", "huis", {})
    assert found["DISABLE_SERVER_SIDE_CURSORS"] is True


@pytest.mark.parametrize("url", ["sqlite:///huis.db", "postgresql://[::1/huis", "huis"])
def test_address_that_cannot_be_read_says_how_to_write_it(
    environment: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    environment.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="write postgresql://role:password@host:5432/"):
        database.configuration(tmp_path)


def test_address_without_a_database_is_refused(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("DATABASE_URL", "postgresql://rol@db.example")
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL names no database"):
        database.configuration(tmp_path)


def test_nothing_embedded_starts_when_a_database_is_named(
    environment: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[EmbeddedServer] = []
    monkeypatch.setattr(EmbeddedServer, "ensure", lambda server: started.append(server))  # noqa: PLW0108 - bound to no server
    environment.setenv("DATABASE_URL", "postgresql://rol@db.example/huis")
    database.ensure()
    assert started == []
    environment.delenv("DATABASE_URL")
    database.ensure()
    assert [server.data_dir for server in started] == [settings.DATA_DIR.resolve()]


# The role and the version ------------------------------------------------------------------------


@pytest.fixture
def superuser(db: None) -> Iterator[BaseDatabaseWrapper]:
    """A connection of Django's to the test database, as the superuser of the embedded server."""
    other = connection.copy()
    other.settings_dict = connection.settings_dict | {"USER": "postgres"}
    yield other
    other.close()


@pytest.mark.django_db
def test_the_role_of_the_house_is_fit() -> None:
    assert database.reasons_against(connection) == []
    database.refuse_unfit()


def test_superuser_is_refused_with_what_to_do(superuser: BaseDatabaseWrapper) -> None:
    (reason,) = database.reasons_against(superuser)
    assert reason == (
        "The database role postgres is a superuser, so row-level security would not protect any dossier. "
        "Make a role with `CREATE ROLE lokaal LOGIN NOSUPERUSER NOBYPASSRLS`, "
        "let it own the database and name it in DATABASE_URL."
    )


def test_role_that_bypasses_row_level_security_is_refused(superuser: BaseDatabaseWrapper) -> None:
    with superuser.cursor() as cursor:
        cursor.execute("BEGIN; CREATE ROLE blind BYPASSRLS; SET LOCAL ROLE blind")
        reasons = database.reasons_against(superuser)
        cursor.execute("ROLLBACK")
    assert len(reasons) == 1
    assert reasons[0] == (
        "The database role blind has BYPASSRLS, so row-level security would not protect any dossier. "
        "Take it away with `ALTER ROLE blind NOBYPASSRLS`."
    )


@pytest.mark.django_db
def test_old_postgresql_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST_VERSION", 99)
    with pytest.raises(
        ImproperlyConfigured, match=r"PostgreSQL 18\.\d+ is too old\. Use PostgreSQL 99 or later"
    ):
        database.refuse_unfit()


@pytest.mark.django_db
def test_system_check_reports_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST_VERSION", 99)
    found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    assert [message.id for message in found] == ["lokaal.E001"]


@pytest.mark.parametrize("command", ["migrate", "run", "check --database default"])
def test_commands_refuse_a_superuser_in_one_sentence(command: str, tmp_path: Path) -> None:
    address = EmbeddedServer(settings.DATA_DIR).address
    done = _manage(command, DATABASE_URL=f"postgresql://postgres@/lokaal?host={address['host']}")
    assert done.returncode == 1
    assert done.stderr.startswith(
        "The database role postgres is a superuser, so row-level security"
    )
    assert "Traceback" not in done.stderr


def test_web_server_refuses_a_superuser() -> None:
    address = EmbeddedServer(settings.DATA_DIR).address
    done = subprocess.run(
        [sys.executable, "-c", "import lokaal.wsgi"],
        check=False,
        **_house(DATABASE_URL=f"postgresql://postgres@/lokaal?host={address['host']}"),
    )
    assert done.returncode == 1
    assert "The database role postgres is a superuser" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("command", ["migrate", "run"])
def test_unreachable_database_is_one_sentence(command: str, tmp_path: Path) -> None:
    done = _manage(command, DATABASE_URL=f"postgresql://lokaal@/lokaal?host={tmp_path}")
    assert done.returncode == 1
    assert done.stderr.startswith("The database gives no answer (")
    assert "Traceback" not in done.stderr


def test_missing_setting_is_one_sentence() -> None:
    done = _manage("run", DATABASE_URL="postgresql://lokaal@/lokaal", LOKAAL_ORIGIN="")
    assert done.returncode == 1
    assert done.stderr == (
        "Set LOKAAL_ORIGIN: the public address of the house, such as https://lokaal.example.\n"
    )


def _manage(command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *command.split()], check=False, **_house(**environment)
    )


def _house(**environment: str) -> dict[str, object]:
    """Return how a program of a house outside demo mode is run."""
    return {
        "cwd": BASE_DIR,
        "env": os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "lokaal.settings",
            "LOKAAL_SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz",
            "LOKAAL_ORIGIN": "https://lokaal.example",
            "LOKAAL_HOSTS": "lokaal.example",
            "PORT": "0",
        }
        | environment,
        "capture_output": True,
        "text": True,
        "stdin": subprocess.DEVNULL,
        "timeout": 60,
    }
