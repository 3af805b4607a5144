"""What a file must be to be kept: its name, its type, its bounds, and the words of each refusal.

Problem
├─ Invalid
│  └─ FileRefused   FileNameRefused FileEmpty FileTooLarge FileTypeRefused FileTypeDiffers FileUnreadable FileLocked
│                   FileActive FileTooIntricate PictureTooLarge TooMuchKept
└─ NotFound
   ├─ DocumentUnknown
   └─ PaperUnknown

Absent: a search for viruses. Nothing here pretends to find one; what is refused is what can act by itself when opened.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar

from tinhso.kernel.problems import N_, FieldError, Invalid, NotFound

MEGABYTE = 1024 * 1024
NAME_LENGTH_MAX = 150


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file. A form may ask for less than the house allows, never for more."""

    bytes_max: int = 20 * MEGABYTE
    pages_max: int = 1_000
    pixels_max: int = 60_000_000  # a telephone's 48 megapixels; an A4 sheet at 600 dpi has 35
    objects_max: int = 100_000  # parts of a PDF, entries of a DOCX
    unpacked_bytes_max: int = 200 * MEGABYTE
    seconds_max: float = 8.0

    @property
    def megabytes_max(self) -> int:
        return self.bytes_max // MEGABYTE


# What an account may keep here before a dossier, a decision or the like holds it. Uploads that nobody uses lie about
# for weeks, so without an end one account could fill the disk. An officer with many drafts stays far below.
FREE_FILES_MAX = 200
FREE_BYTES_MAX = 500 * MEGABYTE
# Kinds of holder that keep a document only for a while: none, and a draft. Words of rooms above, here only compared.
FOR_A_WHILE = ("", "cases.draft")


class MediaType(StrEnum):
    """What may be kept."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    @property
    def is_picture(self) -> bool:
        return self in {MediaType.JPEG, MediaType.PNG, MediaType.WEBP}


# What each type is called by names of files; the first is the one that we give.
ENDINGS: Mapping[MediaType, tuple[str, ...]] = MappingProxyType(
    {
        MediaType.PDF: ("pdf",),
        MediaType.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
        MediaType.PNG: ("png",),
        MediaType.WEBP: ("webp",),
        MediaType.DOCX: ("docx",),
    }
)
# What browsers and telephones also call them.
_OTHER_NAMES = {"application/x-pdf": MediaType.PDF, "image/jpg": MediaType.JPEG, "image/pjpeg": MediaType.JPEG}
_SAYS_NOTHING = {"", "application/octet-stream", "binary/octet-stream", "application/force-download"}


class FileRefused(Invalid):
    """A file that is not kept. `message` says, beside the field, what to do about it."""

    code = "file-refused"
    title = N_("The file cannot be kept.")
    message: ClassVar[str] = ""
    fields: ClassVar[tuple[str, ...]] = ("name",)

    def __init__(self, **values: Any) -> None:
        super().__init__([FieldError("file", self.message or self.title, values)], **values)


class FileNameRefused(FileRefused):
    code = "file-name-refused"
    title = N_("The name of the file cannot be used.")
    message = N_("The file's name contains a path or hidden signs. Rename the file and choose it again.")


class FileEmpty(FileRefused):
    code = "file-empty"
    title = N_("The file is empty.")
    message = N_("“{name}” is empty. Open it to see whether it is complete, then choose it again.")


class FileTooLarge(FileRefused):
    code = "file-too-large"
    title = N_("The file is too large.")
    message = N_("“{name}” is larger than {limit_mb} MB. Scan it with a lower resolution, or send it in parts.")
    fields = ("name", "limit_mb")


class FileTypeRefused(FileRefused):
    code = "file-type-refused"
    title = N_("Files of this type cannot be sent.")
    message = N_("“{name}” is not a PDF, a picture (JPEG, PNG, WebP) or a Word document (DOCX). Save it as PDF.")


class FileTypeDiffers(FileRefused):
    code = "file-type-differs"
    title = N_("The file is not what its name says.")
    message = N_("“{name}” says that it is {claimed}, but it is {found}. Choose the right file, or rename it.")
    fields = ("name", "claimed", "found")


class FileUnreadable(FileRefused):
    code = "file-unreadable"
    title = N_("The file is damaged.")
    message = N_("“{name}” cannot be opened. Save or scan it again.")


class FileLocked(FileRefused):
    code = "file-locked"
    title = N_("The file is protected by a password.")
    message = N_("“{name}” is protected by a password. Save it without one and choose it again.")


class FileActive(FileRefused):
    code = "file-active"
    title = N_("The file contains a program.")
    message = N_("“{name}” contains macros, scripts or commands. Print it to PDF and choose that file.")


class FileTooIntricate(FileRefused):
    code = "file-too-intricate"
    title = N_("The file is too intricate.")
    message = N_("“{name}” has too many parts to be checked. Print it to PDF and choose that file.")


class PictureTooLarge(FileRefused):
    code = "picture-too-large"
    title = N_("The picture has too many pixels.")
    message = N_("“{name}” has more than {limit_megapixels} megapixels. Make it smaller and choose it again.")
    fields = ("name", "limit_megapixels")


class TooMuchKept(FileRefused):
    code = "too-much-kept"
    title = N_("You keep as many files as you may without sending them.")
    message = N_(
        "You may keep {files_max} files or {megabytes_max} MB that no dossier has yet. "
        "Send a draft or delete one first."
    )
    fields = ("files_max", "megabytes_max")


class DocumentUnknown(NotFound):
    code = "document-unknown"
    title = N_("This document does not exist.")
    fields = ("document_id",)


class PaperUnknown(NotFound):
    code = "paper-unknown"
    title = N_("We have not issued this paper.")


def clean_name(given: str) -> str:
    """The name to keep: NFC, single spaces, no longer than a page can show. Raises FileNameRefused.

    Refused, not repaired: a path, and signs that cannot be seen. A name such as "giấy\u202efdp.exe" is shown as
    "giấyexe.pdf", so whoever sends it is told, and not helped.
    """
    name = re.sub(r"[ \u00a0\u2000-\u200a\u3000]+", " ", unicodedata.normalize("NFC", given)).strip()
    hidden = any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for sign in name)
    if hidden or re.search(r"[/\\]|^[A-Za-z]:", name) or not name.strip(". "):
        raise FileNameRefused(name="")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:NAME_LENGTH_MAX].rstrip()
    return f"{stem[: NAME_LENGTH_MAX - len(ending) - 1].rstrip()}.{ending}" if len(name) > NAME_LENGTH_MAX else name


def named_as(name: str, media_type: MediaType) -> str:
    """The name with an ending: a file without one gets the ending of its type."""
    return name if ending_of(name) else f"{name.rstrip('.')}.{ENDINGS[media_type][0]}"


def ending_of(name: str) -> str:
    """ "pdf" of "Giấy chứng sinh.PDF"; "" when there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem and re.fullmatch(r"[A-Za-z0-9]{1,8}", ending) else ""


