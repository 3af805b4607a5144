"""The inbox: who sees what, how it is counted, filtered and paged, and how much it asks of the database."""

import re
from datetime import timedelta

import pytest
from desk_samples import NOW, account, file_dossier, officer, who
from django.conf import settings
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from tinhso.cases import inbox as lists
from tinhso.cases.access import reach
from tinhso.identity.policy import Permission, Role
from tinhso.kernel.calendar import local_date
from tinhso.web.desk import filters

INBOX = "/ban-lam-viec/"
# Session, account, posts, packs in force, ten counts, lines, holders; the header: name, what waits, notices.
STATEMENTS = 12


def codes_on(page):
    return re.findall(r'href="/ban-lam-viec/(H53[^/"]+)/"', page.content.decode())


def statements(client, path):
    client.get(path)  # what a process remembers for good is asked once
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_somebody_who_did_not_sign_in_does_so_first(province, client):
    assert client.get(INBOX).headers["Location"].startswith("/dang-nhap/")


def test_a_citizen_is_told_that_the_desk_is_for_officers(province, at_desk):
    assert at_desk(account("Nguyễn Thị Mẫu")).get(INBOX).status_code == 403


def test_an_empty_inbox_says_what_comes_next(ward, at_desk):
    page = at_desk(ward.counter).get(INBOX).content.decode()
    assert "Không còn việc chờ" in page
    assert "Hồ sơ mới sẽ hiện ở đây." in page


def test_officers_see_their_own_ward_only(ward, at_desk):
    citizen = account("Nguyễn Thị Mẫu")
    here, there = file_dossier(citizen), file_dossier(citizen, agency="H53.31.03")
    assert codes_on(at_desk(ward.counter).get(INBOX)) == [here]
    assert codes_on(at_desk(ward.neighbour).get(INBOX)) == [there]


def test_a_post_for_other_fields_does_not_see_it(ward, at_desk):
    file_dossier(account("Nguyễn Thị Mẫu"))
    builder = officer("Đặng Văn Xây", Role.SPECIALIST, fields=("construction",))
    assert codes_on(at_desk(builder).get(INBOX + "?xem=agency")) == []


def test_new_dossiers_are_the_counters_work_and_not_the_leaders(ward, at_desk):
    file_dossier(account("Nguyễn Thị Mẫu"))
    assert len(codes_on(at_desk(ward.counter).get(INBOX))) == 1
    leader = at_desk(ward.leader)
    assert codes_on(leader.get(INBOX)) == []
    assert len(codes_on(leader.get(INBOX + "?xem=agency"))) == 1


def test_urgencies_are_disjoint_and_lead_to_what_they_count(ward, at_desk):
    citizen = account("Nguyễn Thị Mẫu")
    late = file_dossier(citizen, at=NOW - timedelta(days=30))
    new = file_dossier(citizen)
    client = at_desk(ward.counter)
    assert codes_on(client.get(INBOX + "?han=late")) == [late]
    assert codes_on(client.get(INBOX + "?han=new")) == [new]
    assert codes_on(client.get(INBOX + "?han=stopped")) == []


def test_filters_stay_in_the_form_and_as_pills(ward, at_desk):
    file_dossier(account("Nguyễn Thị Mẫu"))
    page = at_desk(ward.counter).get(INBOX + "?q=mau&kenh=online&tu=01/10/2026&buoc=receive").content.decode()
    assert 'value="mau"' in page
    assert '<option value="online" selected>' in page
    assert "Nhận từ 01/10/2026" in page
    assert "Bỏ hết điều kiện" in page


def test_an_impossible_day_is_told_beside_its_field_and_kept(ward, at_desk):
    page = at_desk(ward.counter).get(INBOX + "?tu=31/31/2026").content.decode()
    assert 'value="31/31/2026"' in page
    assert "Viết ngày như 01/10/2026" in page


def test_nothing_found_says_how_many_conditions_there_are(ward, at_desk):
    page = at_desk(ward.counter).get(INBOX + "?q=khongco&kenh=post").content.decode()
    assert "Không có hồ sơ khớp 2 điều kiện" in page


