"""A look into office files (pure): they are what they say, without macros, programs or anything from outside."""

import re
from zipfile import ZipInfo

from marketplace.files import refusals
from marketplace.files.archives import Opened, chunks_of, refuse_programs
from marketplace.files.formats import FORMATS, Format
from marketplace.files.refusals import refused, shown

TYPES = "[Content_Types].xml"
MOST_OF_A_PART = 4 * 1024 * 1024
MACRO_TYPES = re.compile(rb"macroenabled|vbaproject|activex|macrosheet", re.IGNORECASE)
MACRO_PARTS = re.compile(r"(vbaproject[^/]*\.bin|vbadata\.xml)$|/(macrosheets|activex|dialogsheets)/", re.IGNORECASE)
OVERRIDE = re.compile(rb"<(?:\w+:)?Override\b[^>]*>", re.IGNORECASE)
ATTRIBUTE = re.compile(rb"""\bContentType\s*=\s*["']([^"']*)["']""")
DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)|\x00", re.IGNORECASE)
"""No office program writes these, nor wide characters in these parts, which would hide words from us."""
RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
FETCHED = re.compile(rb"/(attachedTemplate|oleObject|frame|subDocument|package)[\"']", re.IGNORECASE)
EXTERNAL = re.compile(rb"""TargetMode\s*=\s*["']External["']""", re.IGNORECASE)
PACKAGED = "Ole10Native".encode("utf-16-le")
"""The stream in which an old object carries a whole file; formulas and drawings have others."""
NESTED = frozenset({"docx", "xlsx", "pptx"})
"""What charts and embedded sheets come in; it is looked into as well."""


def check(archive: Opened, format: Format) -> list[ZipInfo]:
    """Raises Invalid; the office files embedded in it, for whoever looks into those."""
    types = archive.read(TYPES, MOST_OF_A_PART)
    if not types:
        raise refused(refusals.NOT_WHAT_IT_SAYS, ending=format.extension)
    if DECLARES.search(types):
        raise refused(refusals.BROKEN)
    if MACRO_TYPES.search(types) or any(MACRO_PARTS.search(member.filename) for member in archive.members):
        raise refused(refusals.WITH_MACROS)
    said = {kind for override in OVERRIDE.findall(types) for kind in ATTRIBUTE.findall(override)}
    if format.content_type.encode() not in said:
        raise refused(refusals.NOT_WHAT_IT_SAYS, ending=format.extension)
    for member in archive.members:
        _check_part(archive, member)
    return [member for member in archive.members if member.filename.rpartition(".")[2].lower() in NESTED]


def _check_part(archive: Opened, member: ZipInfo) -> None:
    name = member.filename
    ending = name.rpartition(".")[2].lower()
    relations, tail, is_first = [], b"", True
    for chunk in chunks_of(archive, member):
        if is_first:
            refuse_programs(name, chunk[:16])
            is_first = False
        if ending == "bin" and PACKAGED in tail + chunk:
            raise refused(refusals.WITH_PROGRAM, name=shown(name))
        tail = chunk[-len(PACKAGED) :]
        if ending == "rels":
            relations.append(chunk)
    if relations:
        _check_relations(b"".join(relations))
    if ending in ("zip", "rar", "7z", "gz"):
        raise refused(refusals.NESTED, name=shown(name))


def _check_relations(text: bytes) -> None:
    if DECLARES.search(text):
        raise refused(refusals.BROKEN)
    for relation in RELATION.findall(text):
        if EXTERNAL.search(relation) and FETCHED.search(relation):
            raise refused(refusals.WITH_OUTSIDE)


def format_of(name: str) -> Format:
    """Of an embedded office file, by its ending."""
    return FORMATS[name.rpartition(".")[2].lower()]
