"""Pictures of pages: of every failure, and of all pages when `make docs` asks for them.

Those of `shots/` are looked at and never committed; those that the documentation shows go to docs/pictures.
"""

import io
import os
import re
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error, Page

from tinhso.documents.page_picture import drawn
from tinhso.site.setup import REPOSITORY

SHOTS = Path(__file__).parent / "shots"
DOCS = REPOSITORY / "docs" / "pictures"
WANTED = os.environ.get("TINHSO_PICTURES", "") == "1"
WIDTHS = (1440, 390)
DOCS_SIZE = {"width": 1280, "height": 860}
COLOURS = 160
# Which page shows what in the documentation.
IN_DOCS = {
    "home": "home",
    "form-wrong": "form",
    "receipt": "receipt",
    "tracking-result": "tracking",
    "inbox-agency": "inbox",
    "dossier": "dossier",
}


def pictures(page: Page, name: str) -> None:
    """The whole page, wide and narrow, and its picture for the documentation if it has one."""
    if not WANTED:
        return
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900 if width > 700 else 844})
        shot(page, f"{name}-{width}")
    if name in IN_DOCS:
        page.set_viewport_size(DOCS_SIZE)
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        _keep_small(page.screenshot(animations="disabled"), IN_DOCS[name])
    if before:
        page.set_viewport_size(before)


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True, animations="disabled")


def picture_of_paper(pdf: bytes, name: str) -> None:
    """The first page of a printed paper, for the documentation."""
    if not WANTED:
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "paper.pdf").write_bytes(pdf)
        page = Image.open(io.BytesIO(drawn(folder, "paper.pdf", 1)))
    page.thumbnail((900, 1300))
    whole = io.BytesIO()
    page.save(whole, "png")
    _keep_small(whole.getvalue(), name)


def picture_of_failure(page: Page, name: str) -> None:
    try:
        shot(page, f"failed-{re.sub(r'[^a-z0-9]+', '-', name.lower())}")
    except Error:
        print(f"No picture of {page.url}")


def _keep_small(png: bytes, name: str) -> None:
    DOCS.mkdir(exist_ok=True)
    few = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(DOCS / f"{name}.png", optimize=True)
