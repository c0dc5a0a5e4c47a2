"""Catalogue files: another district's loads, and whatever is wrong in one is found with its line and field."""

from pathlib import Path

import pytest

from marketplace.taxonomy.catalogue import LocalName
from marketplace.taxonomy.catalogue_file import IPC, CatalogueError, load_catalogue
from marketplace.taxonomy.json_lines import read_json

SMALL = """\
{
  "id": "harbour-2026",
  "title": {"zh": "港湾区未来产业", "en": "Harbour Future Industries"},
  "source": "港府发〔2026〕1号",
  "version": "1.0",
  "district": {"zh": "港湾区", "en": "Harbour District"},
  "areas": [
    {"code": "old-port", "name": {"zh": "老港街道", "en": "Old Port"}, "kind": "subdistrict"},
    {"code": "new-port", "name": {"zh": "新港园区", "en": "New Port"}, "kind": "zone"}
  ],
  "industries": [
    {"code": "sea", "kind": "cluster", "name": {"zh": "海洋", "en": "Sea"},
      "summary": {"zh": "向海而生。", "en": "Living from the sea."},
      "areas": ["old-port", "new-port"]}
  ],
  "directions": [
    {"code": "ships", "short": "SHIP", "label": "A1", "industry": "sea",
      "name": {"zh": "船舶", "en": "Ships"},
      "summary": {"zh": "造船。", "en": "Building ships."},
      "topics": [
        {"code": "hulls", "name": {"zh": "船体", "en": "Hulls"}},
        {"code": "engines", "name": {"zh": "发动机", "en": "Engines"}}
      ],
      "phrases": [
        {"t": "船体", "w": 5},
        {"t": "Hull", "w": 3}
      ],
      "ipc": ["B63B", "B63H21", "B63H21/02"]},
    {"code": "fish", "short": "FISH", "label": "A2", "industry": "sea",
      "name": {"zh": "渔业", "en": "Fishing"},
      "summary": {"zh": "捕鱼。", "en": "Catching fish."},
      "topics": [
        {"code": "engines", "name": {"zh": "发动机", "en": "Engines"}}
      ],
      "phrases": [],
      "ipc": []}
  ],
  "concepts": [
    {"id": "vessel", "canonical": "船舶", "broader": [], "mode": "equiv", "direction": "ships",
      "aliases": [{"t": "vessel", "lang": "en"}]},
    {"id": "ferry", "canonical": "渡轮", "broader": ["vessel"], "mode": "equiv", "direction": "ships",
      "aliases": [{"t": "ferry", "lang": "en"}]},
    {"id": "catch", "canonical": "渔获", "broader": [], "mode": "oneway", "direction": "fish",
      "aliases": [{"t": "C", "lang": "abbr"}]}
  ],
  "targets": [
    {"code": "output", "year": 2030, "name": {"zh": "产值", "en": "Output"}, "value": 10,
      "unit": {"zh": "亿元", "en": "hundred million yuan"}, "comparator": "over",
      "text": {"zh": "超过 10 亿元", "en": "More than 1 billion yuan"}}
  ],
  "visions": [
    {"year": 2035, "text": {"zh": "海上强区。", "en": "Strong at sea."}}
  ],
  "searches": [
    {"zh": "渡轮", "en": "Ferry"}
  ]
}
"""


def a_file(folder: Path, text: str = SMALL) -> Path:
    path = folder / "district.json"
    path.write_text(text, encoding="utf-8")
    return path


def changed(old: str, new: str) -> str:
    """The small file with the one place where ``old`` stands changed."""
    assert SMALL.count(old) == 1
    return SMALL.replace(old, new)


