"""Invariant 12, and the journal's own: a province's month of dossiers leaves no person in logs, entries or failures."""

import io
import json
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest
import structlog
from django.db import connection

from tinhso.journal.follow import run_once
from tinhso.journal.jobs import run_jobs
from tinhso.site import demo, logs

# Every column in which a person of these dossiers stands, as the tables of the rooms hold them.
PERSONS = """\
SELECT applicant_name FROM cases_dossier UNION SELECT applicant_personal_id FROM cases_dossier
 UNION SELECT applicant_phone FROM cases_dossier UNION SELECT applicant_email FROM cases_dossier
 UNION SELECT applicant_key FROM cases_dossier UNION SELECT full_name FROM identity_person
 UNION SELECT personal_id FROM identity_person UNION SELECT phone FROM identity_person
 UNION SELECT residence_line FROM identity_person UNION SELECT email FROM identity_account
 ORDER BY 1 LIMIT 1000"""
ENTRIES = "SELECT data::text || meta::text || subject || unit FROM journal_entry ORDER BY seq LIMIT 20000"
FAILURES = "SELECT name || error FROM journal_failure ORDER BY job_id LIMIT 1000"
LETTERS_MIN = 6


def column(statement: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]


def marks(values: Iterable[str]) -> set[str]:
    """Values long enough to mean somebody; in JSON, letters with marks are escaped."""
    kept = {value.strip() for value in values if value and len(value.strip()) >= LETTERS_MIN}
    return kept | {json.dumps(value)[1:-1] for value in kept}


def named(text: str, persons: Iterable[str]) -> list[str]:
    folded = text.casefold()
    return sorted(person for person in persons if person.casefold() in folded)


@pytest.fixture
def said() -> Iterable[Callable[[], str]]:
    """What every logger of the process said meanwhile."""
    logs.configure()
    stream = io.StringIO()
    handler = next(
        each for each in logging.getLogger().handlers if isinstance(each.formatter, structlog.stdlib.ProcessorFormatter)
    )
    before = handler.setStream(stream)
    yield stream.getvalue
    handler.setStream(before)


@pytest.mark.slow
def test_a_month_of_dossiers_names_nobody_in_logs_entries_or_failures(province_db, said, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens: failing must not name the readers
    settings.DEMO = True
    demo.load(at=datetime.now(UTC))
    for _ in range(3):  # what happened, the notices that follow it, the letters that follow those
        run_once()
        run_jobs(raising=False)
    persons = marks(column(PERSONS))
    entries = column(ENTRIES)
    assert len(persons) > 50
    assert len(entries) > 200
    assert "letter_not_sent" in said()
    assert named(said(), persons) == []
    assert named("\n".join(entries), persons) == []
    assert named("\n".join(column(FAILURES)), persons) == []


def test_a_name_is_noticed_however_it_is_written():
    persons = marks(["Nguyễn Thị Hồng", "072095001234"])
    assert named('{"x": "Nguyễn Thị Hồng"}', persons)
    assert named(json.dumps({"x": "Nguyễn Thị Hồng"}), persons)
    assert named("filed by 072095001234", persons)
    assert not named("filed by 019", persons)
