"""Small procedures and forms that tests of `cases` read more easily than the real packs."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tinhso.cases.pack_part import (
    ChannelOffer,
    Check,
    Deadline,
    DeadlineCase,
    Fee,
    Form,
    LegalAct,
    Option,
    Page,
    Paper,
    Procedure,
    ProcedureVersion,
    Question,
    Repeat,
    Result,
    Supplement,
)
from tinhso.kernel.localised import Text


def text(words: str) -> Text:
    return Text(vi=words, en=words)


def deadline(unit: str = "working_days", value: Any = 3, **more: Any) -> Deadline:
    number = None if value is None else Decimal(value)
    return Deadline(unit=unit, value=number, reference="test", **more)


def version(**more: Any) -> ProcedureVersion:
    given: dict[str, Any] = {
        "received_from": date(2025, 7, 1),
        "reference": "test",
        "sequence": (text("one"),),
        "channels": {"counter": ChannelOffer(deadline=deadline()), "online": ChannelOffer(deadline=deadline())},
        "papers": (),
        "decided_by": text("the ward"),
        "results": (Result(id="certificate", title=text("Certificate")),),
        "legal_basis": (LegalAct(number="60/2014/QH13"),),
    }
    return ProcedureVersion(**{**given, **more})


def procedure(*versions: ProcedureVersion, **more: Any) -> Procedure:
    given: dict[str, Any] = {
        "code": "1.001193",
        "title": text("Birth"),
        "field": "civil-status",
        "level": "commune",
        "handled_by": "commune_committee",
        "audience": ("citizen",),
        "versions": versions or (version(),),
    }
    return Procedure(**{**given, **more})


def fee(amount: int | None, **more: Any) -> Fee:
    return Fee(title=text("Fee"), amount=amount, reference="test", **more)


def question(question_id: str, kind: str = "text", **more: Any) -> Question:
    return Question(id=question_id, type=kind, label=text(question_id), **more)


def page(page_id: str, *questions: Question, **more: Any) -> Page:
    return Page(id=page_id, title=text(page_id), questions=questions, **more)


def form(*pages: Page, **more: Any) -> Form:
    return Form(id="sample", title=text("Sample"), pages=pages, **more)


def option(value: str) -> Option:
    return Option(value=value, label=text(value))


def local(day: str, clock: str) -> datetime:
    """An instant by the province's clock."""
    return datetime.fromisoformat(f"{day}T{clock}:00+07:00").astimezone(UTC)


class Sent(dict[str, list[str]]):
    """What a page sent: lists of texts, as a browser sends them."""

    def __init__(self, **values: Any) -> None:
        super().__init__({key.replace("__", "-"): v if isinstance(v, list) else [v] for key, v in values.items()})

    def get(self, key: str, default: Any = "") -> Any:  # type: ignore[override]
        found = super().get(key)
        return found[-1] if found else default

    def getlist(self, key: str) -> list[str]:
        return super().get(key) or []


class NoLists:
    """Lists for tests: two communes of one name, one of another; colours."""

    COMMUNES = (
        ("25459", "Phường Tân Ninh, tỉnh Tây Ninh"),
        ("11111", "Xã Tân Lập, tỉnh Tây Ninh"),
        ("22222", "Xã Tân Lập, tỉnh Tuyên Quang"),
    )

    def item(self, list_id: str, text: str) -> tuple[str, str] | None:
        return {"red": ("red", "Đỏ")}.get(text) if list_id == "colours" else None

    def communes(self, text: str, on: date | None) -> list[tuple[str, str]]:
        return [one for one in self.COMMUNES if text in {one[0], one[1]} or one[1].startswith(text)]


__all__ = [
    "ChannelOffer",
    "Check",
    "Deadline",
    "DeadlineCase",
    "NoLists",
    "Paper",
    "Repeat",
    "Sent",
    "Supplement",
    "deadline",
    "fee",
    "form",
    "local",
    "option",
    "page",
    "procedure",
    "question",
    "text",
    "version",
]
