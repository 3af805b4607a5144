"""The drawings of icons.svg, read once. Adding an icon is adding a line to that file.

They are written into the page (some hundred bytes, compressed away) so that nothing flickers, prints or waits.
An icon stands beside words and is hidden from screen readers; none is a button by itself.
"""

import re
from pathlib import Path
from typing import Final

_SYMBOL = re.compile(r'<symbol id="([a-z-]+)" viewBox="[0-9 ]+">(.+?)</symbol>')


def _drawings() -> dict[str, str]:
    sheet = Path(__file__).with_name("icons.svg").read_text(encoding="utf-8")
    return {str(found[1]): str(found[2]) for found in _SYMBOL.finditer(sheet)}


_ALL: Final = _drawings()
SHAPES: Final[dict[str, str]] = {n.removeprefix("state-"): d for n, d in _ALL.items() if n.startswith("state-")}
ICONS: Final[dict[str, str]] = {name: drawing for name, drawing in _ALL.items() if not name.startswith("state-")}
