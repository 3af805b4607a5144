"""Moves through their pages: the whole way of a dossier, what is refused with words, two officers at once, several at a time."""

import re

import pytest
from desk_samples import NOW, PROCEDURE, account, file_dossier, officer, who
from django.core.files.uploadedfile import SimpleUploadedFile

from tinhso.cases import queries
from tinhso.cases.access import access_dossier_by_code
from tinhso.cases.actions import moving
from tinhso.identity.policy import Permission, Role
from tinhso.places import queries as places


@pytest.fixture
def code(ward):
    return file_dossier(account("Nguyễn Thị Mẫu"))


def dossier(ward, code):
    return access_dossier_by_code(who(ward.leader), code, Permission.DOSSIER_VIEW)


def move(client, code, slug, **posted):
    """Open the page of a move and send its form, as a browser does: with the number of moves that the page carried."""
    address = f"/ban-lam-viec/{code}/viec/{slug}/"
    page = client.get(address)
    seen = re.search(r'name="moves" value="(\d+)"', page.content.decode())
    return client.post(address, {"moves": seen[1] if seen else "", **posted})


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_a_dossier_goes_from_the_counter_to_its_result(ward, at_desk, code):
    counter, specialist, leader = at_desk(ward.counter), at_desk(ward.specialist), at_desk(ward.leader)
    assert move(counter, code, "tiep-nhan").status_code == 302
    assert dossier(ward, code).state == "accepted"
    step = f"leader:{ward.leader.id}"
    assert move(specialist, code, "chuyen-buoc", step="sign", to=step, words="Đã thẩm định.").status_code == 302
    assert dossier(ward, code).holder_id == ward.leader.id
    assert move(leader, code, "quyet-dinh", outcome="granted", text="Cấp giấy xác nhận.").status_code == 302
    assert move(counter, code, "tra-ket-qua", channel="counter", received_by="Nguyễn Thị Mẫu").status_code == 302
    found = dossier(ward, code)
    assert (found.state, found.outcome, found.returned_to) == ("returned", "granted", "Nguyễn Thị Mẫu")
    assert [e.kind.rpartition(".")[2] for e in queries.timeline(found.id)] == [
        "submitted", "accepted", "handed_on", "decided", "returned",
    ]  # fmt: skip


def test_after_a_move_the_dossier_says_that_it_is_done(ward, at_desk, code):
    client = at_desk(ward.counter)
    move(client, code, "tiep-nhan")
    assert "Đã tiếp nhận hồ sơ" in text_of(client.get(f"/ban-lam-viec/{code}/"))


def test_asking_for_more_stops_the_clock_and_is_asked_once(ward, at_desk, code):
    client = at_desk(ward.counter)
    assert move(client, code, "bo-sung", reasons="paper-missing", words="Thiếu trang 2.").status_code == 302
    assert dossier(ward, code).state == "waiting_for_citizen"
    page = text_of(client.get(f"/ban-lam-viec/{code}/"))
    assert "Thiếu trang 2." in page
    assert "Đang chờ người nộp bổ sung" in page


@pytest.mark.parametrize(
    ("slug", "posted", "said"),
    [
        ("bo-sung", {"words": ""}, ["Chọn ít nhất một lý do.", "Viết rõ bằng lời"]),
        ("bo-sung", {"reasons": "paper-missing", "words": " \u200b "}, ["Viết rõ bằng lời"]),
        ("bo-sung", {"reasons": "no-such-reason", "words": "Thiếu."}, ["Chọn trong danh sách."]),
        ("tu-choi", {"reasons": "wrong-agency", "words": "x" * 2001}, ["Viết ngắn lại 1 ký tự."]),
    ],
)
def test_what_is_missing_stands_beside_its_field(ward, at_desk, code, slug, posted, said):
    page = move(at_desk(ward.counter), code, slug, **posted)
    assert page.status_code == 422
    for sentence in said:
        assert sentence in text_of(page)
    assert "govuk-error-summary" in page.content.decode()
    assert dossier(ward, code).moves == 0


def test_what_was_typed_stays_when_a_form_comes_back(ward, at_desk, code):
    page = move(at_desk(ward.counter), code, "tu-choi", words="Không thuộc <thẩm quyền>.").content.decode()
    assert "Không thuộc &lt;thẩm quyền&gt;." in page


