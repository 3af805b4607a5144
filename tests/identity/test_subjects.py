"""What a subject may do where, and by which rule: pure, without a database."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.identity.policy import Permission, Role, Scope
from tinhso.identity.rules import Assurance, Held, Subject, chain_of, is_within, needs_agencies

WARD, OTHER_WARD, COMMITTEE = "H53.31.02", "H53.31.03", "H53"
AGENCIES = ("H53", "H53.04", "H53.07", "H53.07.01", "H53.07.01.01", "H53.31.02", "H53.31.02.01", "H53.31.03")
ME, MY_PERSON = uuid4(), uuid4()


def officer(role, agency=WARD, fields=()):
    held = Held(uuid4(), role, agency, "Chức danh", "Title", tuple(fields))
    return Subject(ME, MY_PERSON, Assurance.MATCHED, "vi", (held,), AGENCIES)


def test_a_citizen_may_see_what_is_own_by_account_or_by_person_and_nothing_else():
    citizen = Subject(ME, MY_PERSON)
    assert citizen.may(Permission.DOSSIER_VIEW_OWN, owner_id=ME)
    assert citizen.may(Permission.DOSSIER_VIEW_OWN, owner_id=MY_PERSON)
    assert not citizen.may(Permission.DOSSIER_VIEW_OWN, owner_id=uuid4())
    assert not citizen.may(Permission.DOSSIER_VIEW_OWN)
    assert not citizen.may(Permission.DOSSIER_VIEW, agency_code=WARD)
    assert citizen.agencies_for(Permission.DOSSIER_VIEW) == ()


def test_an_account_without_a_person_does_not_own_what_nobody_owns():
    assert not Subject(ME).may(Permission.DOSSIER_VIEW_OWN, owner_id=None)


def test_a_one_stop_officer_receives_in_the_own_ward_only():
    who = officer(Role.ONE_STOP_OFFICER)
    assert who.may(Permission.DOSSIER_RECEIVE, agency_code=WARD)
    assert not who.may(Permission.DOSSIER_RECEIVE, agency_code=OTHER_WARD)
    assert not who.may(Permission.DOSSIER_RECEIVE, agency_code=COMMITTEE)
    assert who.agencies_for(Permission.DOSSIER_RECEIVE) == (WARD,)


def test_a_leader_sees_the_agencies_below_and_decides_only_in_the_own_one():
    who = officer(Role.LEADER, "H53.07")
    assert who.agencies_for(Permission.DOSSIER_VIEW) == ("H53.07", "H53.07.01", "H53.07.01.01")
    assert who.agencies_for(Permission.DOSSIER_DECIDE) == ("H53.07",)
    assert not who.may(Permission.DOSSIER_DECIDE, agency_code="H53.07.01")


def test_a_code_that_only_begins_alike_is_not_below():
    assert not is_within("H53.071", "H53.07")
    assert is_within("H53.07.01", "H53.07")
    assert chain_of("H53.07.01") == ("H53.07.01", "H53.07", "H53")


def test_an_auditor_reaches_everywhere_so_that_a_query_needs_no_predicate():
    who = officer(Role.AUDITOR, COMMITTEE)
    assert who.everywhere(Permission.DOSSIER_VIEW)
    assert who.agencies_for(Permission.DOSSIER_VIEW) == AGENCIES
    assert who.may(Permission.JOURNAL_VIEW)


def test_a_post_limited_to_fields_covers_only_those():
    who = officer(Role.SPECIALIST, fields=["civil-status"])
    assert who.may(Permission.DOSSIER_PROCESS, agency_code=WARD, field_code="civil-status")
    assert not who.may(Permission.DOSSIER_PROCESS, agency_code=WARD, field_code="land")
    assert who.agencies_for(Permission.DOSSIER_PROCESS, field_code="land") == ()
    assert officer(Role.SPECIALIST).may(Permission.DOSSIER_PROCESS, agency_code=WARD, field_code="land")


def test_why_names_the_post_that_allows_it():
    rule = officer(Role.LEADER, "H53.07").why(Permission.DOSSIER_VIEW, agency_code="H53.07.01.01")
    assert (rule.role, rule.scope, rule.agency_code, rule.title_vi) == (
        Role.LEADER,
        Scope.SUBTREE,
        "H53.07",
        "Chức danh",
    )
    assert officer(Role.CLERK).why(Permission.DOSSIER_DECIDE, agency_code=WARD) is None


def test_several_posts_add_up():
    posts = (Held(uuid4(), Role.ONE_STOP_OFFICER, WARD), Held(uuid4(), Role.SPECIALIST, OTHER_WARD))
    who = Subject(ME, posts=posts)
    assert who.agencies_for(Permission.DOSSIER_VIEW) == (WARD, OTHER_WARD)
    assert who.agencies_for(Permission.DOSSIER_RECEIVE) == (WARD,)
    assert who.roles == {Role.CITIZEN, Role.ONE_STOP_OFFICER, Role.SPECIALIST}


def test_only_posts_that_reach_beyond_their_agency_need_the_list_of_agencies():
    assert needs_agencies([Held(uuid4(), Role.LEADER, WARD)])
    assert not needs_agencies([Held(uuid4(), Role.SPECIALIST, WARD)])
    assert not needs_agencies([])


posts = st.lists(
    st.builds(
        Held,
        st.uuids(),
        st.sampled_from([role for role in Role if role is not Role.CITIZEN]),
        st.sampled_from(AGENCIES),
    ),
    max_size=4,
)


@given(posts, st.sampled_from(Permission), st.sampled_from(AGENCIES))
def test_the_predicate_of_a_query_and_the_question_about_one_row_agree(held, permission, agency):
    who = Subject(ME, posts=tuple(held), agencies=AGENCIES)
    assert who.may(permission, agency_code=agency) == (agency in who.agencies_for(permission))


@pytest.mark.parametrize("permission", [p for p in Permission if not p.endswith("_own")])
def test_no_right_comes_from_owning_nothing(permission):
    assert not Subject(ME, MY_PERSON).may(permission, agency_code=WARD)
