"""What happens to a dossier after filing.

Accepted, more asked for, refused, handed on, decided, returned, stopped; and by the citizen: supplemented,
withdrawn.

Each function is one durable transaction: the row is locked, the rules say whether it may be done, the row changes,
the journal tells. The number of moves that the officer's page showed comes back with the form: when somebody was
quicker, the rules say who and when.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.cases import deadlines
from tinhso.cases.access import access_dossier, is_own
from tinhso.cases.catalogue import pinned
from tinhso.cases.catalogue import reasons as typed_reasons
from tinhso.cases.deadlines import Pause
from tinhso.cases.models import CHANNELS, Dossier, DossierPaper, Supplement
from tinhso.cases.rules import (
    MOVES,
    NOT_ONES_OWN,
    Kind,
    Move,
    MoveNotAllowed,
    NotOffered,
    Outcome,
    OwnDossier,
    ReasonMissing,
    ResultMissing,
    Standing,
    State,
    VerdictReasonMissing,
    why_not,
)
from tinhso.documents.actions import attach
from tinhso.documents.queries import Holder
from tinhso.identity import queries as identity
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.journal.append import append
from tinhso.kernel.calendar import Calendar, local_date
from tinhso.kernel.problems import N_, FieldError
from tinhso.kernel.text import clean_line, clean_text

# Whoever works on a dossier may judge its papers; who only reads may not.
JUDGES = (Permission.DOSSIER_RECEIVE, Permission.DOSSIER_PROCESS, Permission.DOSSIER_DECIDE)
HOLDER = "cases.dossier"
OTHER = "other"  # what a citizen adds when no paper was named
VERDICTS = ("", "good", "bad")


@dataclass(frozen=True, slots=True)
class MoreAsked:
    """What is asked for, once and complete: typed reasons, which papers, and words."""

    reasons: tuple[str, ...]
    papers: tuple[str, ...]
    words: str


def standing(dossier: Dossier) -> Standing:
    """What the rules need to know of a dossier."""
    version = pinned(dossier).version
    return Standing(
        code=dossier.code,
        state=State(dossier.state),
        supplements_asked=dossier.supplements_asked,
        supplements_allowed=version.supplement.times,
        last_by=str(dossier.moved_by_id or ""),
        last_at=dossier.moved_at,
    )


def _open(by: Subject, dossier_id: UUID, move: Move, seen_moves: int | None) -> Dossier:
    """The dossier, locked, when `by` may make the move now; raises NotFound, OwnDossier, MoveNotAllowed, …"""
    dossier = access_dossier(by, dossier_id, *map(Permission, MOVES[move].permissions), lock=True)
    if move in NOT_ONES_OWN and is_own(by, dossier):
        raise OwnDossier(dossier_code=dossier.code)
    problem = why_not(move, standing(dossier))
    if problem:
        raise problem
    if seen_moves is not None and seen_moves != dossier.moves:
        raise MoveNotAllowed(
            dossier_code=dossier.code,
            state=dossier.state,
            by=str(dossier.moved_by_id or ""),
            at=dossier.moved_at.isoformat(),
        )
    return dossier


def _move(
    dossier: Dossier,
    move: Move,
    *,
    by: Subject,
    at: datetime,
    to: State | None = None,
    changes: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
) -> Dossier:
    """Change the row and tell the journal; `data` never names a person."""
    rule = MOVES[move]
    before = dossier.state
    dossier.state = (to or rule.to or State(before)).value
    dossier.moved_by_id, dossier.moved_at, dossier.moves = by.account_id, at, dossier.moves + 1
    for name, value in (changes or {}).items():
        setattr(dossier, name, value)
    if State(dossier.state) in {State.REFUSED, State.WITHDRAWN, State.STOPPED, State.RETURNED}:
        dossier.closed_at, dossier.holder_id = at, None
    dossier.save()
    append(
        rule.kind,
        subject=dossier.id,
        at=at,
        actor=by.account_id,
        unit=dossier.agency_code,
        data={
            "code": dossier.code,
            "from": before,
            "state": dossier.state,
            "counted_from": dossier.counted_from_at.astimezone(UTC).isoformat(),
            "due_on": local_date(dossier.due_at).isoformat() if dossier.due_at else "",
            "due_at": dossier.due_at.astimezone(UTC).isoformat() if dossier.due_at else "",
            **(data or {}),
        },
    )
    return dossier


def _only(field: str, given: Iterable[str], offered: Collection[str]) -> None:
    """Refuse words that the page did not offer: they would stand in the journal, and could be anything."""
    if any(one not in offered for one in given):
        raise NotOffered([FieldError(field, NotOffered.title)])


def _only_reasons(dossier: Dossier, purpose: str, given: Iterable[str]) -> None:
    _only("reasons", given, {reason.id for reason in typed_reasons(dossier.received_on, purpose)})


def _paper_ids(dossier: Dossier) -> set[str]:
    return {paper.id for paper in pinned(dossier).version.papers}


def _pauses(dossier: Dossier) -> list[Pause]:
    """The answered requests for more."""
    rows = Supplement.objects.filter(dossier=dossier, answered_at__isnull=False).order_by("number")
    return [Pause(row.asked_at, row.answered_at) for row in rows if row.answered_at]


def _first_step(dossier: Dossier, role: str) -> str:
    """The first step of the procedure's flow that a role does; the current one when the flow has none for it."""
    return next((step.step for step in pinned(dossier).flow if step.by == role), dossier.step)


