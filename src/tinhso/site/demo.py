"""What a demonstration shows: invented people who may sign in, and thirty days of dossiers under way.

Loaded once: where the demonstration's citizens have dossiers, nothing is added. Residents join the people that the
province's pack names, so that not every dossier belongs to the same citizen.
"""

import random
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.utils import timezone

from tinhso.cases import catalogue
from tinhso.cases.queries import InboxLine, dossiers_of
from tinhso.cases.rules import NATIONAL_CODE, NATIONAL_NAME, State
from tinhso.identity import access
from tinhso.identity import queries as identity
from tinhso.identity.demo_people import load_demo_people
from tinhso.identity.pack_part import DemoAccount, DemoPeople
from tinhso.identity.rules import Subject
from tinhso.kernel.localised import Text
from tinhso.packs import queries as packs
from tinhso.places import queries as places
from tinhso.site import sample_people
from tinhso.site.demo_stories import Teller

SEED = 8412
RESIDENTS = 8
POSTS_SINCE = timedelta(days=60)  # officers held their posts before the first dossier came
SHOWN = (State.RETURNED, State.IN_REVIEW, State.WAITING_FOR_CITIZEN, State.DECIDED, State.FILED, State.REFUSED)

log = structlog.get_logger("tinhso.site")


def load(*, at: datetime) -> dict[str, Any]:
    """Makes what is missing, and returns what the terminal shows."""
    people = _people(at)
    today = timezone.localdate(at)
    if not _lines(people) and _officers(people):
        told = _teller(people, at).tell()
        log.info("demo_dossiers_filed", count=told)
    return {"accounts": _shown_people(people), "dossiers": _shown_dossiers(_lines(people), today)}


# -- people


def _people(at: datetime) -> list[DemoAccount]:
    """Accounts of the province's pack; their posts begin before the first dossier."""
    today = timezone.localdate(at)
    found: list[DemoAccount] = []
    for entry in packs.documents("demo-people", today).values():
        load_demo_people(people=entry.document, on=today - POSTS_SINCE, at=at)
        found += entry.document.accounts
    return found


def _shown_people(people: list[DemoAccount]) -> list[dict[str, str]]:
    return [
        {"who": f"{account.name}, {account.about.vi}", "email": account.email, "password": account.password}
        for account in people
    ]


def _officers(people: list[DemoAccount]) -> list[DemoAccount]:
    return [account for account in people if account.posts]


def _residents(people: list[DemoAccount], today: date) -> list[DemoAccount]:
    """More citizens of the places where the pack's own citizens live."""
    rng = random.Random(SEED)  # noqa: S311  # invented people, the same each time
    citizens = [account for account in people if not account.posts and account.personal_id]
    made = []
    for number in range(1, RESIDENTS + 1):
        neighbour = rng.choice(citizens)
        someone = sample_people.person(rng, today, register=neighbour.personal_id[:3])
        domain = neighbour.email.partition("@")[2]
        made.append(
            DemoAccount(
                email=f"cu-dan-{number:02d}@{domain}",
                password=neighbour.password,
                name=someone.full_name,
                about=Text(vi="Người dân", en="Citizen"),
                personal_id=someone.personal_id,
                born_on=someone.born_on.isoformat(),
                sex=someone.sex,
                ethnic_group=neighbour.ethnic_group,
                residence_unit_code=neighbour.residence_unit_code,
                residence_line=someone.residence_line,
                phone=someone.phone,
                assurance=2,
            )
        )
    return made


# -- dossiers


def _teller(people: list[DemoAccount], at: datetime) -> Teller:
    today = timezone.localdate(at)
    residents = _residents(people, today)
    load_demo_people(people=DemoPeople(accounts=tuple(residents)), on=today, at=at)
    own = [account for account in people if not account.posts and account.assurance > 1]
    # The citizen named first is the one whom everybody tries: several dossiers of different states belong there.
    citizens = [*own[:1] * 4, *own, *residents]
    numbers = [account.personal_id[:3] for account in own if account.personal_id]
    return Teller(
        rng=random.Random(SEED),  # noqa: S311  # a story, not a secret
        now=at,
        calendar=places.calendar(today),
        offers=[offer for offer in catalogue.offered_all(today).values() if not offer.procedure.filed_elsewhere],
        citizens=[_subject(account, today) for account in citizens],
        agencies=[post.agency for account in people for post in account.posts],
        register=numbers[0] if numbers else "072",
    )


def _subject(account: DemoAccount, today: date) -> Subject:
    return access.subject(identity.accounts_of([account.email])[0], on=today)


def _lines(people: list[DemoAccount]) -> list[InboxLine]:
    """Dossiers of the citizens whose passwords the terminal shows, so that each can be seen from both sides."""
    emails = [account.email.lower() for account in people if not account.posts]
    return [line for account in identity.accounts_of(emails) for line in dossiers_of(account.id)[0]]


def _shown_dossiers(lines: list[InboxLine], today: date) -> list[dict[str, str]]:
    """One dossier of each of a few states, to look up."""
    offers = catalogue.offered_all(today)
    shown = []
    for state in SHOWN:
        line = next((line for line in lines if line.state is state), None)
        if line is not None:
            offered = offers.get(line.procedure_code)
            title = offered.procedure.title.vi if offered else line.procedure_code
            shown.append({"code": line.code, "procedure": title, "state": NATIONAL_NAME[NATIONAL_CODE[state]]})
    return shown
