"""What follows from an entry: papers issued once, people told once, the right ones."""

import pytest
from cases_house import WARD, at

from tinhso.cases import jobs
from tinhso.cases.models import Dossier
from tinhso.cases.rules import Kind, Outcome
from tinhso.documents import queries as documents
from tinhso.documents.models import IssuedPaper, OfficeBook
from tinhso.identity.models import Post
from tinhso.identity.policy import Role
from tinhso.journal import queries as journal
from tinhso.journal.follow import run_once
from tinhso.journal.jobs import run_jobs
from tinhso.journal.models import JournalEntry
from tinhso.notices import queries as notices
from tinhso.notices.models import Notice


def entry_of(dossier, kind: Kind):
    row = JournalEntry.objects.filter(kind=kind.value, subject=str(dossier.id)).latest("seq")
    return journal.entry(row.id)


def follow(dossier, kind: Kind, times: int = 1) -> None:
    """The reactions of the newest entry of a kind, as often as wanted."""
    entry = entry_of(dossier, kind)
    for _ in range(times):
        if kind in jobs.PRINTED:
            jobs.print_papers(entry)
        if kind in jobs.TOLD_TO_CITIZEN:
            jobs.tell_citizen(entry)
        if kind in {Kind.SUBMITTED, Kind.ACCEPTED, Kind.HANDED_ON, Kind.SUPPLEMENTED}:
            jobs.tell_officers(entry)


def told(house, name: str) -> list[str]:
    return [one.link for one in notices.notices_of(house.people[name].id)]


class TestPapers:
    @pytest.mark.parametrize(
        ("kind", "template"),
        [
            (Kind.SUBMITTED, "application"),
            (Kind.ACCEPTED, "form-01"),
            (Kind.MORE_ASKED, "form-02"),
            (Kind.REFUSED, "form-03"),
            (Kind.STOPPED, "form-05"),
            (Kind.DECIDED, "result-letter"),
        ],
    )
    def test_each_is_issued_once_however_often_the_entry_is_followed(self, house, kind, template):
        dossier = house.filed()
        if kind is Kind.REFUSED:
            house.refuse(dossier)
        elif kind is not Kind.SUBMITTED:
            house.accept(dossier)
        if kind is Kind.MORE_ASKED:
            house.ask(dossier)
        if kind is Kind.STOPPED:
            house.stop(dossier)
        if kind is Kind.DECIDED:
            house.decide(dossier)
        follow(dossier, kind, times=3)
        issued = documents.papers_of(dossier.id)
        assert [paper.template for paper in issued] == [template]
        assert issued[0].cause == entry_of(dossier, kind).id
        assert sum(OfficeBook.objects.values_list("last_number", flat=True)) <= 1

    def test_numbers_of_office_stay_dense_when_reactions_run_again(self, house):
        for _ in range(3):
            dossier = house.filed()
            house.accept(dossier)
            house.decide(dossier)
            follow(dossier, Kind.DECIDED, times=2)
        assert OfficeBook.objects.get(book="results").last_number == 3

    def test_an_uploaded_result_is_a_paper_that_anyone_may_have_checked(self, house):
        dossier = house.filed()
        house.accept(dossier)
        result = house.stored(name="leader", words="Kết quả đã ký")
        house.decide(dossier, text="", document_id=result)
        follow(dossier, Kind.DECIDED, times=3)
        (paper,) = documents.papers_of(dossier.id)
        line, stream = documents.open_document(result)
        with stream:
            content = stream.read()
        assert (paper.document_id, paper.sha256, paper.template) == (result, line.sha256, "result-letter")
        assert documents.paper_by_content(content).token == paper.token
        assert documents.paper_by_token(paper.token).facts["outcome"] == "granted"
        assert not OfficeBook.objects.exists()

    def test_what_the_checking_page_shows_names_nobody(self, house):
        dossier = house.filed()
        house.accept(dossier)
        house.decide(dossier, outcome=Outcome.REJECTED, text="Không đủ điều kiện")
        for kind in (Kind.SUBMITTED, Kind.ACCEPTED, Kind.DECIDED):
            follow(dossier, kind)
        for paper in IssuedPaper.objects.all():
            assert dossier.applicant_name not in str(paper.facts)
            assert set(paper.facts) <= {
                "dossier", "procedure", "procedure_vi", "procedure_en", "filed_at", "due_at", "outcome",
            }  # fmt: skip

    def test_the_follower_and_the_worker_do_all_of_it(self, committed_house):
        run_once()
        run_jobs()
        house = committed_house
        dossier = house.filed()
        house.accept(dossier)
        house.decide(dossier)
        run_once()
        run_jobs()
        assert {paper.template for paper in documents.papers_of(dossier.id)} == {
            "application",
            "form-01",
            "result-letter",
        }
        assert len(told(house, "citizen")) == 3


