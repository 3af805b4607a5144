"""What a procedure offers: version by day of receipt, fees, papers, the online level derived."""

from datetime import date

import pytest
from cases_samples import ChannelOffer, Paper, deadline, fee, procedure, text, version

from tinhso.cases.offers import BLOCKER, asked_papers, charge, online_level, version_on
from tinhso.cases.pack_part import FiledElsewhere, Result

DAY = date(2026, 11, 20)


def online(*fees, **more):
    return version(channels={"online": ChannelOffer(deadline=deadline(), fees=fees)}, **more)


def test_the_law_of_the_day_of_receipt_applies():
    old = version(received_from=date(2025, 7, 1), received_until=date(2026, 7, 1), reference="old")
    new = version(received_from=date(2026, 7, 1), reference="new")
    both = procedure(old, new)
    assert version_on(both, date(2026, 6, 30)) is old
    assert version_on(both, date(2026, 7, 1)) is new
    assert version_on(both, date(2025, 6, 30)) is None


def test_no_fee_is_zero_and_an_unknown_fee_is_unknown():
    assert charge(online(), "online", {}, DAY).amount_dong == 0
    assert charge(online(fee(0)), "online", {}, DAY).amount_dong == 0
    assert charge(online(fee(None)), "online", {}, DAY).amount_dong is None
    assert charge(online(fee(8_000), fee(None)), "online", {}, DAY).amount_dong is None


@pytest.mark.parametrize(
    ("pages", "copies", "dong"),
    [
        (1, 1, 2_000),
        (2, 1, 4_000),
        (3, 1, 5_000),
        (5, 3, 21_000),
        (10, 2, 24_000),
        (198, 1, 200_000),
        (250, 1, 200_000),
    ],
)
def test_certified_copies_cost_as_the_circular_says(pages, copies, dong):
    rule = (
        "answers.copies * (answers.pages <= 2 ? 2000 * answers.pages"
        " : (4000 + 1000 * (answers.pages - 2) > 200000 ? 200000 : 4000 + 1000 * (answers.pages - 2)))"
    )
    offered = online(fee(None, formula=rule))
    assert charge(offered, "online", {"pages": pages, "copies": copies}, DAY).amount_dong == dong


def test_a_fee_by_formula_is_unknown_until_its_questions_are_answered():
    assert charge(online(fee(None, formula="8000 * answers.copies")), "online", {}, DAY).amount_dong is None


def test_papers_are_asked_for_only_when_their_condition_holds():
    papers = (
        Paper(id="birth_proof", title=text("Proof")),
        Paper(id="marriage", title=text("Marriage"), when="answers.married == true"),
        Paper(id="minutes", title=text("Minutes"), kind="produced"),
    )
    asked = version(papers=papers)
    assert [p.id for p in asked_papers(asked, {}, on=DAY)] == ["birth_proof"]
    assert [p.id for p in asked_papers(asked, {"married": True}, on=DAY)] == ["birth_proof", "marriage"]


class TestOnlineLevel:
    def level(self, version, payment=False, **more):
        return online_level(procedure(version, **more), version, online_payment=payment)

    def test_free_online_with_an_electronic_result_is_entirely_online(self):
        found = self.level(online())
        assert (found.number, found.label, found.blockers) == (4, "whole", ())

    def test_a_fee_keeps_it_partly_online_until_it_can_be_paid_online(self):
        assert self.level(online(fee(8_000))).blockers == ("no-payment",)
        assert self.level(online(fee(8_000)), payment=True).number == 4

    def test_a_fee_nobody_knows_cannot_be_paid_online(self):
        found = self.level(online(fee(None)), payment=True)
        assert (found.number, found.blockers) == (3, ("fee-unknown",))

    def test_having_to_come_keeps_it_partly_online(self):
        assert self.level(online(presence=text("Both sign"))).blockers == ("presence",)

    def test_a_paper_result_keeps_it_partly_online(self):
        paper_only = (Result(id="r", title=text("R"), electronic=False),)
        assert self.level(online(results=paper_only)).blockers == ("paper-result",)

    def test_without_an_online_channel_it_is_information_with_forms(self):
        counter = version(channels={"counter": ChannelOffer(deadline=deadline())})
        found = self.level(counter)
        assert (found.number, found.label, found.blockers) == (2, "information", ("no-online-channel",))

    def test_filed_elsewhere_is_information(self):
        elsewhere = FiledElsewhere(system=text("S"), url="https://example.vn", reason=text("R"))
        found = self.level(online(), filed_elsewhere=elsewhere)
        assert (found.number, found.blockers) == (1, ("elsewhere",))

    def test_every_reason_has_its_sentence(self):
        for blockers in ("elsewhere", "no-online-channel", "presence", "fee-unknown", "no-payment", "paper-result"):
            assert BLOCKER[blockers].endswith(".")
