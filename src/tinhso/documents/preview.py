"""Previews: a page of a PDF, or a picture, as a WebP of bounded size without any of its metadata.

Made once and cached beside the files. A page is drawn in a process of its own, with bounds on time and memory: whatever
a stranger's PDF does to the program that draws it, the house goes on, and the page shows a link to the file instead.
"""

import io
import subprocess
import sys
from pathlib import Path
from uuid import UUID

from django.conf import settings
from PIL import Image, ImageOps

from tinhso.documents import files, page_picture
from tinhso.documents.queries import DocumentLine, document
from tinhso.documents.rules import Limits, MediaType
from tinhso.kernel.problems import N_, NotFound

PICTURE_PX_MAX = 1600
PAGE_PX_MAX = 2000  # a page is drawn small enough to be read; shrinking it again would blur its letters
QUALITY = 80
DRAW_SECONDS_MAX = 15


class NoPreview(NotFound):
    code = "no-preview"
    title = N_("There is no preview of this file.")
    fields = ("document_id", "page")


def preview(document_id: UUID, *, page: int = 1) -> bytes:
    """WebP of a document's page. The room above has decided that it may be seen. Raises DocumentUnknown, NoPreview."""
    found = document(document_id)
    if not 1 <= page <= max(found.pages, 1) or found.media_type == MediaType.DOCX:
        raise NoPreview(document_id=str(document_id), page=page)
    cached = files.preview_folder(found.sha256) / f"{found.sha256}-{page}.webp"
    if cached.exists():
        return cached.read_bytes()
    picture = _draw(found, page)
    files.write_preview(cached, picture)
    return picture


def _draw(found: DocumentLine, page: int) -> bytes:
    if found.media_type == MediaType.PDF:
        with Image.open(io.BytesIO(_drawn_page(found, page)), formats=["PNG"]) as sheet:
            return _small(sheet, PAGE_PX_MAX)
    with Image.open(files.path_of(found.sha256), formats=[found.media_type.name]) as picture:
        picture.draft("RGB", (PICTURE_PX_MAX, PICTURE_PX_MAX))
        return _small(picture, PICTURE_PX_MAX)


def _drawn_page(found: DocumentLine, page: int) -> bytes:
    """PNG of the page from page_picture.py, run as a program."""
    path = files.path_of(found.sha256).relative_to(settings.FILES_DIR)
    command = [sys.executable, "-I", page_picture.__file__, str(settings.FILES_DIR), path.as_posix(), str(page)]
    try:
        drawn = subprocess.run(
            command, capture_output=True, timeout=DRAW_SECONDS_MAX, check=False, cwd=Path(settings.FILES_DIR)
        )
    except subprocess.TimeoutExpired as error:
        raise NoPreview(document_id=str(found.id), page=page) from error
    if drawn.returncode != 0 or not drawn.stdout:
        raise NoPreview(document_id=str(found.id), page=page)
    return drawn.stdout


def _small(picture: Image.Image, side_px_max: int) -> bytes:
    """Upright, within a square of that side, on white, and nothing of its metadata (place, time, telephone)."""
    upright = ImageOps.exif_transpose(picture)
    if upright.width * upright.height > Limits().pixels_max:
        upright = upright.reduce(2)
    upright.thumbnail((side_px_max, side_px_max))
    sheet = Image.new("RGB", upright.size, "white")
    shown = upright.convert("RGBA")
    sheet.paste(shown, mask=shown)
    out = io.BytesIO()
    sheet.save(out, format="WEBP", quality=QUALITY)
    return out.getvalue()
