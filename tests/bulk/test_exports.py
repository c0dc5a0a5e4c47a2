"""Lists as files: what is in them, for whom, and that nothing in them is a formula."""

import io
import json
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Figure
from marketplace.bulk import sheets
from marketplace.bulk.cells import folded
from marketplace.bulk.columns import own_columns
from marketplace.bulk.exports import each_own, of_lists
from marketplace.bulk.fields import heads_of
from marketplace.bulk.importers import IMPORTERS, INFORMATIVE
from marketplace.bulk.sheets import TooManyRowsError, write_file
from marketplace.challenges import queries as challenges
from marketplace.challenges.indicators import Comparator
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Disclosure
from marketplace.core import paging
from marketplace.core.actor import ANONYMOUS, SYSTEM, Role
from marketplace.organisations import queries as organisations
from marketplace.organisations.lifecycle import OrganisationState
from tests.actors import OPERATOR, a_member
from tests.conftest import NOON
from tests.factories.achievements import an_achievement
from tests.factories.challenges import a_challenge, an_indicator
from tests.factories.organisations import an_organisation

OPEN = (challenges.Filters(), challenges.Sort.NEWEST)
LISTED = (organisations.Filters(), organisations.Sort.NEWEST)


@pytest.fixture
def lists(catalogue):
    asks = dict.fromkeys(("challenges", "achievements", "organisations"), lambda: None)
    return {one.name: one for one in of_lists(catalogue, "https://jiebang.example", asks)}


@pytest.fixture
def exported(session, lists):
    """The rows of a list as a program reads them."""

    def read(name, actor, asked=None):
        session.flush()
        file, export = io.BytesIO(), lists[name]
        write_file("jsonl", file, export.columns, export.each(session, actor, asked, NOON), title="t", tongue="zh")
        return [json.loads(line) for line in file.getvalue().splitlines()]

    return read


@pytest.fixture
def sheet_of(session, lists):
    """The cells of a list as a person reads them."""

    def read(name, actor, asked=None, tongue="zh"):
        session.flush()
        file, export = io.BytesIO(), lists[name]
        write_file("xlsx", file, export.columns, export.each(session, actor, asked, NOON), title="表", tongue=tongue)
        return CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue())).get_sheet_by_index(0).to_python()

    return read


def column(rows, head):
    return [row[rows[0].index(head)] for row in rows[1:]]


def test_a_public_list_tells_what_its_pages_tell(session, exported):
    poster = an_organisation(session, name="某公司")
    a_challenge(
        session, organisation_id=poster.id, state=ChallengeState.OPEN, title="膜", budget_fen=120_500_000,
        problem="难", direction="membranes", indicators=[an_indicator(name="厚度", target="12")],
    )  # fmt: skip
    a_challenge(session, organisation_id=poster.id, state=ChallengeState.DRAFT)

    (row,) = exported("challenges", ANONYMOUS, OPEN)

    assert (row["title"], row["organisation"], row["problem"], row["budget_wan"]) == ("膜", "某公司", "难", 120.5)
    assert row["indicators"][0]["name"] == "厚度"
    assert row["direction"] == "membranes"


def test_of_a_challenge_told_as_a_summary_only_its_own_people_export_more(session, exported):
    poster = an_organisation(session)
    a_challenge(
        session, organisation_id=poster.id, state=ChallengeState.OPEN, disclosure=Disclosure.SUMMARY, problem="内情",
        background="背景", scope="范围", indicators=[an_indicator(name="厚度", target="12")],
    )  # fmt: skip

    (told,) = exported("challenges", ANONYMOUS, OPEN)
    (whole,) = exported("challenges", a_member(poster.id, Role.READER), OPEN)

    assert told["indicators"] == ["厚度"]
    assert told.keys() & {"problem", "background", "scope"} == set()
    assert (whole["problem"], whole["indicators"][0]["target"]) == ("内情", "12")


def test_an_anonymous_poster_is_not_named_to_others(session, exported, sheet_of):
    poster = an_organisation(session, name="不愿具名的公司", name_en="Shy Ltd")
    a_challenge(session, organisation_id=poster.id, state=ChallengeState.OPEN, is_anonymous=True)

    (row,) = exported("challenges", ANONYMOUS, OPEN)

    assert "organisation" not in row
    assert "不愿具名" not in json.dumps(row, ensure_ascii=False)
    assert column(sheet_of("challenges", ANONYMOUS, OPEN), "发榜单位") == ["匿名发榜单位"]
    assert column(sheet_of("challenges", OPERATOR, OPEN), "发榜单位") == ["不愿具名的公司"]


def test_an_export_is_narrowed_and_ordered_like_its_list(session, exported):
    for title, direction in (("甲", "membranes"), ("乙", "clean-energy"), ("丙", "membranes")):
        a_challenge(session, state=ChallengeState.OPEN, title=title, direction=direction)

    asked = (challenges.Filters(direction=("membranes",)), challenges.Sort.NEWEST)

    assert [row["title"] for row in exported("challenges", ANONYMOUS, asked)] == ["丙", "甲"]


