"""What identity reads from packs: the people of a demonstration.

Pure. A province's pack has at most one `demo-people.yaml`; demo_people.load_demo_people makes accounts of it, and only
in a demonstration.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import msgspec

from tinhso.identity.facts import PersonFacts, cleaned
from tinhso.identity.policy import Role
from tinhso.kernel.codes import AgencyCode
from tinhso.kernel.localised import Text
from tinhso.kernel.problems import N_, Invalid
from tinhso.packs.parts import Context, Finding, Part

Line = Annotated[str, msgspec.Meta(min_length=1, max_length=150)]
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class DemoPost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A post that the account holds from the day the demonstration begins, or from `valid_from`."""

    agency: str
    role: Role
    title: Text
    fields: tuple[str, ...] = ()
    valid_from: Day | None = None


class DemoAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An invented person with an account. Nobody real, and no number that was ever given out."""

    email: Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
    password: Annotated[str, msgspec.Meta(min_length=10)]
    name: Line
    about: Text  # one line for the table that the demonstration prints
    personal_id: str = ""
    born_on: Day | None = None
    sex: str = ""
    ethnic_group: str = ""
    residence_unit_code: str = ""
    residence_line: str = ""
    phone: str = ""
    language: str = "vi"
    assurance: Annotated[int, msgspec.Meta(ge=0, le=3)] = 0
    staff: bool = False
    posts: tuple[DemoPost, ...] = ()


class DemoPeople(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every account of a demonstration, in the order in which they are shown."""

    accounts: Annotated[tuple[DemoAccount, ...], msgspec.Meta(min_length=1)]


def check_demo_people(document: DemoPeople, _context: Context) -> Iterable[Finding]:
    """Twice the same address, a number that does not fit, a post that no agency could have."""
    seen: set[str] = set()
    for place, entry in enumerate(document.accounts):
        where = ("accounts", place)
        if entry.email.lower() in seen:
            yield Finding(
                (*where, "email"),
                N_("{email} stands here twice"),
                N_("give each account its own"),
                values={"email": entry.email},
            )
        seen.add(entry.email.lower())
        yield from _person_findings(where, entry)
        for number, post in enumerate(entry.posts):
            yield from _post_findings((*where, "posts", number), post)


def _person_findings(where: tuple[str | int, ...], entry: DemoAccount) -> Iterable[Finding]:
    try:
        cleaned(
            PersonFacts(
                full_name=entry.name,
                personal_id=entry.personal_id,
                born_on=date.fromisoformat(entry.born_on) if entry.born_on else None,
                sex=entry.sex,
                residence_unit_code=entry.residence_unit_code,
                phone=entry.phone,
            ),
            on=date(2100, 1, 1),
        )
    except ValueError:
        yield Finding((*where, "born_on"), N_("this day does not exist"), N_("write year-month-day"))
    except Invalid as bad:
        for error in bad.errors:
            name = "name" if error.field == "full_name" else error.field
            yield Finding((*where, name), error.message, values=error.values)


def _post_findings(where: tuple[str | int, ...], post: DemoPost) -> Iterable[Finding]:
    if not AgencyCode.is_valid(post.agency):
        yield Finding(
            (*where, "agency"),
            N_("{code} is not an agency code"),
            N_("write it as in agencies.yaml, such as H53.31.02"),
            values={"code": post.agency},
        )
    if post.role is Role.CITIZEN:
        yield Finding((*where, "role"), N_("a citizen needs no post"), N_("leave the post out"))


PARTS = (
    Part(
        name="demo-people",
        pattern="demo-people.yaml",
        struct=DemoPeople,
        check=check_demo_people,
    ),
)
