"""From a draft to a dossier with a code."""

from datetime import date

import pytest
from cases_house import DEPARTMENT, MONDAY, OTHER_WARD, SINGLE_STATUS, WARD, answers_of, at, at_once, statements, writes
from django.db import connection, transaction

from tinhso.cases import catalogue, forms
from tinhso.cases.actions import drafts
from tinhso.cases.actions.drafts import DRAFTS_MAX, applicant_of
from tinhso.cases.actions.filing import Filed
from tinhso.cases.catalogue import offered
from tinhso.cases.models import CodeCounter, Dossier, Draft, DraftPaper
from tinhso.cases.rules import (
    ArrivalImpossible,
    ChannelNotOffered,
    DraftNotFound,
    Incomplete,
    NotFiledHere,
    NotOffered,
    ProcedureNotPublished,
    State,
    TooManyDrafts,
    TooManyFiles,
    WrongAgency,
)
from tinhso.documents import queries as documents
from tinhso.documents.queries import Holder
from tinhso.documents.rules import DocumentUnknown
from tinhso.journal.models import JournalEntry
from tinhso.kernel.problems import NotAllowed

BUILDING_PERMIT, ELSEWHERE = "1.013225", "1.004222"


class TestCodes:
    def test_a_code_names_the_agency_the_day_and_the_number_of_that_day(self, house):
        assert house.send(house.draft()).code == "H53.31.02-260803-0001"
        assert house.send(house.draft()).code == "H53.31.02-260803-0002"
        assert house.send(house.draft(agency=OTHER_WARD)).code == "H53.31.03-260803-0001"
        assert house.send(house.draft(), when=at(4)).code == "H53.31.02-260804-0001"

    def test_after_nine_thousand_nine_hundred_and_ninety_nine_comes_one_more_digit(self, house):
        CodeCounter.objects.create(agency_code=WARD, day=MONDAY, last=9_998)
        assert [house.send(house.draft()).code[-5:] for _ in range(2)] == ["-9999", "10000"]

    def test_the_day_of_a_code_is_the_province_s_day(self, house):
        assert house.send(house.draft(), when=at(4, "00:30")).code == "H53.31.02-260804-0001"

    def test_sixteen_at_once_get_dense_codes(self, committed_house):
        house = committed_house
        ids = [house.draft().id for _ in range(16)]
        sent = at_once(
            16, lambda n: drafts.submit(by=house.who("citizen"), draft_id=ids[n], calendar=house.calendar, at=at(3))
        )
        assert sorted(filed.code for filed in sent) == [f"H53.31.02-260803-{n:04}" for n in range(1, 17)]
        assert not Draft.objects.exists()

    def test_a_filing_that_dies_leaves_no_gap(self, committed_house):
        house = committed_house
        draft = house.draft()

        class Killed(Exception):
            pass

        def die(execute, sql, params, many, context):
            if "journal_entry" in sql:
                raise Killed
            return execute(sql, params, many, context)

        with pytest.raises(Killed), connection.execute_wrapper(die):
            house.send(draft)
        assert not Dossier.objects.exists()
        assert Draft.objects.filter(id=draft.id).exists()
        assert house.send(draft).code.endswith("-0001")


class TestTwice:
    def test_the_second_post_of_a_form_finds_the_first_dossier(self, house):
        draft = house.draft()
        first = house.send(draft)
        second = house.send(draft, when=at(4))
        assert second == Filed(first.dossier_id, first.code, again=True)
        assert Dossier.objects.count() == 1

    def test_eight_posts_at_once_make_one_dossier_and_give_one_answer(self, committed_house):
        house = committed_house
        draft = house.draft()
        sent = at_once(
            8, lambda _: drafts.submit(by=house.who("citizen"), draft_id=draft.id, calendar=house.calendar, at=at(3))
        )
        assert {(filed.dossier_id, filed.code) for filed in sent} == {(sent[0].dossier_id, "H53.31.02-260803-0001")}
        assert sorted(filed.again for filed in sent) == [False] + [True] * 7
        assert JournalEntry.objects.filter(kind="cases.dossier.submitted").count() == 1

    def test_nobody_sends_somebody_else_s_draft(self, house):
        draft = house.draft()
        with pytest.raises(DraftNotFound):
            house.send(draft, "neighbour")
        house.send(draft)
        with pytest.raises(DraftNotFound):
            house.send(draft, "neighbour")


