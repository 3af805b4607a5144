"""The only doors to a protected row of cases: a dossier, a draft.

A dossier is reached by its owner for the citizen's own permissions, and by officers through the agencies in which
their posts carry the permission, and for the fields they cover. Otherwise it does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from tinhso.cases.models import Dossier, Draft
from tinhso.cases.rules import DossierNotFound, DraftNotFound
from tinhso.identity import queries as identity
from tinhso.identity.policy import Permission, Scope
from tinhso.identity.rules import Rule, Subject, reaches

OWN = frozenset({Permission.DOSSIER_VIEW_OWN, Permission.DOSSIER_SUPPLEMENT_OWN, Permission.DOSSIER_WITHDRAW_OWN})


def rule_for(who: Subject, dossier: Dossier, *permissions: Permission) -> Rule | None:
    """The rule that lets `who` do one of the permissions with this dossier, or None: shown as "who can see this"."""
    for permission in permissions:
        rule = who.why(
            permission,
            agency_code="" if permission in OWN else dossier.agency_code,
            owner_id=dossier.owner_id if permission in OWN else None,
            field_code=dossier.field,
        )
        if rule:
            return rule
    return None


def access_dossier(who: Subject, dossier_id: UUID, *permissions: Permission, lock: bool = False) -> Dossier:
    """The dossier, when `who` may do one of `permissions` with it.

    Otherwise DossierNotFound, so that existence is not revealed.
    """
    return _access(who, Q(id=dossier_id), permissions, lock=lock)


def access_dossier_by_code(who: Subject, code: str, *permissions: Permission) -> Dossier:
    """The same by the code that people know."""
    return _access(who, Q(code=code), permissions, lock=False)


def _access(who: Subject, which: Q, permissions: tuple[Permission, ...], *, lock: bool) -> Dossier:
    rows = Dossier.objects.filter(which)
    dossier: Dossier | None = (rows.select_for_update() if lock else rows).first()
    if dossier is None or rule_for(who, dossier, *permissions) is None:
        raise DossierNotFound
    return dossier


def is_own(who: Subject, dossier: Dossier) -> bool:
    """Whether the dossier is that of `who`: filed from the same account, or by whoever has the same personal number."""
    if dossier.owner_id == who.account_id:
        return True
    if not dossier.applicant_personal_id:
        return False
    _account, person = identity.account_and_person(who.account_id)
    return person is not None and person.personal_id == dossier.applicant_personal_id


def access_draft(who: Subject, draft_id: UUID, *, lock: bool = False) -> Draft:
    """One's own draft; otherwise DraftNotFound.

    What was written for somebody at a counter stays with the post: who no longer holds it does not reach it.
    """
    rows = Draft.objects.filter(id=draft_id, account_id=who.account_id)
    draft: Draft | None = (rows.select_for_update() if lock else rows).first()
    if draft is None or not (draft.channel == "online" or _files_at(who, draft.agency_code)):
        raise DraftNotFound
    return draft


def _files_at(who: Subject, agency_code: str) -> bool:
    if not agency_code:
        return who.may_anywhere(Permission.DOSSIER_FILE)
    return who.may(Permission.DOSSIER_FILE, agency_code=agency_code)


def seen_by(who: Subject, permission: Permission) -> Q:
    """The permission as a predicate of a query.

    Set-based, never row by row, and true for the same dossiers as `rule_for`.
    """
    condition = Q(owner_id=who.account_id) if permission in OWN else Q(pk__isnull=True)
    for one in reach(who, permission):
        if one.agencies is None and not one.fields:
            return Q()
        part = Q() if one.agencies is None else Q(agency_code__in=one.agencies)
        condition |= part & Q(field__in=one.fields) if one.fields else part
    return condition


def dossiers_by_code(who: Subject, codes: Sequence[str], permission: Permission, *, limit: int = 50) -> list[Dossier]:
    """Those of the dossiers that `who` may do `permission` with, by deadline.

    The others are left out as if they did not exist.
    """
    known = [code for code in codes[:limit] if "\0" not in code]  # the database would choke on it
    rows = Dossier.objects.filter(seen_by(who, permission), code__in=known)
    return list(rows.order_by("due_at", "id"))


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a permission holds: agencies (None: the whole province) and fields of procedures (empty: every field)."""

    agencies: tuple[str, ...] | None
    fields: tuple[str, ...] = ()


def reach(who: Subject, permission: Permission) -> tuple[Reach, ...]:
    """The permission of posts as a set, for lists written in SQL: posts with the same fields together. Empty: nowhere.

    A post that reaches the whole province for every field makes the others superfluous.
    """
    agencies: dict[tuple[str, ...], set[str]] = {}
    provincial: set[tuple[str, ...]] = set()
    for held, scope in who.rules(permission):
        if scope is Scope.PROVINCE:
            provincial.add(held.fields)
        elif scope is not Scope.OWN:
            reached = {code for code in who.agencies if reaches(held, scope, code)} | {held.agency_code}
            agencies.setdefault(held.fields, set()).update(reached)
    if () in provincial:
        return (Reach(None),)
    return (
        *(Reach(None, fields) for fields in sorted(provincial)),
        *(Reach(tuple(sorted(codes)), fields) for fields, codes in agencies.items()),
    )
