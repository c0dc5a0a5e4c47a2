"""Matches as rows on both sides: made when something enters the market, forgotten when it leaves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.achievements.lifecycle import AchievementState
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.core.subject import Subject
from marketplace.matching import queries
from marketplace.matching.models import Band, Match, MatchTask
from marketplace.matching.services import KEPT, Found, forget, replace_matches
from tests.actors import OPERATOR
from tests.conftest import NOON
from tests.factories.achievements import an_achievement
from tests.factories.challenges import TEXT, a_challenge
from tests.journeys.site import Down

LATER = NOON + timedelta(minutes=1)


def a_pair(site) -> tuple[str, str]:
    """Public ids of a published challenge and achievement that have to do with each other; nothing is matched yet."""
    with site.writing() as session:
        demand = a_challenge(session, state=ChallengeState.SUBMITTED).public_id
        offer = an_achievement(
            session, state=AchievementState.SUBMITTED, description=f"{TEXT['problem']}已解决。"
        ).public_id
    site.step("challenge", demand, "publish", now=NOON, actor=OPERATOR)
    site.step("achievement", offer, "publish", now=NOON, actor=OPERATOR)
    return demand, offer


def rows(site) -> set[tuple[str, str]]:
    """(of whom, whom) of every match."""
    with site.reading() as session:
        found = session.execute(select(Match.subject_kind, Match.subject_id, Match.object_kind, Match.object_id)).all()
    return {(f"{one[0]}:{one[1]}", f"{one[2]}:{one[3]}") for one in found}


def both_ways(demand: str, offer: str) -> set[tuple[str, str]]:
    one, other = f"challenge:{demand}", f"achievement:{offer}"
    return {(one, other), (other, one)}


def test_a_match_is_a_row_on_both_sides_with_the_same_score_and_reasons(site):
    demand, offer = a_pair(site)
    site.work(now=NOON)
    assert rows(site) == both_ways(demand, offer)
    with site.reading() as session:
        one, other = session.scalars(select(Match).order_by(Match.id)).all()
        assert (one.score, one.band, one.reasons) == (other.score, other.band, other.reasons)
        assert one.band is Band.STRONG
        kinds = [reason["kind"] for reason in one.reasons]
        assert kinds[0] == "terms"
        assert {"direction", "topics", "readiness", "budget", "area"} <= set(kinds)
        assert session.scalars(select(MatchTask)).all() == []


@pytest.mark.parametrize(("kind", "reason"), [("challenge", "不再需要"), ("achievement", "已转让")])
def test_what_is_withdrawn_is_in_nobody_s_list(site, kind, reason):
    ids = dict(zip(("challenge", "achievement"), a_pair(site), strict=True))
    site.work(now=NOON)
    site.step(kind, ids[kind], "withdraw", now=LATER, actor=OPERATOR, reason=reason)
    site.work(now=LATER)
    assert rows(site) == set()


def test_an_expired_listing_is_in_nobody_s_list_and_comes_back_with_its_renewal(site):
    demand, offer = a_pair(site)
    site.work(now=NOON)
    over = NOON + timedelta(days=400)
    site.work(now=over)
    assert rows(site) == set()

    site.step("achievement", offer, "renew", now=over, actor=OPERATOR)
    site.work(now=over)
    assert rows(site) == both_ways(demand, offer)


def test_things_that_have_nothing_to_do_with_each_other_are_no_match(site):
    with site.writing() as session:
        demand = a_challenge(session, state=ChallengeState.SUBMITTED).public_id
        other = {
            "title": "鸡尾酒调制机器人",
            "summary": "自动调酒。",
            "description": "吧台使用的机械臂与配方管理，顾客扫码下单，三十秒出杯，适合酒吧与餐厅的夜间营业。" * 2,
            "direction": "aerospace",
            "topics": ["调酒"],
            "cooperation": ["transfer"],
            "area": "nanxiang",
            "figures": [],
        }
        offer = an_achievement(session, state=AchievementState.SUBMITTED, **other).public_id
    site.step("challenge", demand, "publish", now=NOON, actor=OPERATOR)
    site.step("achievement", offer, "publish", now=NOON, actor=OPERATOR)
    site.work(now=NOON)
    assert rows(site) == set()


def test_an_engine_that_is_down_keeps_the_tasks_for_later(site):
    demand, offer = a_pair(site)
    engine, site.index = site.index, Down()
    site.work(now=NOON)
    assert rows(site) == set()
    with site.reading() as session:
        tasks = session.scalars(select(MatchTask)).all()
    assert [task.error for task in tasks] == ["the engine is down"] * 2

    site.index = engine
    site.work(now=LATER)
    assert rows(site) == both_ways(demand, offer)


def a_find(number: int, score: float) -> Found:
    return Found(Subject("achievement", f"a{number:011d}"), score, Band.MEDIUM, [])


def test_a_list_keeps_the_best_and_drops_the_rest(session):
    demand = Subject("challenge", "c" * 12)
    replace_matches(session, demand, [a_find(n, 0.9 - n / 100) for n in range(KEPT + 5)], now=NOON)
    best = queries.best_for(session, demand, limit=100)
    assert [match.object_id for match in best] == [f"a{n:011d}" for n in range(KEPT)]


def test_the_other_side_s_list_keeps_its_best_too(session):
    offer = Subject("achievement", "a" * 12)
    for number in range(KEPT + 2):
        found = [Found(offer, number / 100, Band.WEAK, [])]
        replace_matches(session, Subject("challenge", f"c{number:011d}"), found, now=NOON)
    kept = [match.object_id for match in queries.best_for(session, offer, limit=100)]
    assert kept == [f"c{n:011d}" for n in reversed(range(2, KEPT + 2))]


def test_matches_made_anew_replace_the_old_ones_on_both_sides(session):
    demand = Subject("challenge", "c" * 12)
    replace_matches(session, demand, [a_find(1, 0.8), a_find(2, 0.7)], now=NOON)
    replace_matches(session, demand, [a_find(2, 0.6), a_find(3, 0.5)], now=NOON)
    assert [match.object_id for match in queries.best_for(session, demand)] == ["a00000000002", "a00000000003"]
    assert queries.best_for(session, Subject("achievement", "a00000000001")) == []
    assert [match.score for match in queries.best_for(session, Subject("achievement", "a00000000002"))] == [0.6]


def test_what_is_forgotten_leaves_the_others_alone(session):
    one, other = Subject("challenge", "c" * 12), Subject("challenge", "d" * 12)
    for demand in (one, other):
        replace_matches(session, demand, [a_find(1, 0.8)], now=NOON)
    forget(session, one)
    assert queries.best_for(session, one) == []
    assert [match.object_id for match in queries.best_for(session, Subject("achievement", "a00000000001"))] == [
        other.id
    ]


def test_the_best_over_several_things_are_in_order(session):
    for letter, score in (("c", 0.5), ("d", 0.9)):
        replace_matches(session, Subject("challenge", letter * 12), [a_find(1, score)], now=NOON)
    best = queries.best_for_many(session, "challenge", ["c" * 12, "d" * 12], limit=8)
    assert [(match.subject_id, match.score) for match in best] == [("d" * 12, 0.9), ("c" * 12, 0.5)]
