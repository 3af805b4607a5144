"""How the shipped fonts were made, kept so that it can be done again. Run once by hand, by nothing in the program.

    npm pack @fontsource/tinos && tar xzf fontsource-tinos-*.tgz
    python src/tinhso/documents/fonts/merge.py package/files

Tinos has the metrics of Times New Roman, which NĐ 30/2020/NĐ-CP asks for. The package ships it as woff2 subsets for
browsers; Typst wants one TTF a style, so the Latin, extended Latin and Vietnamese subsets are merged. `letters.txt`
lists what the result can print, as ranges: print.py reads it, since PDF/A forbids a letter without a shape.
"""

import sys
from pathlib import Path

from fontTools.merge import Merger  # type: ignore[import-untyped]  # fonttools ships no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # the same

HERE = Path(__file__).parent
SUBSETS = ("latin", "latin-ext", "vietnamese")
STYLES = {"400-normal": "Regular", "700-normal": "Bold", "400-italic": "Italic", "700-italic": "BoldItalic"}


def merged(files: Path, style: str, scratch: Path) -> TTFont:
    """One font of the three subsets; woff2 is unpacked first because the merger reads plain TTF only."""
    parts = []
    for subset in SUBSETS:
        font = TTFont(files / f"tinos-{subset}-{style}.woff2")
        font.flavor = None
        part = scratch / f"{subset}-{style}.ttf"
        font.save(part)
        parts.append(str(part))
    return Merger().merge(parts)


def name(font: TTFont, style: str) -> None:
    """Family and style under the names Typst looks for; the copyright and licence records stay as they came."""
    words = style.replace("BoldItalic", "Bold Italic")
    full = f"Tinos {words}".removesuffix(" Regular")
    for record, text in ((1, "Tinos"), (2, words), (4, full), (6, f"Tinos-{style}")):
        font["name"].setName(text, record, 3, 1, 0x409)


def ranges(codepoints: set[int]) -> list[str]:
    lines: list[str] = []
    start = previous = -2
    for point in [*sorted(codepoints), 0x110000]:
        if point != previous + 1:
            if start >= 0:
                lines.append(f"{start:04X}-{previous:04X}")
            start = point
        previous = point
    return lines


def main(files: Path, scratch: Path) -> None:
    scratch.mkdir(parents=True, exist_ok=True)
    letters: set[int] | None = None
    for style, title in STYLES.items():
        font = merged(files, style, scratch)
        name(font, title)
        font.save(HERE / f"Tinos-{title}.ttf")
        points = set(font.getBestCmap())
        letters = points if letters is None else letters & points
    HERE.joinpath("letters.txt").write_text("\n".join(ranges(letters or set())) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "/tmp/tinos"))  # noqa: S108  (a scratch folder of a one-off)
