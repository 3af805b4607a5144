"""Sample answers fit every form that is shipped, whatever the seed; sample files are what they say."""

import random
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tinhso.cases import forms
from tinhso.documents import media
from tinhso.documents.rules import Limits, MediaType
from tinhso.kernel.codes import PersonalId, TaxCode
from tinhso.packs.folder import read_folder
from tinhso.packs.parts import registered
from tinhso.site import sample_files, sample_people
from tinhso.site.sample_answers import Sampler

PACKS = Path(__file__).parents[2] / "packs"
TODAY = date(2026, 11, 18)


@dataclass
class ShippedLists:
    lists: dict = field(default_factory=dict)

    def items(self, list_id):
        return self.lists[list_id].items


@cache
def shipped():
    """Documents of every pack by part, as (key, value)."""
    found = {}
    for pack in read_folder(PACKS, registered()):
        for document in pack.documents:
            found.setdefault(document.part, {})[document.key] = document.value
    return found


def expanded_forms():
    blocks = shipped()["block"]
    crafted = [forms.expand(form, blocks) for form in shipped().get("form", {}).values()]
    some_procedure = next(iter(shipped()["procedure"].values()))
    return [*crafted, forms.generated_form(some_procedure, blocks)]


def sampler(seed):
    rng = random.Random(seed)
    return Sampler(
        rng=rng,
        today=forms.Today(TODAY),
        lists=ShippedLists(shipped()["list"]),
        commune_on=lambda _day: "25459",
        requester=sample_people.person(rng, TODAY),
    )


@pytest.mark.parametrize("form", expanded_forms(), ids=lambda form: form.id)
def test_every_shipped_form_can_be_answered_with_invented_answers(form):
    for seed in range(12):
        answers = sampler(seed).answers(form)
        assert forms.unanswered(form, answers, forms.Today(TODAY)) is None, seed
        assert not forms.broken_checks(form, answers, forms.Today(TODAY)), seed


def test_the_same_seed_gives_the_same_answers():
    form = expanded_forms()[0]
    assert sampler(5).answers(form) == sampler(5).answers(form)


def test_what_is_known_about_the_person_stays_as_it_is():
    form = expanded_forms()[-1]
    assert (
        sampler(1).answers(form, {"requester_full_name": "Nguyễn Thị Mẫu"})["requester_full_name"] == "Nguyễn Thị Mẫu"
    )


def test_invented_people_have_numbers_that_fit_them():
    rng = random.Random(3)
    for _ in range(200):
        someone = sample_people.person(rng, TODAY)
        number = PersonalId(someone.personal_id)
        assert (number.sex, number.birth_year) == (someone.sex, someone.born_on.year)
        assert TaxCode(sample_people.tax_code(rng))


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("giay.pdf", sample_files.pdf("Giấy chứng sinh"), MediaType.PDF), ("anh.png", sample_files.png(), MediaType.PNG)],
)
def test_sample_files_are_accepted_as_what_they_are(tmp_path, name, content, kind):
    path = tmp_path / name
    path.write_bytes(content)
    assert media.inspect(path, name, Limits()).media_type is kind
