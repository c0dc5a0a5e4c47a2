"""The indicator library: ours is whole, another district's loads, and what is wrong in one is found with its line."""

import re

import pytest

from config import Config
from marketplace.taxonomy.catalogue_file import CatalogueError, load_catalogue
from marketplace.taxonomy.library import Better
from marketplace.taxonomy.library_file import load_library
from tests.taxonomy.test_catalogue_file import a_file

SMALL = """\
{
  "id": "harbour-indicators",
  "source": {"zh": "自编", "en": "Our own"},
  "directions": [
    {"direction": "ships", "indicators": [
      {"name": {"zh": "航速", "en": "Speed"}, "better": "higher", "unit": {"zh": "节", "en": "kn"}, "usual": "10–30"},
      {"name": {"zh": "船级", "en": "Class"}, "better": "reached", "standard": "ISO 1"}
    ]}
  ]
}
"""
STANDARD = re.compile(r"(GB|GB/T|ISO|IEC|ISO/SAE) \d+([.-]\d+)*")


def a_library(tmp_path, text=SMALL):
    path = a_file(tmp_path)
    path.with_name(f"{path.stem}-indicators.json").write_text(text, encoding="utf-8")
    return load_library(path, load_catalogue(path))


def test_ours_has_twenty_for_each_direction_with_what_they_are_measured_in():
    path = Config().taxonomy_file
    known = load_catalogue(path)
    library = load_library(path, known)
    for direction in known.directions:
        found = library.of(direction.code)
        assert len(found) == 20, direction.code
        assert len({one.name.zh for one in found}) == len({one.name.en for one in found}) == 20
        for one in found:
            assert one.standard is None or STANDARD.fullmatch(one.standard), one
            assert one.better is Better.REACHED or one.usual, one
            assert library.find(one.key) == one


def test_another_districts_library_lies_beside_its_catalogue(tmp_path):
    library = a_library(tmp_path)
    speed, ship_class = library.of("ships")
    assert (speed.name.en, speed.unit.en, speed.usual, speed.standard) == ("Speed", "kn", "10–30", None)
    assert (ship_class.unit, ship_class.usual, ship_class.better) == (None, None, Better.REACHED)
    assert library.of("fish") == library.of(None) == ()
    assert [library.find(key) for key in ("ships:3", "fish:1", "ships", "", None)] == [None] * 5


def test_a_district_may_have_none(tmp_path):
    path = a_file(tmp_path)
    assert load_library(path, load_catalogue(path)).directions == {}


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ('"direction": "ships"', '"direction": "trains"', ":5:", "trains"),
        ('"better": "higher"', '"better": "faster"', ":6:", "faster"),
        ('"usual": "10–30"', '"usual": ""', ":6:", "不能为空"),
        ('"usual": "10–30"', '"usually": "10–30"', ":6:", "usually"),
        ('"zh": "船级"', '"zh": "航速"', ":7:", "重复"),
        ('"standard": "ISO 1"', '"standard": 1', ":7:", "应为文字"),
        ('"id"', "", ":2:", "JSON"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, old, new, place, words):
    with pytest.raises(CatalogueError) as refused:
        a_library(tmp_path, SMALL.replace(old, new, 1))
    assert place in str(refused.value)
    assert words in str(refused.value)
