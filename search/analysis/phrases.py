"""Finding known phrases in text (词组): the longest first, Latin ones only as whole words."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from search.analysis.normalise import normalise
from search.analysis.tokens import is_latin

_SPACES = "-\n\t\r\u3000"
_PLURALS = ("s", "es")
_START = 2


class Occurrence(NamedTuple):
    """A phrase as it is spelled by `spelling`, and its place in the folded text."""

    phrase: str
    start: int
    end: int


def spelling(phrase: str) -> str:
    """How a phrase is compared: folded, hyphens and line breaks as spaces."""
    return _spaced(normalise(phrase)).strip()


def _spaced(folded: str) -> str:
    for sign in _SPACES:
        folded = folded.replace(sign, " ")
    return folded


class PhraseFinder:
    """A set of phrases that can be looked for together, however many they are."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = frozenset(filter(None, map(spelling, phrases)))
        lengths: dict[str, set[int]] = defaultdict(set)
        for phrase in self._phrases:
            lengths[phrase[:_START]].add(len(phrase))
        self._lengths = {
            start: sorted(known | lengths.get(start[0], set()), reverse=True) for start, known in lengths.items()
        }
        firsts = "".join(sorted({re.escape(start[0]) for start in lengths}))
        self._first = re.compile(f"[{firsts}]" if firsts else r"(?!)")

    def find(self, text: str) -> Iterator[Occurrence]:
        """Occurrences from left to right; of two that overlap the earlier, of two that start together the longer."""
        return self.find_in(normalise(text))

    def find_in(self, folded: str) -> Iterator[Occurrence]:
        """The same of a text that is folded already."""
        spaced = _spaced(folded)
        candidate = self._first.search(spaced)
        while candidate:
            place = candidate.start()
            lengths = self._lengths.get(spaced[place : place + _START]) or self._lengths.get(spaced[place])
            occurrence = self._at(spaced, place, lengths) if lengths else None
            if occurrence:
                yield occurrence
            candidate = self._first.search(spaced, occurrence.end if occurrence else place + 1)

    def _at(self, spaced: str, place: int, lengths: Iterable[int]) -> Occurrence | None:
        for length in lengths:
            phrase = spaced[place : place + length]
            if phrase in self._phrases:
                end = _word_end(spaced, place, place + len(phrase))
                if end is not None:
                    return Occurrence(phrase, place, end)
        return None


def _word_end(spaced: str, start: int, end: int) -> int | None:
    """Where the word ends that the phrase fills, a plural's ending included; None when it fills a part only."""
    if is_latin(spaced, start) and is_latin(spaced, start - 1):
        return None
    if not is_latin(spaced, end - 1) or not is_latin(spaced, end):
        return end
    plural_ends = (end + len(ending) for ending in _PLURALS if spaced.startswith(ending, end))
    return next((place for place in plural_ends if not is_latin(spaced, place)), None)
