"""The only doors to a protected row of identity, and the subject that every other room asks.

A subject costs at most two statements: the posts of the day, and, when one of them reaches beyond its own agency, the
list of agencies. The account itself came with the session.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tinhso.identity import queries
from tinhso.identity.models import Account, Person
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Assurance, Subject, needs_agencies
from tinhso.kernel.problems import N_, NotFound
from tinhso.places import queries as places


class NoSuchAccount(NotFound):
    """Also said of an account that exists and may not be seen, so that existence is not revealed."""

    code = "no-such-account"
    title = N_("There is no such account.")


class NoSuchPerson(NotFound):
    """Also said of a person who exists and may not be seen."""

    code = "no-such-person"
    title = N_("There is no such person.")


def subject(account: Account, *, on: date) -> Subject:
    """Who asks, with the posts held on that day. A closed account holds none."""
    posts = queries.posts_of(account.id, on=on) if account.is_active else ()
    return Subject(
        account_id=account.id,
        person_id=account.person_id,
        assurance=Assurance(account.assurance),
        language=account.language,
        posts=posts,
        agencies=places.agency_codes() if needs_agencies(posts) else (),
    )


def subject_of(account_id: UUID, *, on: date) -> Subject:
    """The same where there is no session: a job, the command line. One statement more."""
    account = Account.objects.filter(id=account_id).first()
    if account is None:
        raise NoSuchAccount
    return subject(account, on=on)


def access_account(who: Subject, account_id: UUID, *, lock: bool = False) -> Account:
    """The account, when it is one's own or `who` manages posts; otherwise NoSuchAccount."""
    if not who.may(Permission.POSTS_MANAGE) and account_id != who.account_id:
        raise NoSuchAccount
    rows = Account.objects.select_for_update() if lock else Account.objects.all()
    account = rows.filter(id=account_id).first()
    if account is None:
        raise NoSuchAccount
    return account


def access_person(who: Subject, person_id: UUID, *, lock: bool = False) -> Person:
    """The person, when it is oneself or `who` may look people up; otherwise NoSuchPerson."""
    if not who.may(Permission.PEOPLE_VIEW, owner_id=person_id):
        raise NoSuchPerson
    rows = Person.objects.select_for_update() if lock else Person.objects.all()
    person = rows.filter(id=person_id).first()
    if person is None:
        raise NoSuchPerson
    return person
