"""Words that two texts share (共有词): found without a dictionary, and such that a person would call them words.

A run of characters that both texts hold often begins or ends inside a word (子电池 of 锂离子电池). Where a character
clings more to its neighbour outside the run than to the one inside, the run is cut; how much two characters cling is
read from how often they stand together. Particles and everyday words at the ends go too.
"""

import re
from collections.abc import Iterator
from math import log
from typing import NamedTuple

from search.analysis.normalise import composed, normalise, normalise_with_offsets
from search.analysis.tokens import HAN, is_han, runs
from search.matching.words import (
    EVERYDAY_WORDS,
    ends_with_function_word,
    is_everyday,
    starts_with_function_word,
    trimmed,
)
from search.statistics import TermStatistics, rarity

SHORTEST_WORD = 2
LEAST_RARITY = 0.25
"""A word is shown when its pairs are on average so rare, as a share of the rarity of a term that no document holds."""

ENOUGH_DOCUMENTS = 50
"""In a smaller collection nothing is too common: what all of it is about may well be in every document."""
LEAST_TOGETHER = 0.1
"""A character that often stands loose is part of a word when, of the documents that hold the rarer one of it and its
neighbour, at least this share has them side by side.
"""

_HAN_RUN = re.compile(f"[{HAN}]+")
_TITLE_BONUS = 1.5
_OF = "的"
_OFTEN_BEFORE = frozenset("为对等可不以性化度有能由从及中上下内后前用量体大时将需和")
_OFTEN_AFTER = frozenset("对为于和不以可有能由从需各制")


class CommonWord(NamedTuple):
    """A shared word as the first text writes it, and how much it says."""

    text: str
    value: float


def common_words(title: str, text: str, other: str, statistics: TermStatistics) -> list[CommonWord]:
    """Words that title or text have in common with the other text, most telling first, none inside another one."""
    folded, origin = normalise_with_offsets(f"{title}\n{text}")
    source, folded_other = composed(f"{title}\n{text}"), normalise(other)
    title_end = len(normalise(title))
    values: dict[str, CommonWord] = {}
    for start, end in _spans(folded, folded_other, statistics):
        word = folded[start:end]
        value = word_value(word, statistics) * (_TITLE_BONUS if start < title_end else 1)
        if value and (word not in values or values[word].value < value):
            values[word] = CommonWord(source[origin[start] : origin[end - 1] + 1], value)
    return _outermost(values)


def word_value(word: str, statistics: TermStatistics) -> float:
    """The rarity of a folded word's pairs added up, or of its Latin words; 0 when it is too common to tell anything."""
    terms = [word[place : place + 2] for place in range(len(word) - 1)] if is_han(word[0]) else word.split()
    rarities = [rarity(term, statistics) for term in terms]
    least = LEAST_RARITY * log(2 * statistics.documents + 2) * len(rarities)
    is_too_common = statistics.documents >= ENOUGH_DOCUMENTS and sum(rarities) < least
    return 0.0 if is_too_common else sum(rarities)


def _spans(folded: str, other: str, statistics: TermStatistics) -> Iterator[tuple[int, int]]:
    """Where shared words stand in the first text."""
    for run_start, run_end in _shared_runs(folded, other):
        start, end = _cut(folded, run_start, run_end, statistics)
        place = other.find(folded[start:end])
        first, last = _cut(other, place, place + end - start, statistics)
        for piece in other[first:last].split(_OF):
            word = trimmed(_without_loose_ends(piece, statistics))
            if len(word) >= SHORTEST_WORD and not is_everyday(word):
                begin = folded.index(word, run_start)
                yield begin, begin + len(word)
    yield from _shared_latin(folded, other)


def _shared_runs(folded: str, other: str) -> Iterator[tuple[int, int]]:
    """Spans of Han characters that the other text holds too and that are not part of a longer one."""
    pairs = {run[i : i + 2] for run in _HAN_RUN.findall(other) for i in range(len(run) - 1)}
    for match in _HAN_RUN.finditer(folded):
        reached = match.start()
        for start in range(match.start(), match.end() - 1):
            if folded[start : start + 2] in pairs:
                end = start + 2
                while end < match.end() and folded[start : end + 1] in other:
                    end += 1
                if end > reached:
                    reached = end
                    yield start, end


def _cut(text: str, start: int, end: int, statistics: TermStatistics) -> tuple[int, int]:
    """The span without characters at its ends that belong to words outside."""
    begins_word = ends_with_function_word(text[max(0, start - 3) : start])
    ends_word = starts_with_function_word(text[end : end + 3])
    while end - start >= SHORTEST_WORD:
        if not begins_word and _clings(text, start - 1, statistics) > _clings(text, start, statistics):
            start += 1
        elif not ends_word and _clings(text, end - 1, statistics) > _clings(text, end - 2, statistics):
            end -= 1
        else:
            break
    return start, end


def _without_loose_ends(word: str, statistics: TermStatistics) -> str:
    """The word without characters at its ends that hardly ever stand beside their neighbour: 诊断中 → 诊断."""
    while len(word) >= SHORTEST_WORD:
        if word[-1] in _OFTEN_AFTER and _is_loose(word[-2:], statistics):
            word = word[:-1]
        elif word[0] in _OFTEN_BEFORE and _is_loose(word[:2], statistics):
            word = word[1:]
        else:
            break
    return word


def _is_loose(pair: str, statistics: TermStatistics) -> bool:
    rarer = min(statistics.document_frequency(pair[0]), statistics.document_frequency(pair[1]))
    return statistics.document_frequency(pair) < LEAST_TOGETHER * rarer


def _clings(text: str, place: int, statistics: TermStatistics) -> float:
    """How much more often than by chance the character at `place` stands before the next one; 0 at the edge of a run.

    Mutual information, discounted where it rests on few documents.
    """
    pair = text[place : place + 2] if place >= 0 else ""
    if len(pair) < SHORTEST_WORD or not (is_han(pair[0]) and is_han(pair[1])):
        return 0.0
    together = statistics.document_frequency(pair)
    one, other = sorted((statistics.document_frequency(pair[0]), statistics.document_frequency(pair[1])))
    if not together or not one:
        return 0.0
    information = log(together * (statistics.documents + 1) / (one * other))
    return max(0.0, information) * together / (together + 1) * one / (one + 1)


def _shared_latin(folded: str, other: str) -> Iterator[tuple[int, int]]:
    """Spans of Latin words, and of several in a row, that the other text holds as words too."""
    known = {run for run, _ in runs(other)}
    words = [(place, place + len(run)) for run, place in runs(folded) if not is_han(run[0])]
    reached = 0
    for number, (start, end) in enumerate(words):
        if start >= reached and folded[start:end] in known and _is_telling(folded[start:end]):
            reached = _row_end(folded, other, start, words[number:])
            yield start, reached


def _row_end(folded: str, other: str, start: int, words: list[tuple[int, int]]) -> int:
    """Where the row of words ends that begins at `start` and stands in the other text as it stands here."""
    reached = start
    for first, last in words:
        if folded[start:last] not in other or not _is_telling(folded[first:last]):
            break
        reached = last
    return reached


def _is_telling(word: str) -> bool:
    return len(word) >= SHORTEST_WORD and word not in EVERYDAY_WORDS and not word[0].isdigit()


def _outermost(values: dict[str, CommonWord]) -> list[CommonWord]:
    """Most telling first; of words inside each other only the first."""
    kept: list[str] = []
    for word in sorted(values, key=lambda word: (-values[word].value, word)):
        if not any(word in other or other in word for other in kept):
            kept.append(word)
    return [values[word] for word in kept]
