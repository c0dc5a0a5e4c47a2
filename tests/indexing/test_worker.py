"""From a change to the index: notes in the same transaction, told at least once, never lost."""

from dataclasses import replace
from datetime import timedelta
from shutil import rmtree

import pytest
from sqlalchemy import select, update

from marketplace.achievements.lifecycle import AchievementState
from marketplace.challenges import services as challenges
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.core import queue
from marketplace.core.actor import Role
from marketplace.core.subject import Subject
from marketplace.indexing import services, worker
from marketplace.indexing.models import OutboxEntry
from marketplace.organisations import services as organisations
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Organisation
from search.documents import Put, Removal, SearchDocument
from tests.actors import OPERATOR, a_member
from tests.conftest import NOON
from tests.factories.achievements import an_achievement
from tests.factories.challenges import TEXT, a_challenge
from tests.factories.organisations import an_organisation
from tests.indexing.ruins import lose_meta, lose_segments, ruin_meta, ruin_pointer, ruin_removals
from tests.journeys.site import Down

S = ChallengeState
LISTED = AchievementState.LISTED
WORDS = "低湿电导率"
LATER = NOON + timedelta(minutes=1)


def a_poster(session) -> int:
    """One that is not public itself, so that these tests speak of things alone."""
    return an_organisation(session, state=OrganisationState.SUSPENDED).id


def a_submitted(site, **facts) -> str:
    with site.writing() as session:
        return a_challenge(session, state=S.SUBMITTED, **facts).public_id


def published(site, **facts) -> str:
    public_id = a_submitted(site, **facts)
    site.step("challenge", public_id, "publish", now=NOON, actor=OPERATOR)
    with site.writing() as session:
        session.execute(update(Organisation).values(state=OrganisationState.SUSPENDED))
    return f"challenge:{public_id}"


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (lambda session, one: rename(session, one, "芮珂"), ["芮珂"]),
        (lambda session, one: step(session, one, "suspend"), []),
    ],
    ids=["renamed", "suspended"],
)
def test_what_says_an_organisations_name_is_told_again_when_the_name_changes(site, change, kept):
    with site.writing() as session:
        owner = an_organisation(session, name="穹鼎")
        things = [
            f"challenge:{a_challenge(session, organisation_id=owner.id, state=S.OPEN).public_id}",
            f"achievement:{an_achievement(session, organisation_id=owner.id, state=LISTED).public_id}",
        ]
        a_challenge(session, organisation_id=owner.id, state=S.DRAFT)
        a_challenge(session, state=S.OPEN)
        owner_key = f"organisation:{owner.public_id}"
    worker.rebuild(site.database, site.index, site.kinds, now=NOON)
    with site.writing() as session:
        change(session, session.get_one(Organisation, owner.id))

    assert sorted(note.subject for note in site.notes()) == sorted([owner_key, *things])
    site.tell(now=NOON)

    for name in kept:
        assert sorted(site.found(name)) == sorted([owner_key, *things])
        assert site.found("穹鼎") == []
    assert site.differences() == []


def test_an_edit_that_leaves_the_name_alone_tells_nothing_but_the_profile_again(site):
    with site.writing() as session:
        owner = an_organisation(session)
        a_challenge(session, organisation_id=owner.id, state=S.OPEN)
        draft = replace(as_typed(owner), introduction="做质子膜。")
        organisations.revise(session, OPERATOR, owner, draft, version=owner.version, now=NOON)
    assert [note.subject for note in site.notes()] == [f"organisation:{owner.public_id}"]


def as_typed(organisation) -> organisations.OrganisationDraft:
    names = organisations.OrganisationDraft.__dataclass_fields__
    return organisations.OrganisationDraft(**{name: getattr(organisation, name) for name in names})


def rename(session, organisation, name) -> None:
    draft = replace(as_typed(organisation), name=name)
    organisations.revise(session, OPERATOR, organisation, draft, version=organisation.version, now=NOON)


