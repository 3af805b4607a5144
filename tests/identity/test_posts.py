"""Posts: from a day until a day, never twice at once, and worth nothing the day after."""

from datetime import date, timedelta

import pytest
from identity_samples import NOON, TODAY

from tinhso.identity import access, actions, queries
from tinhso.identity.policy import Permission, Role
from tinhso.kernel.problems import Invalid

WARD = "H53.31.02"


def appoint(account, since, until=None, *, role=Role.SPECIALIST, agency=WARD, by=None):
    return actions.appoint(
        by=by,
        account_id=account.id,
        agency_code=agency,
        role=role,
        title_vi="Công chức",
        valid_from=since,
        valid_until=until,
        at=NOON,
    )


def test_the_same_post_twice_at_once_is_refused(make_account):
    account = make_account()
    appoint(account, date(2026, 1, 1), date(2026, 7, 1))
    for since, until in (
        (date(2026, 1, 1), date(2026, 7, 1)),
        (date(2026, 6, 30), None),
        (date(2025, 1, 1), date(2026, 1, 2)),
        (date(2025, 1, 1), None),
    ):
        with pytest.raises(actions.PostOverlaps):
            appoint(account, since, until)
    appoint(account, date(2026, 7, 1))  # half-open: the next begins on the day the first ends
    appoint(account, date(2026, 1, 1), role=Role.CLERK)
    appoint(account, date(2026, 1, 1), agency="H53.31.03")


def test_a_post_that_ended_yesterday_gives_nothing_today(make_officer):
    account = make_officer(Role.SPECIALIST, WARD, since=date(2026, 1, 1), until=TODAY)
    yesterday = access.subject(account, on=TODAY - timedelta(days=1))
    today = access.subject(account, on=TODAY)
    assert yesterday.may(Permission.DOSSIER_PROCESS, agency_code=WARD)
    assert not today.may(Permission.DOSSIER_PROCESS, agency_code=WARD)
    assert not today.is_officer


def test_a_post_of_tomorrow_gives_nothing_today(make_officer):
    account = make_officer(since=TODAY + timedelta(days=1))
    assert not access.subject(account, on=TODAY).is_officer


def test_ending_a_post_is_an_entry_and_the_second_time_changes_nothing(make_officer):
    from tinhso.journal.queries import entries_of

    account = make_officer()
    post_id = access.subject(account, on=TODAY).posts[0].post_id
    for _ in range(2):
        actions.end_post(by=None, post_id=post_id, valid_until=TODAY, at=NOON)
    kinds = [entry.kind for entry in entries_of(str(post_id))]
    assert kinds.count("identity.post.ended") == 1
    assert kinds.count("identity.post.appointed") == 1
    with pytest.raises(Invalid):
        actions.end_post(by=None, post_id=post_id, valid_until=date(2025, 1, 1), at=NOON)


def test_only_an_administrator_appoints(make_account, make_officer):
    account = make_account()
    leader = access.subject(make_officer(Role.LEADER), on=TODAY)
    administrator = access.subject(make_officer(Role.ADMINISTRATOR, "H53"), on=TODAY)
    with pytest.raises(actions.MayNotManage):
        appoint(account, TODAY, by=leader)
    post = appoint(account, TODAY, by=administrator)
    assert post.account_id == account.id


def test_a_citizen_is_no_post_and_an_agency_code_has_a_form(make_account):
    account = make_account()
    with pytest.raises(Invalid):
        appoint(account, TODAY, role=Role.CITIZEN)
    with pytest.raises(Invalid):
        appoint(account, TODAY, agency="phường Tân Ninh")


def test_a_subject_costs_at_most_two_statements(make_officer, django_assert_max_num_queries):
    from tinhso.places import queries as places

    narrow, wide = make_officer(Role.SPECIALIST), make_officer(Role.LEADER, "H53.07")
    with django_assert_max_num_queries(1):
        access.subject(narrow, on=TODAY)
    places.agency_codes()
    with django_assert_max_num_queries(2):
        access.subject(wide, on=TODAY)


def test_who_may_see_a_dossier_is_listed_with_the_rule(make_officer):
    make_officer(Role.SPECIALIST, "H53.07.01.01", fields=["land"])
    make_officer(Role.LEADER, "H53.07")
    make_officer(Role.AUDITOR, "H53")
    make_officer(Role.SPECIALIST, WARD)
    make_officer(Role.LEADER, "H53.31.03", until=TODAY)
    found = queries.who_may(Permission.DOSSIER_VIEW, agency_code="H53.07.01.01", field_code="land", on=TODAY)
    assert {(holder.rule.role, holder.rule.scope, holder.rule.agency_code) for holder in found} == {
        (Role.SPECIALIST, "agency", "H53.07.01.01"),
        (Role.LEADER, "subtree", "H53.07"),
        (Role.AUDITOR, "province", "H53"),
    }
    other_field = queries.who_may(Permission.DOSSIER_VIEW, agency_code="H53.07.01.01", field_code="culture", on=TODAY)
    assert Role.SPECIALIST not in {holder.rule.role for holder in other_field}


def test_new_work_is_told_to_those_who_hold_the_role_and_cover_the_field(make_officer):
    one = make_officer(Role.SPECIALIST, WARD, fields=["civil-status"], email="a@example.vn")
    two = make_officer(Role.SPECIALIST, WARD, email="b@example.vn")
    make_officer(Role.SPECIALIST, WARD, fields=["land"], email="c@example.vn")
    found = queries.officers_of(WARD, role=Role.SPECIALIST, field_code="civil-status", on=TODAY)
    assert set(found) == {one.id, two.id}
