"""The request as the views of this room see it, and how they ask who somebody is."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

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
    view: Callable[Concatenate[Any, Subject, P], HttpResponseBase],
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """The view gets the subject as its second argument; somebody who did not sign in does so first and comes back."""

    @wraps(view)
    def ask(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated or request.who is None:
            return redirect_to_login(request.get_full_path())
        return view(request, request.who, *args, **kwargs)

    return cast("Callable[Concatenate[Any, P], HttpResponseBase]", _with_policy(ask, "signed-in"))


def officer(
    view: Callable[Concatenate[Any, Subject, P], HttpResponseBase],
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """The same for those who hold a post today."""

    @wraps(view)
    def ask(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated or request.who is None:
            return redirect_to_login(request.get_full_path())
        if not request.who.is_officer:
            raise OfficersOnly
        return view(request, request.who, *args, **kwargs)

    return cast("Callable[Concatenate[Any, P], HttpResponseBase]", _with_policy(ask, "officer"))


def anyone(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """A view that is open to everybody says so: what says nothing fails the repository's test."""
    return _with_policy(view, "anyone")


V = TypeVar("V")


def _with_policy(view: V, policy: str) -> V:
    """The view says who may ask: a repository test reads it of every route."""
    setattr(view, "policy", policy)  # noqa: B010  # a function has no attribute of that name in its type
    return view
