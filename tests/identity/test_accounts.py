"""Accounts and people: one address is one account, one number is one person, and the journal knows neither."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from identity_samples import NOON, PASSWORD, TODAY

from tinhso.identity import access, actions, queries
from tinhso.identity.facts import OrganisationFacts, PersonFacts
from tinhso.identity.models import Account, Person
from tinhso.identity.policy import Role
from tinhso.identity.rules import Assurance
from tinhso.journal.queries import entries_of
from tinhso.kernel.problems import Invalid, NotFound

MARKED = PersonFacts(
    full_name="Lò Thị Dấuvết",
    personal_id="072196000777",
    born_on=date(1996, 5, 1),
    sex="female",
    residence_unit_code="25459",
    residence_line="Số 7, ngõ Dấuvết",
    phone="0912345678",
)


def test_an_account_signs_in_whatever_the_case_of_its_address(make_account):
    account = make_account("Nguyen.Mau@Example.VN")
    assert account.email == "nguyen.mau@example.vn"
    assert Account.objects.get_by_natural_key("NGUYEN.mau@example.vn").pk == account.pk
    assert account.check_password(PASSWORD)


def test_the_same_address_in_other_letters_is_refused_and_the_transaction_goes_on(make_account):
    make_account("mau@example.vn")
    with pytest.raises(actions.EmailTaken):
        make_account("MAU@example.vn")
    assert Account.objects.count() == 1
    assert Person.objects.count() == 1, "no person is left behind by a refused account"


def test_the_database_itself_refuses_capitals(make_account):
    account = make_account()
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(email="Mau@example.vn")


@pytest.mark.parametrize("email", ["", "mau", "mau@", "a b@example.vn", "mau@example.vn\nBcc: all@example.vn x"])
def test_what_is_no_address_is_refused(db, email):
    with pytest.raises(Invalid):
        actions.register_account(by=None, email=email, password=PASSWORD, at=NOON)


def test_a_number_belongs_to_one_person(db):
    actions.create_person(by=None, facts=MARKED, at=NOON)
    with pytest.raises(actions.PersonalIdTaken):
        actions.create_person(by=None, facts=MARKED, at=NOON)
    for _ in range(2):
        actions.create_person(by=None, facts=PersonFacts(full_name="Không Số"), at=NOON)
    assert Person.objects.count() == 3


def test_declaring_a_number_raises_the_assurance_and_nobody_can_declare_anothers(make_account):
    first, second = make_account("a@example.vn"), make_account("b@example.vn")
    actions.declare_identity(by=access.subject(first, on=TODAY), facts=MARKED, at=NOON)
    first.refresh_from_db()
    assert first.assurance == Assurance.DECLARED
    with pytest.raises(actions.PersonalIdTaken):
        actions.declare_identity(by=access.subject(second, on=TODAY), facts=MARKED, at=NOON)


def test_a_matched_person_keeps_the_name_and_number_that_were_matched(make_account):
    account = make_account()
    who = access.subject(account, on=TODAY)
    actions.declare_identity(by=who, facts=MARKED, at=NOON)
    actions.set_assurance(by=None, account_id=account.id, level=Assurance.MATCHED, source="counter", at=NOON)
    other = PersonFacts(full_name="Tên Khác", residence_line="Ấp 2", phone="0987654321")
    person = actions.declare_identity(by=who, facts=other, at=NOON)
    person.refresh_from_db()
    assert (person.full_name, person.personal_id) == (MARKED.full_name, MARKED.personal_id)
    assert person.residence_line == "Ấp 2"


def test_a_counter_matches_and_only_the_program_says_biometric(make_account, make_officer):
    citizen = make_account()
    counter = access.subject(make_officer(Role.ONE_STOP_OFFICER), on=TODAY)
    auditor = access.subject(make_officer(Role.AUDITOR, "H53"), on=TODAY)
    actions.set_assurance(by=counter, account_id=citizen.id, level=Assurance.MATCHED, source="counter", at=NOON)
    for who, level in ((counter, Assurance.BIOMETRIC), (auditor, Assurance.DECLARED)):
        with pytest.raises(actions.MayNotManage):
            actions.set_assurance(by=who, account_id=citizen.id, level=level, source="counter", at=NOON)


def test_the_journal_knows_that_it_happened_and_nothing_about_the_person(make_account):
    account = make_account("dauvet@example.vn", name="Lò Thị Dấuvết")
    actions.declare_identity(by=access.subject(account, on=TODAY), facts=MARKED, at=NOON)
    account.refresh_from_db()
    entries = [*entries_of(str(account.id)), *entries_of(str(account.person_id))]
    kinds = [entry.kind for entry in entries]
    assert "identity.account.registered" in kinds
    assert "identity.person.corrected" in kinds
    said = repr([(entry.data, entry.meta) for entry in entries]).lower()
    for mark in ("dấuvết", "dauvet", "072196000777", "0912345678", "25459"):
        assert mark not in said


def test_problems_and_their_causes_do_not_quote_persons(db):
    actions.create_person(by=None, facts=MARKED, at=NOON)
    with pytest.raises(actions.PersonalIdTaken) as caught:
        actions.create_person(by=None, facts=MARKED, at=NOON)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert MARKED.personal_id not in repr(caught.value)


def test_an_account_is_shown_as_its_id_wherever_objects_are_printed(make_account):
    account = make_account()
    assert str(account) == str(account.pk)
    assert "@" not in repr(account)


def test_one_sees_oneself_and_strangers_do_not_exist(make_account, make_officer):
    citizen, stranger = make_account("a@example.vn"), make_account("b@example.vn")
    counter = access.subject(make_officer(Role.ONE_STOP_OFFICER), on=TODAY)
    who = access.subject(citizen, on=TODAY)
    assert access.access_person(who, citizen.person_id).pk == citizen.person_id
    assert access.access_account(who, citizen.id).pk == citizen.pk
    assert access.access_person(counter, stranger.person_id).pk == stranger.person_id
    for call in (
        lambda: access.access_person(who, stranger.person_id),
        lambda: access.access_account(who, stranger.id),
        lambda: access.access_account(counter, stranger.id),
        lambda: access.access_person(counter, uuid4()),
    ):
        with pytest.raises(NotFound):
            call()


def test_a_closed_account_holds_no_posts_and_is_told_nothing(make_officer):
    account = make_officer(Role.LEADER)
    actions.close_account(by=None, account_id=account.id, at=NOON)
    account.refresh_from_db()
    assert access.subject(account, on=TODAY).posts == ()
    assert queries.recipient(account.id) is None


def test_an_organisation_is_one_tax_code_and_one_account_acts_for_it_once_at_a_time(make_account):
    account = make_account()
    facts = OrganisationFacts("Công ty TNHH Mẫu", "0100233488")
    organisation = actions.create_organisation(by=None, facts=facts, at=NOON)
    with pytest.raises(actions.TaxCodeTaken):
        actions.create_organisation(by=None, facts=facts, at=NOON)
    who = {"by": None, "account_id": account.id, "organisation_id": organisation.id, "at": NOON}
    actions.represent(**who, valid_from=date(2026, 1, 1), valid_until=date(2026, 7, 1))
    actions.represent(**who, valid_from=date(2026, 7, 1))
    with pytest.raises(actions.RepresentationOverlaps):
        actions.represent(**who, valid_from=date(2026, 6, 30), valid_until=date(2026, 7, 2))


def test_the_admin_site_shows_and_does_not_act(make_account):
    account = make_account()
    account.is_staff = True
    assert account.has_perm("identity.view_account")
    assert not account.has_perm("identity.change_account")
    assert not account.has_perm("identity.delete_account")
