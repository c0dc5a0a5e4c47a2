"""Make matches for what entered, changed or left the market; pages only read the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.achievements import queries as achievements
from marketplace.achievements.lifecycle import PUBLIC_STATES as LISTED_STATES
from marketplace.achievements.presenters import as_offer
from marketplace.challenges import queries as challenges
from marketplace.challenges.lifecycle import PUBLIC_STATES as OPEN_STATES
from marketplace.challenges.presenters import as_need
from marketplace.core import queue
from marketplace.core.subject import Subject
from marketplace.core.transaction import reading, writing
from marketplace.matching.models import Band, MatchTask
from marketplace.matching.services import KEPT, Found, replace_matches
from search.analysis.analyser import Analyser
from search.engine import SearchEngine, SearchUnavailable
from search.matching.matcher import Match, Matcher

BATCH = 10
CANDIDATES = 150


@dataclass(frozen=True, slots=True)
class Workshop:
    """What matching needs besides the database: the engine for candidates, the analyser and direction → industry."""

    engine: SearchEngine
    analyser: Analyser
    industry_of: Mapping[str, str]

    def matcher(self) -> Matcher:
        """Over the index as it is now."""
        return Matcher(self.analyser, self.engine.statistics(), industry_of=self.industry_of)


def drain(database: Engine, workshop: Workshop, *, now: datetime) -> int:
    """Match the things that wait; the number done. A thing whose turn failed is tried again later."""
    with writing(database) as session:
        tasks = queue.claim(session, MatchTask, now=now, limit=BATCH)
    if not tasks:
        return 0
    try:
        found = _matches_of(
            database, workshop, [Subject.parse(text) for text in dict.fromkeys(t.subject for t in tasks)]
        )
    except SearchUnavailable as error:
        with writing(database) as session:
            queue.failed(session, MatchTask, tasks, str(error), now=now)
        return 0
    with writing(database) as session:
        for subject, matches in found.items():
            replace_matches(session, subject, matches, now=now)
        queue.done(session, MatchTask, tasks)
    return len(tasks)


def _matches_of(database: Engine, workshop: Workshop, subjects: Sequence[Subject]) -> dict[Subject, list[Found]]:
    matcher = workshop.matcher()
    with reading(database) as session:
        return {subject: _match(session, workshop.engine, matcher, subject) for subject in subjects}


def _match(session: Session, engine: SearchEngine, matcher: Matcher, subject: Subject) -> list[Found]:
    """Best first; nothing for a thing that is not on the market, and nobody is matched with themselves."""
    if subject.kind == "challenge":
        return _match_challenge(session, engine, matcher, subject)
    return _match_achievement(session, engine, matcher, subject)


def _match_challenge(session: Session, engine: SearchEngine, matcher: Matcher, subject: Subject) -> list[Found]:
    challenge = challenges.load(session, [subject.id]).get(subject.id)
    if challenge is None or challenge.state not in OPEN_STATES:
        return []
    need = as_need(challenge)
    keys = engine.candidates(matcher.candidate_terms(need), {"achievement"}, CANDIDATES)
    offers = achievements.load(session, [Subject.parse(key).id for key, _score in keys])
    others = [one for one in offers.values() if one.organisation_id != challenge.organisation_id]
    listed = [as_offer(one) for one in others if one.state in LISTED_STATES]
    return [_found(match, match.offer) for match in matcher.rank_offers(need, listed, KEPT)]


def _match_achievement(session: Session, engine: SearchEngine, matcher: Matcher, subject: Subject) -> list[Found]:
    achievement = achievements.load(session, [subject.id]).get(subject.id)
    if achievement is None or achievement.state not in LISTED_STATES:
        return []
    offer = as_offer(achievement)
    keys = engine.candidates(matcher.candidate_terms(offer), {"challenge"}, CANDIDATES)
    demands = challenges.load(session, [Subject.parse(key).id for key, _score in keys])
    others = [one for one in demands.values() if one.organisation_id != achievement.organisation_id]
    open_ones = [as_need(one) for one in others if one.state in OPEN_STATES]
    return [_found(match, match.need) for match in matcher.rank_needs(offer, open_ones, KEPT)]


def _found(match: Match, other: str) -> Found:
    assert match.band is not None
    reasons = [{"kind": reason.kind, "values": list(reason.values)} for reason in match.reasons]
    return Found(Subject.parse(other), match.score, Band(match.band), reasons)
