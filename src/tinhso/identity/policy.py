"""Who may do what, and how far: the one policy table of the house.

Pure: no Django, no clock, no database. `access.py` turns an account and its posts of a day into a `Subject`; every
room asks that subject, and this table is the only place where the answer is written down.

A role reaches as far as its scope says:

own        what the account filed itself; needs no post
agency     dossiers of the agency of the post
subtree    that agency and every agency below it
province   every agency

Absent on purpose: permissions for one person. Whoever needs more is given a post, from a day and until a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a post makes of its holder. Every account is a citizen without any post."""

    CITIZEN = "citizen"
    ONE_STOP_OFFICER = "one_stop_officer"
    SPECIALIST = "specialist"
    LEADER = "leader"
    CLERK = "clerk"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Scope(StrEnum):
    """How far a permission reaches, from narrow to wide."""

    OWN = "own"
    AGENCY = "agency"
    SUBTREE = "subtree"
    PROVINCE = "province"


class Permission(StrEnum):
    """noun.verb, as on the page "who can see this"."""

    DOSSIER_FILE = "dossier.file"
    DOSSIER_VIEW_OWN = "dossier.view_own"
    DOSSIER_SUPPLEMENT_OWN = "dossier.supplement_own"
    DOSSIER_WITHDRAW_OWN = "dossier.withdraw_own"
    DOSSIER_VIEW = "dossier.view"
    DOSSIER_RECEIVE = "dossier.receive"  # accept, ask for more, refuse
    DOSSIER_PROCESS = "dossier.process"
    DOSSIER_DECIDE = "dossier.decide"
    DOSSIER_RETURN_RESULT = "dossier.return_result"
    DOSSIER_PRINT = "dossier.print"
    DOSSIER_REASSIGN = "dossier.reassign"
    FILES_VIEW = "files.view"
    PEOPLE_VIEW = "people.view"
    CATALOGUE_VIEW_UNVERIFIED = "catalogue.view_unverified"
    JOURNAL_VIEW = "journal.view"
    POSTS_MANAGE = "posts.manage"
    PACKS_PUBLISH = "packs.publish"
    JOBS_REPLAY = "jobs.replay"


def _row(**scopes: Scope) -> Mapping[Permission, Scope]:
    return MappingProxyType({Permission[name.upper()]: scope for name, scope in scopes.items()})


TABLE: Mapping[Role, Mapping[Permission, Scope]] = MappingProxyType(
    {
        Role.CITIZEN: _row(
            dossier_file=Scope.OWN,
            dossier_view_own=Scope.OWN,
            dossier_supplement_own=Scope.OWN,
            dossier_withdraw_own=Scope.OWN,
            dossier_print=Scope.OWN,
            files_view=Scope.OWN,
            people_view=Scope.OWN,
        ),
        # The counter files for people who come in person. It looks up anyone of the province, because a dossier
        # may be filed at any counter, wherever its owner lives.
        Role.ONE_STOP_OFFICER: _row(
            dossier_file=Scope.AGENCY,
            dossier_view=Scope.AGENCY,
            dossier_receive=Scope.AGENCY,
            dossier_return_result=Scope.AGENCY,
            dossier_print=Scope.AGENCY,
            files_view=Scope.AGENCY,
            people_view=Scope.PROVINCE,
        ),
        Role.SPECIALIST: _row(
            dossier_view=Scope.AGENCY,
            dossier_process=Scope.AGENCY,
            dossier_print=Scope.AGENCY,
            files_view=Scope.AGENCY,
        ),
        # A leader sees what hangs below the agency, and decides only in it.
        Role.LEADER: _row(
            dossier_view=Scope.SUBTREE,
            dossier_process=Scope.AGENCY,
            dossier_decide=Scope.AGENCY,
            dossier_print=Scope.AGENCY,
            dossier_reassign=Scope.SUBTREE,
            files_view=Scope.SUBTREE,
        ),
        # The clerk of the office gives numbers and stamps, and hands the paper to the counter.
        Role.CLERK: _row(
            dossier_view=Scope.AGENCY,
            dossier_print=Scope.AGENCY,
            dossier_return_result=Scope.AGENCY,
            files_view=Scope.AGENCY,
        ),
        # An auditor reads everything and changes nothing.
        Role.AUDITOR: _row(
            dossier_view=Scope.PROVINCE,
            files_view=Scope.PROVINCE,
            people_view=Scope.PROVINCE,
            catalogue_view_unverified=Scope.PROVINCE,
            journal_view=Scope.PROVINCE,
        ),
        # An administrator runs the house and reads no dossier.
        Role.ADMINISTRATOR: _row(
            catalogue_view_unverified=Scope.PROVINCE,
            journal_view=Scope.PROVINCE,
            posts_manage=Scope.PROVINCE,
            packs_publish=Scope.PROVINCE,
            jobs_replay=Scope.PROVINCE,
        ),
    }
)

# Roles whose holder must have a second factor before the desk opens.
SECOND_FACTOR_ROLES = frozenset({Role.ADMINISTRATOR})


def scope_of(role: Role, permission: Permission) -> Scope | None:
    """How far `role` reaches with `permission`; None when it does not reach at all."""
    return TABLE[role].get(permission)


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """Every role that holds `permission`, in the order of the enumeration."""
    return tuple(role for role in Role if permission in TABLE[role])
