"""A small house to file dossiers in: officers of two wards and two departments, citizens, and the law of 2026.

Times are August 2026, when procedures.md counts its examples; nothing here reads a clock.
"""

import contextlib
import random
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from django.db import connection, connections

from tinhso.cases import forms
from tinhso.cases.actions import drafts, moving
from tinhso.cases.actions.filing import Filed
from tinhso.cases.actions.moving import Decision, MoreAsked
from tinhso.cases.catalogue import offered
from tinhso.cases.lists import PackLists
from tinhso.cases.models import Dossier, Draft
from tinhso.cases.offers import asked_papers
from tinhso.cases.rules import Outcome
from tinhso.documents import actions as documents
from tinhso.identity.access import subject
from tinhso.identity.models import Account, Person, Post
from tinhso.identity.policy import Role
from tinhso.identity.rules import Subject
from tinhso.journal.keys import new_uuid7
from tinhso.kernel.calendar import Calendar, instant, local_date
from tinhso.kernel.text import name_sort_key, search_key
from tinhso.places import queries as places
from tinhso.site import sample_files, sample_people
from tinhso.site.sample_answers import CannotAnswer, Sampler

WARD, OTHER_WARD = "H53.31.02", "H53.31.03"
PROVINCE_HEAD = "H53"
DEPARTMENT = "H53.05"  # finance
LAND_OFFICE = "H53.07.01"
SINGLE_STATUS = "1.004873"
MONDAY = date(2026, 8, 3)
REASON, REFUSAL, STOPPING = "paper-missing", "wrong-agency", "dispute"


def at(day: int, clock: str = "09:00", month: int = 8, year: int = 2026) -> datetime:
    """A moment of August 2026, as clocks in the province show it."""
    return instant(date(year, month, day), time.fromisoformat(clock))


def account(email: str, name: str = "", **more) -> Account:
    """An account, with a person when a name is given."""
    person = None
    if name:
        person = Person.objects.create(
            id=new_uuid7(), full_name=name, search_key=search_key(name), sort_key=name_sort_key(name), created_at=at(1)
        )
    return Account.objects.create(
        id=new_uuid7(), email=email, person=person, registered_at=at(1), language=more.pop("language", "vi"), **more
    )


def post(holder: Account, agency: str, role: Role, fields: Iterable[str] = ()) -> None:
    Post.objects.create(
        id=new_uuid7(),
        account=holder,
        agency_code=agency,
        role=role.value,
        title_vi=f"Chức danh {role.value}",
        title_en=role.value,
        fields=sorted(fields),
        valid_from=date(2025, 7, 1),
        appointed_at=at(1),
    )


