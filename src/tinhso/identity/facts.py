"""What is known about a person and an organisation, cleaned and checked before it is stored.

Pure: no Django, no clock. Absent: whether the commune exists on a day (places), whether the number is somebody else's
(a constraint).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from tinhso.kernel.codes import BadCode, CommuneCode, PersonalId, Phone, TaxCode
from tinhso.kernel.problems import N_, FieldError, Invalid
from tinhso.kernel.text import clean_line, name_sort_key, odd_name_signs, search_key

NAME_LENGTH_MAX = 150
SEARCH_KEY_LENGTH_MAX = 200
SORT_KEY_LENGTH_MAX = 400
SEXES = ("", "male", "female")
PRECISIONS = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person as a form or a pack gives them. Empty text and None: not known."""

    full_name: str
    personal_id: str = ""
    born_on: date | None = None  # the first day of what is known
    born_precision: str = "day"
    sex: str = ""
    nationality: str = "VN"
    ethnic_group: str = ""
    residence_unit_code: str = ""
    residence_line: str = ""
    phone: str = ""

    @property
    def search_key(self) -> str:
        return search_key(self.full_name)[:SEARCH_KEY_LENGTH_MAX]

    @property
    def sort_key(self) -> str:
        return name_sort_key(self.full_name)[:SORT_KEY_LENGTH_MAX]


def cleaned(facts: PersonFacts, *, on: date) -> PersonFacts:
    """The facts as they are stored. Raises Invalid with every error at once.

    on   today in the province: nobody is born later
    """
    lines: dict[str, Any] = {
        field.name: clean_line(value) for field in fields(facts) if isinstance(value := getattr(facts, field.name), str)
    }
    facts = replace(facts, **lines)
    facts = replace(
        facts, personal_id=facts.personal_id.replace(" ", ""), nationality=facts.nationality.upper() or "VN"
    )
    errors = [*_name_errors(facts.full_name), *_birth_errors(facts, on), *_id_errors(facts), *_rest_errors(facts)]
    if errors:
        raise Invalid(errors)
    return replace(facts, phone=Phone.of(facts.phone).value if facts.phone else "")


def _name_errors(name: str) -> Iterator[FieldError]:
    if not name:
        yield FieldError("full_name", N_("Enter the full name."))
    elif len(name) > NAME_LENGTH_MAX:
        yield FieldError("full_name", N_("A name has at most {limit} letters."), {"limit": NAME_LENGTH_MAX})
    elif odd := odd_name_signs(name):
        yield FieldError("full_name", N_("A name cannot contain {signs}."), {"signs": " ".join(odd)})


def _birth_errors(facts: PersonFacts, on: date) -> Iterator[FieldError]:
    if facts.born_on is None:
        return
    if facts.born_on > on:
        yield FieldError("born_on", N_("The date of birth is in the future."))
    elif facts.born_on.year < on.year - 130:
        yield FieldError("born_on", N_("The year of birth is more than 130 years ago."))
    if facts.born_precision not in PRECISIONS:
        yield FieldError("born_on", N_("Enter a year, or a month and a year, or a full date."))


def _id_errors(facts: PersonFacts) -> Iterator[FieldError]:
    if not facts.personal_id:
        return
    try:
        number = PersonalId(facts.personal_id)
    except BadCode as bad:
        yield FieldError("personal_id", bad.message)
        return
    if facts.born_on and facts.born_on.year != number.birth_year:
        yield FieldError(
            "personal_id",
            N_("This number belongs to somebody born in {year}. Check the number and the date of birth."),
            {"year": number.birth_year},
        )
    if facts.sex in SEXES[1:] and facts.sex != number.sex:
        yield FieldError("personal_id", N_("This number does not fit the sex given."))


def _rest_errors(facts: PersonFacts) -> Iterator[FieldError]:
    if facts.sex not in SEXES:
        yield FieldError("sex", N_("Choose one of the answers."))
    if not (len(facts.nationality) == 2 and facts.nationality.isascii() and facts.nationality.isalpha()):
        yield FieldError("nationality", N_("Choose a country from the list."))
    yield from _code_errors("residence_unit_code", facts.residence_unit_code, CommuneCode)
    yield from _code_errors("phone", facts.phone, Phone.of)


def _code_errors(name: str, value: str, read: Callable[[str], object]) -> Iterator[FieldError]:
    if not value:
        return
    try:
        read(value)
    except BadCode as bad:
        yield FieldError(name, bad.message)


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """An organisation as a form gives it."""

    name: str
    tax_code: str

    @property
    def search_key(self) -> str:
        return search_key(self.name)[:400]


def cleaned_organisation(facts: OrganisationFacts) -> OrganisationFacts:
    """The facts as they are stored. Raises Invalid."""
    facts = OrganisationFacts(name=clean_line(facts.name), tax_code="".join(facts.tax_code.split()))
    errors = list(_code_errors("tax_code", facts.tax_code, TaxCode))
    if not facts.tax_code:
        errors.append(FieldError("tax_code", N_("Enter the tax code.")))
    if not facts.name or len(facts.name) > 300:
        errors.append(FieldError("name", N_("Enter the name of the organisation.")))
    if errors:
        raise Invalid(errors)
    return facts
