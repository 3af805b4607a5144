"""Addresses: the room `web` owns them; this file only says which exist once and which once per language.

`web.urls.plain` are addresses without a language (health, metrics, downloads for machines); `web.urls.pages` are pages,
Vietnamese as they stand and English under /en/.
"""

from typing import cast

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver

from tinhso.web import urls as web

Addresses = list[URLPattern | URLResolver]
urlpatterns = [*cast("Addresses", web.plain), *i18n_patterns(*web.pages, prefix_default_language=False)]

handler400 = web.handler400
handler403 = web.handler403
handler404 = web.handler404
handler500 = web.handler500
