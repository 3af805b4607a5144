"""The desk and the administration open to an administrator only with a second factor.

In a demonstration nobody is stopped: the page of the second factor is there to be tried.
"""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tinhso.identity import queries
from tinhso.identity.adapter import instant_of
from tinhso.identity.models import Account
from tinhso.identity.policy import SECOND_FACTOR_ROLES
from tinhso.kernel.calendar import VIETNAM

# Session key: the day on which this account needed no second factor. Asked again each day, as posts change.
CHECKED = "second_factor_checked_on"


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the account holds a role that wants a second factor, and has none."""
    account = request.user
    if not isinstance(account, Account) or not account.is_active:
        return False
    day = instant_of(request).astimezone(VIETNAM).date()
    if request.session.get(CHECKED) == day.isoformat():
        return False
    roles = {held.role for held in queries.posts_of(account.id, on=day)}
    if account.is_staff or roles & SECOND_FACTOR_ROLES:
        return not is_mfa_enabled(account)  # asked each time: a factor may be taken away again
    request.session[CHECKED] = day.isoformat()
    return False


class SecondFactorMiddleware:
    """Sends whoever lacks it to the page where a second factor is set up; everything under GUARDED waits."""

    GUARDED = ("/ban-lam-viec/", "/quan-tri/", "/admin/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.DEMO and self._is_guarded(request.path_info) and lacks_second_factor(request):
            messages.warning(request, _("Your work needs a second factor. Set it up here first."))
            return redirect("mfa_index")
        return self.get_response(request)

    def _is_guarded(self, path: str) -> bool:
        return path.removeprefix("/en").startswith(self.GUARDED)