class TestWhatIsMissing:
    def test_an_unanswered_page_is_named(self, house):
        draft = house.draft()
        drafts.save_page(by=house.who("citizen"), draft_id=draft.id, values={"requester_full_name": None}, at=at(3))
        with pytest.raises(Incomplete) as refused:
            house.send(draft)
        assert refused.value.values["page"] == "requester"

    def test_a_paper_that_must_be_handed_in_is_missed_online_and_not_at_the_counter(self, house):
        online = house.draft(code="1.001612", papers=False)
        asked = [
            p for p in offered("1.001612", MONDAY).version.papers if p.required and p.kind == "submit" and not p.when
        ]
        if asked:
            with pytest.raises(Incomplete) as refused:
                house.send(online)
            assert refused.value.values["page"] == "papers"
        at_counter = house.draft("counter", "1.001612", channel="counter", papers=False)
        assert house.send(at_counter, "counter").code

    def test_no_agency_chosen(self, house):
        with pytest.raises(Incomplete) as refused:
            house.send(house.draft(agency=""))
        assert refused.value.values["page"] == "agency"

    def test_an_empty_draft_of_any_procedure_is_incomplete_and_never_a_crash(self, house):
        who = house.who("citizen")
        for code, found in catalogue.offered_all(MONDAY).items():
            if found.procedure.filed_elsewhere or "online" not in found.version.channels:
                continue
            draft = drafts.begin(by=who, procedure_code=code, language="vi", at=at(3))
            with pytest.raises(Incomplete):
                house.send(draft)
            drafts.give_up(by=who, draft_id=draft.id, at=at(3))

    def test_somebody_without_a_name_is_asked_for_it(self):
        assert applicant_of({}, {}).name == ""
        assert applicant_of({"requester_full_name": "A" * 300}, {}).name == "A" * 200
        assert applicant_of({"requester_personal_id": "9" * 40}, {}).personal_id == ""


class TestWhereAndHow:
    @pytest.mark.parametrize("agency", [DEPARTMENT, "H53.31.02.05", "H53", "H99.99", "x'; --"])
    def test_only_an_agency_that_takes_the_procedure_gets_it(self, house, agency):
        with pytest.raises(WrongAgency):
            drafts.begin(
                by=house.who("citizen"), procedure_code=SINGLE_STATUS, language="vi", agency_code=agency, at=at(3)
            )
        draft = house.draft()
        with pytest.raises(WrongAgency):
            drafts.choose_agency(by=house.who("citizen"), draft_id=draft.id, agency_code=agency, at=at(3))
        Draft.objects.filter(id=draft.id).update(agency_code=agency)
        with pytest.raises(WrongAgency):
            house.send(draft)

    def test_every_published_procedure_has_agencies_that_take_it(self, house):
        from tinhso.places import queries as places

        kinds = {agency.kind.value for agency in places.agencies_on(MONDAY)}
        for code, found in catalogue.offered_all(MONDAY).items():
            if not found.procedure.filed_elsewhere:
                fixed = found.publication.agency
                assert places.agency(fixed, MONDAY) if fixed else found.procedure.handled_by in kinds, code

    def test_a_procedure_that_is_not_published_cannot_be_filed(self, house):
        who = house.who("citizen")
        for code in ("9.999999", "", "x"):
            with pytest.raises(ProcedureNotPublished):
                drafts.begin(by=who, procedure_code=code, language="vi", at=at(3))
        with pytest.raises(ProcedureNotPublished):  # before 1 July 2025 nothing was offered here
            drafts.begin(by=who, procedure_code=SINGLE_STATUS, language="vi", at=at(3, year=2024))

    def test_a_procedure_that_another_system_takes_cannot_be_filed(self, house):
        with pytest.raises(NotFiledHere):
            drafts.begin(by=house.who("citizen"), procedure_code=ELSEWHERE, language="vi", at=at(3))

    def test_a_channel_that_is_not_offered_is_refused_at_once(self, house):
        for code, found in catalogue.offered_all(MONDAY).items():
            for channel in ("online", "counter", "post"):
                if channel not in found.version.channels and not found.procedure.filed_elsewhere:
                    with pytest.raises(ChannelNotOffered):
                        drafts.begin(
                            by=house.who("counter"), procedure_code=code, language="vi", channel=channel, at=at(3)
                        )

    def test_only_officers_file_at_a_counter_and_only_at_their_own(self, house):
        for name, agency in (("citizen", WARD), ("specialist", WARD), ("counter", OTHER_WARD), ("elsewhere", WARD)):
            with pytest.raises(NotAllowed):
                drafts.begin(
                    by=house.who(name),
                    procedure_code=SINGLE_STATUS,
                    language="vi",
                    channel="counter",
                    agency_code=agency,
                    at=at(3),
                )

    def test_a_dossier_of_the_counter_is_nobody_s_account(self, house):
        dossier = house.filed(name="counter", channel="counter")
        assert (dossier.owner_id, dossier.filed_by_id) == (None, house.people["counter"].id)
        assert dossier.applicant_name
        assert house.filed().owner_id == house.people["citizen"].id


