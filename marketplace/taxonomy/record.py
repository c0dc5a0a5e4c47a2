"""One object of a file, read field by field, with every fault noted at its line instead of ending the reading.

What is missing or wrong is replaced by a harmless value, so that one reading finds all faults of a file.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from marketplace.taxonomy.catalogue import LocalName
from marketplace.taxonomy.json_lines import Node

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_CODE_LENGTH = 64

_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, at which line and field (``directions[3].topics[2].code``; empty for the file as a whole)."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: "
        return f"{place}{self.field}: {self.message}" if self.field else f"{place}{self.message}"


@dataclass(slots=True)
class Faults:
    """The faults found so far in one file."""

    file: str
    found: list[Fault] = field(default_factory=list)

    def add(self, line: int, path: str, message: str) -> None:
        self.found.append(Fault(self.file, line, path, message))


class Record:
    """An object that should have exactly the fields ``names``, and may have those of ``more`` (parted by spaces)."""

    def __init__(self, node: Node, path: str, names: str, faults: Faults, *, more: str = "") -> None:
        self.line = node.line
        self.faults = faults
        self._path = path
        self._members: dict[str, Node] = node.value if isinstance(node.value, dict) else {}
        if isinstance(node.value, dict):
            self._check_names(node, names.split(), more.split())
        else:
            faults.add(node.line, path, f"应为对象，实为{node.kind}")

    def _check_names(self, node: Node, names: list[str], more: list[str]) -> None:
        for name in names:
            if name not in self._members:
                self.faults.add(node.line, self.at(name), "缺少这个字段")
        for name, member in self._members.items():
            if name not in names + more:
                self.faults.add(member.line, self.at(name), f"不认识的字段，应为：{'、'.join(names + more)}")
        for name, line in node.repeated.items():
            self.faults.add(line, self.at(name), "字段重复")

    def at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def line_of(self, name: str) -> int:
        return self._members[name].line if name in self._members else self.line

    def wrong(self, name: str, message: str) -> None:
        self.faults.add(self.line_of(name), self.at(name), message)

    def text(self, name: str) -> str:
        """Text that says something; empty where it does not."""
        member = self._members.get(name)
        return _text(member, self.at(name), self.faults) if member else ""

    def has(self, name: str) -> bool:
        return name in self._members

    def matching(self, name: str, pattern: re.Pattern[str], example: str) -> str:
        text = self.text(name)
        if text and not pattern.fullmatch(text):
            self.wrong(name, f"“{text}”格式不对，例如：{example}")
        return text

    def code(self, name: str) -> str:
        """A code in kebab-case, as it stands in addresses and files."""
        code = self.text(name)
        if code and (not CODE.fullmatch(code) or len(code) > MAX_CODE_LENGTH):
            self.wrong(name, f"代码“{code}”应为小写字母、数字和单个连字符，最长 {MAX_CODE_LENGTH} 个字符")
        return code

    def once(self, name: str, text: str, lines: dict[str, int]) -> str:
        """Give ``text`` back, noting it when it came before; ``lines`` keeps the line of each first time."""
        if text and text in lines:
            self.wrong(name, f"“{text}”重复，第 {lines[text]} 行已有")
        lines.setdefault(text, self.line_of(name))
        return text

    def new_code(self, lines: dict[str, int], name: str = "code") -> str:
        """A code that nothing else of its sort has yet."""
        return self.once(name, self.code(name), lines)

    def known(self, name: str, lines: dict[str, int], sort: str) -> str:
        """The code of something the file has named before."""
        code = self.text(name)
        if code and code not in lines:
            self.wrong(name, f"没有代码为“{code}”的{sort}")
        return code

    def local(self, name: str) -> LocalName:
        """A text in both languages."""
        member = self._members.get(name)
        if member is None:
            return LocalName("", "")
        return local_name(member, self.at(name), self.faults)

    def number(self, name: str, least: int, most: int) -> int:
        member = self._members.get(name)
        if member is None:
            return least
        if not isinstance(member.value, int) or isinstance(member.value, bool):
            self.wrong(name, f"应为整数，实为{member.kind}")
            return least
        if not least <= member.value <= most:
            self.wrong(name, f"应在 {least} 到 {most} 之间，实为 {member.value}")
        return member.value

    def choice(self, name: str, kinds: type[_E]) -> _E:
        """One of the words of an enumeration."""
        word = self.text(name)
        if word and word not in set(kinds):
            self.wrong(name, f"“{word}”应为以下之一：{'、'.join(kinds)}")
        return kinds(word) if word in set(kinds) else next(iter(kinds))

    def entries(self, name: str, *, least: int = 0) -> list[tuple[Node, str]]:
        """The entries of a list, each with its path."""
        member = self._members.get(name)
        if member is None:
            return []
        if not isinstance(member.value, list):
            self.wrong(name, f"应为列表，实为{member.kind}")
            return []
        if len(member.value) < least:
            self.wrong(name, f"至少要有 {least} 项")
        return [(entry, f"{self.at(name)}[{index}]") for index, entry in enumerate(member.value)]

    def texts(self, name: str) -> list[tuple[str, Node, str]]:
        """The texts of a list, each named once, with its node and path."""
        seen: set[str] = set()
        texts: list[tuple[str, Node, str]] = []
        for node, path in self.entries(name):
            text = _text(node, path, self.faults)
            if text in seen and text:
                self.faults.add(node.line, path, f"“{text}”重复")
            elif text:
                texts.append((text, node, path))
            seen.add(text)
        return texts


def local_name(node: Node, path: str, faults: Faults) -> LocalName:
    record = Record(node, path, "zh en", faults)
    return LocalName(record.text("zh"), record.text("en"))


def _text(node: Node, path: str, faults: Faults) -> str:
    text = node.value
    if not isinstance(text, str):
        faults.add(node.line, path, f"应为文字，实为{node.kind}")
        return ""
    if not text.strip():
        faults.add(node.line, path, "不能为空")
        return ""
    if text != text.strip():
        faults.add(node.line, path, "首尾不能有空白")
    # Such characters look like nothing on a page, and make two names that look the same differ.
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} for character in text):
        faults.add(node.line, path, "含有看不见的字符")
    return text.strip()
