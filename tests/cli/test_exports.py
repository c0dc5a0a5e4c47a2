"""``flask export``: what it writes comes back by ``flask import``."""

import json

import pytest

from tests.factories.accounts import a_user
from tests.factories.challenges import a_challenge
from tests.factories.organisations import a_membership, an_organisation


@pytest.fixture
def drafts(database, organisation):
    for title in ("膜", "堆"):
        a_challenge(database, organisation_id=organisation.id, title=title)
    a_challenge(database, title="别人的")
    database.commit()


def titles(path):
    return [json.loads(line)["title"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_everything_of_a_kind_is_written(flask, drafts, tmp_path):
    path = tmp_path / "all.jsonl"
    done = flask("export", "challenges", str(path))

    assert (done.exit_code, done.stdout) == (0, "all.jsonl：共 3 行。\n")
    assert titles(path) == ["膜", "堆", "别人的"]


def test_what_belongs_to_one_organisation(flask, drafts, organisation, tmp_path):
    path = tmp_path / "own.jsonl"
    flask("export", "challenges", str(path), "--organisation", organisation.code)

    assert titles(path) == ["膜", "堆"]


def test_a_person_exports_what_the_person_may_see(flask, drafts, database, tmp_path):
    a_membership(database, a_user(database, email="outsider@example.com"), an_organisation(database))
    database.commit()
    path = tmp_path / "seen.jsonl"

    flask("export", "challenges", str(path), "--as", "outsider@example.com")

    assert titles(path) == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["out.csv"], "不认识“out.csv”的格式：可以导出 .xlsx 和 .jsonl。\n"),
        (["out.xlsx", "--organisation", "91310000123456789X"], "没有代码为 91310000123456789X 的单位。\n"),
        (["no/such/folder/out.xlsx"], "写不了文件“out.xlsx”：No such file or directory\n"),
    ],
)
def test_what_cannot_be_done_is_refused(flask, tmp_path, monkeypatch, words, reason):
    monkeypatch.chdir(tmp_path)
    refused = flask("export", "challenges", *words)

    assert (refused.exit_code, refused.stderr) == (1, reason)