def test_a_person_is_only_chosen_for_a_step_that_the_person_does(ward, at_desk, code):
    move(at_desk(ward.counter), code, "tiep-nhan")
    client = at_desk(ward.specialist)
    wrong = move(client, code, "chuyen-buoc", step="sign", to=f"specialist:{ward.specialist.id}")
    assert wrong.status_code == 422
    stranger = move(client, code, "chuyen-buoc", step="sign", to=f"leader:{ward.neighbour.id}")
    assert stranger.status_code == 422
    assert dossier(ward, code).moves == 1


def test_a_result_file_that_lies_about_its_type_is_refused_and_the_text_stays(ward, at_desk, code):
    move(at_desk(ward.counter), code, "tiep-nhan")
    lie = SimpleUploadedFile("ket-qua.pdf", b"MZ not a paper", content_type="application/pdf")
    page = move(at_desk(ward.leader), code, "quyet-dinh", outcome="granted", text="Cấp.", file=lie)
    assert page.status_code == 422
    assert "Cấp." in page.content.decode()
    assert dossier(ward, code).state == "accepted"


def test_a_result_file_is_kept_while_something_else_is_mended(ward, at_desk, code, paper):
    move(at_desk(ward.counter), code, "tiep-nhan")
    client = at_desk(ward.leader)
    page = move(
        client, code, "quyet-dinh", file=SimpleUploadedFile("ket-qua.pdf", paper, content_type="application/pdf")
    )
    assert page.status_code == 422
    kept = re.search(r'name="kept" value="([^"]+)"', page.content.decode())[1]
    assert move(client, code, "quyet-dinh", outcome="granted", kept=kept).status_code == 302
    assert str(dossier(ward, code).result_document_id) == kept


def test_somebody_elses_file_is_no_result(ward, at_desk, code, paper):
    move(at_desk(ward.counter), code, "tiep-nhan")
    other = officer("Trần Thị Khác", Role.LEADER)
    page = move(
        at_desk(other), code, "quyet-dinh", file=SimpleUploadedFile("a.pdf", paper, content_type="application/pdf")
    )
    kept = re.search(r'name="kept" value="([^"]+)"', page.content.decode())[1]
    assert move(at_desk(ward.leader), code, "quyet-dinh", outcome="granted", kept=kept).status_code == 422


def test_the_second_officer_is_told_who_was_quicker_and_loses_no_word(ward, at_desk, code):
    second = at_desk(officer("Lâm Thị Chậm", Role.ONE_STOP_OFFICER))
    address = f"/ban-lam-viec/{code}/viec/bo-sung/"
    assert second.get(address).status_code == 200
    move(at_desk(ward.counter), code, "tu-choi", reasons="wrong-agency", words="Không thuộc thẩm quyền.")
    page = second.post(address, {"moves": "0", "reasons": "paper-missing", "words": "Thiếu trang hai."})
    assert page.status_code == 409
    assert "Lê Thị Hồng Hạnh đã từ chối tiếp nhận lúc 09:14." in text_of(page)
    assert "Thiếu trang hai." in text_of(page)
    assert "Thiếu giấy tờ trong thành phần hồ sơ" in text_of(page)
    assert dossier(ward, code).state == "refused"


def test_where_the_move_is_still_possible_the_form_comes_with_what_was_typed(ward, at_desk, code):
    second = at_desk(officer("Lâm Thị Chậm", Role.ONE_STOP_OFFICER))
    address = f"/ban-lam-viec/{code}/viec/bo-sung/"
    move(at_desk(ward.counter), code, "tiep-nhan")
    posted = {"moves": "0", "reasons": "paper-missing", "words": "Thiếu trang hai."}
    page = second.post(address, posted)
    assert page.status_code == 409
    assert 'name="moves" value="1"' in page.content.decode()
    assert "Thiếu trang hai." in page.content.decode()
    assert second.post(address, posted | {"moves": "1"}).status_code == 302


def test_the_page_of_a_move_that_is_no_longer_possible_says_so_at_once(ward, at_desk, code):
    client = at_desk(ward.counter)
    move(client, code, "tiep-nhan")
    assert client.get(f"/ban-lam-viec/{code}/viec/tiep-nhan/").status_code == 409


def test_a_move_that_the_post_does_not_include_is_not_allowed(ward, at_desk, code):
    for account_, slug in ((ward.specialist, "tiep-nhan"), (ward.leader, "tu-choi"), (ward.counter, "quyet-dinh")):
        assert at_desk(account_).get(f"/ban-lam-viec/{code}/viec/{slug}/").status_code == 403


