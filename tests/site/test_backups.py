"""Backup and restore: everything comes back, damage is noticed, nothing is overwritten."""

import shutil

import psycopg
import pytest

from tinhso.site import backups, database, environ, postgres, processes, secrets_folder
from tinhso.site.throwaway import Throwaway, new_folder


@pytest.fixture
def folders():
    """Two data folders that the server's account may enter."""
    made = new_folder(), new_folder()
    yield made
    for folder in made:
        Throwaway(folder).end()


def _owner(data_dir) -> str:
    password = secrets_folder.read(data_dir, "owner_password")
    return database.url(postgres.Server(data_dir).running(), user="tinhso_owner", password=password)


@pytest.fixture
def province(folders):
    """A running province with one row and one file."""
    data_dir = folders[0]
    server = processes.start_own_database(data_dir)
    with psycopg.connect(_owner(data_dir)) as db:
        db.execute("CREATE TABLE dossier (code text)")
        db.execute("INSERT INTO dossier VALUES ('000-1')")
    (data_dir / "files" / "ab").mkdir(parents=True)
    (data_dir / "files" / "ab" / "abcd").write_bytes(b"%PDF")
    yield environ.Environment(data_dir=data_dir)
    server.stop()


def test_what_was_there_is_there_again(province, folders):
    target = folders[1] / "backup"
    made = backups.backup(province, target)
    assert made.files == 1
    assert target.stat().st_mode & 0o077 == 0, "a backup holds secrets"

    restored = folders[1] / "restored"
    restored.mkdir(mode=0o755)
    backups.restore(target, restored)
    server = processes.start_own_database(restored)
    with psycopg.connect(_owner(restored)) as db:
        assert db.execute("SELECT code FROM dossier").fetchall() == [("000-1",)]
        db.execute("INSERT INTO dossier VALUES ('000-2')")
    assert (restored / "files" / "ab" / "abcd").read_bytes() == b"%PDF"
    assert secrets_folder.read(restored, "secret_key") == secrets_folder.read(province.data_dir, "secret_key")
    server.stop()


def test_a_file_that_is_swept_or_added_while_the_backup_runs_is_in_it(province, folders, monkeypatch):
    files = province.data_dir / "files" / "ab"
    copy_database = backups._copy_database

    def meanwhile(data_dir, target):
        (files / "abcd").unlink()
        (files / "abef").write_bytes(b"%PDF 2")
        copy_database(data_dir, target)

    monkeypatch.setattr(backups, "_copy_database", meanwhile)
    made = backups.backup(province, folders[1] / "backup")
    assert made.files == 2
    assert {path.name for path in (folders[1] / "backup" / "files").rglob("*") if path.is_file()} == {"abcd", "abef"}


def test_a_damaged_backup_is_refused_before_anything_is_written(province, folders):
    target = folders[1] / "backup"
    backups.backup(province, target)
    (target / "database" / "global" / "pg_control").write_bytes(b"damaged")
    restored = folders[1] / "restored"
    restored.mkdir(mode=0o755)
    with pytest.raises(backups.BackupRefused, match="pg_verifybackup failed"):
        backups.restore(target, restored)
    assert not (restored / "postgres" / "data").exists()
    assert not (restored / "files").exists()


def test_a_folder_that_holds_a_province_is_not_overwritten(province, folders):
    target = folders[1] / "backup"
    backups.backup(province, target)
    with pytest.raises(backups.BackupRefused, match="already holds a province"):
        backups.restore(target, province.data_dir)


def test_a_full_target_is_refused(province, folders):
    (folders[1] / "something").touch()
    with pytest.raises(backups.BackupRefused, match="is not empty"):
        backups.backup(province, folders[1])


def test_another_folder_is_not_taken_for_a_backup(folders):
    with pytest.raises(backups.BackupRefused, match=r"backup\.json is missing"):
        backups.restore(folders[0], folders[1])


def test_a_backup_of_another_major_version_is_refused(province, folders):
    target = folders[1] / "backup"
    backups.backup(province, target)
    description = target / backups.DESCRIPTION
    description.write_text(description.read_text().replace('"postgres": "18"', '"postgres": "17"'))
    with pytest.raises(backups.BackupRefused, match="made with PostgreSQL 17; this is PostgreSQL 18"):
        backups.restore(target, folders[1] / "restored")
    shutil.rmtree(target)


def test_a_server_of_somebody_else_is_left_to_them(folders):
    elsewhere = environ.Environment(data_dir=folders[0], database_url="postgresql://elsewhere")
    with pytest.raises(backups.BackupRefused, match="back it up by its means"):
        backups.backup(elsewhere, folders[1] / "backup")
