"""When a period ends, from outside."""

import pytest

from marketplace.web.extensions import db
from tests.conftest import make_app


@pytest.mark.parametrize(
    ("words", "last"),
    [
        (("2025-09-26", "5", "--working"), "2025-10-10"),
        (("2025-09-22", "15"), "2025-10-09"),
    ],
)
def test_the_last_day_by_the_rules_of_notices(flask, words, last):
    found = flask("calendar", "add", *words)
    assert (found.exit_code, found.stdout, found.stderr) == (0, f"{last}\n", "")


def test_an_imported_notice_counts(flask, tmp_path):
    path = tmp_path / "notice.txt"
    path.write_text("一、春节：2月5日至11日放假调休，共7天。1月31日（周日）上班。", encoding="utf-8")
    assert "暂定" in flask("calendar", "add", "2027-02-04", "1").stderr

    assert flask("calendar", "import", "2027", str(path)).stdout == (
        "已导入 2027 年的节假日安排：放假 7 天，调休上班 1 天。\n"
    )

    found = flask("calendar", "add", "2027-02-04", "1")
    assert (found.stdout, found.stderr) == ("2027-02-12\n", "")


def test_a_notice_of_another_year_is_refused(flask, tmp_path):
    path = tmp_path / "notice.txt"
    path.write_bytes("一、元旦：1月1日（周五）放假。".encode())
    refused = flask("calendar", "import", "2026", str(path))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "2026-01-01 的星期对不上" in refused.stderr
    path.write_bytes(b"\xff\xfe")
    assert "不是 UTF-8 文本" in flask("calendar", "import", "2026", str(path)).stderr


@pytest.mark.parametrize("words", [("2025-13-01", "5"), ("2025-01-01", "0"), ("2025-01-01", "x"), ("today", "1")])
def test_what_is_no_date_or_number_is_refused(flask, words):
    refused = flask("calendar", "add", *words)
    assert refused.exit_code == 2
    assert "Traceback" not in refused.stderr


def test_the_end_of_time_is_told(flask):
    assert flask("calendar", "add", "9999-12-30", "5").stderr == "这个日期推算不了。\n"


def test_it_reckons_without_a_database(tmp_path):
    app = make_app(f"sqlite:///{tmp_path / 'none.sqlite'}", tmp_path)
    found = app.test_cli_runner().invoke(args=["calendar", "add", "2025-09-22", "15"])
    with app.app_context():
        db.engine.dispose()
    assert found.stdout == "2025-10-09\n"
