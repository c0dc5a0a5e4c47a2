"""From the shapes of files to our own (pure): a shape is told by its columns, or by the name that somebody gives.

``own`` is the shape of the tables in docs/import.md. ``collected`` is how demands, papers, patents and register entries
come out of public sources: a title, a long text, an applicant and a direction by its short code. Only what the row says
is taken over; what our form asks beyond that stays empty, and facts without a field of ours are kept as a sentence.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from marketplace.core.errors import Invalid
from marketplace.core.text import _, say

Cells = Mapping[str, object]

MOST_TITLE = 200
MOST_TITLE_EN = 300
MOST_SUMMARY = 200
MOST_SUMMARY_EN = 400
MOST_TOPICS = 12

UNKNOWN_SHAPE = _("没有名为“%(name)s”的映射，可用：%(known)s。")

KINDS_BY_WORD = (("场景", "scene"), ("采购", "procurement"), ("转化", "transfer"))
"""Every other kind of demand is a piece of research."""
ORGANISATIONS_BY_WORD = (
    ("大学", "university"),
    ("学院", "university"),
    ("医院", "hospital"),
    ("研究所", "institute"),
    ("研究院", "institute"),
)
ENTERPRISE_CODES = ("91", "92", "93")
BUDGET = re.compile(r"(?:预算|经费|榜额)\D*([0-9]+(?:\.[0-9]+)?)\s*(亿|万)")
"""An amount that is called a budget. What a project invests, or pays in another currency, is not what a solver gets."""
WAN_PER = {"亿": 10_000, "万": 1}
DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
SENTENCE_END = re.compile(r"[。！？!?；;]|\.\s|\n")


@dataclass(frozen=True, slots=True)
class Known:
    """What a mapping needs to know besides the row: the catalogue's short codes, and today."""

    directions: Mapping[str, str] = field(default_factory=dict)
    today: date = date.min


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of one kind of thing. ``marks``: columns that only this shape has. ``sources``: our name to theirs."""

    name: str
    marks: frozenset[str]
    translate: Callable[[Cells, Known], Cells]
    sources: Mapping[str, str]


def shape_for(kind: str, cells: Cells, wanted: str | None) -> Shape:
    """The shape that somebody named, or else the first whose mark is among the columns; our own is the last resort."""
    shapes = SHAPES[kind]
    if wanted is None:
        return next((shape for shape in shapes if shape.marks & cells.keys()), OWN)
    found = next((shape for shape in (*shapes, OWN) if shape.name == wanted), None)
    if found is None:
        known = "、".join(shape.name for shape in (OWN, *shapes))
        raise Invalid({"mapping": say(UNKNOWN_SHAPE, name=wanted, known=known)})
    return found


def _as_it_is(cells: Cells, _known: Known) -> Cells:
    """Our own shape; what is nested under ``particulars`` becomes a column each, as in a spreadsheet."""
    nested = cells.get("particulars")
    if not isinstance(nested, dict):
        return cells
    flat = {f"particulars.{name}": value for name, value in nested.items()}
    return {name: value for name, value in cells.items() if name != "particulars"} | flat


def _demand(cells: Cells, known: Known) -> Cells:
    title, description = _text(cells, "title"), _text(cells, "description")
    problem = description.removeprefix(title).strip()
    return {
        "id": cells.get("id"),
        "organisation": cells.get("organisation"),
        "kind": _by_word(_text(cells, "kind"), KINDS_BY_WORD, "research"),
        **_titles(cells, problem),
        "problem": problem,
        "background": _sentence(_demand_facts(cells, known, is_bare=not problem)),
        "direction": _direction(cells, known),
        "budget_wan": _budget_wan(_text(cells, "budget_raw")),
        "closes_at": _future_day(_text(cells, "deadline"), known),
    }


def _demand_facts(cells: Cells, known: Known, *, is_bare: bool) -> dict[str, str]:
    """What the source says beyond our fields, and that it says no more than a title where it does not."""
    budget, deadline = _text(cells, "budget_raw"), _text(cells, "deadline")
    return {
        "公开来源只有题名": "正文待发榜单位补充" if is_bare else "",
        "榜题编号": _text(cells, "topic_no"),
        "提出单位": _text(cells, "requester"),
        "原文金额": budget if _budget_wan(budget) is None else "",
        "原截止时间": deadline if _future_day(deadline, known) is None else "",
    }


def _finding(cells: Cells, known: Known) -> Cells:
    abstract = _text(cells, "abstract")
    facts = {
        "公开来源只有题名": "" if abstract else "技术说明待权利人补充",
        "类型": _text(cells, "kind"),
        "申请人": "、".join(_texts(cells, "applicants")),
        "申请号": _text(cells, "application_no"),
        "公开号": _text(cells, "publication_no"),
        "申请日": _text(cells, "application_date"),
        "分类号": "、".join(_texts(cells, "cpc")),
        "原文": _text(cells, "url"),
    }
    return {
        "id": cells.get("id"),
        "organisation": cells.get("organisation"),
        **_titles(cells, abstract),
        "description": "\n".join(part for part in (abstract, _sentence(facts)) if part),
        "direction": _direction(cells, known),
        "topics": _texts(cells, "keywords")[:MOST_TOPICS],
        "patents": [number for number in (_text(cells, "application_no"), _text(cells, "publication_no")) if number],
    }


def _register_entry(cells: Cells, _known: Known) -> Cells:
    code, name = _text(cells, "uscc"), _text(cells, "name")
    is_company = code.startswith(ENTERPRISE_CODES)
    return {
        "code": code,
        "name": name,
        "name_en": name if cells.get("name_lang") == "en" else None,
        "kind": "enterprise" if is_company else _by_word(name, ORGANISATIONS_BY_WORD, "other"),
    }


def _titles(cells: Cells, text: str) -> dict[str, object]:
    """Title and summary; an English row has them in both places, since the Chinese one may not stay empty."""
    title = _text(cells, "title")
    found: dict[str, object] = {"title": _cut(title, MOST_TITLE), "summary": first_sentences(text, MOST_SUMMARY)}
    if cells.get("lang") == "en":
        found |= {"title_en": _cut(title, MOST_TITLE_EN), "summary_en": first_sentences(text, MOST_SUMMARY_EN)}
    return found


def first_sentences(text: str, most: int) -> str:
    """As many whole sentences as fit, or the beginning of the first, cut visibly."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    ends = [match.end() for match in SENTENCE_END.finditer(flat) if match.end() <= most]
    return flat[: ends[-1]].strip() if ends else _cut(flat, most)


