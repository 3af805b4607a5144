"""Expected errors. Everything else is a bug and may crash.

Problem
├─ NotAllowed            403
├─ NotFound              404
├─ Conflict              409
├─ Invalid               422   carries the errors of single fields
├─ PeerFailed            502
└─ Unavailable           503

Rooms subclass these beside the rules that raise them. Absent on purpose: words in a language. A title is an English
msgid; `web/problems.py` alone turns a problem into a page or JSON.
"""

import dataclasses
from collections.abc import Iterable
from typing import Any, ClassVar


def N_(message: str) -> str:  # noqa: N802  gettext's own name for "translate this later"
    """Marks a message for the catalogue and leaves it as it is."""
    return message


class Problem(Exception):
    """Something that can happen and has an answer.

    code     stable, part of the API, never translated
    title    English msgid
    fields   names of the values that a client may show or act on
    """

    code: ClassVar[str] = "problem"
    title: ClassVar[str] = N_("Something went wrong.")
    status: ClassVar[int] = 500
    fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **values: Any) -> None:
        unknown = values.keys() - set(self.fields)
        if unknown:
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        # The values may name a person, so the text of the exception, which ends in logs, leaves them out.
        super().__init__(f"{self.code}: {self.title}")
        self.values: dict[str, Any] = values


class NotAllowed(Problem):
    code = "not-allowed"
    title = N_("You may not do this.")
    status = 403


class NotFound(Problem):
    code = "not-found"
    title = N_("There is nothing at this address.")
    status = 404


class Conflict(Problem):
    code = "conflict"
    title = N_("This can no longer be done.")
    status = 409


@dataclasses.dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: `message` is an English msgid with `{names}` filled from `values`."""

    field: str
    message: str
    values: dict[str, Any] = dataclasses.field(default_factory=dict)


class Invalid(Problem):
    code = "invalid"
    title = N_("Some answers are missing or not right.")
    status = 422

    def __init__(self, errors: Iterable[FieldError] = (), **values: Any) -> None:
        super().__init__(**values)
        self.errors: tuple[FieldError, ...] = tuple(errors)


class PeerFailed(Problem):
    code = "peer-failed"
    title = N_("Another system did not answer as it should.")
    status = 502


class Unavailable(Problem):
    code = "unavailable"
    title = N_("This is not available right now. Please try again later.")
    status = 503
