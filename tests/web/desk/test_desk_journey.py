"""The way of a dossier, told by journal entries: stays at steps, their times, the picture."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest

from tinhso.cases.pack_part import FlowStep
from tinhso.cases.rules import Kind, State
from tinhso.journal.queries import Entry
from tinhso.kernel.calendar import Calendar, WorkingHours
from tinhso.kernel.localised import Text
from tinhso.web.desk import journey
from tinhso.web.desk.answers import masked

MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # Friday, 08:00
CALENDAR = Calendar({}, frozenset(), WorkingHours())


def step(name, by, hours="4"):
    return FlowStep(step=name, title=Text(vi=name, en=name), by=by, working_hours=Decimal(hours))


FLOW = (
    step("receive", "one_stop_officer", "0.5"),
    step("appraise", "specialist"),
    step("sign", "leader", "2"),
    step("return", "one_stop_officer", "0.5"),
)


def entry(kind, minutes, **data):
    at = MORNING + timedelta(minutes=minutes)
    return Entry(UUID(int=minutes), at, kind.value, "x", "", None, data, {}, None, minutes)


STORY = [
    entry(Kind.SUBMITTED, 0),
    entry(Kind.ACCEPTED, 20),
    entry(Kind.HANDED_ON, 140, step="sign"),
    entry(Kind.DECIDED, 200),
    entry(Kind.RETURNED, 230),
]


def test_a_stay_ends_where_the_next_one_begins():
    stays = journey.visits(STORY, FLOW)
    assert [stay.step for stay in stays] == ["receive", "appraise", "sign", "return"]
    assert all(one.left_at == two.came_at for one, two in pairwise(stays))
    assert stays[-1].left_at == STORY[-1].at


def test_a_dossier_handed_back_stays_twice_at_a_step():
    story = [*STORY[:3], entry(Kind.HANDED_ON, 150, step="appraise")]
    assert [stay.step for stay in journey.visits(story, FLOW)] == ["receive", "appraise", "sign", "appraise"]


def test_asking_for_more_does_not_move_a_dossier():
    story = [*STORY[:2], entry(Kind.MORE_ASKED, 30), entry(Kind.SUPPLEMENTED, 90)]
    stays = journey.visits(story, FLOW)
    assert [stay.step for stay in stays] == ["receive", "appraise"]
    assert stays[-1].left_at is None


def test_nothing_has_happened_and_no_flow_give_nothing():
    assert journey.visits([], FLOW) == []
    assert journey.visits(STORY, ()) == []
    assert journey.picture([], ended=False) is None


def lines(upto, state, here):
    stays = journey.visits(STORY[:upto], FLOW)
    now = MORNING + timedelta(minutes=500)
    return journey.steps(FLOW, stays, state=state, step=here, now=now, calendar=CALENDAR)


def test_time_used_counts_working_hours_only():
    receive, appraise, *_ = lines(3, State.IN_REVIEW, "sign")
    assert receive.used == "20 phút"
    assert appraise.used == "2 giờ"
    assert not appraise.over
    assert lines(1, State.FILED, "receive")[0].over  # from 08:00 to 16:20 for half an hour


def test_the_picture_marks_what_is_done_where_it_is_and_what_comes():
    picture = journey.picture(lines(3, State.IN_REVIEW, "sign"), ended=False)
    assert [box.state for box in picture.boxes] == ["done", "done", "current", ""]
    assert [bool(box.flag) for box in picture.boxes] == [False, False, True, False]
    assert [edge.done for edge in picture.edges] == [True, True, True, False, False]
    assert len(picture.lanes) == 3
    assert not picture.end_done


def test_a_returned_dossier_is_done_to_its_end():
    picture = journey.picture(lines(5, State.RETURNED, "return"), ended=True)
    assert {box.state for box in picture.boxes} == {"done"}
    assert all(edge.done for edge in picture.edges)
    assert picture.end_done


@pytest.mark.parametrize("count", [1, 4, 9, 14])
def test_boxes_lie_in_the_picture_and_beside_one_another(count):
    flow = tuple(step(f"step-{n}", "specialist" if n % 2 else "leader") for n in range(count))
    made = journey.steps(flow, [], state=State.FILED, step="step-0", now=MORNING, calendar=CALENDAR)
    picture = journey.picture(made, ended=False)
    assert all(box.x + box.width < picture.width and box.y + box.height < picture.height for box in picture.boxes)
    assert all(one.x + one.width < two.x for one, two in pairwise(picture.boxes))
    assert picture.end[0] + 15 < picture.width


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("072196000412", "personal_id", "072196••••••"),
        ("0912345412", "phone", "•••• ••• 412"),
        ("B1234567", "text", "••••••"),
        ("07", "personal_id", "••••••"),
    ],
)
def test_masks_keep_what_tells_little(value, kind, shown):
    assert masked(value, kind) == shown
