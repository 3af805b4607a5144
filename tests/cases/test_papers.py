"""What stands on printed papers: read back out of the PDF, and out of the data it is made of."""

import io
import re

import pytest
from cases_house import MONDAY, at
from pypdf import PdfReader
from test_jobs import entry_of, follow

from tinhso.cases import papers
from tinhso.cases.catalogue import pinned
from tinhso.cases.models import Dossier, Supplement
from tinhso.cases.rules import Kind
from tinhso.documents import queries as documents
from tinhso.kernel.calendar import local
from tinhso.kernel.text import nfc
from tinhso.places import queries as places


def printed(dossier, template: str) -> str:
    """The text of an issued paper, in one line."""
    line = next(paper for paper in documents.papers_of(dossier.id) if paper.template == template)
    _, stream = documents.open_document(line.document_id)
    with stream:
        pages = PdfReader(io.BytesIO(stream.read())).pages
    return re.sub(r"\s+", " ", nfc(" ".join(page.extract_text() for page in pages)))


def shown(dossier, template: str) -> dict:
    """Who, what and where: on every paper of the one-stop."""
    offered = pinned(dossier)
    return {
        "code": dossier.code,
        "procedure": offered.procedure.title.vi,
        "applicant": dossier.applicant_name,
        "ward": places.agency(dossier.agency_code, MONDAY).name.split(" ", 3)[-1],
    }


def missing(text: str, facts: dict) -> dict:
    squeezed = text.replace(" ", "").casefold()
    return {name: fact for name, fact in facts.items() if str(fact).replace(" ", "").casefold() not in squeezed}


@pytest.fixture
def accepted(house):
    dossier = house.filed("1.001193")
    house.accept(dossier)
    follow(dossier, Kind.ACCEPTED)
    return house, Dossier.objects.get(id=dossier.id)


def test_form_01_says_what_the_law_asks_of_it(accepted):
    _, dossier = accepted
    due = local(dossier.due_at)
    facts = shown(dossier, "form-01") | {
        "received": "09 giờ 00",
        "due day": f"{due.day:02}/{due.month:02}/{due.year}",
        "receiver": "Cán bộ counter",
        "look-up": "kiem-tra/",
        "paper": pinned(dossier).version.papers[0].title.vi[:20],
    }
    left = missing(printed(dossier, "form-01"), facts)
    left.pop("received", None) if re.search(r"9 ?(giờ|:) ?0?0", printed(dossier, "form-01")) else None
    if "due day" in left and re.search(
        rf"ngày ?0?{due.day} ?tháng ?0?{due.month} ?năm ?{due.year}", printed(dossier, "form-01")
    ):
        left.pop("due day")
    assert left == {}


def test_form_01_lists_every_paper_with_its_number_of_files(accepted):
    _, dossier = accepted
    data = papers.receipt(dossier, entry_of(dossier, Kind.ACCEPTED)).data
    assert all(row["count"] >= 1 and row["name"] for row in data["papers"])
    given = set(dossier.papers.values_list("paper_id", flat=True))
    titles = {paper.title.vi for paper in pinned(dossier).version.papers if paper.id in given}
    assert titles <= {row["name"] for row in data["papers"]}


def test_form_02_says_what_is_missing_why_and_until_when(house):
    dossier = house.filed("1.013225")
    paper = pinned(dossier).version.papers[0]
    house.ask(dossier, papers=(paper.id,), words="Thiếu trang thứ hai của bản vẽ")
    follow(dossier, Kind.MORE_ASKED)
    asked = Supplement.objects.get(dossier=dossier)
    facts = shown(dossier, "form-02") | {
        "what": "Thiếu trang thứ hai của bản vẽ",
        "paper": paper.title.vi[:25],
        "reason": "Thiếu giấy tờ trong thành phần hồ sơ",
        "officer": "Cán bộ counter",
    }
    text = printed(dossier, "form-02")
    assert missing(text, facts) == {}
    assert re.search(rf"0?{asked.answer_by.day}\D{{1,8}}0?{asked.answer_by.month}\D{{1,8}}{asked.answer_by.year}", text)
    assert "chờ bổ sung" in text  # the clock of this law goes on


