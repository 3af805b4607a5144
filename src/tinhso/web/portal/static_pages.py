"""Pages that mostly stand: help, accessibility, personal data, the state of the system, one's own account."""

from django.db import DatabaseError, InterfaceError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

import tinhso
from tinhso.identity import queries as identity
from tinhso.identity.rules import Assurance, Subject
from tinhso.journal import queries as journal
from tinhso.journal import seal
from tinhso.web.components import SummaryRow
from tinhso.web.requests import Request, anyone, signed_in
from tinhso.web.templatetags import formats

BEHIND_S = 60


@require_GET
@anyone
def help_page(request: Request) -> HttpResponse:
    """How to file, from the search to the result."""
    return render(request, "web/portal/help.html")


@require_GET
@anyone
def accessibility(request: Request) -> HttpResponse:
    """What the pages promise to everybody, and what was not tried."""
    return render(request, "web/portal/accessibility.html")


@require_GET
@anyone
def privacy(request: Request) -> HttpResponse:
    """What is kept about people, for how long, who sees it."""
    return render(request, "web/portal/privacy.html")


@require_GET
@anyone
def system_state(request: Request) -> HttpResponse:
    """Whether the house works now, in words; machines ask /health."""
    try:
        head, waiting_s, checkpoint = journal.head(), journal.oldest_pending_s(), seal.latest_checkpoint()
    except (DatabaseError, InterfaceError):
        return render(request, "web/portal/system_state.html", {"works": False, "rows": []}, status=503)
    rows = [
        SummaryRow(key=_("Version"), value=tinhso.__version__),
        SummaryRow(key=_("Entries in the journal"), value=formats.number(head)),
    ]
    if checkpoint:
        rows.append(SummaryRow(key=_("Journal last signed"), value=formats.moment(checkpoint.signed_at)))
    context = {"works": True, "behind": waiting_s > BEHIND_S, "rows": rows, "checkpoint": checkpoint}
    return render(request, "web/portal/system_state.html", context)


@require_GET
@signed_in
def my_account(request: Request, who: Subject) -> HttpResponse:
    """What the portal knows about the account, and where it is changed."""
    account = request.user
    rows = [
        SummaryRow(key=_("Full name"), value=identity.name_of(who.account_id) or "–"),
        SummaryRow(key=_("E-mail address"), value=account.email),
        SummaryRow(key=_("Phone"), value=account.phone or "–"),
        SummaryRow(key=_("How sure it is who you are"), value=_assurance(account.assurance)),
    ]
    return render(request, "web/portal/my_account.html", {"rows": rows, "here": "mine"})


def _assurance(level: int) -> str:
    """The level of assurance of an account, in words."""
    return {
        Assurance.NONE: _("Not confirmed: an e-mail address and a name"),
        Assurance.DECLARED: _("An identity number was declared, not yet matched"),
        Assurance.MATCHED: _("Name and identity number are matched"),
        Assurance.BIOMETRIC: _("Matched with the chip of the identity card"),
    }[Assurance(level)]
