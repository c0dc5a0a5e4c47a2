"""An import in the browser: upload, what is wrong, mended, confirmed, undone; and an export that comes back."""

import io
import json
from datetime import timedelta

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from marketplace.bulk import worker
from marketplace.bulk.english import worded
from marketplace.bulk.models import Import, ImportFile
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.core.actor import Role
from marketplace.organisations.models import Organisation
from tests.accounts.browser import a_browser_of, look_again
from tests.factories.accounts import a_staff_grant, a_user
from tests.factories.challenges import a_challenge, an_indicator
from tests.factories.organisations import a_code, a_membership, an_organisation
from tests.journeys.market import work

OF_OTHER_KINDS = ("提供什么", worded("提供什么", "en"))
HEADS = ["类型", "标题", "要解决的问题", "周期（月）"]


@pytest.fixture
def organisation(database):
    return an_organisation(database)


@pytest.fixture
def person(database, organisation):
    person = a_user(database)
    a_membership(database, person, organisation)
    return person


@pytest.fixture
def browser(app, database, person):
    return a_browser_of(app, database, person)


def a_sheet(*rows) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return file.getvalue()


def upload(browser, data, *, name="榜单.xlsx", kind="challenges", to="/imports", **more):
    return browser.post(to, data={"kind": kind, "file": (io.BytesIO(data), name)} | more)


def a_row(number, **more):
    return {"kind": "research", "title": f"需求 {number}", "problem": "难"} | more


def lines(*rows) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def titles(database):
    look_again(database)
    return database.scalars(select(Challenge.title).order_by(Challenge.id)).all()


def test_faults_are_named_mended_and_then_all_is_written(browser, database):
    bad = a_sheet(HEADS, ["技术攻关", "膜", "难", "很久"], ["征集", "堆", "难", 12])
    there = upload(browser, bad).location
    page = browser.get(there).text

    assert [words in page for words in ("D 列 周期（月）", "要填整数，这里是“很久”。", "A 列 类型")] == [True] * 3
    assert "确认导入" not in page

    upload(browser, a_sheet(HEADS, ["技术攻关", "膜", "难", 9], ["场景", "堆", "难", 12]), to=f"{there}/file")
    assert "检查通过" in browser.get(there).text
    assert titles(database) == []

    browser.post(f"{there}/confirm")
    assert "已全部写入。" in browser.get(there).text
    assert titles(database) == ["膜", "堆"]


def test_the_annotated_sheet_keeps_rows_and_says_what_is_wrong(browser):
    there = upload(browser, a_sheet(HEADS, ["技术攻关", "膜", "难", 9], ["技术攻关", "", "难", 500])).location

    with browser.get(f"{there}/annotated.xlsx") as answer:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()

    assert rows[0] == [*HEADS, "检查结果"]
    assert rows[1] == ["技术攻关", "膜", "难", 9.0, ""]
    assert rows[2][:4] == ["技术攻关", "", "难", 500.0]
    assert rows[2][4].splitlines() == ["B 列 标题：缺少“标题”。", "D 列 周期（月）：要在 1 到 120 之间，这里是 500。"]


def test_the_annotated_sheet_itself_is_mended_and_imported(browser, database):
    there = upload(browser, a_sheet(HEADS, ["技术攻关", "膜", "难", 500])).location
    with browser.get(f"{there}/annotated.xlsx") as answer:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    rows[1][3] = 50

    upload(browser, a_sheet(*rows), to=f"{there}/file")
    browser.post(f"{there}/confirm")

    assert titles(database) == ["膜"]


def test_faults_of_lines_are_annotated_in_a_sheet(browser):
    there = upload(browser, lines(a_row(1, months=0), a_row(2)), name="a.jsonl").location

    with browser.get(f"{there}/annotated.xlsx") as answer:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()

    assert rows[0][-1] == "检查结果"
    assert rows[1][-1].startswith("months：")
    assert rows[2][-1] == ""


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("", b"x", "请选择要导入的文件。"),
        ("a.csv", b"x", "不认识“a.csv”的格式"),
        ("a.xlsm", b"PK", "不认识“a.xlsm”的格式"),
        ("a.xlsx", b"", "是空文件"),
    ],
)
def test_a_file_that_is_none_is_refused_at_its_place(browser, name, data, why):
    answer = upload(browser, data, name=name)

    assert (answer.status_code, why in answer.text) == (422, True)


def test_a_file_that_cannot_be_read_is_told_as_a_fault(browser):
    there = upload(browser, b"no workbook", name="a.xlsx").location

    assert "“a.xlsx”不是能读的 .xlsx 文件" in browser.get(there).text


