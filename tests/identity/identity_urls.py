"""The addresses of signing in without those of the room above."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


urlpatterns = i18n_patterns(
    path("", home),
    path("", include("tinhso.identity.urls")),
    path("ban-lam-viec/", home),
    prefix_default_language=False,
)
