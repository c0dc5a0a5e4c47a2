"""``kill -9`` in the middle of work: nothing half done, nothing acknowledged lost, everything made good afterwards."""

import os
import signal
import threading
from collections import Counter
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, selectinload

from marketplace.audit.models import AuditEntry
from marketplace.challenges import services as challenges
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.core.subject import Subject
from marketplace.core.transaction import reading, writing
from marketplace.indexing import services as indexing
from marketplace.indexing.models import OutboxEntry
from marketplace.matching.models import Match, MatchTask
from tests.actors import OPERATOR
from tests.factories.challenges import TEXT, a_challenge, an_indicator
from tests.faults.conftest import MANY
from tests.faults.scratch import children_of, until
from tests.journeys.market import a_listed_achievement, a_market, at_present, note_organisations, open_dates

linux_only = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found by /proc")


def count(look: Engine, table: type, *conditions: object) -> int:
    with reading(look) as session:
        return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def acts(session: Session, action: str) -> Counter[str]:
    """How often the log says that this was done to each thing."""
    return Counter(session.scalars(select(AuditEntry.subject).where(AuditEntry.action == action)))


def all_is_well(instance) -> None:
    """What anybody can ask from outside once the worker has had its turn."""
    assert instance.flask("worker", "--once")[0] == 0
    assert instance.flask("search", "check") == (0, "0 differences\n")
    code, words = instance.flask("audit", "verify")
    assert (code, "日志完好" in words) == (0, True), words


def test_a_worker_that_is_killed_while_publishing_loses_nothing_and_does_nothing_twice(instance, look):
    """Half are published by the worker because they are due, half by an operator meanwhile."""
    with Session(look) as session:
        market = a_market(session)
        note_organisations(session, market)
        for number in range(MANY):
            offer = a_listed_achievement(session, organisation_id=market.institute.id, description=about(number))
            indexing.note(session, Subject("achievement", offer.public_id), now=at_present())
        poster, half = market.enterprise.id, MANY // 2
        due = [_a_due_challenge(session, poster, about(number)) for number in range(half)]
        submitted = [
            a_challenge(
                session, organisation_id=poster, state=ChallengeState.SUBMITTED, problem=about(number)
            ).public_id
            for number in range(half, MANY)
        ]
        session.commit()

    operator = threading.Thread(target=_publish_all, args=(look, submitted))
    operator.start()
    is_open = Challenge.state == ChallengeState.OPEN
    for moment in (
        lambda: count(look, Challenge, is_open, Challenge.public_id.in_(due)) > 0,
        lambda: count(look, Match) > 0,
    ):
        worker = instance.worker()
        until(moment, instance.said)
        instance.kill(worker)
    operator.join()
    all_is_well(instance)

    with reading(look) as session:
        found = session.scalars(select(Challenge).options(selectinload(Challenge.indicators))).all()
        assert [(one.state, len(one.indicators)) for one in found] == [(ChallengeState.OPEN, 1)] * MANY
        assert acts(session, "publish") == Counter(f"challenge:{one.public_id}" for one in found)
        assert len({one.number for one in found}) == MANY
        both_ways = {(one.subject_id, one.object_id) for one in session.scalars(select(Match))}
        assert {one.public_id for one in found} <= {subject for subject, _object in both_ways}
        assert {(there, here) for here, there in both_ways} == both_ways
    assert (count(look, OutboxEntry), count(look, MatchTask)) == (0, 0)


def about(number: int) -> str:
    """A text whose words one challenge and one achievement have in common, and no others."""
    words = "".join(chr(0x5000 + number * 8 + place) for place in range(8))
    return f"{words}在低湿工况下的制备与测试，{words}的界面稳定，{words}的卷对卷工艺和批次一致性仍然没有解决。" * 2


def _a_due_challenge(session: Session, organisation_id: int, problem: str) -> str:
    dates = open_dates(at_present()) | {"published_at": None}
    state = ChallengeState.SCHEDULED
    return a_challenge(session, organisation_id=organisation_id, state=state, problem=problem, **dates).public_id


def _publish_all(look: Engine, public_ids: list[str]) -> None:
    for public_id in public_ids:
        with writing(look) as session:
            found = (
                select(Challenge).where(Challenge.public_id == public_id).options(selectinload(Challenge.indicators))
            )
            challenge = session.scalars(found).one()
            step = challenges.Step(bids_close_at=open_dates(at_present())["bids_close_at"])
            challenges.advance_challenge(session, OPERATOR, challenge, "publish", step=step, now=at_present())


@linux_only
def test_posts_that_were_acknowledged_survive_web_processes_that_are_killed(instance, look):
    with Session(look) as session:
        market = a_market(session)
        note_organisations(session, market)
        emails = [market.people[name].email for name in ("enterprise owner", "own editor", "own approver")]
        session.commit()
    web = instance.web()
    posting = Posting([instance.person().sign_in(email) for email in emails])
    posting.start()

    until(lambda: len(posting.acknowledged) >= MANY // 3, instance.said)
    for child in children_of(web.pid):
        os.kill(child, signal.SIGKILL)
    until(lambda: len(posting.acknowledged) >= 2 * MANY // 3, instance.said)
    instance.kill(web)
    instance.web()
    posting.finish()

    with reading(look) as session:
        kept = session.scalars(select(Challenge).options(selectinload(Challenge.indicators))).all()
        titles = Counter(one.title for one in kept)
        assert [title for title in posting.acknowledged if titles[title] != 1] == []
        assert [title for title, times in titles.items() if times > 1] == []
        rows = [(row.name, row.target) for row in (an_indicator(), an_indicator())]
        assert [[(row.name, row.target) for row in one.indicators] for one in kept] == [rows] * len(kept)
        assert acts(session, "draft") == Counter(f"challenge:{one.public_id}" for one in kept)
    assert len(posting.acknowledged) >= MANY - 2 * len(emails)
    all_is_well(instance)


class Posting:
    """Several people who post drafts as fast as they are answered; ``acknowledged`` holds titles that were answered."""

    def __init__(self, people) -> None:
        self.acknowledged: list[str] = []
        self._left = iter(range(MANY))
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._post, args=(person,)) for person in people]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        for thread in self._threads:
            thread.join()

    def _post(self, person) -> None:
        form = person.open("/challenges/new/research").press("再加一项")
        while (number := self._next()) is not None:
            title = f"第 {number} 条榜单"
            typed = {"title": title, "problem": TEXT["problem"]}
            for row in (0, 1):
                typed |= {
                    f"indicators-{row}-name": an_indicator().name,
                    f"indicators-{row}-target": an_indicator().target,
                }
            address, pairs = form.would_send("保存草稿", typed)
            try:
                answer = person.browser.post(address, pairs)
            except (OSError, HTTPException):
                continue  # the other side is gone: nobody was told that it was kept
            assert (answer.status, answer.location[:12]) == (302, "/challenges/"), answer.text
            self.acknowledged.append(title)

    def _next(self) -> int | None:
        with self._lock:
            return next(self._left, None)
