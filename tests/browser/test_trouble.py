"""The database is gone: a plain page and honest health, no trace; and all is well again when it is back."""

import urllib.error
import urllib.request

import pytest


def test_without_the_database_people_read_a_plain_page(portal, visit):
    somebody = visit(width=390, expects_trouble=True)
    with portal.without_database():
        somebody.go("/thu-tuc/", status=503)
        shown = somebody.page.content()
        assert somebody.page.locator("h1").is_visible()
        assert "Traceback" not in shown
        assert "psycopg" not in shown
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{portal.address}/health", timeout=10)
        assert refused.value.code == 503
        refused.value.close()
    somebody.go("/thu-tuc/")
