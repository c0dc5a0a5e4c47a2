"""Finding known phrases in text (词组): the longest first, Latin ones only as whole words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from search.analysis.normalise import normalise
from search.analysis.tokens import is_han

_SPACED = str.maketrans({"-": " ", "\n": " ", "\t": " ", "\r": " ", "\u3000": " "})
_PLURALS = ("s", "es")


class Occurrence(NamedTuple):
    """A phrase as it is spelled by `spelling`, and its place in the folded text."""

    phrase: str
    start: int
    end: int


def spelling(phrase: str) -> str:
    """How a phrase is compared: folded, hyphens and line breaks as spaces."""
    return normalise(phrase).translate(_SPACED).strip()


class PhraseFinder:
    """A set of phrases that can be looked for together, however many they are."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = frozenset(filter(None, map(spelling, phrases)))
        lengths: dict[str, set[int]] = defaultdict(set)
        for phrase in self._phrases:
            lengths[phrase[0]].add(len(phrase))
        self._lengths = {first: sorted(known, reverse=True) for first, known in lengths.items()}

    def find(self, text: str) -> Iterator[Occurrence]:
        """Occurrences from left to right; of two that overlap the earlier, of two that start together the longer."""
        spaced = normalise(text).translate(_SPACED)
        place = 0
        while place < len(spaced):
            occurrence = self._at(spaced, place)
            if occurrence:
                yield occurrence
            place = occurrence.end if occurrence else place + 1

    def _at(self, spaced: str, place: int) -> Occurrence | None:
        for length in self._lengths.get(spaced[place], ()):
            phrase = spaced[place : place + length]
            if phrase in self._phrases:
                end = _word_end(spaced, place, place + len(phrase))
                if end is not None:
                    return Occurrence(phrase, place, end)
        return None


def _word_end(spaced: str, start: int, end: int) -> int | None:
    """Where the word ends that the phrase fills, a plural's ending included; None when it fills a part only."""
    if _is_latin(spaced, start) and _is_latin(spaced, start - 1):
        return None
    if not _is_latin(spaced, end - 1) or not _is_latin(spaced, end):
        return end
    plural_ends = (end + len(ending) for ending in _PLURALS if spaced.startswith(ending, end))
    return next((place for place in plural_ends if not _is_latin(spaced, place)), None)


def _is_latin(text: str, place: int) -> bool:
    """Whether a letter or digit that is not Han stands there."""
    return 0 <= place < len(text) and text[place].isalnum() and not is_han(text[place])
