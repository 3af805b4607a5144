"""A province that lives for some days from one seed: people act and repeat themselves, machines die between any two steps.

Everything goes through the public actions with time as an argument. Whatever dies is begun again later, as people press
the button again and supervisors start processes again.
"""

import random
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from unittest import mock

from django.db import connection, transaction

from tinhso.cases import catalogue
from tinhso.cases.actions import drafts, filing, moving
from tinhso.cases.models import Dossier
from tinhso.cases.rules import ReasonMissing, ResultMissing, State
from tinhso.identity import access
from tinhso.identity.demo_people import load_demo_people
from tinhso.identity.models import Account
from tinhso.journal import follow, jobs, registry, seal, sequence
from tinhso.kernel.calendar import instant
from tinhso.kernel.problems import Problem
from tinhso.packs import queries as packs
from tinhso.places import queries as places
from tinhso.site import sample_people
from tinhso.site.demo_stories import Plan, Story, Teller

FIRST_DAY = date(2026, 8, 17)  # thirty days from here hold the National Day and its swapped day
MARK = "Zyxkhuya"  # stands in every applicant's name; seen in a log or in the journal it gives a leak away
# What people usually do next; now and then they try anything.
USUAL = {
    State.FILED: ("accept", "accept", "accept", "ask", "refuse", "withdraw"),
    State.ACCEPTED: ("judge", "to_specialist", "to_specialist", "to_specialist", "ask", "stop"),
    State.IN_REVIEW: ("to_leader", "grant", "grant", "grant", "reject", "ask", "stop"),
    State.WAITING_FOR_CITIZEN: ("supplement", "supplement", "supplement", "withdraw", "stop"),
    State.DECIDED: ("give",),
}
ANYTHING = tuple(sorted({move for moves in USUAL.values() for move in moves}))
COUNT = "INSERT INTO simulated_count (entry, times) VALUES (%s, 1) ON CONFLICT (entry) DO UPDATE SET times = simulated_count.times + 1"


class Died(Exception):
    """A process ended here, between two steps, without a word."""


@dataclass
class Chaos:
    """Deaths by chance, all from the seed; none once the storm is over."""

    rng: random.Random
    chance: float = 0.06
    deaths: int = 0

    def may_die(self) -> None:
        if self.rng.random() < self.chance:
            self.deaths += 1
            raise Died

    def around(self, function):
        """The same function in a process that may die before or after it."""

        def mortal(*args, **more):
            self.may_die()
            result = function(*args, **more)
            self.may_die()
            return result

        return mortal


