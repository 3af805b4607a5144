"""Papers for the demonstration: scans that say they are illustrations; nobody real is on them."""

from datetime import date
from functools import lru_cache

from tinhso.documents.typeset import typeset

_TEMPLATE = """\
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title)
#set page(paper: "a4", margin: (x: 26mm, y: 24mm), fill: rgb("#fdfcf7"), background: rotate(-32deg,
  text(54pt, fill: rgb("#00000010"), weight: "bold")[BẢN MINH HỌA]))
#set text(font: "Tinos", size: 13pt, lang: "vi")
#set par(justify: true, leading: 0.9em)
#align(center)[
  *CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM* \\
  *Độc lập – Tự do – Hạnh phúc*
  #v(2mm) #line(length: 46mm, stroke: 0.6pt)
  #v(12mm)
  #text(15pt, weight: "bold")[#upper(d.title)]
  #v(2mm) _Số: #d.number _
]
#v(10mm)
#for (label, value) in d.rows [ #label: *#value* \\ ]
#v(6mm)
Giấy này được lập để minh họa cách hệ thống xem, đối chiếu và lưu giấy tờ trong hồ sơ; không có giá trị sử dụng.
#v(14mm)
#align(right)[#box(width: 70mm)[#align(center)[_#d.place, ngày #d.day _ \\ *NGƯỜI LẬP* #v(16mm) #d.name]]]
"""


@lru_cache(maxsize=256)
def scan(title: str, name: str, number: str, on: date, place: str) -> bytes:
    """A one-page PDF with a title, a few lines and a watermark that says what it is."""
    rows = [["Họ, chữ đệm, tên", name], ["Ngày lập", f"{on:%d/%m/%Y}"], ["Nơi lập", place]]
    data = {"title": title, "number": number, "rows": rows, "name": name, "place": place, "day": f"{on:%d/%m/%Y}"}
    return typeset("paper.typ", {"paper.typ": _TEMPLATE}, data, on=on).pdf
