"""Weight of the portal's first view, compressed: page, style, script, drawings; fonts apart. Limits: 70 kB and 120 kB.

What the page names is fetched as a browser does, and what those files name in turn (modules, drawings, fonts).
"""

import re
import urllib.request
from posixpath import join, normpath
from urllib.parse import urlsplit

from _house import house, report

ASSET = re.compile(r'(?:href|src)="(/static/[^"]+|/emblem[^"]*)"')
NAMED = re.compile(r"""url\(\s*["']?([^)"'#?]+)|(?:from|import)\s*["'](\.[^"']+)["']""")


def main() -> None:
    with house() as place, place.door(8974) as door:
        page = len(_get(door, "/"))
        assets = {address: len(_get(door, address)) for address in _reached(door)}
    fonts = {name: size for name, size in assets.items() if name.endswith(".woff2")}
    others = {name: size for name, size in assets.items() if name not in fonts}
    total = page + sum(others.values())
    rows = [("page", _kb(page)), *((name.rsplit("/", 1)[-1], _kb(size)) for name, size in sorted(others.items()))]
    rows += [("first view without fonts", _kb(total)), (f"{len(fonts)} fonts, swapped in", _kb(sum(fonts.values())))]
    report("weight", rows, ours=total / 1000, unit="kB compressed", limit=70)


def _reached(door: str) -> set[str]:
    """Addresses of everything that the first view needs, fonts included."""
    wanted = set(ASSET.findall(_plain(door, "/").decode()))
    seen: set[str] = set()
    while wanted - seen:
        address = (wanted - seen).pop()
        seen.add(address)
        if urlsplit(address).path.endswith((".css", ".js")):
            text = _plain(door, address).decode()
            wanted |= {
                normpath(join(address.rsplit("/", 1)[0], a or b)) for a, b in NAMED.findall(text) if "data:" not in a
            }
    return seen


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
