"""指标: how an indicator's target is said and checked (pure).

Comparators: ≥, ≤, =, between two bounds, and "reached or not" for what has no number.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from marketplace.core.quantity import quantity_text
from marketplace.core.text import _


class Comparator(StrEnum):
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EQUAL = "equal"
    BETWEEN = "between"
    REACHED = "reached"


COMPARATOR_LABELS: Mapping[Comparator, str] = {
    Comparator.AT_LEAST: _("≥ 不低于"),
    Comparator.AT_MOST: _("≤ 不高于"),
    Comparator.EQUAL: _("= 等于"),
    Comparator.BETWEEN: _("区间"),
    Comparator.REACHED: _("达到与否"),
}
SIGNS: Mapping[Comparator, str] = {Comparator.AT_LEAST: "≥", Comparator.AT_MOST: "≤", Comparator.EQUAL: "="}

NOT_A_NUMBER = _("目标值要填数字，例如 0.06 或 20000。")
NO_TARGET = _("请填写目标值，或选“达到与否”。")
NO_UPPER = _("区间要填上限。")
UPPER_BELOW = _("上限要大于下限。")
TARGET_NOT_ASKED = _("“达到与否”不填目标值。")


def number_of(typed: str | None) -> Decimal | None:
    """The number in a typed target; None where nothing was typed; ValueError where it is no finite number."""
    text = (typed or "").replace(",", "").replace("，", "").strip()
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(typed) from None
    if not number.is_finite():
        raise ValueError(typed)
    return number


def faults_of(comparator: Comparator, target: str | None, upper: str | None) -> dict[str, str]:
    """What is wrong with a target, by field (``target``, ``target_upper``); empty when it can be checked."""
    numbers: dict[str, Decimal | None] = {}
    for name, typed in (("target", target), ("target_upper", upper)):
        try:
            numbers[name] = number_of(typed)
        except ValueError:
            return {name: NOT_A_NUMBER}
    low, high = numbers["target"], numbers["target_upper"]
    if comparator is Comparator.REACHED:
        return {} if low is None else {"target": TARGET_NOT_ASKED}
    if low is None:
        return {"target": NO_TARGET}
    if comparator is not Comparator.BETWEEN:
        return {}
    if high is None:
        return {"target_upper": NO_UPPER}
    return {} if high > low else {"target_upper": UPPER_BELOW}


def target_text(comparator: Comparator, target: str | None, upper: str | None, unit: str | None) -> str:
    """``≥ 0.06 S/cm``, ``8–12 μm``; for "reached or not" the empty text, which the page words."""
    if comparator is Comparator.REACHED or not target:
        return ""
    number = f"{target}–{upper}" if comparator is Comparator.BETWEEN else f"{SIGNS[comparator]} {target}"
    return quantity_text(number, unit)
