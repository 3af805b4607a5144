"""Files as people send them, good ones and bad ones, made in memory."""

import io
import random
import zipfile

from PIL import Image
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, RectangleObject, TextStringObject

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"


def pdf(*, pages=1, title="", password="", change=None):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if title:
        writer.add_metadata({"/Title": title})
    if change:
        change(writer)
    if password:
        writer.encrypt(password)
    return _written(writer)


def _written(writer):
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_with_script():
    def change(writer):
        script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)

    return pdf(change=change)


def pdf_with_hidden_launch():
    """The action stands behind a chain of references, where a search for the word in the bytes does not look."""

    def change(writer):
        action = writer._add_object(
            DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")})
        )
        annotation = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Link"),
                NameObject("/Rect"): RectangleObject((0, 0, 100, 100)),
                NameObject("/A"): action,
            }
        )
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])
        writer.compress_identical_objects()

    return pdf(change=change)


def pdf_with_link():
    return pdf(change=lambda writer: writer.add_annotation(0, Link(rect=(0, 0, 50, 50), url="https://example.vn")))


def picture(kind="JPEG", size=(640, 480), *, exif=None, mode="RGB"):
    rng = random.Random(7)
    colours = bytes(rng.randrange(256) for _ in range(64 * 48 * len(Image.new(mode, (1, 1)).getbands())))
    image = Image.frombytes(mode, (64, 48), colours).resize(size)
    out = io.BytesIO()
    image.save(out, format=kind, **({"exif": exif} if exif else {}))
    return out.getvalue()


def flat_picture(kind, size):
    out = io.BytesIO()
    Image.new("1", size).save(out, format=kind)
    return out.getvalue()


def docx(*, main_type=WORD_TYPE, extra=None, relations="", document="<w/>"):
    parts = {
        "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{main_type}"/></Types>',
        "_rels/.rels": "<Relationships/>",
        "word/document.xml": document,
        "word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>",
        **(extra or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


def xlsx():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


def locked_office():
    """The signature of a compound file, and the name of the stream that an encrypted document has."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(200)
