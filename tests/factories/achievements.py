"""Achievements to test with: complete enough to be submitted, in any state that a test asks for."""

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement, AchievementCooperation, Figure
from marketplace.organisations.models import Organisation
from marketplace.taxonomy.cooperation import Cooperation
from tests.conftest import NOON
from tests.factories.organisations import an_organisation

S = AchievementState
PUBLISHED_STATES = frozenset({S.LISTED, S.EXPIRED, S.TAKEN_DOWN})
DATED_STATES = PUBLISHED_STATES | {S.SCHEDULED}
numbers = count(9001)

TEXT: dict[str, Any] = {
    "title": "低湿工况质子交换膜",
    "summary": "80 ℃、30% 相对湿度下电导率 0.072 S/cm 的质子交换膜。",
    "description": "以磺化聚芳醚为基体，用两步酸化控制相分离，使水在低湿下仍能连成通道；" * 2 + "已做到 300 mm 幅宽。",
    "direction": "membranes",
    "topics": ["质子交换膜", "低湿电导率"],
    "area": "anting",
    "readiness": 5,
    "readiness_evidence": "样机性能测试报告，编号 T-2026-031，条件 80 ℃、30% RH。",
    "inventors": ["林远", "周一平"],
    "cooperation": ["licence", "joint_development"],
    "price_min_fen": 120 * 1_000_000,
    "price_max_fen": 200 * 1_000_000,
    "patents": ["ZL202310123456.7"],
    "has_no_state_secrets": True,
}


def an_achievement(session: Session, *, organisation_id: int | None = None, **overrides: Any) -> Achievement:
    """A draft unless ``state`` says otherwise; its owner is a verified organisation of its own unless one is named."""
    owner = session.get_one(Organisation, organisation_id) if organisation_id else an_organisation(session)
    state = overrides.get("state", S.DRAFT)
    facts = TEXT | {"created_at": NOON, "updated_at": NOON} | _dates(state) | overrides
    facts.setdefault("figures", [Figure(position=0, name="电导率", unit="S/cm", value="0.072", evidence="T-2026-031")])
    achievement = Achievement(organisation=owner, **facts)
    session.add(achievement)
    session.flush()
    session.add_all(
        AchievementCooperation(achievement_id=achievement.id, mode=Cooperation(mode))
        for mode in achievement.cooperation
    )
    session.flush()
    return achievement


def _dates(state: AchievementState) -> dict[str, Any]:
    """What the database wants to know about an achievement that has come this far."""
    known: dict[str, Any] = {}
    if state is not S.DRAFT:
        known["submitted_at"] = NOON - timedelta(days=2)
    if state in DATED_STATES:
        known |= {"publish_at": NOON - timedelta(days=1), "listed_until": NOON + timedelta(days=364)}
    if state in PUBLISHED_STATES:
        known |= {"published_at": NOON - timedelta(days=1), "number": f"CG-2026-{next(numbers)}"}
    return known
