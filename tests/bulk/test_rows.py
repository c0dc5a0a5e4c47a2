"""Rows of our own shape as drafts of the features."""

from datetime import UTC, datetime
from typing import Any

import pytest

from marketplace.achievements.services import AchievementDraft, FigureRow
from marketplace.bulk import achievement_rows, challenge_rows, organisation_rows
from marketplace.bulk.fields import read_fields
from marketplace.challenges.indicators import Comparator
from marketplace.challenges.kinds import ChallengeKind
from marketplace.challenges.models import Disclosure, IpTerms
from marketplace.challenges.services import ChallengeDraft, IndicatorRow
from marketplace.core.secrecy import Secrecy
from marketplace.organisations.models import OrganisationKind, SizeClass
from marketplace.organisations.services import OrganisationDraft
from marketplace.taxonomy.cooperation import Cooperation
from tests.conftest import NOON
from tests.factories.organisations import a_code

INDICATOR = IndicatorRow(
    name="电导率", comparator=Comparator.AT_LEAST, target="0.06", unit="S/cm", test_method="GB/T 20042.3"
)


@pytest.fixture
def draft(catalogue):
    def made(rows: Any, **cells: object) -> Any:
        values, faults = read_fields(rows.fields_of(catalogue), cells)
        assert faults == {}
        return rows.to_draft(values, NOON)

    return made


@pytest.fixture
def faults(catalogue):
    """What is wrong with a row, by column, as a person reads it."""

    def found(rows: Any, *, publishes: bool = False, **cells: object) -> dict[str, str]:
        values, wrong = read_fields(rows.fields_of(catalogue), cells)
        wrong = wrong or rows.faults_of(values, NOON, publishes=publishes)
        return {name: str(reason) for name, reason in wrong.items()}

    return found


def test_a_row_with_words_becomes_a_challenge(draft):
    found = draft(
        challenge_rows,
        kind="技术攻关",
        title="低湿质子交换膜",
        problem="难",
        direction="高性能膜材料",
        other_directions="CLEAN；C1",
        topics="质子交换膜；低湿",
        indicators="电导率 | ≥ | 0.06 | S/cm | GB/T 20042.3",
        budget_wan="面议",
        months=18.0,
        readiness="4",
        ip_terms="双方共有",
        secrecy="商业秘密",
        disclosure="summary",
        is_anonymous="是",
        cooperation="合作开发；技术咨询",
        area="安亭镇",
        closes_in_days=30,
    )

    assert found == ChallengeDraft(
        kind=ChallengeKind.RESEARCH,
        title="低湿质子交换膜",
        problem="难",
        direction="membranes",
        other_directions=("clean-energy",),
        topics=("质子交换膜", "低湿"),
        area="anting",
        budget_fen=0,
        months=18,
        readiness_wanted=4,
        cooperation=("joint_development", "consulting"),
        ip_terms=IpTerms.SHARED,
        secrecy=Secrecy.TRADE_SECRET,
        disclosure=Disclosure.SUMMARY,
        is_anonymous=True,
        wanted_close_at=datetime(2026, 7, 1, 9, tzinfo=UTC),
        indicators=(INDICATOR,),
    )


@pytest.mark.parametrize(
    ("cell", "row"),
    [
        (
            [
                {
                    "name": "电导率",
                    "comparator": "at_least",
                    "target": "0.06",
                    "unit": "S/cm",
                    "test_method": "GB/T 20042.3",
                }
            ],
            INDICATOR,
        ),
        ([{"name": "厚度", "target": 12}], IndicatorRow(name="厚度", target="12")),
        ([{"name": "通过认证"}], IndicatorRow(name="通过认证", comparator=Comparator.REACHED)),
        (
            "厚度 | 区间 | 8–12 | μm || 必达",
            IndicatorRow(
                name="厚度", comparator=Comparator.BETWEEN, target="8", target_upper="12", unit="μm", is_mandatory=True
            ),
        ),
        (
            "温度 | 区间 | -40--10 | ℃",
            IndicatorRow(name="温度", comparator=Comparator.BETWEEN, target="-40", target_upper="-10", unit="℃"),
        ),
        (
            "认证 | 达到与否 | | | 查证书",
            IndicatorRow(name="认证", comparator=Comparator.REACHED, test_method="查证书"),
        ),
    ],
)
def test_an_indicator_is_an_object_or_a_line(draft, cell, row):
    assert draft(challenge_rows, kind="research", title="膜", indicators=cell).indicators == (row,)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("电导率 | ≥ | 很高", "第 1 项：目标值要填数字，例如 0.06 或 20000。"),
        ("电导率 | 大约 | 1", "第 1 项的“要求”：“大约”不在可选范围：≥、≤、=、区间、达到与否。"),
        ("a | ≥ | 1\nb | 区间 | 5", "第 2 项：区间要填上限。"),
        ("| ≥ | 1", "第 1 项的“指标”：缺少“指标”。"),
    ],
)
def test_an_indicator_that_cannot_be_checked_is_refused(faults, cell, why):
    assert faults(challenge_rows, kind="research", title="膜", indicators=cell) == {"indicators": why}


