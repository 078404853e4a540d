"""The embedded server, with real processes that come, go, crash and collide."""

import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from lokaal import embedded
from lokaal.embedded import EmbeddedServer, ServerFailure
from tests.house.processes import FORK, DatabaseUser, wait_until, with_argument

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only for root")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A new data folder, reachable for the server's own user; everything of it is gone after the test."""
    folder = Path(tempfile.mkdtemp(prefix="lokaal-test-"))
    folder.chmod(0o755)
    yield folder
    _clear(EmbeddedServer(folder))
    shutil.rmtree(folder)


@pytest.fixture
def server(data_dir: Path) -> EmbeddedServer:
    return EmbeddedServer(data_dir)


def _clear(server: EmbeddedServer) -> None:
    server.release()
    assert wait_until(lambda: not server.is_running())
    assert wait_until(lambda: not _guards(server))
    shutil.rmtree(server.home, ignore_errors=True)
    shutil.rmtree(server.socket_folder, ignore_errors=True)


def _guards(server: EmbeddedServer) -> list[psutil.Process]:
    return [
        p for p in with_argument(str(server.data_dir)) if "lokaal.embedded" in p.info["cmdline"]
    ]


def _postmaster(server: EmbeddedServer) -> psutil.Process:
    return psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))


def _query(server: EmbeddedServer, sql: str) -> list[tuple[object, ...]]:
    address = server.address
    with psycopg.connect(**address) as connection:
        return connection.execute(sql).fetchall()


def test_making_the_object_starts_and_makes_nothing(server: EmbeddedServer, data_dir: Path) -> None:
    assert list(data_dir.iterdir()) == []
    assert not server.answers()


def test_ensure_makes_role_and_database_once(server: EmbeddedServer) -> None:
    server.ensure()
    server.ensure()
    roles = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin FROM pg_roles"
    assert _query(server, f"{roles} WHERE rolname = current_user") == [
        (False, False, False, True, True)
    ]
    databases = (
        "SELECT datname, pg_get_userbyid(datdba), datlocprovider::text, datlocale FROM pg_database"
    )
    assert _query(server, f"{databases} WHERE datname = current_database()") == [
        ("lokaal", "lokaal", "b", "C.UTF-8")
    ]


def test_role_makes_the_extensions_the_house_needs(server: EmbeddedServer) -> None:
    server.ensure()
    names = ["btree_gist", "citext", "pg_trgm", "unaccent"]
    with psycopg.connect(**server.address) as connection:
        for name in names:
            connection.execute(f"CREATE EXTENSION {name}")
    made = "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname"
    assert [name for (name,) in _query(server, made)] == names


def test_search_knows_letters_beyond_ascii(server: EmbeddedServer) -> None:
    server.ensure()
    assert _query(server, "SELECT upper('één'), 'Éé' ~ '^[[:alpha:]]+$'") == [("ÉÉN", True)]


def test_server_listens_in_its_own_folder_only(server: EmbeddedServer) -> None:
    server.ensure()
    assert _query(server, "SHOW listen_addresses") == [("",)]
    assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


def test_last_one_out_stops_the_server(server: EmbeddedServer, data_dir: Path) -> None:
    first, second = DatabaseUser(data_dir), DatabaseUser(data_dir)
    first.wait_until_up()
    second.wait_until_up()
    first.leave()
    assert not wait_until(lambda: not server.is_running(), seconds=1)
    second.leave()
    assert wait_until(lambda: not server.is_running())
    assert wait_until(lambda: not _guards(server))


def test_many_starters_at_once_make_one_server(server: EmbeddedServer, data_dir: Path) -> None:
    users = [DatabaseUser(data_dir) for _ in range(4)]
    for user in users:
        user.wait_until_up()
    postmasters = [p for p in with_argument(str(server.data)) if "-D" in p.info["cmdline"]]
    assert [p.pid for p in postmasters] == [_postmaster(server).pid]
    assert len(_guards(server)) == 1
    for user in users:
        user.leave()


def test_killed_user_leaves_no_server_behind(server: EmbeddedServer, data_dir: Path) -> None:
    user = DatabaseUser(data_dir)
    user.wait_until_up()
    user.kill()
    assert wait_until(lambda: not server.is_running())
    assert wait_until(lambda: not _guards(server))


def test_forked_child_keeps_the_server_until_it_ends(
    server: EmbeddedServer, data_dir: Path
) -> None:
    user = DatabaseUser(data_dir, FORK)
    user.wait_until_up()
    user.process.wait(timeout=30)  # the parent is gone, its child is not
    assert not wait_until(lambda: not server.is_running(), seconds=1)
    assert server.answers()
    user.leave()
    assert wait_until(lambda: not server.is_running())


def test_release_stops_the_server_only_for_the_last(server: EmbeddedServer, data_dir: Path) -> None:
    server.ensure()
    other = DatabaseUser(data_dir)
    other.wait_until_up()
    server.release()
    assert server.answers()
    server.ensure()
    other.leave()
    server.release()
    assert not server.is_running()