class TestArrival:
    def posted(self, house, arrived_at, when=None):
        draft = house.draft("counter", channel="post", when=when)
        return Dossier.objects.get(id=house.send(draft, "counter", arrived_at=arrived_at, when=when).dossier_id)

    def test_what_the_post_brought_counts_from_its_arrival(self, house):
        dossier = self.posted(house, at(3, "08:00"), when=at(5, "16:00"))
        assert dossier.due_at == at(6, "17:00")  # Mon 3/8 + 3 working days
        assert (dossier.counted_from_at, dossier.filed_at) == (at(3, "08:00"), at(5, "16:00"))
        assert dossier.received_on == date(2026, 8, 3)
        assert dossier.code == "H53.31.02-260805-0001"
        assert house.accept(dossier, when=at(5, "16:10")).due_at == at(6, "17:00")

    def test_nothing_arrives_later_than_it_is_registered_or_long_before(self, house):
        for arrived_at in (at(3, "09:01"), at(3, month=7), at(3, year=2020)):
            with pytest.raises(ArrivalImpossible):
                self.posted(house, arrived_at)

    def test_online_a_dossier_arrives_when_it_is_sent(self, house):
        with pytest.raises(ArrivalImpossible):
            house.send(house.draft(), arrived_at=at(2))


class TestFiles:
    def test_files_go_from_the_draft_to_the_dossier(self, house):
        paper = next(p for p in offered(SINGLE_STATUS, MONDAY).version.papers if p.kind == "submit")
        draft = house.draft()
        house.attach(draft, paper.id, words="one more")
        given = DraftPaper.objects.filter(draft=draft).count()
        filed = house.send(draft)
        assert len(documents.documents_of(Holder("cases.dossier", filed.dossier_id))) == given
        assert not documents.documents_of(Holder("cases.draft", draft.id))

    def test_the_same_file_twice_is_one_file_and_only_so_many_are_taken(self, house):
        paper = next(p for p in offered(SINGLE_STATUS, MONDAY).version.papers if p.kind == "submit")
        draft = house.draft(papers=False)
        first = house.attach(draft, paper.id, words="same")
        assert house.attach(draft, paper.id, words="same").id == first.id
        for number in range(paper.files_max - 1):
            house.attach(draft, paper.id, words=f"page {number}")
        with pytest.raises(TooManyFiles):
            house.attach(draft, paper.id, words="one too many")

    def test_a_file_is_given_only_by_who_stored_it_and_only_for_a_paper_of_the_procedure(self, house):
        paper = next(p for p in offered(SINGLE_STATUS, MONDAY).version.papers if p.kind == "submit")
        draft = house.draft(papers=False)
        who = house.who("citizen")
        with pytest.raises(DocumentUnknown):
            drafts.attach(
                by=who, draft_id=draft.id, paper_id=paper.id, document_id=house.stored(name="neighbour"), at=at(3)
            )
        with pytest.raises(NotOffered):
            drafts.attach(by=who, draft_id=draft.id, paper_id="nguyen-thi-mau", document_id=house.stored(), at=at(3))

    def test_what_is_taken_away_is_kept_by_nobody(self, house):
        paper = next(p for p in offered(SINGLE_STATUS, MONDAY).version.papers if p.kind == "submit")
        draft = house.draft(papers=False)
        one, two = (house.attach(draft, paper.id, words=words) for words in ("one", "two"))
        drafts.detach(by=house.who("citizen"), draft_id=draft.id, draft_paper_id=one.id, at=at(3))
        assert [d.id for d in documents.documents([one.document_id, two.document_id])] == [two.document_id]
        drafts.give_up(by=house.who("citizen"), draft_id=draft.id, at=at(3))
        assert documents.documents([two.document_id]) == []

    def test_drafts_are_bounded(self, house):
        for _ in range(DRAFTS_MAX):
            drafts.begin(by=house.who("citizen"), procedure_code=SINGLE_STATUS, language="vi", at=at(3))
        with pytest.raises(TooManyDrafts):
            drafts.begin(by=house.who("citizen"), procedure_code=SINGLE_STATUS, language="vi", at=at(3))


