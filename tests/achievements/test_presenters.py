"""How an achievement looks from outside."""

from datetime import timedelta

import pytest

from marketplace.achievements import presenters
from marketplace.achievements.lifecycle import LIFECYCLE, AchievementState
from marketplace.core.actor import ANONYMOUS
from tests.actors import a_member
from tests.conftest import NOON
from tests.factories.achievements import an_achievement

S = AchievementState
WAN = 1_000_000


def test_every_state_and_step_has_a_word():
    assert set(presenters.STATE_LABELS) == set(S)
    assert set(presenters.ACTION_LABELS) == {"draft", "edit", "attach", "detach", "remove_infected", *LIFECYCLE.actions}


@pytest.mark.parametrize(
    ("lowest", "highest", "words"),
    [
        (None, None, "面议"),
        (120 * WAN, None, "120 万元"),
        (120 * WAN, 120 * WAN, "120 万元"),
        (120 * WAN, 1200 * WAN, "120–1,200 万元"),
        (5_000, None, "0.005 万元"),
    ],
)
def test_a_price_is_said_in_words(lowest, highest, words):
    assert str(presenters.price_words(lowest, highest)) == words


@pytest.mark.parametrize("state", S)
def test_only_what_a_visitor_sees_has_a_document(session, state):
    document = presenters.as_document(an_achievement(session, state=state))
    assert (document is not None) == (state is S.LISTED)


def test_a_document_says_what_the_page_says(session):
    achievement = an_achievement(session, state=S.LISTED, title_en="Proton exchange membrane")
    document = presenters.as_document(achievement)
    assert document.key == f"achievement:{achievement.public_id}"
    assert (document.kind, document.version, document.number) == (
        "achievement",
        achievement.version,
        achievement.number,
    )
    assert (document.readiness, document.budget_fen, document.cooperation) == (
        5,
        120 * WAN,
        ("licence", "joint_development"),
    )
    assert (document.directions, document.codes) == (("membranes",), ("ZL202310123456.7",))
    for words in (achievement.description, "Proton exchange membrane", "电导率 0.072 S/cm", "林远", "低湿电导率"):
        assert words in document.body


def test_a_price_to_be_discussed_is_nought_in_the_index(session):
    achievement = an_achievement(session, state=S.LISTED, price_min_fen=None, price_max_fen=None)
    assert presenters.as_document(achievement).budget_fen == 0


def test_an_offer_has_the_primary_direction_first(session):
    achievement = an_achievement(session, other_directions=["energy-storage", "membranes"])
    offer = presenters.as_offer(achievement)
    assert offer.key == f"achievement:{achievement.public_id}"
    assert offer.directions == ("membranes", "energy-storage")
    assert (offer.readiness, offer.area) == (5, "anting")


def test_a_row_tells_strangers_no_reason(session):
    achievement = an_achievement(session, state=S.LISTED, state_reason="内部意见")
    assert presenters.as_row(achievement, ANONYMOUS, now=NOON).state_reason is None
    own = a_member(achievement.organisation_id)
    assert presenters.as_row(achievement, own, now=NOON).state_reason == "内部意见"


def test_a_row_follows_the_clock_and_not_the_worker(session):
    achievement = an_achievement(session, state=S.LISTED)
    standing = presenters.as_row(achievement, ANONYMOUS, now=achievement.listed_until - timedelta(seconds=1))
    over = presenters.as_row(achievement, ANONYMOUS, now=achievement.listed_until)
    assert (standing.state_label, str(standing.remaining), standing.is_over) == ("挂牌中", "挂牌今天到期", False)
    assert (over.state_label, over.remaining, over.is_over) == ("挂牌已到期", None, True)


@pytest.mark.parametrize(
    ("state", "marks"),
    [
        (S.DRAFT, ["now", "todo", "todo", "todo"]),
        (S.RETURNED, ["now", "todo", "todo", "todo"]),
        (S.SUBMITTED, ["done", "now", "todo", "todo"]),
        (S.SCHEDULED, ["done", "done", "now", "todo"]),
        (S.LISTED, ["done", "done", "now", "todo"]),
        (S.EXPIRED, ["done", "done", "done", "now"]),
        (S.REJECTED, []),
        (S.WITHDRAWN, []),
    ],
)
def test_the_steps_show_how_far_a_listing_has_come(session, state, marks):
    achievement = an_achievement(session, state=state)
    assert [step["status"] for step in presenters.steps_of(achievement, now=NOON)] == marks