def test_form_03_and_05_say_the_reasons(house):
    refused = house.filed()
    house.refuse(refused, words="Hồ sơ thuộc thẩm quyền của xã khác")
    follow(refused, Kind.REFUSED)
    reason = {
        "reason": "Không thuộc thẩm quyền giải quyết của cơ quan này",
        "words": "Hồ sơ thuộc thẩm quyền của xã khác",
    }
    assert missing(printed(refused, "form-03"), shown(refused, "form-03") | reason) == {}
    stopped = house.filed()
    house.accept(stopped)
    house.stop(stopped, words="Có đơn tranh chấp ngày 04/8/2026")
    follow(stopped, Kind.STOPPED)
    reason = {"words": "Có đơn tranh chấp ngày 04/8/2026", "signer": "Cán bộ leader", "number": "01/TB-UBND"}
    assert missing(printed(stopped, "form-05"), {"code": stopped.code} | reason) == {}


def test_the_result_is_signed_by_who_decided(house):
    dossier = house.filed()
    house.accept(dossier)
    house.decide(dossier, text="Xác nhận ông Trần Văn A chưa đăng ký kết hôn.\nCó giá trị sáu tháng.")
    house.give_back(dossier)
    follow(dossier, Kind.DECIDED)
    facts = {
        "text": "Xác nhận ông Trần Văn A chưa đăng ký kết hôn.",
        "second": "Có giá trị sáu tháng.",
        "signer": "Cán bộ leader",
        "position": "Chức danh leader",
        "number": "01/KQ-UBND",
        "code": dossier.code,
    }
    assert missing(printed(dossier, "result-letter"), facts) == {}


def test_a_commune_s_police_does_not_sign_as_a_committee(house):
    from tinhso.cases.actions import issuing

    dossier = house.filed()
    for agency, number in (
        ("H53.31.02", "01/KQ-UBND"),
        ("H53.31.02.05", "01/KQ"),
        ("H53.05", "01/KQ"),
        ("H53", "01/KQ-UBND"),
    ):
        dossier.agency_code = agency
        assert issuing._office_number(Kind.DECIDED, dossier, at(3)) == number


def test_the_application_holds_every_answer_and_the_fingerprint_of_every_file(house):
    dossier = house.filed("1.001193")
    follow(dossier, Kind.SUBMITTED)
    text = printed(dossier, "application")
    assert missing(text, {"code": dossier.code, "name": dossier.applicant_name}) == {}
    squeezed = text.replace(" ", "")
    for row in dossier.papers.select_related("document__file"):
        assert row.document.file.sha256[:16] in squeezed
    entry = entry_of(dossier, Kind.SUBMITTED)
    rows = [row for section in papers.application(dossier, entry).data["sections"] for row in section["rows"]]
    for row in rows:
        if row["value"] and len(row["value"]) < 40:
            assert row["value"].replace(" ", "").casefold() in squeezed.casefold(), row


def test_a_paper_handed_in_later_is_not_on_the_earlier_papers(house):
    dossier = house.filed()
    house.accept(dossier)
    house.ask(dossier)
    extra = house.stored(words="later", file_name="later.pdf", when=at(13))
    house.supplement(dossier, papers=[("other", extra)])
    entry = entry_of(dossier, Kind.SUBMITTED)
    assert "later.pdf" not in {row["file"] for row in papers.application(dossier, entry).data["papers"]}


def test_a_fee_that_is_unknown_is_not_printed_as_nothing(house):
    dossier = house.filed()
    house.accept(dossier)
    entry = entry_of(dossier, Kind.ACCEPTED)
    dossier.fee_dong = None
    assert "fee" not in papers.receipt(dossier, entry).data
    assert papers.receipt(dossier, entry).data["fee_note"]
    dossier.fee_dong = 0
    assert papers.receipt(dossier, entry).data["fee"].dong == 0