def test_organisations_that_are_not_verified_are_exported_to_those_who_see_them(session, exported):
    an_organisation(session, name="等待认证", state=OrganisationState.SUBMITTED)
    asked = (organisations.Filters(state=OrganisationState.SUBMITTED), organisations.Sort.NEWEST)

    assert exported("organisations", ANONYMOUS, asked) == []
    assert [row["name"] for row in exported("organisations", OPERATOR, asked)] == ["等待认证"]


def test_own_things_are_exported_in_every_state_and_nobody_elses(session, exported):
    own, other = an_organisation(session), an_organisation(session)
    for state in (AchievementState.DRAFT, AchievementState.LISTED):
        an_achievement(session, organisation_id=own.id, state=state)
    an_achievement(session, organisation_id=other.id, state=AchievementState.LISTED)

    rows = exported("own-achievements", a_member(own.id))

    assert [(row["state"], row["organisation"]) for row in rows] == [("draft", own.code), ("listed", own.code)]
    assert exported("own-achievements", OPERATOR) == []


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0", "http://x.example"]
)
def test_nothing_in_a_sheet_is_a_formula_or_a_link(session, lists, text):
    an_organisation(session, name="某公司", introduction=text)
    file, export = io.BytesIO(), lists["organisations"]
    rows = export.each(session, SYSTEM, LISTED, NOON)

    write_file("xlsx", file, export.columns, rows, title="单位", tongue="zh")

    with zipfile.ZipFile(file) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "hyperlink" not in page
    cells = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue())).get_sheet_by_index(0).to_python()
    assert column(cells, "简介")[0].strip() == text.strip()


def test_heads_and_choices_speak_the_pages_language(session, sheet_of):
    a_challenge(session, state=ChallengeState.OPEN, direction="membranes")

    heads = sheet_of("challenges", ANONYMOUS, OPEN, tongue="en")

    assert column(heads, "Type") == ["Research"]
    assert column(heads, "State") == ["Open for bids"]


def test_a_list_longer_than_a_chunk_is_whole(session, exported, monkeypatch):
    monkeypatch.setattr(paging, "CHUNK", 2)
    for number in range(5):
        a_challenge(session, state=ChallengeState.OPEN, title=f"第 {number} 条")
    asked = (challenges.Filters(), challenges.Sort.NEWEST)

    assert len({row["title"] for row in exported("challenges", ANONYMOUS, asked)}) == 5


def test_an_export_stops_where_a_file_would_be_too_long(session, exported, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    for _number in range(3):
        an_organisation(session)

    with pytest.raises(TooManyRowsError):
        exported("organisations", ANONYMOUS, LISTED)


@pytest.mark.parametrize("kind", IMPORTERS)
@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_no_two_columns_of_a_kind_are_called_the_same(catalogue, kind, tongue):
    from marketplace.bulk.english import worded

    heads = [worded(one.label, tongue) for one in own_columns(kind, catalogue)]

    assert sorted(heads) == sorted(set(heads))
    fields = IMPORTERS[kind].fields_of(catalogue)
    assert len({worded(field.label, tongue) for field in fields}) == len(fields)
    assert set(heads_of(fields).values()) == {field.name for field in fields}
    every = (*fields, *IMPORTERS[kind].parts, *INFORMATIVE)
    said = {(folded(head), name) for one in every for head, name in heads_of((one,)).items()}
    assert len({head for head, _name in said}) == len(said)


def test_indicators_and_figures_are_lines_in_a_sheet(session, catalogue):
    challenge = a_challenge(
        session,
        indicators=[
            an_indicator(
                name="温度", comparator=Comparator.BETWEEN, target="-40", target_upper="-10", unit="℃",
                test_method=None, is_mandatory=True, present="-20",
            ),
            an_indicator(
                position=1, name="认证", comparator=Comparator.REACHED, target=None, unit=None, test_method=None,
                is_mandatory=False, present=None,
            ),
        ],
    )  # fmt: skip
    achievement = an_achievement(session, figures=[Figure(position=0, name="电导率", value="0.07", unit="S/cm")])

    def cell(kind, name, organisation_id):
        column = next(one for one in own_columns(kind, catalogue) if one.name == name)
        session.flush()
        (row,) = each_own(kind, session, SYSTEM, frozenset({organisation_id}), NOON)
        return column.cell(row, "zh")

    assert cell("challenges", "indicators", challenge.organisation_id) == (
        "温度 | 区间 | -40–-10 | ℃ |  | 必达 | -20\n认证 | 达到与否"
    )
    assert cell("achievements", "figures", achievement.organisation_id) == "电导率 | 0.07 | S/cm"
