"""Small real files, made in memory: a scan as a PDF of one page, a photograph as a PNG. For demonstrations, checks."""

import struct
import zlib

from tinhso.kernel.text import search_key

LINE_HEIGHT = 18


def pdf(*lines: str) -> bytes:
    """A PDF 1.4 of one A4 page with these lines in Helvetica (without marks: the standard fonts have none)."""
    content = _page(lines)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _page(lines: tuple[str, ...]) -> bytes:
    # A frame, so that a preview shows a sheet and not an empty square.
    drawn = ["0.6 w 40 40 515 762 re S", "BT /F1 13 Tf 60 770 Td"]
    for line in lines:
        plain = search_key(line).upper().encode("ascii", "ignore").decode()[:70]
        drawn.append(f"({plain}) Tj 0 -{LINE_HEIGHT} Td".replace("\\", ""))
    return "\n".join([*drawn, "ET"]).encode("ascii")


def png(width: int = 240, height: int = 320, *, shade: int = 200) -> bytes:
    """A grey picture with a lighter frame."""
    rows = bytearray()
    for y in range(height):
        inside = 12 <= y < height - 12
        middle = bytes([shade if inside else 240]) * (width - 24)
        rows += b"\x00" + b"\xf0" * 12 + middle + b"\xf0" * 12
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
