"""What Vite built, looked up in its manifest: names of files change with their content, names in templates do not."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.templatetags.static import static

BUILT: Final = Path(__file__).resolve().parent / "static" / "built"
MANIFEST: Final = BUILT / "manifest.json"
FONTS: Final = "node_modules/@fontsource/be-vietnam-pro/files/be-vietnam-pro-{subset}-{weight}-normal.woff2"

SOURCES: Final[dict[str, str]] = {
    "portal.css": "styles/portal.scss",
    "desk.css": "styles/desk.scss",
    "portal.js": "src/portal.ts",
    "desk.js": "src/desk.ts",
    "emblem.svg": "images/emblem.svg",
}
# Two weights are fetched ahead, both subsets, since every page is Vietnamese; the third comes when it is met.
PRELOADED: Final = tuple(FONTS.format(subset=s, weight=w) for w in (400, 700) for s in ("vietnamese", "latin"))


class NotBuiltError(RuntimeError):
    """The front end was not built. Says what to do; a page without its style would only look like a fault of ours."""


def address(name: str) -> str:
    return static("built/" + _file(SOURCES.get(name, name)))


def preloaded_fonts() -> tuple[str, ...]:
    return tuple(address(name) for name in PRELOADED)


def _file(source: str) -> str:
    try:
        changed = MANIFEST.stat().st_mtime_ns
    except FileNotFoundError:
        raise NotBuiltError("The front end is not built: `npm ci && npm run build` in frontend/.") from None
    built = _manifest(changed).get(source)
    if built is None:
        raise NotBuiltError(f"{source} is not in {MANIFEST.name}: it is not an input in frontend/vite.config.ts.")
    return built


@lru_cache(maxsize=1)
def _manifest(_changed: int) -> dict[str, str]:
    return {source: entry["file"] for source, entry in json.loads(MANIFEST.read_bytes()).items()}
