"""What one cell says (pure): text, numbers, amounts, choices and days, from spreadsheets and JSON alike.

A reader takes a cell as the file gave it and gives its value, or raises :class:`CellError` with a sentence for whoever
fills in the file. Blank cells never reach a reader.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from marketplace.bulk.english import worded
from marketplace.core.calendar import end_of_day, from_beijing
from marketplace.core.money import fen_from_wan
from marketplace.core.text import Message, _, say

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Reader = Callable[[object], T]

MOST_WAN = Decimal(100_000_000)
"""One trillion yuan: a larger amount is a slip of the unit."""
TO_BE_DISCUSSED = ("面议", "待议", "negotiable", "to be discussed")
YES = frozenset({"是", "yes", "true", "y", "1"})
NO = frozenset({"否", "no", "false", "n", "0"})
LONGEST_QUOTE = 300
"""What a sentence quotes of a cell at most."""
MOST_DIGITS = 40
LIST_MARKS = re.compile(r"[；;\n]")
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""Control characters and halves of characters: no database takes them, and nobody typed them on purpose."""

TEXT_ASKED = _("这里要填文字。")
TOO_LONG = _("最多 %(most)d 个字，这里有 %(count)d 个。")
UNSTORABLE_TEXT = _("含有看不见的控制字符，请删除后再导入。")
TOO_MANY = _("最多 %(most)d 项，这里有 %(count)d 项。")
WHOLE_ASKED = _("要填整数，这里是“%(typed)s”。")
OUT_OF_RANGE = _("要在 %(low)d 到 %(high)d 之间，这里是 %(typed)s。")
NUMBER_ASKED = _("要填数字，这里是“%(typed)s”。")
AMOUNT_NEGATIVE = _("金额不能是负数。")
AMOUNT_TOO_LARGE = _("金额太大，单位是万元，请核对。")
AMOUNT_TOO_FINE = _("金额最多精确到分（万元后六位小数）。")
NOT_A_CHOICE = _("“%(typed)s”不在可选范围：%(choices)s。")
YES_OR_NO = _("请填“是”或“否”，这里是“%(typed)s”。")
MOMENT_ASKED = _("要填日期或时间，例如 2027-03-31 或 2027-03-31 17:00，这里是“%(typed)s”。")
DAY_ASKED = _("要填日期，例如 2027-03-31，这里是“%(typed)s”。")


class CellError(Exception):
    """The cell cannot be taken, and why."""

    def __init__(self, text: Message | str, **values: object) -> None:
        self.reason = text if isinstance(text, Message) else say(text, **{n: _clipped(v) for n, v in values.items()})
        super().__init__(str(self.reason))


def _clipped(value: object) -> object:
    return f"{value[:LONGEST_QUOTE]}…" if isinstance(value, str) and len(value) > LONGEST_QUOTE else value


def is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip()) or cell in ([], {})


def as_text(cell: object) -> str:
    """What a person would have typed: 280 for 280.0, a day as 2027-03-31."""
    if isinstance(cell, str):
        if UNSTORABLE.search(cell):
            raise CellError(UNSTORABLE_TEXT)
        return cell.strip()
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        number = Decimal(str(cell))
        if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
            raise CellError(TEXT_ASKED)
        return format(number.to_integral_value() if number == number.to_integral_value() else number, "f")
    raise CellError(TEXT_ASKED)


def text(most: int) -> Reader[str]:
    def read(cell: object) -> str:
        typed = as_text(cell)
        if len(typed) > most:
            raise CellError(TOO_LONG, most=most, count=len(typed))
        return typed

    return read


def texts(most: int, *, most_characters: int = 120) -> Reader[tuple[str, ...]]:
    """A list, or one text whose entries are parted by semicolons of either width or by lines; each entry once."""
    read_one = text(most_characters)

    def read(cell: object) -> tuple[str, ...]:
        entries = tuple(dict.fromkeys(read_one(part) for part in parts_of(cell)))
        if len(entries) > most:
            raise CellError(TOO_MANY, most=most, count=len(entries))
        return entries

    return read


def parts_of(cell: object) -> list[object]:
    parts: list[object] = list(cell) if isinstance(cell, list) else list(LIST_MARKS.split(as_text(cell)))
    return [part for part in parts if not is_blank(part)]


