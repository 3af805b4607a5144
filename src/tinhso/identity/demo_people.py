"""The people of a demonstration: accounts, passwords and posts that a pack writes down for anyone to read.

Refused outside a demonstration, since everybody knows the passwords.
"""

from __future__ import annotations

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from tinhso.identity.actions import _appoint, _link, _raise_assurance, _register, add_person
from tinhso.identity.facts import PersonFacts
from tinhso.identity.models import Account, Person, Post
from tinhso.identity.pack_part import DemoAccount, DemoPeople, DemoPost
from tinhso.identity.rules import Assurance
from tinhso.kernel.problems import N_, NotAllowed


class OnlyInDemo(NotAllowed):
    code = "only-in-demo"
    title = N_("Demonstration accounts exist only in a demonstration.")


@transaction.atomic(durable=True)
def load_demo_people(*, people: DemoPeople, on: date, at: datetime) -> int:
    """Make what is missing of the accounts; again changes nothing. Returns how many accounts were made.

    on   posts begin on this day, unless the pack says when
    """
    if not settings.DEMO:
        raise OnlyInDemo
    # Everybody knows these passwords, and most are the same: each is hashed once, not once for every account.
    hashes = {password: make_password(password) for password in {entry.password for entry in people.accounts}}
    return sum(_load(entry, hashes[entry.password], on=on, at=at) for entry in people.accounts)


def _load(entry: DemoAccount, password_hash: str, *, on: date, at: datetime) -> bool:
    account = Account.objects.filter(email=entry.email.lower()).first()
    made = account is None
    if account is None:
        account = _register(
            email=entry.email,
            password=None,
            person=_person(entry, at=at),
            phone=entry.phone,
            language=entry.language,
            by=None,
            at=at,
        )
        account.password = password_hash
        account.save(update_fields=["password"])
    elif account.person_id is None:
        _link(account, _person(entry, at=at).id, by=None, at=at)
    _confirm_email(account)
    if account.assurance != entry.assurance:
        _raise_assurance(account, Assurance(entry.assurance), source="demo", by=None, at=at)
    if account.is_staff != entry.staff:
        account.is_staff = entry.staff
        account.save(update_fields=["is_staff"])
    for post in entry.posts:
        _post(account, post, on=on, at=at)
    return made


def _person(entry: DemoAccount, *, at: datetime) -> Person:
    known = Person.objects.filter(personal_id=entry.personal_id).first() if entry.personal_id else None
    if known is not None:
        return known
    facts = PersonFacts(
        full_name=entry.name,
        personal_id=entry.personal_id,
        born_on=date.fromisoformat(entry.born_on) if entry.born_on else None,
        sex=entry.sex,
        ethnic_group=entry.ethnic_group,
        residence_unit_code=entry.residence_unit_code,
        residence_line=entry.residence_line,
        phone=entry.phone,
    )
    return add_person(by=None, facts=facts, at=at)


def _confirm_email(account: Account) -> None:
    # Without it nobody could try the second factor, which wants a confirmed address.
    EmailAddress.objects.get_or_create(
        user_id=account.id, email=account.email, defaults={"verified": True, "primary": True}
    )


def _post(account: Account, entry: DemoPost, *, on: date, at: datetime) -> None:
    held = Post.objects.filter(
        account_id=account.id, agency_code=entry.agency, role=entry.role.value, valid_until__isnull=True
    )
    if held.exists():
        return
    post = Post(
        account_id=account.id,
        agency_code=entry.agency,
        role=entry.role.value,
        title_vi=entry.title.vi,
        title_en=entry.title.en,
        fields=sorted(set(entry.fields)),
        valid_from=date.fromisoformat(entry.valid_from) if entry.valid_from else on,
        appointed_at=at,
    )
    _appoint(post, by=None, at=at)
