"""Expected errors in words: the one place that knows HTTP's statuses.

A page for people, RFC 9457 problem details for machines (those who ask for JSON). The title is the problem's own,
translated.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.kernel.problems import Conflict, Invalid, NotAllowed, NotFound, Problem
from tinhso.web.components import Link

PROBLEM_JSON = "application/problem+json"


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a machine: it prefers JSON to pages."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer to an expected error."""
    if wants_json(request):
        return JsonResponse(details(request, problem), status=problem.status, content_type=PROBLEM_JSON)
    context = {
        "status": problem.status,
        "title": _(problem.title),
        "lines": [*_lines(problem), *(_(error.message).format(**error.values) for error in _errors(problem))],
        "next_link": Link(reverse("home"), _("Go to the home page")),
    }
    return render(request, "web/error.html", context, status=problem.status)


def _errors(problem: Problem) -> tuple[Any, ...]:
    return problem.errors if isinstance(problem, Invalid) else ()


def _lines(problem: Problem) -> list[str]:
    """What to do about a kind of problem."""
    if isinstance(problem, NotFound):
        return [_("Check the address or the code. What you may not see is shown as if it did not exist.")]
    if isinstance(problem, NotAllowed):
        return [_("If this is your work, ask the administrator of your agency to look at your post.")]
    if isinstance(problem, Conflict):
        return [_("Nothing was changed. Open the page again to see how it stands now.")]
    return []


def details(request: HttpRequest, problem: Problem) -> dict[str, Any]:
    """RFC 9457: type, title, status, and the problem's own fields."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": _(problem.title),
        "status": problem.status,
        "instance": request.path,
        **problem.values,
    }
    if _errors(problem):
        body["errors"] = [{"field": e.field, "message": _(e.message).format(**e.values)} for e in _errors(problem)]
    return body


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database does not answer: a plain page that needs none, or JSON; never a trace."""
    if wants_json(request):
        body = {"type": "/problems/unavailable", "title": "Service unavailable", "status": 503}
        response: HttpResponse = JsonResponse(body, status=503, content_type=PROBLEM_JSON)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response


def _failed(request: HttpRequest, template: str, status: int) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"type": "about:blank", "status": status}, status=status, content_type=PROBLEM_JSON)
    return render(request, template, status=status)


def bad_request(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django gives it by name
) -> HttpResponse:
    return _failed(request, "400.html", 400)


def too_much(request: HttpRequest) -> HttpResponse:
    return _failed(request, "400.html", 413)


def forbidden(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django gives it by name
) -> HttpResponse:
    return _failed(request, "403.html", 403)


def not_found(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django gives it by name
) -> HttpResponse:
    return _failed(request, "404.html", 404)


def crashed(request: HttpRequest) -> HttpResponse:
    """A bug. The page names the request, not the cause; it must not need the database."""
    return HttpResponse(render_to_string("500.html", {"demo": settings.DEMO, "path": request.path}), status=500)
