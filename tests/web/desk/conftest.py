"""A ward with its officers, on a working morning: Friday, 20/11/2026, 09:14 in the province."""

from datetime import datetime, timedelta

import pytest
from desk_samples import NOW, Ward, officer
from django.conf import settings
from django.test import Client
from django.utils import translation

from tinhso.identity.policy import Role


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """What time it is for the pages; move it with `clock.at(…)`."""

    class Clock(datetime):
        moment = NOW

        @classmethod
        def now(cls, _zone=None):
            return cls.moment

        @classmethod
        def later(cls, **by):
            cls.moment += timedelta(**by)

    monkeypatch.setattr("tinhso.web.middleware.datetime", Clock)
    return Clock


@pytest.fixture(autouse=True)
def vietnamese():
    """A page in English leaves its language to the thread; the next test begins with the house's own."""
    with translation.override("vi"):
        yield


@pytest.fixture
def ward(province, tmp_path, monkeypatch):
    """Tân Ninh ward: a counter, two specialists, a leader; and somebody of the next ward."""
    monkeypatch.setattr(settings, "FILES_DIR", tmp_path / "files")
    return Ward(
        counter=officer("Lê Thị Hồng Hạnh", Role.ONE_STOP_OFFICER),
        specialist=officer("Phạm Văn Thí", Role.SPECIALIST),
        leader=officer("Nguyễn Văn Khải", Role.LEADER),
        neighbour=officer("Võ Thị Kim Ngân", Role.ONE_STOP_OFFICER, agency="H53.31.03"),
    )


@pytest.fixture
def at_desk():
    """A browser in which an officer has signed in."""

    def at_desk(account):
        client = Client()
        client.force_login(account)
        return client

    return at_desk


@pytest.fixture(scope="session")
def paper():
    """A PDF of two pages, small and whole."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 280]/Resources<<>>>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>", page, page]
    made, starts = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        starts.append(len(made))
        made += b"%d 0 obj%b endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    tail = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(made)
    return made + b"xref\n0 5\n0000000000 65535 f \n" + table + tail
