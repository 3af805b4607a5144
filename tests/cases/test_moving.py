"""What officers and citizens do with a dossier, and what the clock and the journal say of it."""

import functools
import shutil
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
import yaml
from cases_house import REASON, SINGLE_STATUS, House, at, at_once
from cases_samples import deadline, text, version
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.cases import queries
from tinhso.cases.actions import moving
from tinhso.cases.actions.moving import Decision
from tinhso.cases.catalogue import offered, pinned
from tinhso.cases.deadlines import Pause, promise
from tinhso.cases.models import Dossier, DossierPaper, Supplement
from tinhso.cases.pack_part import ChannelOffer, DeadlineCase
from tinhso.cases.pack_part import Supplement as SupplementRule
from tinhso.cases.rules import (
    OPEN,
    DossierNotFound,
    MoveNotAllowed,
    NotOffered,
    Outcome,
    OwnDossier,
    ReasonMissing,
    ResultMissing,
    State,
    SupplementAlreadyAsked,
    VerdictReasonMissing,
    fold,
)
from tinhso.documents import queries as documents
from tinhso.documents.queries import Holder
from tinhso.documents.rules import DocumentUnknown
from tinhso.identity.policy import Role
from tinhso.journal.models import JournalEntry
from tinhso.kernel.calendar import Calendar, CalendarDocument, local_date
from tinhso.kernel.problems import Problem
from tinhso.packs.actions import publish_all
from tinhso.packs.models import PackVersion
from tinhso.places import queries as places

DAY = timedelta(days=1)
CORRECTION, FUNERAL, EXTRACT, PERMIT = "1.004859", "1.001731", "2.000635", "1.013225"


def fresh(dossier) -> Dossier:
    return Dossier.objects.get(id=dossier.id)


class TestTheWayThrough:
    def test_filed_accepted_handed_on_decided_returned(self, house):
        dossier = house.filed()
        accepted = house.accept(dossier)
        assert (accepted.state, accepted.step, accepted.accepted_at) == ("accepted", "appraise", at(3, "10:00"))
        handed = house.hand_on(dossier, to="specialist", words="Đủ giấy tờ")
        assert (handed.state, handed.holder_id) == ("in_review", house.people["specialist"].id)
        house.hand_on(dossier, by="specialist", step="sign", to="leader", when=at(4))
        decided = house.decide(dossier)
        assert (decided.state, decided.outcome, decided.holder_id) == ("decided", "granted", None)
        returned = house.give_back(dossier)
        assert (returned.state, returned.closed_at, returned.moves) == ("returned", at(4, "15:00"), 5)
        kinds = [entry.kind.rpartition(".")[2] for entry in queries.timeline(dossier.id)]
        assert kinds == ["submitted", "accepted", "handed_on", "handed_on", "decided", "returned"]

    def test_refused_withdrawn_and_stopped_dossiers_are_closed(self, house):
        refused = house.refuse(house.filed())
        assert (refused.state, refused.end_reasons, refused.closed_at) == ("refused", ["wrong-agency"], at(4))
        withdrawn = house.withdraw(house.filed(), words="Đổi ý")
        assert (withdrawn.state, withdrawn.closed_at, withdrawn.end_words) == ("withdrawn", at(5), "Đổi ý")
        dossier = house.filed()
        house.accept(dossier)
        assert house.stop(dossier).state == "stopped"

    def test_nobody_accepts_a_dossier_of_their_own_and_a_colleague_does(self, house):
        dossier = house.filed(name="counter")
        with pytest.raises(OwnDossier):
            house.accept(dossier)
        assert house.accept(dossier, by="second_counter").state == "accepted"

    def test_every_word_of_the_page_is_checked_before_it_is_written_down(self, house):
        dossier = house.filed(name="counter", channel="counter")
        for bad in (
            lambda: house.accept(dossier, deadline_case="Nguyễn Thị Mẫu"),
            lambda: house.ask(dossier, reasons=("Nguyễn Thị Mẫu",)),
            lambda: house.ask(dossier, papers=("Nguyễn Thị Mẫu",)),
            lambda: house.ask(dossier, reasons=("wrong-agency",)),
            lambda: house.refuse(dossier, reasons=(REASON,)),
            lambda: moving.judge_paper(
                by=house.who("counter"), dossier_id=dossier.id, paper_id="nothing", verdict="good", at=at(3)
            ),
        ):
            with pytest.raises(NotOffered):
                bad()
        house.accept(dossier)
        for bad in (
            lambda: house.hand_on(dossier, step="nowhere"),
            lambda: house.hand_on(dossier, to="citizen"),
            lambda: house.hand_on(dossier, to="elsewhere"),
            lambda: house.stop(dossier, reasons=("paper-missing",)),
            lambda: house.decide(dossier, outcome=Outcome.REJECTED, reasons=("because",)),
        ):
            with pytest.raises(NotOffered):
                bad()
        house.decide(dossier)
        with pytest.raises(NotOffered):
            house.give_back(dossier, channel="pigeon")
        assert "Nguyễn Thị Mẫu" not in str([entry.data for entry in JournalEntry.objects.all()])

    def test_reasons_and_words_are_needed(self, house):
        dossier = house.filed()
        for reasons, words in (((), "Thiếu"), ((REASON,), ""), ((REASON,), " \n")):
            with pytest.raises(ReasonMissing):
                house.ask(dossier, reasons=reasons, words=words)
            with pytest.raises(ReasonMissing):
                house.refuse(dossier, reasons=reasons and ("wrong-agency",), words=words)
        house.accept(dossier)
        with pytest.raises(ReasonMissing):
            house.stop(dossier, words="")
        with pytest.raises(ResultMissing):
            house.decide(dossier, text="  ")

    def test_a_paper_that_is_not_good_needs_its_reason(self, house):
        paper = house.filed(code="1.001193")
        row = DossierPaper.objects.filter(dossier=paper).first()
        assert row is not None
        judge = {"by": house.who("counter"), "dossier_id": paper.id, "paper_id": row.paper_id, "at": at(3)}
        with pytest.raises(VerdictReasonMissing):
            moving.judge_paper(**judge, verdict="bad")
        with pytest.raises(NotOffered):
            moving.judge_paper(**judge, verdict="superb")
        moving.judge_paper(**judge, verdict="bad", reason="Mờ")
        assert {line.verdict_reason for line in queries.papers_of(paper.id) if line.paper_id == row.paper_id} == {"Mờ"}
        moving.judge_paper(**judge, verdict="good")
        assert {line.verdict_reason for line in queries.papers_of(paper.id) if line.paper_id == row.paper_id} == {""}


