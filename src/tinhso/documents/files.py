"""The folder of files: content-addressed, written so that a crash leaves the old state or the new one.

`FILES_DIR/ab/cd/<sha256>` is the content, `FILES_DIR/incoming/` what is still arriving, `FILES_DIR/previews/` what can
be made again. The folder lies outside everything that is served, and names in it are not addresses anywhere.
This module is the seam to other stores: `receive`, `place`, `open_content`, `remove`.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Protocol

from django.conf import settings

CHUNK_BYTES = 256 * 1024
FILE_MODE = 0o600
FOLDER_MODE = 0o700


class Readable(Protocol):
    """Anything with `read`: an uploaded file of Django, an open file, BytesIO."""

    def read(self, size: int = -1, /) -> bytes: ...


class TooLong(Exception):
    """More bytes came than were allowed. Not shown to people: actions.py turns it into a FileTooLarge."""


@dataclass(frozen=True, slots=True)
class Received:
    """Bytes that have arrived and are safe on disk, not yet under their own name."""

    path: Path
    sha256: str
    size: int

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


def receive(content: bytes | Readable, *, bytes_max: int) -> Received:
    """Write and hash in one pass, never more than the limit. Raises TooLong."""
    path = _folder("incoming") / secrets.token_hex(16)
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as out:
            for chunk in _chunks(content, bytes_max):
                digest.update(chunk)
                size += out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Received(path, digest.hexdigest(), size)


def fingerprint(content: bytes | Readable, *, bytes_max: int) -> str:
    """SHA-256 of what is read, which is kept nowhere. Raises TooLong."""
    digest = hashlib.sha256()
    for chunk in _chunks(content, bytes_max):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(content: bytes | Readable, bytes_max: int) -> Iterator[bytes]:
    stream = BytesIO(content) if isinstance(content, bytes) else content
    size = 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        if size > bytes_max:
            raise TooLong
        yield chunk


def place(received: Received) -> None:
    """Give received bytes their own name. Again with the same content changes nothing (and heals a damaged copy)."""
    target = path_of(received.sha256)
    target.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    received.path.replace(target)
    _sync(target.parent)


def path_of(sha256: str) -> Path:
    return Path(settings.FILES_DIR) / sha256[:2] / sha256[2:4] / sha256


def open_content(sha256: str) -> BufferedReader:
    return path_of(sha256).open("rb")


def is_intact(sha256: str) -> bool:
    """Is the content there, and still what its name says?"""
    try:
        with open_content(sha256) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False


def remove(sha256: str) -> None:
    path_of(sha256).unlink(missing_ok=True)
    for preview in preview_folder(sha256).glob(f"{sha256}-*"):
        preview.unlink(missing_ok=True)


def preview_folder(sha256: str) -> Path:
    return Path(settings.FILES_DIR) / "previews" / sha256[:2]


def write_preview(path: Path, content: bytes) -> None:
    """Whole or not at all; not synced, since it can be made again."""
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    scratch.write_bytes(content)
    scratch.replace(path)


def sweep_incoming(*, older_than_seconds: float) -> int:
    """Remove what stopped arriving: the leftovers of processes that died."""
    limit = time.time() - older_than_seconds
    stale = [path for path in _folder("incoming").iterdir() if path.stat().st_mtime < limit]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def stored() -> Iterator[str]:
    """SHA-256 of every content in the folder."""
    for path in Path(settings.FILES_DIR).glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
        yield path.name


def _folder(name: str) -> Path:
    folder = Path(settings.FILES_DIR) / name
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    return folder


def _sync(folder: Path) -> None:
    """The new name itself must survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