# ── Officers ──────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic(durable=True)
def accept(
    *,
    by: Subject,
    dossier_id: UUID,
    seen_moves: int | None = None,
    deadline_case: str = "",
    calendar: Calendar,
    at: datetime,
) -> Dossier:
    """Accept a dossier (form 01 follows from the entry). The clock counts from when it arrived complete.

    deadline_case  one of the procedure's alternative deadlines ("needs verification"), when the officer chose one
    """
    dossier = _open(by, dossier_id, Move.ACCEPT, seen_moves)
    version = pinned(dossier).version
    _only("case", [deadline_case], {"", *(case.id for case in version.offer(dossier.channel).deadline.cases)})
    promise = deadlines.promise(
        version,
        dossier.channel,
        dossier.counted_from_at,
        calendar,
        deadline_case or None,
        pauses=_pauses(dossier),
    )
    changes = {
        "accepted_at": at,
        "deadline_case": deadline_case,
        "due_at": promise.due_at,
        "first_due_at": promise.due_at,
        "step": _first_step(dossier, "specialist"),
        "holder_id": None,
    }
    return _move(dossier, Move.ACCEPT, by=by, at=at, changes=changes, data={"case": deadline_case})


@transaction.atomic(durable=True)
def ask_for_more(
    *, by: Subject, dossier_id: UUID, asked: MoreAsked, seen_moves: int | None = None, calendar: Calendar, at: datetime
) -> Dossier:
    """Ask for more (form 02 follows): once, complete, with typed reasons.

    The clock stands until the citizen answers.
    """
    words = clean_text(asked.words)
    if not asked.reasons or not words:
        raise ReasonMissing([FieldError("words" if asked.reasons else "reasons", ReasonMissing.title)])
    dossier = _open(by, dossier_id, Move.ASK_FOR_MORE, seen_moves)
    _only_reasons(dossier, "supplement", asked.reasons)
    _only("papers", asked.papers, _paper_ids(dossier))
    supplement = pinned(dossier).version.supplement
    answer_by = (
        calendar.add_working_days(local_date(at), supplement.days_to_answer) if supplement.days_to_answer else None
    )
    number = dossier.supplements_asked + 1
    Supplement.objects.create(
        dossier=dossier,
        number=number,
        asked_by_id=by.account_id,
        asked_at=at,
        answer_by=answer_by,
        reasons=list(asked.reasons),
        papers=list(asked.papers),
        words=words,
    )
    changes = {"asked_from_state": dossier.state, "supplements_asked": number, "holder_id": by.account_id}
    data = {
        "reasons": list(asked.reasons),
        "papers": list(asked.papers),
        "number": number,
        "answer_by": _iso(answer_by),
    }
    return _move(dossier, Move.ASK_FOR_MORE, by=by, at=at, changes=changes, data=data)


@transaction.atomic(durable=True)
def refuse(
    *, by: Subject, dossier_id: UUID, reasons: tuple[str, ...], words: str, seen_moves: int | None = None, at: datetime
) -> Dossier:
    """Refuse to accept (form 03 follows), with typed reasons and words."""
    dossier = _open(by, dossier_id, Move.REFUSE, seen_moves)
    _only_reasons(dossier, "refuse", reasons)
    return _end_with_reason(dossier, Move.REFUSE, by, reasons, words, at)


