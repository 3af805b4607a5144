"""Backup and restore of a whole province: database, files, secrets.

The database is copied by pg_basebackup, which holds no snapshot that would stall the sequencer. Files are copied
before it, and what came meanwhile after it: a file is kept under its content's name and never changes, and one that is
swept while the backup runs was copied already, so every file that the database names is there. A restore checks the
database's own manifest before it touches anything.
"""

import contextlib
import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tinhso.site import postgres, secrets_folder
from tinhso.site.environ import Environment

DESCRIPTION = "backup.json"
FOLDERS = ("files", "secrets")


class BackupRefused(RuntimeError):
    """The message says what is in the way."""


@dataclass(frozen=True, slots=True)
class Description:
    """backup.json: what a backup is."""

    made_at: str
    postgres: str
    database_bytes: int
    files: int


def backup(environment: Environment, target: Path) -> Description:
    """Copies the running province into `target`."""
    if environment.database_url:
        message = "DATABASE_URL names your own server: back it up by its means, then copy DATA_DIR/files."
        raise BackupRefused(message)
    if target.exists() and any(target.iterdir()):
        message = f"{target} is not empty."
        raise BackupRefused(message)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    _copy_folders(environment.data_dir, target)
    _copy_database(environment.data_dir, target / "database")
    _copy_folders(environment.data_dir, target)
    made = Description(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        postgres=postgres.MAJOR,
        database_bytes=sum(path.stat().st_size for path in (target / "database").rglob("*") if path.is_file()),
        files=sum(1 for path in (target / "files").rglob("*") if path.is_file()),
    )
    (target / DESCRIPTION).write_text(json.dumps(asdict(made), indent=1), "ascii")
    return made


def _copy_folders(source: Path, target: Path) -> None:
    """What is in the folders and not yet in the copy. A file that goes away meanwhile was nobody's any more."""
    for name in FOLDERS:
        for folder, _, files in os.walk(source / name):
            copy = target / Path(folder).relative_to(source)
            copy.mkdir(mode=0o700, parents=True, exist_ok=True)
            for file in files:
                if not (copy / file).exists():
                    with contextlib.suppress(FileNotFoundError):
                        shutil.copy2(Path(folder) / file, copy / file)


def _copy_database(data_dir: Path, target: Path) -> None:
    server = postgres.Server(data_dir)
    address = server.running()
    if address is None:
        message = f"No database of ours runs in {data_dir}."
        raise BackupRefused(message)
    password = secrets_folder.read(data_dir, "superuser_password") or ""
    _checked(
        [
            str(server.bin / "pg_basebackup"), "--pgdata", str(target), "--wal-method", "stream", "--checkpoint",
            "fast",
            "--host", address.socket, "--port", str(address.port), "--username", postgres.SUPERUSER, "--no-password",
        ],
        env={"PGPASSWORD": password},
    )  # fmt: skip


def restore(source: Path, data_dir: Path) -> Description:
    """Puts a backup into `data_dir`, which must hold no database yet, and starts it once to see that it works."""
    description = _read_description(source)
    server = postgres.Server(data_dir)
    if server.data.exists() or any((data_dir / name).exists() for name in FOLDERS):
        message = f"{data_dir} already holds a province. Set DATA_DIR to an empty folder."
        raise BackupRefused(message)
    server.install()
    _checked([str(server.bin / "pg_verifybackup"), "--quiet", str(source / "database")])
    shutil.copytree(source / "database", server.data)
    _hand_over(server.data, server.runner)
    for name in FOLDERS:
        if (source / name).exists():
            shutil.copytree(source / name, data_dir / name)
    try:
        server.start(superuser_password="")
    finally:
        server.stop()
    return description


def _read_description(source: Path) -> Description:
    try:
        description = Description(**json.loads((source / DESCRIPTION).read_text("ascii")))
    except (OSError, ValueError, TypeError) as error:
        message = f"{source} is not a backup made by `tinhso backup` ({DESCRIPTION} is missing or unreadable)."
        raise BackupRefused(message) from error
    if description.postgres != postgres.MAJOR:
        message = f"{source} was made with PostgreSQL {description.postgres}; this is PostgreSQL {postgres.MAJOR}."
        raise BackupRefused(message)
    return description


def _hand_over(folder: Path, runner: postgres.Runner) -> None:
    """Gives a copied data folder to the account that postgres runs as."""
    folder.chmod(0o700)
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, runner.uid, runner.gid, follow_symlinks=False)


def _checked(command: list[str], *, env: dict[str, str] | None = None) -> None:
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", **(env or {})}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"{Path(command[0]).name} failed: {done.stderr.strip()[-1500:]}"
        raise BackupRefused(message)
