"""The whole policy table, written out a second time: whoever changes a right changes it in two places."""

import pytest

from tinhso.identity.policy import SECOND_FACTOR_ROLES, TABLE, Permission, Role, Scope, roles_with, scope_of

# One row a permission, one column a role: o own, a agency, s subtree, p province, . nothing.
COLUMNS = ("citizen", "one_stop_officer", "specialist", "leader", "clerk", "auditor", "administrator")
EXPECTED = """
    dossier.file               o a . . . . .
    dossier.view_own           o . . . . . .
    dossier.supplement_own     o . . . . . .
    dossier.withdraw_own       o . . . . . .
    dossier.view               . a a s a p .
    dossier.receive            . a . . . . .
    dossier.process            . . a a . . .
    dossier.decide             . . . a . . .
    dossier.return_result      . a . . a . .
    dossier.print              o a a a a . .
    dossier.reassign           . . . s . . .
    files.view                 o a a s a p .
    people.view                o p . . . p .
    catalogue.view_unverified  . . . . . p p
    journal.view               . . . . . p p
    posts.manage               . . . . . . p
    packs.publish              . . . . . . p
    jobs.replay                . . . . . . p
"""
LETTERS = {"o": Scope.OWN, "a": Scope.AGENCY, "s": Scope.SUBTREE, "p": Scope.PROVINCE, ".": None}


def rows():
    for line in EXPECTED.strip().splitlines():
        permission, *letters = line.split()
        for role, letter in zip(COLUMNS, letters, strict=True):
            yield Role(role), Permission(permission), LETTERS[letter]


@pytest.mark.parametrize(("role", "permission", "scope"), list(rows()))
def test_each_role_reaches_exactly_as_far_as_written_here(role, permission, scope):
    assert scope_of(role, permission) is scope


def test_the_expected_table_names_every_role_and_every_permission():
    assert {(role, permission) for role, permission, _ in rows()} == {(r, p) for r in Role for p in Permission}
    assert set(TABLE) == set(Role)


def test_only_a_citizen_reaches_what_is_own_and_a_citizen_reaches_nothing_else():
    for role in Role:
        owns = Scope.OWN in TABLE[role].values()
        assert owns == (role is Role.CITIZEN)
    assert set(TABLE[Role.CITIZEN].values()) == {Scope.OWN}


def test_an_administrator_reads_no_dossier_and_an_auditor_changes_none():
    assert not [p for p in TABLE[Role.ADMINISTRATOR] if p.startswith(("dossier.", "files.", "people."))]
    assert {p for p in TABLE[Role.AUDITOR] if p.startswith("dossier.")} == {Permission.DOSSIER_VIEW}


def test_nobody_both_processes_at_a_desk_and_decides_but_a_leader():
    assert roles_with(Permission.DOSSIER_DECIDE) == (Role.LEADER,)


def test_the_table_cannot_be_changed_while_the_program_runs():
    with pytest.raises(TypeError):
        TABLE[Role.CITIZEN][Permission.JOURNAL_VIEW] = Scope.PROVINCE


def test_an_administrator_needs_a_second_factor():
    assert Role.ADMINISTRATOR in SECOND_FACTOR_ROLES
