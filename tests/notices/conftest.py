"""A reader, the texts of the one-stop pack, and mail servers that take, refuse or hang."""

import asyncio
import shutil
import socket
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from notice_samples import NOON, PASSWORD

from tinhso.identity import actions as identity
from tinhso.identity.facts import PersonFacts
from tinhso.packs import actions as packs

TEXTS = Path(__file__).resolve().parents[2] / "packs" / "one-stop" / "notices"


def publish_texts(folder: Path):
    pack = folder / "one-stop"
    pack.mkdir()
    shutil.copytree(TEXTS, pack / "notices")
    (pack / "pack.yaml").write_text(
        'id: one-stop\nversion: "2026.1"\nin_force_from: 2020-01-01\nowner: "Một cửa"\n'
        'title: {vi: "Một cửa", en: "One-stop"}\nlicence: "EUPL-1.2"\n',
        encoding="utf-8",
    )
    packs.publish(by=None, folder=folder, pack="one-stop", at=NOON)


@pytest.fixture
def texts(db, tmp_path):
    publish_texts(tmp_path)


@pytest.fixture
def committed_texts(committed_db, tmp_path):
    publish_texts(tmp_path)


@pytest.fixture
def make_reader():
    def make(email="dauvet@example.vn", *, name="Lò Thị Dấuvết", language="vi"):
        return identity.register_account(
            by=None, email=email, password=PASSWORD, facts=PersonFacts(full_name=name), language=language, at=NOON
        )

    return make


class Mailbox:
    """A mail server of ours: keeps what it takes; `answer` is what it says to a recipient or a letter."""

    def __init__(self):
        self.letters, self.rcpt, self.data, self.wait_s = [], "250 OK", "250 OK", 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd asks for this name
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the same
        await asyncio.sleep(self.wait_s)
        if self.data.startswith("250"):
            self.letters.append((envelope.rcpt_tos, envelope.content))
        return self.data


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def mailbox(settings):
    """Settings lead to a real SMTP server in a thread of this test."""
    box = Mailbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, timeout=5)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_SSL = settings.EMAIL_USE_TLS = False
    settings.DEFAULT_FROM_EMAIL = "Cổng dịch vụ công <khong-tra-loi@tay-ninh.example>"
    settings.BASE_URL = "https://dichvucong.tay-ninh.example"
    yield box
    controller.stop()
