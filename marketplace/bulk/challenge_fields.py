"""The columns of a challenge: how each is read and written, and what it asks for."""

from collections.abc import Mapping
from typing import Any

from marketplace.bulk.cells import (
    Reader,
    amount_wan,
    as_text,
    day,
    is_to_be_discussed,
    moment,
    one_of,
    several_of,
    text,
    texts,
    whole,
    words_of,
    words_of_pairs,
    yes_no,
)
from marketplace.bulk.fields import Field
from marketplace.bulk.indicator_cells import TEMPLATE_PARTS, WORDS_SHOWN, read_indicators, show_indicators
from marketplace.bulk.showing import NO, YES, as_it_is, as_list, labelled, minute, several, wan
from marketplace.bulk.vocabulary import (
    LONG_TEXT,
    MOST_TOPICS,
    SUMMARY,
    SUMMARY_EN,
    area_words,
    direction_words,
    named,
    names_of,
    room,
)
from marketplace.challenges.kinds import KIND_LABELS, PARTICULARS, Input, Particular
from marketplace.challenges.models import Challenge
from marketplace.challenges.presenters import DISCLOSURE_LABELS, IP_LABELS, SECRECY_LABELS
from marketplace.core.text import _
from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.cooperation import COOPERATION_LABELS, WANTED

LONGEST_BIDDING_DAYS = 3650
PARTICULAR = "particulars."
INDICATORS_HELP = _("一行一项，各段用竖线分开：指标 | 要求 | 目标值 | 单位 | 检测方法 | 必达，后面的段可以省略")
CLOSES_HELP = _("例如 2027-03-31 或 2027-03-31 17:00，北京时间。")
IN_DAYS_HELP = _("与截止时间只填一个。")


def budget(cell: object) -> int:
    """An amount in 万元 as fen; 面议 is 0."""
    return 0 if is_to_be_discussed(cell) else amount_wan(cell)


def columns_of(catalogue: Catalogue) -> tuple[Field, ...]:
    directions = direction_words(catalogue)
    wanted = words_of({mode: COOPERATION_LABELS[mode] for mode in WANTED})
    direction, in_words = named(catalogue.directions), names_of(catalogue.directions)
    modes = tuple(COOPERATION_LABELS[mode] for mode in WANTED)
    return (
        _choice("kind", _("类型"), KIND_LABELS, is_required=True),
        Field("title", _("标题"), text(room(Challenge.title)), is_required=True),
        Field("title_en", _("英文标题"), text(room(Challenge.title_en))),
        Field("summary", _("公开摘要"), text(SUMMARY), help=_("两三句话，公开。")),
        Field("summary_en", _("英文摘要"), text(SUMMARY_EN)),
        Field("background", _("背景与现状"), text(LONG_TEXT)),
        Field("problem", _("要解决的问题"), text(LONG_TEXT)),
        Field("scope", _("研究内容"), text(LONG_TEXT)),
        Field("direction", _("方向"), one_of(directions), show=direction, choices=in_words),
        Field(
            "other_directions", _("其他相关方向"), several_of(directions), show=several(direction), choices=in_words,
            takes_several=True,
        ),
        Field("topics", _("技术关键词"), texts(MOST_TOPICS), show=as_list, takes_several=True),
        Field("indicators", _("考核指标"), read_indicators, show=show_indicators, help=INDICATORS_HELP),
        Field("budget_wan", _("榜额（万元）"), budget, to="budget_fen", show=wan, help=_("填数字；面议写“面议”。")),
        Field("months", _("周期（月）"), whole(1, 120)),
        Field("readiness", _("成熟度起点"), whole(1, 9), to="readiness_wanted", help=_("1 到 9 级。")),
        _choice("ip_terms", _("知识产权"), IP_LABELS),
        _choice("secrecy", _("密级"), SECRECY_LABELS, help=_("不收国家秘密。")),
        _choice("disclosure", _("公开范围"), DISCLOSURE_LABELS),
        Field("is_anonymous", _("匿名发榜"), yes_no, choices=(YES, NO)),
        Field(
            "cooperation", _("合作方式"), several_of(wanted), show=several(labelled(COOPERATION_LABELS)), choices=modes,
            takes_several=True,
        ),
        Field(
            "area", _("街镇/园区"), one_of(area_words(catalogue)), show=named(catalogue.areas),
            choices=names_of(catalogue.areas),
        ),
        Field("closes_at", _("截止时间"), moment, to="wanted_close_at", show=minute, help=CLOSES_HELP),
        Field("closes_in_days", _("几天后截止"), whole(1, LONGEST_BIDDING_DAYS), help=IN_DAYS_HELP),
        *_particular_fields(),
    )  # fmt: skip


def indicator_parts() -> tuple[Field, ...]:
    """Columns of a template for the first indicators, an entry each: with them the comparator is chosen, not typed."""
    return tuple(
        Field(
            f"indicators.{number}.{name}",
            label,
            as_text,
            choices=WORDS_SHOWN if name == "comparator" else (YES, NO) if name == "is_mandatory" else (),
        )
        for number, parts in enumerate(TEMPLATE_PARTS, start=1)
        for name, label in parts
    )


def _choice(name: str, label: str, labels: Mapping[Any, str], **more: Any) -> Field:
    choices = tuple(labels.values())
    return Field(name, label, one_of(words_of(labels)), show=labelled(labels), choices=choices, **more)


def _particular_fields() -> list[Field]:
    return [
        Field(
            f"{PARTICULAR}{entry.name}",
            entry.label,
            _reader_of(entry),
            show=labelled(dict(entry.choices)) if entry.choices else as_it_is,
            choices=tuple(label for _code, label in entry.choices),
            help=KIND_LABELS[kind],
        )
        for kind, entries in PARTICULARS.items()
        for entry in entries
    ]


def _reader_of(entry: Particular) -> Reader[Any]:
    if entry.input is Input.CHOICE:
        return one_of(words_of_pairs(entry.choices))
    if entry.input is Input.WAN:
        return _amount_as_typed
    return {Input.LINE: text(200), Input.TEXT: text(2000), Input.DAY: day}[entry.input]


def _amount_as_typed(cell: object) -> str:
    amount_wan(cell)
    return as_text(cell)
