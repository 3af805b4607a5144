"""One dossier: what is masked, its papers and files, verdicts, who can see it, and how much its page asks of the database."""

import re
from datetime import timedelta

import pytest
from desk_samples import NOW, account, file_dossier, officer, who
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tinhso.cases import queries
from tinhso.cases.access import access_dossier_by_code
from tinhso.cases.actions import moving
from tinhso.cases.actions.moving import MoreAsked
from tinhso.identity.policy import Permission, Role
from tinhso.places import queries as places

# Session, account, posts, packs of today and of the day it was filed, the dossier, its journal, files, issued papers,
# names; the header: three.
STATEMENTS = 14


@pytest.fixture
def code(ward, paper):
    files = [("application", paper, "to-khai.pdf"), ("identity", paper + b"\n", "can-cuoc.pdf")]
    return file_dossier(account("Nguyễn Thị Mẫu"), files=files)


def dossier(ward, code):
    return access_dossier_by_code(who(ward.leader), code, Permission.DOSSIER_VIEW)


def address(code, page=""):
    return f"/ban-lam-viec/{code}/{page}"


def page(client, code, tab="", **query):
    answer = client.get(address(code, tab), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_personal_number_and_a_phone_are_masked_until_they_are_asked_for(ward, at_desk, code):
    client = at_desk(ward.counter)
    shown = page(client, code)
    assert "072196••••••" in shown
    assert "072196000412" not in shown
    name = re.search(r'href="\?show=([^#"]+)#', shown)[1]
    assert "072196000412" in page(client, code, show=name)


def test_asking_for_a_masked_answer_writes_nothing(ward, at_desk, code):
    client = at_desk(ward.counter)
    name = re.search(r'href="\?show=([^#"]+)#', page(client, code))[1]
    with CaptureQueriesContext(connection) as asked:
        page(client, code, show=name)
    assert not [q["sql"] for q in asked if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]


def test_who_only_reads_gets_no_number_in_full(ward, at_desk, code):
    name = re.search(r'href="\?show=([^#"]+)#', page(at_desk(ward.counter), code))[1]
    auditor = at_desk(officer("Trần Kiểm Tra", Role.AUDITOR, agency="H53"))
    shown = page(auditor, code, show=name)
    assert "072196••••••" in shown
    assert "072196000412" not in shown
    assert 'href="?show=' not in shown


def test_the_flow_says_where_the_dossier_is_in_a_picture_and_in_a_table(ward, at_desk, code):
    shown = page(at_desk(ward.counter), code)
    assert shown.count("Ở đây") == 2
    assert "<svg viewBox=" in shown
    assert "Bảng các bước" in shown or "Xem các bước dạng bảng" in shown


def test_no_heading_is_empty(ward, at_desk, code):
    for tab in ("", "nhat-ky/"):
        assert "<h3></h3>" not in page(at_desk(ward.counter), code, tab)


def test_what_cannot_be_done_says_why(ward, at_desk, code):
    shown = page(at_desk(ward.counter), code)
    assert "Hồ sơ chưa được tiếp nhận." in shown
    assert "Chưa có quyết định." in shown


def test_both_ways_of_counting_appear_once_more_was_asked_for(ward, at_desk, code, clock):
    assert "Hai cách tính" not in page(at_desk(ward.counter), code)
    found = dossier(ward, code)
    moving.ask_for_more(
        by=who(ward.counter),
        dossier_id=found.id,
        asked=MoreAsked(("paper-missing",), (), "Thiếu trang 2."),
        calendar=places.calendar(NOW.date()),
        at=NOW,
    )
    clock.later(days=4)
    shown = page(at_desk(ward.counter), code)
    assert "Hai cách tính" in shown
    assert "Theo luật, tính lại từ đầu" in shown


# -- papers


def test_papers_are_looked_at_page_by_page(ward, at_desk, code):
    client = at_desk(ward.specialist)
    first = page(client, code, "giay-to/")
    assert "Trang 1 / 2" in first
    following = re.search(r'href="\?([^"]+trang=2)#papers"', first)[1].replace("&amp;", "&")
    second = client.get(address(code, "giay-to/") + "?" + following).content.decode()
    assert "Trang 2 / 2" in second
    picture = re.search(r'src="(/ban-lam-viec/[^"]+/trang/2/)"', second)[1]
    answer = client.get(picture)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_file_is_downloaded_exactly_as_it_was_sent(ward, at_desk, code, paper):
    file = queries.papers_of(dossier(ward, code).id)[0]
    answer = at_desk(ward.specialist).get(address(code, f"tep/{file.document_id}/"))
    assert b"".join(answer.streaming_content) == paper
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_file_of_another_dossier_is_not_reached_through_this_one(ward, at_desk, code, paper):
    other = file_dossier(account("Trần Văn Khác"), files=[("application", paper + b"%", "khac.pdf")])
    file = queries.papers_of(dossier(ward, other).id)[0]
    client = at_desk(ward.specialist)
    assert client.get(address(code, f"tep/{file.document_id}/")).status_code == 404
    assert client.get(address(code, f"tep/{file.document_id}/trang/1/")).status_code == 404
    assert at_desk(ward.neighbour).get(address(other, f"tep/{file.document_id}/")).status_code == 404


def test_a_page_that_the_paper_does_not_have_is_not_found(ward, at_desk, code):
    file = queries.papers_of(dossier(ward, code).id)[0]
    assert at_desk(ward.specialist).get(address(code, f"tep/{file.document_id}/trang/3/")).status_code == 404
    assert "Trang 2 / 2" in page(at_desk(ward.specialist), code, "giay-to/", giay=str(file.id), trang="99")


def test_a_verdict_is_kept_and_shown(ward, at_desk, code):
    file = queries.papers_of(dossier(ward, code).id)[0]
    client = at_desk(ward.specialist)
    answer = client.post(address(code, "danh-gia/"), {"file": file.id, "verdict": "bad", "reason": "Mờ dấu."})
    assert answer.status_code == 302
    assert "Mờ dấu." in page(client, code, "giay-to/", giay=str(file.id))
    assert queries.papers_of(dossier(ward, code).id)[0].verdict == "bad"


def test_not_good_needs_a_reason(ward, at_desk, code):
    file = queries.papers_of(dossier(ward, code).id)[0]
    client = at_desk(ward.specialist)
    answer = client.post(address(code, "danh-gia/"), {"file": file.id, "verdict": "bad"}, follow=True)
    assert answer.status_code == 422
    assert "Nêu rõ giấy tờ sai ở điểm nào." in answer.content.decode()
    assert queries.papers_of(dossier(ward, code).id)[0].verdict == ""


def test_who_only_reads_judges_nothing(ward, at_desk, code):
    file = queries.papers_of(dossier(ward, code).id)[0]
    auditor = at_desk(officer("Trần Kiểm Tra", Role.AUDITOR, agency="H53"))
    assert auditor.post(address(code, "danh-gia/"), {"file": file.id, "verdict": "good"}).status_code == 404
    assert "Lưu đánh giá" not in page(auditor, code)


def test_a_paper_that_is_not_there_is_not_judged(ward, at_desk, code):
    for file in ("", "x", "0195d000-0000-7000-8000-000000000000"):
        assert at_desk(ward.specialist).post(address(code, "danh-gia/"), {"file": file}).status_code == 404


# -- journal and access


def test_the_journal_names_who_did_what(ward, at_desk, code):
    moving.accept(by=who(ward.counter), dossier_id=dossier(ward, code).id, calendar=places.calendar(NOW.date()), at=NOW)
    assert "Lê Thị Hồng Hạnh" in page(at_desk(ward.leader), code, "nhat-ky/")


def test_who_can_see_it_stands_with_the_rule(ward, at_desk, code):
    shown = page(at_desk(ward.leader), code, "ai-xem-duoc/")
    for name in ("Lê Thị Hồng Hạnh", "Phạm Văn Thí", "Nguyễn Văn Khải"):
        assert name in shown
    assert "Võ Thị Kim Ngân" not in shown
    assert "hồ sơ của cơ quan giữ vị trí" in shown


@pytest.mark.parametrize("tab", ["", "giay-to/", "nhat-ky/", "ai-xem-duoc/"])
def test_a_page_of_a_dossier_asks_the_same_however_much_happened(ward, at_desk, code, tab):
    client = at_desk(ward.leader)
    counted = []
    for number in range(2):
        client.get(address(code, tab))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address(code, tab)).status_code == 200
        counted.append(len(asked))
        found = dossier(ward, code)
        if number == 0:
            at = NOW - timedelta(minutes=30)
            moving.accept(by=who(ward.counter), dossier_id=found.id, calendar=places.calendar(NOW.date()), at=at)
            for step in ("sign", "appraise", "sign"):
                moving.hand_on(by=who(ward.specialist), dossier_id=found.id, step=step, to=ward.leader.id, at=at)
    assert counted[0] == counted[1]
    assert counted[0] <= STATEMENTS


def test_names_are_escaped_and_never_cut(ward, at_desk):
    long = "Công ty <b>Trách nhiệm</b> hữu hạn Một thành viên Đầu tư Xây dựng và Phát triển Hạ tầng Khu công nghiệp Minh Họa"
    code = file_dossier(account("Nguyễn Thị Mẫu"), long)
    shown = page(at_desk(ward.counter), code)
    assert "<b>Trách" not in shown
    assert "Khu công nghiệp Minh Họa" in shown


def test_the_dossier_speaks_english_too(ward, at_desk, code):
    shown = at_desk(ward.counter).get("/en" + address(code)).content.decode()
    assert "What to do" in shown
    assert "Accept" in shown
