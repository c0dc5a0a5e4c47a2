"""Drafting, revising and moving an achievement along its table."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from marketplace.achievements import queries, services, timing
from marketplace.achievements.events import AchievementChanged
from marketplace.achievements.lifecycle import LIFECYCLE, AchievementState
from marketplace.achievements.models import Achievement, AchievementCooperation, Figure
from marketplace.achievements.services import AchievementDraft, FigureRow, Step
from marketplace.audit.queries import history_of, verify
from marketplace.core.actor import SYSTEM, Role
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.events import subscribe
from marketplace.core.lifecycle import IllegalTransition
from marketplace.core.secrecy import Secrecy
from marketplace.core.subject import Subject
from marketplace.core.transaction import finish, reading, writing
from marketplace.notifications.models import Delivery
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.taxonomy.cooperation import OFFERED
from tests.actors import OPERATOR, a_member
from tests.at_once import at_once
from tests.conftest import NOON
from tests.factories.accounts import a_user
from tests.factories.achievements import TEXT, an_achievement
from tests.factories.organisations import a_membership, an_organisation

S = AchievementState
ROWS = (
    FigureRow(name="电导率", unit="S/cm", value="0.072", evidence="T-2026-031"),
    FigureRow(name="厚度", value="15 μm"),
)
FULL = {name: tuple(value) if isinstance(value, list) else value for name, value in TEXT.items()}
STEPS = {
    "submit": (S.DRAFT, "owner"),
    "recall": (S.SUBMITTED, "owner"),
    "return": (S.SUBMITTED, "operator"),
    "reject": (S.SUBMITTED, "operator"),
    "schedule": (S.SUBMITTED, "operator"),
    "publish": (S.SUBMITTED, "operator"),
    "import_publish": (S.DRAFT, "system"),
    "renew": (S.EXPIRED, "owner"),
    "expire": (S.LISTED, "system"),
    "withdraw": (S.LISTED, "owner"),
    "takedown": (S.LISTED, "operator"),
    "restore": (S.TAKEN_DOWN, "operator"),
}
heard: list[AchievementChanged] = []


@subscribe(AchievementChanged)
def hear(_session, event):
    heard.append(event)


@pytest.fixture(autouse=True)
def nothing_heard():
    heard.clear()


def advance(session, actor, achievement, action, now=NOON, **step):
    return services.advance_achievement(session, actor, achievement, action, step=Step(**step), now=now)


def acts_on(session, achievement) -> list[tuple[str, dict]]:
    finish(session)
    entries = history_of(session, Subject("achievement", achievement.public_id))
    return [(entry.action, entry.detail.detail) for entry in reversed(entries)]


class TestDrafting:
    def test_a_draft_may_have_gaps_but_has_a_title(self, session):
        own = an_organisation(session).id
        draft = AchievementDraft(title="质子膜")
        achievement = services.draft_achievement(session, a_member(own), organisation_id=own, draft=draft, now=NOON)
        assert (achievement.state, achievement.summary, achievement.readiness_scale) == (S.DRAFT, None, "trl9")

    def test_a_draft_without_a_title_is_refused_at_its_field(self, session):
        own = an_organisation(session).id
        with pytest.raises(Invalid) as refusal:
            services.draft_achievement(
                session, a_member(own), organisation_id=own, draft=AchievementDraft(title="  "), now=NOON
            )
        assert set(refusal.value.fields) == {"title"}

    def test_nobody_drafts_for_an_organisation_they_only_read_or_do_not_belong_to(self, session):
        own, other = an_organisation(session).id, an_organisation(session).id
        for actor in (a_member(own, Role.READER), a_member(other), OPERATOR):
            with pytest.raises(NotAllowed):
                services.draft_achievement(
                    session, actor, organisation_id=own, draft=AchievementDraft(title="质子膜"), now=NOON
                )

    def test_everything_typed_is_kept_in_order(self, session):
        own = an_organisation(session).id
        draft = AchievementDraft(**FULL, figures=ROWS)
        achievement = services.draft_achievement(session, a_member(own), organisation_id=own, draft=draft, now=NOON)
        session.expire_all()
        kept = queries.get_achievement(session, a_member(own), achievement.public_id)
        assert {name: getattr(kept, name) for name in TEXT} == TEXT
        assert [(row.name, row.value, row.unit) for row in kept.figures] == [
            ("电导率", "0.072", "S/cm"),
            ("厚度", "15 μm", None),
        ]

    @pytest.mark.parametrize(
        ("lowest", "highest", "fault"),
        [(None, 5, "price_min_fen"), (0, 5, "price_min_fen"), (5, 4, "price_max_fen")],
    )
    def test_a_price_range_out_of_order_is_refused_at_its_field(self, session, lowest, highest, fault):
        own = an_organisation(session).id
        draft = AchievementDraft(title="膜", price_min_fen=lowest, price_max_fen=highest)
        with pytest.raises(Invalid) as refusal:
            services.draft_achievement(session, a_member(own), organisation_id=own, draft=draft, now=NOON)
        assert set(refusal.value.fields) == {fault}

    @pytest.mark.parametrize(
        ("typed", "kept"), [((5, 5), (5, 5)), ((5, 0), (5, None)), ((0, 0), (None, None)), ((None, None), (None, None))]
    )
    def test_a_price_of_nought_is_one_to_be_discussed(self, session, typed, kept):
        own = an_organisation(session).id
        draft = AchievementDraft(title="膜", price_min_fen=typed[0], price_max_fen=typed[1])
        achievement = services.draft_achievement(session, a_member(own), organisation_id=own, draft=draft, now=NOON)
        assert (achievement.price_min_fen, achievement.price_max_fen) == kept

    @pytest.mark.parametrize(
        ("facts", "fault"),
        [({"readiness": 10}, "readiness"), ({"figures": (FigureRow(name="厚度", value=""),)}, "figures")],
    )
    def test_a_level_and_a_figure_must_make_sense(self, session, facts, fault):
        own = an_organisation(session).id
        draft = AchievementDraft(title="膜", **facts)
        with pytest.raises(Invalid) as refusal:
            services.draft_achievement(session, a_member(own), organisation_id=own, draft=draft, now=NOON)
        assert set(refusal.value.fields) == {fault}


class TestRevising:
    def test_a_revision_replaces_text_and_figures(self, session):
        achievement = an_achievement(session, state=S.RETURNED)
        actor = a_member(achievement.organisation_id)
        draft = AchievementDraft(title="新名称", figures=ROWS)
        later = NOON + timedelta(hours=1)
        services.revise_achievement(session, actor, achievement, draft=draft, version=achievement.version, now=later)
        session.flush()
        assert (achievement.title, achievement.summary, achievement.updated_at) == ("新名称", None, later)
        assert session.scalars(select(Figure.name).order_by(Figure.position)).all() == ["电导率", "厚度"]

    def test_a_revision_of_an_older_version_is_told_not_obeyed(self, session):
        achievement = an_achievement(session)
        actor = a_member(achievement.organisation_id)
        seen = achievement.version
        draft = AchievementDraft(title="先改的")
        services.revise_achievement(session, actor, achievement, draft=draft, version=seen, now=NOON)
        session.flush()
        with pytest.raises(Conflict):
            services.revise_achievement(
                session, actor, achievement, draft=AchievementDraft(title="后改的"), version=seen, now=NOON
            )
        assert achievement.title == "先改的"

    def test_the_kind_of_secrecy_is_kept(self, session):
        achievement = an_achievement(session)
        actor = a_member(achievement.organisation_id)
        draft = AchievementDraft(title="膜", secrecy=Secrecy.TRADE_SECRET)
        services.revise_achievement(session, actor, achievement, draft=draft, version=achievement.version, now=NOON)
        session.flush()
        session.refresh(achievement)
        assert achievement.secrecy is Secrecy.TRADE_SECRET

    @pytest.mark.parametrize("state", [state for state in S if state not in (S.DRAFT, S.RETURNED)])
    def test_what_was_sent_is_not_edited(self, session, state):
        achievement = an_achievement(session, state=state)
        actor = a_member(achievement.organisation_id)
        with pytest.raises(NotAllowed):
            services.revise_achievement(
                session, actor, achievement, draft=AchievementDraft(title="改"), version=achievement.version, now=NOON
            )


class TestSteps:
    @pytest.mark.parametrize("action", LIFECYCLE.actions)
    def test_every_step_moves_the_thing_and_leaves_an_entry(self, session, action):
        state, side = STEPS[action]
        achievement = an_achievement(session, state=state)
        actor = {"owner": a_member(achievement.organisation_id), "operator": OPERATOR, "system": SYSTEM}[side]
        now = achievement.listed_until if action == "expire" else NOON

        advance(session, actor, achievement, action, now=now, reason="理由")

        target = LIFECYCLE.target(action, state)
        assert achievement.state is target
        assert acts_on(session, achievement) == [(action, {"state": str(target), "as": side, "reason": "理由"})]
        assert [(event.achievement, event.action, event.now) for event in heard] == [(achievement, action, now)]
        assert verify(session) is None

    @pytest.mark.parametrize("action", ["return", "reject", "withdraw"])
    def test_a_step_that_takes_something_away_asks_for_a_reason(self, session, action):
        achievement = an_achievement(session, state=S.SUBMITTED)
        with pytest.raises(Invalid) as refusal:
            advance(session, OPERATOR, achievement, action)
        assert set(refusal.value.fields) == {"reason"}
        assert achievement.state is S.SUBMITTED

    def test_a_step_from_the_wrong_state_is_refused(self, session):
        achievement = an_achievement(session, state=S.DRAFT)
        with pytest.raises(IllegalTransition):
            advance(session, OPERATOR, achievement, "publish")

    def test_an_owner_does_not_publish(self, session):
        achievement = an_achievement(session, state=S.SUBMITTED)
        with pytest.raises(NotAllowed):
            advance(session, a_member(achievement.organisation_id, Role.OWNER), achievement, "publish")

    def test_the_log_names_no_inventor(self, session):
        own = an_organisation(session).id
        draft = AchievementDraft(**FULL)
        achievement = services.draft_achievement(session, a_member(own), organisation_id=own, draft=draft, now=NOON)
        advance(session, a_member(own), achievement, "submit")
        assert not any(name in str(acts_on(session, achievement)) for name in achievement.inventors)


class TestSubmitting:
    def test_gaps_are_named_at_their_fields(self, session):
        achievement = an_achievement(session, summary=None, inventors=[], has_no_state_secrets=False)
        with pytest.raises(Invalid) as refusal:
            advance(session, a_member(achievement.organisation_id), achievement, "submit")
        assert set(refusal.value.fields) == {"summary", "inventors", "has_no_state_secrets"}
        assert achievement.state is S.DRAFT

    def test_an_organisation_that_is_not_verified_cannot_submit(self, session):
        unverified = an_organisation(session, state=OrganisationState.UNVERIFIED, verified_at=None)
        achievement = an_achievement(session, organisation_id=unverified.id)
        with pytest.raises(Conflict):
            advance(session, a_member(unverified.id), achievement, "submit")


class TestPublishing:
    def test_a_publication_gives_a_number_and_a_year(self, session):
        first, second = (an_achievement(session, state=S.SUBMITTED) for _ in range(2))
        for achievement in (first, second):
            advance(session, OPERATOR, achievement, "publish")
        assert (first.number, second.number) == ("CG-2026-0001", "CG-2026-0002")
        assert (first.publish_at, first.published_at) == (NOON, NOON)
        assert timing.last_day_of(first.listed_until) == date(2027, 6, 1)

    def test_a_publication_may_say_its_last_day(self, session):
        achievement = an_achievement(session, state=S.SUBMITTED)
        advance(session, OPERATOR, achievement, "publish", last_day=date(2026, 9, 30))
        assert timing.last_day_of(achievement.listed_until) == date(2026, 9, 30)

    @pytest.mark.parametrize(("summary", "description"), [("一句话", None), (None, "短")])
    def test_an_imported_listing_may_lack_what_our_form_asks(self, session, summary, description):
        achievement = an_achievement(
            session, summary=summary, description=description, readiness=None, inventors=[], cooperation=[]
        )
        advance(session, SYSTEM, achievement, "import_publish")
        assert (achievement.state, achievement.number) == (S.LISTED, "CG-2026-0001")

    def test_an_imported_listing_never_lacks_its_matter(self, session):
        achievement = an_achievement(session, summary=None, description=None)
        with pytest.raises(Invalid) as refusal:
            advance(session, SYSTEM, achievement, "import_publish")
        assert set(refusal.value.fields) == {"description"}

    def test_a_schedule_publishes_when_its_moment_has_come(self, session):
        achievement = an_achievement(session, state=S.SUBMITTED)
        moment = NOON + timedelta(days=3)
        advance(session, OPERATOR, achievement, "schedule", publish_at=moment, last_day=date(2026, 12, 31))
        session.flush()

        assert services.publish_due(session, SYSTEM, now=moment - timedelta(seconds=1)) == 0
        assert services.publish_due(session, SYSTEM, now=moment) == 1

        assert (achievement.state, achievement.number) == (S.LISTED, "CG-2026-0001")
        assert timing.last_day_of(achievement.listed_until) == date(2026, 12, 31)
        assert services.publish_due(session, SYSTEM, now=moment) == 0

    def test_a_schedule_that_outlived_its_last_day_gets_a_whole_period(self, session):
        achievement = an_achievement(session, state=S.SCHEDULED)
        late = achievement.listed_until + timedelta(days=1)
        assert services.publish_due(session, SYSTEM, now=late) == 1
        assert achievement.listed_until > late

    def test_what_was_scheduled_waits_while_its_organisation_is_suspended(self, session):
        achievement = an_achievement(session, state=S.SCHEDULED)
        achievement.organisation.state = OrganisationState.SUSPENDED
        session.flush()
        assert (services.publish_due(session, SYSTEM, now=NOON), achievement.state) == (0, S.SCHEDULED)

        achievement.organisation.state = OrganisationState.VERIFIED
        session.flush()
        assert (services.publish_due(session, SYSTEM, now=NOON), achievement.state) == (1, S.LISTED)

    @pytest.mark.parametrize(
        ("state", "action"),
        [(S.SUBMITTED, "publish"), (S.SUBMITTED, "schedule"), (S.SCHEDULED, "publish"), (S.DRAFT, "import_publish")],
    )
    def test_an_operator_publishes_nothing_of_an_organisation_that_is_not_verified(self, session, state, action):
        achievement = an_achievement(session, state=state)
        achievement.organisation.state = OrganisationState.SUSPENDED
        session.flush()
        with pytest.raises(Conflict):
            advance(session, OPERATOR, achievement, action)
        assert achievement.state is state

    def test_a_schedule_for_the_past_is_refused(self, session):
        achievement = an_achievement(session, state=S.SUBMITTED)
        with pytest.raises(Invalid) as refusal:
            advance(session, OPERATOR, achievement, "schedule", publish_at=NOON - timedelta(days=1))
        assert set(refusal.value.fields) == {"publish_at"}

    def test_a_returned_schedule_forgets_its_dates(self, session):
        achievement = an_achievement(session, state=S.SCHEDULED)
        advance(session, OPERATOR, achievement, "return", reason="请补充检测报告")
        assert (achievement.publish_at, achievement.listed_until) == (None, None)


class TestExpiryAndRenewal:
    def test_a_listing_expires_only_when_its_moment_has_come(self, session):
        achievement = an_achievement(session, state=S.LISTED)
        with pytest.raises(Conflict):
            advance(session, SYSTEM, achievement, "expire", now=achievement.listed_until - timedelta(seconds=1))
        assert services.expire_due(session, SYSTEM, now=achievement.listed_until - timedelta(seconds=1)) == 0
        assert services.expire_due(session, SYSTEM, now=achievement.listed_until) == 1
        assert achievement.state is S.EXPIRED

    def test_the_owner_is_told_once_before_each_end_and_once_at_it(self, session):
        achievement = an_achievement(session, state=S.LISTED)
        owner = a_user(session, email="owner@example.com")
        a_membership(session, owner, achievement.organisation, Role.EDITOR)
        first_end, version = achievement.listed_until, achievement.version
        window = timedelta(days=timing.EXPIRES_SOON_DAYS)

        assert services.remind_due(session, now=first_end - window - timedelta(seconds=1)) == 0
        assert services.remind_due(session, now=first_end - window) == 1
        assert services.remind_due(session, now=first_end - timedelta(days=1)) == 0
        session.refresh(achievement)
        assert achievement.version == version

        member = a_member(achievement.organisation_id)
        advance(session, member, achievement, "renew", last_day=timing.last_day_of(first_end) + timedelta(days=90))
        assert services.remind_due(session, now=first_end) == 0
        assert services.remind_due(session, now=achievement.listed_until - window) == 1
        assert services.expire_due(session, SYSTEM, now=achievement.listed_until) == 1
        assert services.remind_due(session, now=achievement.listed_until) == 0

        told = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        assert [one.kind for one in told if one.recipient == "owner@example.com"] == [
            "achievement.expires_soon",
            "achievement.expires_soon",
            "achievement.expired",
        ]
        assert told[0].facts["until"] == f"{timing.last_day_of(first_end):%Y-%m-%d}"

    @pytest.mark.parametrize("state", [S.LISTED, S.EXPIRED])
    def test_a_renewal_gives_a_new_last_day_and_keeps_number_and_first_day(self, session, state):
        achievement = an_achievement(session, state=state)
        number, published_at = achievement.number, achievement.published_at
        advance(session, a_member(achievement.organisation_id), achievement, "renew", last_day=date(2027, 12, 31))
        assert (achievement.state, achievement.number, achievement.published_at) == (S.LISTED, number, published_at)
        assert timing.last_day_of(achievement.listed_until) == date(2027, 12, 31)

    def test_a_renewal_for_a_day_that_is_over_is_refused(self, session):
        achievement = an_achievement(session, state=S.EXPIRED)
        with pytest.raises(Invalid) as refusal:
            advance(session, OPERATOR, achievement, "renew", last_day=date(2026, 6, 1))
        assert set(refusal.value.fields) == {"last_day"}

    def test_a_suspended_organisation_cannot_renew(self, session):
        suspended = an_organisation(session, state=OrganisationState.SUSPENDED)
        achievement = an_achievement(session, organisation_id=suspended.id, state=S.EXPIRED)
        with pytest.raises(Conflict):
            advance(session, a_member(suspended.id), achievement, "renew")


def test_of_two_editors_at_once_one_saves_and_the_other_keeps_nothing_half_written(engine):
    with writing(engine) as session:
        achievement = an_achievement(session)
        public_id, actor, version = achievement.public_id, a_member(achievement.organisation_id), achievement.version

    def save(number):
        rows = tuple(FigureRow(name=f"指标{number}-{i}", value="1") for i in range(3))
        draft = AchievementDraft(title=f"第{number}版", figures=rows, cooperation=(OFFERED[number],))
        with writing(engine) as session:
            mine = queries.get_achievement(session, actor, public_id)
            return services.revise_achievement(session, actor, mine, draft=draft, version=version, now=NOON).title

    outcomes = at_once(save, 2)

    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [Conflict]
    (title,) = [outcome for outcome in outcomes if isinstance(outcome, str)]
    with reading(engine) as session:
        kept = queries.get_achievement(session, actor, public_id)
        assert kept.title == title
        assert [row.name for row in kept.figures] == [f"指标{title[1]}-{i}" for i in range(3)]
        assert session.scalars(select(AchievementCooperation.mode)).all() == kept.cooperation


def test_the_first_publications_of_a_year_at_once_get_a_number_each(engine):
    with writing(engine) as session:
        ids = [an_achievement(session, state=S.SUBMITTED).public_id for _ in range(4)]

    def publish(number):
        with writing(engine) as session:
            achievement = queries.get_achievement(session, OPERATOR, ids[number])
            return advance(session, OPERATOR, achievement, "publish").number

    assert sorted(at_once(publish, 4)) == [f"CG-2026-{n:04d}" for n in (1, 2, 3, 4)]


def test_of_two_people_who_take_a_step_at_once_the_second_is_told(engine):
    with writing(engine) as session:
        public_id = an_achievement(session, state=S.SUBMITTED).public_id

    def seen_by_an_operator() -> Achievement:
        with reading(engine) as session:
            return queries.get_achievement(session, OPERATOR, public_id)

    def take(seen: Achievement, action: str) -> None:
        with writing(engine) as session:
            session.add(seen)
            advance(session, OPERATOR, seen, action, reason="理由")

    first, second = seen_by_an_operator(), seen_by_an_operator()
    take(first, "publish")
    with pytest.raises(Conflict):
        take(second, "reject")

    assert seen_by_an_operator().state is S.LISTED