def step(session, organisation, action) -> None:
    organisations.advance(session, OPERATOR, organisation, action, reason="资料不实", now=NOON)


def test_what_is_published_is_found_once_the_worker_has_told_the_engine(site):
    key = published(site)
    assert [note.subject for note in site.notes()] == [key]
    assert site.index.is_ready() == "there is no search index yet"

    assert site.tell(now=NOON) == 1

    assert (site.found(WORDS), site.notes(), site.differences()) == ([key], [], [])


def test_a_change_that_is_undone_leaves_no_note(site):
    public_id = a_submitted(site)

    def publish_and_fail():
        with site.writing() as session:
            thing = site.kinds.kinds["challenge"].load(session, [public_id])[public_id]
            challenges.advance_challenge(session, OPERATOR, thing, "publish", step=challenges.Step(), now=NOON)
            session.flush()
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="the power went"):
        publish_and_fail()
    assert site.notes() == []


def test_steps_that_nobody_outside_sees_leave_no_note(site):
    with site.writing() as session:
        owner = an_organisation(session)
        editor = a_member(owner.id, Role.OWNER)
        draft = challenges.ChallengeDraft(
            **{name: value for name, value in TEXT.items() if name != "kind"}, kind="research"
        )
        drafted = challenges.draft_challenge(session, editor, organisation_id=owner.id, draft=draft, now=NOON)
        challenges.revise_challenge(session, editor, drafted, draft=draft, version=1, now=NOON)
        submitted = a_challenge(session, organisation_id=owner.id, state=S.SUBMITTED)
        rejected = a_challenge(session, organisation_id=owner.id, state=S.SUBMITTED)
        scheduled = a_challenge(session, organisation_id=owner.id, state=S.SUBMITTED)
        ids = submitted.public_id, rejected.public_id, scheduled.public_id
    site.step("challenge", ids[0], "recall", now=NOON, actor=editor)
    site.step("challenge", ids[1], "reject", now=NOON, actor=OPERATOR, reason="x")
    site.step("challenge", ids[2], "schedule", now=NOON, actor=OPERATOR, publish_at=LATER)
    site.step("challenge", ids[2], "return", now=NOON, actor=OPERATOR, reason="x")
    assert site.notes() == []


@pytest.mark.parametrize(
    ("kind", "make", "action", "facts"),
    [
        (
            "challenge",
            lambda session: a_challenge(session, organisation_id=a_poster(session), state=S.OPEN),
            "withdraw",
            {"reason": "不再需要"},
        ),
        (
            "achievement",
            lambda session: an_achievement(session, organisation_id=a_poster(session), state=AchievementState.LISTED),
            "withdraw",
            {"reason": "已转让"},
        ),
        (
            "achievement",
            lambda session: an_achievement(
                session, organisation_id=a_poster(session), state=AchievementState.LISTED, listed_until=LATER
            ),
            "expire",
            {},
        ),
    ],
    ids=["a withdrawn challenge", "a withdrawn achievement", "an expired achievement"],
)
def test_what_leaves_the_market_leaves_the_index(site, kind, make, action, facts):
    with site.writing() as session:
        public_id = make(session).public_id
        services.note(session, Subject(kind, public_id), now=NOON)
    site.tell(now=NOON)
    assert site.found(WORDS) == [f"{kind}:{public_id}"]

    actor = {} if action == "expire" else {"actor": OPERATOR}
    site.step(kind, public_id, action, now=LATER, **actor, **facts)
    site.tell(now=LATER)

    assert (site.found(WORDS), site.differences()) == ([], [])


def test_a_note_that_comes_late_tells_what_is_true_now(site):
    key = published(site)
    site.step("challenge", Subject.parse(key).id, "withdraw", now=LATER, actor=OPERATOR, reason="x")
    assert [note.subject for note in site.notes()] == [key, key]
    assert site.tell(now=LATER) == 2
    assert (site.found(WORDS), site.notes()) == ([], [])