class TestTelling:
    def test_the_citizen_is_told_of_every_turn_once(self, house):
        dossier = house.filed()
        follow(dossier, Kind.SUBMITTED, times=3)
        house.ask(dossier)
        follow(dossier, Kind.MORE_ASKED, times=2)
        house.supplement(dossier)
        house.accept(dossier, when=at(13))
        follow(dossier, Kind.ACCEPTED, times=2)
        house.decide(dossier, when=at(14))
        follow(dossier, Kind.DECIDED, times=2)
        house.give_back(dossier, when=at(14))
        follow(dossier, Kind.RETURNED, times=2)
        assert told(house, "citizen") == [f"/ho-so/{dossier.code}/"] * 5

    @pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.STOPPED, Kind.WITHDRAWN])
    def test_and_of_every_end(self, house, kind):
        dossier = house.filed()
        if kind is Kind.STOPPED:
            house.accept(dossier)
        {Kind.REFUSED: house.refuse, Kind.STOPPED: house.stop, Kind.WITHDRAWN: house.withdraw}[kind](dossier)
        follow(dossier, kind, times=2)
        (line,) = notices.notices_of(house.people["citizen"].id)
        assert dossier.code in line.subject
        if kind in {Kind.REFUSED, Kind.STOPPED}:
            assert Dossier.objects.get(id=dossier.id).end_words in line.body

    def test_every_notice_is_whole_in_both_languages(self, house):
        for language in ("vi", "en"):
            house.people["citizen"].language = language
            house.people["citizen"].save()
            dossier = house.filed()
            follow(dossier, Kind.SUBMITTED)
            house.accept(dossier)
            follow(dossier, Kind.ACCEPTED)
            house.ask(dossier, when=at(4))
            follow(dossier, Kind.MORE_ASKED)
        for line in Notice.objects.filter(account=house.people["citizen"]):
            assert "{" not in line.subject + line.body
            assert "None" not in line.body
            assert line.link.startswith("/en/") == (line.language == "en")

    def test_nobody_is_told_of_a_dossier_without_an_account(self, house):
        dossier = house.filed(name="counter", channel="counter")
        follow(dossier, Kind.SUBMITTED)
        assert not Notice.objects.filter(account=house.people["citizen"]).exists()

    def test_the_counter_of_the_agency_is_told_of_a_new_dossier_and_nobody_else(self, house):
        dossier = house.filed()
        follow(dossier, Kind.SUBMITTED)
        link = [f"/ban-lam-viec/{dossier.code}/"]
        assert told(house, "counter") == told(house, "second_counter") == link
        for name in ("specialist", "leader", "elsewhere", "neighbour"):
            assert told(house, name) == []

    def test_who_did_it_is_not_told_of_it(self, house):
        dossier = house.filed(name="counter", channel="counter")
        follow(dossier, Kind.SUBMITTED)
        assert told(house, "counter") == []
        assert len(told(house, "second_counter")) == 1

    def test_the_holder_or_those_whose_step_it_is(self, house):
        house.appoint("other_specialist", WARD, Role.SPECIALIST, ["land"])
        dossier = house.filed()
        house.accept(dossier)
        follow(dossier, Kind.ACCEPTED)
        assert len(told(house, "specialist")) == 1
        assert told(house, "other_specialist") == []  # holds another field
        house.hand_on(dossier, step="sign")
        follow(dossier, Kind.HANDED_ON)
        assert len(told(house, "leader")) == 1
        house.hand_on(dossier, by="leader", step="appraise", to="specialist", when=at(4))
        follow(dossier, Kind.HANDED_ON)
        assert len(told(house, "specialist")) == 2

    def test_who_asked_for_more_is_told_of_the_answer(self, house):
        dossier = house.filed()
        house.accept(dossier)
        house.hand_on(dossier, to="specialist")
        house.ask(dossier, by="specialist")
        house.supplement(dossier)
        follow(dossier, Kind.SUPPLEMENTED)
        assert len(told(house, "specialist")) == 1

    def test_a_post_that_has_ended_is_told_nothing(self, house):
        dossier = house.filed()
        Post.objects.filter(account=house.people["second_counter"]).update(valid_until=at(3).date())
        follow(dossier, Kind.SUBMITTED)
        assert told(house, "second_counter") == []


def test_reactions_that_run_late_tell_what_was_so_at_their_entry(house):
    """Everything has happened before the first reaction runs: each paper still says who acted and what was promised then."""
    dossier = house.filed()
    accepted = house.accept(dossier)
    house.ask(dossier, when=at(4), words="Thiếu bản sao")
    later = house.supplement(dossier, when=at(13))
    house.hand_on(dossier, by="specialist", step="sign", when=at(13))
    house.decide(dossier, when=at(14))
    assert later.due_at != accepted.due_at
    for kind in (Kind.SUBMITTED, Kind.ACCEPTED, Kind.MORE_ASKED, Kind.DECIDED):
        follow(dossier, kind)
    facts = {paper.template: paper.facts for paper in documents.papers_of(dossier.id)}
    assert facts["form-01"]["due_at"] == accepted.due_at.isoformat()
    assert facts["result-letter"]["due_at"] == later.due_at.isoformat()
