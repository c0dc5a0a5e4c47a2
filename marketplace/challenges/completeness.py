"""How complete a demand is, what is missing and which words are vague (pure).

Rule of the field for a demand's text: urgent and real, exact language, indicators with unit, target and test method.
The weights and the list of vague words are defaults of ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.challenges.kinds import NEEDS_BUDGET, NEEDS_INDICATORS, ChallengeKind, particulars_of
from marketplace.core.text import Message, _, say

VAGUE_WORDS = (
    "国内领先", "国际领先", "国际先进", "国内先进", "世界一流", "行业领先", "一流水平", "显著提高", "显著提升", "大幅提高", "大幅提升",
    "大幅降低", "明显改善", "较高", "较好", "较低", "更高", "更好", "尽可能", "尽量", "尽快", "适当", "若干", "一定程度", "业界最优", "高性能",
    "低成本", "进一步优化",
)  # fmt: skip
SHORTEST_PROBLEM = 60
"""Characters below which a problem is too short to be understood by a stranger (default of ours)."""

ASKED = _("请填写“%(label)s”，提交时需要。")
NO_INDICATOR = _("请至少填写一行考核指标。")
PROBLEM_SHORT = _("“要解决的问题”太短，请写到外行也能看懂难点（至少 %(count)d 字）。")
NO_MATTER = _("没有正文，无法发榜：至少要有摘要、背景、问题或研究内容之一。")
NO_SECRETS = _("请确认内容不涉及国家秘密。")
LABELS: Mapping[str, str] = {
    "title": _("标题"),
    "summary": _("公开摘要"),
    "background": _("背景与现状"),
    "problem": _("要解决的问题"),
    "scope": _("研究内容"),
    "direction": _("方向"),
    "topics": _("技术关键词"),
    "indicators": _("考核指标"),
    "budget_fen": _("榜额（万元）"),
    "months": _("周期（月）"),
    "readiness_wanted": _("成熟度起点"),
    "ip_terms": _("知识产权"),
    "cooperation": _("合作方式"),
    "wanted_close_at": _("希望的截止时间"),
    "test_methods": _("每项指标的检测方法"),
    "present": _("指标的现值"),
}
WEIGHTS: Mapping[str, int] = {
    "title": 5,
    "summary": 10,
    "background": 10,
    "problem": 15,
    "scope": 8,
    "direction": 7,
    "topics": 5,
    "indicators": 15,
    "test_methods": 7,
    "present": 3,
    "budget_fen": 5,
    "months": 3,
    "ip_terms": 3,
    "cooperation": 2,
    "wanted_close_at": 2,
}


@dataclass(frozen=True, slots=True)
class Measure:
    """0…100, the labels of what is missing (heaviest first), and vague words with the label of their place."""

    percent: int
    missing: tuple[str, ...]
    vague: tuple[tuple[str, str], ...]


def measure(kind: ChallengeKind, facts: Mapping[str, object], rows: Sequence[Mapping[str, object]]) -> Measure:
    """``facts`` are the fields of the form by name, ``rows`` the indicators."""
    present = _present(kind, facts, rows)
    total = sum(WEIGHTS[name] for name in present)
    reached = sum(WEIGHTS[name] for name, there in present.items() if there)
    missing = sorted((name for name, there in present.items() if not there), key=lambda name: -WEIGHTS[name])
    return Measure(reached * 100 // total, tuple(LABELS[name] for name in missing), vague_words(facts))


def _present(
    kind: ChallengeKind, facts: Mapping[str, object], rows: Sequence[Mapping[str, object]]
) -> dict[str, bool]:
    derived = {"indicators", "test_methods", "present", "budget_fen"}
    present = {name: bool(facts.get(name)) for name in WEIGHTS if name not in derived}
    present["budget_fen"] = facts.get("budget_fen") is not None or kind not in NEEDS_BUDGET
    if kind in NEEDS_INDICATORS:
        present["indicators"] = bool(rows)
        present["test_methods"] = bool(rows) and all(row.get("test_method") for row in rows)
        present["present"] = bool(rows) and any(row.get("present") for row in rows)
    return present


def vague_words(facts: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """(word, label of the field) for words that nobody can measure; a longer word hides the shorter in it."""
    found = []
    for name in ("title", "summary", "problem", "scope"):
        text = str(facts.get(name) or "")
        for word in sorted(VAGUE_WORDS, key=len, reverse=True):
            if word in text:
                found.append((word, LABELS[name]))
                text = text.replace(word, "")
    return tuple(found)


def faults_on_submit(
    kind: ChallengeKind, facts: Mapping[str, object], rows: Sequence[Mapping[str, object]]
) -> dict[str, Message]:
    """What must be there before an operator is asked to look, by field; drafts may have gaps."""
    needed = ["title", "summary", "problem", "wanted_close_at"]
    if kind in NEEDS_BUDGET:
        needed.append("months")
    faults = {name: say(ASKED, label=say(LABELS[name])) for name in needed if not facts.get(name)}
    if kind in NEEDS_BUDGET and facts.get("budget_fen") is None:
        faults["budget_fen"] = say(ASKED, label=say(LABELS["budget_fen"]))
    if "problem" not in faults and len(str(facts.get("problem"))) < SHORTEST_PROBLEM:
        faults["problem"] = say(PROBLEM_SHORT, count=SHORTEST_PROBLEM)
    if kind in NEEDS_INDICATORS and not rows:
        faults["indicators"] = say(NO_INDICATOR)
    particulars = facts.get("particulars")
    given = particulars if isinstance(particulars, Mapping) else {}
    for entry in particulars_of(kind):
        if entry.is_required and not given.get(entry.name):
            faults[f"particulars-{entry.name}"] = say(ASKED, label=say(entry.label))
    if not facts.get("has_no_state_secrets"):
        faults["has_no_state_secrets"] = say(NO_SECRETS)
    return faults
