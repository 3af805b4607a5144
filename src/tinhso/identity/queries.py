"""Reads of identity that are more than one row by its key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from tinhso.identity.models import Account, Person, Post
from tinhso.identity.policy import Permission, Role, Scope, roles_with, scope_of
from tinhso.identity.rules import Held, Rule, chain_of


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may do something, and the rule that says so."""

    account_id: UUID
    name: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a notice goes to: an address and a language, no name."""

    account_id: UUID
    email: str
    language: str


def _on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_until__isnull=True) | Q(valid_until__gt=day))


def _held(post: Post) -> Held:
    return Held(
        post_id=post.id,
        role=Role(post.role),
        agency_code=post.agency_code,
        title_vi=post.title_vi,
        title_en=post.title_en or post.title_vi,
        fields=tuple(post.fields),
    )


def posts_of(account_id: UUID, *, on: date) -> tuple[Held, ...]:
    """Posts held on a day, oldest first. Uses post_in_one_agency_does_not_overlap (it begins with account)."""
    rows = Post.objects.filter(_on(on), account_id=account_id).order_by("valid_from", "id")[:50]
    return tuple(_held(post) for post in rows)


def _reaching(permission: Permission, agency_code: str) -> Q:
    """Posts whose role carries the permission and whose agency lets it reach `agency_code`."""
    condition = Q(pk__isnull=True)
    for role in roles_with(permission):
        match scope_of(role, permission):
            case Scope.PROVINCE:
                condition |= Q(role=role.value)
            case Scope.SUBTREE:
                condition |= Q(role=role.value, agency_code__in=chain_of(agency_code))
            case Scope.AGENCY:
                condition |= Q(role=role.value, agency_code=agency_code)
            case _:
                continue
    return condition


def who_may(
    permission: Permission, *, agency_code: str, field_code: str = "", on: date, limit: int = 100
) -> list[Holder]:
    """Everyone whose post of that day allows `permission` in the agency, each with the rule; at most `limit`."""
    rows = (
        Post.objects.filter(_on(on), _reaching(permission, agency_code), account__is_active=True)
        .select_related("account__person")
        .order_by("agency_code", "role", "id")[:limit]
    )
    holders = []
    for post in rows:
        held, scope = _held(post), scope_of(Role(post.role), permission)
        if scope is not None and held.covers(field_code):
            rule = Rule(permission, held.role, scope, held.agency_code, held.title_vi, held.title_en, held.post_id)
            person = post.account.person
            holders.append(Holder(post.account_id, person.full_name if person else "", rule))
    return holders


def officers_of(agency_code: str, *, role: Role, on: date, field_code: str = "", limit: int = 100) -> list[UUID]:
    """Accounts that hold a role in an agency on a day and cover the field: whom a new task is told to."""
    rows = Post.objects.filter(_on(on), agency_code=agency_code, role=role.value, account__is_active=True)
    accounts = [
        _held_account(post) for post in rows.order_by("valid_from", "id")[:limit] if _held(post).covers(field_code)
    ]
    return list(dict.fromkeys(accounts))


def _held_account(post: Post) -> UUID:
    return post.account_id


def recipient(account_id: UUID) -> Recipient | None:
    """Where to write to an account; None when it is gone or closed."""
    row = Account.objects.filter(id=account_id, is_active=True).values_list("id", "email", "language").first()
    return Recipient(*row) if row else None


def account_of_person(person_id: UUID) -> UUID | None:
    """The active account of a person, the oldest when there are several."""
    rows = Account.objects.filter(person_id=person_id, is_active=True).order_by("registered_at", "id")
    return rows.values_list("id", flat=True).first()


def names_of(account_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Full names of the people behind accounts, for lists and journals; an account without a person is left out."""
    rows = Account.objects.filter(id__in=set(account_ids), person__isnull=False)
    return dict(rows.values_list("id", "person__full_name")[:500])


def name_of(account_id: UUID) -> str:
    """The full name of the person behind an account, "" when none is known."""
    return names_of([account_id]).get(account_id, "")


def account_and_person(account_id: UUID) -> tuple[Account, Person | None]:
    """An account with the person behind it: what is already known about whoever files. One statement."""
    account = Account.objects.select_related("person").get(id=account_id)
    return account, account.person


def accounts_of(emails: Sequence[str]) -> list[Account]:
    """The accounts that sign in with these addresses, by address."""
    return list(Account.objects.filter(email__in=[email.lower() for email in emails]).order_by("email")[:1_000])
