"""A file's content, opened to be believed: the type that its bytes tell, its pages, and what in it could act.

Each kind is really opened by a library, within the bounds of rules.Limits, and refused in words when it cannot be.
Absent: any repair of a file. What is kept is what was sent, byte for byte.
"""

import logging
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from tinhso.documents.rules import (
    FileActive,
    FileLocked,
    FileTooIntricate,
    FileTypeRefused,
    FileUnreadable,
    Limits,
    MediaType,
    PictureTooLarge,
    media_type_of,
)

HEAD_BYTES = 16
XML_PART_BYTES_MAX = 2 * 1024 * 1024  # of a part that is read as a tree: a tree takes fifty times its text
# What Pillow and pypdf raise on bytes that somebody broke or made up.
_BROKEN = (
    PyPdfError, UnidentifiedImageError, OSError, ValueError, TypeError, KeyError, IndexError, AttributeError,
    AssertionError, RecursionError, OverflowError, ArithmeticError, NotImplementedError, SyntaxError, EOFError,
    zlib.error, MemoryError,
)  # fmt: skip
# Actions that start something, send something or fetch something when a page is opened or a word is clicked.
# Links to pages and addresses (GoTo, URI, Named) are harmless and common.
_ACTING = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/RichMediaExecute"})
_WORD_PARTS = "word/document.xml"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
# Old Office files, and new ones behind a password, are compound files of this signature.
_COMPOUND = b"\xd0\xcf\x11\xe0"

# We bound the pixels ourselves, before anything is decoded, and answer in words instead of with a warning.
Image.MAX_IMAGE_PIXELS = None
# pypdf tells about each oddity of a file that citizens send, in words taken from the file: not for our logs.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Inspected:
    media_type: MediaType
    pages: int


def inspect(path: Path, name: str, limits: Limits) -> Inspected:
    """What the file at `path` is. `name` is for the words of a refusal. Raises a FileRefused."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    match media_type_of(head):
        case MediaType.PDF:
            return Inspected(MediaType.PDF, _pdf_pages(path, name, limits))
        case MediaType.DOCX:
            _look_into_docx(path, name, limits)
            return Inspected(MediaType.DOCX, 0)
        case None:
            raise (FileLocked if _locked_office(path, head) else FileTypeRefused)(name=name)
        case picture:
            _look_at_picture(path, name, picture, limits)
            return Inspected(picture, 1)


# ---- pictures


def _look_at_picture(path: Path, name: str, media_type: MediaType, limits: Limits) -> None:
    try:
        with Image.open(path, formats=[media_type.name]) as picture:
            if picture.width * picture.height > limits.pixels_max:
                raise PictureTooLarge(name=name, limit_megapixels=limits.pixels_max // 1_000_000)
            # A JPEG is decoded at an eighth of its size, which reads every byte and spares the memory.
            picture.draft("RGB", (1, 1))
            picture.load()
    except _BROKEN as error:
        raise FileUnreadable(name=name) from error


# ---- PDF


def _pdf_pages(path: Path, name: str, limits: Limits) -> int:
    """Number of pages of a PDF that opens, is not locked and runs nothing."""
    until = time.monotonic() + limits.seconds_max
    try:
        reader = PdfReader(path)
        if reader.is_encrypted:
            raise FileLocked(name=name)
        pages = len(reader.pages)
        if pages > limits.pages_max:
            raise FileTooIntricate(name=name)
        for count, found in enumerate(_dictionaries(reader)):
            if count > limits.objects_max * 10 or time.monotonic() > until:
                raise FileTooIntricate(name=name)
            if _acts(found):
                raise FileActive(name=name)
    except _BROKEN as error:
        raise FileUnreadable(name=name) from error
    if pages == 0:
        raise FileUnreadable(name=name)
    return pages


def _acts(found: DictionaryObject) -> bool:
    return "/JS" in found or "/XFA" in found or ("/S" in found and str(found["/S"]) in _ACTING)


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary that can be reached from the trailer, each once; streams are not unpacked."""
    waiting: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, IndirectObject):
            if (key := (thing.idnum, thing.generation)) in seen:
                continue
            seen.add(key)
            thing = thing.get_object()
        if isinstance(thing, DictionaryObject):
            yield thing
            waiting.extend(thing.raw_get(key) for key in thing)
        elif isinstance(thing, ArrayObject):
            waiting.extend(list.__iter__(thing))


# ---- Word


def _locked_office(path: Path, head: bytes) -> bool:
    """A new Office file behind a password: a compound file with an encrypted package inside."""
    return head.startswith(_COMPOUND) and "EncryptedPackage".encode("utf-16-le") in path.read_bytes()


def _look_into_docx(path: Path, name: str, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            _check_package(package, name, limits)
            types = _read_part(package, "[Content_Types].xml", name)
            if not any(part.get("ContentType") == _WORD_TYPE for part in types):
                # A macro document says so in this list; a spreadsheet or any other ZIP is no Word document at all.
                raise (FileActive if _mentions_macros(types) else FileTypeRefused)(name=name)
            for part in package.namelist():
                _check_part(package, part, name)
    except (zipfile.BadZipFile, ET.ParseError, *_BROKEN) as error:
        raise FileUnreadable(name=name) from error


def _check_package(package: zipfile.ZipFile, name: str, limits: Limits) -> None:
    parts = package.infolist()
    if len(parts) > limits.objects_max or sum(part.file_size for part in parts) > limits.unpacked_bytes_max:
        raise FileTooIntricate(name=name)
    if any(part.flag_bits & 1 for part in parts):
        raise FileLocked(name=name)
    names = {part.filename for part in parts}
    if not {"[Content_Types].xml", _WORD_PARTS} <= names:
        raise FileTypeRefused(name=name)
    if package.testzip() is not None:
        raise FileUnreadable(name=name)


def _check_part(package: zipfile.ZipFile, part: str, name: str) -> None:
    lower = part.lower()
    if "vbaproject" in lower or "/activex/" in lower or "/embeddings/" in lower:
        raise FileActive(name=name)
    if lower.endswith(".rels") and any(map(_fetches, _read_part(package, part, name))):
        raise FileActive(name=name)


def _fetches(relation: ET.Element) -> bool:
    """Does opening the document fetch something? A link that a reader clicks does not."""
    kind = relation.get("Type", "").rpartition("/")[2]
    return relation.get("TargetMode") == "External" and kind != "hyperlink"


def _mentions_macros(types: ET.Element) -> bool:
    return any("macroEnabled" in part.get("ContentType", "") for part in types)


def _read_part(package: zipfile.ZipFile, part: str, name: str) -> ET.Element:
    """A small XML part. Office writes no document type; one that has it means to expand entities."""
    if package.getinfo(part).file_size > XML_PART_BYTES_MAX:
        raise FileTooIntricate(name=name)
    content = package.read(part)
    # In UTF-16 the words would be spelt otherwise, so that is not read at all.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content[:64]:
        raise FileActive(name=name)
    return ET.fromstring(content)  # noqa: S314  without a document type there is nothing to expand
