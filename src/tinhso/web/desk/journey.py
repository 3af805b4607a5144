"""Where a dossier has been: its steps with entry, exit and working time, from the journal; and the picture of its flow.

The picture is drawn on the server as SVG: lanes are who works, boxes are steps. The same stands in a table below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from textwrap import wrap

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.cases.pack_part import FlowStep
from tinhso.cases.rules import OPEN, Kind, State
from tinhso.journal.queries import Entry
from tinhso.kernel.calendar import Calendar
from tinhso.kernel.problems import N_
from tinhso.web import words

ROLE = {
    "one_stop_officer": N_("One-stop desk"),
    "specialist": N_("Specialist"),
    "leader": N_("Leader"),
    "clerk": N_("Clerk"),
}
ENDED = frozenset({Kind.REFUSED, Kind.WITHDRAWN, Kind.STOPPED, Kind.RETURNED})
DAY = timedelta(hours=7, minutes=30)  # of work; what is longer is said in days


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay at a step; `left_at` is None while it is there."""

    step: str
    came_at: datetime
    left_at: datetime | None = None


def visits(entries: Sequence[Entry], flow: Sequence[FlowStep]) -> list[Visit]:
    """The stays at steps, oldest first, told by the journal alone."""
    if not entries or not flow:
        return []
    made: list[Visit] = []
    for entry in entries:
        kind = Kind(entry.kind) if entry.kind in set(Kind) else None
        step = _step_after(kind, entry, flow)
        if made and (step or kind in ENDED):
            made[-1] = Visit(made[-1].step, made[-1].came_at, entry.at)
        if step:
            made.append(Visit(step, entry.at))
    return made


def _step_after(kind: Kind | None, entry: Entry, flow: Sequence[FlowStep]) -> str:
    """The step that an entry leads to; "" when it stays where it is."""
    if kind is Kind.SUBMITTED:
        return flow[0].step
    if kind is Kind.ACCEPTED:
        return next((step.step for step in flow if step.by == "specialist"), "")
    if kind is Kind.HANDED_ON:
        return str(entry.data.get("step", ""))
    return flow[-1].step if kind is Kind.DECIDED else ""


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of the flow as the table and the picture show it. `state`: done, current, "" (to come)."""

    step: str
    title: str
    by: str
    state: str
    came_at: datetime | None
    left_at: datetime | None
    used: str
    limit: str
    over: bool


def steps(
    flow: Sequence[FlowStep], stays: Sequence[Visit], *, state: State, step: str, now: datetime, calendar: Calendar
) -> list[StepLine]:
    """Every step of the flow: where it has been, where it is, what is to come, the working time used of its limit."""
    made = []
    for one in flow:
        own = [stay for stay in stays if stay.step == one.step]
        here = state in OPEN and one.step == step
        used = sum((calendar.working_time_between(s.came_at, s.left_at or now) for s in own), timedelta())
        limit = timedelta(hours=float(one.working_hours)) if one.working_hours else None
        made.append(
            StepLine(
                step=one.step,
                title=words.text(one.title),
                by=_(ROLE[one.by]),
                state="current" if here else "done" if own else "",
                came_at=own[0].came_at if own else None,
                left_at=own[-1].left_at if own else None,
                used=lasted(used) if own else "",
                limit=lasted(limit) if limit else "",
                over=bool(limit and used > limit),
            )
        )
    return made


def lasted(time: timedelta) -> str:
    """“30 minutes”, “2 hours”, “3 days” of work."""
    minutes = round(time.total_seconds() / 60)
    if minutes < 60:
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    if time < DAY * 2:
        hours = round(minutes / 60, 1)
        shown = f"{hours:g}".replace(".", ",") if words.language() == "vi" else f"{hours:g}"
        return ngettext("{n} hour", "{n} hours", int(hours) if hours == 1 else 2).format(n=shown)
    days = round(time / DAY)
    return ngettext("{n} day", "{n} days", days).format(n=days)


# ── The picture ───────────────────────────────────────────────────────────────────────────────────────────────────

NAMES = 190  # width of the column of names
LANE = 100  # height of a lane
BOX = 54  # height of a box
SLOT = 186  # from one box to the next
SIGNS_A_LINE = 18
LINE = 15


@dataclass(frozen=True, slots=True)
class Lane:
    y: float
    height: int
    alt: bool
    name: tuple[str, ...]
    text_y: float


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: int
    height: int
    middle: float
    lines: tuple[str, ...]
    text_y: float
    time: str
    time_y: float
    state: str
    flag: str
    flag_text_y: float


@dataclass(frozen=True, slots=True)
class Edge:
    path: str
    done: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything the SVG needs, in its own coordinates."""

    width: int
    height: int
    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    start: tuple[float, float]
    end: tuple[float, float]
    start_done: bool
    end_done: bool
    long: bool
    description: str


