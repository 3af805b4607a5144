"""What may happen to a dossier, in which state, by whom; pure.

A dossier's state is a word; it maps to the ten codes exchanged with the national portal. `MOVES` is the whole table
of what may happen: everything else is refused with a reason. The stored state must equal the fold over the dossier's
journal entries (`fold`); a test walks every dossier and compares.

Deliberately absent: who a person is (identity), when something is due (`deadlines.py`), the database (`actions/`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tinhso.kernel.problems import N_, Conflict, Invalid, NotAllowed, NotFound


class State(StrEnum):
    """Where a dossier stands. Words, never letters: they are stored and read in journals for ever."""

    FILED = "filed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    IN_REVIEW = "in_review"
    WAITING_FOR_CITIZEN = "waiting_for_citizen"
    WAITING_FOR_PAYMENT = "waiting_for_payment"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    DECIDED = "decided"
    RETURNED = "returned"


# National code of each state (TrangThaiHoSo of the national portal, codes 1 to 10).
NATIONAL_CODE: Mapping[State, int] = {
    State.FILED: 1,
    State.ACCEPTED: 2,
    State.REFUSED: 3,
    State.IN_REVIEW: 4,
    State.WAITING_FOR_CITIZEN: 5,
    State.WAITING_FOR_PAYMENT: 6,
    State.WITHDRAWN: 7,
    State.STOPPED: 8,
    State.DECIDED: 9,
    State.RETURNED: 10,
}

NATIONAL_NAME: Mapping[int, str] = {
    1: N_("Newly filed"),
    2: N_("Accepted"),
    3: N_("Not accepted"),
    4: N_("In progress"),
    5: N_("More papers asked for"),
    6: N_("Payment asked for"),
    7: N_("Withdrawn by the citizen"),
    8: N_("Stopped"),
    9: N_("Decided"),
    10: N_("Result returned"),
}

OPEN = frozenset(
    {State.FILED, State.ACCEPTED, State.IN_REVIEW, State.WAITING_FOR_CITIZEN, State.WAITING_FOR_PAYMENT, State.DECIDED}
)
CLOCK_RUNS = frozenset({State.FILED, State.ACCEPTED, State.IN_REVIEW})
CLOCK_STOPPED = frozenset({State.WAITING_FOR_CITIZEN, State.WAITING_FOR_PAYMENT})


class Kind(StrEnum):
    """room.noun.verb, verb in the past. Never renamed, only retired."""

    SUBMITTED = "cases.dossier.submitted"
    ACCEPTED = "cases.dossier.accepted"
    MORE_ASKED = "cases.dossier.more_asked"
    SUPPLEMENTED = "cases.dossier.supplemented"
    REFUSED = "cases.dossier.refused"
    HANDED_ON = "cases.dossier.handed_on"
    DECIDED = "cases.dossier.decided"
    RETURNED = "cases.dossier.returned"
    WITHDRAWN = "cases.dossier.withdrawn"
    STOPPED = "cases.dossier.stopped"
    PAPER_JUDGED = "cases.paper.judged"


class Outcome(StrEnum):
    """How a dossier was decided."""

    GRANTED = "granted"
    REJECTED = "rejected"


class Move(StrEnum):
    """What can be done with a dossier; each is one action and one button."""

    ACCEPT = "accept"
    ASK_FOR_MORE = "ask_for_more"
    REFUSE = "refuse"
    HAND_ON = "hand_on"
    DECIDE = "decide"
    RETURN_RESULT = "return_result"
    STOP = "stop"
    SUPPLEMENT = "supplement"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class MoveRule:
    """From which states a move is allowed, where it leads, who may do it, and the entry that records it.

    Any one of the permissions is enough.
    """

    move: Move
    frm: frozenset[State]
    to: State | None
    permissions: tuple[str, ...]
    kind: Kind


def _rule(move: Move, frm: Iterable[State], to: State | None, permissions: str, kind: Kind) -> MoveRule:
    return MoveRule(move, frozenset(frm), to, tuple(permissions.split()), kind)


MOVES: Mapping[Move, MoveRule] = {
    rule.move: rule
    for rule in (
        _rule(Move.ACCEPT, [State.FILED], State.ACCEPTED, "dossier.receive", Kind.ACCEPTED),
        _rule(
            Move.ASK_FOR_MORE,
            [State.FILED, State.ACCEPTED, State.IN_REVIEW],
            State.WAITING_FOR_CITIZEN,
            "dossier.receive dossier.process",
            Kind.MORE_ASKED,
        ),
        _rule(Move.REFUSE, [State.FILED], State.REFUSED, "dossier.receive", Kind.REFUSED),
        _rule(
            Move.HAND_ON,
            [State.ACCEPTED, State.IN_REVIEW],
            State.IN_REVIEW,
            "dossier.process dossier.receive",
            Kind.HANDED_ON,
        ),
        _rule(Move.DECIDE, [State.ACCEPTED, State.IN_REVIEW], State.DECIDED, "dossier.decide", Kind.DECIDED),
        _rule(Move.RETURN_RESULT, [State.DECIDED], State.RETURNED, "dossier.return_result", Kind.RETURNED),
        _rule(
            Move.STOP,
            [State.ACCEPTED, State.IN_REVIEW, State.WAITING_FOR_CITIZEN],
            State.STOPPED,
            "dossier.decide",
            Kind.STOPPED,
        ),
        # The citizen's own moves, also made at the counter for whoever brings papers there or has no account.
        # A supplement goes back to where the dossier was asked from.
        _rule(
            Move.SUPPLEMENT,
            [State.WAITING_FOR_CITIZEN],
            None,
            "dossier.supplement_own dossier.receive",
            Kind.SUPPLEMENTED,
        ),
        _rule(
            Move.WITHDRAW,
            [State.FILED, State.ACCEPTED, State.IN_REVIEW, State.WAITING_FOR_CITIZEN],
            State.WITHDRAWN,
            "dossier.withdraw_own dossier.receive",
            Kind.WITHDRAWN,
        ),
    )
}


# Nobody judges a dossier of their own: somebody else of the agency does.
NOT_ONES_OWN = frozenset({Move.ACCEPT, Move.DECIDE})


# ── Expected errors ───────────────────────────────────────────────────────────────────────────────────────────────


class DossierNotFound(NotFound):
    code = "dossier-not-found"
    title = N_("There is no dossier with this code, or it is not yours to see.")


class MoveNotAllowed(Conflict):
    """The dossier is in a state from which this cannot be done; says who did what last and when."""

    code = "dossier-moved-on"
    title = N_("This can no longer be done: the dossier has moved on.")
    fields = ("dossier_code", "state", "by", "at")


class OwnDossier(NotAllowed):
    code = "own-dossier"
    title = N_("This dossier is your own. Somebody else of the agency accepts it and decides it.")
    fields = ("dossier_code",)


class SupplementAlreadyAsked(Conflict):
    code = "supplement-already-asked"
    title = N_("More papers were already asked for once. The law allows it only once.")
    fields = ("dossier_code", "times")


class ReasonMissing(Invalid):
    code = "reason-missing"
    title = N_("Choose at least one reason and say in words what is to be mended.")


class VerdictReasonMissing(Invalid):
    code = "verdict-reason-missing"
    title = N_("Say what is wrong with the paper.")


class ResultMissing(Invalid):
    code = "result-missing"
    title = N_("Attach the result document or write its text before deciding.")


class NotFiledHere(Conflict):
    code = "not-filed-here"
    title = N_("This procedure is not filed on this portal.")
    fields = ("procedure",)


class ChannelNotOffered(Conflict):
    code = "channel-not-offered"
    title = N_("This procedure cannot be filed this way.")
    fields = ("procedure", "channel")


class NotOffered(Invalid):
    """A word that stands in no list of the page: a reason, a paper, a step, a term.

    It is never written down, since it could be anything.
    """

    code = "not-offered"
    title = N_("Choose one of what the page offers.")


class WrongAgency(Invalid):
    code = "wrong-agency"
    title = N_("This agency does not take this procedure. Choose another one.")


class ArrivalImpossible(Invalid):
    code = "arrival-impossible"
    title = N_("A dossier cannot arrive after it was registered, nor more than 30 days before.")


class TooManyDrafts(Conflict):
    code = "too-many-drafts"
    title = N_("You have as many drafts as you may have. Send one or delete one first.")
    fields = ("limit",)


class TooManyFiles(Conflict):
    code = "too-many-files"
    title = N_("This paper has as many files as it may have.")
    fields = ("limit",)


class ProcedureNotPublished(NotFound):
    code = "procedure-not-published"
    title = N_("This procedure is not published in this province today.")
    fields = ("procedure",)


class Incomplete(Invalid):
    """A draft that cannot be sent yet; `page` is the first page that lacks something."""

    code = "draft-incomplete"
    title = N_("Something is still missing before this dossier can be sent.")
    fields = ("page",)


class DraftNotFound(NotFound):
    code = "draft-not-found"
    title = N_("This draft does not exist, or was sent already.")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules need to know of a dossier: nothing personal."""

    code: str
    state: State
    supplements_asked: int
    supplements_allowed: int
    last_by: str = ""
    last_at: datetime | None = None
    has_result: bool = False


