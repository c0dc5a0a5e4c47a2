"""Real files to test with, made on the spot: what people upload, and what they should not."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import xlsxwriter

OFFICE = "application/vnd.openxmlformats-officedocument."
AUTHOR = "王小明"
EMPLOYER = "嘉定膜材料有限公司"
MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}
CORE = (
    '<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties xmlns:cp="cp" xmlns:dc="dc">'
    f"<dc:title>{EMPLOYER}的需求</dc:title><dc:creator>{AUTHOR}</dc:creator>"
    f"<cp:lastModifiedBy>{AUTHOR}</cp:lastModifiedBy><dcterms:created>2026-06-01</dcterms:created></cp:coreProperties>"
)
APP = f"<Properties><Company>{EMPLOYER}</Company><Manager>{AUTHOR}</Manager><Pages>1</Pages></Properties>"
CUSTOM = f'<Properties><property name="Department"><vt:lpwstr>{EMPLOYER}</vt:lpwstr></property></Properties>'
DOCUMENT = (
    f'<w:document><w:ins w:id="1" w:author="{AUTHOR}" w:date="2026-06-01"><w:t>低湿电导率 0.06 S/cm</w:t></w:ins>'
    "</w:document>"
)
COMMENTS = f'<w:comments><w:comment w:author="{AUTHOR}" w:initials="王"><w:t>请核对</w:t></w:comment></w:comments>'


def zipped(members: Mapping[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return target.getvalue()


def content_types(main: str, kind: str, *more: str) -> str:
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{kind}"/>{"".join(more)}</Types>'
    )


def office(ending: str = "docx", more: Mapping[str, bytes | str] | None = None, *types: str) -> bytes:
    """An office file with people in all its corners."""
    main, kind = MAIN[ending]
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": content_types(main, OFFICE + kind, *types),
        "_rels/.rels": "<Relationships/>",
        main: DOCUMENT if ending == "docx" else f"<{ending}/>",
        "docProps/core.xml": CORE,
        "docProps/app.xml": APP,
        "docProps/custom.xml": CUSTOM,
    }
    if ending == "docx":
        parts["word/comments.xml"] = COMMENTS
    return zipped(parts | dict(more or {}))


def a_workbook() -> bytes:
    """As a program writes it, with a comment by somebody."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"author": AUTHOR, "company": EMPLOYER, "manager": AUTHOR, "comments": EMPLOYER})
    book.set_custom_property("Department", EMPLOYER)
    sheet = book.add_worksheet("指标")
    sheet.write(0, 0, "电导率")
    sheet.write(0, 1, 0.06)
    sheet.write_comment("A1", "请核对", {"author": AUTHOR})
    book.close()
    return target.getvalue()


def pdf(*objects: bytes, info: bytes = b"", trailer: bytes = b"") -> bytes:
    """A small PDF whose offsets are right; ``info`` is what its information says."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< " + info + b" >>",
        *objects,
    ]
    content, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    content += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    content += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R %s >>\n" % (len(bodies) + 1, trailer)
    return content + b"startxref\n%d\n%%%%EOF\n" % start


def stream(content: bytes, dictionary: bytes, *, packed: bool = True) -> bytes:
    body = zlib.compress(content) if packed else content
    how = b"/Filter /FlateDecode " if packed else b""
    return b"<< %s %s/Length %d >>\nstream\n%s\nendstream" % (dictionary, how, len(body), body)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int = 2, height: int = 2, *more: bytes) -> bytes:
    rows = b"".join(b"\0" + b"\x7f\x7f\x7f" * width for _ in range(min(height, 100)))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def jpeg(width: int = 8, height: int = 8, *more: bytes) -> bytes:
    """The frame of a JPEG: enough for whoever reads its segments."""
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
        + b"".join(more)
        + segment(0xDB, b"\0" + bytes(range(1, 65)))
        + segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0")
        + segment(0xC4, b"\0" + bytes([0, 1] + [0] * 14) + b"\0")
        + segment(0xDA, b"\1\1\0\0\x3f\0")
        + b"\x7f\xd9\xff\xd9"
    )


def exif(author: str = AUTHOR) -> bytes:
    return segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08" + author.encode())


GOOD = {
    "技术要求.docx": office("docx"),
    "指标.xlsx": a_workbook(),
    "汇报.pptx": office("pptx"),
    "检测报告.pdf": pdf(),
    "样件.png": png(),
    "现场.jpg": jpeg(),
    "现场2.jpeg": jpeg(8, 8, exif()),
    "说明.txt": "低湿电导率要达到 0.06 S/cm。\r\n".encode("gb18030"),
    "数据.csv": "温度,电导率\n80,0.06\n".encode("utf-8-sig"),
    "宽字.txt": "低湿电导率".encode("utf-16"),
    "图纸.zip": zipped({"图纸/一.pdf": pdf(), "图纸/二.png": png(), "图纸/说明.docx": office("docx")}),
}
"""One of each kind that is taken, by a name people give."""
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
