"""The log and its heads as files that are checked without a database (pure).

A log file is JSON lines, one entry a line, with the fields of ``Link``; further fields (``detail``) are not part of the
chain. A file of heads is JSON lines with day, head, key, published_at and signature.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from marketplace.audit.chain import Break, Link
from marketplace.audit.signing import SignedHead
from marketplace.core.errors import DomainError
from marketplace.core.text import _, say

HASHES = ("detail_hash", "previous_hash", "hash")
NOT_A_LOG = _("第 %(line)d 行不是日志条目。日志文件要是从审计日志导出的全部条目（.jsonl）。")
NOT_HEADS = _("第 %(line)d 行不是每日哈希。文件要是从 /log 下载的（.jsonl）。")
LOST_HEAD = _("%(day)s 公布的哈希不在日志里：日志的末尾被删，或者整个被改写过。")
NOT_IN_ORDER = _("%(day)s 公布的哈希在前一天的之前。")
NOT_SIGNED = _("%(day)s 的每日哈希签名不对。")
MISSING_DAY = _("%(day)s 的每日哈希不见了。")


def as_line(head: SignedHead) -> dict[str, str]:
    return {
        "day": head.day.isoformat(),
        "head": head.head,
        "key": head.key,
        "published_at": head.published_at.isoformat(timespec="microseconds"),
        "signature": head.signature,
    }


def links(lines: Iterable[str]) -> Iterator[Link]:
    """Raises DomainError with the line that is no entry."""
    for line, raw in _rows(lines, NOT_A_LOG):
        try:
            texts = {name: str(raw[name]) for name in ("actor", "action", "subject", *HASHES)}
            link = Link(number=int(raw["number"]), at=_moment(raw["at"]), **texts)
        except (KeyError, TypeError, ValueError):
            raise DomainError(say(NOT_A_LOG, line=line)) from None
        yield link


def heads(lines: Iterable[str]) -> list[SignedHead]:
    """By day. Raises DomainError with the line that is no head."""
    found = []
    for line, raw in _rows(lines, NOT_HEADS):
        try:
            texts = {name: str(raw[name]) for name in ("head", "key", "signature")}
            found.append(
                SignedHead(day=date.fromisoformat(raw["day"]), published_at=_moment(raw["published_at"]), **texts)
            )
        except (KeyError, TypeError, ValueError):
            raise DomainError(say(NOT_HEADS, line=line)) from None
    return sorted(found, key=lambda head: head.day)


def first_lost(published: Iterable[SignedHead], numbers: dict[str, int]) -> Break | None:
    """The first published head that is not in the log, or not after the one before; ``numbers``: hash to number."""
    last = 0
    for one in published:
        number = numbers.get(one.head)
        if number is None:
            return Break(last, say(LOST_HEAD, day=one.day.isoformat()))
        if number < last:
            return Break(number, say(NOT_IN_ORDER, day=one.day.isoformat()))
        last = number
    return None


def _rows(lines: Iterable[str], fault: str) -> Iterator[tuple[int, Any]]:
    for line, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            raw = json.loads(text)
        except ValueError:
            raw = None
        if not isinstance(raw, dict):
            raise DomainError(say(fault, line=line))
        yield line, raw


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment
