"""Logs hold ids, never persons."""

import io
import json
import logging
from uuid import uuid4

import pytest
import structlog

from tinhso.site import logs


@pytest.fixture
def lines():
    """What was logged meanwhile, decoded."""
    stream = io.StringIO()
    handler = next(
        h for h in logging.getLogger().handlers if isinstance(h.formatter, structlog.stdlib.ProcessorFormatter)
    )
    before = handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    handler.setStream(before)


@pytest.fixture(autouse=True)
def own_configuration():
    logs.configure()


def test_a_line_is_json_with_a_constant_word_and_values_beside_it(lines):
    dossier = uuid4()
    structlog.get_logger("tinhso.cases").warning(
        "peer_silent", dossier_id=dossier, waited_s=30, code="000.00.01.H53-261121-0001"
    )
    (line,) = lines()
    assert line["event"] == "peer_silent"
    assert line["dossier_id"] == str(dossier)
    assert line["waited_s"] == 30
    assert line["code"] == "000.00.01.H53-261121-0001"
    assert {"timestamp", "level", "logger"} <= line.keys()


@pytest.mark.parametrize(
    "value",
    [
        "Nguyễn Thị Hồng",
        "hong@example.vn",
        "0912345678",
        "+84912345678",
        "072095001234",
        912345678,
        "Phường 3, Tân An",
        b"x",
        object(),
    ],
)
def test_what_could_be_a_person_is_hidden_wherever_it_stands(lines, value):
    structlog.get_logger("tinhso.web").error("odd_value", value=value, listed=[value], nested={"deep": value})
    (line,) = lines()
    assert line["value"] == logs.HIDDEN
    assert line["listed"] == [logs.HIDDEN]
    assert line["nested"] == {"deep": logs.HIDDEN}


def test_an_event_that_quotes_somebody_is_hidden(lines):
    structlog.get_logger("tinhso.web").error("Không tìm thấy Nguyễn Thị Hồng")
    assert lines()[0]["event"] == logs.HIDDEN


def test_an_exception_is_logged_by_type_and_place_without_its_message(lines):
    try:
        int("hong@example.vn")
    except ValueError:
        logging.getLogger("some.library").exception("cannot answer %s", "/ho-so/hong@example.vn")
    (line,) = lines()
    assert line["exception"]["type"] == "ValueError"
    assert "test_logs.py" in line["exception"]["frames"][-1]
    assert "hong" not in json.dumps(line)


def test_a_library_cannot_fill_a_person_into_its_line(lines):
    logging.getLogger("some.library").warning("cannot send to %s", "hong@example.vn")
    (line,) = lines()
    assert line["event"] == "cannot send to %s"
    assert "hong" not in json.dumps(line)


def test_a_page_that_crashes_says_where_and_not_about_whom(lines, rf):
    from django.core.signals import got_request_exception

    try:
        {}["Nguyễn Thị Hồng"]
    except KeyError:
        got_request_exception.send(sender=None, request=rf.get("/ho-so/?ten=Nguyễn"))
    (line,) = lines()
    assert (line["event"], line["exception"]["type"]) == ("request_crashed", "KeyError")
    assert "Nguy" not in json.dumps(line, ensure_ascii=False)
