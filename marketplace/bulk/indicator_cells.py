"""Indicators of a demand in one cell: a list of objects, or one line each."""

import re
from collections.abc import Sequence
from typing import Any

from marketplace.bulk.cells import CellError, one_of, text, words_of, yes_no
from marketplace.bulk.fields import Field, entries_of
from marketplace.bulk.showing import CODES, lines, objects
from marketplace.bulk.vocabulary import room
from marketplace.challenges.indicators import COMPARATOR_LABELS, SIGNS, Comparator, faults_of
from marketplace.challenges.models import Indicator
from marketplace.challenges.services import IndicatorRow
from marketplace.core.text import _

MOST_INDICATORS = 40
MUST = "必达"
IN_WORDS = {Comparator.BETWEEN: "区间", Comparator.REACHED: "达到与否"}
WORDS: dict[str, Comparator] = {
    **{sign: comparator for comparator, sign in SIGNS.items()},
    **{word: comparator for comparator, word in IN_WORDS.items()},
    ">=": Comparator.AT_LEAST,
    "<=": Comparator.AT_MOST,
    "不低于": Comparator.AT_LEAST,
    "不少于": Comparator.AT_LEAST,
    "不高于": Comparator.AT_MOST,
    "不超过": Comparator.AT_MOST,
    "等于": Comparator.EQUAL,
    "达到": Comparator.REACHED,
    **words_of(COMPARATOR_LABELS),
}
FIELDS = (
    Field("name", _("指标"), text(room(Indicator.name)), is_required=True),
    Field("comparator", _("要求"), one_of(WORDS)),
    Field("target", _("目标值"), text(room(Indicator.target))),
    Field("target_upper", _("上限"), text(room(Indicator.target_upper))),
    Field("unit", _("单位"), text(room(Indicator.unit))),
    Field("test_method", _("检测方法"), text(room(Indicator.test_method))),
    Field("is_mandatory", _("必达"), lambda cell: cell == MUST or yes_no(cell)),
    Field("present", _("现值"), text(room(Indicator.present))),
    Field("domestic_best", _("国内最好"), text(room(Indicator.domestic_best))),
    Field("international_best", _("国际最好"), text(room(Indicator.international_best))),
)
IN_A_LINE = (
    "name", "comparator", "target", "unit", "test_method", "is_mandatory", "present", "domestic_best",
    "international_best",
)  # fmt: skip
TEMPLATE_PARTS = (
    (
        ("name", _("指标1")),
        ("comparator", _("指标1 要求")),
        ("target", _("指标1 目标值")),
        ("unit", _("指标1 单位")),
        ("test_method", _("指标1 检测方法")),
        ("is_mandatory", _("指标1 必达")),
    ),
    (
        ("name", _("指标2")),
        ("comparator", _("指标2 要求")),
        ("target", _("指标2 目标值")),
        ("unit", _("指标2 单位")),
        ("test_method", _("指标2 检测方法")),
        ("is_mandatory", _("指标2 必达")),
    ),
    (
        ("name", _("指标3")),
        ("comparator", _("指标3 要求")),
        ("target", _("指标3 目标值")),
        ("unit", _("指标3 单位")),
        ("test_method", _("指标3 检测方法")),
        ("is_mandatory", _("指标3 必达")),
    ),
)
WORDS_SHOWN = tuple(COMPARATOR_LABELS.values())
BOUNDS = re.compile(r"\s*([+-]?[0-9.,]+)\s*(?:[~～–—至]|-(?=\s*[0-9+-]))\s*([+-]?[0-9.,]+)\s*")
"""``8–12`` in the place of a target says both ends of a range."""


def indicator_of(values: dict[str, Any]) -> IndicatorRow:
    values.setdefault("comparator", Comparator.AT_LEAST if "target" in values else Comparator.REACHED)
    both = BOUNDS.fullmatch(values.get("target", ""))
    if values["comparator"] is Comparator.BETWEEN and both and "target_upper" not in values:
        values["target"], values["target_upper"] = both.groups()
    row = IndicatorRow(**values)
    for why in faults_of(row.comparator, row.target, row.target_upper).values():
        raise CellError(why)
    return row


read_indicators = entries_of(FIELDS, IN_A_LINE, indicator_of, most=MOST_INDICATORS)


def show_indicators(rows: Sequence[Any], tongue: str) -> object:
    """The inverse of ``read_indicators``: objects for programs, lines for people."""
    if tongue == CODES:
        return objects(rows, [field.name for field in FIELDS])
    return lines([_parts(row, tongue) for row in rows])


def _parts(row: Any, tongue: str) -> list[str | None]:
    target = f"{row.target}–{row.target_upper}" if row.comparator is Comparator.BETWEEN else row.target
    word = SIGNS.get(row.comparator) or (str(row.comparator) if tongue == "en" else IN_WORDS[row.comparator])
    must = ("yes" if tongue == "en" else MUST) if row.is_mandatory else None
    others = [row.present, row.domestic_best, row.international_best]
    return [row.name, word, target, row.unit, row.test_method, must, *others]
