"""What an officer may do with a dossier now: a primary button, others beside it, what cannot be done and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.cases.access import is_own, rule_for
from tinhso.cases.catalogue import Offered
from tinhso.cases.models import Dossier
from tinhso.cases.rules import (
    CLOCK_STOPPED,
    MOVES,
    NOT_ONES_OWN,
    OPEN,
    Move,
    OwnDossier,
    Standing,
    State,
    SupplementAlreadyAsked,
    why_not,
)
from tinhso.identity.policy import Permission, Role, roles_with
from tinhso.identity.rules import Subject
from tinhso.kernel.problems import N_
from tinhso.web import words
from tinhso.web.components import Link

SLUG: Mapping[Move, str] = {
    Move.ACCEPT: "tiep-nhan",
    Move.ASK_FOR_MORE: "bo-sung",
    Move.REFUSE: "tu-choi",
    Move.HAND_ON: "chuyen-buoc",
    Move.DECIDE: "quyet-dinh",
    Move.RETURN_RESULT: "tra-ket-qua",
    Move.STOP: "dung",
    Move.SUPPLEMENT: "bo-sung-tai-quay",
    Move.WITHDRAW: "rut-tai-quay",
}
MOVE_OF = {slug: move for move, slug in SLUG.items()}
BUTTON: Mapping[Move, str] = {
    Move.ACCEPT: N_("Accept"),
    Move.ASK_FOR_MORE: N_("Ask for more papers"),
    Move.REFUSE: N_("Refuse to accept"),
    Move.HAND_ON: N_("Hand on"),
    Move.DECIDE: N_("Decide"),
    Move.RETURN_RESULT: N_("Return the result"),
    Move.STOP: N_("Stop work"),
    Move.SUPPLEMENT: N_("Take in the citizen's answer"),
    Move.WITHDRAW: N_("Withdraw for the citizen"),
}
ROLE_NAME: Mapping[Role, str] = {
    Role.CITIZEN: N_("the citizen"),
    Role.ONE_STOP_OFFICER: N_("one-stop officer"),
    Role.SPECIALIST: N_("specialist"),
    Role.LEADER: N_("leader"),
    Role.CLERK: N_("clerk"),
    Role.AUDITOR: N_("auditor"),
    Role.ADMINISTRATOR: N_("administrator"),
}
# What is no longer of interest once the dossier is accepted is not shown as “cannot be done”.
ONLY_AT_FIRST = frozenset({Move.ACCEPT, Move.REFUSE})
# The citizen's own moves, made here for whoever came to the counter: of no interest to those who do not sit there.
AT_COUNTER = frozenset({Move.SUPPLEMENT, Move.WITHDRAW})


@dataclass(frozen=True, slots=True)
class Impossible:
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Todo:
    """The panel “What to do”."""

    primary: Link | None
    others: tuple[Link, ...]
    impossible: tuple[Impossible, ...]


def todo(who: Subject, dossier: Dossier, offered: Offered, standing: Standing, asked_on: date | None) -> Todo:
    """Buttons for what may be done, reasons for what may not; nothing at all for a closed dossier."""
    if standing.state not in OPEN:
        return Todo(None, (), ())
    possible, impossible = [], []
    own = is_own(who, dossier)
    for move in SLUG:
        allowed = rule_for(who, dossier, *map(Permission, MOVES[move].permissions)) is not None
        problem = why_not(move, standing)
        if allowed and problem is None and own and move in NOT_ONES_OWN:
            impossible.append(Impossible(_(BUTTON[move]), _(OwnDossier.title)))
        elif allowed and problem is None:
            possible.append(move)
        elif _is_of_interest(move, standing, allowed=allowed):
            asked_once = isinstance(problem, SupplementAlreadyAsked)
            why = reason(move, standing, asked_once=asked_once, asked_on=asked_on) if problem else for_whom(move)
            impossible.append(Impossible(_(BUTTON[move]), why))
    first = _first(possible, dossier, offered)
    return Todo(
        primary=_link(dossier, first) if first else None,
        others=tuple(_link(dossier, move) for move in possible if move is not first),
        impossible=tuple(impossible),
    )


def _is_of_interest(move: Move, standing: Standing, *, allowed: bool) -> bool:
    """Whether it is worth saying why a move cannot be made."""
    if move in AT_COUNTER:
        return allowed
    return move not in ONLY_AT_FIRST or standing.state is State.FILED


def _link(dossier: Dossier, move: Move) -> Link:
    return Link(reverse("desk-move", args=[dossier.code, SLUG[move]]), _(BUTTON[move]))


def _first(possible: list[Move], dossier: Dossier, offered: Offered) -> Move | None:
    """The one that the step is for: deciding where a leader signs, handing on before that."""
    by = next((step.by for step in offered.flow if step.step == dossier.step), "")
    order = [Move.ACCEPT, Move.RETURN_RESULT]
    order += [Move.DECIDE, Move.HAND_ON] if by == "leader" else [Move.HAND_ON, Move.DECIDE]
    return next((move for move in order if move in possible), None)


def for_whom(move: Move) -> str:
    """Who may do it, when it is not the reader."""
    roles = {role for name in MOVES[move].permissions for role in roles_with(Permission(name))}
    names = ", ".join(_(ROLE_NAME[role]) for role in Role if role in roles)
    return _("Done by: {roles} of the agency.").format(roles=names)


def reason(move: Move, standing: Standing, *, asked_once: bool = False, asked_on: date | None = None) -> str:
    """Why it cannot be done in this state, in one sentence."""
    if asked_once:
        return _asked(standing, asked_on)
    if standing.state is State.DECIDED:
        return _("The dossier is decided.")
    if move in {Move.SUPPLEMENT, Move.RETURN_RESULT}:
        nothing_asked = move is Move.SUPPLEMENT
        return _("The citizen has not been asked for anything.") if nothing_asked else _("There is no decision yet.")
    if standing.state is State.FILED:
        return _("The dossier is not accepted yet.")
    if standing.state in CLOCK_STOPPED:
        return _("The citizen has been asked for more. The clock stands.")
    return _("Not possible now: {state}.").format(state=words.state(standing.state))


def _asked(standing: Standing, asked_on: date | None) -> str:
    if not standing.supplements_allowed:
        return _("This procedure allows no request for more.")
    times = ngettext("Only {n} time a dossier.", "Only {n} times a dossier.", standing.supplements_allowed)
    said = times.format(n=standing.supplements_allowed)
    return _("Asked on {day}.").format(day=f"{asked_on:%d/%m}") + " " + said if asked_on else said
