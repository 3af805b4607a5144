"""What may happen to a dossier, and what its journal says of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.cases.rules import (
    MOVES,
    NATIONAL_CODE,
    OPEN,
    Kind,
    Move,
    MoveNotAllowed,
    Standing,
    State,
    SupplementAlreadyAsked,
    fold,
    why_not,
)


def standing(state: State, asked: int = 0, allowed: int = 1) -> Standing:
    return Standing("H53.31.02-261120-0042", state, asked, allowed)


# The whole table, written out once more by hand: move → states from which it may be done.
ALLOWED = {
    Move.ACCEPT: {"filed"},
    Move.ASK_FOR_MORE: {"filed", "accepted", "in_review"},
    Move.REFUSE: {"filed"},
    Move.HAND_ON: {"accepted", "in_review"},
    Move.DECIDE: {"accepted", "in_review"},
    Move.RETURN_RESULT: {"decided"},
    Move.STOP: {"accepted", "in_review", "waiting_for_citizen"},
    Move.SUPPLEMENT: {"waiting_for_citizen"},
    Move.WITHDRAW: {"filed", "accepted", "in_review", "waiting_for_citizen"},
}


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", State)
def test_every_move_from_every_state_is_allowed_or_refused_as_written(move, state):
    problem = why_not(move, standing(state))
    assert (problem is None) == (state.value in ALLOWED[move])
    if problem:
        assert isinstance(problem, MoveNotAllowed)
        assert problem.values["state"] == state.value


def test_states_have_the_ten_national_codes_each_once():
    assert sorted(NATIONAL_CODE.values()) == list(range(1, 11))
    assert set(NATIONAL_CODE) == set(State)


def test_more_is_asked_for_once_unless_the_pack_allows_more():
    assert why_not(Move.ASK_FOR_MORE, standing(State.FILED, asked=0)) is None
    assert isinstance(why_not(Move.ASK_FOR_MORE, standing(State.FILED, asked=1)), SupplementAlreadyAsked)
    assert why_not(Move.ASK_FOR_MORE, standing(State.FILED, asked=1, allowed=2)) is None


def test_a_supplement_goes_back_to_where_more_was_asked_for():
    assert fold([Kind.SUBMITTED, Kind.MORE_ASKED, Kind.SUPPLEMENTED]) is State.FILED
    in_review = [Kind.SUBMITTED, Kind.ACCEPTED, Kind.HANDED_ON, Kind.MORE_ASKED, Kind.SUPPLEMENTED]
    assert fold(in_review) is State.IN_REVIEW


def test_a_dossier_that_was_never_filed_has_no_state():
    assert fold([]) is None


def test_entries_of_other_nouns_do_not_move_a_dossier():
    assert fold([Kind.SUBMITTED, Kind.PAPER_JUDGED, "documents.paper.issued"]) is State.FILED


@given(st.lists(st.sampled_from(Move), max_size=30))
def test_folding_the_entries_of_any_walk_gives_the_state_walked_to(moves):
    state, asked_from, kinds = State.FILED, State.FILED, [Kind.SUBMITTED]
    for move in moves:
        if why_not(move, standing(state, allowed=99)):
            continue
        rule = MOVES[move]
        if move is Move.ASK_FOR_MORE:
            asked_from = state
        state = rule.to or asked_from
        kinds.append(rule.kind)
    assert fold(kinds) is state


@given(st.lists(st.sampled_from(Move), max_size=30))
def test_what_is_over_stays_over(moves):
    for over in set(State) - OPEN:
        assert all(why_not(move, standing(over, allowed=99)) for move in moves)
