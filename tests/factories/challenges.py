"""Challenges to test with: complete enough to be submitted, in any state that a test asks for."""

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from marketplace.challenges.indicators import Comparator
from marketplace.challenges.kinds import ChallengeKind
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge, Indicator
from marketplace.organisations.models import Organisation
from tests.conftest import NOON
from tests.factories.organisations import an_organisation

S = ChallengeState
numbers = count(9001)

TEXT: dict[str, Any] = {
    "kind": ChallengeKind.RESEARCH,
    "title": "燃料电池质子膜 80 ℃ 低湿电导率提升到 0.06 S/cm",
    "summary": "寻求低湿工况下电导率达到 0.06 S/cm 的复合质子膜及其卷对卷工艺。",
    "background": "现用全氟磺酸膜在 30% 相对湿度下电导率不足 0.02 S/cm，电堆只能外增湿。",
    "problem": "低湿时膜内离子通道断开，电导率掉到目标的三分之一；加厚亲水填料又使干湿循环后开裂。" * 2,
    "scope": "复合膜配方、卷对卷成膜、膜电极匹配。",
    "direction": "membranes",
    "topics": ["质子交换膜", "低湿电导率"],
    "area": "anting",
    "budget_fen": 480 * 1_000_000,
    "months": 24,
    "readiness_wanted": 5,
    "cooperation": ["joint_development", "licence"],
    "wanted_close_at": NOON + timedelta(days=40),
    "has_no_state_secrets": True,
}


def an_indicator(position: int = 0, **overrides: Any) -> Indicator:
    facts = {
        "position": position,
        "name": "质子电导率（80 ℃，30% RH）",
        "unit": "S/cm",
        "comparator": Comparator.AT_LEAST,
        "target": "0.06",
        "is_mandatory": True,
        "present": "0.018",
        "test_method": "GB/T 20042.3",
    }
    return Indicator(**facts | overrides)


def a_challenge(session: Session, *, organisation_id: int | None = None, **overrides: Any) -> Challenge:
    """A draft unless ``state`` says otherwise; its poster is a verified organisation of its own unless one is named."""
    poster = session.get_one(Organisation, organisation_id) if organisation_id else an_organisation(session)
    state = overrides.get("state", S.DRAFT)
    dates: dict[str, Any] = {"created_at": NOON, "updated_at": NOON}
    if state not in (S.DRAFT, S.WITHDRAWN):
        dates["submitted_at"] = NOON
    if state in (S.OPEN, S.SCHEDULED):
        dates |= {"publish_at": NOON, "bids_close_at": NOON + timedelta(days=30)}
    if state is S.OPEN:
        dates |= {"published_at": NOON, "number": f"JB-2026-{next(numbers)}"}
    facts = TEXT | dates | {"indicators": [an_indicator()]} | overrides
    challenge = Challenge(organisation=poster, **facts)
    session.add(challenge)
    session.flush()
    return challenge
