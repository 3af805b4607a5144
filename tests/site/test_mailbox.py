"""The demo's mail catcher: a real SMTP conversation, a file for each message."""

import email
import email.policy
import smtplib
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from tinhso.site import mailbox, processes


@pytest.fixture
def caught(tmp_path):
    controller = Controller(mailbox.Mailbox(tmp_path / "mail"), hostname="127.0.0.1", port=_free_port())
    controller.start()
    yield controller
    controller.stop()


def _free_port() -> int:
    from tinhso.site.postgres import choose_port

    return choose_port(None)


def _message(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "portal@tinhso.invalid", "an@example.invalid"
    message.set_content("Hồ sơ của bạn đã được tiếp nhận.")
    return message


def test_a_message_is_kept_as_it_came(caught, tmp_path):
    with smtplib.SMTP("127.0.0.1", caught.port) as smtp:
        smtp.send_message(_message("Đã tiếp nhận"))
    (file,) = (tmp_path / "mail").glob("*.eml")
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert message["Subject"] == "Đã tiếp nhận"
    assert message.get_content().strip() == "Hồ sơ của bạn đã được tiếp nhận."


def test_only_the_newest_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(mailbox, "MESSAGES_KEPT_MAX", 3)
    box = mailbox.Mailbox(tmp_path / "mail")
    kept = [box.keep(b"Subject: %d\n\n" % number) for number in range(5)]
    assert sorted((tmp_path / "mail").iterdir()) == kept[2:]


def test_a_port_that_is_taken_is_noticed_before_anything_starts(caught):
    assert not processes.is_free("127.0.0.1", caught.port)
