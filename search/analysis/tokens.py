"""Tokens (词元): every Han character and every pair of neighbours, whole Latin words and numbers, and their parts.

No dictionary: characters with pairs ranked better than any word segmentation on real needs and achievements, and two
engines that are given the same tokens rank alike. Tokens follow each other as in the text, so that a phrase of the
text is a run of tokens.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from search.analysis.normalise import normalise, normalise_with_offsets

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER = f"[^\\W_{HAN}]"
_GROUPED_NUMBER = r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])"
_JOINTS = "._+\\-/#·'"
_RUN = re.compile(f"[{HAN}]+|{_GROUPED_NUMBER}|{_LETTER}+(?:[{_JOINTS}]{_LETTER}+)*")
_JOINT = re.compile(f"[{_JOINTS}]")
_IS_HAN = re.compile(f"[{HAN}]")
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)([a-z]+)((?:[/·-][a-z0-9]+)*)")
_UNIT_NAMES = """
nm um mm cm dm km mg kg ug ng ml ul mol mmol wh kwh mwh gwh kw mw gw mv kv ma mah ah
hz khz mhz ghz thz pa kpa mpa gpa bar ev kev mev db dbm ppm ppb rpm min ms us ns kn lm lx kb
mb gb tb gbps mbps tops
"""
_UNITS = frozenset(_UNIT_NAMES.split())


class Token(NamedTuple):
    """A term and the span of the composed text it stands for.

    `stands_alone` is false for a character that has neighbours: it helps to rank, but is no reason to be found.
    """

    text: str
    start: int
    end: int
    stands_alone: bool


def is_han(character: str) -> bool:
    return _IS_HAN.match(character) is not None


def is_latin(text: str, place: int) -> bool:
    """Whether a letter or digit that is not Han stands at this place of a text; nothing stands before and after it."""
    return 0 <= place < len(text) and text[place].isalnum() and not is_han(text[place])


def runs(folded: str) -> Iterator[tuple[str, int]]:
    """Unbroken Han runs and Latin words of a folded text, each with its place."""
    for match in _RUN.finditer(folded):
        yield match.group(), match.start()


def terms(text: str) -> list[str]:
    """The tokens' texts in order: what is indexed and counted."""
    found: list[str] = []
    for run, _ in runs(normalise(text)):
        if is_han(run[0]):
            found += _characters_and_pairs(run)
        else:
            found += _word_and_parts(run)
    return found


def tokens(text: str) -> Iterator[Token]:
    """The same tokens with their spans in the composed text."""
    folded, origin = normalise_with_offsets(text)
    for run, place in runs(folded):
        if is_han(run[0]):
            for number, term in enumerate(_characters_and_pairs(run)):
                start = place + number // 2
                end = origin[start + len(term) - 1] + 1
                yield Token(term, origin[start], end, stands_alone=len(term) > 1 or len(run) == 1)
        else:
            start, end = origin[place], origin[place + len(run) - 1] + 1
            for term in _word_and_parts(run):
                yield Token(term, start, end, stands_alone=True)


def _characters_and_pairs(run: str) -> list[str]:
    """质子膜 → 质 质子 子 子膜 膜"""
    woven = [""] * (2 * len(run) - 1)
    woven[::2] = run
    woven[1::2] = [run[place : place + 2] for place in range(len(run) - 1)]
    return woven


def _word_and_parts(word: str) -> list[str]:
    """li-ion → li-ion li ion; 350wh/kg → 350wh/kg 350 wh kg; 12,000 → 12000"""
    whole = word.replace(",", "")
    quantity = _QUANTITY.fullmatch(whole)
    if quantity and quantity[2] in _UNITS:
        parts = [quantity[1], quantity[2], *_split(quantity[3])]
    else:
        parts = _split(whole) if _JOINT.search(whole) and not _is_number(whole) else []
    return [whole, *parts]


def _split(word: str) -> list[str]:
    return [part for part in _JOINT.split(word) if part]


def _is_number(word: str) -> bool:
    return word.replace(".", "", 1).isdecimal()