def test_a_file_beyond_the_limit_is_too_much(browser):
    body = b"x" * (10 * 1024 * 1024 + 100_000)
    answer = browser.post("/imports", data=body, content_type="multipart/form-data; boundary=x")

    assert (answer.status_code, "文件最大 10 MB" in answer.text) == (413, True)


def test_nobody_else_sees_an_import_or_does_anything_to_it(app, database, browser):
    there = upload(browser, lines(a_row(1)), name="a.jsonl").location
    stranger = a_browser_of(app, database, a_user(database))

    for path in (there, f"{there}/annotated.xlsx"):
        assert stranger.get(path).status_code == 404
    for step in ("confirm", "undo", "discard"):
        assert stranger.post(f"{there}/{step}").status_code == 404
    assert upload(stranger, b"{}", to=f"{there}/file").status_code == 404


def test_without_an_organisation_nothing_is_imported(app, database):
    stranger = a_browser_of(app, database, a_user(database))

    assert "先要有单位" in stranger.get("/imports").text
    assert upload(stranger, lines(a_row(1)), name="a.jsonl").status_code == 422


def test_only_operators_import_organisations_and_own_none_of_them(app, database, browser):
    row = {"code": a_code(910_001), "name": "某公司", "kind": "enterprise"}
    assert upload(browser, lines(row), name="a.jsonl", kind="organisations").status_code == 422
    operator = a_user(database)
    a_staff_grant(database, operator, Role.OPERATOR)
    office = a_browser_of(app, database, operator)

    there = upload(office, lines(row), name="a.jsonl", kind="organisations").location
    office.post(f"{there}/confirm")

    look_again(database)
    found = database.scalars(select(Organisation).where(Organisation.name == "某公司")).one()
    assert office.get(f"/organisations/{found.public_id}").status_code == 200
    assert "某公司" not in office.get("/account").text


def test_a_discarded_file_is_gone(browser, database):
    there = upload(browser, lines(a_row(1)), name="a.jsonl").location

    assert browser.post(f"{there}/discard").location == "/imports"
    look_again(database)
    assert [database.scalar(select(func.count()).select_from(table)) for table in (Import, ImportFile)] == [0, 0]


def test_a_second_press_of_confirm_writes_nothing_more(browser, database):
    there = upload(browser, lines(a_row(1)), name="a.jsonl").location
    browser.post(f"{there}/confirm")

    assert browser.post(f"{there}/confirm").status_code == 409
    assert titles(database) == ["需求 1"]


def test_an_undo_withdraws_untouched_drafts_and_names_the_others(browser, database):
    there = upload(browser, lines(*[a_row(number) for number in range(3)]), name="a.jsonl").location
    browser.post(f"{there}/confirm")
    look_again(database)
    touched = database.scalars(select(Challenge).where(Challenge.title == "需求 1")).one()
    touched.title = "需求 1 改"
    database.commit()

    browser.post(f"{there}/undo")

    page = browser.get(there).text
    assert "已撤回 2 条，保留 1 条。" in page
    assert "需求 1 改" in page
    look_again(database)
    states = database.execute(select(Challenge.title, Challenge.state).order_by(Challenge.title)).all()
    assert [tuple(one) for one in states] == [
        ("需求 0", ChallengeState.WITHDRAWN),
        ("需求 1 改", ChallengeState.DRAFT),
        ("需求 2", ChallengeState.WITHDRAWN),
    ]


def test_what_was_undone_may_be_imported_again(browser, database):
    for _time in range(2):
        there = upload(browser, lines(a_row(1)), name="a.jsonl").location
        browser.post(f"{there}/confirm")
        browser.post(f"{there}/undo")

    assert titles(database) == ["需求 1", "需求 1"]


def test_after_a_day_nothing_is_undone(browser, database):
    there = upload(browser, lines(a_row(1)), name="a.jsonl").location
    browser.post(f"{there}/confirm")
    look_again(database)
    brought = database.scalars(select(Import)).one()
    brought.finished_at -= timedelta(days=1, minutes=1)
    database.commit()

    assert "撤销这次导入" not in browser.get(there).text
    answer = browser.post(f"{there}/undo")
    assert (answer.status_code, "导入超过一天" in answer.text) == (409, True)


def test_a_long_file_waits_for_the_worker_and_says_so(app, browser, database, monkeypatch):
    monkeypatch.setattr(worker, "AT_ONCE_ROWS", 2)
    there = upload(browser, lines(*[a_row(number) for number in range(3)]), name="a.jsonl").location

    waiting = browser.get(there)
    assert (waiting.headers["Refresh"], "正在处理" in waiting.text) == ("3", True)
    assert "Refresh" not in browser.get(f"{there}?refresh=off").headers
    work(app)
    assert "检查通过" in browser.get(there).text
    browser.post(f"{there}/confirm")
    assert titles(database) == []
    work(app)
    assert len(titles(database)) == 3