def test_killed_server_starts_again_with_its_data(server: EmbeddedServer) -> None:
    server.ensure()
    with psycopg.connect(**server.address) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    _postmaster(server).kill()
    assert wait_until(lambda: not server.is_running())
    server.ensure()
    assert _query(server, "SELECT number FROM kept") == [(7,)]


def test_killed_guard_is_replaced_by_the_next_starter(
    server: EmbeddedServer, data_dir: Path
) -> None:
    server.ensure()
    (old,) = _guards(server)
    old.kill()
    assert wait_until(lambda: not _guards(server))
    user = DatabaseUser(data_dir)
    user.wait_until_up()
    assert [p.pid for p in _guards(server)] != [old.pid]
    assert len(_guards(server)) == 1
    user.leave()


@pytest.mark.parametrize("owner", ["a program that lives", "nobody any more", "nonsense"])
def test_marks_of_a_server_that_is_gone_do_not_stop_a_start(
    server: EmbeddedServer, owner: str
) -> None:
    server.ensure()
    server.release()
    number = {"a program that lives": str(os.getpid()), "nobody any more": "4194303"}.get(
        owner, "x"
    )
    mark = f"{number}\n{server.data}\n0\n5432\n{server.socket_folder}\n\n"
    (server.data / "postmaster.pid").write_text(mark)
    (server.socket_folder / ".s.PGSQL.5432.lock").write_text(mark)
    server.ensure()
    assert server.answers()


def test_half_made_database_is_made_anew(server: EmbeddedServer) -> None:
    server._make_home()
    server._make_folders()
    (server.data / "base").mkdir()
    (server.data / "postgresql.conf").write_text("half")
    server.ensure()
    assert server.answers()


def test_database_of_another_version_is_refused(server: EmbeddedServer) -> None:
    server.ensure()
    server.release()
    (server.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(
        ServerFailure, match=r"was made by PostgreSQL 17; this is 18\. Start afresh"
    ):
        server.ensure()


def test_long_path_moves_the_socket(data_dir: Path) -> None:
    deep = data_dir / ("a" * 60) / ("b" * 60)
    server = EmbeddedServer(deep)
    try:
        server.ensure()
        assert server.socket_folder.parent == Path("/tmp")
        assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
        assert _query(server, "SELECT 1") == [(1,)]
    finally:
        _clear(server)


def test_link_in_place_of_the_socket_folder_is_refused(
    server: EmbeddedServer, data_dir: Path, tmp_path: Path
) -> None:
    server.home.mkdir()
    server.socket_folder.symlink_to(tmp_path)
    with pytest.raises(ServerFailure, match="is not a folder of the database's user"):
        server.ensure()
    server.socket_folder.unlink()


def test_folder_that_cannot_be_made_is_a_plain_sentence(data_dir: Path) -> None:
    (data_dir / "postgres").write_text("a file, where a folder should be")
    with pytest.raises(ServerFailure, match="Choose another folder with LOKAAL_DATA"):
        EmbeddedServer(data_dir).ensure()
    (data_dir / "postgres").unlink()


def test_discard_throws_the_data_away(server: EmbeddedServer) -> None:
    server.ensure()
    with psycopg.connect(**server.address) as connection:
        connection.execute("CREATE TABLE gone AS SELECT 7 AS number")
    server.release()
    server.discard()
    server.ensure()
    assert _query(server, "SELECT to_regclass('gone')") == [(None,)]


def test_data_in_use_is_not_thrown_away(server: EmbeddedServer) -> None:
    server.ensure()
    with pytest.raises(ServerFailure, match=r"The database is in use\. Stop the house first\."):
        server.discard()
    assert server.answers()


def test_server_keeps_running_when_ctrl_c_reaches_the_terminal(
    server: EmbeddedServer, data_dir: Path
) -> None:
    user = DatabaseUser(data_dir)
    user.wait_until_up()
    groups = {os.getpgid(_postmaster(server).pid), *(os.getpgid(p.pid) for p in _guards(server))}
    assert os.getpgid(user.process.pid) not in groups
    user.process.send_signal(signal.SIGINT)
    user.process.communicate(timeout=30)
    assert wait_until(lambda: not server.is_running())


@as_root
def test_root_serves_from_a_closed_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    server = EmbeddedServer(tmp_path)
    assert server.home.parent == embedded.ROOT_HOME
    try:
        server.ensure()
        assert _postmaster(server).username() in {"postgres", "nobody"}
        tmp_path.chmod(0o755)
        assert EmbeddedServer(tmp_path).home == server.home
        assert _query(server, "SELECT 1") == [(1,)]
    finally:
        _clear(server)


@as_root
def test_root_stays_with_the_user_who_owns_the_data(server: EmbeddedServer, data_dir: Path) -> None:
    server.home.mkdir()
    server.data.mkdir(mode=0o700)
    shutil.chown(server.data, "nobody")
    again = EmbeddedServer(data_dir)
    again.ensure()
    assert _postmaster(again).username() == "nobody"
