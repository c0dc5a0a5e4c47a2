"""Marking what people read. Message ids are Chinese; the edge translates them.

``_`` marks a text for extraction and gives it back unchanged. A :class:`Message` carries an id with its values, so
that the domain never formats a sentence in one language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


def _(text: str) -> str:
    """Mark a Chinese text for translation; the edge looks it up."""
    return text


def counted(text: str) -> str:
    """Mark a text that other languages say differently of one thing and of many; its value ``count`` decides."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to be said later: ``Message(counted("还差 %(count)d 项"), {"count": 2})``."""

    id: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.id % dict(self.values) if self.values else self.id


def say(text: str, **values: object) -> Message:
    """A message with its values; ``text`` was marked with ``_`` where it stands."""
    return Message(text, values)
