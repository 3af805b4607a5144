"""Telling: once, in the reader's language, and only to the reader."""

from uuid import uuid4

import pytest
from notice_samples import NOON, VALUES

from tinhso.identity import actions as identity
from tinhso.journal.queries import entries_of
from tinhso.kernel.canonical import canonical
from tinhso.notices import actions, queries
from tinhso.notices.models import Channel, Delivery, Notice

pytestmark = pytest.mark.usefixtures("texts")


def tell(account, *, entry=None, kind="dossier_submitted", link="/ho-so/H53/", values=VALUES):
    return actions.tell(entry_id=entry or uuid4(), to=account.id, kind=kind, values=values, link=link, at=NOON)


def test_a_notice_is_kept_in_the_readers_language(make_reader):
    vi, en = make_reader("a@example.vn"), make_reader("b@example.vn", language="en")
    tell(vi)
    tell(en)
    (one,), (two,) = queries.notices_of(vi.id), queries.notices_of(en.id)
    assert one.subject == "Đã nhận hồ sơ H53.31.02-261120-0001"
    assert "Thủ tục: Đăng ký khai sinh" in one.body
    assert "09:14, thứ Sáu, 20/11/2026" in one.body
    assert one.link == "/ho-so/H53/"
    assert "Procedure: Birth registration" in two.body
    assert two.link == "/en/ho-so/H53/"


def test_told_again_about_the_same_entry_nothing_happens(make_reader):
    account, entry = make_reader(), uuid4()
    first = tell(account, entry=entry)
    assert first is not None
    for kind in ("dossier_submitted", "dossier_accepted"):
        assert tell(account, entry=entry, kind=kind) is None
    assert Notice.objects.count() == 1
    assert Delivery.objects.count() == 2
    assert [entry.kind for entry in entries_of(str(first))] == ["notices.notice.told"]


def test_two_accounts_are_told_about_one_entry(make_reader):
    entry = uuid4()
    assert tell(make_reader("a@example.vn"), entry=entry)
    assert tell(make_reader("b@example.vn"), entry=entry)


def test_officers_are_told_in_the_account_only(make_reader):
    tell(make_reader(), kind="dossier_handed_on")
    assert [delivery.channel for delivery in Delivery.objects.all()] == [Channel.IN_APP]


def test_nobody_is_told_who_is_gone_or_closed(make_reader):
    account = make_reader()
    identity.close_account(by=None, account_id=account.id, at=NOON)
    assert tell(account) is None
    assert actions.tell(entry_id=uuid4(), to=uuid4(), kind="dossier_submitted", values=VALUES, at=NOON) is None


def test_a_kind_without_a_text_is_an_error_that_is_tried_again(make_reader):
    with pytest.raises(actions.NoNoticeText):
        tell(make_reader(), kind="dossier_lost")


@pytest.mark.parametrize("link", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "ho-so/"])
def test_a_link_stays_in_the_house(make_reader, link):
    account = make_reader()
    tell(account, link=link)
    assert queries.notices_of(account.id)[0].link == ""


def test_only_its_reader_reads_a_notice_and_counts_it(make_reader):
    reader, stranger = make_reader("a@example.vn"), make_reader("b@example.vn")
    key = tell(reader)
    assert queries.unread_count(reader.id) == 1
    assert queries.unread_count(stranger.id) == 0
    assert [line.id for line in queries.unread(reader.id)] == [key]
    assert queries.unread(stranger.id) == []
    assert queries.notice(stranger.id, key) is None
    assert not actions.mark_read(by=stranger.id, notice_id=key, at=NOON)
    assert actions.mark_read(by=reader.id, notice_id=key, at=NOON)
    assert not actions.mark_read(by=reader.id, notice_id=key, at=NOON)
    assert queries.unread_count(reader.id) == 0


def test_the_count_of_unread_is_bounded(make_reader, django_assert_num_queries):
    account = make_reader()
    rows = [
        Notice(account_id=account.id, entry_id=uuid4(), kind="x", language="vi", subject="s", body="b", told_at=NOON)
        for _ in range(queries.UNREAD_MAX + 20)
    ]
    Notice.objects.bulk_create(rows)
    with django_assert_num_queries(1):
        assert queries.unread_count(account.id) == queries.UNREAD_MAX + 1
    assert actions.mark_all_read(by=account.id, at=NOON) == queries.UNREAD_MAX + 20


def test_the_list_goes_on_where_it_stopped(make_reader):
    account = make_reader()
    keys = {tell(account) for _ in range(5)}
    first = queries.notices_of(account.id, limit=3)
    rest = queries.notices_of(account.id, before=(first[-1].told_at, first[-1].id), limit=3)
    assert {line.id for line in (*first, *rest)} == keys
    assert len(rest) == 2


def test_the_journal_is_told_the_kind_and_the_cause_and_no_words(make_reader):
    key = tell(make_reader())
    (entry,) = entries_of(str(key))
    said = canonical(dict(entry.data)).decode().lower()
    assert "dossier_submitted" in said
    for mark in ("dấuvết", "dauvet", "h53.31.02", "khai sinh"):
        assert mark not in said


def test_telling_outside_a_transaction_is_a_bug(make_reader, settings):
    from django.db import connection

    from tinhso.journal.append import NotInTransaction

    account = make_reader()
    before, connection.in_atomic_block = connection.in_atomic_block, False
    try:
        with pytest.raises(NotInTransaction):
            actions.tell_step(entry_id=uuid4(), to=account.id, kind="dossier_submitted", values=VALUES, at=NOON)
    finally:
        connection.in_atomic_block = before
