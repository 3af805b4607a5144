"""Logs: one JSON object a line, constant words with values beside them, never a person.

A value is kept when it looks like an id, a code, a number or a word of ours; anything that could be free text, a name,
a phone number or an address is replaced. An exception is logged as its type and where it happened, without its
message: databases and validators quote the values they refuse.
"""

import logging
import logging.config
import re
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import date, datetime
from enum import Enum
from types import TracebackType
from typing import Any
from uuid import UUID

import structlog
from django.core.signals import got_request_exception
from django.http import HttpRequest

HIDDEN = "[hidden]"
# An id, a code, a path or a word: ASCII without spaces or @, no run of digits as long as a phone or identity number.
PLAIN = re.compile(r"(?!.*\d{9})[A-Za-z0-9_.:/+-]{1,120}", re.ASCII)
EVENT = re.compile(r"[A-Za-z0-9_ .:%()'/-]{1,200}", re.ASCII)

Event = MutableMapping[str, Any]


def only_ids(_logger: object, _method: str, event: Event) -> Event:
    """Hides every value that could be about a person."""
    for key, value in event.items():
        if key == "event":
            event[key] = value if EVENT.fullmatch(str(value)) else HIDDEN
        elif key not in ("timestamp", "exception"):
            event[key] = _safe(value)
    return event


def _safe(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe(item) for item in value]
    if isinstance(value, Enum):
        return _safe(value.value)
    return _shown(value) if _is_plain(value) else HIDDEN


def _is_plain(value: object) -> bool:
    """Whether a value is nobody's: no free text, no number as long as a phone's."""
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) < 10**8
    if isinstance(value, str):
        return bool(PLAIN.fullmatch(value)) or _is_uuid(value)
    return value is None or isinstance(value, bool | float | UUID | date | datetime)


def _shown(value: object) -> object:
    return str(value) if isinstance(value, UUID | date | datetime) else value


def _is_uuid(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None


def where_it_happened(_logger: object, _method: str, event: Event) -> Event:
    """Replaces exc_info by the exception's type and its frames, innermost last."""
    found = event.pop("exc_info", None)
    if found is True:
        found = structlog.processors._figure_out_exc_info(found)
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = {"type": type(error).__qualname__, "frames": _frames(error.__traceback__)}
        if error.__cause__ is not None:
            event["exception"]["cause"] = type(error.__cause__).__qualname__
    return event


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-12:]]


class _Template(logging.Filter):
    """A line from a library keeps its constant text; what would be filled in may be anything, so it is left out."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not isinstance(record.msg, dict):
            record.msg, record.args = str(record.msg), ()
        return True


def _library_values(_logger: object, _method: str, event: Event) -> Event:
    record = event.get("_record")
    if record is not None and hasattr(record, "status_code"):
        event["status"] = record.status_code
    return event


def configure() -> None:
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"template": {"()": _Template}},
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": [*shared, _library_values],
                    "processors": [
                        where_it_happened,
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        only_ids,
                        structlog.processors.JSONRenderer(ensure_ascii=True),
                    ],
                },
            },
            "handlers": {
                "out": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["template"]},
            },
            "root": {"handlers": ["out"], "level": "WARNING"},
            "loggers": {
                "tinhso": {"level": "INFO"},
                "procrastinate": {"level": "WARNING"},
                "granian": {"level": "WARNING"},
                # Expected errors are no alarms, and crashes are told below with the place where they happened.
                "django.request": {"level": "CRITICAL"},
            },
        },
    )
    got_request_exception.connect(_tell_crash, dispatch_uid="tinhso.site.logs")


def _tell_crash(*, request: HttpRequest | None = None, **_: Any) -> None:
    route = getattr(getattr(request, "resolver_match", None), "view_name", None)
    structlog.get_logger("tinhso.site").error("request_crashed", route=route, exc_info=True)
