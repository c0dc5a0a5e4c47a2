"""Adding, taking away and scanning, on both databases, with what the log keeps of it."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Config
from marketplace.app import create_app
from marketplace.audit.models import AuditEntry
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.core.actor import SYSTEM, Role
from marketplace.core.errors import Invalid, NotAllowed, NotFound
from marketplace.core.secrecy import Secrecy
from marketplace.core.subject import Subject
from marketplace.core.transaction import finish
from marketplace.files import queries, refusals, services, worker
from marketplace.files.antivirus import Clamd
from marketplace.files.intake import receive
from marketplace.files.lifecycle import ScanState
from marketplace.files.limits import Limits
from marketplace.files.models import StoredFile
from marketplace.files.store import FolderStore
from marketplace.notifications.models import Delivery
from marketplace.web.extensions import EXTENSION_KEY
from tests.actors import OPERATOR, a_member, a_staff_member
from tests.conftest import NOON
from tests.factories.accounts import a_user
from tests.factories.challenges import a_challenge
from tests.factories.files import CONTENT, a_file
from tests.files.clamd import VIRUS, a_clamd
from tests.files.samples import EICAR, GOOD, pdf

S = ChallengeState
LIMITS = Limits(file_bytes=10_000, thing_bytes=15_000, thing_files=3)
REGISTRY = create_app(Config(testing=True, secret_key="test")).extensions[EXTENSION_KEY]


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "files")


@pytest.fixture
def challenge(session):
    return a_challenge(session)


@pytest.fixture
def member(session, challenge):
    """An editor who has an account: files name who brought them."""
    return replace(a_member(challenge.organisation_id), user_id=a_user(session).id)


def subject_of(challenge) -> Subject:
    return Subject("challenge", challenge.public_id)


def received(content: bytes = CONTENT, name: str = "数据.csv", *, blind: bool = False):
    return receive(io.BytesIO(content), name, (io.BytesIO(), io.BytesIO()), limits=LIMITS, blind=blind)


def attach(session, actor, challenge, *, content: bytes = CONTENT, blind: bool = False, is_scanned: bool = False):
    return services.attach(
        session,
        REGISTRY,
        actor,
        subject_of(challenge),
        received(content, blind=blind),
        secrecy=Secrecy.PUBLIC,
        is_scanned=is_scanned,
        limits=LIMITS,
        now=NOON,
    )


def acts(session, action: str) -> list[AuditEntry]:
    finish(session)
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_a_file_is_added_with_an_entry_that_names_its_content_and_not_its_name(session, challenge, member):
    file = attach(session, member, challenge)
    session.flush()
    assert queries.files_of(session, subject_of(challenge)) == [file]
    assert (file.name, file.size, file.scan) == ("数据.csv", len(CONTENT), ScanState.UNSCANNED)
    (entry,) = acts(session, "attach")
    session.refresh(entry, ["detail"])
    assert entry.subject == str(subject_of(challenge))
    assert entry.detail.detail == {
        "file": file.public_id, "sha256": file.sha256, "size": file.size, "secrecy": "public", "as": "poster",
    }  # fmt: skip


@pytest.mark.parametrize("state", [state for state in S if state not in (S.DRAFT, S.RETURNED)])
def test_what_was_handed_in_keeps_its_files_as_they_are(session, state):
    challenge = a_challenge(session, state=state)
    file = a_file(session, subject_of(challenge))
    own = a_member(challenge.organisation_id)
    with pytest.raises(NotAllowed):
        attach(session, own, challenge)
    with pytest.raises(NotFound if state is S.TAKEN_DOWN else NotAllowed):
        services.detach(session, REGISTRY, own, file.public_id, now=NOON)


def test_strangers_readers_and_staff_add_nothing(session, challenge):
    own = challenge.organisation_id
    for actor, refusal in (
        (a_member(own + 1), NotFound),
        (a_member(own, Role.READER), NotAllowed),
        (OPERATOR, NotAllowed),
        (a_staff_member(Role.SUPERVISOR), NotAllowed),
    ):
        with pytest.raises(refusal):
            attach(session, actor, challenge)
    assert session.scalars(select(StoredFile)).all() == []


def test_a_thing_has_so_many_files_and_so_many_bytes(session, challenge, member):
    for _ in range(3):
        attach(session, member, challenge)
    with pytest.raises(Invalid) as refusal:
        attach(session, member, challenge)
    assert refusal.value.fields["file"].id == refusals.TOO_MANY

    other = a_challenge(session, organisation_id=challenge.organisation_id)
    attach(session, member, other, content=b"a" * 9_000)
    with pytest.raises(Invalid) as refusal:
        attach(session, member, other, content=b"b" * 9_000)
    assert refusal.value.fields["file"].id == refusals.THING_FULL


def test_a_file_that_is_too_large_is_given_up_where_it_becomes_so():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return b"x" * size

    source = Endless()
    with pytest.raises(Invalid) as refusal:
        receive(source, "a.csv", (io.BytesIO(), io.BytesIO()), limits=LIMITS, blind=False)
    assert refusal.value.fields["file"].id == refusals.TOO_LARGE
    assert source.given <= 2 * 256 * 1024


def test_a_thing_that_became_anonymous_meanwhile_takes_no_file_with_its_authors(session, member, challenge):
    challenge.is_anonymous = True
    session.flush()
    with pytest.raises(Invalid):
        attach(session, member, challenge)
    assert attach(session, member, challenge, blind=True).is_stripped


def test_what_is_taken_away_is_gone_and_its_content_swept_when_nobody_has_it(engine, session, store, challenge, member):
    file = a_file(session, subject_of(challenge), store=store)
    other = a_file(session, Subject("challenge", "another22222"), store=store)
    services.detach(session, REGISTRY, member, file.public_id, now=NOON)
    assert len(acts(session, "detach")) == 1
    session.commit()
    later = NOON.replace(year=2999)
    assert worker.sweep(engine, store, now=later) == 0
    with Session(engine) as own:
        own.delete(own.get_one(StoredFile, other.id))
        own.commit()
    assert worker.sweep(engine, store, now=later) == 1
    assert list(store.older_than(later)) == []


def test_a_content_without_a_row_is_left_alone_while_it_is_young(engine, session, store):
    session.commit()
    store.put(io.BytesIO(CONTENT), "a" * 64)
    assert worker.sweep(engine, store, now=NOON) == 0
    assert list(store.older_than(NOON.replace(year=2999))) == ["a" * 64]


class TestScanning:
    def scan(self, engine, store, antivirus, *, now=NOON):
        return worker.scan(engine, store, antivirus, REGISTRY, now=now)

    def waiting(self, session, store, challenge, content=CONTENT, **facts):
        file = a_file(
            session,
            subject_of(challenge),
            content=content,
            store=store,
            scan=ScanState.WAITING,
            scanned_at=None,
            **facts,
        )
        session.commit()
        return file

    def state_of(self, engine, file):
        with Session(engine) as own:
            found = own.get(StoredFile, file.id)
            return found and (found.scan, found.scan_error)

    def test_a_clean_file_is_passed(self, engine, session, store, challenge):
        file = self.waiting(session, store, challenge)
        with a_clamd() as (url, scanned):
            assert self.scan(engine, store, Clamd(url)) == 1
            assert self.scan(engine, store, Clamd(url)) == 0
        assert (scanned, self.state_of(engine, file)) == ([CONTENT], (ScanState.CLEAN, None))

    def test_an_infected_file_goes_everywhere_and_its_uploader_hears_of_it(self, engine, session, store, challenge):
        person = a_user(session)
        files = [self.waiting(session, store, challenge, EICAR, uploaded_by=person.id) for _ in range(2)]
        with a_clamd() as (url, _scanned):
            assert self.scan(engine, store, Clamd(url)) == 1
        assert [self.state_of(engine, file) for file in files] == [None, None]
        assert list(store.older_than(NOON.replace(year=2999))) == []
        with Session(engine) as own:
            letters = own.scalars(select(Delivery).where(Delivery.kind == "file.infected")).all()
            assert {(one.recipient, one.facts["virus"], one.facts["name"]) for one in letters} == {
                (person.email, VIRUS, "数据.csv")
            }
            removed = own.scalars(select(AuditEntry).where(AuditEntry.action == "remove_infected")).all()
            assert [entry.actor for entry in removed] == [SYSTEM.public_id] * 2

    def test_while_it_does_not_answer_files_wait_and_then_go_on(self, engine, session, store, challenge):
        file = self.waiting(session, store, challenge)
        assert self.scan(engine, store, Clamd("unix:///nowhere")) == 0
        state, error = self.state_of(engine, file)
        assert (state, bool(error)) == (ScanState.WAITING, True)
        with a_clamd() as (url, _scanned):
            assert self.scan(engine, store, Clamd(url)) == 0, "not at once"
            assert self.scan(engine, store, Clamd(url), now=NOON + timedelta(minutes=1)) == 1
        assert self.state_of(engine, file) == (ScanState.CLEAN, None)

    def test_a_content_that_is_gone_keeps_nobody_else_waiting(self, engine, session, store, challenge):
        gone = self.waiting(session, store, challenge, b"gone")
        store.remove(gone.sha256)
        file = self.waiting(session, store, challenge)
        with a_clamd() as (url, _scanned):
            assert self.scan(engine, store, Clamd(url)) == 1
        assert self.state_of(engine, file) == (ScanState.CLEAN, None)
        assert self.state_of(engine, gone)[0] is ScanState.WAITING

    def test_without_one_nothing_waits_and_with_one_again_all_is_scanned(self, engine, session, store, challenge):
        file = self.waiting(session, store, challenge)
        assert self.scan(engine, store, None) == 1
        assert self.state_of(engine, file) == (ScanState.UNSCANNED, None)
        with a_clamd() as (url, _scanned):
            assert self.scan(engine, store, Clamd(url)) == 1
        assert self.state_of(engine, file) == (ScanState.CLEAN, None)


def test_what_is_taken_in_is_what_is_kept():
    content = received(GOOD["检测报告.pdf"], "检测报告.pdf")
    assert (content.content.seek(0), content.content.read()) == (0, pdf())
    assert (content.size, content.is_stripped) == (len(pdf()), False)