def test_an_engine_that_is_down_loses_nothing_and_hears_of_it_later(site):
    key = published(site)
    engine, site.index = site.index, Down()

    assert site.tell(now=NOON) == 0
    (note,) = site.notes()
    assert (note.subject, note.error, note.attempts, note.failed_at) == (key, "the engine is down", 1, None)
    assert note.next_at > NOON

    site.index = engine
    assert site.tell(now=NOON) == 0, "it waits for its pause"
    assert site.tell(now=note.next_at) == 1
    assert (site.found(WORDS), site.notes()) == ([key], [])


def test_an_engine_that_stays_down_keeps_its_notes_and_has_them_once_it_is_back(site):
    key = published(site)
    engine, site.index = site.index, Down()
    moment = NOON
    for _ in range(queue.MAX_ATTEMPTS + 3):
        site.tell(now=moment)
        moment = site.notes()[0].next_at
    assert site.notes()[0].failed_at is None

    site.index = engine
    site.index.apply([])
    assert site.differences() == [(key, "missing")]
    site.tell(now=moment)
    assert (site.found(WORDS), site.notes()) == ([key], [])


@pytest.mark.parametrize("ruin", [ruin_pointer, ruin_meta, lose_segments, ruin_removals, lose_meta])
def test_a_ruined_index_keeps_the_notes_until_it_is_built_anew(site, tmp_path, ruin):
    first = published(site)
    site.tell(now=NOON)
    ruin(tmp_path / "search")
    second = published(site)

    site.tell(now=NOON)
    worker.rebuild(site.database, site.index, site.kinds, now=LATER)
    site.tell(now=LATER + timedelta(minutes=1))

    assert (sorted(site.found(WORDS)), site.differences(), site.notes()) == (sorted([first, second]), [], [])


def test_a_lost_index_comes_back_whole_with_the_next_note(site, tmp_path):
    first = published(site)
    site.tell(now=NOON)
    rmtree(tmp_path / "search")
    second = published(site)

    assert site.tell(now=NOON) == 1
    assert (sorted(site.found(WORDS)), site.differences()) == (sorted([first, second]), [])


def test_what_a_dead_worker_held_is_told_by_the_next_one(site):
    key = published(site)
    with site.writing() as session:
        assert len(queue.claim(session, OutboxEntry, now=NOON, limit=10)) == 1
    assert site.tell(now=NOON) == 0

    with site.writing() as session:
        queue.release(session, OutboxEntry)
    assert site.tell(now=NOON) == 1
    assert site.found(WORDS) == [key]


def test_without_a_release_it_comes_back_by_the_clock(site):
    published(site)
    with site.writing() as session:
        queue.claim(session, OutboxEntry, now=NOON, limit=10)
    assert site.tell(now=NOON + timedelta(seconds=queue.CLAIM_SECONDS)) == 1


def test_telling_twice_is_harmless(site):
    key = published(site)
    site.tell(now=NOON)
    with site.writing() as session:
        services.note(session, Subject.parse(key), now=NOON)
        services.note(session, Subject.parse(key), now=NOON)
    assert site.tell(now=NOON) == 2
    assert (site.found(WORDS), site.differences()) == ([key], [])


def lose(site, key: str) -> None:
    """The index no longer has it, as after an accident."""
    site.index.apply([Removal(key, dict(site.index.versions())[key])])


def test_a_comparison_finds_every_difference_and_a_repair_mends_it(site):
    missing, outdated, surplus, fine = (published(site) for _ in range(4))
    site.tell(now=NOON)
    lose(site, missing)
    with site.writing() as session:
        bump = update(Challenge).where(Challenge.public_id == Subject.parse(outdated).id)
        session.execute(bump.values(version=Challenge.version + 1))
        hide = update(Challenge).where(Challenge.public_id == Subject.parse(surplus).id)
        session.execute(hide.values(state=S.WITHDRAWN, version=Challenge.version + 1))
    with site.writing() as session:
        bump = update(Challenge).where(Challenge.public_id == Subject.parse(missing).id)
        session.execute(bump.values(version=Challenge.version + 1))

    expected = sorted([(missing, "missing"), (outdated, "outdated"), (surplus, "surplus")])
    assert site.differences() == expected

    found = worker.compare(site.database, site.index, site.kinds)
    assert worker.repair(site.database, found, now=NOON) == 3
    site.tell(now=NOON)
    assert site.differences() == []
    assert sorted(site.found(WORDS)) == sorted([missing, outdated, fine])


