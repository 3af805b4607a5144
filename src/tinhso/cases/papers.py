"""What stands on the papers printed about a dossier: forms 01, 02, 03 and 05, the result, the application as filed.

Data for the templates of packs/one-stop; the layout is theirs. Papers of law are in Vietnamese, whatever language the
citizen reads. Facts for the checking page name no person.

A paper says what was so at its entry: who acted, and until when it was promised. A printer that comes late, when the
dossier has moved on, prints the same.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from tinhso.cases import forms, queries
from tinhso.cases.catalogue import Offered, pinned, reasons
from tinhso.cases.lists import PackLists
from tinhso.cases.models import Dossier, Supplement
from tinhso.cases.pack_part import Question
from tinhso.documents.papers import Paper
from tinhso.documents.queries import Holder
from tinhso.identity import queries as identity
from tinhso.identity.policy import Role
from tinhso.journal.queries import Entry
from tinhso.kernel.calendar import local_date
from tinhso.kernel.money import Dong
from tinhso.places import queries as places
from tinhso.places.queries import AgencyView

HOLDER = "cases.dossier"
CHANNEL_WORDS = {"counter": "nhận tại quầy", "online": "nhận trực tuyến", "post": "nhận qua bưu chính công ích"}


def _receiving(dossier: Dossier) -> AgencyView:
    """The desk that prints the one-stop's papers: the service centre of the agency, or the agency itself."""
    on = dossier.received_on
    return places.receiving_centre(dossier.agency_code, on) or places.agency(dossier.agency_code, on)


def _office(agency: AgencyView, parent: AgencyView | None) -> dict[str, Any]:
    lines: dict[str, Any] = {"name": [agency.name]}
    if parent is not None and parent.code != agency.code:
        lines["parent"] = [parent.name]
    return lines