def _direction(cells: Cells, known: Known) -> object:
    """What somebody checked counts, also that none fits; only an unchecked row falls back to the rule's guess."""
    code = _text(cells, "sub_checked" if "sub_checked" in cells else "sub_rule")
    return known.directions.get(code, code) or None


def _budget_wan(words: str) -> Decimal | None:
    found = BUDGET.search(words)
    return Decimal(found[1]) * WAN_PER[found[2]] if found else None


def _future_day(words: str, known: Known) -> str | None:
    """A day that is still to come; the deadlines of the past say nothing about ours."""
    found = DAY.fullmatch(words)
    return words if found and words > known.today.isoformat() else None


def _by_word(words: str, choices: tuple[tuple[str, str], ...], otherwise: str) -> str:
    return next((value for word, value in choices if word in words), otherwise)


def _sentence(facts: Mapping[str, str]) -> str:
    """``提出单位：美的；榜题编号：XH-202615。``"""
    said = "；".join(f"{name}：{value}" for name, value in facts.items() if value)
    return f"{said}。" if said else ""


def _text(cells: Cells, name: str) -> str:
    value = cells.get(name)
    return value.strip() if isinstance(value, str) else ""


def _texts(cells: Cells, name: str) -> list[str]:
    value = cells.get(name)
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


OWN = Shape("own", frozenset(), _as_it_is, {})
_TITLED = {"title_en": "title", "direction": "sub_checked"}
SHAPES: Mapping[str, tuple[Shape, ...]] = {
    "challenges": (
        Shape(
            "collected",
            frozenset({"sub_checked", "sub_rule", "description"}),
            _demand,
            {
                **_TITLED,
                "summary": "description",
                "problem": "description",
                "budget_wan": "budget_raw",
                "closes_at": "deadline",
            },
        ),
    ),
    "achievements": (
        Shape(
            "collected",
            frozenset({"sub_checked", "sub_rule", "abstract"}),
            _finding,
            {
                **_TITLED,
                "summary": "abstract",
                "description": "abstract",
                "topics": "keywords",
                "patents": "publication_no",
            },
        ),
    ),
    "organisations": (Shape("collected", frozenset({"uscc"}), _register_entry, {"code": "uscc"}),),
}
