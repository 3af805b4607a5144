"""A program of its own, run by preview.py: one page of a PDF as PNG on standard output.

    python page_picture.py ROOT PATH PAGE

It may use a few seconds of one core and a bounded memory, and is ended by the system when it wants more.
"""

import resource
import sys

import typst

SECONDS_MAX = 10
MEMORY_BYTES_MAX = 1_500 * 1024 * 1024
WIDTH_PX = 1280  # letters of 9 points can be read
PPI = 150
POINTS_PER_PX = 72 / PPI

# Typst draws the page as a picture and lays that over the sheet: unless both sides are whole pixels, a row of them is
# lost, in the middle of a line of letters.
_SHEET = """\
#set page(width: {width}pt, height: auto, margin: 0pt)
#let sheet(..size) = image(read("/{path}", encoding: none), format: "pdf", page: {page}, ..size)
#context {{
  let own = measure(sheet())
  let high = calc.max(1, calc.round({width} * own.height / own.width / {px})) * {px} * 1pt
  sheet(width: {width}pt, height: high, fit: "stretch")
}}
"""


def drawn(root: str, path: str, page: int) -> bytes:
    """The page, always equally wide, so that a plan in A0 costs no more than a letter."""
    source = _SHEET.format(width=WIDTH_PX * POINTS_PER_PX, px=POINTS_PER_PX, path=path, page=page)
    picture = typst.Compiler(root=root, ignore_system_fonts=True).compile(input=source.encode(), format="png", ppi=PPI)
    return picture if isinstance(picture, bytes) else b""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    root, path, page = sys.argv[1:4]
    sys.stdout.buffer.write(drawn(root, path, int(page)))


if __name__ == "__main__":
    main()
