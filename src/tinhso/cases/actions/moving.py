"""What happens to a dossier after filing: accepted, more asked for, refused, handed on, decided, returned, stopped; and by the
citizen: supplemented, withdrawn.

Each function is one durable transaction: the row is locked, the rules say whether it may be done, the row changes, the journal tells.
The number of moves that the officer's page showed comes back with the form: when somebody was quicker, the rules say who and when.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.cases import deadlines
from tinhso.cases.access import access_dossier
from tinhso.cases.catalogue import pinned
from tinhso.cases.models import Dossier, DossierPaper, Supplement
from tinhso.cases.rules import (
    MOVES,
    Kind,
    Move,
    MoveNotAllowed,
    Outcome,
    ReasonMissing,
    ResultMissing,
    Standing,
    State,
    VerdictReasonMissing,
    why_not,
)
from tinhso.documents.actions import attach
from tinhso.documents.queries import Holder
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.journal.append import append
from tinhso.kernel.calendar import Calendar, local_date
from tinhso.kernel.problems import N_, FieldError
from tinhso.kernel.text import clean_line, clean_text

# Whoever works on a dossier may judge its papers; who only reads may not.
JUDGES = (Permission.DOSSIER_RECEIVE, Permission.DOSSIER_PROCESS, Permission.DOSSIER_DECIDE)


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
    """The dossier, locked, when `by` may make the move now; raises NotFound, MoveNotAllowed, …"""
    dossier = access_dossier(by, dossier_id, *map(Permission, MOVES[move].permissions), lock=True)
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
            "due_on": local_date(dossier.due_at).isoformat() if dossier.due_at else "",
            **(data or {}),
        },
    )
    return dossier


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
    """Accept a dossier (form 01 follows from the entry). The clock counts from when it was filed complete.

    deadline_case  one of the procedure's alternative deadlines ("needs verification"), when the officer chose one
    """
    dossier = _open(by, dossier_id, Move.ACCEPT, seen_moves)
    promise = deadlines.promise(
        pinned(dossier).version, dossier.channel, dossier.counted_from_at, calendar, deadline_case or None
    )
    changes = {
        "accepted_at": at,
        "deadline_case": promise.case or "",
        "due_at": promise.due_at,
        "first_due_at": dossier.first_due_at or promise.due_at,
        "step": _first_step(dossier, "specialist"),
        "holder_id": None,
    }
    return _move(dossier, Move.ACCEPT, by=by, at=at, changes=changes, data={"case": promise.case or ""})


@transaction.atomic(durable=True)
def ask_for_more(
    *, by: Subject, dossier_id: UUID, asked: MoreAsked, seen_moves: int | None = None, calendar: Calendar, at: datetime
) -> Dossier:
    """Ask for more (form 02 follows): once, complete, with typed reasons. The clock stands until the citizen answers."""
    words = clean_text(asked.words)
    if not asked.reasons or not words:
        raise ReasonMissing([FieldError("words" if asked.reasons else "reasons", ReasonMissing.title)])
    dossier = _open(by, dossier_id, Move.ASK_FOR_MORE, seen_moves)
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
    return _end_with_reason(dossier, Move.REFUSE, by, reasons, words, at)


@transaction.atomic(durable=True)
def stop(
    *, by: Subject, dossier_id: UUID, reasons: tuple[str, ...], words: str, seen_moves: int | None = None, at: datetime
) -> Dossier:
    """Stop an accepted dossier (form 05 of TT 03/2025/TT-VPCP follows), with typed reasons and words."""
    dossier = _open(by, dossier_id, Move.STOP, seen_moves)
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
    known = {flow_step.step for flow_step in pinned(dossier).flow}
    if step not in known:
        raise MoveNotAllowed(dossier_code=dossier.code, state=dossier.state, by="", at="")
    changes = {"step": step, "holder_id": to, "handed_words": clean_text(words)}
    data = {"step": step, "holder": str(to or "")}
    return _move(dossier, Move.HAND_ON, by=by, at=at, changes=changes, data=data)


@dataclass(frozen=True, slots=True)
class Decision:
    """How it was decided: granted or rejected, with the result as a file or as text to be printed, and the reason of a rejection."""

    outcome: Outcome
    text: str = ""
    document_id: UUID | None = None
    reasons: tuple[str, ...] = ()


@transaction.atomic(durable=True)
def decide(
    *, by: Subject, dossier_id: UUID, decision: Decision, seen_moves: int | None = None, at: datetime
) -> Dossier:
    """Decide a dossier. The clock stops for the on-time test; the result paper follows from the entry or is the uploaded file."""
    text = clean_text(decision.text)
    if not text and decision.document_id is None:
        raise ResultMissing([FieldError("text", N_("Write the result, or attach it as a file."))])
    dossier = _open(by, dossier_id, Move.DECIDE, seen_moves)
    if decision.document_id is not None:
        attach(document_ids=[decision.document_id], holder=Holder("cases.dossier", dossier.id), added_by=by.account_id)
    changes = {
        "decided_at": at,
        "outcome": decision.outcome.value,
        "result_text": text,
        "result_document_id": decision.document_id,
        "step": _first_step(dossier, "one_stop_officer") if not _return_step(dossier) else _return_step(dossier),
        "holder_id": None,
    }
    on_time = dossier.due_at is None or at <= dossier.due_at
    data = {"outcome": decision.outcome.value, "on_time": on_time, "reasons": list(decision.reasons)}
    return _move(dossier, Move.DECIDE, by=by, at=at, changes=changes, data=data)


def _return_step(dossier: Dossier) -> str:
    """The last step of the flow, where the result is given to the citizen."""
    flow = pinned(dossier).flow
    return flow[-1].step if flow else ""


@transaction.atomic(durable=True)
def return_result(
    *, by: Subject, dossier_id: UUID, channel: str, received_by: str = "", seen_moves: int | None = None, at: datetime
) -> Dossier:
    """Give the result: online, at the counter, by post. `received_by` is who took it at the counter; it stays off the journal."""
    dossier = _open(by, dossier_id, Move.RETURN_RESULT, seen_moves)
    changes = {"returned_at": at, "return_channel": channel, "returned_to": clean_text(received_by)[:200]}
    return _move(dossier, Move.RETURN_RESULT, by=by, at=at, changes=changes, data={"channel": channel})


@transaction.atomic(durable=True)
def judge_paper(*, by: Subject, dossier_id: UUID, paper_id: str, verdict: str, reason: str = "", at: datetime) -> None:
    """An officer's verdict on one paper: good, bad with a reason, or not looked at yet ("")."""
    dossier = access_dossier(by, dossier_id, *JUDGES, lock=True)
    if verdict == "bad" and not clean_line(reason):
        raise VerdictReasonMissing([FieldError("reason", VerdictReasonMissing.title)])
    DossierPaper.objects.filter(dossier=dossier, paper_id=paper_id).update(verdict=verdict, verdict_reason=clean_line(reason)[:300] if verdict == "bad" else "")
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
    papers: Iterable[tuple[str, UUID, str]],
    words: str,
    calendar: Calendar,
    at: datetime,
) -> Dossier:
    """The citizen's answer to a request for more: files (paper, document, SHA-256) and words. The clock goes on as the law says."""
    dossier = _open(by, dossier_id, Move.SUPPLEMENT, None)
    asked = Supplement.objects.filter(dossier=dossier, answered_at__isnull=True).order_by("-number").first()
    given = list(papers)
    said = clean_text(words)
    if not given and not said:
        raise ReasonMissing([FieldError("words", N_("Attach what was asked for, or answer in words."))])
    for paper_id, document_id, _ in given:
        DossierPaper.objects.get_or_create(
            dossier=dossier,
            paper_id=paper_id,
            document_id=document_id,
            defaults={"round": dossier.supplements_asked, "added_at": at},
        )
    changes = _supplemented(dossier, asked, said, calendar, at)
    data = {"papers": [{"paper": paper_id, "sha256": sha256} for paper_id, _, sha256 in given]}
    return _move(dossier, Move.SUPPLEMENT, by=by, at=at, to=State(dossier.asked_from_state), changes=changes, data=data)


def _supplemented(
    dossier: Dossier, asked: Supplement | None, said: str, calendar: Calendar, at: datetime
) -> dict[str, Any]:
    if asked is None:
        return {}
    asked.answered_at, asked.answer_words = at, said
    asked.save(update_fields=["answered_at", "answer_words"])
    version = pinned(dossier).version
    due_at = deadlines.due_after_supplement(
        version,
        dossier.channel,
        due_before=dossier.due_at,
        asked_at=asked.asked_at,
        supplemented_at=at,
        calendar=calendar,
        case=dossier.deadline_case or None,
    )
    restarted = {"counted_from_at": at} if version.supplement.clock == "restart" else {}
    return {"due_at": due_at, "asked_from_state": "", "holder_id": asked.asked_by_id, **restarted}


@transaction.atomic(durable=True)
def withdraw(*, by: Subject, dossier_id: UUID, words: str = "", at: datetime) -> Dossier:
    """The citizen takes the dossier back before it is decided."""
    dossier = _open(by, dossier_id, Move.WITHDRAW, None)
    return _move(dossier, Move.WITHDRAW, by=by, at=at, changes={"end_words": clean_text(words)})


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
