"""What every template knows: the province in the page's language, and whether the reader is an officer."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from tinhso.places import queries as places
from tinhso.web import components
from tinhso.web.desk import header


def shell(request: HttpRequest) -> dict[str, Any]:
    """The shell's context. Answers nothing when the request never reached the middleware (an error page)."""
    today = getattr(request, "today", None)
    if today is None or not hasattr(request, "user"):
        return {}
    who = getattr(request, "who", None)
    return {
        "province": province(today),
        "is_officer": bool(request.user.is_authenticated and who and who.is_officer),
        "request_at": request.at,  # type: ignore[attr-defined]  # set by middleware.clock
        "officer": SimpleLazyObject(lambda: header.officer(request)),
    }


def province(today: Any) -> components.Province:
    """The province on the shell, from its pack."""
    language = get_language() or "vi"
    document = places.province(today)
    full = document.full_name.in_(language)
    return components.Province(
        title=full,
        name=full[0].lower() + full[1:] if language == "vi" else full,
        committee=document.portal.authority.in_(language),
        emblem_url=reverse("emblem"),
        hotline=document.hotline.phone,
        hotline_hours=document.hotline.hours.in_(language),
    )
