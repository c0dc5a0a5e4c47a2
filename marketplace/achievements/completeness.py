"""How complete an achievement's text is, what is missing and which words are vague (pure).

A listing says what it is, how far it has come and how one may have it, so that a stranger can decide to ask. The
weights are defaults of ours.
"""

from collections.abc import Mapping, Sequence

from marketplace.core.completeness import ASKED, NO_SECRETS, Measure, measured, vague_words
from marketplace.core.text import Message, _, say

SHORTEST_DESCRIPTION = 60
"""Characters below which a description is too short to be understood by a stranger (default of ours)."""

NO_COOPERATION = _("请至少选择一种合作方式。")
DESCRIPTION_SHORT = _("“技术说明”太短，请写清怎么做到、好在哪里（至少 %(count)d 字）。")
NO_MATTER = _("没有正文，无法挂牌：至少要有公开摘要或技术说明之一。")
LABELS: Mapping[str, str] = {
    "title": _("成果名称"),
    "summary": _("公开摘要"),
    "description": _("技术说明"),
    "direction": _("方向"),
    "topics": _("技术关键词"),
    "readiness": _("成熟度"),
    "readiness_evidence": _("成熟度佐证"),
    "figures": _("性能指标"),
    "evidence": _("每项性能的依据"),
    "cooperation": _("合作方式"),
    "inventors": _("完成人"),
}
READ_FOR_VAGUE_WORDS = ("title", "summary", "description", "readiness_evidence")
WEIGHTS: Mapping[str, int] = {
    "title": 5,
    "summary": 12,
    "description": 20,
    "direction": 7,
    "topics": 5,
    "readiness": 8,
    "readiness_evidence": 13,
    "figures": 14,
    "evidence": 6,
    "cooperation": 6,
    "inventors": 4,
}


def measure(facts: Mapping[str, object], rows: Sequence[Mapping[str, object]]) -> Measure:
    """``facts`` are the fields of the form by name, ``rows`` the figures."""
    present = {name: bool(facts.get(name)) for name in WEIGHTS}
    present["figures"] = bool(rows)
    present["evidence"] = bool(rows) and all(row.get("evidence") for row in rows)
    return measured(present, WEIGHTS, LABELS, vague_words(facts, READ_FOR_VAGUE_WORDS, LABELS))


def faults_on_submit(facts: Mapping[str, object]) -> dict[str, Message]:
    """What must be there before an operator is asked to look, by field; drafts may have gaps."""
    needed = ("title", "summary", "description", "readiness", "readiness_evidence", "inventors")
    faults = {name: say(ASKED, label=say(LABELS[name])) for name in needed if not facts.get(name)}
    if "description" not in faults and len(str(facts.get("description"))) < SHORTEST_DESCRIPTION:
        faults["description"] = say(DESCRIPTION_SHORT, count=SHORTEST_DESCRIPTION)
    if not facts.get("cooperation"):
        faults["cooperation"] = say(NO_COOPERATION)
    if not facts.get("has_no_state_secrets"):
        faults["has_no_state_secrets"] = say(NO_SECRETS)
    return faults