@pytest.mark.parametrize("kind", ["challenges", "achievements"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_template_comes_back_clean_and_its_choices_are_understood(browser, kind, language):
    browser.set_cookie("lang", language)
    with browser.get(f"/imports/templates/{kind}.xlsx") as answer:
        data = answer.data
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    heads = book.get_sheet_by_index(0).to_python()[0]
    sheet = book.get_sheet_by_name("choices")
    choices = [""] * sheet.start[1] + sheet.to_python()[0]

    there = upload(browser, data, kind=kind).location
    assert "文件里没有新内容。" in browser.get(f"{there}?lang=zh").text
    firsts = dict(zip(heads, choices + [""] * len(heads), strict=False))
    typed = {"标题": "膜", "Title": "膜", "成果名称": "膜", "指标1": "厚度", "Indicator 1": "厚度"}
    typed |= {head: 5 for head in heads if head in ("指标1 目标值", "Indicator 1 target")}
    others = ("指标2", "指标3", "Indicator 2", "Indicator 3", *OF_OTHER_KINDS)
    filled = {head: typed.get(head, "" if head.startswith(others) else firsts[head]) for head in heads}
    filled |= {head: "膜" for head in heads if head == worded("成果名称", language)}

    there = upload(browser, a_sheet(list(filled), list(filled.values())), kind=kind).location
    browser.set_cookie("lang", "zh")
    page = browser.get(there).text
    assert ("检查通过" in page, "没有用到的列" in page) == (True, False), page[page.index("<h1") :]


def test_an_export_is_edited_mended_and_imported(browser, database, organisation):
    """Thirty cells are edited; five planted faults are named exactly; mended, all thirty are there."""
    for number in range(15):
        a_challenge(
            database, organisation_id=organisation.id, title=f"原题 {number}", months=6, problem="一行\n两行；= 1",
            indicators=[an_indicator(name="厚 | 度", target="12")], topics=["a", "b"],
        )  # fmt: skip
    a_challenge(database, organisation_id=organisation.id, state=ChallengeState.OPEN, title="已发布")
    database.commit()
    with browser.get("/exports/own-challenges.xlsx") as answer:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    at = {head: place for place, head in enumerate(rows[0])}
    for number in range(15):
        rows[number + 1][at["标题"]] = f"新题 {number}"
        rows[number + 1][at["周期（月）"]] = 12
    planted = [list(row) for row in rows]
    planted[1][at["周期（月）"]] = "很久"
    planted[2][at["标题"]] = ""
    planted[3][at["方向"]] = "没有的方向"
    planted[4][at["版本"]] = 99
    planted[5][at["平台编号"]] = "nosuchthing2"

    there = upload(browser, a_sheet(*planted), name="我的榜单.xlsx").location
    page = browser.get(there).text

    assert page.count('role="row"') == 6
    for words in (
        "要填整数，这里是“很久”。",
        "缺少“标题”。",
        "“没有的方向”不在可选范围",
        "文件里是第 99 版，现在是第 1 版",
        "没有平台编号为“nosuchthing2”的内容",
    ):
        assert words in page

    upload(browser, a_sheet(*rows), to=f"{there}/file")
    assert "检查通过" in browser.get(there).text
    browser.post(f"{there}/confirm")
    look_again(database)
    found = database.scalars(select(Challenge).order_by(Challenge.id)).all()
    assert [(one.title, one.months, one.version) for one in found[:15]] == [
        (f"新题 {number}", 12, 2) for number in range(15)
    ]
    assert {one.problem for one in found[:15]} == {"一行\n两行；= 1"}
    assert [one.title for one in found[15:]] == ["已发布"]


def test_an_untouched_export_changes_nothing(browser, database, organisation):
    for state in (ChallengeState.DRAFT, ChallengeState.OPEN, ChallengeState.SUBMITTED):
        a_challenge(database, organisation_id=organisation.id, state=state)
    database.commit()
    for suffix in ("xlsx", "jsonl"):
        with browser.get(f"/exports/own-challenges.{suffix}") as answer:
            there = upload(browser, answer.data, name=f"a.{suffix}").location
        page = browser.get(there).text
        assert "文件里没有新内容。" in page, page[page.index("<h1") :]


def test_what_is_published_is_not_changed_by_a_sheet(browser, database, organisation):
    a_challenge(database, organisation_id=organisation.id, state=ChallengeState.OPEN, title="已发布")
    database.commit()
    with browser.get("/exports/own-challenges.jsonl") as answer:
        row = json.loads(answer.text)

    there = upload(browser, lines(row | {"title": "偷改"}), name="a.jsonl").location

    assert "“已发布”现在的状态不能修改" in browser.get(there).text
