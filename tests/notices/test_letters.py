"""Letters: a real conversation with a mail server that takes them, refuses them, hangs, or is not there."""

import email
import email.policy
import io
import json
import logging
from uuid import uuid4

import pytest
from notice_samples import NOON, VALUES

from tinhso.identity import actions as identity
from tinhso.journal import follow
from tinhso.notices import actions, letters, queries
from tinhso.notices.models import Delivery, Notice, State

pytestmark = pytest.mark.usefixtures("committed_texts")


@pytest.fixture
def told(make_reader):
    account = make_reader()
    key = actions.tell(
        entry_id=uuid4(), to=account.id, kind="dossier_submitted", values=VALUES, link="/ho-so/H53/", at=NOON
    )
    return account, key


def follow_letters(*, raising=False):
    """What the follower and the worker do, all retries included that are due."""
    follow.run_once()
    follow.run_jobs(raising=raising)


def delivery():
    return Delivery.objects.get(channel="email")


def letter_in(mailbox):
    ((recipients, content),) = mailbox.letters
    return recipients, email.message_from_bytes(content, policy=email.policy.default)


def test_a_letter_goes_out_in_text_and_in_minimal_html(told, mailbox):
    follow_letters(raising=True)
    recipients, letter = letter_in(mailbox)
    assert recipients == ["dauvet@example.vn"]
    assert letter["Subject"] == "Đã nhận hồ sơ H53.31.02-261120-0001"
    assert letter["Content-Language"] == "vi"
    assert letter["Auto-Submitted"] == "auto-generated"
    plain = letter.get_body(("plain",)).get_content()
    html = letter.get_body(("html",)).get_content()
    for words in (plain, html):
        assert "Đăng ký khai sinh" in words
        assert "https://dichvucong.tay-ninh.example/ho-so/H53/" in words
    assert "<script" not in html
    assert "<img" not in html
    assert delivery().state == State.SENT
    assert delivery().attempts == 1


def test_an_english_reader_gets_an_english_letter_with_an_english_page(make_reader, mailbox):
    account = make_reader(language="en")
    actions.tell(entry_id=uuid4(), to=account.id, kind="dossier_submitted", values=VALUES, link="/ho-so/H53/", at=NOON)
    follow_letters(raising=True)
    _, letter = letter_in(mailbox)
    assert letter["Subject"] == "Dossier H53.31.02-261120-0001 has arrived"
    assert "/en/ho-so/H53/" in letter.get_body(("plain",)).get_content()


def test_a_value_cannot_write_html_or_a_head_line(make_reader, mailbox):
    account = make_reader()
    values = VALUES | {"dossier_code": "x\r\nBcc: all@example.vn", "procedure": "<b onclick=x>khai sinh</b>"}
    actions.tell(entry_id=uuid4(), to=account.id, kind="dossier_submitted", values=values, at=NOON)
    follow_letters(raising=True)
    recipients, letter = letter_in(mailbox)
    assert recipients == ["dauvet@example.vn"]
    assert letter["Bcc"] is None
    assert "<b onclick" not in letter.get_body(("html",)).get_content()


def test_followed_again_the_letter_is_not_sent_again(told, mailbox):
    _, key = told
    follow_letters()
    for _ in range(3):
        actions.send_letter(notice_id=key, at=NOON)
    assert len(mailbox.letters) == 1


def test_a_server_that_refuses_for_now_is_tried_again_until_it_takes_the_letter(told, mailbox):
    mailbox.data = "451 try later"
    follow_letters()
    assert (delivery().state, delivery().attempts, delivery().last_error) == ("waiting", 1, "letter_refused_451")
    assert queries.notices_of(told[0].id), "the notice itself was never lost"
    mailbox.data = "250 OK"
    follow.run_jobs(even_later=True)
    assert delivery().state == State.SENT
    assert len(mailbox.letters) == 1


def test_a_recipient_refused_for_good_is_dead_at_once_and_seen(told, mailbox):
    mailbox.rcpt = "550 no such user"
    follow_letters(raising=True)
    assert delivery().state == State.DEAD
    (line,) = queries.unsent()
    assert (line.error, line.attempts) == ("recipient_refused_550", 1)
    mailbox.rcpt = "250 OK"
    assert actions.send_again(delivery_id=line.id, at=NOON)
    follow_letters(raising=True)
    assert delivery().state == State.SENT
    assert queries.unsent() == []


def test_a_server_that_hangs_costs_its_time_out_and_loses_nothing(told, mailbox):
    mailbox.wait_s = 3
    follow_letters()
    assert delivery().state == State.WAITING
    assert delivery().last_error in {"TimeoutError", "SMTPServerDisconnected"}


def test_a_server_that_is_not_there_kills_the_letter_after_the_last_try_only(told, settings, mailbox):
    settings.EMAIL_PORT = 1
    _, key = told
    for attempt in range(1, actions.ATTEMPTS_MAX + 1):
        with pytest.raises(actions.MailServerFailed):
            actions.send_letter(notice_id=key, at=NOON)
        assert delivery().state == (State.DEAD if attempt == actions.ATTEMPTS_MAX else State.WAITING)
    assert Notice.objects.filter(id=key).exists()


def test_a_closed_account_gets_no_letter(told, mailbox):
    account, _ = told
    identity.close_account(by=None, account_id=account.id, at=NOON)
    follow_letters(raising=True)
    assert mailbox.letters == []
    assert delivery().state == State.UNWANTED


def test_no_mail_server_is_asked_inside_a_transaction(told):
    from django.db import transaction

    row = Delivery.objects.select_related("notice").get(channel="email")
    with transaction.atomic(), pytest.raises(letters.LetterInTransaction):
        letters.send(letters.letter_of(row, to="a@example.vn"))


def test_no_person_reaches_the_logs_however_a_letter_fails(told, mailbox, settings):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.getLogger().handlers[0].formatter)
    logging.getLogger().addHandler(handler)
    try:
        for mailbox.rcpt, mailbox.data in (("451 <dauvet@example.vn> busy", "250 OK"), ("250 OK", "554 Dấuvết")):
            follow.run_once()
            follow.run_jobs(even_later=True, raising=False)
        settings.EMAIL_PORT = 1
        actions.send_again(delivery_id=delivery().id, at=NOON)
        follow_letters()
    finally:
        logging.getLogger().removeHandler(handler)
    lines = [json.loads(line) for line in out.getvalue().splitlines() if line.startswith("{")]
    assert [line["error"] for line in lines if line["event"] == "letter_not_sent"] == [
        "recipient_refused_451",
        "letter_refused_554",
        "ConnectionRefusedError",
    ]
    for mark in ("dauvet", "dấuvết", "d\\u1ea5uv", "example.vn", "khai sinh"):
        assert mark not in out.getvalue().lower()
