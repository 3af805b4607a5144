"""Codes as people read them aloud."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_vectors import vectors

from tinhso.kernel.codes import (
    AgencyCode,
    BadCode,
    CommuneCode,
    DossierCode,
    PersonalId,
    Phone,
    ProcedureCode,
    ProvinceCode,
    TaxCode,
)
from tinhso.kernel.problems import Invalid

IDENTIFIERS = vectors("identifiers.json")
DIGITS = st.characters(min_codepoint=0x30, max_codepoint=0x39)


class TestDossierCode:
    @pytest.mark.parametrize("era", ["old_TT01_2018", "new_QD20_2020", "ministry"])
    def test_every_era_is_read(self, era):
        for value in IDENTIFIERS["dossier_code"][era]["valid"]:
            assert DossierCode(value).value == value

    def test_the_parts_of_a_new_code(self):
        code = DossierCode("H15.50.05.13-261008-0975")
        assert (code.agency, code.day, code.number, code.is_old) == ("H15.50.05.13", date(2026, 10, 8), 975, False)

    def test_the_parts_of_an_old_code(self):
        code = DossierCode("000.00.23.H53-190612-0001")
        assert (code.agency, code.day, code.number, code.is_old) == ("000.00.23.H53", date(2019, 6, 12), 1, True)

    def test_a_ministry_writes_the_year_in_four_digits_and_a_longer_number(self):
        code = DossierCode("G09.20-20260609-0092637")
        assert (code.day, code.number) == (date(2026, 6, 9), 92637)

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "H53.12-260701-001",
            "H53.12-260230-0001",
            "H53.12-261301-0001",
            "Z53.12-260701-0001",
            "H53.1-260701-0001",
            "h53.12-260701-0001",
            "000.00.23.H53-20190612-0001",
            "000.00.23.H53-190612-00001",
            "H53.12-260701-0001 ",
            "H53.12-260701-0001\n",
            "H53.12-٢٦٠٧٠١-0001",
        ],
    )
    def test_others_are_refused(self, value):
        with pytest.raises(BadCode) as caught:
            DossierCode(value)
        assert caught.value.kind == "dossier"

    def test_a_typed_code_forgives_spaces_and_small_letters(self):
        assert DossierCode.of(" h53.12 - 260701-0001 ") == DossierCode("H53.12-260701-0001")

    @given(
        st.sampled_from(["H53", "H53.31.02", "H60.31.01.05", "G09.20"]),
        st.dates(date(2000, 1, 1), date(2099, 12, 31)),
        st.integers(1, 9_999_999),
    )
    def test_what_is_made_is_read_back(self, agency, day, number):
        code = DossierCode.make(AgencyCode(agency), day, number)
        assert (code.agency, code.day, code.number) == (agency, day, number)

    def test_numbers_of_a_day_begin_at_one(self):
        with pytest.raises(ValueError, match="from 1"):
            DossierCode.make(AgencyCode("H53"), date(2026, 8, 10), 0)


class TestProcedureAgencyUnit:
    def test_procedures(self):
        for value in IDENTIFIERS["tthc_code"]["valid"]:
            assert ProcedureCode(value).national == value[:8]
        assert not any(ProcedureCode.is_valid(value) for value in IDENTIFIERS["tthc_code"]["invalid"])

    def test_agencies(self):
        for value in IDENTIFIERS["agency_code_QD20_2020"]["valid"]:
            assert str(AgencyCode(value)) == value
        assert not AgencyCode.is_valid("H53" + ".31" * 11)  # 36 signs
        assert not AgencyCode.is_valid("Z53")

    def test_an_agency_knows_who_stands_above_it(self):
        code = AgencyCode("H53.31.02")
        assert (code.parent, code.top) == (AgencyCode("H53.31"), AgencyCode("H53"))
        assert code.top.parent is None

    def test_units(self):
        assert CommuneCode("25459").value == "25459"
        assert ProvinceCode("08").value == "08"
        assert not CommuneCode.is_valid("2545")
        assert not ProvinceCode.is_valid("8")

    def test_codes_of_different_kinds_are_never_equal(self):
        assert CommuneCode("25459") != ProvinceCode("80")
        assert len({CommuneCode("25459"), CommuneCode("25459")}) == 1


class TestPersonalId:
    @pytest.mark.parametrize("example", IDENTIFIERS["cccd"]["examples_fictitious"], ids=lambda example: example["no"])
    def test_it_tells_province_sex_and_year(self, example):
        person = PersonalId(example["no"])
        assert person.province == example["province"][:3]
        assert person.sex == {"nam": "male", "nữ": "female"}[example["sex"]]
        assert person.birth_year == example["birth_year"]

    @given(st.integers(1, 96), st.integers(1900, 2399), st.sampled_from(["male", "female"]), st.integers(0, 999_999))
    def test_every_number_is_decoded_to_what_it_was_made_of(self, province, year, sex, rest):
        sign = (year // 100 - 19) * 2 + (sex == "female")
        person = PersonalId(f"{province:03}{sign}{year % 100:02}{rest:06}")
        assert (int(person.province), person.birth_year, person.sex) == (province, year, sex)

    @pytest.mark.parametrize("value", ["000090000001", "097090000001", "172090000001", "07209000001", "0720900000012"])
    def test_others_are_refused(self, value):
        assert not PersonalId.is_valid(value)

    def test_a_masked_number_hides_the_middle(self):
        assert PersonalId("072090000001").masked() == "072••••••001"


class TestTaxCode:
    @pytest.mark.parametrize("row", vectors("tax_codes.json")["vectors"], ids=lambda row: row["mst"])
    def test_the_check_digit(self, row):
        assert TaxCode.is_valid(row["mst"]) is row["valid_stdnum"]
        if row["valid_stdnum"]:
            assert TaxCode(row["mst"]).check_digit == row["check"]

    @pytest.mark.parametrize("value", ["0300588569", "0101248141"])
    def test_more_real_codes(self, value):
        assert TaxCode(value).main == value

    @pytest.mark.parametrize("value", ["0314409058-000", "0314409058-02", "0314409058002", "031440905", "O314409058"])
    def test_others_are_refused(self, value):
        assert not TaxCode.is_valid(value)

    def test_a_branch_belongs_to_its_organisation(self):
        assert TaxCode("0314409058-002").main == "0314409058"

    @given(st.text(DIGITS, min_size=9, max_size=9), st.integers(0, 8), st.integers(1, 9))
    def test_one_mistyped_digit_is_noticed(self, digits, place, more):
        codes = [digits + str(check) for check in range(10) if TaxCode.is_valid(digits + str(check))]
        for code in codes:
            wrong = code[:place] + str((int(code[place]) + more) % 10) + code[place + 1 :]
            assert not TaxCode.is_valid(wrong)


class TestPhone:
    @pytest.mark.parametrize(
        "typed", ["0912345678", "+84912345678", "84 912 345 678", "0912.345.678", "(09) 1234-5678"]
    )
    def test_a_typed_number_becomes_the_national_form(self, typed):
        assert Phone.of(typed).value == "0912345678"
        assert Phone.of(typed).international == "+84912345678"

    @pytest.mark.parametrize("value", ["0212345678", "091234567", "09123456789", "+840912345678", ""])
    def test_others_are_refused(self, value):
        assert not Phone.is_valid(value)


class TestBadCode:
    def test_it_says_what_a_right_one_looks_like(self):
        with pytest.raises(Invalid) as caught:
            PersonalId("123")
        assert caught.value.status == 422
        assert caught.value.errors[0].message.startswith("A personal identification number has 12 digits")

    def test_its_text_never_carries_the_value(self):
        with pytest.raises(BadCode) as caught:
            PersonalId("172090000001")
        assert "172090000001" not in str(caught.value) + repr(caught.value)
        assert caught.value.values == {"kind": "personal-id", "value": "172090000001"}

    def test_what_is_not_text_is_refused_alike(self):
        with pytest.raises(BadCode):
            CommuneCode(25459)