@pytest.mark.parametrize("text", ["Mẫu", "nguyen mau", "H53.31.02-2611", "072196000412", "412"])
def test_a_dossier_is_found_by_name_code_number_and_phone(ward, at_desk, text):
    code = file_dossier(account("Nguyễn Thị Mẫu"))
    client = at_desk(ward.counter)
    assert codes_on(client.get(INBOX, {"q": text})) == [code]
    assert codes_on(client.get("/ban-lam-viec/tra-cuu/", {"q": text})) == [code]
    assert codes_on(at_desk(ward.neighbour).get("/ban-lam-viec/tra-cuu/", {"q": text})) == []


@pytest.mark.parametrize("text", ["%", "'", "a:*", "!", "\\", "& |", "( )", "H%1"])
def test_signs_of_sql_are_only_signs(ward, at_desk, text):
    file_dossier(account("Nguyễn Thị Mẫu"))
    assert codes_on(at_desk(ward.counter).get("/ban-lam-viec/tra-cuu/", {"q": text})) == []


def test_pages_follow_one_another_without_gap_or_repeat(ward):
    citizen = account("Nguyễn Thị Mẫu")
    filed = [file_dossier(citizen, at=NOW - timedelta(days=n % 9, hours=1)) for n in range(11)]
    request = RequestFactory().get("/")
    request.at, request.today = NOW, local_date(NOW)
    wanted = filters.basis(request, who(ward.counter), "mine")
    seen, after = [], ""
    while True:
        page = lists.page(wanted, after=after, limit=4)
        seen += [line.code for line in page.lines]
        if not page.next_cursor:
            break
        after = page.next_cursor
    assert sorted(seen) == sorted(filed)
    dues = [line.due_at for line in lists.page(wanted, limit=50).lines]
    assert dues == sorted(dues)


def test_a_cursor_that_nobody_made_begins_anew(ward, at_desk):
    code = file_dossier(account("Nguyễn Thị Mẫu"))
    for cursor in ("x", "~", "2026-99-99~1", "2026-01-01T00:00~not-an-id"):
        assert codes_on(at_desk(ward.counter).get(INBOX, {"sau": cursor})) == [code]


def test_the_inbox_asks_the_same_of_the_database_however_long_it_is(ward, at_desk):
    client, citizen = at_desk(ward.counter), account("Nguyễn Thị Mẫu")
    file_dossier(citizen)
    few = statements(client, INBOX)
    for _ in range(12):
        file_dossier(citizen)
    assert statements(client, INBOX) == few
    assert few <= STATEMENTS


def test_counts_stop_at_their_bound(ward, monkeypatch):
    citizen = account("Nguyễn Thị Mẫu")
    monkeypatch.setattr(lists, "COUNT_LIMIT", 2)
    for _ in range(5):
        file_dossier(citizen)
    wanted = lists.Wanted(reach=reach(who(ward.counter), Permission.DOSSIER_VIEW), now=NOW, soon_until=NOW)
    assert lists.counts({"all": wanted}) == {"all": 3}


def test_an_administrator_reads_no_dossier_and_is_led_to_the_administration(ward, at_desk, monkeypatch):
    monkeypatch.setattr(settings, "DEMO", True)  # the second factor is asked for, not forced
    code = file_dossier(account("Nguyễn Thị Mẫu"))
    client = at_desk(officer("Trịnh Quản", Role.ADMINISTRATOR, agency="H53"))
    assert client.get(INBOX).headers["Location"] == "/ban-lam-viec/quan-tri/"
    assert client.get(f"/ban-lam-viec/{code}/").status_code == 404
    for page in ("goi", "su-co", "nhat-ky", "chua-xac-minh"):
        assert client.get(f"/ban-lam-viec/quan-tri/{page}/").status_code == 200


def test_the_administration_is_closed_to_other_posts(ward, at_desk):
    client = at_desk(ward.counter)
    for page in ("", "goi/", "su-co/", "nhat-ky/", "chua-xac-minh/"):
        assert client.get(f"/ban-lam-viec/quan-tri/{page}").status_code == 403


def test_the_inbox_speaks_english_too(ward, at_desk):
    file_dossier(account("Nguyễn Thị Mẫu"))
    page = at_desk(ward.counter).get("/en" + INBOX).content.decode()
    assert "My work" in page
    assert "1 dossier<" in page