class TestRows:
    def test_a_filing_is_two_statements_and_a_third_for_its_files(self, house):
        plain = house.draft(code="2.000635", papers=False)
        who = house.who("citizen")
        with statements() as seen:
            drafts.submit(by=who, draft_id=plain.id, calendar=house.calendar, at=at(3))
        assert len(writes(seen)) == 2
        with_files = house.draft()
        with statements() as seen:
            drafts.submit(by=who, draft_id=with_files.id, calendar=house.calendar, at=at(3))
        assert len(writes(seen)) <= 3
        assert len([sql for sql in seen if "SAVEPOINT" not in sql]) <= 8

    def test_the_row_is_what_was_promised(self, house):
        draft = house.draft()
        dossier = Dossier.objects.get(id=house.send(draft).dossier_id)
        assert dossier.state == State.FILED
        assert dossier.first_due_at == dossier.due_at == at(6, "17:00")
        assert dossier.answers == forms.kept(offered(SINGLE_STATUS, MONDAY).form, draft.answers, forms.Today(MONDAY))
        assert len(dossier.salt) == 16
        assert dossier.unit_code == offered_unit()
        assert dossier.step == offered(SINGLE_STATUS, MONDAY).flow[0].step

    def test_a_stale_answer_behind_a_hidden_question_is_not_filed(self, house):
        draft = house.draft()
        Draft.objects.filter(id=draft.id).update(answers={**draft.answers, "left_over": "x"})
        assert "left_over" not in Dossier.objects.get(id=house.send(draft).dossier_id).answers

    def test_every_online_procedure_can_be_filed(self, house):
        who = house.who("citizen")
        for code, found in catalogue.offered_all(MONDAY).items():
            if found.procedure.filed_elsewhere or "online" not in found.version.channels:
                continue
            agency = found.publication.agency or _first_agency(found.procedure.handled_by)
            draft = house.draft(code=code, agency=agency)
            assert drafts.submit(by=who, draft_id=draft.id, calendar=house.calendar, at=at(3)).code.startswith(agency)


def offered_unit() -> str:
    from tinhso.places import queries as places

    return places.agency(WARD, MONDAY).unit_code


def _first_agency(kind: str) -> str:
    from tinhso.places import queries as places
    from tinhso.places.rules import AgencyKind

    return places.agencies_of_kind(AgencyKind(kind), MONDAY)[0].code


def test_no_person_stands_in_the_journal_or_the_logs(house, capsys, caplog):
    """Marked names, numbers, words and file names go in through every door; none comes out in entries or logs."""
    from tinhso.cases.actions import moving
    from tinhso.journal.follow import run_once

    marks = ["Quỷnh-Mẫu", "0987654321", "072196000999", "mark@example.vn", "Bí mật", "bi-mat"]
    draft = house.draft()
    found = offered(SINGLE_STATUS, MONDAY)
    answers = {
        **answers_of(found, at(3)),
        "requester_full_name": marks[0],
        "requester_phone": marks[1],
        "requester_personal_id": marks[2],
        "requester_email": marks[3],
    }
    drafts.save_page(by=house.who("citizen"), draft_id=draft.id, values=answers, at=at(3))
    Draft.objects.filter(id=draft.id).update(answers={**draft.answers, **answers})
    filed = house.send(draft)
    dossier = Dossier.objects.get(id=filed.dossier_id)
    house.accept(dossier)
    house.ask(dossier, words="Bí mật")
    paper = house.stored(file_name="bi-mat.pdf")
    moving.supplement(
        by=house.who("citizen"),
        dossier_id=dossier.id,
        papers=[("other", paper)],
        words="Bí mật",
        calendar=house.calendar,
        at=at(5),
    )
    house.hand_on(dossier, words="Bí mật", when=at(5, "10:00"))
    house.decide(dossier, text="Bí mật", when=at(6))
    house.give_back(dossier, received_by=marks[0], channel="counter", when=at(6))
    run_once()
    said = " ".join(f"{entry.data} {entry.meta} {entry.unit} {entry.subject}" for entry in JournalEntry.objects.all())
    said += caplog.text + "".join(capsys.readouterr())
    assert JournalEntry.objects.filter(kind__startswith="cases.").count() >= 7
    for mark in marks:
        assert mark not in said
        assert mark.encode("unicode_escape").decode() not in said
    assert transaction.get_connection().in_atomic_block
