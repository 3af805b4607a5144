"""What is accepted about a person, with a reason for each refusal."""

from datetime import date

import pytest

from tinhso.identity.facts import OrganisationFacts, PersonFacts, cleaned, cleaned_organisation
from tinhso.kernel.problems import Invalid

TODAY = date(2026, 11, 20)


def refused(**facts):
    with pytest.raises(Invalid) as caught:
        cleaned(PersonFacts(**{"full_name": "Nguyễn Thị Mẫu", **facts}), on=TODAY)
    return [error.field for error in caught.value.errors]


def test_a_name_is_cleaned_and_given_its_keys():
    facts = cleaned(PersonFacts(full_name="  Đặng  Thị\tHồng "), on=TODAY)
    assert facts.full_name == "Đặng Thị Hồng"
    assert facts.search_key == "dang thi hong"


def test_a_phone_number_is_stored_in_one_form():
    assert cleaned(PersonFacts(full_name="An", phone="+84 912.345.678"), on=TODAY).phone == "0912345678"


@pytest.mark.parametrize("name", ["", "   ", "Nguyễn <b>", "Ng\u202eyễn1", "A" * 151])
def test_a_name_that_no_card_shows_is_refused(name):
    assert refused(full_name=name) == ["full_name"]


def test_the_number_must_fit_the_year_and_the_sex():
    assert refused(personal_id="072196000001", born_on=date(1986, 5, 1)) == ["personal_id"]
    assert refused(personal_id="072196000001", sex="male") == ["personal_id"]
    facts = cleaned(
        PersonFacts(full_name="Nguyễn Thị Mẫu", personal_id="072 196 000 001", born_on=date(1996, 5, 1), sex="female"),
        on=TODAY,
    )
    assert facts.personal_id == "072196000001"


@pytest.mark.parametrize("number", ["12345", "999196000001", "07219600000a", "0721960000011"])
def test_a_number_of_another_form_is_refused(number):
    assert refused(personal_id=number) == ["personal_id"]


def test_nobody_is_born_tomorrow_or_in_another_age():
    assert refused(born_on=date(2026, 11, 21)) == ["born_on"]
    assert refused(born_on=date(1870, 1, 1)) == ["born_on"]


def test_all_errors_are_told_at_once():
    assert refused(full_name="", phone="1", sex="x", residence_unit_code="1", nationality="Việt Nam") == [
        "full_name",
        "sex",
        "nationality",
        "residence_unit_code",
        "phone",
    ]


def test_an_organisation_needs_a_name_and_a_sound_tax_code():
    facts = cleaned_organisation(OrganisationFacts("  Công ty  Mẫu ", "0100233488"))
    assert facts == OrganisationFacts("Công ty Mẫu", "0100233488")
    for name, code in (("", "0100233488"), ("A", ""), ("A", "0100109107")):
        with pytest.raises(Invalid):
            cleaned_organisation(OrganisationFacts(name, code))
