"""What follows what happened to a dossier: papers are printed, people are told, the catalogue's search is made anew.

Reactions run at least once: a paper is issued once for an entry, a notice is told once to an account.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.cases.actions.indexing import index_catalogue
from tinhso.cases.actions.issuing import issue_for
from tinhso.cases.catalogue import pinned, reasons
from tinhso.cases.models import Dossier, Supplement
from tinhso.cases.rules import Kind
from tinhso.identity import queries as identity
from tinhso.identity.policy import Role
from tinhso.journal.follow import reaction
from tinhso.journal.jobs import scheduled
from tinhso.journal.queries import Entry
from tinhso.kernel.calendar import local_date
from tinhso.kernel.localised import Text
from tinhso.kernel.money import Dong
from tinhso.notices import actions as notices
from tinhso.notices.rules import NoticeKind, Values
from tinhso.places import queries as places

PRINTED = (Kind.SUBMITTED, Kind.ACCEPTED, Kind.REFUSED, Kind.MORE_ASKED, Kind.STOPPED, Kind.DECIDED)
TOLD_TO_CITIZEN = {
    Kind.SUBMITTED: NoticeKind.DOSSIER_SUBMITTED,
    Kind.ACCEPTED: NoticeKind.DOSSIER_ACCEPTED,
    Kind.MORE_ASKED: NoticeKind.DOSSIER_MORE_ASKED,
    Kind.REFUSED: NoticeKind.DOSSIER_REFUSED,
    Kind.STOPPED: NoticeKind.DOSSIER_STOPPED,
    Kind.DECIDED: NoticeKind.DOSSIER_DECIDED,
    Kind.RETURNED: NoticeKind.DOSSIER_RETURNED,
    Kind.WITHDRAWN: NoticeKind.DOSSIER_WITHDRAWN,
}
ROLE_OF_STEP_HELD_BY_NOBODY = {Kind.SUBMITTED: Role.ONE_STOP_OFFICER, Kind.ACCEPTED: Role.SPECIALIST}
PLACE = {
    "counter": Text(vi="tại quầy", en="at the counter"),
    "online": Text(vi="trực tuyến", en="online"),
    "post": Text(vi="qua bưu chính", en="by post"),
}
OUTCOME = {
    "granted": Text(vi="Đã giải quyết", en="Granted"),
    "rejected": Text(vi="Không giải quyết", en="Rejected"),
}


@reaction("cases.papers", [kind.value for kind in PRINTED])
def print_papers(entry: Entry) -> None:
    """Print the paper that the entry calls for. Its date is the entry's.

    A late printer does not change when something was.
    """
    issue_for(entry=entry)


@reaction("cases.citizen", [kind.value for kind in TOLD_TO_CITIZEN])
def tell_citizen(entry: Entry) -> None:
    """Tell the owner of the dossier, in the language of the account."""
    dossier = Dossier.objects.get(id=UUID(entry.subject))
    if dossier.owner_id is None:
        return
    notices.tell(
        entry_id=entry.id,
        to=dossier.owner_id,
        kind=TOLD_TO_CITIZEN[Kind(entry.kind)].value,
        values=_values(Kind(entry.kind), dossier, entry),
        link=f"/ho-so/{dossier.code}/",
        at=entry.at,
    )


@reaction("cases.officers", [Kind.SUBMITTED.value, Kind.ACCEPTED.value, Kind.HANDED_ON.value, Kind.SUPPLEMENTED.value])
def tell_officers(entry: Entry) -> None:
    """Tell whoever has to act next: the holder, or those whose post does the step."""
    dossier = Dossier.objects.get(id=UUID(entry.subject))
    for account_id in _next_officers(Kind(entry.kind), dossier, entry):
        if account_id != entry.actor:
            notices.tell(
                entry_id=entry.id,
                to=account_id,
                kind=NoticeKind.DOSSIER_HANDED_ON.value,
                values=_values(Kind.HANDED_ON, dossier, entry),
                link=f"/ban-lam-viec/{dossier.code}/",
                at=entry.at,
            )


def _next_officers(kind: Kind, dossier: Dossier, entry: Entry) -> list[UUID]:
    if dossier.holder_id:
        return [dossier.holder_id]
    role = ROLE_OF_STEP_HELD_BY_NOBODY.get(kind)
    if role is None:
        by = next((step.by for step in pinned(dossier).flow if step.step == dossier.step), None)
        role = Role(by) if by else Role.ONE_STOP_OFFICER
    on = local_date(entry.at)
    return identity.officers_of(dossier.agency_code, role=role, on=on, field_code=dossier.field, limit=20)


def _values(kind: Kind, dossier: Dossier, entry: Entry) -> Values:
    """The values of a notice's placeholders; a line of the text whose value is missing is left out."""
    offered = pinned(dossier)
    values: dict[str, Any] = {
        "dossier_code": dossier.code,
        "procedure": offered.procedure.title,
        "agency": places.agency(dossier.agency_code, dossier.received_on).name,
        "filed_at": dossier.filed_at,
        "due_at": dossier.due_at,
        "applicant": dossier.applicant_name,
    }
    return values | _own_values(kind, dossier, entry)