class Interrupted:
    """The real engine, but something happens while it reads the documents of a rebuild."""

    def __init__(self, engine, happening) -> None:
        self.engine, self.happening = engine, happening

    def __getattr__(self, name):
        return getattr(self.engine, name)

    def rebuild(self, documents):
        def slowly():
            for number, document in enumerate(documents):
                yield document
                if number == 0:
                    self.happening()

        return self.engine.rebuild(slowly())


def test_what_changes_during_a_rebuild_is_told_afterwards(site):
    stays, leaves = sorted(published(site) for _ in range(2))
    site.tell(now=NOON)
    came = []

    def meanwhile():
        came.append(published(site))
        site.step("challenge", Subject.parse(leaves).id, "withdraw", now=LATER, actor=OPERATOR, reason="x")
        assert site.tell(now=LATER) == 0, "the index has one writer"

    later = worker.rebuild(site.database, Interrupted(site.index, meanwhile), site.kinds, now=LATER)

    assert later == 2
    site.tell(now=LATER + timedelta(minutes=1))
    assert (sorted(site.found(WORDS)), site.differences(), site.notes()) == (sorted([stays, *came]), [], [])


def test_a_rebuild_that_fails_leaves_the_old_index(site):
    key = published(site)
    site.tell(now=NOON)

    def meanwhile():
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        worker.rebuild(site.database, Interrupted(site.index, meanwhile), site.kinds, now=LATER)
    assert (site.found(WORDS), site.differences()) == ([key], [])


def test_the_command_line_checks_repairs_and_rebuilds(site):
    key = published(site)
    run = site.app.test_cli_runner().invoke
    assert run(args=["search", "check"]).exit_code == 1
    assert "1 documents; 0 changed meanwhile" in run(args=["search", "rebuild"]).output
    assert (run(args=["search", "check"]).output, run(args=["search", "check"]).exit_code) == ("0 differences\n", 0)

    lose(site, key)
    checked = run(args=["search", "check", "--repair"])
    assert (checked.exit_code, checked.output) == (1, f"{key}\tmissing\n1 differences\n")
    with site.reading() as session:
        assert session.scalars(select(OutboxEntry.subject)).all() == [key, key]


def test_a_check_or_rebuild_that_cannot_be_done_says_why(site, tmp_path):
    published(site)
    site.work(now=NOON)
    run = site.app.test_cli_runner().invoke
    ruin_meta(tmp_path / "search")
    site.index._opened = None
    checked = run(args=["search", "check"])
    assert (checked.exit_code, "cannot be read" in checked.output) == (1, True)

    site.index = Down()
    rebuilt = run(args=["search", "rebuild"])
    assert (rebuilt.exit_code, rebuilt.output) == (1, "Error: the engine is down\n")


def test_what_the_index_has_of_a_thing_without_a_row_is_removed_by_repair(site):
    worker.rebuild(site.database, site.index, site.kinds, now=NOON)
    key = "challenge:aaaaaaaaaaaa"
    site.index.apply([Put(SearchDocument(key=key, kind="challenge", version=7, title="没有行的榜单", body=""))])
    differences = worker.compare(site.database, site.index, site.kinds)
    assert [(one.key, one.problem) for one in differences] == [(key, "surplus")]
    worker.repair(site.database, differences, now=NOON)
    worker.drain(site.database, site.index, site.kinds, now=LATER)
    assert worker.compare(site.database, site.index, site.kinds) == []
