"""The taxonomy in words: names of codes in the page's language, choices for forms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from marketplace.core.text import _
from marketplace.taxonomy.catalogue import Catalogue, LocalName
from marketplace.taxonomy.library import Better, Library, LibraryIndicator
from search.documents import SearchDocument

UNKNOWN = LocalName("未归类", "Unclassified")
BETTER_LABELS: Mapping[Better, str] = {
    Better.HIGHER: _("越高越好"),
    Better.LOWER: _("越低越好"),
    Better.BETWEEN: _("在区间内"),
    Better.REACHED: _("达到与否"),
}


def local(name: LocalName, language: str) -> str:
    return name.en if language == "en" else name.zh


def direction_name(catalogue: Catalogue, code: str | None, language: str) -> str:
    """The direction's own name; 未归类 where there is none or the file no longer knows it."""
    found = _known(catalogue, code)
    return local(found[1] if found else UNKNOWN, language)


def direction_path(catalogue: Catalogue, code: str | None, language: str) -> str:
    """``未来能源 / 新型储能``."""
    found = _known(catalogue, code)
    return " / ".join(local(name, language) for name in found) if found else local(UNKNOWN, language)


def industry_code(catalogue: Catalogue, code: str | None) -> str | None:
    try:
        return catalogue.direction(code).industry if code else None
    except KeyError:
        return None


def area_name(catalogue: Catalogue, code: str | None, language: str) -> str:
    """The area's name, or the code itself where the file no longer knows it; empty outside the district."""
    try:
        return local(catalogue.area(code).name, language) if code else ""
    except KeyError:
        return code or ""


def direction_choices(catalogue: Catalogue, language: str) -> dict[str, list[tuple[str, str]]]:
    """Directions by the name of their industry, as a grouped select takes them."""
    return {
        local(industry.name, language): [
            (direction.code, local(direction.name, language)) for direction in catalogue.directions_of(industry.code)
        ]
        for industry in catalogue.industries
    }


def all_directions(primary: str | None, others: Sequence[str]) -> tuple[str, ...]:
    """The primary direction first, then the others; each once."""
    return tuple(dict.fromkeys([*([primary] if primary else []), *others]))


def industry_choices(catalogue: Catalogue, language: str) -> list[tuple[str, str]]:
    return [(industry.code, local(industry.name, language)) for industry in catalogue.industries]


def directions_within(catalogue: Catalogue, industry: str | None, language: str) -> list[tuple[str, str]]:
    """The directions of an industry, or all of them where none (or an unknown one) is named."""
    return [
        (direction.code, local(direction.name, language))
        for direction in catalogue.directions
        if not industry or direction.industry == industry or industry not in {one.code for one in catalogue.industries}
    ]


def directions_asked(catalogue: Catalogue, direction: str | None, industry: str | None) -> tuple[str, ...]:
    """What a filter means: a direction, or every direction of an industry; unknown codes narrow nothing."""
    codes = tuple(one.code for one in catalogue.directions if direction == one.code)
    return codes or tuple(one.code for one in catalogue.directions if one.industry == industry)


def area_choices(catalogue: Catalogue, language: str) -> list[tuple[str, str]]:
    return [(area.code, local(area.name, language)) for area in catalogue.areas]


def indicator_text(indicator: LibraryIndicator, language: str) -> str:
    """``感知距离（m，150–300）``: a line of a list to pick from."""
    unit = local(indicator.unit, language) if indicator.unit else ""
    facts = [fact for fact in (unit, indicator.usual) if fact]
    inner = (", " if language == "en" else "，").join(facts)
    if not inner:
        return local(indicator.name, language)
    named = local(indicator.name, language)
    return f"{named} ({inner})" if language == "en" else f"{named}（{inner}）"


def library_choices(
    library: Library, catalogue: Catalogue, direction: str | None, language: str
) -> list[tuple[str, list[tuple[LibraryIndicator, str]]]]:
    """(name of a direction, its indicators in words), the direction at hand first."""
    codes = sorted((one.code for one in catalogue.directions if library.of(one.code)), key=lambda one: one != direction)
    return [
        (direction_name(catalogue, code, language), [(one, indicator_text(one, language)) for one in library.of(code)])
        for code in codes
    ]


def classified(document: Callable[[Any], SearchDocument | None], catalogue: Catalogue) -> Callable[[Any], Any]:
    """Documents know directions; the catalogue adds the industries above them."""

    def with_industries(thing: Any) -> SearchDocument | None:
        found = document(thing)
        if found is None:
            return None
        known = {one.code: one.industry for one in catalogue.directions}
        industries = dict.fromkeys(known[code] for code in found.directions if code in known)
        return replace(found, industries=tuple(industries))

    return with_industries


def _known(catalogue: Catalogue, code: str | None) -> tuple[LocalName, LocalName] | None:
    if not code:
        return None
    try:
        direction = catalogue.direction(code)
    except KeyError:
        return None
    return catalogue.industry(direction.industry).name, direction.name
