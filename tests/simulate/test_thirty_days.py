"""A small province lives for thirty days while its processes die and its people repeat themselves; then everything adds up.

A failure prints the seed: `make simulate SEED=…` repeats it.
"""

import logging
import re
import secrets
import time
from collections import Counter, defaultdict

import psycopg
import pytest
from django.conf import settings
from simulated_province import MARK, Province, count_entries, counted

from tinhso.cases.jobs import PRINTED, TOLD_TO_CITIZEN
from tinhso.cases.models import Dossier, Draft, Supplement
from tinhso.cases.rules import Kind, fold
from tinhso.documents.models import IssuedPaper
from tinhso.journal import queries as journal
from tinhso.journal import registry, verify
from tinhso.kernel.calendar import local_date
from tinhso.kernel.codes import DossierCode
from tinhso.notices.models import Notice
from tinhso.places import queries as places

DAYS = 30

pytestmark = pytest.mark.slow


@pytest.fixture
def counting(province_db, owner_dsn, monkeypatch):
    """A projection over every entry, with a table of its own that the application may write."""
    with psycopg.connect(owner_dsn, autocommit=True) as owner:
        owner.execute("CREATE TABLE simulated_count (entry uuid PRIMARY KEY, times int NOT NULL)")
    monkeypatch.setitem(
        registry.PROJECTIONS,
        "simulate.count",
        registry.Projection("simulate.count", frozenset({"*"}), "start", count_entries),
    )


@pytest.fixture
def lived_in(request, province_db, monkeypatch):
    """The province of a seed; the seed is told when something fails."""
    monkeypatch.setattr(settings, "DEMO", True)
    seed = request.config.getoption("--seed") or secrets.randbelow(1_000_000)
    days = request.config.getoption("--days") or DAYS
    print(f"\nsimulated province: make simulate SEED={seed} DAYS={days}")
    return Province(seed=seed, days=days)


def entries_by_dossier():
    found = defaultdict(list)
    for dossier_id in Dossier.objects.values_list("id", flat=True):
        found[dossier_id] = journal.entries_of(dossier_id, limit=1_000)
    return found


def test_after_thirty_days_of_storms_everything_adds_up(counting, lived_in, caplog, capfd):
    province = lived_in
    began = time.monotonic()
    with caplog.at_level(logging.DEBUG):
        province.live()
    dossiers = list(Dossier.objects.order_by("id"))
    entries = entries_by_dossier()
    repeat = f"SEED={province.seed} DAYS={province.days}"

    assert len(dossiers) >= province.days, repeat
    assert province.chaos.deaths > province.days, repeat

    states_follow_from_the_journal(dossiers, entries, repeat)
    each_form_became_one_dossier(dossiers, province, repeat)
    codes_are_dense(dossiers, repeat)
    deadlines_are_working_days(dossiers, repeat)
    papers_are_issued_once_for_their_cause(entries, repeat)
    citizens_are_told_once(dossiers, entries, repeat)
    each_entry_counts_once(repeat)
    the_journal_is_whole(repeat)
    nobody_is_named_outside_erasable_rows(entries, caplog, capfd, repeat)
    print(
        f"{len(dossiers)} dossiers, {journal.head()} entries, {province.chaos.deaths} deaths, "
        f"{province.repeated} repetitions, {province.refusals} refusals in {time.monotonic() - began:.0f} s ({repeat})"
    )


def states_follow_from_the_journal(dossiers, entries, repeat):
    for dossier in dossiers:
        own = entries[dossier.id]
        assert fold(entry.kind for entry in own) == dossier.state, f"{dossier.code} {repeat}"
        assert own[0].kind == Kind.SUBMITTED, f"{dossier.code} {repeat}"
        positions = [entry.position for entry in own]
        assert None not in positions, f"{dossier.code} {repeat}"
        assert positions == sorted(positions), f"{dossier.code} {repeat}"
        moves = sum(1 for entry in own if entry.kind not in (Kind.SUBMITTED, Kind.PAPER_JUDGED))
        assert dossier.moves == moves, f"{dossier.code} {repeat}"
        asked = sum(1 for entry in own if entry.kind == Kind.MORE_ASKED)
        assert Supplement.objects.filter(dossier=dossier).count() == asked == dossier.supplements_asked, repeat


def each_form_became_one_dossier(dossiers, province, repeat):
    assert len({(d.filed_by_id, d.form_key) for d in dossiers}) == len(dossiers), repeat
    assert {plan.dossier_id for plan in province.plans} == {d.id for d in dossiers}, repeat
    assert not Draft.objects.filter(id__in=[d.form_key for d in dossiers]).exists(), repeat


def codes_are_dense(dossiers, repeat):
    numbers = defaultdict(list)
    for dossier in dossiers:
        code = DossierCode(dossier.code)
        numbers[code.agency, code.day].append(code.number)
        assert (code.agency, code.day) == (dossier.agency_code, local_date(dossier.filed_at)), repeat
    for where, given in numbers.items():
        assert sorted(given) == list(range(1, len(given) + 1)), f"{where} {repeat}"


def deadlines_are_working_days(dossiers, repeat):
    for dossier in dossiers:
        for due_at in filter(None, (dossier.due_at, dossier.first_due_at)):
            calendar = places.calendar(local_date(due_at))
            assert calendar.is_working(local_date(due_at)), f"{dossier.code} {due_at} {repeat}"


def papers_are_issued_once_for_their_cause(entries, repeat):
    issued = Counter(IssuedPaper.objects.exclude(cause=None).values_list("cause", flat=True))
    for own in entries.values():
        for entry in own:
            assert issued.pop(entry.id, 0) == (1 if entry.kind in PRINTED else 0), f"{entry.kind} {repeat}"
    assert not issued, repeat


def citizens_are_told_once(dossiers, entries, repeat):
    told = Counter(Notice.objects.values_list("entry_id", "account_id"))
    assert set(told.values()) <= {1}, repeat
    for dossier in dossiers:
        for entry in entries[dossier.id]:
            expected = 1 if dossier.owner_id and entry.kind in TOLD_TO_CITIZEN else 0
            assert told[entry.id, dossier.owner_id] == expected, f"{entry.kind} {dossier.code} {repeat}"


def each_entry_counts_once(repeat):
    assert counted() == {1: journal.head()}, repeat


def the_journal_is_whole(repeat):
    findings = []
    summary = verify.verify(findings.append)
    assert findings == [], repeat
    assert summary.entries == journal.head(), repeat


def nobody_is_named_outside_erasable_rows(entries, caplog, capfd, repeat):
    assert Dossier.objects.filter(applicant_name__contains=MARK).exists(), (
        "the mark is nowhere, so nothing was looked for"
    )
    for own in entries.values():
        for entry in own:
            assert MARK not in f"{entry.data} {entry.meta}", f"{entry.kind} {repeat}"
    out, err = capfd.readouterr()
    said = f"{caplog.text}\n{out}\n{err}"
    assert not re.search(MARK, said, re.IGNORECASE), f"a person stands in the log {repeat}"
