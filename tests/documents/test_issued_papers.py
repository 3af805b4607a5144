"""Papers that the house stands for: printed once for a cause, checked by anyone, revoked with a reason."""

import io
import json
import threading
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from pypdf import PdfReader
from small_world import NOON, fail_after
from test_printed_papers import words_of

from tinhso.documents import papers, queries
from tinhso.documents import print as printing
from tinhso.documents.models import Document, IssuedPaper
from tinhso.documents.queries import Holder
from tinhso.documents.rules import FileTooLarge, PaperUnknown
from tinhso.journal import queries as journal
from tinhso.journal.append import NotInTransaction

PERSON = "Nguyễn Thị Mẫu"


@pytest.fixture
def receipt(published, listed):
    """Form 01 of a dossier, as the room above asks for it."""
    sample = next(one.sample for one in listed.templates if one.id == "form-01")
    dossier = uuid4()
    return papers.Paper(
        template="form-01",
        name="Giấy tiếp nhận H53.31.02-261109-0117.pdf",
        data=sample,
        subject=dossier,
        code="H53.31.02-261109-0117",
        agency_code="H53.31.02.01",
        facts={"procedure": "1.012784", "due_at": "2026-11-26T17:00"},
        holder=Holder("cases.dossier", dossier),
        cause=uuid4(),
    )


def test_a_paper_is_printed_kept_and_known_by_its_token(receipt, citizen):
    issued = papers.issue(by=citizen, paper=receipt, at=NOON)
    found = queries.paper_by_token(issued.token)
    assert found == issued
    assert found.stands
    kept, stream = queries.open_document(issued.document_id)
    with stream:
        pdf = stream.read()
    assert kept.holder == receipt.holder
    assert kept.sha256 == issued.sha256
    assert f"/kiem-tra/{issued.token}" in words_of(pdf).replace(" ", "")


def test_a_token_is_found_as_people_type_it_and_nothing_else_is(receipt):
    token = papers.issue(by=None, paper=receipt, at=NOON).token
    assert queries.paper_by_token(f" {token[:13].upper()} {token[13:]}\n").token == token
    for given in ("", "x", token[:-1], token + "a", "'; DROP TABLE", papers.new_token()):
        with pytest.raises(PaperUnknown):
            queries.paper_by_token(given)


def test_tokens_cannot_be_guessed():
    tokens = {papers.new_token() for _ in range(2_000)}
    assert len(tokens) == 2_000
    assert all(len(token) == 26 for token in tokens)


def test_the_checking_page_and_the_journal_show_no_person(receipt):
    issued = papers.issue(by=None, paper=receipt, at=NOON)
    entries = journal.entries_of(issued.id)
    assert [entry.kind for entry in entries] == ["documents.paper.issued"]
    assert PERSON not in str(issued)
    assert PERSON not in str(entries)


def test_one_cause_gives_one_paper_however_often_it_is_asked_for(receipt):
    first = papers.issue(by=None, paper=receipt, at=NOON)
    assert papers.issue(by=None, paper=receipt, at=NOON) == first
    other = papers.issue(by=None, paper=replace(receipt, cause=uuid4()), at=NOON)
    assert other.id != first.id
    assert len(queries.papers_of(receipt.subject)) == 2


def test_a_printed_file_sent_back_is_known_and_a_changed_one_is_not(receipt):
    issued = papers.issue(by=None, paper=receipt, at=NOON)
    _, stream = queries.open_document(issued.document_id)
    with stream:
        pdf = stream.read()
    assert queries.paper_by_content(io.BytesIO(pdf)).id == issued.id
    with pytest.raises(PaperUnknown):
        queries.paper_by_content(pdf + b"\n")
    with pytest.raises(FileTooLarge):
        queries.paper_by_content(bytes(21 * 1024 * 1024))


def test_a_revoked_paper_is_known_and_says_that_it_no_longer_stands(receipt, citizen):
    issued = papers.issue(by=None, paper=receipt, at=NOON)
    for _ in range(2):
        with transaction.atomic():
            papers.revoke_paper(by=citizen, paper_id=issued.id, reason="Cấp nhầm hồ sơ", at=NOON)
    found = queries.paper_by_token(issued.token)
    assert (found.stands, found.revoked_reason) == (False, "Cấp nhầm hồ sơ")
    kinds = [entry.kind for entry in journal.entries_of(issued.id)]
    assert kinds == ["documents.paper.issued", "documents.paper.revoked"]
    with pytest.raises(PaperUnknown), transaction.atomic():
        papers.revoke_paper(by=None, paper_id=uuid4(), reason="x", at=NOON)


def test_an_action_above_that_fails_issues_nothing(receipt):
    with pytest.raises(RuntimeError):
        fail_after(lambda: papers.issue_paper(by=None, paper=receipt, at=NOON))
    assert (IssuedPaper.objects.count(), Document.objects.count()) == (0, 0)
    with pytest.raises(NotInTransaction):
        papers.issue_paper(by=None, paper=receipt, at=NOON)


def test_papers_are_printed_in_many_threads_at_once(receipt):
    found, failed = [], []

    def issue():
        try:
            found.append(papers.issue(by=None, paper=replace(receipt, cause=uuid4()), at=NOON).sha256)
        except Exception as error:  # noqa: BLE001  a thread's failure must reach the test
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(set(found)) == 6


# ---- templates in force


def test_a_template_is_taken_by_the_day_of_the_paper(published, listed):
    sample = next(one.sample for one in listed.templates if one.id == "application")
    pdf = printing.render("application", sample, on=date(2026, 11, 9))
    assert PdfReader(io.BytesIO(pdf)).metadata is not None
    assert printing.template("form-01", date(2026, 11, 9)).template.file == "form-01.typ"
    for template, day in (("form-99", date(2026, 11, 9)), ("form-01", date(2025, 12, 31))):
        with pytest.raises(printing.NoSuchTemplate):
            printing.render(template, sample, on=day)


def test_the_address_on_paper_is_the_provinces_own(published):
    assert papers.check_lines("abc")["qr"] == f"{settings.BASE_URL}/kiem-tra/abc"
    assert json.dumps(papers.check_lines("abc"))
