"""The request as the views of this room see it, and how they ask who somebody is."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from tinhso.identity.models import Account
from tinhso.identity.rules import Subject
from tinhso.kernel.problems import N_, NotAllowed

P = ParamSpec("P")


class Request(HttpRequest):
    """What the middleware adds: the instant, the day in the province, who asks (None: not signed in)."""

    at: datetime
    today: date
    who: Subject | None
    user: Account


class OfficersOnly(NotAllowed):
    code = "officers-only"
    title = N_("The desk is for officers of this province who hold a post today.")


def signed_in(
    view: Callable[Concatenate[Any, Subject, P], HttpResponse],
) -> Callable[Concatenate[Any, P], HttpResponse]:
    """The view gets the subject as its second argument; somebody who did not sign in does so first and comes back."""

    @wraps(view)
    def ask(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated or request.who is None:
            return redirect_to_login(request.get_full_path())
        return view(request, request.who, *args, **kwargs)

    ask.policy = "signed-in"  # type: ignore[attr-defined]  # a repository test reads it: every route has a policy
    return ask


def officer(
    view: Callable[Concatenate[Any, Subject, P], HttpResponse],
) -> Callable[Concatenate[Any, P], HttpResponse]:
    """The same for those who hold a post today."""

    @wraps(view)
    def ask(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated or request.who is None:
            return redirect_to_login(request.get_full_path())
        if not request.who.is_officer:
            raise OfficersOnly
        return view(request, request.who, *args, **kwargs)

    ask.policy = "officer"  # type: ignore[attr-defined]
    return ask


def anyone(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """A view that is open to everybody says so: what says nothing fails the repository's test."""
    view.policy = "anyone"  # type: ignore[attr-defined]
    return view