def picture(lines: Sequence[StepLine], *, ended: bool) -> Picture | None:
    """The flow as lanes and boxes; None when the procedure has no flow."""
    if not lines:
        return None
    lanes = list(dict.fromkeys(line.by for line in lines))
    width = max(1060, NAMES + 90 + len(lines) * SLOT)
    slot = (width - NAMES - 100) / len(lines)
    boxes = tuple(_box(line, lanes.index(line.by), NAMES + 56 + number * slot) for number, line in enumerate(lines))
    first, last = boxes[0], boxes[-1]
    start = (NAMES + 24.0, first.y + BOX / 2)
    end = (last.x + last.width + 34.0, last.y + BOX / 2)
    return Picture(
        width=width,
        height=len(lanes) * LANE + 1,
        lanes=tuple(_lane(name, number) for number, name in enumerate(lanes)),
        boxes=boxes,
        edges=_edges(lines, boxes, start, end, ended=ended),
        start=start,
        end=end,
        start_done=True,
        end_done=ended and lines[-1].state == "done",
        long=width > 1060,
        description=_description(lines),
    )


def _lane(name: str, number: int) -> Lane:
    return Lane(number * LANE + 0.5, LANE, bool(number % 2), tuple(wrap(name, 22)), number * LANE + 38)


def _box(line: StepLine, lane: int, x: float) -> Box:
    text = tuple(wrap(line.title, SIGNS_A_LINE))[:3]
    height = BOX + LINE * (len(text) - 1)
    y = lane * LANE + (LANE - height) / 2 + (6 if line.state == "current" else 0)
    middle = x + 72
    top = y - 28
    flag = f"M{middle - 25.5:g} {top:g}h51v20h-19.5l-6 7-6-7h-19.5z" if line.state == "current" else ""
    return Box(
        x=x, y=y, width=144, height=height, middle=middle, lines=text, text_y=y + 22, time=_time(line),
        time_y=y + height - 13, state=line.state, flag=flag, flag_text_y=top + 14,
    )  # fmt: skip


def _time(line: StepLine) -> str:
    """“2 hours · limit 4 hours” of a step that was begun; the limit of one to come."""
    if line.used and line.limit:
        return _("{used} · limit {limit}").format(used=line.used, limit=line.limit)
    return line.used or (_("limit {limit}").format(limit=line.limit) if line.limit else "")


def _edges(
    lines: Sequence[StepLine],
    boxes: Sequence[Box],
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    ended: bool,
) -> tuple[Edge, ...]:
    first, last = boxes[0], boxes[-1]
    reached = [index for index, line in enumerate(lines) if line.state]
    furthest = max(reached, default=-1)
    made = [Edge(_path(start[0] + 12, start[1], first.x - 3, _centre(first)), done=True)]
    for index in range(len(boxes) - 1):
        one, two = boxes[index], boxes[index + 1]
        made.append(Edge(_path(one.x + one.width, _centre(one), two.x - 3, _centre(two)), done=index < furthest))
    made.append(
        Edge(_path(last.x + last.width, _centre(last), end[0] - 15, end[1]), done=ended and furthest == len(boxes) - 1)
    )
    return tuple(made)


def _centre(box: Box) -> float:
    return box.y + box.height / 2


def _path(x1: float, y1: float, x2: float, y2: float) -> str:
    """A line along the axes with rounded corners; straight when both lie as good as level."""
    if abs(y1 - y2) < 8:
        return f"M{x1:g} {y2:g}H{x2:g}"
    turn, down = (x1 + x2) / 2, 1 if y2 > y1 else -1
    r = min(8.0, abs(x2 - x1) / 2)
    return (
        f"M{x1:g} {y1:g}H{turn - r:g}Q{turn:g} {y1:g} {turn:g} {y1 + down * r:g}"
        f"V{y2 - down * r:g}Q{turn:g} {y2:g} {turn + r:g} {y2:g}H{x2:g}"
    )


def _description(lines: Sequence[StepLine]) -> str:
    here = next((line.title for line in lines if line.state == "current"), "")
    if here:
        return _("The dossier is at: {step}. The table below has every step.").format(step=here)
    return _("The table below has every step.")
