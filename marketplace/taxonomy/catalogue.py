"""The catalogue (未来产业分类): a district's areas, industries, directions and the words that belong to them.

Plain values without a database. ``catalogue_file`` reads them from a file and checks them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class LocalName:
    """A name or sentence in both languages of the site; neither is ever empty."""

    zh: str
    en: str


class AreaKind(StrEnum):
    SUBDISTRICT = "subdistrict"
    TOWN = "town"
    ZONE = "zone"


class IndustryKind(StrEnum):
    """How far along an industry is: a cluster (集群) before a field (领域), a field before a direction (方向)."""

    CLUSTER = "cluster"
    FIELD = "field"
    DIRECTION = "direction"


class AliasLanguage(StrEnum):
    ZH = "zh"
    EN = "en"
    ABBREVIATION = "abbr"


class ConceptMode(StrEnum):
    """How a name stands for its concept.

    EQUIV: it means just this. RELATED: it is near, and counts half. ONEWAY: who asks by an alias asks for the concept,
    but in a text the alias may mean something else (an abbreviation with several meanings).
    """

    EQUIV = "equiv"
    RELATED = "related"
    ONEWAY = "oneway"


class Comparator(StrEnum):
    """How a target's value is meant: around it (左右), more than it (超过), or not less (不少于、以上)."""

    ABOUT = "about"
    OVER = "over"
    AT_LEAST = "at-least"


@dataclass(frozen=True, slots=True)
class Area:
    code: str
    name: LocalName
    kind: AreaKind


@dataclass(frozen=True, slots=True)
class Industry:
    """``areas`` are the codes of the areas that carry it (重点承载区域)."""

    code: str
    kind: IndustryKind
    name: LocalName
    summary: LocalName
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A focus topic of the plan; the same one may stand under several directions."""

    code: str
    name: LocalName


@dataclass(frozen=True, slots=True)
class Phrase:
    """A technical term that speaks for a direction: weight 5 settles it, 1 only hints. English is in the singular."""

    text: str
    weight: int


@dataclass(frozen=True, slots=True)
class Direction:
    """``short`` and ``label`` are its two short forms (ICV, A1); ``ipc`` holds classes, groups and subgroups."""

    code: str
    short: str
    label: str
    industry: str
    name: LocalName
    summary: LocalName
    topics: tuple[Topic, ...]
    phrases: tuple[Phrase, ...]
    ipc: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    text: str
    language: AliasLanguage


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea under all its names. ``broader`` are ids of wider ideas: asking for those finds this one too."""

    id: str
    canonical: str
    aliases: tuple[Alias, ...]
    broader: tuple[str, ...]
    mode: ConceptMode
    direction: str


@dataclass(frozen=True, slots=True)
class Target:
    """A figure the district wants to reach by the end of ``year``; ``text`` says it as the plan does."""

    code: str
    year: int
    name: LocalName
    value: int
    unit: LocalName
    comparator: Comparator
    text: LocalName


@dataclass(frozen=True, slots=True)
class Vision:
    """A target in words."""

    year: int
    text: LocalName


_Coded = TypeVar("_Coded", Area, Industry, Direction, Topic)


def _find(things: Iterable[_Coded], code: str) -> _Coded:
    for thing in things:
        if thing.code == code:
            return thing
    raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything one file says, in the file's order. A lookup raises ``KeyError`` for a code that is not there."""

    id: str
    title: LocalName
    source: str
    version: str
    district: LocalName
    areas: tuple[Area, ...]
    industries: tuple[Industry, ...]
    directions: tuple[Direction, ...]
    concepts: tuple[Concept, ...]
    targets: tuple[Target, ...]
    visions: tuple[Vision, ...]
    searches: tuple[LocalName, ...]

    def area(self, code: str) -> Area:
        return _find(self.areas, code)

    def industry(self, code: str) -> Industry:
        return _find(self.industries, code)

    def direction(self, code: str) -> Direction:
        return _find(self.directions, code)

    def topic(self, code: str) -> Topic:
        return _find((topic for direction in self.directions for topic in direction.topics), code)

    def areas_of(self, industry: str) -> tuple[Area, ...]:
        """The areas that carry an industry."""
        return tuple(self.area(code) for code in self.industry(industry).areas)

    def directions_of(self, industry: str) -> tuple[Direction, ...]:
        known = self.industry(industry)
        return tuple(direction for direction in self.directions if direction.industry == known.code)

    def topics_of(self, direction: str) -> tuple[Topic, ...]:
        return self.direction(direction).topics

    def directions_with(self, topic: str) -> tuple[Direction, ...]:
        """The directions a topic stands under, its first one being the primary."""
        known = self.topic(topic)
        return tuple(direction for direction in self.directions if known in direction.topics)

    def path(self, direction: str) -> tuple[Industry, Direction]:
        """A direction under its industry, as a page shows it: 未来能源 › 新型储能."""
        known = self.direction(direction)
        return self.industry(known.industry), known
