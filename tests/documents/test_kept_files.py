"""What is kept: content once, rows that are never broken, and what nobody takes up is let go."""

import hashlib
import os
import stat
import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from made_files import pdf, picture
from small_world import NOON, account, fail_after

from tinhso.documents import actions, files, queries
from tinhso.documents.models import Document, File
from tinhso.documents.queries import Holder
from tinhso.documents.rules import DocumentUnknown, MediaType
from tinhso.identity.rules import Subject
from tinhso.journal import queries as journal
from tinhso.journal.append import NotInTransaction


def stored_names():
    return sorted(files.stored())


def test_an_upload_is_kept_byte_for_byte_with_what_it_is(committed_db, citizen):
    content = pdf(pages=3)
    kept = actions.store(by=citizen, content=content, name="Giấy chứng sinh.pdf", purpose="draft.birth_proof", at=NOON)
    assert (kept.media_type, kept.pages, kept.size_bytes) == (MediaType.PDF, 3, len(content))
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    found, stream = queries.open_document(kept.id)
    with stream:
        assert stream.read() == content
    assert (found.name, found.added_by, found.holder) == ("Giấy chứng sinh.pdf", citizen.account_id, None)


def test_storing_is_told_in_the_journal_without_the_name(committed_db, citizen):
    kept = actions.store(by=citizen, content=pdf(), name="Nguyễn Thị Mẫu.pdf", purpose="draft.proof", at=NOON)
    (entry,) = journal.entries_of(kept.id)
    assert entry.kind == "documents.document.stored"
    assert entry.data["sha256"] == kept.sha256
    assert "Mẫu" not in str(entry)


def test_only_the_house_can_read_the_folder(committed_db, citizen, own_folder):
    kept = actions.store(by=citizen, content=pdf(), name="giấy.pdf", purpose="draft.proof", at=NOON)
    path = files.path_of(kept.sha256)
    assert path.is_relative_to(own_folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_same_upload_sent_twice_is_one_document(committed_db, citizen):
    content = picture()
    first, second = (
        actions.store(by=citizen, content=content, name="ảnh.jpg", purpose="draft.proof", at=NOON) for _ in range(2)
    )
    assert first.id == second.id
    assert len(journal.entries_of(first.id)) == 1


def test_one_content_of_two_people_is_one_file_and_two_documents(committed_db, citizen):
    other = Subject(account_id=account("khac@example.vn").id)
    content = pdf()
    kept = [
        actions.store(by=by, content=content, name="giấy.pdf", purpose="draft.proof", at=NOON)
        for by in (citizen, other, None)
    ]
    assert len({one.id for one in kept}) == 3
    assert File.objects.count() == 1
    assert len(stored_names()) == 1


def test_many_at_once_with_the_same_content_make_one_file(committed_db, citizen):
    content, found, failed = pdf(pages=2), [], []

    def send():
        try:
            found.append(actions.store(by=citizen, content=content, name="giấy.pdf", purpose="draft.proof", at=NOON).id)
        except DatabaseError as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(set(found)) == 1
    assert (File.objects.count(), Document.objects.count()) == (1, 1)


def test_a_crash_between_file_and_row_leaves_no_row_and_is_swept(committed_db, citizen, monkeypatch):
    def die(*_args, **_values):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(actions, "_write_rows", die)
        with pytest.raises(KeyboardInterrupt):
            actions.store(by=citizen, content=pdf(), name="giấy.pdf", purpose="draft.proof", at=NOON)
    assert (File.objects.count(), Document.objects.count()) == (0, 0)
    assert len(stored_names()) == 1
    assert actions.sweep_files() == 1
    assert stored_names() == []


def test_a_transaction_rolled_back_leaves_no_row_and_later_content_is_whole(committed_db, citizen, keep):
    content = pdf()
    with pytest.raises(RuntimeError):
        fail_after(lambda: actions.keep(by=citizen, content=content, name="giấy.pdf", purpose="tests", at=NOON))
    assert Document.objects.count() == 0
    assert files.is_intact(keep(content).sha256)


def test_an_upload_that_dies_halfway_leaves_nothing_under_its_name(committed_db, citizen, own_folder):
    class Breaks:
        def __init__(self):
            self.parts = [b"%PDF-1.7", ConnectionResetError()]

        def read(self, _size=-1):
            part = self.parts.pop(0)
            if isinstance(part, Exception):
                raise part
            return part

    with pytest.raises(ConnectionResetError):
        actions.store(by=citizen, content=Breaks(), name="giấy.pdf", purpose="draft.proof", at=NOON)
    assert stored_names() == []
    assert list((own_folder / "incoming").iterdir()) == []


def test_what_a_dead_process_left_incoming_is_removed_after_a_day(committed_db, own_folder):
    left = own_folder / "incoming" / "left"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"%PDF")
    assert actions.sweep_files() == 0
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(left, (two_days_ago, two_days_ago))
    assert actions.sweep_files() == 1


def test_sweeping_keeps_what_a_row_names(committed_db, keep):
    kept = keep(pdf())
    assert actions.sweep_files() == 0
    assert files.is_intact(kept.sha256)


def test_a_damaged_content_is_noticed_and_healed_by_the_same_upload(committed_db, keep):
    content = pdf()
    kept = keep(content)
    files.path_of(kept.sha256).write_bytes(b"something else")
    assert queries.damaged([kept.sha256]) == [kept.sha256]
    keep(content)
    assert queries.damaged([kept.sha256]) == []