def faults_of(path: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(CatalogueError) as raised:
        load_catalogue(path)
    assert {fault.file for fault in raised.value.faults} == {str(path)}
    return [(fault.line, fault.field, fault.message) for fault in raised.value.faults]


# Another district's file


def test_another_districts_file_loads_with_its_own_number_of_things(tmp_path: Path) -> None:
    catalogue = load_catalogue(a_file(tmp_path))
    assert catalogue.district == LocalName("港湾区", "Harbour District")
    assert [direction.code for direction in catalogue.directions_of("sea")] == ["ships", "fish"]
    assert catalogue.directions[0].ipc == ("B63B", "B63H21", "B63H21/02")
    assert catalogue.concepts[1].broader == ("vessel",)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "district.json"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load_catalogue(path).id == "harbour-2026"


# Faults, each with its line and field

FAULTS = [
    # fields
    ('"source": "港府发〔2026〕1号",\n', "\n", 1, "source", "缺少这个字段"),
    ('  "district": {"zh": "港湾区", "en": "Harbour District"},\n', "\n", 1, "district", "缺少这个字段"),
    ('"t": "Hull", "w": 3', '"t": "Hull"', 26, "directions[0].phrases[1].w", "缺少这个字段"),
    ('"phrases": [],', "", 29, "directions[1].phrases", "缺少这个字段"),
    ('"comparator": "over",', "", 47, "targets[0].comparator", "缺少这个字段"),
    (' "kind": "zone"', ' "kind": "zone", "size": 3', 9, "areas[1].size", "不认识的字段"),
    ('"version": "1.0",', '"version": "1.0", "version": "2.0",', 5, "version", "字段重复"),
    ('"id": "harbour-2026"', '"id": 7', 2, "id", "应为文字，实为整数"),
    ('"version": "1.0"', '"version": null', 5, "version", "应为文字，实为空值"),
    ('{"zh": "港湾区", "en": "Harbour District"}', '"港湾区"', 6, "district", "应为对象，实为文字"),
    ('"areas": ["old-port", "new-port"]', '"areas": "old-port"', 14, "industries[0].areas", "应为列表，实为文字"),
    ('["old-port", "new-port"]', '["old-port", 5]', 14, "industries[0].areas[1]", "应为文字，实为整数"),
    ('{"zh": "渡轮", "en": "Ferry"}', '["渡轮"]', 55, "searches[0]", "应为对象，实为列表"),
    # names
    ('"en": "New Port"', '"en": ""', 9, "areas[1].name.en", "不能为空"),
    ('"zh": "造船。"', '"zh": "  "', 19, "directions[0].summary.zh", "不能为空"),
    ('"en": "Hulls"', '"en": " Hulls"', 21, "directions[0].topics[0].name.en", "首尾不能有空白"),
    ('"en": "Hulls"', '"en": "Hu\\u200blls"', 21, "directions[0].topics[0].name.en", "含有看不见的字符"),
    # codes
    ('"code": "hulls"', '"code": "Hulls"', 21, "directions[0].topics[0].code", "应为小写字母"),
    ('"code": "fish"', '"code": "fish--farm"', 29, "directions[1].code", "应为小写字母"),
    ('"code": "new-port"', '"code": "old-port"', 9, "areas[1].code", "“old-port”重复，第 8 行已有"),
    ('"code": "fish"', '"code": "ships"', 29, "directions[1].code", "“ships”重复，第 17 行已有"),
    ('"code": "hulls"', '"code": "engines"', 22, "directions[0].topics[1].code", "“engines”重复，第 21 行已有"),
    ('"short": "FISH"', '"short": "SHIP"', 29, "directions[1].short", "“SHIP”重复，第 17 行已有"),
    ('"short": "FISH"', '"short": "fish"', 29, "directions[1].short", "格式不对"),
    ('"label": "A2"', '"label": "A1"', 29, "directions[1].label", "“A1”重复，第 17 行已有"),
    ('"id": "ferry"', '"id": "vessel"', 41, "concepts[1].id", "“vessel”重复，第 39 行已有"),
    # what points elsewhere
    ('"A2", "industry": "sea"', '"A2", "industry": "air"', 29, "directions[1].industry", "没有代码为“air”的产业"),
    ('["old-port", "new-port"]', '["old-port", "moon"]', 14, "industries[0].areas[1]", "没有代码为“moon”的街镇或园区"),
    ('["old-port", "new-port"]', '["old-port", "old-port"]', 14, "industries[0].areas[1]", "“old-port”重复"),
    ('"direction": "fish"', '"direction": "air"', 43, "concepts[2].direction", "没有代码为“air”的方向"),
    ('["vessel"]', '["vessel", "boat"]', 41, "concepts[1].broader[1]", "没有 id 为“boat”的概念"),
    ('["vessel"]', '["ferry"]', 41, "concepts[1].broader[0]", "上位概念成环：ferry → ferry"),
    # words of a list
    ('"kind": "zone"', '"kind": "harbour"', 9, "areas[1].kind", "应为以下之一：subdistrict、town、zone"),
    ('"kind": "cluster"', '"kind": "heap"', 12, "industries[0].kind", "应为以下之一：cluster、field、direction"),
    ('"mode": "oneway"', '"mode": "both"', 43, "concepts[2].mode", "应为以下之一：equiv、related、oneway"),
    ('"lang": "abbr"', '"lang": "fr"', 44, "concepts[2].aliases[0].lang", "应为以下之一：zh、en、abbr"),
    ('"comparator": "over"', '"comparator": ">"', 48, "targets[0].comparator", "应为以下之一：about、over、at-least"),
    # numbers
    ('"w": 5', '"w": 6', 25, "directions[0].phrases[0].w", "应在 1 到 5 之间，实为 6"),
    ('"w": 5', '"w": 0', 25, "directions[0].phrases[0].w", "应在 1 到 5 之间，实为 0"),
    ('"w": 5', '"w": 4.5', 25, "directions[0].phrases[0].w", "应为整数，实为小数"),
    ('"w": 5', '"w": true', 25, "directions[0].phrases[0].w", "应为整数，实为真假值"),
    ('"w": 5', '"w": NaN', 25, "directions[0].phrases[0].w", "应为整数，实为小数"),
    ('"value": 10', '"value": -1', 47, "targets[0].value", "之间，实为 -1"),
    ('"year": 2035', '"year": 35', 52, "visions[0].year", "应在 2000 到 2100 之间，实为 35"),
    # IPC
    ('"B63H21/02"', '"B63H 21/02"', 28, "directions[0].ipc[2]", "不是 IPC 分类号"),
    ('"B63H21/02"', '"B63H21/2"', 28, "directions[0].ipc[2]", "不是 IPC 分类号"),
    ('"B63H21/02"', '"Z63H"', 28, "directions[0].ipc[2]", "不是 IPC 分类号"),
    ('"B63H21/02"', '"B63B"', 28, "directions[0].ipc[2]", "“B63B”重复"),
    # names that would be confused
    ('"t": "Hull"', '"t": "船体"', 26, "directions[0].phrases[1].t", "“船体”重复，第 25 行已有"),
    ('{"t": "船体", "w": 5}', '{"t": "ＨＵＬＬ", "w": 5}', 26, "directions[0].phrases[1].t", "“hull”重复"),
    (
        '{"t": "ferry", "lang": "en"}',
        '{"t": "Vessel", "lang": "en"}',
        42,
        "concepts[1].aliases[0].t",
        "已是概念“vessel”",
    ),
    ('{"t": "ferry", "lang": "en"}', '{"t": "渡轮", "lang": "zh"}', 42, "concepts[1].aliases[0].t", "“渡轮”重复"),
]


@pytest.mark.parametrize("case", FAULTS, ids=[f"{case[3]}: {case[1]}" for case in FAULTS])
def test_a_fault_is_reported_with_its_line_and_field(tmp_path: Path, case: tuple[str, str, int, str, str]) -> None:
    old, new, line, field, message = case
    first = faults_of(a_file(tmp_path, changed(old, new)))[0]
    assert first[:2] == (line, field)
    assert message in first[2]


def test_a_topic_has_one_name_wherever_it_stands(tmp_path: Path) -> None:
    place = '        {"code": "engines", "name": {"zh": "发动机", "en": "Engines"}}\n      ],\n      "phrases": [],'
    text = changed(place, place.replace("Engines", "Motors"))
    assert faults_of(a_file(tmp_path, text)) == [
        (33, "directions[1].topics[0].name", "主题“engines”在前面用的是另一个名称")
    ]


def test_each_round_trip_of_wider_concepts_is_reported(tmp_path: Path) -> None:
    text = changed('"canonical": "船舶", "broader": []', '"canonical": "船舶", "broader": ["ferry"]')
    text = text.replace('"canonical": "渔获", "broader": []', '"canonical": "渔获", "broader": ["catch"]')
    faults = faults_of(a_file(tmp_path, text))
    assert len(faults) == 2
    assert faults[0][2] in {"上位概念成环：vessel → ferry → vessel", "上位概念成环：ferry → vessel → ferry"}
    assert faults[1] == (43, "concepts[2].broader[0]", "上位概念成环：catch → catch")


@pytest.mark.parametrize("mode", ["related", "oneway"])
def test_a_name_may_be_shared_where_it_does_not_stand_for_the_same_thing(tmp_path: Path, mode: str) -> None:
    text = changed('{"t": "C", "lang": "abbr"}', '{"t": "vessel", "lang": "en"}').replace('"oneway"', f'"{mode}"')
    assert load_catalogue(a_file(tmp_path, text)).concepts[2].mode == mode


def test_all_faults_of_a_file_are_reported_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = changed('"value": 10', '"value": "10"')
    text = (
        text.replace('"kind": "zone"', '"kind": "moon"').replace('"w": 3', '"w": 30').replace('"en": "Sea"', '"en": ""')
    )
    path = a_file(tmp_path, text.replace('["vessel"]', '["boat", "raft"]'))
    with pytest.raises(CatalogueError) as raised:
        load_catalogue(path)
    assert str(raised.value).splitlines() == [
        f"{path}:9: areas[1].kind: “moon”应为以下之一：subdistrict、town、zone",
        f"{path}:12: industries[0].name.en: 不能为空",
        f"{path}:26: directions[0].phrases[1].w: 应在 1 到 5 之间，实为 30",
        f"{path}:41: concepts[1].broader[0]: 没有 id 为“boat”的概念",
        f"{path}:41: concepts[1].broader[1]: 没有 id 为“raft”的概念",
        f"{path}:47: targets[0].value: 应为整数，实为文字",
    ]


def test_a_file_without_areas_industries_or_directions_is_no_catalogue(tmp_path: Path) -> None:
    shell = '{"id": "empty", "title": {"zh": "空", "en": "Empty"}, "source": "无", "version": "1",\n'
    shell += '"district": {"zh": "空", "en": "Empty"}, "areas": [],\n"industries": [],\n"directions": [],\n'
    shell += '"concepts": [], "targets": [], "visions": [], "searches": []}'
    assert faults_of(a_file(tmp_path, shell)) == [
        (2, "areas", "至少要有 1 项"),
        (3, "industries", "至少要有 1 项"),
        (4, "directions", "至少要有 1 项"),
    ]


def test_a_file_that_is_a_list_is_no_catalogue(tmp_path: Path) -> None:
    assert faults_of(a_file(tmp_path, "\n[]")) == [(2, "", "应为对象，实为列表")]


# Faults of the file as a whole


def test_a_fault_of_syntax_is_reported_with_its_line(tmp_path: Path) -> None:
    faults = faults_of(a_file(tmp_path, changed('"kind": "zone"}', '"kind": "zone",}')))
    assert [fault[:2] for fault in faults] == [(9, "")]
    assert "不是合格的 JSON" in faults[0][2]


def test_a_file_cut_short_is_reported_at_its_end(tmp_path: Path) -> None:
    faults = faults_of(a_file(tmp_path, SMALL[: SMALL.index("发动机")]))
    assert [fault[:2] for fault in faults] == [(22, "")]


def test_text_that_is_not_utf_8_is_reported_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "district.json"
    path.write_bytes('{\n"id": "a",\n"source": "港"}'.encode("gb18030"))
    assert faults_of(path) == [(3, "", "不是 UTF-8 编码")]


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    faults = faults_of(tmp_path / "nowhere.json")
    assert [fault[:2] for fault in faults] == [(1, "")]
    assert "读不到文件" in faults[0][2]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 600 + "1" + "}" * 600, "1" * 5_000])
