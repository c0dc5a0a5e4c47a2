"""The API of matches: for those who see them on the page of the thing."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import Response

from marketplace.achievements import api as achievements
from marketplace.achievements.policies import POLICY as ACHIEVEMENT_POLICY
from marketplace.achievements.queries import get_achievement
from marketplace.achievements.queries import load_visible as visible_achievements
from marketplace.challenges import api as challenges
from marketplace.challenges.policies import POLICY as CHALLENGE_POLICY
from marketplace.challenges.queries import get_challenge
from marketplace.challenges.queries import load_visible as visible_challenges
from marketplace.core.paging import Page
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.matching import queries
from marketplace.matching.models import Band, Match
from marketplace.web import answers, json_fields, rest
from marketplace.web.access import token
from marketplace.web.current import actor, now
from marketplace.web.transaction import reading

blueprint = rest.ApiBlueprint("matches", __name__, path="", description="What may fit, and why.")
SHOWN = 10
AMOUNTS = frozenset({"budget", "budget_gap"})
"""Reasons whose values are fen inside."""


class ReasonSchema(ma.Schema):
    """Why: terms, codes of the taxonomy, levels, or amounts in yuan, by its kind."""

    kind = ma.fields.String(required=True)
    values = ma.fields.List(ma.fields.String(), required=True)


class MatchSchema(ma.Schema):
    """One match, best first."""

    score = ma.fields.Float(required=True, metadata={"minimum": 0, "maximum": 1})
    band = json_fields.Choice(Band)
    reasons = ma.fields.List(ma.fields.Nested(ReasonSchema))


class ChallengeMatchSchema(MatchSchema):
    achievement = ma.fields.Nested(achievements.AchievementRow)


class AchievementMatchSchema(MatchSchema):
    challenge = ma.fields.Nested(challenges.ChallengeRow)


@blueprint.offers(
    "GET /challenges/<id:challenge_id>/matches",
    token("challenges:read"),
    shows=answers.envelope("ChallengeMatches", ChallengeMatchSchema),
)
def of_challenge(challenge_id: str) -> Response:
    """Achievements that may solve it, for its poster and the operator."""
    with reading() as session:
        who, moment = actor(), now()
        authorize(CHALLENGE_POLICY, "see_matches", who, get_challenge(session, who, challenge_id))
        matches = queries.best_for(session, Subject("challenge", challenge_id), limit=SHOWN)
        things = visible_achievements(session, who, [match.object_id for match in matches])
    rows = [
        _match(one) | {"achievement": achievements.as_row(things[one.object_id], now=moment)}
        for one in matches
        if one.object_id in things
    ]
    return _answer(rows)


@blueprint.offers(
    "GET /achievements/<id:achievement_id>/matches",
    token("achievements:read"),
    shows=answers.envelope("AchievementMatches", AchievementMatchSchema),
)
def of_achievement(achievement_id: str) -> Response:
    """Challenges that may want it, for its owner and the operator."""
    with reading() as session:
        who, moment = actor(), now()
        authorize(ACHIEVEMENT_POLICY, "see_matches", who, get_achievement(session, who, achievement_id))
        matches = queries.best_for(session, Subject("achievement", achievement_id), limit=SHOWN)
        things = visible_challenges(session, who, [match.object_id for match in matches])
    rows = [
        _match(one) | {"challenge": challenges.as_row(things[one.object_id], who, now=moment)}
        for one in matches
        if one.object_id in things
    ]
    return _answer(rows)


def _answer(rows: list[dict[str, Any]]) -> Response:
    return answers.listed(Page(rows, len(rows), 1, SHOWN), rows, asked=1)


def _match(match: Match) -> dict[str, Any]:
    return {"score": match.score, "band": match.band, "reasons": [_reason(one) for one in match.reasons]}


def _reason(reason: Mapping[str, Any]) -> dict[str, Any]:
    is_amount = reason["kind"] in AMOUNTS
    values = [json_fields.yuan(one) if is_amount else str(one) for one in reason["values"]]
    return {"kind": reason["kind"], "values": values}