@dataclass
class Province:
    """Who lives there, what was filed, and what each of them can do next."""

    seed: int
    days: int
    rng: random.Random = field(init=False)
    chaos: Chaos = field(init=False)
    plans: list[Plan] = field(default_factory=list)
    refusals: int = 0
    repeated: int = 0

    def __post_init__(self):
        self.rng = random.Random(self.seed)
        self.chaos = Chaos(random.Random(self.seed + 1))
        people = next(entry.document for entry in packs.documents("demo-people", FIRST_DAY).values())
        start = instant(FIRST_DAY, datetime.min.time())
        load_demo_people(people=people, on=FIRST_DAY - timedelta(days=60), at=start)
        citizens = [account for account in people.accounts if not account.posts]
        self.teller = Teller(
            rng=self.rng,
            now=start,
            calendar=places.calendar(FIRST_DAY),
            offers=[o for o in catalogue.offered_all(FIRST_DAY).values() if not o.procedure.filed_elsewhere],
            citizens=[access.subject(Account.objects.get(email=one.email), on=FIRST_DAY) for one in citizens],
            agencies=[post.agency for account in people.accounts for post in account.posts],
            register="072",
        )

    def live(self):
        """All days, hour by hour, in a storm; then calm, until nothing waits any more."""
        with self.storm():
            for number in range(self.days):
                day = FIRST_DAY + timedelta(days=number)
                for hour in (8, 10, 14, 16, 20):
                    self._hour(
                        instant(day, datetime.min.time()) + timedelta(hours=hour, minutes=self.rng.randrange(50))
                    )
        self.chaos.chance = 0.0
        self.settle()

    @contextmanager
    def storm(self):
        """Every seam may tear: before and after an append, a numbering, a projection, a reaction."""
        mortal = {
            name: replace(one, effect=self.chaos.around(one.effect)) for name, one in registry.PROJECTIONS.items()
        }
        reacting = {
            name: replace(one, effect=self.chaos.around(one.effect)) for name, one in registry.REACTIONS.items()
        }
        around = self.chaos.around
        with (
            mock.patch.dict(registry.PROJECTIONS, mortal),
            mock.patch.dict(registry.REACTIONS, reacting),
            mock.patch.object(sequence, "number_waiting", around(sequence.number_waiting)),
            mock.patch.object(moving, "append", around(moving.append)),
            mock.patch.object(filing, "append", around(filing.append)),
        ):
            yield

    # -- an hour

    def _hour(self, at: datetime):
        self.teller.now = at
        if self.teller.calendar.is_working(at.date()) or self.rng.random() < 0.3:
            for _ in range(self.rng.randrange(3)):
                self._file(at)
            for minute in range(self.rng.randrange(2, 12)):
                self._act(at + timedelta(minutes=minute))
        for machine in self.rng.sample((self._follow, self._work, self._seal), 3):
            machine(at)

    def _file(self, at: datetime):
        """A dossier, whose sender may press the button again whether or not an answer came."""
        offered = self.rng.choice(self.teller.offers)
        standing = self.teller.places_of(offered)
        if not standing:
            return
        channel = "online" if "online" in offered.version.channels and self.rng.random() < 0.8 else "counter"
        if channel not in offered.version.channels:
            return
        someone = sample_people.person(self.rng, at.date(), register="072")
        owner = self.rng.choice(self.teller.citizens) if channel == "online" else None
        applicant = replace(someone, full_name=f"{someone.full_name} {MARK}")
        plan = Plan(Story(()), offered, self.rng.choice(standing), channel, owner, applicant, at)
        with mock.patch.object(drafts, "submit", self._impatient(drafts.submit)), self._surviving():
            self.teller.file(plan, at)
        if plan.dossier_id:
            self.plans.append(plan)

    def _impatient(self, submit):
        """Sends until an answer comes, then now and then once more."""

        def send(**asked):
            filed = None
            while filed is None:
                try:
                    filed = submit(**asked)
                except Died:
                    continue
            while self.rng.random() < 0.3:
                self.repeated += 1
                try:
                    again = submit(**asked)
                except Died:
                    continue
                assert (again.dossier_id, again.code) == (filed.dossier_id, filed.code)
            return filed

        return send

    def _act(self, at: datetime):
        """Any move with any dossier, sensible or not, sometimes twice."""
        if not self.plans:
            return
        plan = self.rng.choice(self.plans[-40:])
        state = State(Dossier.objects.values_list("state", flat=True).get(id=plan.dossier_id))
        move = self.rng.choice(USUAL.get(state, ANYTHING) if self.rng.random() < 0.7 else ANYTHING)
        for _ in range(2 if self.rng.random() < 0.25 else 1):
            with self._surviving():
                self.teller.do(plan, move, at)

    @contextmanager
    def _surviving(self):
        """What the rules refuse is refused, and nothing else goes wrong; the dead come back."""
        try:
            yield
        except (ReasonMissing, ResultMissing):
            raise
        except Problem:
            self.refusals += 1
        except Died:
            pass

    # -- machines

    def _follow(self, _at: datetime):
        with self._surviving():
            follow.run_once()

    def _work(self, _at: datetime):
        """A worker takes some jobs; one that dies leaves the rest for the next one."""
        jobs.run_jobs(limit=self.rng.randrange(40), even_later=True, raising=False)

    def _seal(self, at: datetime):
        with self._surviving():
            self.chaos.may_die()
            seal.sign(at=at)

    def settle(self):
        """No more deaths: everything that waits is done."""
        for _ in range(20):
            done = follow.run_once() + jobs.run_jobs(even_later=True)
            if not done:
                return
        raise AssertionError("jobs that never end")


def count_entries(entries):
    """A projection of the simulation: how often it was given each entry."""
    with connection.cursor() as cursor:
        cursor.executemany(COUNT, [[entry.id] for entry in entries])


def counted():
    """How often each entry was counted."""
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SELECT times, count(*) FROM simulated_count GROUP BY times")
        return dict(cursor.fetchall())
