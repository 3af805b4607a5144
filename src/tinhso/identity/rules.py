"""What a subject may do, and by which rule; what a name, a date of birth and a post must be.

Pure: no Django, no clock, no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from uuid import UUID

from tinhso.identity.policy import TABLE, Permission, Role, Scope


class Assurance(IntEnum):
    """How sure the house is that the account is the person it names."""

    NONE = 0  # an e-mail address and a name
    DECLARED = 1  # the person typed an identity number
    MATCHED = 2  # the number and name match a register, or a counter saw the card
    BIOMETRIC = 3  # a face was matched with the chip


# Levels of VNeID (NĐ 69/2024/NĐ-CP): 1 is basic data with a portrait, 2 was matched by biometrics.
ASSURANCE_OF_VNEID: Mapping[int, Assurance] = {1: Assurance.MATCHED, 2: Assurance.BIOMETRIC}


@dataclass(frozen=True, slots=True)
class Held:
    """A post as held on the day the subject was built."""

    post_id: UUID
    role: Role
    agency_code: str
    title_vi: str = ""
    title_en: str = ""
    fields: tuple[str, ...] = ()  # empty: every field of procedures

    def covers(self, field_code: str) -> bool:
        return not self.fields or not field_code or field_code in self.fields


@dataclass(frozen=True, slots=True)
class Rule:
    """Why something is allowed: shown on the desk's page "who can see this"."""

    permission: Permission
    role: Role
    scope: Scope
    agency_code: str = ""  # of the post; empty for what an account owns
    title_vi: str = ""
    title_en: str = ""
    post_id: UUID | None = None


def is_within(agency_code: str, top: str) -> bool:
    """Whether an agency is `top` or below it: codes of agencies are written from the top down (QĐ 20/2020/QĐ-TTg)."""
    return agency_code == top or agency_code.startswith(f"{top}.")


def chain_of(agency_code: str) -> tuple[str, ...]:
    """The agency and every agency above it: H53.31.02 → H53.31.02, H53.31, H53."""
    groups = agency_code.split(".")
    return tuple(".".join(groups[:length]) for length in range(len(groups), 0, -1))


def reaches(held: Held, scope: Scope, agency_code: str) -> bool:
    """Whether a post with this scope reaches an agency."""
    match scope:
        case Scope.PROVINCE:
            return True
        case Scope.SUBTREE:
            return is_within(agency_code, held.agency_code)
        case Scope.AGENCY:
            return agency_code == held.agency_code
        case Scope.OWN:
            return False


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks: an account with the posts it holds on one day. Built by access.subject, asked by every room."""

    account_id: UUID
    person_id: UUID | None = None
    assurance: Assurance = Assurance.NONE
    language: str = "vi"
    posts: tuple[Held, ...] = ()
    agencies: tuple[str, ...] = field(default=(), repr=False)  # every agency of the province, when a post needs them

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset({Role.CITIZEN, *(held.role for held in self.posts)})

    @property
    def is_officer(self) -> bool:
        return bool(self.posts)

    def rules(self, permission: Permission) -> Iterator[tuple[Held, Scope]]:
        """Each post that carries the permission, with how far it reaches."""
        for held in self.posts:
            scope = TABLE[held.role].get(permission)
            if scope is not None:
                yield held, scope

    def why(
        self, permission: Permission, *, agency_code: str = "", owner_id: UUID | None = None, field_code: str = ""
    ) -> Rule | None:
        """The rule that allows `permission` there, or None.

        agency_code   the agency the thing lies with; empty when it lies with none, and then only a post that reaches
                      the province helps
        owner_id      the account, or the person, that the thing belongs to
        field_code    the field of the procedure; a post limited to fields covers only those
        """
        scope = TABLE[Role.CITIZEN].get(permission)
        if scope is Scope.OWN and owner_id is not None and owner_id in {self.account_id, self.person_id}:
            return Rule(permission, Role.CITIZEN, Scope.OWN)
        for held, reach in self.rules(permission):
            if reaches(held, reach, agency_code) and held.covers(field_code):
                return Rule(permission, held.role, reach, held.agency_code, held.title_vi, held.title_en, held.post_id)
        return None

    def may(
        self, permission: Permission, *, agency_code: str = "", owner_id: UUID | None = None, field_code: str = ""
    ) -> bool:
        return self.why(permission, agency_code=agency_code, owner_id=owner_id, field_code=field_code) is not None

    def may_anywhere(self, permission: Permission) -> bool:
        """Whether any post carries the permission: opens a menu, never a row."""
        return any(True for _ in self.rules(permission))

    def everywhere(self, permission: Permission) -> bool:
        """Whether a post reaches the whole province: a query then needs no predicate at all."""
        return any(scope is Scope.PROVINCE for _, scope in self.rules(permission))

    def agencies_for(self, permission: Permission, *, field_code: str = "") -> tuple[str, ...]:
        """Codes of all agencies where the permission holds, sorted: `agency_code = ANY(%s)` in a query."""
        codes: set[str] = set()
        for held, scope in self.rules(permission):
            if held.covers(field_code):
                codes.update(code for code in self.agencies if reaches(held, scope, code))
                if scope is not Scope.OWN:
                    codes.add(held.agency_code)
        return tuple(sorted(codes))


def needs_agencies(posts: Iterable[Held]) -> bool:
    """Whether any of the posts reaches beyond its own agency, so that the list of agencies must be read."""
    wide = {Scope.SUBTREE, Scope.PROVINCE}
    return any(scope in wide for held in posts for scope in TABLE[held.role].values())


def in_force(valid_from: date, valid_until: date | None, on: date) -> bool:
    """Half-open: the day a post ends is the first day without it."""
    return valid_from <= on and (valid_until is None or on < valid_until)
