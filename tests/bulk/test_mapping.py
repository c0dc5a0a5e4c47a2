from datetime import date
from decimal import Decimal

import pytest

from marketplace.bulk.mapping import OWN, Known, first_sentences, shape_for
from marketplace.core.errors import Invalid

KNOWN = Known({"ICV": "connected-vehicles", "CHIP": "intelligent-chips"}, date(2026, 6, 1))
DEMAND = {
    "id": "d-1",
    "lang": "zh",
    "kind": "企业技术需求",
    "title": "车道线识别",
    "description": "车道线识别\n雨天识别率低。需要在夜间雨天达到 95%。",
    "sub_checked": "ICV",
    "sub_rule": "CHIP",
    "budget_raw": None,
    "deadline": None,
    "requester": None,
}


def translated(kind, cells, wanted=None):
    return {name: value for name, value in shape_for(kind, cells, wanted).translate(cells, KNOWN).items() if value}


def test_a_shape_is_told_by_its_columns():
    assert shape_for("challenges", DEMAND, None).name == "collected"
    assert shape_for("achievements", {"title": "膜", "abstract": "…"}, None).name == "collected"
    assert shape_for("organisations", {"uscc": "1"}, None).name == "collected"
    assert shape_for("achievements", {"title": "膜", "description": "…"}, None) is OWN


def test_a_shape_that_somebody_names_is_taken():
    assert shape_for("challenges", DEMAND, "own") is OWN


def test_an_unknown_shape_is_refused_with_the_known_ones():
    with pytest.raises(Invalid) as refused:
        shape_for("challenges", DEMAND, "csv")

    assert str(refused.value.fields["mapping"]) == "没有名为“csv”的映射，可用：own、collected。"


def test_our_own_particulars_become_columns():
    cells = {"title": "雨夜", "particulars": {"place": "安亭"}}

    assert translated("challenges", cells) == {"title": "雨夜", "particulars.place": "安亭"}


def test_a_demand_keeps_its_words_and_gets_nothing_that_it_did_not_say():
    assert translated("challenges", DEMAND) == {
        "id": "d-1",
        "kind": "research",
        "title": "车道线识别",
        "summary": "雨天识别率低。需要在夜间雨天达到 95%。",
        "problem": "雨天识别率低。需要在夜间雨天达到 95%。",
        "direction": "connected-vehicles",
    }


def test_a_demand_of_which_only_the_title_is_known_says_so():
    cells = DEMAND | {"description": None, "topic_no": "XH-202615", "requester": "某单位"}

    assert translated("challenges", cells)["background"] == (
        "公开来源只有题名：正文待发榜单位补充；榜题编号：XH-202615；提出单位：某单位。"
    )


@pytest.mark.parametrize(
    ("words", "amount_wan"),
    [
        ("预算：该项目预算投入5000万元", Decimal(5000)),
        ("投入研发经费500万", Decimal(500)),
        ("预算 1.2 亿元", Decimal(12000)),
        ("投资3.2亿元", None),
        ("EUR 3000000-5000000", None),
    ],
)
def test_only_what_is_called_a_budget_becomes_one_and_the_rest_stays_a_sentence(words, amount_wan):
    found = translated("challenges", DEMAND | {"budget_raw": words})

    assert found.get("budget_wan") == amount_wan
    assert found.get("background") == (None if amount_wan else f"原文金额：{words}。")


@pytest.mark.parametrize(
    ("deadline", "closes_at"), [("2027-03-18", "2027-03-18"), ("2026-06-01", None), ("soon", None)]
)
def test_only_a_day_to_come_closes_a_demand(deadline, closes_at):
    assert translated("challenges", DEMAND | {"deadline": deadline}).get("closes_at") == closes_at


def test_what_was_checked_counts_even_where_nothing_fits():
    unchecked = {name: cell for name, cell in DEMAND.items() if name != "sub_checked"}

    assert "direction" not in translated("challenges", DEMAND | {"sub_checked": None})
    assert translated("challenges", unchecked)["direction"] == "intelligent-chips"


def test_a_code_that_the_catalogue_does_not_know_is_passed_on_to_be_refused():
    assert translated("challenges", DEMAND | {"sub_checked": "XYZ"})["direction"] == "XYZ"


@pytest.mark.parametrize(
    ("words", "kind"),
    [("应用场景", "scene"), ("采购需求", "procurement"), ("成果转化", "transfer"), ("prize", "research")],
)
def test_the_kind_of_a_demand_is_told_by_a_word(words, kind):
    assert translated("challenges", DEMAND | {"kind": words})["kind"] == kind


def test_an_english_demand_has_its_words_in_both_places_and_a_long_title_is_cut_visibly():
    title = "T" * 250
    found = translated("challenges", DEMAND | {"lang": "en", "title": title, "description": "One. Two."})

    assert found["title"] == "T" * 199 + "…"
    assert found["title_en"] == title
    assert found["summary"] == found["summary_en"] == "One. Two."


def test_a_patent_keeps_what_is_known_of_it():
    cells = {
        "id": "p-1",
        "kind": "专利",
        "title": "一种监测终端",
        "abstract": None,
        "applicants": ["某大学"],
        "publication_no": "CN204440609U",
        "keywords": ["脑机接口"],
        "sub_checked": None,
    }

    assert translated("achievements", cells) == {
        "id": "p-1",
        "title": "一种监测终端",
        "description": "公开来源只有题名：技术说明待权利人补充；类型：专利；申请人：某大学；公开号：CN204440609U。",
        "topics": ["脑机接口"],
        "patents": ["CN204440609U"],
    }


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("91310112087994932F", "某某科技有限公司", "enterprise"),
        ("12310000425022547M", "上海工程技术大学", "university"),
        ("12310000425022547M", "某市第一人民医院", "hospital"),
        ("12310000425022547M", "某某研究所", "institute"),
        ("12310000425022547M", "某某中心", "other"),
    ],
)
def test_a_register_entry_is_an_organisation_whose_kind_its_code_and_name_tell(code, name, kind):
    assert translated("organisations", {"uscc": code, "name": name}) == {"code": code, "name": name, "kind": kind}


def test_a_summary_is_whole_sentences_where_they_fit():
    assert first_sentences("一二三。四五六。七八九。", 9) == "一二三。四五六。"
    assert first_sentences("一二三四五六", 4) == "一二三…"
    assert first_sentences(" 一 \n 二 ", 9) == "一 二"
