"""A program of its own, run by preview.py: one page of a PDF as PNG on standard output.

    python page_picture.py ROOT PATH PAGE

It may use a few seconds of one core and a bounded memory, and is ended by the system when it wants more.
"""

import resource
import sys

import typst

SECONDS_MAX = 10
MEMORY_BYTES_MAX = 1_500 * 1024 * 1024
WIDTH_MM = 210
PPI = 160  # an A4 page 1,323 pixels wide: letters of 9 points can be read


def drawn(root: str, path: str, page: int) -> bytes:
    """The page, as wide as an A4 sheet whatever its own size, so that a plan in A0 costs no more than a letter."""
    source = (
        f"#set page(width: {WIDTH_MM}mm, height: auto, margin: 0mm)\n"
        f'#image(read("/{path}", encoding: none), format: "pdf", page: {page}, width: 100%)'
    )
    picture = typst.Compiler(root=root, ignore_system_fonts=True).compile(input=source.encode(), format="png", ppi=PPI)
    return picture if isinstance(picture, bytes) else b""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    root, path, page = sys.argv[1:4]
    sys.stdout.buffer.write(drawn(root, path, int(page)))


if __name__ == "__main__":
    main()