@transaction.atomic(durable=True)
def stop(
    *, by: Subject, dossier_id: UUID, reasons: tuple[str, ...], words: str, seen_moves: int | None = None, at: datetime
) -> Dossier:
    """Stop an accepted dossier (form 05 of TT 03/2025/TT-VPCP follows), with typed reasons and words."""
    dossier = _open(by, dossier_id, Move.STOP, seen_moves)
    _only_reasons(dossier, "stop", reasons)
    return _end_with_reason(dossier, Move.STOP, by, reasons, words, at)


def _end_with_reason(
    dossier: Dossier, move: Move, by: Subject, reasons: tuple[str, ...], words: str, at: datetime
) -> Dossier:
    said = clean_text(words)
    if not reasons or not said:
        raise ReasonMissing([FieldError("words" if reasons else "reasons", ReasonMissing.title)])
    return _move(
        dossier,
        move,
        by=by,
        at=at,
        changes={"end_words": said, "end_reasons": list(reasons)},
        data={"reasons": list(reasons)},
    )


@transaction.atomic(durable=True)
def hand_on(
    *,
    by: Subject,
    dossier_id: UUID,
    step: str,
    to: UUID | None,
    words: str = "",
    seen_moves: int | None = None,
    at: datetime,
) -> Dossier:
    """Hand a dossier on to a step of its flow, to a person or to everyone who holds the step's post in the agency."""
    dossier = _open(by, dossier_id, Move.HAND_ON, seen_moves)
    _only("step", [step], {flow_step.step for flow_step in pinned(dossier).flow})
    if to is not None and not _may_hold(to, dossier, at):
        raise NotOffered([FieldError("to", NotOffered.title)])
    changes = {"step": step, "holder_id": to, "handed_words": clean_text(words)}
    data = {"step": step, "holder": str(to or "")}
    return _move(dossier, Move.HAND_ON, by=by, at=at, changes=changes, data=data)


def _may_hold(account_id: UUID, dossier: Dossier, at: datetime) -> bool:
    """Only somebody who may open the dossier can be given it."""
    posts = identity.posts_of(account_id, on=local_date(at))
    holder = Subject(account_id=account_id, posts=posts)
    return holder.may(Permission.DOSSIER_VIEW, agency_code=dossier.agency_code, field_code=dossier.field)


@dataclass(frozen=True, slots=True)
class Decision:
    """How it was decided.

    Granted or rejected, with the result as a file or as text to be printed, and the reason of a rejection.
    """

    outcome: Outcome
    text: str = ""
    document_id: UUID | None = None
    reasons: tuple[str, ...] = ()


@transaction.atomic(durable=True)
def decide(
    *, by: Subject, dossier_id: UUID, decision: Decision, seen_moves: int | None = None, at: datetime
) -> Dossier:
    """Decide a dossier. The clock stops for the on-time test.

    The result paper follows from the entry or is the uploaded file.
    """
    text = clean_text(decision.text)
    if not text and decision.document_id is None:
        raise ResultMissing([FieldError("text", N_("Write the result, or attach it as a file."))])
    dossier = _open(by, dossier_id, Move.DECIDE, seen_moves)
    _only_reasons(dossier, "refuse", decision.reasons)
    if decision.document_id is not None:
        attach(document_ids=[decision.document_id], holder=Holder(HOLDER, dossier.id), added_by=by.account_id)
    changes = {
        "decided_at": at,
        "outcome": decision.outcome.value,
        "result_text": text,
        "result_document_id": decision.document_id,
        "step": _return_step(dossier),
        "holder_id": None,
    }
    on_time = dossier.due_at is None or at <= dossier.due_at
    data = {"outcome": decision.outcome.value, "on_time": on_time, "reasons": list(decision.reasons)}
    return _move(dossier, Move.DECIDE, by=by, at=at, changes=changes, data=data)


def _return_step(dossier: Dossier) -> str:
    """The last step of the flow, where the result is given to the citizen."""
    flow = pinned(dossier).flow
    return flow[-1].step if flow else dossier.step


