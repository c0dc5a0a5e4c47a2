from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement
from marketplace.audit.models import AuditEntry
from marketplace.bulk import examination, services, writer
from marketplace.bulk.examination import Order
from marketplace.bulk.models import BulkRow
from marketplace.bulk.report import SHOWN_FAULTS
from marketplace.bulk.services import run_import
from marketplace.bulk.writer import RefusedError
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.core.actor import SYSTEM, Role
from marketplace.core.errors import Conflict, NotAllowed
from marketplace.core.transaction import finish, reading, writing
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Membership, Organisation
from tests.actors import OPERATOR, a_member
from tests.conftest import NOON
from tests.factories.accounts import a_user, acting
from tests.factories.organisations import a_code, an_organisation


def a_row(number: int, **more: object) -> dict[str, object]:
    return {"id": f"d-{number}", "kind": "research", "title": f"需求 {number}", "problem": "难在哪里"} | more


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def faults_of(report):
    return [(fault.row, str(fault.column), str(fault.reason)) for fault in report.faults]


@pytest.fixture
def organisation(session):
    return an_organisation(session)


def test_a_plan_counts_and_writes_nothing(session, organisation, plan, lines):
    report = plan("challenges", lines(a_row(1), a_row(2)), organisation=organisation.code)

    assert (report.rows, report.ready, report.known, report.faults) == (2, 2, 0, [])
    assert count(session, Challenge) == 0


def test_an_import_writes_drafts_as_the_organisations_own(session, organisation, run, lines):
    report = run("challenges", lines(a_row(1), a_row(2)), organisation=organisation.code)

    drafts = session.scalars(select(Challenge).order_by(Challenge.id)).all()
    assert report.ready == 2
    assert [(one.title, one.state, one.organisation_id) for one in drafts] == [
        ("需求 1", ChallengeState.DRAFT, organisation.id),
        ("需求 2", ChallengeState.DRAFT, organisation.id),
    ]


def test_every_write_is_in_the_log(session, organisation, run, lines):
    run("challenges", lines(a_row(1)), organisation=organisation.code, publishes=True)
    finish(session)

    entries = session.execute(select(AuditEntry.actor, AuditEntry.action).order_by(AuditEntry.number)).all()
    assert [tuple(entry) for entry in entries] == [("system", "draft"), ("system", "import_publish")]


def test_a_row_may_name_its_organisation(session, organisation, run, lines):
    other = an_organisation(session)

    run("challenges", lines(a_row(1, organisation=other.code), a_row(2)), organisation=organisation.code)

    owners = session.scalars(select(Challenge.organisation_id).order_by(Challenge.title)).all()
    assert owners == [other.id, organisation.id]


def test_without_any_organisation_a_row_is_refused(plan, lines):
    report = plan("challenges", lines(a_row(1)))

    assert faults_of(report) == [(1, "organisation", examination.NO_OWNER)]


def test_an_organisation_that_is_not_registered_is_a_fault_of_the_row(plan, lines):
    code = a_code(900_001)
    report = plan("challenges", lines(a_row(1, organisation=code)))

    assert faults_of(report) == [(1, "organisation", f"没有代码为 {code} 的单位，请先登记它。")]


def test_one_bad_row_of_fifty_and_nothing_is_kept_not_even_of_earlier_batches(engine, catalogue, lines, monkeypatch):
    monkeypatch.setattr(examination, "BATCH", 10)
    rows = [a_row(number) for number in range(1, 51)]
    rows[36]["months"] = "很久"
    with writing(engine) as session:
        code = an_organisation(session).code
    order = Order(kind="challenges", path=lines(*rows), organisation=code)

    with pytest.raises(RefusedError) as refused, writing(engine) as session:
        run_import(session, SYSTEM, order, catalogue=catalogue, now=NOON)

    assert faults_of(refused.value.report) == [(37, "months", "要填整数，这里是“很久”。")]
    with reading(engine) as session:
        assert [count(session, model) for model in (Challenge, BulkRow, AuditEntry)] == [0, 0, 0]


def test_faults_are_told_in_the_order_of_the_file_whatever_they_are(organisation, plan, lines):
    path = lines(a_row(1, title=""), "{", a_row(3, budget_wan=-1, months=0), a_row(4))
    report = plan("challenges", path, organisation=organisation.code)

    assert [(fault.row, fault.column) for fault in report.faults] == [
        (1, "title"),
        (2, ""),
        (3, "budget_wan"),
        (3, "months"),
    ]
    assert (report.rows, report.ready, report.faulty_rows, report.fault_count) == (4, 1, 3, 4)


