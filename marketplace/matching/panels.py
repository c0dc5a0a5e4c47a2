"""What pages show of matches, to those who may see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.achievements import queries as achievements
from marketplace.achievements.models import Achievement
from marketplace.achievements.policies import POLICY as ACHIEVEMENT_POLICY
from marketplace.achievements.presenters import as_row as achievement_row
from marketplace.challenges import queries as challenges
from marketplace.challenges.lifecycle import PUBLIC_STATES as OPEN_STATES
from marketplace.challenges.models import Challenge
from marketplace.challenges.policies import POLICY as CHALLENGE_POLICY
from marketplace.challenges.presenters import as_row as challenge_row
from marketplace.core.actor import Actor
from marketplace.core.subject import Subject
from marketplace.core.text import _
from marketplace.matching import queries
from marketplace.matching.models import Band, Match
from marketplace.matching.presenters import MatchRow, as_row

SHOWN = 6
ON_WORKBENCH = 8
NOTE = _("只有你方和运营专员可见")
SOLVERS, DEMANDS, NEW_DEMANDS = _("可能能解它的成果"), _("可能用得上它的榜单"), _("匹配到你的成果的榜单")
NONE_YET = _("还没有匹配")
SOON = _("发布后几秒内算出；以后有新内容时自动更新。")


def of_challenge(session: Session, actor: Actor, challenge: Challenge, now: datetime) -> Mapping[str, Any] | None:
    """The achievements that may solve it, for its poster and the operator."""
    if challenge.state not in OPEN_STATES or not CHALLENGE_POLICY["see_matches"](actor, challenge):
        return None
    matches = queries.best_for(session, Subject("challenge", challenge.public_id), limit=SHOWN)
    return _panel(SOLVERS, _with_achievements(session, actor, matches, now))


def of_achievement(session: Session, actor: Actor, achievement: Achievement, now: datetime) -> Mapping[str, Any] | None:
    """The challenges that may want it, for its owner and the operator."""
    if not achievement.number or not ACHIEVEMENT_POLICY["see_matches"](actor, achievement):
        return None
    matches = queries.best_for(session, Subject("achievement", achievement.public_id), limit=SHOWN)
    return _panel(DEMANDS, _with_challenges(session, actor, matches, now))


def of_workbench(session: Session, actor: Actor, _actor: Actor, now: datetime) -> Mapping[str, Any] | None:
    """The best challenges for the achievements of the person's organisations; weak ones are left to their own pages."""
    mine = achievements.listed_titles(session, actor)
    if not mine:
        return None
    matches = queries.best_for_many(session, "achievement", list(mine), limit=ON_WORKBENCH)
    worthy = [match for match in matches if match.band is not Band.WEAK]
    return _panel(NEW_DEMANDS, _with_challenges(session, actor, worthy, now, mine)) | {"note": None}


def _panel(heading: str, matches: list[MatchRow]) -> dict[str, Any]:
    return {"heading": heading, "note": NOTE, "matches": matches, "empty_title": NONE_YET, "empty_text": SOON}


def _with_achievements(session: Session, actor: Actor, matches: Sequence[Match], now: datetime) -> list[MatchRow]:
    things = achievements.load_visible(session, actor, [match.object_id for match in matches])
    return [
        as_row(match, achievement_row(things[match.object_id], actor, now=now), "achievements.detail")
        for match in matches
        if match.object_id in things
    ]


def _with_challenges(
    session: Session, actor: Actor, matches: Sequence[Match], now: datetime, titles: Mapping[str, str] | None = None
) -> list[MatchRow]:
    things = challenges.load_visible(session, actor, [match.object_id for match in matches])
    return [
        as_row(
            match,
            challenge_row(things[match.object_id], actor, now=now),
            "challenges.detail",
            for_title=(titles or {}).get(match.subject_id),
        )
        for match in matches
        if match.object_id in things
    ]
