"""``flask match``: two files in, ranked pairs with reasons out; no database, no keys."""

import json

import pytest

DEMANDS = [
    {
        "id": "d1",
        "title": "质子交换膜低湿电导率提升",
        "text": "80 ℃、30% 相对湿度下质子电导率不足，需要自增湿复合膜及卷对卷工艺。",
        "direction": "membranes",
        "readiness": 5,
        "budget": 4800000,
        "area": "anting",
        "indicators": ["质子电导率 ≥ 0.06 S/cm", "干湿循环寿命 ≥ 20000 次"],
    },
    {"id": "d2", "title": "水声定位精度提升", "text": "六千米级超短基线水声定位。"},
]
OFFERS = [
    {
        "id": "o1",
        "title": "自增湿复合质子交换膜",
        "text": "磺化聚芳醚与氧化石墨烯复合，低湿工况质子电导率 0.072 S/cm，已做卷对卷中试，膜厚 12 μm，幅宽 300 mm。",
        "direction": "membranes",
        "readiness": 6,
        "budget": 1200000,
        "area": "anting",
    },
    {"id": "o2", "title": "超短基线水声定位阵", "text": "面向 AUV 的宽带水声定位，声速剖面在线反演。"},
    {"id": "o3", "title": "智能传感器封装", "text": "MEMS 麦克风封装工艺。"},
]


@pytest.fixture
def files(tmp_path):
    for name, rows in (("demands", DEMANDS), ("offers", OFFERS)):
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text + "\n", encoding="utf8")
    return [str(tmp_path / "demands.jsonl"), "--against", str(tmp_path / "offers.jsonl")]


def pairs(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_the_right_offer_comes_first_with_reasons_a_person_reads(app, files):
    rows = pairs(app.test_cli_runner().invoke(args=["match", *files, "--top", "1", "--json"]))

    assert [(row["demand"], row["offer"], row["rank"]) for row in rows] == [("d1", "o1", 1), ("d2", "o2", 1)]
    reasons = rows[0]["reasons"]
    assert any(text.startswith("共同术语：") and "质子" in text for text in reasons)
    assert "方向：未来材料 / 高性能膜材料" in reasons
    assert "成熟度：6 级，达到要求的 5 级" in reasons
    assert "预算：要价 120 万元起，在榜额 480 万元之内" in reasons
    assert "同一区域：安亭镇" in reasons
    assert any(text.startswith("还缺：没有提到") and "干湿循环寿命" in text for text in reasons)


def test_nought_ranks_every_offer_for_every_demand(app, files):
    rows = pairs(app.test_cli_runner().invoke(args=["match", *files, "--top", "0", "--json"]))
    assert [(row["demand"], row["rank"]) for row in rows] == [(d, r) for d in ("d1", "d2") for r in (1, 2, 3)]
    assert all(0 <= row["score"] <= 1 for row in rows)


def test_a_line_that_is_no_demand_is_named(app, files, tmp_path):
    (tmp_path / "demands.jsonl").write_text('{"id": "d1", "title": "x"}\n{"id": "d2"}\n', encoding="utf8")
    result = app.test_cli_runner().invoke(args=["match", *files, "--json"])
    assert result.exit_code == 1
    assert "demands.jsonl:2" in result.output