def test_in_a_sheet_a_fault_is_found_by_row_and_column_letter(organisation, plan, sheet):
    path = sheet(
        ["编号", "类型", "标题", "要解决的问题", "榜额（万元）"],
        ["d-1", "技术攻关", "膜", "难", 280],
        ["d-2", "技术攻关", "堆", "难", "三百"],
        ["d-3", "征集", "", "难", 1],
    )
    report = plan("challenges", path, organisation=organisation.code)

    assert faults_of(report) == [
        (3, "E 列 榜额（万元）", "要填数字，这里是“三百”。"),
        (4, "B 列 类型", "“征集”不在可选范围：技术攻关、场景、成果转化、采购需求。"),
        (4, "C 列 标题", "缺少“标题”。"),
    ]


def test_in_a_foreign_shape_a_fault_is_at_the_column_of_the_file(organisation, plan, lines):
    report = plan("challenges", lines({"id": "x", "title": "膜", "sub_checked": "XYZ"}), organisation=organisation.code)

    assert [(fault.row, fault.column) for fault in report.faults] == [(1, "sub_checked")]


def test_two_hundred_faults_are_kept_and_all_are_counted(organisation, plan, lines):
    report = plan("challenges", lines(*[a_row(n, months=0) for n in range(250)]), organisation=organisation.code)

    assert (len(report.faults), report.fault_count) == (SHOWN_FAULTS, 250)


def test_columns_that_nobody_reads_are_told(organisation, plan, lines):
    report = plan("challenges", lines(a_row(1, budget=3), a_row(2, state="open")), organisation=organisation.code)

    assert list(report.ignored) == ["budget", "state"]


def test_a_second_import_of_the_same_file_changes_nothing(session, organisation, plan, run, lines):
    path = lines(a_row(1), a_row(2))
    run("challenges", path, organisation=organisation.code)

    assert plan("challenges", path, organisation=organisation.code).known == 2
    again = run("challenges", path, organisation=organisation.code)

    assert (again.ready, again.known) == (0, 2)
    assert count(session, Challenge) == 2


def test_a_longer_file_brings_only_its_new_rows(session, organisation, run, lines):
    run("challenges", lines(a_row(1)), organisation=organisation.code)
    report = run("challenges", lines(a_row(1), a_row(2)), organisation=organisation.code)

    assert (report.ready, report.known, count(session, Challenge)) == (1, 1, 2)


def test_rows_without_an_id_are_known_by_what_they_say(session, organisation, run, lines):
    nameless = {name: cell for name, cell in a_row(1).items() if name != "id"}
    run("challenges", lines(nameless), organisation=organisation.code)
    report = run("challenges", lines(nameless, nameless | {"title": "另一条"}), organisation=organisation.code)

    assert (report.ready, report.known) == (1, 1)


def test_the_same_id_of_another_organisation_is_another_thing(session, organisation, run, lines):
    other = an_organisation(session)
    run("challenges", lines(a_row(1)), organisation=organisation.code)

    assert run("challenges", lines(a_row(1)), organisation=other.code).ready == 1


def test_a_row_that_comes_twice_in_a_file_is_a_fault(organisation, plan, lines):
    nameless = {"kind": "research", "title": "无编号"}
    path = lines(a_row(1), nameless, a_row(1, title="另一条"), nameless)
    report = plan("challenges", path, organisation=organisation.code)

    assert faults_of(report) == [(3, "id", "与第 1 行重复。"), (4, "", "与第 2 行重复。")]


def test_somebody_importing_the_same_rows_at_the_same_moment_is_told(session, organisation, run, lines, monkeypatch):
    run("challenges", lines(a_row(1)), organisation=organisation.code)
    for module in (services, writer):
        monkeypatch.setattr(module, "new_ones", lambda _session, _importer, batch: batch)

    with pytest.raises(Conflict) as refused:
        run("challenges", lines(a_row(1)), organisation=organisation.code)

    assert refused.value.message.id == writer.IMPORTED_MEANWHILE


def test_what_is_imported_with_publish_is_open_as_it_came(session, organisation, run, lines):
    run("challenges", lines(a_row(1), a_row(2, closes_at="2026-08-01")), organisation=organisation.code, publishes=True)

    published = session.scalars(select(Challenge).order_by(Challenge.title)).all()
    assert [(one.state, one.number, one.budget_fen, one.months) for one in published] == [
        (ChallengeState.OPEN, "JB-2026-0001", None, None),
        (ChallengeState.OPEN, "JB-2026-0002", None, None),
    ]
    assert [one.bids_close_at for one in published] == [
        datetime(2026, 7, 31, 9, tzinfo=UTC),
        datetime(2026, 8, 1, 16, tzinfo=UTC),
    ]


