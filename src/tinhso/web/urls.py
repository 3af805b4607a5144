"""Addresses. `plain` exist once (machines, files).

`pages` exist in Vietnamese as they stand and in English under /en/.
"""

from django.urls import include, path

from tinhso.web import health

plain = [
    path("health", health.health, name="health"),
    path("metrics", health.metrics, name="metrics"),
    path("", include("tinhso.web.machine_urls")),
]

pages = [
    path("", include("tinhso.identity.urls")),
    path("", include("tinhso.web.portal.urls")),
    path("ban-lam-viec/", include("tinhso.web.desk.urls")),
]

handler400 = "tinhso.web.problems.bad_request"
handler403 = "tinhso.web.problems.forbidden"
handler404 = "tinhso.web.problems.not_found"
handler500 = "tinhso.web.problems.crashed"