def _own_values(kind: Kind, dossier: Dossier, entry: Entry) -> dict[str, Any]:
    """The values that only one kind of notice brings."""
    own = _OWN.get(kind)
    return own(dossier, entry) if own else {}


def _submitted(dossier: Dossier, _entry: Entry) -> dict[str, Any]:
    return {"fee": Dong(dossier.fee_dong) if dossier.fee_dong is not None else None}


def _accepted(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    place = PLACE.get(dossier.return_channel)
    return {**_submitted(dossier, entry), "received_at": dossier.counted_from_at, "return_place": place}


def _ended(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    purpose = "refuse" if entry.kind == Kind.REFUSED else "stop"
    return {"reasons": _titles(dossier, purpose, dossier.end_reasons), "reason": dossier.end_words}


def _handed_on(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    step = next((step.title for step in pinned(dossier).flow if step.step == dossier.step), None)
    return {"step": step, "from_officer": identity.name_of(entry.actor) if entry.actor else None}


def _decided(dossier: Dossier, _entry: Entry) -> dict[str, Any]:
    return {"outcome": OUTCOME.get(dossier.outcome), "decided_at": dossier.decided_at}


def _returned(dossier: Dossier, _entry: Entry) -> dict[str, Any]:
    place = PLACE.get(dossier.return_channel)
    return {"outcome": OUTCOME.get(dossier.outcome), "returned_at": dossier.returned_at, "return_place": place}


def _withdrawn(dossier: Dossier, _entry: Entry) -> dict[str, Any]:
    return {"withdrawn_at": dossier.closed_at}


def _more_asked(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    asked = Supplement.objects.get(dossier=dossier, number=entry.data["number"])
    titles = {paper.id: paper.title for paper in pinned(dossier).version.papers}
    items = [titles[paper] for paper in asked.papers if paper in titles]
    return {"items": items or None, "reason": asked.words, "answer_until": asked.answer_by}


def _titles(dossier: Dossier, purpose: str, ids: list[str]) -> list[Text]:
    known = {reason.id: reason.title for reason in reasons(dossier.received_on, purpose)}
    return [known[reason] for reason in ids if reason in known]


_OWN: dict[Kind, Callable[[Dossier, Entry], dict[str, Any]]] = {
    Kind.SUBMITTED: _submitted,
    Kind.ACCEPTED: _accepted,
    Kind.MORE_ASKED: _more_asked,
    Kind.REFUSED: _ended,
    Kind.STOPPED: _ended,
    Kind.HANDED_ON: _handed_on,
    Kind.DECIDED: _decided,
    Kind.RETURNED: _returned,
    Kind.WITHDRAWN: _withdrawn,
}


@reaction("cases.catalogue", ["packs.version.published", "places.agencies.loaded"])
def make_search(entry: Entry) -> None:
    """A pack was published: the catalogue's search is made anew, for the day of the publication."""
    index_catalogue(on=local_date(entry.at))


@scheduled("cases.catalogue_of_the_day", "5 17 * * *")  # 00:05 in Vietnam: versions come into force at midnight
def make_search_of_the_day(at: datetime) -> None:
    """What is in force today may differ from yesterday without any publication."""
    index_catalogue(on=local_date(at))
