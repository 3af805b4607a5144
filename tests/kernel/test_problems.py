"""Expected errors, and texts in two languages."""

import msgspec
import pytest

from tinhso.kernel.localised import Text
from tinhso.kernel.problems import (
    Conflict,
    FieldError,
    Invalid,
    NotAllowed,
    NotFound,
    PeerFailed,
    Problem,
    Unavailable,
)


class DossierClosed(Conflict):
    code = "dossier-closed"
    title = "This dossier is closed."
    fields = ("dossier_code", "closed_on")


class TestProblems:
    def test_each_kind_has_the_status_of_its_answer(self):
        kinds = {NotAllowed: 403, NotFound: 404, Conflict: 409, Invalid: 422, PeerFailed: 502, Unavailable: 503}
        assert {kind: kind.status for kind in kinds} == kinds
        assert len({kind.code for kind in kinds}) == len(kinds)

    def test_a_problem_carries_the_values_it_names(self):
        problem = DossierClosed(dossier_code="H53-260810-0001", closed_on="2026-08-10")
        assert problem.values == {"dossier_code": "H53-260810-0001", "closed_on": "2026-08-10"}
        assert isinstance(problem, Problem)

    def test_a_value_that_it_does_not_name_is_a_bug(self):
        with pytest.raises(TypeError, match="DossierClosed has no field reason"):
            DossierClosed(reason="x")

    def test_its_text_leaves_the_values_out(self):
        assert str(DossierClosed(dossier_code="H53-260810-0001")) == "dossier-closed: This dossier is closed."

    def test_invalid_lists_what_is_wrong_with_each_field(self):
        errors = [
            FieldError("phone", "Enter a phone number."),
            FieldError("age", "At least {minimum}.", {"minimum": 18}),
        ]
        assert Invalid(errors).errors == tuple(errors)
        assert Invalid().errors == ()


class TestText:
    def test_vietnamese_unless_english_is_asked_for(self):
        text = Text("Giấy khai sinh", "Birth certificate")
        assert [text.in_(language) for language in ("vi", "en", "en-GB", "fr", "")] == [
            text.vi,
            text.en,
            text.en,
            text.vi,
            text.vi,
        ]

    @pytest.mark.parametrize(
        "data", [{"vi": "", "en": "x"}, {"vi": "x", "en": " "}, {"vi": "x"}, {"vi": "x", "en": "x", "fr": "x"}]
    )
    def test_both_languages_are_there_and_no_other(self, data):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(data, Text)

    def test_text_that_is_not_nfc_is_refused(self):
        with pytest.raises(ValueError, match="NFC"):
            Text("Giấy".replace("ấ", "a\u0302\u0301"), "Paper")
