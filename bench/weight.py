"""Weight of the portal's first view, compressed: page, style, script and drawings; fonts apart. The limits are 70 kB and 120 kB."""

import re
import urllib.request

from _house import house, report

ASSET = re.compile(r'(?:href|src)="(/static/[^"]+|/emblem[^"]*)"')
FONT = re.compile(r"url\(([^)]+\.woff2)\)")


def main() -> None:
    with house() as place, place.door(8974) as door:
        page = _get(door, "/")
        text = _plain(door, "/").decode()
        addresses = sorted({a for a in ASSET.findall(text) if not a.endswith(".woff2")})
        assets = {address: len(_get(door, address)) for address in addresses}
        fonts = _fonts(door, [a for a in addresses if a.endswith(".css")])
    total = len(page) + sum(assets.values())
    rows = [("page", _kb(len(page))), *((name.rsplit("/", 1)[-1], _kb(size)) for name, size in assets.items())]
    rows += [("first view without fonts", _kb(total)), ("fonts, swapped in later", _kb(fonts))]
    report("weight", rows, ours=total / 1000, unit="kB compressed", limit=70)


def _fonts(door: str, styles: list[str]) -> int:
    names = set()
    for style in styles:
        folder = style.rsplit("/", 1)[0]
        for url in FONT.findall(_plain(door, style).decode()):
            clean = url.strip("'\"")
            names.add(clean if clean.startswith("/") else f"{folder}/{clean.removeprefix('./')}")
    return sum(len(_get(door, name)) for name in names)


def _plain(door: str, path: str) -> bytes:
    with urllib.request.urlopen(door + path, timeout=20) as answer:
        return answer.read()


def _get(door: str, path: str) -> bytes:
    """The bytes as they cross the line: compressed where the server compresses."""
    request = urllib.request.Request(door + path, headers={"Accept-Encoding": "br, gzip"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()


def _kb(size: int) -> str:
    return f"{size / 1000:.1f} kB"


if __name__ == "__main__":
    main()