def why_not(move: Move, standing: Standing) -> Conflict | None:
    """Why `move` cannot be done now, or None when it can. The reason stands beside the disabled button."""
    rule = MOVES[move]
    if standing.state not in rule.frm:
        return MoveNotAllowed(
            dossier_code=standing.code,
            state=standing.state.value,
            by=standing.last_by,
            at=standing.last_at.isoformat() if standing.last_at else "",
        )
    if move is Move.ASK_FOR_MORE and standing.supplements_asked >= standing.supplements_allowed:
        return SupplementAlreadyAsked(dossier_code=standing.code, times=standing.supplements_allowed)
    return None


def fold(kinds: Iterable[str]) -> State | None:
    """The state that a dossier's journal entries lead to, oldest first; None when it was never filed.

    A supplement returns to the state in which more was asked for, which the fold itself remembers.
    """
    state: State | None = None
    asked_from: State | None = None
    by_kind = {rule.kind: rule for rule in MOVES.values()}
    for kind in kinds:
        if kind == Kind.SUBMITTED:
            state = State.FILED
        elif kind == Kind.SUPPLEMENTED:
            state, asked_from = asked_from, None
        elif kind in by_kind:
            if kind == Kind.MORE_ASKED:
                asked_from = state
            state = by_kind[Kind(kind)].to
    return state