# ---- holders


def test_documents_attached_to_a_dossier_are_found_by_it(db, citizen, keep):
    dossier = Holder("cases.dossier", uuid4())
    one, two = keep(pdf(), by=citizen), keep(picture(), "ảnh.jpg", by=citizen)
    with transaction.atomic():
        actions.attach(document_ids=[one.id, two.id], holder=dossier, added_by=citizen.account_id)
    assert [held.id for held in queries.documents_of(dossier)] == [one.id, two.id]
    assert queries.documents_of(Holder("cases.draft", dossier.id)) == []


def test_attaching_twice_changes_nothing_and_a_strangers_document_is_unknown(db, citizen, keep):
    dossier = Holder("cases.dossier", uuid4())
    mine, strange = keep(pdf(), by=citizen), keep(pdf(), by=Subject(account_id=account("khac@example.vn").id))
    with transaction.atomic():
        for _ in range(2):
            actions.attach(document_ids=[mine.id, mine.id], holder=dossier, added_by=citizen.account_id)
    for document_id in (strange.id, uuid4()):
        with pytest.raises(DocumentUnknown), transaction.atomic():
            actions.attach(document_ids=[mine.id, document_id], holder=dossier, added_by=citizen.account_id)
    with pytest.raises(DocumentUnknown), transaction.atomic():
        actions.attach(document_ids=[mine.id], holder=Holder("cases.dossier", uuid4()), added_by=citizen.account_id)


def test_a_draft_hands_its_documents_over_to_the_dossier(db, citizen, keep):
    draft, dossier = Holder("cases.draft", uuid4()), Holder("cases.dossier", uuid4())
    kept = keep(pdf(), by=citizen, holder=draft)
    assert keep(pdf(), by=citizen, holder=draft).id == kept.id
    with transaction.atomic():
        assert actions.hand_over(giver=draft, receiver=dossier) == 1
    assert queries.document(kept.id).holder == dossier


def test_a_held_file_may_be_sent_again(db, citizen, keep):
    first = keep(pdf(), by=citizen)
    dossier = Holder("cases.dossier", uuid4())
    with transaction.atomic():
        actions.attach(document_ids=[first.id], holder=dossier, added_by=citizen.account_id)
    second = keep(pdf(), by=citizen)
    assert second.id != first.id
    with transaction.atomic():
        actions.attach(document_ids=[second.id], holder=dossier, added_by=citizen.account_id)
    assert len(queries.documents_of(dossier)) == 2


def test_steps_ask_for_a_transaction(committed_db):
    holder = Holder("cases.dossier", uuid4())
    for step in (
        lambda: actions.keep(by=None, content=pdf(), name="giấy.pdf", purpose="tests", at=NOON),
        lambda: actions.attach(document_ids=[], holder=holder, added_by=None),
        lambda: actions.hand_over(giver=holder, receiver=holder),
        lambda: actions.discard(by=None, document_id=uuid4(), at=NOON),
    ):
        with pytest.raises(NotInTransaction):
            step()


# ---- letting go


def test_uploads_that_nobody_takes_up_go_after_thirty_days_with_their_content(committed_db, citizen, keep):
    abandoned = keep(pdf(), by=citizen, at=NOON - timedelta(days=31))
    fresh = keep(pdf(pages=2), by=citizen, at=NOON - timedelta(days=29))
    held = keep(pdf(pages=3), by=citizen, holder=Holder("cases.dossier", uuid4()), at=NOON - timedelta(days=400))
    assert actions.discard_abandoned(at=NOON) == 1
    assert actions.discard_abandoned(at=NOON) == 0
    assert actions.sweep_files() == 1
    assert {row.id for row in Document.objects.all()} == {fresh.id, held.id}
    assert stored_names() == sorted([fresh.sha256, held.sha256])
    assert [entry.kind for entry in journal.entries_of(abandoned.id)][-1] == "documents.document.discarded"


def test_what_a_row_above_points_at_is_never_let_go(committed_db, owner_dsn, citizen, keep):
    import psycopg

    pointed = keep(pdf(), by=citizen, at=NOON - timedelta(days=31))
    other = keep(pdf(pages=2), by=citizen, at=NOON - timedelta(days=31))
    with psycopg.connect(owner_dsn, autocommit=True) as owner:
        owner.execute(
            "CREATE TABLE above (document_id uuid REFERENCES documents_document DEFERRABLE INITIALLY DEFERRED)"
        )
        owner.execute("INSERT INTO above VALUES (%s)", [pointed.id])
    assert actions.discard_abandoned(at=NOON) == 1
    assert [row.id for row in Document.objects.all()] == [pointed.id]
    assert queries.document(pointed.id).id == pointed.id
    with pytest.raises(DocumentUnknown):
        queries.document(other.id)


def test_a_document_taken_back_is_gone_and_its_content_with_the_last_one(committed_db, citizen, keep):
    one, other = keep(pdf(), by=citizen), keep(pdf(), "khác.pdf", by=citizen)
    with transaction.atomic():
        actions.discard(by=citizen, document_id=one.id, at=NOON)
        actions.discard(by=citizen, document_id=one.id, at=NOON)
    actions.discard_abandoned(at=NOON)
    assert actions.sweep_files() == 0
    with transaction.atomic():
        actions.discard(by=citizen, document_id=other.id, at=NOON)
    actions.discard_abandoned(at=NOON)
    assert actions.sweep_files() == 1
