"""Reading a catalogue from its file (JSON, UTF-8): all that is wrong is found at once, each fault with its line.

Any district can bring its own file. Areas come first, then industries, directions and concepts, each pointing only to
what the file itself names.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.taxonomy.catalogue import (
    Area,
    AreaKind,
    Catalogue,
    Comparator,
    Direction,
    Industry,
    IndustryKind,
    LocalName,
    Phrase,
    Target,
    Topic,
    Vision,
)
from marketplace.taxonomy.concept_file import ConceptReading, folded
from marketplace.taxonomy.json_lines import Node, read_json
from marketplace.taxonomy.record import Fault, Faults, Record, local_name

# A subclass, main group or subgroup of the International Patent Classification: G06N, B60W60, G06N3/063.
IPC = re.compile(r"[A-H]\d{2}[A-Z](\d{1,4}(/\d{2,6})?)?")
SHORT = re.compile(r"[A-Z][A-Z0-9]*")
LABEL = re.compile(r"[A-Z]\d{1,2}")
WEIGHTS = (1, 5)
YEARS = (2000, 2100)
MAX_TARGET_VALUE = 10**12


class CatalogueError(Exception):
    """The file cannot be used. ``faults`` has every fault in the order of lines; the text has one on each line."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        super().__init__("\n".join(map(str, self.faults)))


def load_catalogue(path: Path) -> Catalogue:
    """Read and check a file; raises :class:`CatalogueError` with all its faults."""
    faults = Faults(str(path))
    root = read_root(path, faults)
    catalogue = _Reading(faults).catalogue(root) if root else None
    if faults.found or catalogue is None:
        raise CatalogueError(faults.found)
    return catalogue


def read_root(path: Path, faults: Faults) -> Node | None:
    """What a file holds, or None with the fault noted."""
    content = b""
    try:
        content = path.read_bytes()
        return read_json(content.decode("utf-8-sig"))
    except OSError as error:
        faults.add(1, "", f"读不到文件：{error.strerror}")
    except UnicodeDecodeError as error:
        faults.add(content.count(b"\n", 0, error.start) + 1, "", "不是 UTF-8 编码")
    except json.JSONDecodeError as error:
        faults.add(error.lineno, "", f"第 {error.colno} 列起不是合格的 JSON：{error.msg}")
    except (RecursionError, ValueError):
        faults.add(1, "", "嵌套过深，或有过长的数字")
    return None


@dataclass(slots=True)
class _Reading:
    """One reading of a file: the codes named so far with their lines, so that the rest can be checked against them."""

    faults: Faults
    areas: dict[str, int] = field(default_factory=dict)
    industries: dict[str, int] = field(default_factory=dict)
    directions: dict[str, int] = field(default_factory=dict)
    shorts: dict[str, int] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    targets: dict[str, int] = field(default_factory=dict)
    topics: dict[str, LocalName] = field(default_factory=dict)

    def catalogue(self, root: Node) -> Catalogue:
        names = "id title source version district areas industries directions concepts targets visions searches"
        file = Record(root, "", names, self.faults)
        concepts = ConceptReading(self.faults, self.directions)
        catalogue = Catalogue(
            id=file.code("id"),
            title=file.local("title"),
            source=file.text("source"),
            version=file.text("version"),
            district=file.local("district"),
            areas=tuple(self._area(*entry) for entry in file.entries("areas", least=1)),
            industries=tuple(self._industry(*entry) for entry in file.entries("industries", least=1)),
            directions=tuple(self._direction(*entry) for entry in file.entries("directions", least=1)),
            concepts=tuple(concepts.concept(*entry) for entry in file.entries("concepts")),
            targets=tuple(self._target(*entry) for entry in file.entries("targets")),
            visions=tuple(self._vision(*entry) for entry in file.entries("visions")),
            searches=tuple(local_name(*entry, self.faults) for entry in file.entries("searches")),
        )
        concepts.check_broader()
        return catalogue

    def _area(self, node: Node, path: str) -> Area:
        record = Record(node, path, "code name kind", self.faults)
        return Area(record.new_code(self.areas), record.local("name"), record.choice("kind", AreaKind))

    def _industry(self, node: Node, path: str) -> Industry:
        record = Record(node, path, "code kind name summary areas", self.faults)
        areas = record.texts("areas")
        for code, at, where in areas:
            if code not in self.areas:
                self.faults.add(at.line, where, f"没有代码为“{code}”的街镇或园区")
        return Industry(
            code=record.new_code(self.industries),
            kind=record.choice("kind", IndustryKind),
            name=record.local("name"),
            summary=record.local("summary"),
            areas=tuple(code for code, _, _ in areas),
        )

    def _direction(self, node: Node, path: str) -> Direction:
        record = Record(node, path, "code short label industry name summary topics phrases ipc", self.faults)
        return Direction(
            code=record.new_code(self.directions),
            short=record.once("short", record.matching("short", SHORT, "ICV"), self.shorts),
            label=record.once("label", record.matching("label", LABEL, "A1"), self.labels),
            industry=record.known("industry", self.industries, "产业"),
            name=record.local("name"),
            summary=record.local("summary"),
            topics=self._topics(record),
            phrases=self._phrases(record),
            ipc=self._ipc(record),
        )

    def _topics(self, direction: Record) -> tuple[Topic, ...]:
        here: dict[str, int] = {}
        topics: list[Topic] = []
        for node, path in direction.entries("topics"):
            record = Record(node, path, "code name", self.faults)
            topic = Topic(record.new_code(here), record.local("name"))
            if self.topics.setdefault(topic.code, topic.name) != topic.name:
                record.wrong("name", f"主题“{topic.code}”在前面用的是另一个名称")
            topics.append(topic)
        return tuple(topics)

    def _phrases(self, direction: Record) -> tuple[Phrase, ...]:
        lines: dict[str, int] = {}
        phrases: list[Phrase] = []
        for node, path in direction.entries("phrases"):
            record = Record(node, path, "t w", self.faults)
            phrase = Phrase(record.text("t"), record.number("w", *WEIGHTS))
            record.once("t", folded(phrase.text), lines)
            phrases.append(phrase)
        return tuple(phrases)

    def _ipc(self, direction: Record) -> tuple[str, ...]:
        symbols = direction.texts("ipc")
        for symbol, node, path in symbols:
            if not IPC.fullmatch(symbol):
                self.faults.add(node.line, path, f"“{symbol}”不是 IPC 分类号，例如：G06N、B60W60、G06N3/063")
        return tuple(symbol for symbol, _, _ in symbols)

    def _target(self, node: Node, path: str) -> Target:
        record = Record(node, path, "code year name value unit comparator text", self.faults)
        return Target(
            code=record.new_code(self.targets),
            year=record.number("year", *YEARS),
            name=record.local("name"),
            value=record.number("value", 0, MAX_TARGET_VALUE),
            unit=record.local("unit"),
            comparator=record.choice("comparator", Comparator),
            text=record.local("text"),
        )

    def _vision(self, node: Node, path: str) -> Vision:
        record = Record(node, path, "year text", self.faults)
        return Vision(record.number("year", *YEARS), record.local("text"))