class TestTwoOfficers:
    def test_the_second_is_told_who_and_when(self, house):
        dossier = house.filed()
        house.accept(dossier)
        with pytest.raises(MoveNotAllowed) as told:
            house.refuse(dossier, by="second_counter")
        assert told.value.values["by"] == str(house.people["counter"].id)
        assert told.value.values["at"] == at(3, "10:00").isoformat()
        assert told.value.values["state"] == "accepted"

    def test_a_page_that_somebody_overtook_moves_nothing(self, house):
        dossier = house.filed()
        house.accept(dossier, seen_moves=0)
        house.hand_on(dossier, to="specialist", seen_moves=1)
        with pytest.raises(MoveNotAllowed) as told:
            house.hand_on(dossier, by="specialist", step="sign", seen_moves=1)
        assert told.value.values["by"] == str(house.people["counter"].id)
        assert house.hand_on(dossier, by="specialist", step="sign", seen_moves=2).moves == 3

    def test_at_the_same_moment_only_one_wins(self, committed_house):
        house = committed_house
        dossier = house.filed()
        who = [house.who(name) for name in ("counter", "second_counter")]
        calendar = house.calendar

        def act(number):
            if number % 2:
                return moving.refuse(
                    by=who[number % 2], dossier_id=dossier.id, reasons=("wrong-agency",), words="Sai", at=at(4)
                )
            return moving.accept(by=who[number % 2], dossier_id=dossier.id, calendar=calendar, at=at(4))

        met = at_once(6, act)
        assert sum(isinstance(one, Dossier) for one in met) == 1
        winner = next(one for one in met if isinstance(one, Dossier))
        losers = [one for one in met if not isinstance(one, Dossier)]
        assert all(isinstance(one, MoveNotAllowed) and one.values["by"] == str(winner.moved_by_id) for one in losers)
        assert len(queries.moves_of(dossier.id)) == 2

    def test_eight_answers_at_once_are_one(self, committed_house):
        house = committed_house
        dossier = house.filed()
        house.ask(dossier)
        who, calendar = house.who("citizen"), house.calendar
        met = at_once(
            8,
            lambda _: moving.supplement(
                by=who, dossier_id=dossier.id, papers=[], words="Đây", calendar=calendar, at=at(5)
            ),
        )
        assert sum(isinstance(one, Dossier) for one in met) == 1
        assert all(isinstance(one, Dossier | MoveNotAllowed) for one in met)


