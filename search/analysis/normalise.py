"""One spelling for what people write in several (归一): width, case, script, micro signs and dashes.

Each character is folded by itself, so that every folded character knows where it came from. Offsets count in the
composed text (NFC), which for text as people type it is the text itself.
"""

import unicodedata
from collections.abc import Sequence

from search.analysis.characters import SIMPLIFIED

SPELLED_ALIKE = {"μ": "u", "‐": "-", "‑": "-", "–": "-", "−": "-"}


class _Folding(dict[int, str]):
    """Code point → its folded spelling, worked out on first sight (a table that `str.translate` reads quickly)."""

    def __missing__(self, code_point: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code_point)).lower()
        spelling = "".join(SPELLED_ALIKE.get(character, SIMPLIFIED.get(character, character)) for character in folded)
        self[code_point] = spelling
        return spelling


_FOLDING = _Folding()


def composed(text: str) -> str:
    """The text with accents joined to their letters: what offsets count in."""
    return unicodedata.normalize("NFC", text)


def normalise(text: str) -> str:
    """The folded text: half width, lower case, simplified."""
    return composed(text).translate(_FOLDING)


def normalise_with_offsets(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its characters the place in `composed(text)` that it came from.

    The list has one more entry, the length of the composed text.
    """
    source = composed(text)
    folded = source.translate(_FOLDING)
    return folded, offsets(source, folded)


def offsets(source: str, folded: str) -> Sequence[int]:
    """For each character of a folded text the place in its composed text, and then the length of that."""
    if len(folded) == len(source):
        return range(len(source) + 1)
    return [place for place, character in enumerate(source) for _ in _FOLDING[ord(character)]] + [len(source)]