@transaction.atomic(durable=True)
def return_result(
    *, by: Subject, dossier_id: UUID, channel: str, received_by: str = "", seen_moves: int | None = None, at: datetime
) -> Dossier:
    """Give the result: online, at the counter, by post. `received_by` is who took it at the counter.

    It stays off the journal.
    """
    dossier = _open(by, dossier_id, Move.RETURN_RESULT, seen_moves)
    _only("channel", [channel], dict(CHANNELS))
    changes = {"returned_at": at, "return_channel": channel, "returned_to": clean_text(received_by)[:200]}
    return _move(dossier, Move.RETURN_RESULT, by=by, at=at, changes=changes, data={"channel": channel})


@transaction.atomic(durable=True)
def judge_paper(*, by: Subject, dossier_id: UUID, paper_id: str, verdict: str, reason: str = "", at: datetime) -> None:
    """An officer's verdict on one paper: good, bad with a reason, or not looked at yet ("")."""
    dossier = access_dossier(by, dossier_id, *JUDGES, lock=True)
    _only("verdict", [verdict], VERDICTS)
    said = clean_line(reason)[:300] if verdict == "bad" else ""
    if verdict == "bad" and not said:
        raise VerdictReasonMissing([FieldError("reason", VerdictReasonMissing.title)])
    rows = DossierPaper.objects.filter(dossier=dossier, paper_id=paper_id)
    if not rows.update(verdict=verdict, verdict_reason=said):
        raise NotOffered([FieldError("paper", NotOffered.title)])
    append(
        Kind.PAPER_JUDGED,
        subject=dossier.id,
        at=at,
        actor=by.account_id,
        unit=dossier.agency_code,
        data={"code": dossier.code, "paper": paper_id, "verdict": verdict},
    )


# ── The citizen ───────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic(durable=True)
def supplement(
    *,
    by: Subject,
    dossier_id: UUID,
    papers: Iterable[tuple[str, UUID]],
    words: str,
    seen_moves: int | None = None,
    calendar: Calendar,
    at: datetime,
) -> Dossier:
    """The answer to a request for more: files (paper, document) and words. The clock goes on as the law says.

    By the citizen, or by the one-stop officer to whom the citizen brought it.
    """
    dossier = _open(by, dossier_id, Move.SUPPLEMENT, seen_moves)
    asked = Supplement.objects.filter(dossier=dossier, answered_at__isnull=True).order_by("-number").first()
    given = list(papers)
    said = clean_text(words)
    if not given and not said:
        raise ReasonMissing([FieldError("words", N_("Attach what was asked for, or answer in words."))])
    _only("papers", [paper_id for paper_id, _ in given], {*_paper_ids(dossier), OTHER})
    lines = attach(
        document_ids=[document_id for _, document_id in given],
        holder=Holder(HOLDER, dossier.id),
        added_by=by.account_id,
    )
    for paper_id, document_id in given:
        DossierPaper.objects.get_or_create(
            dossier=dossier,
            paper_id=paper_id,
            document_id=document_id,
            defaults={"round": dossier.supplements_asked, "added_at": at},
        )
    fingerprints = {line.id: line.sha256 for line in lines}
    data = {"papers": [{"paper": paper_id, "sha256": fingerprints[document_id]} for paper_id, document_id in given]}
    changes = _supplemented(dossier, asked, said, calendar, at)
    return _move(dossier, Move.SUPPLEMENT, by=by, at=at, to=State(dossier.asked_from_state), changes=changes, data=data)


def _supplemented(
    dossier: Dossier, asked: Supplement | None, said: str, calendar: Calendar, at: datetime
) -> dict[str, Any]:
    if asked is None:
        return {}
    asked.answered_at, asked.answer_words = at, said
    asked.save(update_fields=["answered_at", "answer_words"])
    version = pinned(dossier).version
    counted_from_at = at if version.supplement.clock == "restart" else dossier.counted_from_at
    promise = deadlines.promise(
        version,
        dossier.channel,
        counted_from_at,
        calendar,
        dossier.deadline_case or None,
        pauses=_pauses(dossier),
    )
    return {
        "due_at": promise.due_at,
        "counted_from_at": counted_from_at,
        "asked_from_state": "",
        "holder_id": asked.asked_by_id,
    }


@transaction.atomic(durable=True)
def withdraw(*, by: Subject, dossier_id: UUID, words: str = "", seen_moves: int | None = None, at: datetime) -> Dossier:
    """The citizen takes the dossier back before it is decided, here or through the officer at the counter."""
    dossier = _open(by, dossier_id, Move.WITHDRAW, seen_moves)
    return _move(dossier, Move.WITHDRAW, by=by, at=at, changes={"end_words": clean_text(words)})


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
