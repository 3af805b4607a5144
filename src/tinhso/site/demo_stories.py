"""Stories of dossiers for a demonstration: thirty days of a province, told through the same actions that people use.

A plan says which procedure, whose dossier, filed when, and what happens to it at which working hour. All events of all
plans run in the order of time, so that codes, journal and inbox look as if the days had passed.

Deliberately absent: any row written past the actions.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from tinhso.cases import deadlines, forms
from tinhso.cases.actions import drafts, moving
from tinhso.cases.catalogue import Offered
from tinhso.cases.lists import PackLists
from tinhso.cases.offers import asked_papers
from tinhso.cases.pack_part import Paper
from tinhso.cases.rules import Outcome
from tinhso.documents import actions as documents
from tinhso.identity import access
from tinhso.identity import queries as identity
from tinhso.identity.policy import Role
from tinhso.identity.rules import Subject
from tinhso.kernel.calendar import Calendar, instant, local_date
from tinhso.places import queries as places
from tinhso.places.rules import AgencyKind
from tinhso.site import sample_files, sample_people
from tinhso.site.sample_answers import CannotAnswer, Sampler
from tinhso.site.sample_people import SamplePerson

DAYS = 30
TRIES = 40
Event = tuple[datetime, Callable[[datetime], None]]


@dataclass(frozen=True, slots=True)
class Story:
    """What becomes of a dossier.

    due     late, today, running, past: where its deadline lies beside now
    moves   in order; each at its share of the working time between filing and `until`
    until   deadline, now, or late: when the last move is done at the latest
    """

    moves: tuple[str, ...]
    due: str = "running"
    until: str = "now"
    count: int = 1


TO_SIGN = ("accept", "judge", "to_specialist", "to_leader")
STORIES = (
    Story((), count=6),
    Story((), due="today"),
    Story(("accept",), count=4),
    Story(("accept", "judge", "to_specialist"), count=3),
    Story(("accept", "judge", "to_specialist"), due="today", count=2),
    Story(("accept", "to_specialist"), due="late", count=2),
    Story(TO_SIGN, count=3),
    Story(TO_SIGN, due="today"),
    Story(TO_SIGN, due="late"),
    Story(("ask",), count=2),
    Story(("accept", "ask"), count=2),
    Story(("ask", "supplement", "accept", "to_specialist"), count=3),
    Story(("refuse",), due="past", count=3),
    Story(("withdraw",), due="past"),
    Story(("accept", "withdraw"), due="past"),
    Story(("accept", "to_specialist", "stop"), due="past"),
    Story((*TO_SIGN, "grant"), until="deadline", count=5),
    Story((*TO_SIGN, "grant"), due="past", until="late"),
    Story((*TO_SIGN, "grant", "give"), due="past", until="deadline", count=13),
    Story(("ask", "supplement", *TO_SIGN, "grant", "give"), due="past", until="deadline", count=2),
    Story((*TO_SIGN, "reject", "give"), due="past", until="deadline", count=2),
    Story((*TO_SIGN, "grant", "give"), due="past", until="late", count=2),
)


@dataclass(frozen=True, slots=True)
class Place:
    """An agency of the demonstration in which somebody holds every post that a dossier needs."""

    agency_code: str
    unit_code: str
    crew: dict[Role, Subject]


@dataclass
class Plan:
    """One dossier to come. `dossier_id` is known once it is filed; a plan that could not be filed has none."""

    story: Story
    offered: Offered
    place: Place
    channel: str
    owner: Subject | None
    applicant: SamplePerson
    filed_at: datetime
    dossier_id: UUID | None = None
    papers: list[Paper] = field(default_factory=list)


@dataclass
class Teller:
    """Tells all stories, from one seed, as of one instant.

    agencies  those with officers; of communes the first one gets most
    """

    rng: random.Random
    now: datetime
    calendar: Calendar
    offers: Sequence[Offered]
    citizens: Sequence[Subject]
    agencies: Sequence[str]
    register: str
    told: int = 0
    _places: dict[str, list[Place]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return local_date(self.now)

    def tell(self) -> int:
        """Everything, in the order of time; how many dossiers there are then."""
        events = [event for story in STORIES for _ in range(story.count) for event in self._events(story)]
        for at, happen in sorted(events, key=lambda event: event[0]):
            happen(at)
        return self.told

    # -- planning

    def _events(self, story: Story) -> list[Event]:
        """One dossier of the story; on a day on which nothing can be due today, one that is not due yet."""
        for wanted in (story, replace(story, due="running")):
            for _ in range(TRIES):
                plan = self._plan(wanted)
                if plan is not None:
                    return list(self._timed(plan))
        return []

    def _plan(self, story: Story) -> Plan | None:
        offered = self.rng.choices(self.offers, [_weight(offered) for offered in self.offers])[0]
        standing = self.places_of(offered)
        channels = [name for name in ("online", "online", "counter") if name in offered.version.channels]
        if not standing or not channels or ("ask" in story.moves and not offered.version.supplement.times):
            return None
        channel = self.rng.choice(channels)
        if channel != "online" and ("withdraw" in story.moves or "supplement" in story.moves):
            return None  # the citizen's own moves need an account
        filed_at = self._filed_at(story, offered, channel)
        if filed_at is None:
            return None
        place = standing[0] if self.rng.random() < 0.65 else self.rng.choice(standing)
        owner = self.rng.choice(self.citizens) if channel == "online" else None
        applicant = sample_people.person(self.rng, self.today, register=self.register)
        return Plan(story, offered, place, channel, owner, applicant, filed_at)

    def _filed_at(self, story: Story, offered: Offered, channel: str) -> datetime | None:
        """A moment of the last thirty days whose deadline lies where the story wants it."""
        fits = []
        for days in range(DAYS):
            day = self.today - timedelta(days=days)
            if channel != "online" and not self.calendar.is_working(day):
                continue
            clock = time(self.rng.choice((8, 9, 9, 10, 10, 14, 15)), self.rng.randint(0, 59))
            at = instant(day, clock)
            if not self._has_time_for(story, at):
                continue
            if self._lies(story.due, self._due_at(offered, channel, at), days):
                fits.append(at)
        if story.due == "late":
            fits = fits[:3]  # a few days late, not a month
        return self.rng.choice(fits) if fits else None

    def _has_time_for(self, story: Story, at: datetime) -> bool:
        """Officers need working hours between filing and now."""
        needed = timedelta(minutes=30 * len(story.moves))
        return at < self.now - timedelta(minutes=2) and self.calendar.working_time_between(at, self.now) >= needed

    def _lies(self, where: str, due_at: datetime | None, days: int) -> bool:
        if due_at is None:
            return where == "running" and days < 10
        return {
            "late": due_at < self.now - timedelta(hours=1),
            "today": local_date(due_at) == self.today,
            "running": due_at > self.now and local_date(due_at) > self.today,
            "past": local_date(due_at) < self.today,
        }[where]

    def _due_at(self, offered: Offered, channel: Any, at: datetime) -> datetime | None:
        return deadlines.promise(offered.version, channel, at, self.calendar).due_at

    def _timed(self, plan: Plan) -> Iterator[Event]:
        """Filing and moves with their moments, cut off where the future begins."""
        yield plan.filed_at, lambda at: self.file(plan, at)
        due_at = self._due_at(plan.offered, plan.channel, plan.filed_at) or self.now
        ends = {"deadline": due_at - timedelta(minutes=20), "late": due_at + timedelta(days=2)}
        end = min(ends.get(plan.story.until, self.now), self.now - timedelta(minutes=1))
        total = self.calendar.working_time_between(plan.filed_at, end)
        moves = plan.story.moves
        shares = sorted(self.rng.uniform(0.02, 0.97) for _ in moves)
        for share, move in zip(shares, moves, strict=True):
            moment = self.calendar.add_working_time(plan.filed_at, total * share) if total else plan.filed_at
            if plan.story.until == "late" and move in ("grant", "give"):
                moment = max(moment, due_at + timedelta(hours=15 if move == "grant" else 16))
            yield min(max(moment, plan.filed_at), self.now - timedelta(minutes=1)), self._moving(plan, move)

    def _moving(self, plan: Plan, move: str) -> Callable[[datetime], None]:
        def happen(at: datetime) -> None:
            if plan.dossier_id is not None:
                self.do(plan, move, at)

        return happen

    def do(self, plan: Plan, move: str, at: datetime) -> None:
        """One move of a story, by whoever makes it. Raises what the action raises."""
        getattr(self, f"_{move}")(plan, at)

    def places_of(self, offered: Offered) -> list[Place]:
        """Where the procedure can be decided: agencies with a whole crew."""
        fixed = offered.publication.agency
        kind = offered.procedure.handled_by
        key = fixed or kind
        if key not in self._places:
            found = (
                [places.agency(fixed, self.today)] if fixed else places.agencies_of_kind(AgencyKind(kind), self.today)
            )
            crewed = [(agency, self._crew(agency.code, offered.procedure.field)) for agency in found]
            whole = [Place(a.code, a.unit_code or "", crew) for a, crew in crewed if len(crew) == len(CREW)]
            self._places[key] = sorted(whole, key=lambda place: self.agencies.index(place.agency_code))
        return self._places[key]

    def _crew(self, agency_code: str, field_code: str) -> dict[Role, Subject]:
        crew = {}
        for role in CREW:
            ids = identity.officers_of(agency_code, role=role, on=self.today, field_code=field_code, limit=1)
            if not ids:
                break
            crew[role] = access.subject_of(ids[0], on=self.today)
        return crew

    # -- filing

    def file(self, plan: Plan, at: datetime) -> None:
        by = plan.owner or plan.place.crew[Role.ONE_STOP_OFFICER]
        code = plan.offered.procedure.code
        draft = drafts.begin(
            by=by,
            procedure_code=code,
            language=plan.owner.language if plan.owner else "vi",
            channel=plan.channel,
            agency_code=plan.place.agency_code,
            at=at,
        )
        try:
            answers = self._sampler(plan, at).answers(plan.offered.form, draft.answers)
        except CannotAnswer:
            drafts.give_up(by=by, draft_id=draft.id, at=at)
            return
        drafts.save_page(by=by, draft_id=draft.id, values=answers, at=at)
        on = local_date(at)
        for paper in asked_papers(plan.offered.version, answers, on=on, channel=plan.channel):
            if paper.kind == "submit" and (paper.required or self.rng.random() < 0.3):
                document_id = self._document(by, paper, plan.applicant.full_name, at)
                drafts.attach(by=by, draft_id=draft.id, paper_id=paper.id, document_id=document_id, at=at)
                plan.papers.append(paper)
        filed = drafts.submit(by=by, draft_id=draft.id, calendar=self.calendar, at=at)
        plan.dossier_id = filed.dossier_id
        self.told += 1

    def _sampler(self, plan: Plan, at: datetime) -> Sampler:
        on = local_date(at)
        return Sampler(
            rng=self.rng,
            today=forms.Today(on, plan.channel),
            lists=PackLists(on),
            commune_on=lambda day: _commune(plan.place.unit_code, day),
            requester=plan.applicant,
        )

    def _document(self, by: Subject, paper: Paper, name: str, at: datetime) -> UUID:
        is_picture = self.rng.random() < 0.25
        content = (
            sample_files.png(shade=self.rng.randint(120, 230)) if is_picture else sample_files.pdf(paper.title.vi, name)
        )
        kept = documents.store(
            by=by,
            content=content,
            name=f"{paper.id}.{'png' if is_picture else 'pdf'}",
            purpose=f"draft.{paper.id}",
            at=at,
        )
        return kept.id

    # -- moves, each under the name that stories use

    def _accept(self, plan: Plan, at: datetime) -> None:
        moving.accept(by=plan.place.crew[Role.ONE_STOP_OFFICER], dossier_id=_id(plan), calendar=self.calendar, at=at)

    def _judge(self, plan: Plan, at: datetime) -> None:
        for paper in plan.papers:
            by = plan.place.crew[Role.ONE_STOP_OFFICER]
            moving.judge_paper(by=by, dossier_id=_id(plan), paper_id=paper.id, verdict="good", at=at)

    def _ask(self, plan: Plan, at: datetime) -> None:
        by = plan.place.crew[Role.ONE_STOP_OFFICER]
        asked = plan.papers[:1]
        words = "Bản chụp mờ, không đọc được dấu và ngày cấp. Đề nghị chụp lại rõ, đủ các góc của giấy."
        for paper in asked:
            moving.judge_paper(
                by=by, dossier_id=_id(plan), paper_id=paper.id, verdict="bad", reason="Mờ, mất góc trái", at=at
            )
        reason = "paper-unreadable" if asked else "answers-incomplete"
        moving.ask_for_more(
            by=by,
            dossier_id=_id(plan),
            asked=moving.MoreAsked((reason,), tuple(paper.id for paper in asked), words if asked else WORDS_INCOMPLETE),
            calendar=self.calendar,
            at=at,
        )

    def _supplement(self, plan: Plan, at: datetime) -> None:
        by = plan.owner
        if by is None:
            return
        given = []
        for paper in plan.papers[:1]:
            kept = documents.store(
                by=by,
                content=sample_files.pdf(paper.title.vi, "Bản chụp lại", plan.applicant.full_name),
                name=f"{paper.id}-chup-lai.pdf",
                purpose=f"supplement.{paper.id}",
                at=at,
            )
            given.append((paper.id, kept.id))
        words = "Tôi đã chụp lại và gửi kèm."
        moving.supplement(by=by, dossier_id=_id(plan), papers=given, words=words, calendar=self.calendar, at=at)

    def _to_specialist(self, plan: Plan, at: datetime) -> None:
        self._hand_on(plan, Role.ONE_STOP_OFFICER, Role.SPECIALIST, "Hồ sơ đủ giấy tờ, kính chuyển thẩm định.", at)

    def _to_leader(self, plan: Plan, at: datetime) -> None:
        self._hand_on(plan, Role.SPECIALIST, Role.LEADER, "Đã thẩm định, đủ điều kiện. Kính trình ký.", at)

    def _hand_on(self, plan: Plan, giver: Role, to: Role, words: str, at: datetime) -> None:
        step = next((step.step for step in plan.offered.flow if step.by == to.value), "")
        if step:
            holder = plan.place.crew[to].account_id
            by = plan.place.crew[giver]
            moving.hand_on(by=by, dossier_id=_id(plan), step=step, to=holder, words=words, at=at)

    def _grant(self, plan: Plan, at: datetime) -> None:
        title = plan.offered.procedure.title.vi
        text = (
            f"Chấp thuận đề nghị của ông/bà {plan.applicant.full_name} theo thủ tục “{title}”.\n"
            "Kết quả này có giá trị kể từ ngày ký."
        )
        self._decide(plan, moving.Decision(Outcome.GRANTED, text), at)

    def _reject(self, plan: Plan, at: datetime) -> None:
        text = "Không chấp thuận: hồ sơ không đủ điều kiện theo quy định của pháp luật về thủ tục này."
        self._decide(plan, moving.Decision(Outcome.REJECTED, text, reasons=("conditions-not-met",)), at)

    def _decide(self, plan: Plan, decision: moving.Decision, at: datetime) -> None:
        moving.decide(by=plan.place.crew[Role.LEADER], dossier_id=_id(plan), decision=decision, at=at)

    def _give(self, plan: Plan, at: datetime) -> None:
        by = plan.place.crew[Role.ONE_STOP_OFFICER]
        channel = "online" if plan.owner else "counter"
        name = "" if plan.owner else plan.applicant.full_name
        moving.return_result(by=by, dossier_id=_id(plan), channel=channel, received_by=name, at=at)

    def _refuse(self, plan: Plan, at: datetime) -> None:
        by = plan.place.crew[Role.ONE_STOP_OFFICER]
        words = "Việc này thuộc thẩm quyền của cơ quan khác; đề nghị ông/bà nộp tại nơi đã hướng dẫn qua điện thoại."
        moving.refuse(by=by, dossier_id=_id(plan), reasons=("wrong-agency",), words=words, at=at)

    def _withdraw(self, plan: Plan, at: datetime) -> None:
        if plan.owner is not None:
            moving.withdraw(by=plan.owner, dossier_id=_id(plan), words="Gia đình xin rút để làm lại.", at=at)

    def _stop(self, plan: Plan, at: datetime) -> None:
        by = plan.place.crew[Role.LEADER]
        words = "Thửa đất đang có đơn tranh chấp; dừng giải quyết cho đến khi có kết quả."
        moving.stop(by=by, dossier_id=_id(plan), reasons=("dispute",), words=words, at=at)


CREW = (Role.ONE_STOP_OFFICER, Role.SPECIALIST, Role.LEADER)
WORDS_INCOMPLETE = "Nội dung đề nghị chưa nêu rõ; xin ghi cụ thể tên giấy tờ và lý do."


def _weight(offered: Offered) -> int:
    """Everyday matters come more often than rare ones; what has a form of its own is everyday."""
    return 6 if offered.form_is_crafted else 2 if offered.procedure.level == "commune" else 1


def _id(plan: Plan) -> UUID:
    if plan.dossier_id is None:
        raise LookupError("a move before the filing")
    return plan.dossier_id


def _commune(unit_code: str, day: date) -> str:
    """The commune itself on that day, or the one before it from which it was made."""
    code = unit_code or places.children(places.province(day).code, day)[0].code
    if places.unit_or_none(code, day):
        return code
    links = places.predecessors_of(code, day)
    return next((link.old.code for link in links if places.unit_or_none(link.old.code, day)), code)
