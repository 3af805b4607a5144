"""Every write of identity: people, organisations, accounts, posts.

`by` is the subject that acts, or None when the program itself does (the command line, a sign-up before there is
anybody). Entries of the journal carry ids, codes and the names of changed fields, never a person's data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from types import TracebackType
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from psycopg import errors as pg

from tinhso.identity.facts import OrganisationFacts, PersonFacts, cleaned, cleaned_organisation
from tinhso.identity.models import Account, Organisation, Person, Post, Representation
from tinhso.identity.policy import Permission, Role
from tinhso.identity.rules import Assurance, Subject
from tinhso.journal.append import append, require_transaction
from tinhso.kernel.calendar import VIETNAM
from tinhso.kernel.codes import AgencyCode
from tinhso.kernel.problems import N_, Conflict, FieldError, Invalid, NotAllowed, NotFound
from tinhso.kernel.text import clean_line, sort_key


class EmailTaken(Conflict):
    code = "email-taken"
    title = N_("There is already an account with this e-mail address.")


class PersonalIdTaken(Conflict):
    """The number stands with another person. Nobody may take it over online: a counter looks at the card."""

    code = "personal-id-taken"
    title = N_("This identity number already belongs to somebody here. Please bring the card to a one-stop counter.")


class TaxCodeTaken(Conflict):
    code = "tax-code-taken"
    title = N_("This tax code already belongs to an organisation here.")


class PostOverlaps(Conflict):
    code = "post-overlaps"
    title = N_("This account already holds that role in that agency at that time.")
    fields = ("agency_code", "role")


class RepresentationOverlaps(Conflict):
    code = "representation-overlaps"
    title = N_("This account already acts for that organisation at that time.")


class NoSuchPost(NotFound):
    code = "no-such-post"
    title = N_("There is no such post.")


class MayNotManage(NotAllowed):
    code = "may-not-manage"
    title = N_("Only an administrator may do this.")


# --- people -----------------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def create_person(*, by: Subject | None, facts: PersonFacts, at: datetime) -> Person:
    """A person without an account, such as somebody who came to a counter."""
    if by is not None and not by.may_anywhere(Permission.PEOPLE_VIEW):
        raise MayNotManage
    return add_person(by=by, facts=facts, at=at)


def add_person(*, by: Subject | None, facts: PersonFacts, at: datetime) -> Person:
    """Step: the same inside the action of a room above."""
    require_transaction()
    facts = cleaned(facts, on=_day(at))
    person = Person(created_at=at, **_columns(facts))
    with _refusing(pg.UniqueViolation, PersonalIdTaken()):
        person.save(force_insert=True)
    append("identity.person.registered", subject=person.id, at=at, actor=_actor(by))
    return person


@transaction.atomic(durable=True)
def correct_person(*, by: Subject, person_id: UUID, facts: PersonFacts, at: datetime) -> Person:
    """New facts about oneself, or about somebody whom `by` may look up at a counter."""
    person = Person.objects.select_for_update().filter(id=person_id).first()
    may = person_id == by.person_id or by.may_anywhere(Permission.DOSSIER_RECEIVE)
    if person is None or not may:
        raise NotFound
    _correct(person, cleaned(facts, on=_day(at)), by=by, at=at)
    return person


def _correct(person: Person, facts: PersonFacts, *, by: Subject | None, at: datetime) -> None:
    columns = _columns(facts)
    changed = sorted(name for name, value in columns.items() if getattr(person, name) != value)
    if not changed:
        return
    for name in changed:
        setattr(person, name, columns[name])
    with _refusing(pg.UniqueViolation, PersonalIdTaken()):
        person.save(update_fields=changed)
    told = [name for name in changed if name not in {"search_key", "sort_key"}]
    append("identity.person.corrected", subject=person.id, at=at, actor=_actor(by), data={"fields": told})


@transaction.atomic(durable=True)
def declare_identity(*, by: Subject, facts: PersonFacts, at: datetime) -> Person:
    """What an account says about its own person, number included: assurance 1, unless it is higher already."""
    account = _locked_account(by.account_id)
    if account.person_id is None:
        person = add_person(by=by, facts=facts, at=at)
        _link(account, person.id, by=by, at=at)
    else:
        person = Person.objects.select_for_update().get(id=account.person_id)
        if account.assurance >= Assurance.MATCHED:
            # A matched person stays who was matched; only what no card proves may change.
            known = {name: getattr(person, name) for name in ("full_name", "personal_id", "born_on", "sex")}
            facts = replace(facts, born_precision=person.born_precision, **known)
        _correct(person, cleaned(facts, on=_day(at)), by=by, at=at)
    if person.personal_id and account.assurance < Assurance.DECLARED:
        _raise_assurance(account, Assurance.DECLARED, source="declared", by=by, at=at)
    return person


@transaction.atomic(durable=True)
def record_death(*, by: Subject | None, person_id: UUID, at: datetime) -> None:
    """A person is registered as dead. The second time changes nothing."""
    if by is not None and not by.may_anywhere(Permission.DOSSIER_DECIDE):
        raise NotAllowed
    if Person.objects.filter(id=person_id, alive=True).update(alive=False):
        append("identity.person.died", subject=person_id, at=at, actor=_actor(by))


# --- organisations ----------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def create_organisation(
    *, by: Subject | None, facts: OrganisationFacts, representative_id: UUID | None = None, at: datetime
) -> Organisation:
    facts = cleaned_organisation(facts)
    organisation = Organisation(
        tax_code=facts.tax_code,
        name=facts.name,
        representative_id=representative_id,
        search_key=facts.search_key,
        sort_key=sort_key(facts.name)[:800],
        created_at=at,
    )
    with _refusing(pg.UniqueViolation, TaxCodeTaken()):
        organisation.save(force_insert=True)
    append("identity.organisation.registered", subject=organisation.id, at=at, actor=_actor(by))
    return organisation


@transaction.atomic(durable=True)
def represent(
    *,
    by: Subject | None,
    account_id: UUID,
    organisation_id: UUID,
    valid_from: date,
    valid_until: date | None = None,
    at: datetime,
) -> Representation:
    """Let an account act for an organisation. Only an administrator, or the program after a check elsewhere."""
    _require_manager(by)
    _check_period(valid_from, valid_until)
    row = Representation(
        account_id=account_id, organisation_id=organisation_id, valid_from=valid_from, valid_until=valid_until
    )
    with _refusing(pg.ExclusionViolation, RepresentationOverlaps()):
        row.save(force_insert=True)
    data = {"organisation": str(organisation_id), **_period(valid_from, valid_until)}
    append("identity.account.authorised", subject=account_id, at=at, actor=_actor(by), data=data)
    return row


# --- accounts ---------------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def register_account(
    *,
    by: Subject | None,
    email: str,
    password: str | None,
    facts: PersonFacts | None = None,
    phone: str = "",
    language: str = "vi",
    at: datetime,
) -> Account:
    """An account, with the person it names when `facts` are given. Raises EmailTaken, Invalid.

    password   None: the account signs in by a link for a new password only
    """
    _require_manager(by)
    person = add_person(by=by, facts=facts, at=at) if facts else None
    return _register(email=email, password=password, person=person, phone=phone, language=language, by=by, at=at)


def _register(
    *,
    email: str,
    password: str | None,
    person: Person | None,
    phone: str,
    language: str,
    by: Subject | None,
    at: datetime,
) -> Account:
    account = Account(
        email=_login(email),
        phone=phone,
        language=language if language in ("vi", "en") else "vi",
        person=person,
        registered_at=at,
    )
    account.set_password(password)
    with _refusing(pg.UniqueViolation, EmailTaken()):
        account.save(force_insert=True)
    append("identity.account.registered", subject=account.id, at=at, actor=_actor(by) or account.id)
    return account


@transaction.atomic(durable=True)
def link_person(*, by: Subject | None, account_id: UUID, person_id: UUID, at: datetime) -> None:
    """Say whose account it is. Again with the same person changes nothing."""
    _require_manager(by)
    account = _locked_account(account_id)
    if not Person.objects.filter(id=person_id).exists():
        raise NotFound
    if account.person_id != person_id:
        _link(account, person_id, by=by, at=at)


def _link(account: Account, person_id: UUID, *, by: Subject | None, at: datetime) -> None:
    account.person_id = person_id
    account.save(update_fields=["person"])
    data = {"person": str(person_id)}
    append("identity.account.linked", subject=account.id, at=at, actor=_actor(by), data=data)


@transaction.atomic(durable=True)
def set_assurance(*, by: Subject | None, account_id: UUID, level: Assurance, source: str, at: datetime) -> None:
    """How sure the house is who this is. A counter that saw the card gives up to MATCHED, only the program more.

    source   "counter", "vneid", "demo": a word of ours
    """
    if by is not None and (level > Assurance.MATCHED or not by.may_anywhere(Permission.DOSSIER_RECEIVE)):
        raise MayNotManage
    account = _locked_account(account_id)
    if account.assurance != level:
        _raise_assurance(account, level, source=source, by=by, at=at)


def _raise_assurance(account: Account, level: Assurance, *, source: str, by: Subject | None, at: datetime) -> None:
    data = {"from": account.assurance, "to": int(level), "source": source}
    account.assurance = int(level)
    account.save(update_fields=["assurance"])
    append("identity.account.assured", subject=account.id, at=at, actor=_actor(by), data=data)


@transaction.atomic(durable=True)
def set_language(*, by: Subject, language: str, at: datetime) -> None:
    """The language in which notices reach the account."""
    if language not in ("vi", "en"):
        raise Invalid([FieldError("language", N_("Choose one of the answers."))])
    if Account.objects.filter(id=by.account_id).exclude(language=language).update(language=language):
        data = {"language": language}
        append("identity.account.language_set", subject=by.account_id, at=at, actor=by.account_id, data=data)


@transaction.atomic(durable=True)
def close_account(*, by: Subject | None, account_id: UUID, at: datetime) -> None:
    """Nobody signs in with it any more, and its sessions end with their next page."""
    _require_manager(by)
    if Account.objects.filter(id=account_id, is_active=True).update(is_active=False):
        append("identity.account.closed", subject=account_id, at=at, actor=_actor(by))


@transaction.atomic
def record_sign_in_event(*, kind: str, account_id: UUID, data: Mapping[str, Any] | None = None, at: datetime) -> None:
    """What the sign-in machinery did: signed in or out, a password or a second factor changed.

    Not durable like other actions: the machinery changes some things in a transaction of its own, and then the entry
    belongs into it.
    """
    append(kind, subject=account_id, at=at, actor=account_id, data=data or {})


# --- posts ------------------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def appoint(
    *,
    by: Subject | None,
    account_id: UUID,
    agency_code: str,
    role: Role,
    title_vi: str,
    title_en: str = "",
    fields: Iterable[str] = (),
    valid_from: date,
    valid_until: date | None = None,
    at: datetime,
) -> Post:
    """Give an account a post. Raises PostOverlaps, BadCode, Invalid."""
    _require_manager(by)
    _locked_account(account_id)
    post = Post(
        account_id=account_id,
        agency_code=AgencyCode(agency_code).value,
        role=_office(role).value,
        title_vi=clean_line(title_vi),
        title_en=clean_line(title_en),
        fields=sorted(set(fields)),
        valid_from=valid_from,
        valid_until=valid_until,
        appointed_at=at,
    )
    return _appoint(post, by=by, at=at)


def _appoint(post: Post, *, by: Subject | None, at: datetime) -> Post:
    _check_period(post.valid_from, post.valid_until)
    with _refusing(pg.ExclusionViolation, PostOverlaps(agency_code=post.agency_code, role=post.role)):
        post.save(force_insert=True)
    data = {
        "account": str(post.account_id),
        "role": post.role,
        "fields": list(post.fields),
        **_period(post.valid_from, post.valid_until),
    }
    append("identity.post.appointed", subject=post.id, unit=post.agency_code, at=at, actor=_actor(by), data=data)
    return post


@transaction.atomic(durable=True)
def end_post(*, by: Subject | None, post_id: UUID, valid_until: date, at: datetime) -> Post:
    """The first day without the post. Raises NoSuchPost, Invalid."""
    _require_manager(by)
    post = Post.objects.select_for_update().filter(id=post_id).first()
    if post is None:
        raise NoSuchPost
    _check_period(post.valid_from, valid_until)
    if post.valid_until == valid_until:
        return post
    post.valid_until = valid_until
    with _refusing(pg.ExclusionViolation, PostOverlaps(agency_code=post.agency_code, role=post.role)):
        post.save(update_fields=["valid_until"])
    data = {"account": str(post.account_id), "role": post.role, "until": valid_until.isoformat()}
    append("identity.post.ended", subject=post.id, unit=post.agency_code, at=at, actor=_actor(by), data=data)
    return post


# --- shared by the actions above --------------------------------------------------------------------------------------


class _refusing:  # noqa: N801 - reads as a word in "with"
    """A savepoint in which one kind of broken constraint becomes a problem with words."""

    def __init__(self, violation: type[pg.Error], problem: Conflict) -> None:
        self.violation, self.problem, self.savepoint = violation, problem, transaction.atomic()

    def __enter__(self) -> None:
        self.savepoint.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.savepoint.__exit__(kind, error, trace)
        if isinstance(error, IntegrityError) and isinstance(error.__cause__, self.violation):
            # The database quotes the refused value in its message, so the chain ends here.
            raise self.problem from None


def _columns(facts: PersonFacts) -> dict[str, Any]:
    return {
        "personal_id": facts.personal_id,
        "full_name": facts.full_name,
        "born_on": facts.born_on,
        "born_precision": facts.born_precision if facts.born_on else "day",
        "sex": facts.sex,
        "nationality": facts.nationality,
        "ethnic_group": facts.ethnic_group,
        "residence_unit_code": facts.residence_unit_code,
        "residence_line": facts.residence_line,
        "phone": facts.phone,
        "search_key": facts.search_key,
        "sort_key": facts.sort_key,
    }


def _login(email: str) -> str:
    email = clean_line(email).lower()
    try:
        validate_email(email)
    except ValidationError as bad:
        raise Invalid([FieldError("email", N_("Enter an e-mail address such as ten@example.vn."))]) from bad
    return email


def _locked_account(account_id: UUID) -> Account:
    account = Account.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise NotFound
    return account


def _office(role: Role) -> Role:
    if role is Role.CITIZEN:
        raise Invalid([FieldError("role", N_("A citizen needs no post."))])
    return role


def _require_manager(by: Subject | None) -> None:
    if by is not None and not by.may(Permission.POSTS_MANAGE):
        raise MayNotManage


def _check_period(valid_from: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid([FieldError("valid_until", N_("The last day must come after the first."))])


def _period(valid_from: date, valid_until: date | None) -> dict[str, str]:
    return {"from": valid_from.isoformat(), "until": valid_until.isoformat() if valid_until else ""}


def _actor(by: Subject | None) -> UUID | None:
    return by.account_id if by else None


def _day(at: datetime) -> date:
    return at.astimezone(VIETNAM).date()
