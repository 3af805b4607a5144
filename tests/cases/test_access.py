"""Who reaches a dossier: one door for a row, one predicate for a list, and both say the same."""

from itertools import product

import pytest
from cases_house import DEPARTMENT, OTHER_WARD, PROVINCE_HEAD, WARD, at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.cases.access import (
    OWN,
    access_dossier,
    access_dossier_by_code,
    access_draft,
    dossiers_by_code,
    reach,
    rule_for,
    seen_by,
)
from tinhso.cases.models import Dossier
from tinhso.cases.rules import DossierNotFound, DraftNotFound
from tinhso.identity.policy import TABLE, Permission, Role, Scope
from tinhso.identity.rules import Held, Subject
from tinhso.journal.keys import new_uuid7
from tinhso.places import queries as places

AGENCIES = (WARD, OTHER_WARD, DEPARTMENT, "H53.07.01", "H53.31.02.05")
FIELDS = ("civil-status", "land")


@pytest.fixture
def matrix(house):
    """One dossier in every agency and field, of the citizen or of nobody."""
    dossier = house.filed("2.000635", papers=False)
    owners = (house.people["citizen"].id, None)
    for number, (agency, field, owner) in enumerate((a, f, o) for a in AGENCIES for f in FIELDS for o in owners):
        copy = Dossier.objects.get(id=dossier.id)
        copy.id, copy.code, copy.form_key = new_uuid7(), f"{agency}-260803-{1000 + number}", new_uuid7()
        copy.agency_code, copy.field, copy.owner_id = agency, field, owner
        copy._state.adding = True
        copy.save(force_insert=True)
    dossier.delete()
    return house


def held(role: Role, agency: str, fields=()) -> Held:
    return Held(post_id=new_uuid7(), role=role, agency_code=agency, fields=tuple(fields))


def somebody(*posts: Held, account_id=None) -> Subject:
    return Subject(account_id=account_id or new_uuid7(), posts=posts, agencies=places.agency_codes())


posts = st.builds(
    held,
    st.sampled_from([role for role in Role if role is not Role.CITIZEN]),
    st.sampled_from([*AGENCIES, PROVINCE_HEAD, "H53.07", "H53.3", "H60"]),
    st.sampled_from([(), ("land",), ("civil-status",), FIELDS, ("health",)]),
)


def test_the_predicate_of_lists_and_the_rule_of_a_row_are_the_same(matrix):
    rows = list(Dossier.objects.all())
    citizen = matrix.people["citizen"].id

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(posts, max_size=3), st.booleans(), st.sampled_from(Permission))
    def same(holding, is_owner, permission):
        who = somebody(*holding, account_id=citizen if is_owner else None)
        by_rule = {row.id for row in rows if rule_for(who, row, permission)}
        assert set(Dossier.objects.filter(seen_by(who, permission)).values_list("id", flat=True)) == by_rule

    same()


OFFICES = [role for role in Role if role is not Role.CITIZEN]
ON_DOSSIERS = [permission for permission in Permission if permission.value.startswith("dossier.")]


def test_every_role_reaches_as_far_as_the_table_says_and_no_further(matrix):
    rows = list(Dossier.objects.all())
    for role, permission, agency in product(OFFICES, ON_DOSSIERS, (WARD, PROVINCE_HEAD)):
        who = somebody(held(role, agency, ["land"]))
        scope = TABLE[role].get(permission)
        for row in rows:
            within = {
                None: False,
                Scope.AGENCY: row.agency_code == agency,
                Scope.SUBTREE: row.agency_code == agency or row.agency_code.startswith(f"{agency}."),
                Scope.PROVINCE: True,
            }[scope]
            allowed = within and row.field == "land"
            assert (rule_for(who, row, permission) is not None) == allowed, (role, permission, agency, row.agency_code)


@pytest.mark.parametrize("role", OFFICES)
def test_the_door_opens_by_the_rule(matrix, role):
    who = somebody(held(role, WARD))
    for row in Dossier.objects.all():
        if TABLE[role].get(Permission.DOSSIER_VIEW) and (row.agency_code == WARD or _sees_more(role, row)):
            assert access_dossier(who, row.id, Permission.DOSSIER_VIEW).id == row.id
        else:
            with pytest.raises(DossierNotFound):
                access_dossier(who, row.id, Permission.DOSSIER_VIEW)


def _sees_more(role: Role, row: Dossier) -> bool:
    return role is Role.AUDITOR or (role is Role.LEADER and row.agency_code.startswith(f"{WARD}."))


def test_owners_reach_their_own_and_nothing_else(matrix):
    owner, stranger = (
        somebody(account_id=matrix.people["citizen"].id),
        somebody(account_id=matrix.people["neighbour"].id),
    )
    for row in Dossier.objects.all():
        for permission in OWN:
            assert (rule_for(owner, row, permission) is not None) == (row.owner_id == owner.account_id)
            assert rule_for(stranger, row, permission) is None
        assert rule_for(owner, row, Permission.DOSSIER_VIEW) is None


def test_what_may_not_be_seen_does_not_exist(matrix):
    row = Dossier.objects.filter(agency_code=OTHER_WARD).first()
    who = somebody(held(Role.SPECIALIST, WARD))
    refusals = []
    for code in (row.code, "H53.31.03-260803-9999"):
        with pytest.raises(DossierNotFound) as refused:
            access_dossier_by_code(who, code, Permission.DOSSIER_VIEW)
        refusals.append((str(refused.value), refused.value.values))
    assert refusals[0] == refusals[1]
    codes = list(Dossier.objects.values_list("code", flat=True))
    assert {d.agency_code for d in dossiers_by_code(who, codes, Permission.DOSSIER_VIEW)} == {WARD}


def test_an_auditor_of_one_field_sees_that_field_only(matrix):
    who = somebody(held(Role.AUDITOR, PROVINCE_HEAD, ["land"]))
    seen = Dossier.objects.filter(seen_by(who, Permission.DOSSIER_VIEW))
    assert {row.field for row in seen} == {"land"}
    assert len({row.agency_code for row in seen}) == len(AGENCIES)
    assert [one.agencies for one in reach(who, Permission.DOSSIER_VIEW)] == [None]


def test_a_post_that_ended_reaches_nothing(house):
    dossier = house.filed()
    assert access_dossier(house.who("counter"), dossier.id, Permission.DOSSIER_VIEW)
    earlier = house.who("counter", on=at(1, year=2025).date())
    with pytest.raises(DossierNotFound):
        access_dossier(Subject(account_id=earlier.account_id), dossier.id, Permission.DOSSIER_VIEW)


def test_drafts_are_one_s_own(house):
    draft = house.draft()
    assert access_draft(house.who("citizen"), draft.id).id == draft.id
    for name in ("neighbour", "counter", "leader"):
        with pytest.raises(DraftNotFound):
            access_draft(house.who(name), draft.id)
