"""The catalogue: what the shipped file says, and how it is looked up."""

import re
from pathlib import Path

import pytest

from marketplace.taxonomy.catalogue import AreaKind, Catalogue, Comparator, ConceptMode, IndustryKind, LocalName
from marketplace.taxonomy.catalogue_file import load_catalogue

SHIPPED = Path(__file__).parents[2] / "marketplace" / "taxonomy" / "data" / "jiading.json"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(SHIPPED)


# The shipped file


def test_the_shipped_file_has_five_industries_in_two_clusters_two_fields_and_one_direction(shipped: Catalogue) -> None:
    kinds = [(industry.code, industry.kind) for industry in shipped.industries]
    assert kinds == [
        ("intelligence", IndustryKind.CLUSTER),
        ("energy", IndustryKind.CLUSTER),
        ("materials", IndustryKind.FIELD),
        ("health", IndustryKind.FIELD),
        ("space", IndustryKind.DIRECTION),
    ]


def test_the_shipped_file_has_twelve_directions_two_two_two_four_and_two(shipped: Catalogue) -> None:
    codes = [[direction.code for direction in shipped.directions_of(ind.code)] for ind in shipped.industries]
    assert codes == [
        ["connected-vehicles", "intelligent-chips"],
        ["clean-energy", "energy-storage"],
        ["membranes", "chip-materials"],
        ["gene-cell-therapy", "synthetic-biology", "brain-computer-interface", "biosecurity"],
        ["aerospace", "deep-sea"],
    ]


def test_the_shipped_directions_have_the_short_forms_in_use(shipped: Catalogue) -> None:
    forms = [f"{direction.label} {direction.short}" for direction in shipped.directions]
    assert " · ".join(forms) == (
        "A1 ICV · A2 CHIP · B1 CLEAN · B2 STOR · C1 MEMB · C2 WAFER · "
        "D1 GENE · D2 SYNB · D3 BCI · D4 BIOSEC · E1 AERO · E2 DEEP"
    )


def test_the_shipped_file_has_the_twelve_areas_by_kind(shipped: Catalogue) -> None:
    names = {kind: [area.name.zh for area in shipped.areas if area.kind is kind] for kind in AreaKind}
    assert names == {
        AreaKind.SUBDISTRICT: ["新成路街道", "真新街道", "嘉定镇街道"],
        AreaKind.TOWN: ["南翔镇", "安亭镇", "马陆镇", "徐行镇", "华亭镇", "外冈镇", "江桥镇"],
        AreaKind.ZONE: ["嘉定工业区", "菊园新区"],
    }


def test_the_areas_carry_the_industries_that_the_plan_gives_them(shipped: Catalogue) -> None:
    assert {industry.code: industry.areas for industry in shipped.industries} == {
        "intelligence": ("anting", "waigang", "jiading-industrial-zone"),
        "energy": ("anting", "jiading-industrial-zone", "xuxing"),
        "materials": ("juyuan", "jiading-industrial-zone", "anting"),
        "health": ("nanxiang", "jiangqiao", "malu", "anting"),
        "space": ("jiading-industrial-zone", "xuxing", "malu", "zhenxin"),
    }


def test_a_topic_may_stand_under_two_directions(shipped: Catalogue) -> None:
    assert [direction.short for direction in shipped.directions_with("til-cells")] == ["GENE", "SYNB"]
    assert [direction.short for direction in shipped.directions_with("proton-membrane")] == ["STOR", "MEMB"]


def test_the_figures_for_2030_are_those_of_the_plan(shipped: Catalogue) -> None:
    assert [(target.year, target.value, target.unit.zh, target.comparator) for target in shipped.targets] == [
        (2030, 1000, "亿元", Comparator.ABOUT),
        (2030, 200, "家", Comparator.OVER),
        (2030, 5, "家", Comparator.AT_LEAST),
        (2030, 5, "个", Comparator.AT_LEAST),
        (2030, 5, "家", Comparator.AT_LEAST),
        (2030, 20, "家", Comparator.AT_LEAST),
        (2030, 5, "个", Comparator.AT_LEAST),
    ]
    assert [vision.year for vision in shipped.visions] == [2030, 2035]


def test_every_direction_has_words_to_be_recognised_by(shipped: Catalogue) -> None:
    for direction in shipped.directions:
        texts = [phrase.text for phrase in direction.phrases]
        assert len(texts) >= 60, direction.code
        assert sum(text.isascii() for text in texts) >= 10, direction.code
        assert len(direction.topics) >= 5, direction.code
        assert direction.ipc, direction.code


def test_concepts_cover_every_direction(shipped: Catalogue) -> None:
    assert len(shipped.concepts) >= 120
    covered = {concept.direction for concept in shipped.concepts}
    assert covered == {direction.code for direction in shipped.directions}


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("TMSR", "钍基熔盐堆"),
        ("BCI", "脑机接口"),
        ("SOFC", "固体氧化物燃料电池"),
        ("AUV", "自主水下航行器"),
        ("V2X", "车联网"),
        ("carbon nanotube", "碳纳米管"),
    ],
)
def test_an_abbreviation_or_english_name_leads_to_its_concept(shipped: Catalogue, name: str, canonical: str) -> None:
    found = [concept.canonical for concept in shipped.concepts if name in {alias.text for alias in concept.aliases}]
    assert found == [canonical]


def test_an_ambiguous_abbreviation_asks_for_every_idea_it_may_mean(shipped: Catalogue) -> None:
    asked = {concept.id for concept in shipped.concepts if "ADC" in {alias.text for alias in concept.aliases}}
    found = [concept.canonical for concept in shipped.concepts if asked.intersection(concept.broader)]
    assert found == ["模数转换器", "抗体偶联药物"]


def test_two_letter_abbreviations_are_one_way_unless_nothing_else_is_meant_by_them(shipped: Catalogue) -> None:
    short = {
        alias.text
        for concept in shipped.concepts
        for alias in concept.aliases
        if concept.mode is ConceptMode.EQUIV and alias.text.isascii() and len(alias.text) <= 2
    }
    assert short == {"6G", "XR"}


def test_no_english_text_of_the_shipped_file_has_chinese_in_it() -> None:
    english = re.findall(r'"en": "([^"]*)"', SHIPPED.read_text(encoding="utf-8"))
    assert [text for text in english if re.search("[\u3000-\u9fff\uff00-\uffef]", text)] == []


# Lookups


def test_a_path_is_the_industry_and_the_direction(shipped: Catalogue) -> None:
    industry, direction = shipped.path("energy-storage")
    assert (industry.name.zh, direction.name.zh) == ("未来能源", "新型储能")


def test_lookups_find_by_code(shipped: Catalogue) -> None:
    assert shipped.area("juyuan").name == LocalName("菊园新区", "Juyuan New Area")
    assert [area.code for area in shipped.areas_of("energy")] == ["anting", "jiading-industrial-zone", "xuxing"]
    assert "tmsr" in [topic.code for topic in shipped.topics_of("clean-energy")]
    assert shipped.topic("tmsr").name.en == "Thorium molten salt reactor (TMSR)"


@pytest.mark.parametrize(
    "lookup",
    ["area", "industry", "direction", "topic", "areas_of", "directions_of", "topics_of", "directions_with", "path"],
)
def test_an_unknown_code_is_a_key_error(shipped: Catalogue, lookup: str) -> None:
    with pytest.raises(KeyError, match="nowhere"):
        getattr(shipped, lookup)("nowhere")
