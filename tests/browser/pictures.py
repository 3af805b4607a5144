"""Pictures of pages: of every failure, and of all pages when asked for (`make pictures`). None of them is committed."""

import os
import re
from pathlib import Path

from playwright.sync_api import Error, Page

SHOTS = Path(__file__).parent / "shots"
WANTED = os.environ.get("TINHSO_PICTURES", "") == "1"
WIDTHS = (1440, 390)


def pictures(page: Page, name: str) -> None:
    """The whole page, wide and narrow."""
    if WANTED:
        before = page.viewport_size
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900 if width > 700 else 844})
            shot(page, f"{name}-{width}")
        page.set_viewport_size(before)


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True, animations="disabled")


def picture_of_failure(page: Page, name: str) -> None:
    try:
        shot(page, f"failed-{re.sub(r'[^a-z0-9]+', '-', name.lower())}")
    except Error:
        print(f"No picture of {page.url}")
