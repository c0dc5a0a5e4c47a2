"""The kinds of files that are taken (pure): the list is short, everything else is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marketplace.core.text import _


class Family(StrEnum):
    """How a file is looked into."""

    PDF = "pdf"
    OFFICE = "office"
    PICTURE = "picture"
    TEXT = "text"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Format:
    """``signatures`` are what the first bytes may say, ``content_type`` what an office file says of its main part."""

    extension: str
    media_type: str
    label: str
    family: Family
    signatures: frozenset[str] = frozenset()
    content_type: str = ""


OFFICE = "application/vnd.openxmlformats-officedocument."
ZIPS = frozenset({"zip", "docx", "xlsx", "pptx"})
FORMATS: Mapping[str, Format] = {
    one.extension: one
    for one in (
        Format("pdf", "application/pdf", _("PDF 文件"), Family.PDF, frozenset({"pdf"})),
        Format(
            "docx",
            OFFICE + "wordprocessingml.document",
            _("Word 文档"),
            Family.OFFICE,
            ZIPS,
            OFFICE + "wordprocessingml.document.main+xml",
        ),
        Format(
            "xlsx",
            OFFICE + "spreadsheetml.sheet",
            _("Excel 表格"),
            Family.OFFICE,
            ZIPS,
            OFFICE + "spreadsheetml.sheet.main+xml",
        ),
        Format(
            "pptx",
            OFFICE + "presentationml.presentation",
            _("PowerPoint 演示文稿"),
            Family.OFFICE,
            ZIPS,
            OFFICE + "presentationml.presentation.main+xml",
        ),
        Format("png", "image/png", _("图片"), Family.PICTURE, frozenset({"png", "apng"})),
        Format("jpg", "image/jpeg", _("图片"), Family.PICTURE, frozenset({"jpg"})),
        Format("jpeg", "image/jpeg", _("图片"), Family.PICTURE, frozenset({"jpg"})),
        Format("txt", "text/plain", _("文本"), Family.TEXT),
        Format("csv", "text/csv", _("CSV 表格"), Family.TEXT),
        Format("zip", "application/zip", _("压缩包"), Family.ARCHIVE, ZIPS),
    )
}
ENDINGS = " ".join(FORMATS)
ACCEPT = ",".join(f".{extension}" for extension in FORMATS)
"""For the file input of a form."""
