"""What every request gets before its page: one reading of the clock, who asks, and problems turned into words.

`request.at` is the instant of the request (aware, UTC), `request.today` its date in the province; `request.who` is
the subject, built when it is first asked for and only for those who signed in.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from tinhso.identity import access
from tinhso.identity.rules import Subject
from tinhso.kernel.calendar import local_date
from tinhso.kernel.problems import Problem
from tinhso.packs import queries as packs
from tinhso.web import problems

log = structlog.get_logger("tinhso.web")

Respond = Callable[[HttpRequest], HttpResponse]

BODY_BYTES_MAX = 210 * 1024 * 1024  # ten of the largest files in one page
STRANGERS_BODY_BYTES_MAX = 25 * 1024 * 1024  # one file, to be checked
# SQLSTATE classes that mean "not now": connection trouble, too many connections, shutting down, time-outs, locks.
NOT_NOW = ("08", "53", "57", "55", "25P")


def clock(respond: Respond) -> Respond:
    """Reads the clock once, and the packs in force once: everything below sees one moment."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.at = datetime.now(UTC)  # type: ignore[attr-defined]  # ours, see HttpRequest in web.requests
        request.today = local_date(request.at)  # type: ignore[attr-defined]  # as above
        with packs.remembered():
            return respond(request)

    return answer


def subject(respond: Respond) -> Respond:
    """Who asks, for pages that need it; None for those who did not sign in."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.who = SimpleLazyObject(lambda: _subject(request))  # type: ignore[attr-defined]  # ours, see web.requests
        return respond(request)

    return answer


def _subject(request: HttpRequest) -> Subject | None:
    if not request.user.is_authenticated:
        return None
    return access.subject(request.user, on=request.today)  # type: ignore[attr-defined]  # set by clock


class Words:
    """Expected errors become pages (or JSON); a database that is not there becomes a plain page, never a trace."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_impossible(request):
            return problems.bad_request(request)
        if _is_oversized(request):
            return problems.too_much(request)
        try:
            return self.respond(request)
        except (OperationalError, InterfaceError) as error:
            # Raised outside a view: by the session or the account of the request.
            return self._unavailable(request, error)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Problem):
            log.info("problem", code=error.code, status=error.status)
            return problems.page(request, error)
        if isinstance(error, OperationalError | InterfaceError):
            return self._unavailable(request, error)
        return None

    def _unavailable(self, request: HttpRequest, error: Exception) -> HttpResponse:
        state = getattr(getattr(error, "__cause__", None), "sqlstate", None) or ""
        if state and not state.startswith(NOT_NOW):
            raise error
        log.error("database_unavailable", sqlstate=state or "none")
        return problems.unavailable(request)


def _is_impossible(request: HttpRequest) -> bool:
    """A zero sign in an address or a cookie: no browser sends it, and the database takes it nowhere."""
    query = request.META.get("QUERY_STRING", "")
    return "\0" in request.path_info or "%00" in query or any("\0" in value for value in request.COOKIES.values())


def _is_oversized(request: HttpRequest) -> bool:
    """Asked before anything of the body is read: files would fill the disk before a view could say no."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    known = settings.SESSION_COOKIE_NAME in request.COOKIES
    return not length.isdecimal() or int(length[:15]) > (BODY_BYTES_MAX if known else STRANGERS_BODY_BYTES_MAX)


def private_pages(respond: Respond) -> Respond:
    """Pages of somebody who signed in are nobody else's: no cache keeps them."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    return answer