def test_what_only_one_kind_asks_is_taken_for_that_kind(draft, faults):
    scene = {"particulars.offered": "场地", "particulars.window_from": "2027/03/01"}

    assert draft(challenge_rows, kind="scene", title="雨夜", **scene).particulars == {
        "offered": "site",
        "window_from": "2027-03-01",
    }
    assert faults(challenge_rows, kind="research", title="雨夜", **scene) == {
        "particulars.offered": "“技术攻关”类榜单没有这一项。",
        "particulars.window_from": "“技术攻关”类榜单没有这一项。",
    }


def test_a_challenge_may_have_gaps_until_it_is_published(faults):
    row = {"kind": "research", "title": "膜"}

    assert faults(challenge_rows, **row) == {}
    assert faults(challenge_rows, publishes=True, **row).keys() == {"problem"}
    assert faults(challenge_rows, publishes=True, summary="薄膜", **row) == {}


@pytest.mark.parametrize(
    ("close", "column"),
    [
        ({"closes_at": "2026-06-01"}, "closes_at"),
        ({"closes_at": "2020-01-01"}, "closes_at"),
        ({"closes_at": "2026-06-02 11:59"}, "closes_at"),
    ],
)
def test_a_published_challenge_closes_a_day_from_now_at_the_earliest(faults, close, column):
    row = {"kind": "research", "title": "膜", "summary": "薄膜"} | close

    assert faults(challenge_rows, **row) == {}
    assert faults(challenge_rows, publishes=True, **row).keys() == {column}


def test_a_closing_date_is_said_once(faults):
    twice = {"closes_at": "2027-01-01", "closes_in_days": 9}

    assert faults(challenge_rows, kind="research", title="膜", **twice).keys() == {"closes_in_days"}


def test_every_fault_of_a_row_is_found_at_once(faults):
    row = {"kind": "征集", "budget_wan": "三百", "months": 500, "direction": "汽车"}

    assert list(faults(challenge_rows, **row)) == ["kind", "title", "direction", "budget_wan", "months"]


def test_a_row_with_words_becomes_an_achievement(draft):
    found = draft(
        achievement_rows,
        title="低湿质子交换膜",
        description="磺化聚芳醚",
        direction="MEMB",
        figures="电导率 | 0.072 | S/cm | T-2026-031",
        readiness=5,
        inventors="林远；周一平",
        cooperation=["许可", "equity"],
        price_min_wan=120,
        price_max_wan="200",
        patents=["ZL202310123456.7"],
    )

    assert found == AchievementDraft(
        title="低湿质子交换膜",
        description="磺化聚芳醚",
        direction="membranes",
        readiness=5,
        inventors=("林远", "周一平"),
        cooperation=(Cooperation.LICENCE, Cooperation.EQUITY),
        price_min_fen=120_000_000,
        price_max_fen=200_000_000,
        patents=("ZL202310123456.7",),
        figures=(FigureRow(name="电导率", value="0.072", unit="S/cm", evidence="T-2026-031"),),
    )


def test_a_price_to_be_discussed_is_no_price(draft):
    assert draft(achievement_rows, title="膜", price_min_wan="面议").price_min_fen is None


@pytest.mark.parametrize(
    ("prices", "column"),
    [({"price_max_wan": 2}, "price_min_wan"), ({"price_min_wan": 3, "price_max_wan": 2}, "price_max_wan")],
)
def test_prices_are_in_order(faults, prices, column):
    assert faults(achievement_rows, title="膜", **prices).keys() == {column}


def test_an_achievement_without_a_text_is_not_listed(faults):
    assert faults(achievement_rows, title="膜") == {}
    assert faults(achievement_rows, publishes=True, title="膜").keys() == {"description"}


def test_a_row_with_words_becomes_an_organisation(draft):
    code = a_code(77)

    assert draft(
        organisation_rows, code=f" {code.lower()} ", name="某公司", kind="企业", size="小型", area="南翔镇"
    ) == (
        OrganisationDraft(
            code=code, name="某公司", kind=OrganisationKind.ENTERPRISE, size=SizeClass.SMALL, area="nanxiang"
        )
    )


def test_an_organisations_code_and_website_are_checked(faults):
    row = {"code": "91310000123456789X", "name": "某公司", "kind": "enterprise", "website": "example.com"}

    assert faults(organisation_rows, **row).keys() == {"code", "website"}


def test_an_enterprise_is_verified_with_its_size_only(faults):
    row = {"code": a_code(78), "name": "某公司", "kind": "enterprise"}

    assert faults(organisation_rows, **row) == {}
    assert faults(organisation_rows, publishes=True, **row).keys() == {"size"}
