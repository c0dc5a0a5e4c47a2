import json

import pytest
import xlsxwriter
from sqlalchemy import func, select

from marketplace.bulk.models import BulkRow
from marketplace.bulk.report import SHOWN_FAULTS
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.core.actor import Role
from tests.factories.accounts import a_user
from tests.factories.organisations import a_membership, an_organisation


def a_row(number: int, **more: object) -> dict[str, object]:
    return {"id": f"d-{number}", "kind": "research", "title": f"需求 {number}", "problem": "难在哪里"} | more


@pytest.fixture
def file(tmp_path):
    def write(*rows: object) -> str:
        path = tmp_path / "demands.jsonl"
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def challenges(database):
    """How many challenges there are now."""

    def count() -> int:
        database.rollback()
        return database.scalar(select(func.count()).select_from(Challenge))

    return count


def test_a_file_is_imported(flask, organisation, file, challenges):
    done = flask("import", "challenges", file(a_row(1), a_row(2)), "--organisation", organisation.code)

    assert (done.exit_code, done.stdout) == (0, "demands.jsonl：共 2 行，导入 2 行，已导入过 0 行。\n")
    assert challenges() == 2


def test_a_second_import_changes_nothing(flask, organisation, file, challenges):
    words = ("import", "challenges", file(a_row(1), a_row(2)), "--organisation", organisation.code)
    flask(*words)

    assert flask(*words).stdout == "demands.jsonl：共 2 行，导入 0 行，已导入过 2 行。\n"
    assert challenges() == 2


def test_a_dry_run_writes_nothing(flask, organisation, file, challenges):
    tried = flask(
        "import", "challenges", file(a_row(1, state="open")), "--organisation", organisation.code, "--dry-run"
    )

    assert (tried.exit_code, tried.stdout.splitlines()) == (
        0,
        [
            "demands.jsonl：共 1 行，可导入 1 行，已导入过 0 行，有错 0 行。",
            "没有用到的列：state。",
            "这是试运行，没有写入任何内容。",
        ],
    )
    assert challenges() == 0


@pytest.mark.parametrize("dry_run", [["--dry-run"], []])
def test_faults_name_row_column_and_reason_and_nothing_is_written(flask, organisation, file, challenges, dry_run):
    path = file(a_row(1), a_row(2, title=" "), a_row(3, budget_wan="三百"))
    refused = flask("import", "challenges", path, "--organisation", organisation.code, *dry_run)

    assert (refused.exit_code, refused.stdout.splitlines()) == (
        1,
        [
            "demands.jsonl：共 3 行，可导入 1 行，已导入过 0 行，有错 2 行。",
            "第 2 行 · title：缺少“标题”。",
            "第 3 行 · budget_wan：要填数字，这里是“三百”。",
        ],
    )
    assert refused.stderr == "文件中有错误，一行也没有导入。\n"
    assert challenges() == 0


def test_a_sheets_faults_name_the_column_as_the_sheet_does(flask, organisation, tmp_path, challenges):
    path = tmp_path / "demands.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    for number, row in enumerate((["类型", "标题", "周期（月）"], ["技术攻关", "膜", "很久"], ["技术攻关", "堆", 12])):
        page.write_row(number, 0, row)
    book.close()

    refused = flask("import", "challenges", str(path), "--organisation", organisation.code, "--dry-run")

    assert (refused.exit_code, refused.stdout.splitlines()[1:]) == (
        1,
        ["第 2 行 · C 列 周期（月）：要填整数，这里是“很久”。"],
    )
    assert challenges() == 0


def test_one_bad_row_of_fifty_and_nothing_is_written(flask, organisation, file, challenges, database):
    rows = [a_row(number) for number in range(50)]
    rows[-1]["readiness"] = 12

    assert flask("import", "challenges", file(*rows), "--organisation", organisation.code).exit_code == 1
    assert challenges() == 0
    assert database.scalar(select(func.count()).select_from(BulkRow)) == 0


def test_only_the_first_faults_are_listed(flask, organisation, file):
    path = file(*[a_row(number, months=0) for number in range(SHOWN_FAULTS + 5)])
    refused = flask("import", "challenges", path, "--organisation", organisation.code)

    lines = refused.stdout.splitlines()
    assert len(lines) == 1 + SHOWN_FAULTS + 1
    assert lines[-1] == "……共 205 处错误，只列出前 200 处。"


def test_what_is_published_is_open(flask, organisation, file, database):
    flask("import", "challenges", file(a_row(1)), "--organisation", organisation.code, "--publish")

    assert database.scalars(select(Challenge.state)).all() == [ChallengeState.OPEN]


def test_a_person_imports_with_the_persons_rights(flask, organisation, file, challenges, database):
    own = an_organisation(database)
    a_membership(database, a_user(database, email="editor@example.com"), own, Role.EDITOR)
    database.commit()

    as_editor = ("--as", "editor@example.com")
    refused = flask("import", "challenges", file(a_row(1)), "--organisation", organisation.code, *as_editor)
    done = flask("import", "challenges", file(a_row(1)), "--organisation", own.code, *as_editor)

    assert (refused.exit_code, refused.stdout.splitlines()[1:]) == (
        1,
        [f"第 1 行 · organisation：你不能替代码为 {organisation.code} 的单位导入。"],
    )
    assert (done.exit_code, challenges()) == (0, 1)


def test_a_person_does_not_publish_in_bulk(flask, organisation, file, database):
    a_membership(database, a_user(database, email="owner@example.com"), organisation)
    database.commit()
    words = ("--organisation", organisation.code, "--as", "owner@example.com", "--publish")

    refused = flask("import", "challenges", file(a_row(1)), *words)

    assert (refused.exit_code, refused.stderr) == (
        1,
        "只有运营专员能批量发布：--publish 与 --as 同用时，要用运营专员的账户。\n",
    )


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--as", "nobody@example.com"], "没有邮箱为 nobody@example.com 的账户。\n"),
        (["--mapping", "csv"], "没有名为“csv”的映射，可用：own、collected。\n"),
    ],
)
def test_what_is_asked_wrongly_is_refused(flask, file, words, reason):
    refused = flask("import", "challenges", file(a_row(1)), *words)

    assert (refused.exit_code, refused.stderr) == (1, reason)


def test_a_file_that_is_not_there_is_refused(flask):
    refused = flask("import", "challenges", "missing.xlsx")

    assert (refused.exit_code, refused.stderr) == (1, "读不到文件“missing.xlsx”：它不存在，或没有读取权限。\n")


def test_an_unknown_kind_is_a_wrong_use(flask):
    assert flask("import", "patents", "file.jsonl").exit_code == 2
