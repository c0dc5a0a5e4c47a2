"""Several people in the same moment, through a real server, on both databases: one wins, the others are told."""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry
from marketplace.audit.queries import verify
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge, ChallengeNumber
from marketplace.core.transaction import reading
from tests.at_once import at_once
from tests.databases import engine_for
from tests.factories.accounts import a_staff_grant, a_user
from tests.factories.challenges import a_challenge
from tests.faults.scratch import scratch_instance
from tests.journeys.market import a_market

ILLEGAL = "当前状态下不能做这一步"
STALE = "刚刚被别人改过"
CHANGED_MEANWHILE = "在你编辑时，别人已经改过这条榜单"


@pytest.fixture
def instance(database_url, tmp_path):
    with scratch_instance(tmp_path / "instance", database_url) as instance:
        instance.web()
        yield instance


@pytest.fixture
def look(database_url):
    engine = engine_for(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(look):
    with Session(look, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def market(session):
    market = a_market(session)
    market.people["second operator"] = a_user(session)
    a_staff_grant(session, market.people["second operator"], "operator")
    session.commit()
    return market


def signed_in(instance, market, *names):
    return [instance.person().sign_in(market.people[name].email) for name in names]


def kept(look, public_id: str) -> Challenge:
    with reading(look) as session:
        return session.scalars(select(Challenge).where(Challenge.public_id == public_id)).one()


def acts_on(look, public_id: str) -> list[str]:
    with reading(look) as session:
        assert verify(session) is None
        subject = AuditEntry.subject == f"challenge:{public_id}"
        return list(session.scalars(select(AuditEntry.action).where(subject).order_by(AuditEntry.number)))


def test_of_two_operators_who_publish_the_same_challenge_one_does_and_the_other_is_told(
    instance, look, session, market
):
    challenge = a_challenge(session, organisation_id=market.enterprise.id, state=ChallengeState.SUBMITTED).public_id
    session.commit()
    operators = signed_in(instance, market, "operator", "second operator")
    for operator in operators:
        operator.open(f"/challenges/{challenge}")
    closing = {"bids_close_at": "2999-01-01T17:00"}

    answers = at_once(lambda n: operators[n].press("立即发榜", closing).answer, 2)

    won, lost = sorted(answers, key=lambda answer: answer.status)
    assert (won.status, lost.status) == (200, 409)
    assert "已发榜" in won.text
    assert ILLEGAL in lost.text or STALE in lost.text
    assert (kept(look, challenge).state, acts_on(look, challenge)) == (ChallengeState.OPEN, ["publish"])


def test_the_first_publications_of_a_year_at_once_all_get_a_number_of_their_own(instance, look, session, market):
    drafts = [
        a_challenge(session, organisation_id=market.enterprise.id, state=ChallengeState.SUBMITTED).public_id
        for _ in range(2)
    ]
    session.commit()
    operators = signed_in(instance, market, "operator", "second operator")
    for operator, draft in zip(operators, drafts, strict=True):
        operator.open(f"/challenges/{draft}")
    with reading(look) as own:
        assert own.scalars(select(ChallengeNumber)).all() == []

    answers = at_once(lambda n: operators[n].press("立即发榜", {"bids_close_at": "2999-01-01T17:00"}).answer, 2)

    assert [answer.status for answer in answers] == [200, 200]
    numbers = {kept(look, draft).number for draft in drafts}
    assert {number[-4:] for number in numbers} == {"0001", "0002"}


def test_of_two_editors_who_save_at_once_one_does_and_the_other_keeps_what_was_typed(instance, look, session, market):
    challenge = a_challenge(session, organisation_id=market.enterprise.id).public_id
    session.commit()
    editors = signed_in(instance, market, "own editor", "own approver")
    for editor in editors:
        editor.open(f"/challenges/{challenge}/edit")
    typed = [
        {"title": f"第 {n} 位的标题", "problem": f"第 {n} 位写的问题", "indicators-0-name": f"第 {n} 位的指标"}
        for n in range(2)
    ]

    answers = at_once(lambda n: editors[n].press("保存草稿", typed[n]).answer, 2)

    assert sorted(answer.status for answer in answers) == [200, 409]
    winner = [answer.status for answer in answers].index(200)
    loser = 1 - winner
    page = answers[loser].text
    assert CHANGED_MEANWHILE in page
    for words in (*typed[loser].values(), typed[winner]["title"]):
        assert words in page
    assert kept(look, challenge).title == typed[winner]["title"]
    assert acts_on(look, challenge) == ["edit"]

    editors[loser].press("保存草稿")
    assert kept(look, challenge).title == typed[loser]["title"], "saving again, knowingly, replaces the other's"
    assert acts_on(look, challenge) == ["edit", "edit"]


def test_of_an_operator_who_publishes_and_a_poster_who_recalls_one_is_told(instance, look, session, market):
    challenge = a_challenge(session, organisation_id=market.enterprise.id, state=ChallengeState.SUBMITTED).public_id
    session.commit()
    operator, poster = signed_in(instance, market, "operator", "enterprise owner")
    for person in (operator, poster):
        person.open(f"/challenges/{challenge}")
    presses = [
        lambda: operator.press("立即发榜", {"bids_close_at": "2999-01-01T17:00"}).answer,
        lambda: poster.press("撤回修改").answer,
    ]

    answers = at_once(lambda n: presses[n](), 2)

    assert sorted(answer.status for answer in answers) == [200, 409]
    done = ["publish", "recall"][[answer.status for answer in answers].index(200)]
    state = {"publish": ChallengeState.OPEN, "recall": ChallengeState.DRAFT}[done]
    assert (kept(look, challenge).state, acts_on(look, challenge)) == (state, [done])


def test_a_double_press_of_one_person_does_a_step_once(instance, look, session, market):
    challenge = a_challenge(session, organisation_id=market.enterprise.id, state=ChallengeState.SUBMITTED).public_id
    session.commit()
    (operator,) = signed_in(instance, market, "operator")
    address, pairs = operator.open(f"/challenges/{challenge}").would_send(
        "立即发榜", {"bids_close_at": "2999-01-01T17:00"}
    )

    answers = at_once(lambda _: operator.browser.post(address, pairs), 2)

    assert sorted(answer.status for answer in answers) == [302, 409]
    assert acts_on(look, challenge) == ["publish"]


def test_many_people_reading_while_one_writes_all_get_their_page(instance, session, market):
    challenge = a_challenge(session, organisation_id=market.enterprise.id).public_id
    session.commit()
    (editor,) = signed_in(instance, market, "own editor")
    is_done = threading.Event()
    statuses: list[int] = []

    def read() -> None:
        visitor = instance.person()
        while not is_done.is_set():
            statuses.append(visitor.open("/challenges").answer.status)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(10):
        saved = editor.open(f"/challenges/{challenge}/edit").press("保存草稿", {"title": f"第 {number} 版"})
        statuses.append(saved.answer.status)
    is_done.set()
    for reader in readers:
        reader.join()
    assert set(statuses) == {200}
