"""What the desk's header says about the officer: name, post, how much waits, which menus open.

Asked for only by pages of the desk.
"""

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest

from tinhso.cases import inbox
from tinhso.identity import queries as identity
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.notices import queries as notices
from tinhso.web import words
from tinhso.web.desk import filters
from tinhso.web.requests import Request

ADMINISTRATION = (
    Permission.PACKS_PUBLISH,
    Permission.JOBS_REPLAY,
    Permission.JOURNAL_VIEW,
    Permission.CATALOGUE_VIEW_UNVERIFIED,
)


@dataclass(frozen=True, slots=True)
class Officer:
    """The reader of a desk page. `waiting` is counted up to a bound; None when the reader sees no dossiers."""

    name: str
    initials: str
    post: str
    waiting: int | None
    waiting_bounded: bool
    unread: int
    receives: bool
    looks_up: bool
    administers: bool


def officer(http: HttpRequest) -> Officer | None:
    """The officer of the header, None for everybody else. Three statements: the name, what waits, new notices."""
    request = cast("Request", http)
    who = getattr(request, "who", None)
    if not request.user.is_authenticated or not who or not who.is_officer:
        return None
    name = identity.name_of(who.account_id) or request.user.email
    sees = who.may_anywhere(Permission.DOSSIER_VIEW)
    waiting = inbox.counts({"mine": filters.basis(request, who, "mine")})["mine"] if sees else None
    return Officer(
        name=name,
        initials=initials(name),
        post=post_words(request, who),
        waiting=min(waiting, inbox.COUNT_LIMIT) if waiting is not None else None,
        waiting_bounded=bool(waiting and waiting > inbox.COUNT_LIMIT),
        unread=notices.unread_count(who.account_id),
        receives=who.may_anywhere(Permission.DOSSIER_RECEIVE),
        looks_up=sees,
        administers=any(who.may_anywhere(permission) for permission in ADMINISTRATION),
    )


def initials(name: str) -> str:
    """The letters of the family name and of the given name: the first word and the last one."""
    parts = name.split()
    return (parts[0][0] + parts[-1][0]).upper() if len(parts) > 1 else name[:2].upper()


def post_words(request: Request, who: Subject) -> str:
    """The first post: its title and its agency."""
    first = who.posts[0]
    title = first.title_en if words.language() == "en" else first.title_vi
    agency = words.agency(first.agency_code, request.today)
    return f"{title}, {agency}" if title else agency
