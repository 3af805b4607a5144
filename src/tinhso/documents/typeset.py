"""Template and data to PDF/A, by Typst: the same input gives the same bytes.

Owns the fonts, the archive standard, how Python's values reach a template, and QR codes. Knows no database: which
template is in force is print.py's question.

Invariant: only the shipped fonts are used, and a sign they cannot show is replaced before Typst sees it (PDF/A forbids
a letter without a shape, and a citizen's emoji must not stop a receipt).
Invariant: data are never read as mark-up: a template gets them as JSON.
Absent: the network. A template that imports a package of Typst's register is refused by pack_part.py.
"""

import io
import json
import re
import threading
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import segno
import typst

from tinhso.kernel.localised import Text
from tinhso.kernel.money import Dong

FONTS = Path(__file__).parent / "fonts"
# Archive level 2b is what the law's formats allow everywhere; UA-1 makes the same file readable aloud.
STANDARDS: tuple[Literal["a-2b"], Literal["ua-1"]] = ("a-2b", "ua-1")
PROVINCE_TIME = timezone(timedelta(hours=7), "ICT")  # Vietnam has had no other time since 1975, and no summer time
NO_SHAPE = "\N{REPLACEMENT CHARACTER}"

_PACKAGE_IMPORT = re.compile(r'(?:import|include)\s*"@')
_thread = threading.local()


class TypesettingFailed(Exception):
    """The template cannot be set with these data. `reason` is Typst's, for the author of the template."""

    def __init__(self, template: str, reason: str) -> None:
        super().__init__(f"{template}: {reason}")
        self.template = template
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Typeset:
    """A printed paper, and what Typst remarked while setting it (nothing, for a good template)."""

    pdf: bytes
    remarks: tuple[str, ...]


def typeset(
    template: str, sources: Mapping[str, str], data: Mapping[str, Any], *, on: date, lang: str = "vi"
) -> Typeset:
    """Set `template`, one of `sources` (file name to text), with `data`.

    data   a plain tree; dates, instants, Dong and Text are turned into what templates read. A key "qr" (an address)
           gives the template "qr_svg".
    on     the day written into the file as the day of its making
    raises TypesettingFailed
    """
    files = {name: text.encode() for name, text in sources.items() if name != template}
    files["main"] = sources[template].encode()
    try:
        pdf, remarks = _compiler().compile_with_warnings(
            input=files,  # type: ignore[type-var]  # Typst takes a map of files; its stub does not say so yet
            format="pdf",
            sys_inputs={"data": json.dumps(prepared(data, lang), ensure_ascii=False, sort_keys=True), "lang": lang},
            pdf_standards=[*STANDARDS],
            timestamp=int(datetime(on.year, on.month, on.day, tzinfo=PROVINCE_TIME).timestamp()),
        )
    except typst.TypstError as error:
        raise TypesettingFailed(template, str(error)) from error
    if not isinstance(pdf, bytes):
        raise TypesettingFailed(template, "Typst gave no single file")
    return Typeset(pdf, tuple(str(remark) for remark in remarks))


def reaches_outside(source: str) -> bool:
    """Would this template fetch a package from the network?"""
    return _PACKAGE_IMPORT.search(source) is not None


def prepared(data: Mapping[str, Any], lang: str = "vi") -> dict[str, Any]:
    """The data as templates read them, with the QR drawn."""
    plain: dict[str, Any] = _plain(data, lang)
    if plain.get("qr"):
        plain["qr_svg"] = qr_svg(plain["qr"])
    return plain


def qr_svg(address: str) -> str:
    """A QR code as SVG without a border; level M survives a stain and a fold."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


def printable(text: str) -> str:
    """Composed, without invisible signs, and with NO_SHAPE for every sign that the fonts do not have."""
    return "".join(map(_printable, unicodedata.normalize("NFC", text)))


def has_shape(sign: str) -> bool:
    starts, ends = _letters()
    index = bisect_right(starts, ord(sign)) - 1
    return index >= 0 and ord(sign) <= ends[index]


def _printable(sign: str) -> str:
    if sign in "\n\t":
        return sign
    # Bidi overrides could make a name read as another; they go, as does a mark that cannot be set over its letter.
    if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co"}:
        return ""
    if has_shape(sign):
        return sign
    return "" if unicodedata.combining(sign) else NO_SHAPE


@cache
def _letters() -> tuple[list[int], list[int]]:
    """First and last code point of each range that all four fonts can show."""
    pairs = [line.split("-") for line in (FONTS / "letters.txt").read_text(encoding="ascii").split()]
    return [int(first, 16) for first, _ in pairs], [int(last, 16) for _, last in pairs]


def _plain(value: Any, lang: str) -> Any:
    """Trees of what JSON knows; instants in the time of the province, to the minute."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item, lang) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(item, lang) for item in value]
    if isinstance(value, date):
        return _moment(value)
    if isinstance(value, Text):
        return printable(value.in_(lang))
    return _leaf(value)


def _moment(value: date) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is None:
        raise ValueError("an instant without a time zone cannot be printed")
    return value.astimezone(PROVINCE_TIME).strftime("%Y-%m-%dT%H:%M")


def _leaf(value: object) -> str | int | bool | None:
    match value:
        case str():
            return printable(value)
        case bool() | int() | None:
            return value
        case Dong():
            return value.dong
        case UUID() | Decimal():
            return str(value)
        case _:
            raise TypeError(f"a template cannot read a {type(value).__name__}")


def _compiler() -> typst.Compiler:
    """One per thread: it keeps the fonts, and what it has set before, between papers."""
    compiler: typst.Compiler | None = getattr(_thread, "compiler", None)
    if compiler is None:
        compiler = typst.Compiler(root=str(FONTS), ignore_system_fonts=True, font_paths=[str(FONTS)])
        _thread.compiler = compiler
    return compiler