def test_a_file_meant_to_break_the_reader_is_refused(tmp_path: Path, text: str) -> None:
    assert [fault[:2] for fault in faults_of(a_file(tmp_path, text))] == [(1, "")]


# Reading with lines


def test_a_value_keeps_the_line_it_begins_on() -> None:
    root = read_json('\n{"a": [1,\n {"b":\n "x\\ny"} ,\n\n[ ], { }],\r\n"c": -1.5e3}')
    assert isinstance(root.value, dict)
    assert isinstance(entries := root.value["a"].value, list)
    assert [(entry.line, entry.kind) for entry in entries] == [(2, "整数"), (3, "对象"), (6, "列表"), (6, "对象")]
    assert isinstance(inner := entries[1].value, dict)
    assert (inner["b"].line, inner["b"].value) == (4, "x\ny")
    assert (root.line, root.value["c"].line, root.value["c"].value) == (2, 7, -1500.0)


@pytest.mark.parametrize("symbol", ["G06N", "B60W60", "G06N3/063", "H10F", "A61K31/7105", "C01B3/00"])
def test_classes_groups_and_subgroups_of_the_ipc_are_taken(symbol: str) -> None:
    assert IPC.fullmatch(symbol)


@pytest.mark.parametrize(
    "symbol", ["G06", "g06N", "G06N3/0", "G06N3/0634567", "G06N03063", "I06N", "G06N3/", "G06N 3", "G06N3\n"]
)
def test_anything_else_is_no_symbol_of_the_ipc(symbol: str) -> None:
    assert not IPC.fullmatch(symbol)
