"""What an operator may set on a page: declared by the feature that reads it, kept by the feature ``settings``.

A declaration is a constant of its feature, added to the registry when the application is wired. Whoever reads a value
names the constant, so that its type and default are known where it is read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from marketplace.core.text import Message


class SettingType(StrEnum):
    TEXT = "text"
    LINES = "lines"
    URL = "url"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    SECRET = "secret"  # noqa: S105  (the name of a kind)


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """Settings that are filled in together, on one page. ``code`` stands in its address."""

    code: str
    label: str
    help: str = ""


Value = TypeVar("Value", str, int, bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Generic[Value]):
    """One thing to be set. ``name`` is kebab-case and for ever; label, help and choices are message ids.

    smallest, largest: bounds of a number. check: what is wrong with a text that was typed, None when nothing is.
    """

    name: str
    group: SettingGroup
    label: str
    default: Value
    type: SettingType = SettingType.TEXT
    help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    smallest: int = 0
    largest: int = 10**9
    check: Callable[[str], Message | None] | None = None

    @property
    def is_secret(self) -> bool:
        return self.type is SettingType.SECRET