@dataclass
class House:
    """People with their posts, and the actions of the room with what is always the same left out."""

    people: dict[str, Account] = field(default_factory=dict)
    calendar: Calendar | None = None

    @classmethod
    def open(cls) -> "House":
        house = cls(calendar=places.calendar(MONDAY))
        for name, shown in (("citizen", "Nguyễn Thị Mẫu"), ("neighbour", "Trần Văn Kế")):
            house.people[name] = account(f"{name}@example.vn", shown)
        crew = (("counter", Role.ONE_STOP_OFFICER), ("specialist", Role.SPECIALIST), ("leader", Role.LEADER))
        for name, role in crew:
            house.people[name] = account(f"{name}@ward.vn", f"Cán bộ {name}")
            post(house.people[name], WARD, role)
        house.appoint("second_counter", WARD, Role.ONE_STOP_OFFICER)
        house.appoint("elsewhere", OTHER_WARD, Role.ONE_STOP_OFFICER)
        return house

    def appoint(self, name: str, agency: str, role: Role, fields: Iterable[str] = ()) -> None:
        if name not in self.people:
            self.people[name] = account(f"{name}@house.vn", f"Cán bộ {name.replace('_', ' ')}")
        post(self.people[name], agency, role, fields)

    def who(self, name: str, on: date = MONDAY) -> Subject:
        return subject(self.people[name], on=on)

    # -- filing

    def draft(
        self, name="citizen", code=SINGLE_STATUS, *, when=None, agency=WARD, channel="online", papers=True
    ) -> Draft:
        """A complete draft with plausible answers and, if wanted, every paper that must be there."""
        when = when or at(3)
        who = self.who(name)
        begun = drafts.begin(by=who, procedure_code=code, language="vi", channel=channel, agency_code=agency, at=when)
        found = offered(code, local_date(when))
        answers = answers_of(found, when, channel, begun.answers)
        drafts.save_page(by=who, draft_id=begun.id, values=answers, at=when)
        if papers:
            for paper in asked_papers(found.version, answers, on=MONDAY, channel=channel):
                if paper.required and paper.kind == "submit":
                    self.attach(begun, paper.id, name=name, when=when)
        return Draft.objects.get(id=begun.id)

    def stored(self, *, name="citizen", words="Trang", file_name="giay.pdf", when=None) -> UUID:
        kept = documents.store(
            by=self.who(name), content=sample_files.pdf(words), name=file_name, purpose="test", at=when or at(3)
        )
        return kept.id

    def attach(self, draft: Draft, paper_id: str, *, name="citizen", words="", when=None):
        words = words or f"{draft.id} {paper_id}"
        document_id = self.stored(name=name, words=words, file_name=f"{paper_id}.pdf", when=when)
        return drafts.attach(
            by=self.who(name), draft_id=draft.id, paper_id=paper_id, document_id=document_id, at=when or at(3)
        )

    def send(self, draft: Draft, name="citizen", *, when=None, **more) -> Filed:
        return drafts.submit(by=self.who(name), draft_id=draft.id, calendar=self.calendar, at=when or at(3), **more)

    def filed(self, code=SINGLE_STATUS, *, when=None, name="citizen", **more) -> Dossier:
        return Dossier.objects.get(id=self.send(self.draft(name, code, when=when, **more), name, when=when).dossier_id)

    # -- moves

    def accept(self, dossier, *, by="counter", when=None, **more) -> Dossier:
        return moving.accept(
            by=self.who(by), dossier_id=dossier.id, calendar=self.calendar, at=when or at(3, "10:00"), **more
        )

    def ask(
        self, dossier, *, by="counter", when=None, papers=(), reasons=(REASON,), words="Thiếu giấy", **more
    ) -> Dossier:
        asked = MoreAsked(tuple(reasons), tuple(papers), words)
        return moving.ask_for_more(
            by=self.who(by), dossier_id=dossier.id, asked=asked, calendar=self.calendar, at=when or at(4), **more
        )

    def supplement(self, dossier, *, by="citizen", when=None, papers=(), words="Đã bổ sung") -> Dossier:
        return moving.supplement(
            by=self.who(by),
            dossier_id=dossier.id,
            papers=papers,
            words=words,
            calendar=self.calendar,
            at=when or at(13),
        )

    def hand_on(self, dossier, *, by="counter", step="appraise", to=None, when=None, **more) -> Dossier:
        holder = self.people[to].id if to else None
        return moving.hand_on(
            by=self.who(by), dossier_id=dossier.id, step=step, to=holder, at=when or at(3, "11:00"), **more
        )

    def decide(
        self, dossier, *, by="leader", when=None, text="Chấp thuận.", outcome=Outcome.GRANTED, **more
    ) -> Dossier:
        decision = Decision(outcome, text, more.pop("document_id", None), more.pop("reasons", ()))
        return moving.decide(
            by=self.who(by), dossier_id=dossier.id, decision=decision, at=when or at(4, "10:00"), **more
        )

    def give_back(self, dossier, *, by="counter", when=None, channel="online", **more) -> Dossier:
        return moving.return_result(
            by=self.who(by), dossier_id=dossier.id, channel=channel, at=when or at(4, "15:00"), **more
        )

    def refuse(
        self, dossier, *, by="counter", when=None, reasons=(REFUSAL,), words="Không thuộc thẩm quyền"
    ) -> Dossier:
        return moving.refuse(
            by=self.who(by), dossier_id=dossier.id, reasons=tuple(reasons), words=words, at=when or at(4)
        )

    def stop(self, dossier, *, by="leader", when=None, reasons=(STOPPING,), words="Đang tranh chấp") -> Dossier:
        return moving.stop(
            by=self.who(by), dossier_id=dossier.id, reasons=tuple(reasons), words=words, at=when or at(5)
        )

    def withdraw(self, dossier, *, by="citizen", when=None, words="") -> Dossier:
        return moving.withdraw(by=self.who(by), dossier_id=dossier.id, words=words, at=when or at(5))


def answers_of(found, when: datetime, channel="online", known=None, seed=7) -> dict:
    """Plausible answers to the whole form, the same for the same seed."""
    on = local_date(when)
    ward = places.agency(WARD, on).unit_code
    today = forms.Today(on, channel)
    for attempt in range(seed, seed + 20):
        rng = random.Random(attempt)
        requester = sample_people.person(rng, on, register="080")
        sampler = Sampler(rng=rng, today=today, lists=PackLists(on), commune_on=lambda _day: ward, requester=requester)
        with contextlib.suppress(CannotAnswer):
            return sampler.answers(found.form, known or {})
    raise AssertionError(found.procedure.code)


def at_once(count: int, work) -> list:
    """`work(number)` in as many threads, each with its own connection; results or exceptions in order of number."""

    def one(number: int):
        try:
            return work(number)
        except Exception as problem:  # noqa: BLE001  # the test looks at what each thread met
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@contextlib.contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that the block ran, without BEGIN and COMMIT, which are not statements of ours."""
    seen: list[str] = []

    def watch(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


def writes(seen: list[str]) -> list[str]:
    return [
        sql
        for sql in seen
        if any(word in sql for word in ("INSERT INTO", "UPDATE ", "DELETE FROM")) and "FOR UPDATE" not in sql
    ]