def _head(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    """What every paper of the one-stop begins with."""
    offered = pinned(dossier)
    centre = _receiving(dossier)
    agency = places.agency(dossier.agency_code, dossier.received_on)
    return {
        "code": dossier.code,
        "agency": centre.name,
        "office": _office(centre, agency),
        "number": dossier.code.rsplit("-", 1)[-1],
        "place": places.province(dossier.received_on).portal.seat.vi,
        "issued_on": local_date(entry.at),
        "applicant": _applicant(dossier),
        "procedure": {"title": offered.procedure.title.vi, "code": offered.procedure.code},
    }


def _applicant(dossier: Dossier) -> dict[str, str]:
    lists = PackLists(dossier.received_on, dossier.filed_at)
    unit = str(dossier.answers.get("requester_residence_unit") or "")
    line = str(dossier.answers.get("requester_residence_line") or "")
    residence = ", ".join(part for part in (line, lists.commune_name(unit) if unit else "") if part)
    given = {
        "address_as": "Ông/bà",
        "name": dossier.applicant_name,
        "residence": residence,
        "phone": dossier.applicant_phone,
        "email": dossier.applicant_email,
    }
    return {key: value for key, value in given.items() if value}


def _officer(account_id: UUID | None) -> dict[str, str]:
    name = identity.name_of(account_id) if account_id else ""
    return {"name": name} if name else {}


def _lookup() -> str:
    return urlsplit(settings.BASE_URL).netloc


def receipt(dossier: Dossier, entry: Entry) -> Paper:
    """Form 01: the dossier was received, and until when its result is promised."""
    offered = pinned(dossier)
    fee = {} if dossier.fee_dong is None else {"fee": Dong(dossier.fee_dong)}
    note = {"fee_note": "theo quy định của Hội đồng nhân dân tỉnh"} if dossier.fee_dong is None else {}
    data = _head(dossier, entry) | {
        "papers": _papers_listed(dossier, offered, entry),
        "copies": offered.version.sets,
        "term": _term(offered, dossier),
        "received_at": _told(entry, "counted_from", dossier.counted_from_at),
        "due_at": _told(entry, "due_at", dossier.due_at),
        "result_channel": CHANNEL_WORDS.get(dossier.return_channel, ""),
        "lookup_at": _lookup(),
        "filed_note": "(Nộp trực tuyến)" if dossier.channel == "online" else "",
        "received_note": "(Tiếp nhận trên hệ thống)",
        "receiver": _officer(entry.actor),
        **fee,
        **note,
    }
    return _paper("form-01", "giay-tiep-nhan", dossier, data, entry, _facts(dossier, entry))


def _term(offered: Offered, dossier: Dossier) -> str:
    """The term in words, as form 01 prints it: of the case that the officer chose, or the usual one."""
    deadline = offered.version.offer(dossier.channel).deadline
    chosen = next((case for case in deadline.cases if case.id == dossier.deadline_case), deadline)
    if chosen.unit == "same_day":
        later = f", nhận sau {chosen.cutoff} thì trong ngày làm việc tiếp theo" if chosen.cutoff else ""
        return f"trong ngày{later}"
    if chosen.value is None:
        return deadline.text.vi if deadline.text else "không quy định"
    words = {"working_days": "ngày làm việc", "calendar_days": "ngày", "hours": "giờ làm việc", "months": "tháng"}
    return f"{chosen.value:f} {words[chosen.unit]}".replace(".", ",")


def _files(dossier: Dossier, entry: Entry) -> list[queries.PaperLine]:
    """What had been handed in by then."""
    return [line for line in queries.papers_of(dossier.id) if line.added_at <= entry.at]


def _papers_listed(dossier: Dossier, offered: Offered, entry: Entry) -> list[dict[str, Any]]:
    """The papers received; the form itself first, since filling it in online is handing it in."""
    titles = {paper.id: paper.title.vi for paper in offered.version.papers}
    files: dict[str, int] = {}
    for line in _files(dossier, entry):
        files[line.paper_id] = files.get(line.paper_id, 0) + 1
    declared = [p for p in offered.version.papers if p.kind == "declaration"]
    rows = [{"name": p.title.vi, "form": "Điện tử", "count": 1} for p in declared]
    rows += [{"name": titles.get(key, key), "form": "Bản quét", "count": n} for key, n in files.items()]
    return rows or [{"name": offered.form.title.vi, "form": "Điện tử", "count": 1}]


def more_asked(dossier: Dossier, supplement: Supplement, entry: Entry) -> Paper:
    """Form 02: what is missing, once and complete."""
    offered = pinned(dossier)
    titles = {paper.id: paper.title.vi for paper in offered.version.papers}
    restart = offered.version.supplement.clock == "restart"
    data = _head(dossier, entry) | {
        "missing": [{"name": titles.get(key, key), "what": supplement.words} for key in supplement.papers]
        or [{"name": offered.form.title.vi, "what": supplement.words}],
        "reasons": _reasons(dossier, "supplement", tuple(supplement.reasons)),
        "answer_by": supplement.answer_by,
        "term_note": "Thời hạn giải quyết được tính lại từ ngày nhận đủ hồ sơ."
        if restart
        else "Thời gian chờ bổ sung không tính vào thời hạn giải quyết.",
        "contact": _contact(dossier),
        "received_note": "(Lập trên hệ thống)",
        "receiver": _officer(entry.actor),
    }
    return _paper("form-02", "phieu-yeu-cau-bo-sung", dossier, data, entry, _facts(dossier, entry))


def refusal(dossier: Dossier, entry: Entry) -> Paper:
    """Form 03: why the dossier was not accepted."""
    data = _head(dossier, entry) | {
        "reasons": _reasons(dossier, "refuse", tuple(dossier.end_reasons), words=dossier.end_words),
        "received_note": "(Lập trên hệ thống)",
        "receiver": _officer(entry.actor),
    }
    return _paper("form-03", "phieu-tu-choi-tiep-nhan", dossier, data, entry, _facts(dossier, entry))


def stopped(dossier: Dossier, office_number: str, entry: Entry) -> Paper:
    """Form 05: work on the dossier has stopped."""
    data = _head(dossier, entry) | {
        "number": office_number,
        "received_at": _told(entry, "counted_from", dossier.counted_from_at),
        "stopped_on": local_date(entry.at),
        "reasons": _reasons(dossier, "stop", tuple(dossier.end_reasons), words=dossier.end_words),
        "recipients": ["Như trên"],
        "kept_by": "VT",
        "signer": _signer(dossier, entry),
    }
    return _paper("form-05", "thong-bao-dung-giai-quyet", dossier, data, entry, _facts(dossier, entry))


def result(dossier: Dossier, office_number: str, entry: Entry) -> Paper:
    """The result as a document of the deciding agency, in the layout of NĐ 30/2020/NĐ-CP, with the officer's text."""
    offered = pinned(dossier)
    agency = places.agency(dossier.agency_code, dossier.received_on)
    given = offered.version.results[0].title.vi if offered.version.results else offered.procedure.title.vi
    rejected = dossier.outcome == "rejected"
    data = _head(dossier, entry) | {
        "agency": agency.name,
        "office": _office(agency, None),
        "number": office_number,
        "kind": "Văn bản trả lời" if rejected else "Kết quả giải quyết",
        "about": offered.procedure.title.vi[:1].lower() + offered.procedure.title.vi[1:],
        "grounds": [f"Căn cứ {act.title.vi if act.title else act.number}" for act in offered.version.legal_basis[:3]],
        "body": [paragraph for paragraph in dossier.result_text.split("\n") if paragraph.strip()] or [given],
        "facts": [
            {"label": "Người đề nghị", "value": dossier.applicant_name},
            {"label": "Mã hồ sơ", "value": dossier.code},
        ],
        "recipients": [dossier.applicant_name],
        "kept_by": "VT",
        "signer": _signer(dossier, entry),
    }
    facts = _facts(dossier, entry) | {"outcome": dossier.outcome}
    return _paper("result-letter", "ket-qua", dossier, data, entry, facts)


def result_file(dossier: Dossier, entry: Entry) -> Paper:
    """The result that an officer uploaded: nothing to print, but anyone may have it checked."""
    return _paper("result-letter", "ket-qua", dossier, {}, entry, _facts(dossier, entry) | {"outcome": dossier.outcome})


def _signer(dossier: Dossier, entry: Entry) -> dict[str, str]:
    held = identity.posts_of(entry.actor, on=local_date(entry.at)) if entry.actor else ()
    leads = sorted(held, key=lambda post: post.role is not Role.LEADER)
    position = next((post.title_vi for post in leads if post.agency_code == dossier.agency_code), "")
    return {key: value for key, value in ({"position": position} | _officer(entry.actor)).items() if value}


def application(dossier: Dossier, entry: Entry) -> Paper:
    """The citizen's answers as a filled form, with the fingerprints of what was handed in."""
    offered = pinned(dossier)
    lists = PackLists(dossier.received_on, dossier.filed_at)
    sections = forms.review(offered.form, dossier.answers, forms.Today(dossier.received_on, dossier.channel))
    titles = {paper.id: paper.title.vi for paper in offered.version.papers}
    data = {
        "title": offered.form.title.vi,
        "code": dossier.code,
        "addressed_to": [places.agency(dossier.agency_code, dossier.received_on).name],
        "place": places.province(dossier.received_on).portal.seat.vi,
        "applicant": {"name": dossier.applicant_name},
        "sections": [_section(section, lists) for section in sections],
        "papers": [
            {"name": titles.get(line.paper_id, line.paper_id), "file": line.name, "sha256": line.sha256}
            for line in _files(dossier, entry)
        ],
        "filed_at": dossier.filed_at,
        "filed_note": "(Nộp trực tuyến)" if dossier.channel == "online" else "(Khai tại quầy)",
    }
    return _paper("application", "don-da-nop", dossier, data, entry, _facts(dossier, entry))


def _section(section: forms.Section, lists: PackLists) -> dict[str, Any]:
    title = section.page.title.vi + (f" ({section.item})" if section.item else "")
    rows = [
        {
            "label": row.question.label.vi if row.question.label else "",
            "value": answer_vi(row.question, row.value, lists),
        }
        for row in section.rows
        if row.question.type != "pledge"
    ]
    return {"title": title, "rows": rows}


def answer_vi(question: Question, value: Any, lists: PackLists) -> str:
    """An answer as it stands on a Vietnamese paper."""
    if value in (None, "", []):
        return ""
    if question.type in {"choice", "choices"}:
        labels = {option.value: option.label.vi for option in question.options}
        return ", ".join(labels.get(one, one) for one in ([value] if isinstance(value, str) else value))
    if question.type == "commune":
        return lists.commune_name(str(value))
    if question.type == "list":
        return lists.label(question.list, str(value), "vi")
    return _plain_vi(question, value)


def _plain_vi(question: Question, value: Any) -> str:
    if question.type in {"date", "partial_date"}:
        return "/".join(reversed(str(value).split("-")))
    if question.type == "yes_no":
        return "Có" if value else "Không"
    if question.type == "money":
        return Dong(value).format()
    shown = str(value).replace(".", ",") if question.type == "decimal" else str(value)
    return f"{shown} {question.unit.vi}" if question.unit else shown


# ── Shared ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _reasons(dossier: Dossier, purpose: str, ids: tuple[str, ...], words: str = "") -> list[dict[str, str]]:
    known = {reason.id: reason.title.vi for reason in reasons(dossier.received_on, purpose)}
    rows = [{"title": known.get(reason, reason)} for reason in ids]
    if words and rows:
        rows[0]["text"] = words
    return rows


def _contact(dossier: Dossier) -> dict[str, str]:
    return {"name": _receiving(dossier).name, "phone": places.province(dossier.received_on).hotline.phone}


def _told(entry: Entry, name: str, otherwise: datetime | None) -> datetime | None:
    """An instant as the entry tells it; as the dossier stands now for entries that do not."""
    text = entry.data.get(name)
    if text is None:
        return otherwise
    return datetime.fromisoformat(text) if text else None


def _facts(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    """What the checking page shows of a paper: never a person."""
    offered = pinned(dossier)
    due_at = _told(entry, "due_at", dossier.due_at)
    return {
        "dossier": dossier.code,
        "procedure": offered.procedure.code,
        "procedure_vi": offered.procedure.title.vi,
        "procedure_en": offered.procedure.title.en,
        "filed_at": dossier.filed_at.isoformat(),
        "due_at": due_at.isoformat() if due_at else "",
    }


def _paper(
    template: str, name: str, dossier: Dossier, data: Mapping[str, Any], entry: Entry, facts: Mapping[str, Any]
) -> Paper:
    return Paper(
        template=template,
        name=f"{name}-{dossier.code}.pdf",
        data={key: value for key, value in data.items() if value not in ("", None)},
        subject=dossier.id,
        code=dossier.code,
        agency_code=dossier.agency_code,
        facts=facts,
        holder=Holder(HOLDER, dossier.id),
        cause=entry.id,
    )
