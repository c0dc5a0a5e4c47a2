"""The concepts of a catalogue file: each idea with its names, and the wider ideas it belongs to."""

import unicodedata
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from marketplace.taxonomy.catalogue import Alias, AliasLanguage, Concept, ConceptMode
from marketplace.taxonomy.json_lines import Node
from marketplace.taxonomy.record import Faults, Record


@dataclass(slots=True)
class ConceptReading:
    """One reading of a file's concepts; ``directions`` are the codes that the file named before."""

    faults: Faults
    directions: dict[str, int]
    _lines: dict[str, int] = field(default_factory=dict)
    _owners: dict[str, str] = field(default_factory=dict)
    _wider: dict[str, dict[str, tuple[int, str]]] = field(default_factory=dict)

    def concept(self, node: Node, path: str) -> Concept:
        record = Record(node, path, "id canonical aliases broader mode direction", self.faults)
        broader = record.texts("broader")
        aliases = [(self._alias(entry, where), entry.line, where) for entry, where in record.entries("aliases")]
        concept = Concept(
            id=record.new_code(self._lines, "id"),
            canonical=record.text("canonical"),
            aliases=tuple(alias for alias, _, _ in aliases),
            broader=tuple(text for text, _, _ in broader),
            mode=record.choice("mode", ConceptMode),
            direction=record.known("direction", self.directions, "方向"),
        )
        self._wider.setdefault(concept.id, {}).update({text: (at.line, where) for text, at, where in broader})
        names = [(concept.canonical, record.line_of("canonical"), record.at("canonical"))]
        names += [(alias.text, line, f"{where}.t") for alias, line, where in aliases]
        self._check_names(concept, names)
        return concept

    def _alias(self, node: Node, path: str) -> Alias:
        record = Record(node, path, "t lang", self.faults)
        return Alias(record.text("t"), record.choice("lang", AliasLanguage))

    def _check_names(self, concept: Concept, names: list[tuple[str, int, str]]) -> None:
        """Each name once in a concept, and in one ``equiv`` concept only: else nobody knows which idea is meant."""
        own: set[str] = set()
        for text, line, path in names:
            key = folded(text)
            if text and key in own:
                self.faults.add(line, path, f"“{text}”重复")
            elif text and concept.mode is ConceptMode.EQUIV:
                owner = self._owners.setdefault(key, concept.id)
                if owner != concept.id:
                    self.faults.add(line, path, f"“{text}”已是概念“{owner}”的名称")
            own.add(key)

    def check_broader(self) -> None:
        """Once all concepts are read: every wider one exists, and none is wider than itself in the end."""
        for places in self._wider.values():
            for wider, (line, path) in places.items():
                if wider not in self._wider:
                    self.faults.add(line, path, f"没有 id 为“{wider}”的概念")
        graph = {narrow: set(places) for narrow, places in self._wider.items()}
        while cycle := _cycle(graph):
            wider, narrow = cycle[:2]
            graph[narrow].discard(wider)
            line, path = self._wider[narrow][wider]
            self.faults.add(line, path, f"上位概念成环：{' → '.join(reversed(cycle))}")


def folded(text: str) -> str:
    """Case and width aside, as a search compares words."""
    return unicodedata.normalize("NFKC", text).casefold()


def _cycle(graph: dict[str, set[str]]) -> list[str]:
    """One round trip in the graph, first and last the same; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