def test_achievements_are_listed_as_they_came(session, organisation, run, lines):
    row = {"id": "p-1", "title": "膜", "abstract": "很薄的膜。", "sub_checked": "MEMB"}
    run("achievements", lines(row), organisation=organisation.code, publishes=True)

    listed = session.scalars(select(Achievement)).one()
    assert (listed.state, listed.direction, listed.price_min_fen) == (AchievementState.LISTED, "membranes", None)


def test_only_what_belongs_to_a_verified_organisation_is_published(session, plan, lines):
    waiting = an_organisation(session, state=OrganisationState.SUBMITTED)
    report = plan("challenges", lines(a_row(1)), organisation=waiting.code, publishes=True)

    assert faults_of(report) == [(1, "organisation", f"代码为 {waiting.code} 的单位尚未认证，不能发布。")]


def test_organisations_are_registered_once_and_verified_with_publish(session, run, lines):
    code = a_code(900_002)
    path = lines({"code": code, "name": "某某公司", "kind": "企业", "size": "小型"})

    assert run("organisations", path, publishes=True).ready == 1
    assert run("organisations", path, publishes=True).known == 1
    state = session.scalar(select(Organisation.state).where(Organisation.code == code))
    assert state is OrganisationState.VERIFIED


def test_a_person_who_imports_an_organisation_owns_it(session, run, lines):
    user = a_user(session)
    code = a_code(900_003)

    run("organisations", lines({"code": code, "name": "某某公司", "kind": "企业"}), actor=acting(user))

    organisation = session.scalars(select(Organisation).where(Organisation.code == code)).one()
    assert organisation.state is OrganisationState.UNVERIFIED
    assert session.scalars(select(Membership.user_id).where(Membership.organisation_id == organisation.id)).all() == [
        user.id
    ]


def test_an_editor_imports_for_the_own_organisation_only(session, organisation, plan, run, lines):
    other = an_organisation(session)
    editor = a_member(organisation.id)

    assert run("challenges", lines(a_row(1)), organisation=organisation.code, actor=editor).ready == 1
    report = plan("challenges", lines(a_row(1), a_row(2)), organisation=other.code, actor=editor)

    assert [(fault.row, fault.column) for fault in report.faults] == [(1, "organisation"), (2, "organisation")]
    with pytest.raises(RefusedError):
        run("challenges", lines(a_row(2)), organisation=other.code, actor=editor)
    assert count(session, Challenge) == 1


def test_a_reader_imports_nothing(organisation, plan, lines):
    reader = a_member(organisation.id, Role.READER)

    assert plan("challenges", lines(a_row(1)), organisation=organisation.code, actor=reader).fault_count == 1


def test_a_person_publishes_one_by_one_like_everybody(organisation, plan, lines):
    with pytest.raises(NotAllowed) as refused:
        plan(
            "challenges",
            lines(a_row(1)),
            organisation=organisation.code,
            actor=a_member(organisation.id),
            publishes=True,
        )

    assert refused.value.message.id == services.PUBLISHING_IS_FOR_OPERATORS


def test_an_operator_imports_and_publishes_for_an_organisation(session, organisation, run, lines):
    run("challenges", lines(a_row(1)), organisation=organisation.code, actor=OPERATOR, publishes=True)

    assert session.scalars(select(Challenge.state)).all() == [ChallengeState.OPEN]


def test_what_a_feature_refuses_while_writing_is_a_fault_of_the_row(session, organisation, run, lines, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise Conflict

    monkeypatch.setattr("marketplace.bulk.challenge_rows.draft_challenges", refuse)

    with pytest.raises(RefusedError) as refused:
        run("challenges", lines(a_row(1)), organisation=organisation.code)

    assert faults_of(refused.value.report) == [(1, "", Conflict.default)]


def test_batches_make_no_difference(session, organisation, run, lines, monkeypatch):
    monkeypatch.setattr(examination, "BATCH", 2)
    rows = [a_row(number) for number in range(5)]

    assert run("challenges", lines(*rows), organisation=organisation.code).ready == 5
    assert run("challenges", lines(*rows), organisation=organisation.code).known == 5


def test_a_plan_holds_one_batch_of_drafts_whatever_the_length_of_the_file(
    session, organisation, plan, lines, monkeypatch
):
    alive = []
    original = services.new_ones

    def watch(session, examined, batch):
        alive.append(len(batch))
        return original(session, examined, batch)

    monkeypatch.setattr(services, "new_ones", watch)
    plan("challenges", lines(*[a_row(number) for number in range(1_050)]), organisation=organisation.code)

    assert alive == [200, 200, 200, 200, 200, 50]
