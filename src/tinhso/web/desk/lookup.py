"""Search over every dossier that the officer may see, and the officer's own notices."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tinhso.cases import inbox
from tinhso.cases.access import reach
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.kernel.text import clean_line
from tinhso.notices import actions as notices
from tinhso.notices import queries as told
from tinhso.web.components import Field, Paging
from tinhso.web.desk.lines import lines
from tinhso.web.requests import Request, officer

PAGE = 50


@require_GET
@officer
def search(request: Request, who: Subject) -> HttpResponse:
    """By code, name, personal number or phone; open and closed, the newest first."""
    text = clean_line(request.GET.get("q", ""))[:100]
    found, more = inbox.search(reach(who, Permission.DOSSIER_VIEW), text, limit=PAGE) if text else ([], False)
    context = {
        "field": Field(
            kind="search",
            name="q",
            label=_("Code, name, personal number, phone"),
            hint=_("A code by its beginning, a phone number by its last figures, a name with or without marks"),
            value=text,
        ),
        "text": text,
        "lines": lines(request, found),
        "more": more,
        "limit": PAGE,
        "here": "search",
    }
    return render(request, "web/desk/search.html", context)


@require_GET
@officer
def notices_list(request: Request, who: Subject) -> HttpResponse:
    """What the officer was told, the newest first."""
    last = told.notice(who.account_id, UUID(request.GET["sau"])) if _is_uuid(request.GET.get("sau", "")) else None
    rows = told.notices_of(who.account_id, before=(last.told_at, last.id) if last else None, limit=21)
    shown = rows[:20]
    context = {
        "notices": shown,
        "paging": Paging(shown=len(shown), next_href=f"?sau={shown[-1].id}" if len(rows) > 20 else ""),
        "any_new": any(not one.is_read for one in shown),
        "here": "notices",
    }
    return render(request, "web/desk/notices.html", context)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_POST
@officer
def read_notice(request: Request, who: Subject) -> HttpResponse:
    """One notice is read and its page opened, or all of them are."""
    chosen = request.POST.get("notice", "")
    if not _is_uuid(chosen):
        notices.mark_all_read(by=who.account_id, at=request.at)
        return redirect("desk-notices")
    one = told.notice(who.account_id, UUID(chosen))
    notices.mark_read(by=who.account_id, notice_id=UUID(chosen), at=request.at)
    # Links of notices are our own paths, written by the house.
    return redirect(one.link if one and one.link.startswith("/") else "desk-notices")