class TestSupplement:
    @pytest.mark.parametrize(
        ("code", "filed", "asked", "complete", "due"),
        [
            # docs of the law, counted by hand: restart from zero
            (SINGLE_STATUS, at(3), at(4), at(13), date(2026, 8, 18)),
            (FUNERAL, at(10), at(11), at(14), date(2026, 8, 19)),
            (CORRECTION, at(8, month=1), at(9, month=1), at(14, month=1), date(2026, 1, 19)),
            # in the day again; after 15:00 the next working day
            (EXTRACT, at(18), at(18, "10:00"), at(19, "14:59"), date(2026, 8, 19)),
            (EXTRACT, at(18), at(18, "10:00"), at(19, "15:01"), date(2026, 8, 20)),
            (EXTRACT, at(18), at(18, "10:00"), at(22, "09:00"), date(2026, 8, 22)),  # a Saturday that is worked
            (EXTRACT, at(18), at(18, "10:00"), at(29, "09:00"), date(2026, 9, 3)),  # Saturday before the holidays
        ],
    )
    def test_the_clock_restarts_with_the_complete_dossier(self, house, code, filed, asked, complete, due):
        dossier = house.filed(code, when=filed)
        if complete.date() > asked.date() and code == CORRECTION:
            house.calendar = _calendar(filed)
        house.ask(dossier, when=asked)
        answered = house.supplement(dossier, when=complete)
        assert local_date(answered.due_at) == due
        assert (answered.state, answered.counted_from_at) == ("filed", complete)
        assert house.accept(dossier, when=complete).due_at == answered.due_at

    def test_where_the_law_says_so_the_clock_continues_and_acceptance_does_not_lose_it(self, house):
        dossier = house.filed(PERMIT, when=at(26, "09:00"))
        assert pinned(dossier).version.supplement.clock == "continue"
        before = dossier.due_at
        house.ask(dossier, when=at(28))
        assert Supplement.objects.get(dossier=dossier).answer_by == date(2026, 9, 4)
        answered = house.supplement(dossier, when=at(4, month=9))
        waited = house.calendar.working_days_between(date(2026, 8, 28), date(2026, 9, 4))
        later = house.calendar.add_working_days(local_date(before), waited)
        assert local_date(answered.due_at) == later
        assert answered.counted_from_at == dossier.counted_from_at
        assert house.accept(dossier, when=at(4, "10:00", month=9)).due_at == answered.due_at

    def test_it_goes_back_to_where_it_was_asked_from_and_to_who_asked(self, house):
        dossier = house.filed()
        house.accept(dossier)
        house.hand_on(dossier, to="specialist")
        house.ask(dossier, by="specialist")
        assert fresh(dossier).asked_from_state == "in_review"
        answered = house.supplement(dossier)
        assert (answered.state, answered.holder_id) == ("in_review", house.people["specialist"].id)

    def test_more_is_asked_for_once(self, house):
        dossier = house.filed()
        house.ask(dossier)
        house.supplement(dossier)
        with pytest.raises(SupplementAlreadyAsked):
            house.ask(dossier, when=at(14))

    def test_files_of_an_answer_are_the_giver_s_own_and_stay_with_the_dossier(self, house):
        dossier = house.filed()
        house.ask(dossier)
        strangers = house.stored(name="neighbour", words="of another")
        with pytest.raises(DocumentUnknown):
            house.supplement(dossier, papers=[("other", strangers)])
        with pytest.raises(NotOffered):
            house.supplement(dossier, papers=[("Nguyễn", house.stored())])
        with pytest.raises(ReasonMissing):
            house.supplement(dossier, words="")
        mine = house.stored(words="mine")
        house.supplement(dossier, papers=[("other", mine)], words="")
        line = next(line for line in queries.papers_of(dossier.id) if line.document_id == mine)
        assert (line.round, line.paper_id) == (1, "other")
        assert mine in {d.id for d in documents.documents_of(Holder("cases.dossier", dossier.id))}
        told = JournalEntry.objects.get(kind="cases.dossier.supplemented").data
        assert told["papers"] == [{"paper": "other", "sha256": line.sha256}]

    def test_the_counter_takes_what_a_citizen_without_account_brings(self, house):
        dossier = house.filed(name="counter", channel="counter")
        house.ask(dossier)
        with pytest.raises(DossierNotFound):
            house.supplement(dossier, by="citizen")
        with pytest.raises(DossierNotFound):
            house.supplement(dossier, by="elsewhere")
        assert house.supplement(dossier, by="counter").state == "filed"
        assert house.withdraw(dossier, by="counter", when=at(14)).state == "withdrawn"


def _calendar(when) -> Calendar:
    return places.calendar(local_date(when))


