"""Marking what matched (高亮): a text as plain pieces, each matched or not, for templates to escape and to dress."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from search.analysis.analyser import QueryTerms
from search.analysis.normalise import composed, normalise, offsets
from search.analysis.phrases import PhraseFinder
from search.analysis.tokens import is_han, is_latin
from search.documents import Hit, Segment

Span = tuple[int, int]

SNIPPET_LENGTH = 120
_LEAD = 16
_ELLIPSIS = "…"
_PAUSE = re.compile(r"[。！？；，、：.!?;,:\s]")


@dataclass(frozen=True, slots=True)
class Shown:
    """What an engine keeps of a document for showing it. excerpt: the beginning of its text."""

    key: str
    kind: str
    title: str
    summary: str
    excerpt: str


class Highlighter:
    """Marks, in any number of texts, the terms of one query and the other names of its concepts."""

    def __init__(self, terms: QueryTerms) -> None:
        self._terms = terms.deciding
        self._names = PhraseFinder(terms.names) if terms.names else None

    def hit(self, shown: Shown, score: float) -> Hit:
        """A document as it is listed: the snippet is of the summary, or of the text when only that matched."""
        line = _one_line(shown.summary)
        spans = self._spans(line)
        if not spans:
            excerpt = _one_line(shown.excerpt)
            if elsewhere := self._spans(excerpt):
                line, spans = excerpt, elsewhere
        snippet = _window(line, spans, SNIPPET_LENGTH)
        return Hit(shown.key, shown.kind, score, shown.title, shown.summary, self.segments(shown.title), snippet)

    def segments(self, text: str) -> tuple[Segment, ...]:
        """The whole text in pieces. Put together they are its composed form (NFC)."""
        line = composed(text)
        return _pieces(line, self._spans(line))

    def snippet(self, text: str, length: int = SNIPPET_LENGTH) -> tuple[Segment, ...]:
        """About `length` characters around the best place, an ellipsis where text was left out.

        The beginning of the text where nothing matched.
        """
        line = _one_line(text)
        return _window(line, self._spans(line), length)

    def _spans(self, line: str) -> list[Span]:
        """Where to mark a composed text."""
        folded = normalise(line)
        found = [span for term in self._terms for span in _occurrences(term, folded)]
        if self._names:
            found += [(name.start, name.end) for name in self._names.find_in(folded)]
        if not found:
            return []
        origin = offsets(line, folded)
        return list(_united(sorted((origin[start], origin[end - 1] + 1) for start, end in found)))


def _one_line(text: str) -> str:
    return composed(" ".join(text.split()))


def _window(line: str, spans: list[Span], length: int) -> tuple[Segment, ...]:
    start = _best_start(line, spans, length)
    end = min(len(line), start + length)
    inside = [(max(first, start) - start, min(last, end) - start) for first, last in spans]
    pieces = _pieces(line[start:end], [(first, last) for first, last in inside if first < last])
    return (*_omitted(start > 0), *pieces, *_omitted(end < len(line)))


def _occurrences(term: str, folded: str) -> Iterator[Span]:
    """Everywhere a term stands in a folded text; a Latin one only between things that are not letters."""
    place = folded.find(term)
    while place >= 0:
        end = place + len(term)
        if is_han(term[0]) or not (is_latin(folded, place - 1) or is_latin(folded, end)):
            yield place, end
        place = folded.find(term, place + 1)


def _united(spans: Iterable[Span]) -> Iterator[Span]:
    """Sorted spans with those that touch or overlap made one."""
    current: Span | None = None
    for start, end in spans:
        if current and start <= current[1]:
            current = (current[0], max(current[1], end))
        else:
            if current:
                yield current
            current = (start, end)
    if current:
        yield current


def _pieces(text: str, spans: Iterable[Span]) -> tuple[Segment, ...]:
    pieces: list[Segment] = []
    done = 0
    for start, end in spans:
        pieces += [(text[done:start], False), (text[start:end], True)]
        done = end
    pieces.append((text[done:], False))
    return tuple(piece for piece in pieces if piece[0])


def _best_start(line: str, spans: list[Span], length: int) -> int:
    """Where the window begins that shows most of what matched, at the start of a clause if one is near."""
    if len(line) <= length or not spans:
        return 0
    latest = len(line) - length
    starts = dict.fromkeys(max(0, min(first - _LEAD, latest)) for first, _ in spans)
    best = max(starts, key=lambda start: (_shown(spans, start, start + length), -start))
    first_match = next(first for first, last in spans if last > best)
    pauses = list(_PAUSE.finditer(line, best, max(best, first_match))) if best else []
    return pauses[-1].end() if pauses else best


def _shown(spans: list[Span], start: int, end: int) -> int:
    return sum(max(0, min(last, end) - max(first, start)) for first, last in spans)


def _omitted(is_omitted: bool) -> tuple[Segment, ...]:
    return ((_ELLIPSIS, False),) if is_omitted else ()
