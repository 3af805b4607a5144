"""A citizen of Tân Ninh ward on a Friday morning, 20/11/2026, 09:14."""

from datetime import datetime

import pytest
from portal_samples import NOW, Browser, citizen


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """What time it is for the pages; set it with `clock.moment = …`."""

    class Clock(datetime):
        moment = NOW

        @classmethod
        def now(cls, _tz=None):
            return cls.moment

    monkeypatch.setattr("tinhso.web.middleware.datetime", Clock)
    return Clock


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def mau(province):
    """Nguyễn Thị Mẫu, signed in, in a browser without script."""
    return Browser(citizen())


@pytest.fixture
def passer_by(province):
    """Somebody who did not sign in."""
    return Browser()