def whole(low: int, high: int) -> Reader[int]:
    def read(cell: object) -> int:
        typed = as_text(cell)
        if not re.fullmatch(r"[+-]?[0-9]{1,12}", typed):
            raise CellError(WHOLE_ASKED, typed=typed)
        if not low <= int(typed) <= high:
            raise CellError(OUT_OF_RANGE, low=low, high=high, typed=typed)
        return int(typed)

    return read


def is_to_be_discussed(cell: object) -> bool:
    """面议 in the place of an amount."""
    return isinstance(cell, str) and cell.strip().lower() in TO_BE_DISCUSSED


def amount_wan(cell: object) -> int:
    """An amount in 万元 as fen."""
    typed = as_text(cell).replace(",", "").replace("，", "")
    try:
        amount = Decimal(typed)
    except InvalidOperation:
        raise CellError(NUMBER_ASKED, typed=typed) from None
    if not amount.is_finite():
        raise CellError(NUMBER_ASKED, typed=typed)
    if not 0 <= amount <= MOST_WAN:
        raise CellError(AMOUNT_NEGATIVE if amount < 0 else AMOUNT_TOO_LARGE)
    try:
        return fen_from_wan(amount)
    except ValueError:
        raise CellError(AMOUNT_TOO_FINE) from None


def one_of(known: Mapping[str, T]) -> Reader[T]:
    """One of the words, in whatever case; the first word of each value is the one that a refusal shows."""
    values: dict[str, T] = {}
    shown: dict[T, str] = {}
    for word, value in known.items():
        values.setdefault(folded(word), value)
        shown.setdefault(value, word)

    def read(cell: object) -> T:
        typed = as_text(cell)
        if folded(typed) not in values:
            raise CellError(NOT_A_CHOICE, typed=typed, choices="、".join(shown.values()))
        return values[folded(typed)]

    return read


def words_of(labels: Mapping[E, str]) -> dict[str, E]:
    """Every word for a choice: what people read in either language, and the code."""
    words = {label: choice for choice, label in labels.items()}
    return words | {worded(label, "en"): choice for choice, label in labels.items()} | {str(one): one for one in labels}


def words_of_pairs(choices: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The same for pairs of code and label."""
    return {word: code for code, label in choices for word in (label, worded(label, "en"), code)}


def several_of(known: Mapping[str, T]) -> Reader[tuple[T, ...]]:
    read_one = one_of(known)

    def read(cell: object) -> tuple[T, ...]:
        return tuple(dict.fromkeys(read_one(part) for part in parts_of(cell)))

    return read


def yes_no(cell: object) -> bool:
    if isinstance(cell, bool):
        return cell
    typed = as_text(cell)
    if typed.lower() not in YES | NO:
        raise CellError(YES_OR_NO, typed=typed)
    return typed.lower() in YES


def moment(cell: object) -> datetime:
    """An instant; a clock time without a zone is Beijing's, a day without a clock time ends at 24:00."""
    typed = as_text(cell)
    try:
        if _is_day(cell, typed):
            return end_of_day(date.fromisoformat(typed.replace("/", "-")[:10]))
        read = datetime.fromisoformat(typed.replace("/", "-"))
        return from_beijing(read) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise CellError(MOMENT_ASKED, typed=typed) from None


def day(cell: object) -> str:
    """A day as it is kept in texts, 2027-03-31."""
    typed = as_text(cell)
    try:
        return date.fromisoformat(typed.replace("/", "-")[:10]).isoformat()
    except ValueError:
        raise CellError(DAY_ASKED, typed=typed) from None


def folded(word: str) -> str:
    """Capitals, blanks and the width of brackets make no other word."""
    return "".join(word.split()).casefold().replace("（", "(").replace("）", ")")


def _is_day(cell: object, typed: str) -> bool:
    """A spreadsheet gives a day as its midnight."""
    if isinstance(cell, datetime):
        return (cell.hour, cell.minute, cell.second, cell.tzinfo) == (0, 0, 0, None)
    return isinstance(cell, date) or bool(re.fullmatch(r"[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}", typed))
