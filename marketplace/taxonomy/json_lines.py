"""JSON with line numbers: the standard reader forgets where a value stood, and a fault needs its line."""

import json
import re
from bisect import bisect_left
from dataclasses import dataclass, field

_SPACE = re.compile(r"[ \t\r\n]*")

TYPE_NAMES = {dict: "对象", list: "列表", str: "文字", bool: "真假值", int: "整数", float: "小数", type(None): "空值"}


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line (from 1) it begins on; ``repeated``: names given twice in an object, with their lines."""

    line: int
    value: "dict[str, Node] | list[Node] | str | int | float | None"
    repeated: dict[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What the value is, in words for a message."""
        return TYPE_NAMES[type(self.value)]


def read_json(text: str) -> Node:
    """Read one JSON text; raises what ``json.loads`` raises, ``JSONDecodeError`` carrying the line."""
    json.loads(text)
    return _Reader(text).read()


class _Reader:
    """Walks a text that is known to be good, so it checks nothing on the way."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line_ends = [match.start() for match in re.finditer("\n", text)]
        self._decoder = json.JSONDecoder()

    def read(self) -> Node:
        self._skip_space()
        line = bisect_left(self._line_ends, self._at) + 1
        opening = self._text[self._at]
        if opening == "{":
            repeated: dict[str, int] = {}
            return Node(line, self._members(repeated), repeated)
        if opening == "[":
            return Node(line, self._elements())
        value, self._at = self._decoder.raw_decode(self._text, self._at)
        return Node(line, value)

    def _members(self, repeated: dict[str, int]) -> dict[str, Node]:
        members: dict[str, Node] = {}
        while self._goes_on("}"):
            name = self.read()
            self._skip_space()
            self._at += 1  # the colon
            if str(name.value) in members:
                repeated[str(name.value)] = name.line
            members[str(name.value)] = self.read()
        return members

    def _elements(self) -> list[Node]:
        elements: list[Node] = []
        while self._goes_on("]"):
            elements.append(self.read())
        return elements

    def _goes_on(self, closing: str) -> bool:
        """Step over an opening bracket, a comma or the closing bracket; whether another entry follows."""
        self._skip_space()
        stepped_over = self._text[self._at]
        self._at += 1
        if stepped_over == closing:
            return False
        self._skip_space()
        if self._text[self._at] == closing:
            self._at += 1
            return False
        return True

    def _skip_space(self) -> None:
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at
