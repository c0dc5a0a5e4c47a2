"""What lists show, in which order, and at what cost."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from marketplace.achievements import queries
from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.queries import Filters, Sort
from marketplace.core.actor import ANONYMOUS, Role
from marketplace.core.errors import NotFound
from marketplace.taxonomy.cooperation import Cooperation
from tests.actors import OPERATOR, a_member, a_staff_member
from tests.conftest import NOON
from tests.factories.achievements import an_achievement
from tests.factories.organisations import an_organisation

S = AchievementState


def listed(session, *, sort=Sort.NEWEST, now=NOON, actor=ANONYMOUS, page=1, per_page=20, **filters):
    return queries.list_achievements(
        session, actor, filters=Filters(**filters), sort=sort, page=page, now=now, per_page=per_page
    )


def titles(things) -> list[str]:
    return [one.title for one in things]


def a_listing(session, title: str, **facts):
    return an_achievement(session, title=title, state=S.LISTED, **facts)


def test_an_unknown_id_and_an_invisible_one_are_the_same(session):
    draft = an_achievement(session)
    for public_id in ("aaaaaaaaaaaa", draft.public_id):
        with pytest.raises(NotFound):
            queries.get_achievement(session, ANONYMOUS, public_id)


def test_the_public_list_holds_what_is_listed_even_for_those_who_see_more(session):
    own = an_organisation(session).id
    for state in S:
        an_achievement(session, organisation_id=own, state=state, title=str(state))
    for actor in (ANONYMOUS, a_member(own), OPERATOR):
        assert titles(listed(session, actor=actor).items) == ["listed"]


def test_a_listing_leaves_the_list_on_the_stroke_of_its_end(session):
    achievement = a_listing(session, "膜")
    assert listed(session, now=achievement.listed_until - timedelta(seconds=1)).total == 1
    assert listed(session, now=achievement.listed_until).total == 0


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["甲膜", "乙芯"]),
        ({"direction": ("membranes",)}, ["甲膜"]),
        ({"direction": ("membranes", "intelligent-chips")}, ["甲膜", "乙芯"]),
        ({"cooperation": Cooperation.TRANSFER}, ["乙芯"]),
        ({"area": "nanxiang"}, ["乙芯"]),
        ({"readiness_from": 7}, ["乙芯"]),
        ({"readiness_from": 4}, ["甲膜", "乙芯"]),
        ({"price_to_fen": 100_000_000}, ["甲膜"]),
        ({"price_to_fen": 99_999_999}, []),
        ({"words": "芯"}, ["乙芯"]),
        ({"words": "%"}, []),
        ({"direction": ("membranes",), "readiness_from": 7}, []),
    ],
)
def test_each_filter_narrows_the_list(session, filters, expected):
    a_listing(session, "甲膜", direction="membranes", readiness=4, price_min_fen=100_000_000, published_at=NOON)
    a_listing(
        session,
        "乙芯",
        direction="intelligent-chips",
        readiness=7,
        area="nanxiang",
        cooperation=["transfer"],
        price_min_fen=None,
        price_max_fen=None,
    )
    assert titles(listed(session, **filters).items) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.NEWEST, ["新", "旧", "面议", "未知"]),
        (Sort.READINESS, ["面议", "旧", "新", "未知"]),
        (Sort.PRICE, ["新", "旧", "未知", "面议"]),
    ],
)
def test_each_order_has_its_own_first(session, sort, expected):
    a_listing(session, "旧", readiness=6, price_min_fen=2_000, published_at=NOON - timedelta(days=2))
    a_listing(session, "新", readiness=3, price_min_fen=1_000, published_at=NOON)
    a_listing(
        session, "面议", readiness=9, price_min_fen=None, price_max_fen=None, published_at=NOON - timedelta(days=3)
    )
    a_listing(
        session, "未知", readiness=None, price_min_fen=3_000, price_max_fen=None, published_at=NOON - timedelta(days=4)
    )
    assert titles(listed(session, sort=sort).items) == expected


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("number", [1, 12])
def test_a_page_costs_two_queries_however_long_it_is(session, sort, number):
    for n in range(number):
        a_listing(session, f"膜 {n}")
    session.expire_all()
    asked: list[str] = []
    event.listen(session.connection().engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    page = listed(session, sort=sort, cooperation=Cooperation.LICENCE)

    assert [one.organisation.name for one in page.items] == [one.organisation.name for one in page.items]
    assert (len(page.items), len(asked)) == (number, 2)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("actor", [ANONYMOUS, a_member(7), OPERATOR], ids=["visitor", "member", "operator"])
def test_every_order_is_read_from_an_index(session, sort, actor):
    """SQLite says how it would answer; PostgreSQL decides by statistics, which a small table does not have."""
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("the plan is asked of SQLite only")
    steps = plan_of(session, lambda: listed(session, sort=sort, actor=actor, cooperation=Cooperation.LICENCE))
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in steps), steps
    assert any("achievement_cooperation" in step and "INDEX" in step for step in steps), steps


def plan_of(session, ask) -> list[str]:
    asked: list[tuple] = []
    event.listen(session.connection().engine, "before_cursor_execute", lambda *args: asked.append(args[2:4]))
    ask()
    statement, values = asked[-1]
    rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    return [row[3] for row in rows]


def test_ones_own_list_has_every_state_and_nobody_elses(session):
    own, other = an_organisation(session).id, an_organisation(session).id
    for hour, state in enumerate(S):
        an_achievement(
            session, organisation_id=own, state=state, title=str(state), updated_at=NOON + timedelta(hours=hour)
        )
    an_achievement(session, organisation_id=other, state=S.LISTED)
    assert titles(queries.list_own(session, a_member(own), page=1).items) == [str(state) for state in reversed(S)]
    assert queries.list_own(session, ANONYMOUS, page=1).total == 0


def test_an_organisations_page_has_only_its_listings(session):
    own = an_organisation(session).id
    for state in S:
        an_achievement(session, organisation_id=own, state=state, title=str(state))
    a_listing(session, "别家的")
    for actor in (ANONYMOUS, a_member(own)):
        assert titles(queries.list_of_organisation(session, actor, own)) == ["listed"]


def test_reviews_wait_in_the_order_they_came(session):
    for hours, title in ((1, "后"), (2, "先")):
        an_achievement(session, title=title, state=S.SUBMITTED, submitted_at=NOON - timedelta(hours=hours))
    an_achievement(session, title="草稿")
    assert titles(queries.waiting_for_review(session, OPERATOR)) == ["先", "后"]
    assert queries.waiting_for_review(session, ANONYMOUS) == []


def test_own_things_are_found_by_state(session):
    achievement = an_achievement(session, state=S.RETURNED)
    actor = a_member(achievement.organisation_id)
    assert queries.own_in_state(session, actor, S.RETURNED, S.DRAFT) == [achievement]
    assert queries.own_in_state(session, actor, S.LISTED) == []
    assert queries.own_in_state(session, ANONYMOUS, S.RETURNED) == []


def test_listings_are_counted_by_direction(session):
    a_listing(session, "甲", direction="membranes")
    a_listing(session, "乙", direction="membranes")
    a_listing(session, "丙", direction=None)
    an_achievement(session, direction="aerospace")
    assert queries.count_by_direction(session) == {"membranes": 2, "": 1}


def test_titles_of_ones_own_listings_are_told_newest_first(session):
    own = an_organisation(session).id
    old, new = (
        a_listing(session, title, organisation_id=own, updated_at=NOON + timedelta(hours=hour))
        for hour, title in enumerate(("旧", "新"))
    )
    an_achievement(session, organisation_id=own)
    a_listing(session, "别家的")
    assert list(queries.listed_titles(session, a_member(own)).items()) == [(new.public_id, "新"), (old.public_id, "旧")]


def test_what_the_index_needs_is_loaded_whole_and_what_a_list_needs_only_where_visible(session):
    public, draft = a_listing(session, "甲"), an_achievement(session)
    ids = [public.public_id, draft.public_id, "aaaaaaaaaaaa"]
    session.expire_all()
    whole = queries.load(session, ids)
    assert set(whole) == {public.public_id, draft.public_id}
    assert [(one.organisation.id > 0, len(one.figures)) for one in whole.values()] == [(True, 1), (True, 1)]
    assert set(queries.load_visible(session, ANONYMOUS, ids)) == {public.public_id}
    assert queries.public_versions(session) == {public.public_id: public.version}


def test_pages_follow_each_other_without_gap_or_repetition(session):
    for n in range(5):
        a_listing(session, f"膜 {n}")
    pages = [titles(listed(session, page=number, per_page=2).items) for number in (1, 2, 3)]
    assert pages == [["膜 4", "膜 3"], ["膜 2", "膜 1"], ["膜 0"]]


class TestTasks:
    def test_an_operator_reviews(self, session):
        submitted = an_achievement(session, state=S.SUBMITTED)
        found = queries.tasks(session, OPERATOR, NOON)
        assert [(task.what.id, task.subject_id, task.action) for task in found] == [
            (queries.TO_REVIEW, submitted.public_id, queries.REVIEW)
        ]

    def test_a_writer_finishes_mends_and_renews(self, session):
        own = an_organisation(session).id
        for state in S:
            an_achievement(session, organisation_id=own, state=state)
        found = queries.tasks(session, a_member(own), NOON)
        assert {str(task.what) for task in found} == {queries.UNFINISHED, queries.RETURNED, queries.EXPIRED}
        assert queries.tasks(session, a_member(own, Role.READER), NOON) == []
        assert queries.tasks(session, a_staff_member(Role.SUPERVISOR), NOON) == []

    def test_a_listing_that_ends_soon_asks_for_a_renewal(self, session):
        achievement = a_listing(session, "膜")
        actor = a_member(achievement.organisation_id)
        near = achievement.listed_until - timedelta(days=30)
        assert queries.renewals(session, actor, now=near - timedelta(seconds=1)) == []
        assert [(task.subject_id, task.due) for task in queries.renewals(session, actor, now=near)] == [
            (achievement.public_id, achievement.listed_until)
        ]
