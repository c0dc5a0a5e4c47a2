"""How complete a demand is, what is missing and which words are vague (pure).

Rule of the field for a demand's text: urgent and real, exact language, indicators with unit, target and test method.
The weights are defaults of ours.
"""

from collections.abc import Mapping, Sequence

from marketplace.challenges.kinds import NEEDS_BUDGET, NEEDS_INDICATORS, ChallengeKind, particulars_of
from marketplace.core.completeness import ASKED, NO_SECRETS, Measure, measured, vague_words
from marketplace.core.text import Message, _, say

SHORTEST_PROBLEM = 60
"""Characters below which a problem is too short to be understood by a stranger (default of ours)."""

NO_INDICATOR = _("请至少填写一行考核指标。")
PROBLEM_SHORT = _("“要解决的问题”太短，请写到外行也能看懂难点（至少 %(count)d 字）。")
NO_MATTER = _("没有正文，无法发榜：至少要有摘要、背景、问题或研究内容之一。")
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
READ_FOR_VAGUE_WORDS = ("title", "summary", "problem", "scope")
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


def measure(kind: ChallengeKind, facts: Mapping[str, object], rows: Sequence[Mapping[str, object]]) -> Measure:
    """``facts`` are the fields of the form by name, ``rows`` the indicators."""
    return measured(_present(kind, facts, rows), WEIGHTS, LABELS, vague_words(facts, READ_FOR_VAGUE_WORDS, LABELS))


def _present(kind: ChallengeKind, facts: Mapping[str, object], rows: Sequence[Mapping[str, object]]) -> dict[str, bool]:
    derived = {"indicators", "test_methods", "present", "budget_fen"}
    present = {name: bool(facts.get(name)) for name in WEIGHTS if name not in derived}
    present["budget_fen"] = facts.get("budget_fen") is not None or kind not in NEEDS_BUDGET
    if kind in NEEDS_INDICATORS:
        present["indicators"] = bool(rows)
        present["test_methods"] = bool(rows) and all(row.get("test_method") for row in rows)
        present["present"] = bool(rows) and any(row.get("present") for row in rows)
    return present


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