@functools.cache
def national() -> Calendar:
    written = Path("packs/vietnam/calendar.yaml").read_text("utf-8")
    return Calendar.from_document(msgspec.convert(yaml.safe_load(written), CalendarDocument))


class TestCounting:
    """The pause of a clock that continues, in each unit; pure."""

    def going_on(self, unit, value=None, cutoff=None, clock="continue"):
        offer = ChannelOffer(deadline=deadline(unit=unit, value=value, cutoff=cutoff))
        return version(channels={"online": offer}, supplement=SupplementRule(clock=clock))

    def due(self, rule, filed, *pauses):
        return promise(rule, "online", filed, national(), pauses=[Pause(*one) for one in pauses]).due_at

    def test_working_days_after_the_request_up_to_the_answer_are_not_counted(self):
        rule = self.going_on("working_days", 3)
        assert self.due(rule, at(3)) == at(6, "17:00")
        # 4/8 was the first day; after the answer on 13/8 two are left: 14/8, 17/8
        assert self.due(rule, at(3), (at(4), at(13))) == at(17, "17:00")
        assert self.due(rule, at(3), (at(4, "08:00"), at(4, "16:00"))) == at(6, "17:00")

    def test_calendar_days_are_added_before_the_end_is_moved_off_a_day_off(self):
        rule = self.going_on("calendar_days", 5)
        assert self.due(rule, at(3)) == at(10, "17:00")  # Saturday 8/8 → Monday
        assert self.due(rule, at(3), (at(4), at(6))) == at(10, "17:00")  # 8 + 2 = Monday itself

    def test_months(self):
        rule = self.going_on("months", 1)
        assert self.due(rule, at(3)) == at(3, "17:00", month=9)
        assert self.due(rule, at(3), (at(4), at(5))) == at(4, "17:00", month=9)

    def test_hours_stand_for_the_working_time_of_the_pause(self):
        rule = self.going_on("hours", 2)
        assert self.due(rule, at(10, "10:00")) == at(10, "14:00")
        assert self.due(rule, at(10, "10:00"), (at(10, "10:30"), at(10, "15:30"))) == at(10, "17:00")

    def test_two_pauses_add_up(self):
        rule = self.going_on("working_days", 3)
        assert self.due(rule, at(3), (at(4), at(5)), (at(5), at(6))) == at(10, "17:00")

    def test_a_clock_that_restarts_takes_no_notice_of_pauses(self):
        rule = self.going_on("working_days", 3, clock="restart")
        assert self.due(rule, at(13), (at(4), at(13))) == at(18, "17:00")

    def test_an_event_promises_nothing(self):
        rule = self.going_on("unspecified")
        assert self.due(rule, at(3), (at(4), at(5))) is None

    @given(
        st.integers(1, 20), st.integers(0, 30), st.integers(0, 40), st.sampled_from(["working_days", "calendar_days"])
    )
    def test_a_pause_never_shortens_and_never_ends_on_a_day_off(self, value, asked, waited, unit):
        rule = self.going_on(unit, value)
        begin = at(1)
        pause = (at(1) + asked * DAY, at(1) + (asked + waited) * DAY)
        due = self.due(rule, begin, pause)
        assert due >= self.due(rule, begin)
        assert national().is_working(local_date(due))

    def test_a_case_that_the_officer_chose_counts_by_its_own_term(self):
        cases = (DeadlineCase(id="verified", when=text("verified"), unit="calendar_days", value=23),)
        offer = ChannelOffer(deadline=msgspec.structs.replace(deadline(value=3), cases=cases))
        rule = version(channels={"online": offer})
        assert promise(rule, "online", at(10), national(), "verified").due_at == at(3, "17:00", month=9)


class TestDeciding:
    def test_on_time_is_until_the_end_of_the_last_day_s_work(self, house):
        for when, on_time in ((at(6, "17:00"), True), (at(6, "17:01"), False)):
            dossier = house.filed()
            house.accept(dossier)
            house.decide(dossier, when=when)
            entry = JournalEntry.objects.get(kind="cases.dossier.decided", subject=str(dossier.id))
            assert entry.data["on_time"] is on_time

    def test_a_result_is_a_file_of_the_decider_or_a_text(self, house):
        dossier = house.filed()
        house.accept(dossier)
        strangers = house.stored(name="neighbour", words="of another")
        with pytest.raises(DocumentUnknown):
            house.decide(dossier, text="", document_id=strangers)
        assert fresh(dossier).state == "accepted"
        result = house.stored(name="leader", words="Kết quả")
        decided = house.decide(dossier, text="", document_id=result)
        assert decided.result_document_id == result
        assert result in {d.id for d in documents.documents_of(Holder("cases.dossier", dossier.id))}

    def test_only_a_leader_of_the_agency_decides(self, house):
        dossier = house.filed()
        house.accept(dossier)
        house.appoint("chair", "H53", Role.LEADER)
        for name in ("counter", "specialist", "elsewhere", "citizen", "chair"):
            with pytest.raises(DossierNotFound):
                house.decide(dossier, by=name)