def test_another_ward_finds_no_such_dossier(ward, at_desk, code):
    client = at_desk(ward.neighbour)
    for page in ("", "giay-to/", "nhat-ky/", "ai-xem-duoc/", "viec/tiep-nhan/"):
        assert client.get(f"/ban-lam-viec/{code}/{page}").status_code == 404


def test_there_is_no_page_for_a_move_that_does_not_exist(ward, at_desk, code):
    assert at_desk(ward.counter).get(f"/ban-lam-viec/{code}/viec/xoa/").status_code == 404


# -- several at a time


def accepted(ward):
    code = file_dossier(account("Nguyễn Thị Mẫu"))
    found = dossier(ward, code)
    moving.accept(by=who(ward.counter), dossier_id=found.id, calendar=places.calendar(NOW.date()), at=NOW)
    return code


def test_each_of_several_dossiers_is_shown_before_anything_is_written(ward, at_desk):
    ready, not_accepted = accepted(ward), file_dossier(account("Trần Thị Ví Dụ"))
    page = at_desk(ward.specialist).get("/ban-lam-viec/chuyen-buoc/", {"chosen": [ready, not_accepted]})
    assert "Chuyển đến: Ký duyệt" in text_of(page)
    assert "Hồ sơ chưa được tiếp nhận." in text_of(page)
    assert dossier(ward, ready).step == "appraise"


def test_several_are_handed_on_with_one_result_a_row(ward, at_desk):
    one, two = accepted(ward), accepted(ward)
    client = at_desk(ward.specialist)
    page = client.get("/ban-lam-viec/chuyen-buoc/", {"chosen": [one, two]}).content.decode()
    moves = dict(re.findall(r'name="(moves-[^"]+)" value="(\d+)"', page))
    moving.hand_on(by=who(ward.leader), dossier_id=dossier(ward, two).id, step="sign", to=None, at=NOW)
    result = client.post("/ban-lam-viec/chuyen-buoc/", {"chosen": [one, two], "words": "Đã xem.", **moves})
    assert dossier(ward, one).step == "sign"
    assert "Đã chuyển: Ký duyệt" in text_of(result)
    assert "Nguyễn Văn Khải đã chuyển hồ sơ lúc 09:14." in text_of(result)


def test_sending_several_twice_moves_them_once(ward, at_desk):
    code = accepted(ward)
    client = at_desk(ward.specialist)
    posted = {"chosen": [code], f"moves-{code}": "1"}
    client.post("/ban-lam-viec/chuyen-buoc/", posted)
    client.post("/ban-lam-viec/chuyen-buoc/", posted)
    assert dossier(ward, code).step == "sign"


def test_dossiers_of_others_are_left_out_as_if_they_did_not_exist(ward, at_desk):
    code = accepted(ward)
    client = at_desk(ward.neighbour)
    assert client.get("/ban-lam-viec/chuyen-buoc/", {"chosen": [code]}).status_code == 302
    client.post("/ban-lam-viec/chuyen-buoc/", {"chosen": [code], f"moves-{code}": "1"})
    assert dossier(ward, code).moves == 1


# -- reception


def test_the_counter_begins_a_dossier_for_somebody(ward, at_desk):
    client = at_desk(ward.counter)
    page = text_of(client.get("/ban-lam-viec/tiep-nhan/", {"q": "tình trạng hôn nhân"}))
    assert PROCEDURE in page
    begun = client.post(f"/ban-lam-viec/tiep-nhan/{PROCEDURE}/", {"channel": "counter"})
    assert begun.status_code == 302
    form = client.get(begun.headers["Location"], follow=True)
    assert form.status_code == 200
    assert "Đang nhập dở" in text_of(client.get("/ban-lam-viec/tiep-nhan/"))


def test_who_does_not_receive_does_not_begin(ward, at_desk):
    client = at_desk(ward.specialist)
    assert client.get("/ban-lam-viec/tiep-nhan/").status_code == 403
    assert client.post(f"/ban-lam-viec/tiep-nhan/{PROCEDURE}/", {"channel": "counter"}).status_code == 403


def test_a_channel_that_the_procedure_does_not_have_is_refused(ward, at_desk):
    client = at_desk(ward.counter)
    assert client.post(f"/ban-lam-viec/tiep-nhan/{PROCEDURE}/", {"channel": "online"}).status_code == 403
    assert client.post("/ban-lam-viec/tiep-nhan/9.999999/", {"channel": "counter"}).status_code == 404