def media_type_of(head: bytes) -> MediaType | None:
    """The type that the first bytes tell, at their very beginning: a file with anything before them is refused."""
    if head.startswith(b"%PDF-"):
        return MediaType.PDF
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return MediaType.WEBP
    # Every ZIP begins so; media.py looks for a Word document inside.
    return MediaType.DOCX if head.startswith(b"PK\x03\x04") else None


def why_type_differs(name: str, declared: str, found: MediaType) -> FileTypeDiffers | None:
    """The refusal of a file whose ending, or the type that came with it, says something else than its content."""
    ending = ending_of(name)
    if ending and ending not in ENDINGS[found]:
        return FileTypeDiffers(name=name, claimed=ending.upper(), found=short(found))
    said = declared.partition(";")[0].strip().lower()
    if said not in _SAYS_NOTHING and _OTHER_NAMES.get(said, said) != found:
        return FileTypeDiffers(name=name, claimed=said[:80], found=short(found))
    return None


def short(media_type: MediaType) -> str:
    """ "PDF", "JPEG": as people call it."""
    return media_type.name


def clean_token(given: str) -> str | None:
    """A token as somebody typed or scanned it, or None when it is none."""
    token = given.strip().replace(" ", "").replace("-", "").lower()
    return token if re.fullmatch(r"[a-z2-7]{26}", token) else None


def serving_headers(media_type: str) -> dict[str, str]:
    """Headers for an answer that carries a stored file: whatever it is, it runs nothing and is not sniffed.

    A PDF is not sandboxed, since Chromium's viewer does not start in a sandbox; it was refused at the door when it
    carried scripts or commands.
    """
    policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    if media_type == MediaType.PDF:
        policy += "; style-src 'unsafe-inline'; object-src 'self'"
    else:
        policy += "; sandbox"
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
