"""Addresses: the room `web` owns them; this file only says which exist once and which once per language.

`web.urls.plain` are addresses without a language (health, metrics, downloads for machines); `web.urls.pages` are pages,
Vietnamese as they stand and English under /en/.
"""

from importlib import import_module
from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
if find_spec("tinhso.web.urls"):
    web = import_module("tinhso.web.urls")
    urlpatterns = [*web.plain, *i18n_patterns(*web.pages, prefix_default_language=False)]
