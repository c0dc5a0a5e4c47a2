"""How complete a text is: weights of what is there, what is missing, and words that nobody can measure.

The list of vague words and every weight are defaults of ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.core.text import _

VAGUE_WORDS = (
    "国内领先", "国际领先", "国际先进", "国内先进", "世界一流", "行业领先", "一流水平", "业界最优",
    "显著提高", "显著提升", "大幅提高", "大幅提升", "大幅降低", "明显改善", "进一步优化",
    "较高", "较好", "较低", "更高", "更好", "高性能", "低成本",
    "尽可能", "尽量", "尽快", "适当", "若干", "一定程度",
)  # fmt: skip
ASKED = _("请填写“%(label)s”，提交时需要。")
NO_SECRETS = _("请确认内容不涉及国家秘密。")


@dataclass(frozen=True, slots=True)
class Measure:
    """0…100, the labels of what is missing (heaviest first), and vague words with the label of their place."""

    percent: int
    missing: tuple[str, ...]
    vague: tuple[tuple[str, str], ...]


def measured(
    present: Mapping[str, bool],
    weights: Mapping[str, int],
    labels: Mapping[str, str],
    vague: tuple[tuple[str, str], ...],
) -> Measure:
    """``present`` says of each part that counts whether it is there."""
    total = sum(weights[name] for name in present)
    reached = sum(weights[name] for name, there in present.items() if there)
    missing = sorted((name for name, there in present.items() if not there), key=lambda name: -weights[name])
    return Measure(reached * 100 // total, tuple(labels[name] for name in missing), vague)


def vague_words(
    facts: Mapping[str, object], names: Sequence[str], labels: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """(word, label of the field) for words that nobody can measure; a longer word hides the shorter in it."""
    found = []
    for name in names:
        text = str(facts.get(name) or "")
        for word in sorted(VAGUE_WORDS, key=len, reverse=True):
            if word in text:
                found.append((word, labels[name]))
                text = text.replace(word, "")
    return tuple(found)