class TestTheLawOfTheDay:
    def test_a_dossier_keeps_its_pack_version_when_a_new_one_is_published(self, province_db, tmp_path):
        """Another version of the pack, and of the blocks it uses, changes what is filed from then on, and nothing before."""
        house = House.open()
        old = house.filed(when=at(3))
        asked_before = [page.id for page in pinned(old).form.pages]
        packs = tmp_path / "packs"
        shutil.copytree(Path("packs"), packs)
        for name in ("civil-status", "tay-ninh"):
            _change(packs / name / "pack.yaml", 'version: "2026.1"', 'version: "2026.9"')
        form = packs / "civil-status" / "forms" / f"{pinned(old).version.form}.yaml"
        _change(form, "pages:\n", "pages:\n  - id: brand-new\n    title: {vi: Mới, en: New}\n    questions:\n"
                "      - {id: brand_new, type: text, required: false, label: {vi: Mới, en: New}}\n")  # fmt: skip
        publications = packs / "tay-ninh" / "publications.yaml"
        _change(publications, f"{{procedure: {SINGLE_STATUS}, variant: {SINGLE_STATUS}.H53, published_from: 2025-07-01}}",
                f"{{procedure: {SINGLE_STATUS}, variant: {SINGLE_STATUS}.H53, published_from: 2025-07-01, published_until: 2026-08-10}}")  # fmt: skip
        later = PackVersion.objects.get(id=old.pack_version_id).published_at + timedelta(hours=1)
        done = publish_all(by=None, folder=packs, province="tay-ninh", at=later)
        assert not done.report.errors, list(done.report.errors)[:3]
        assert offered(SINGLE_STATUS, date(2026, 8, 6)).form.pages[0].id == "brand-new"
        assert offered(SINGLE_STATUS, date(2026, 8, 10)) is None
        assert [page.id for page in pinned(fresh(old)).form.pages] == asked_before
        new = house.filed(when=at(6))
        assert pinned(new).form.pages[0].id == "brand-new"
        # The publication has ended; both dossiers go on under what they were filed under.
        house.accept(old, when=at(11))
        house.accept(new, when=at(11))
        assert fresh(old).pack_version_id != fresh(new).pack_version_id


def _change(path, old, new) -> None:
    text = path.read_text("utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), "utf-8")


# -- any walk

moves = st.lists(
    st.sampled_from(["accept", "ask", "supplement", "hand_on", "decide", "give_back", "refuse", "stop", "withdraw"]),
    max_size=12,
)


def test_after_any_walk_the_stored_state_is_the_fold_of_the_journal(house):
    dossier = house.filed()
    blank = {
        field.attname: getattr(dossier, field.attname)
        for field in Dossier._meta.concrete_fields
        if field.attname != "id"
    }

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(moves)
    def walk(names):
        Dossier.objects.filter(id=dossier.id).update(**blank)
        Supplement.objects.filter(dossier=dossier).delete()
        told = len(queries.moves_of(dossier.id))
        done = []
        for hour, name in enumerate(names):
            try:
                getattr(house, name)(dossier, when=at(4 + hour))
            except Problem:
                continue
            done.append(name)
        row = fresh(dossier)
        kinds = queries.moves_of(dossier.id)
        assert len(kinds) == told + len(done) == told + row.moves
        assert fold(["cases.dossier.submitted", *kinds[told:]]) == row.state
        assert (row.closed_at is None) == (row.state in set(OPEN))
        last = JournalEntry.objects.filter(subject=str(dossier.id)).order_by("-seq").first()
        assert not done or last.data["state"] == row.state
        assert row.state != State.WAITING_FOR_CITIZEN or row.asked_from_state

    walk()


def test_a_decision_says_its_reasons_as_ids(house):
    dossier = house.filed()
    house.accept(dossier)
    decision = Decision(Outcome.REJECTED, "Không đủ điều kiện.", reasons=("conditions-not-met",))
    moving.decide(by=house.who("leader"), dossier_id=dossier.id, decision=decision, at=at(4))
    assert JournalEntry.objects.get(kind="cases.dossier.decided").data["reasons"] == ["conditions-not-met"]
    assert fresh(dossier).outcome == "rejected"