def test_hours_pass_between_two_moves(ward, at_desk, clock, code):
    move(at_desk(ward.counter), code, "tiep-nhan")
    clock.later(hours=3)
    page = text_of(at_desk(ward.specialist).get(f"/ban-lam-viec/{code}/"))
    assert "Bước này" in page


def test_what_a_citizen_brings_to_the_counter_is_taken_in_and_the_clock_runs_again(ward, at_desk, code, paper):
    client = at_desk(ward.counter)
    move(client, code, "bo-sung", reasons="paper-missing", words="Thiếu trang 2.")
    assert "Nhận bổ sung của người nộp" in text_of(client.get(f"/ban-lam-viec/{code}/"))
    brought = SimpleUploadedFile("trang-2.pdf", paper, content_type="application/pdf")
    answer = move(client, code, "bo-sung-tai-quay", words="Đã nộp trang 2.", **{"paper-other": brought})
    assert answer.status_code == 302
    found = dossier(ward, code)
    assert found.state == "filed"
    assert [line.name for line in queries.papers_of(found.id)] == ["trang-2.pdf"]
    assert queries.supplements_of(found.id)[0].answer_words == "Đã nộp trang 2."


def test_an_answer_at_the_counter_needs_files_or_words_and_a_request(ward, at_desk, code):
    client = at_desk(ward.counter)
    page = text_of(client.get(f"/ban-lam-viec/{code}/"))
    assert "Người nộp chưa được yêu cầu bổ sung." in page
    assert client.get(f"/ban-lam-viec/{code}/viec/bo-sung-tai-quay/").status_code == 409
    move(client, code, "bo-sung", reasons="paper-missing", words="Thiếu trang 2.")
    assert move(client, code, "bo-sung-tai-quay", words=" ").status_code == 422
    lie = SimpleUploadedFile("trang-2.pdf", b"MZ not a paper", content_type="application/pdf")
    page = move(client, code, "bo-sung-tai-quay", words="Đã nộp.", **{"paper-other": lie})
    assert page.status_code == 422
    assert "Đã nộp." in page.content.decode()
    assert dossier(ward, code).state == "waiting_for_citizen"


def test_a_dossier_is_withdrawn_at_the_counter_by_nobody_else(ward, at_desk, code):
    assert move(at_desk(ward.specialist), code, "rut-tai-quay").status_code == 403
    assert "Rút hồ sơ thay người nộp" not in text_of(at_desk(ward.specialist).get(f"/ban-lam-viec/{code}/"))
    client = at_desk(ward.counter)
    assert move(client, code, "rut-tai-quay", words="x" * 1001).status_code == 422
    assert move(client, code, "rut-tai-quay", words="Gia đình đổi ý.").status_code == 302
    found = dossier(ward, code)
    assert (found.state, found.end_words) == ("withdrawn", "Gia đình đổi ý.")
    assert move(client, code, "rut-tai-quay").status_code == 409


@pytest.mark.parametrize("slug", ["tiep-nhan", "quyet-dinh"])
def test_nobody_accepts_or_decides_a_dossier_of_their_own(ward, at_desk, slug):
    judge = {"tiep-nhan": ward.counter, "quyet-dinh": ward.leader}[slug]
    code = file_dossier(judge)
    if slug == "quyet-dinh":
        move(at_desk(ward.counter), code, "tiep-nhan")
    before = dossier(ward, code).moves
    client = at_desk(judge)
    assert "Đây là hồ sơ của chính bạn." in text_of(client.get(f"/ban-lam-viec/{code}/"))
    page = move(client, code, slug, outcome="granted", text="Cấp.")
    assert page.status_code == 403
    assert "Đây là hồ sơ của chính bạn." in text_of(page)
    assert dossier(ward, code).moves == before


def test_a_dossier_brought_to_ones_own_counter_is_ones_own_by_the_personal_number(ward, at_desk):
    person = ward.counter.person
    person.personal_id = "072196000412"
    person.save()
    code = file_dossier(account("Nguyễn Thị Mẫu"))
    assert move(at_desk(ward.counter), code, "tiep-nhan").status_code == 403
    assert move(at_desk(officer("Lâm Thị Khác", Role.ONE_STOP_OFFICER)), code, "tiep-nhan").status_code == 302
