"""A row of a file as an achievement: its columns, its draft, what is wrong with it, and how it is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.achievements import queries as achievement_queries
from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement, Figure
from marketplace.achievements.policies import POLICY
from marketplace.achievements.services import (
    PRICE_MAX_BELOW,
    PRICE_MIN_ASKED,
    AchievementDraft,
    FigureRow,
    Step,
    advance_achievement,
    draft_achievements,
    facts_of,
    revise_achievement,
    rows_of,
)
from marketplace.bulk.cells import amount_wan, is_to_be_discussed, one_of, several_of, text, texts, whole, words_of
from marketplace.bulk.fields import Field, drafted, entries_of
from marketplace.bulk.queries import in_its_department
from marketplace.bulk.showing import CODES, as_list, labelled, lines, objects, several, wan
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
from marketplace.core.actor import Actor
from marketplace.core.text import Message, _, say
from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.cooperation import COOPERATION_LABELS, OFFERED

MOST_FIGURES = 40
MOST_INVENTORS = 50
MOST_PATENTS = 50
EVIDENCE_CHARACTERS = 2000
UNDONE = _("撤销导入")
supersedes: Mapping[str, str] = {}
NO_TEXT = _("没有正文，无法挂牌：至少要有公开摘要或技术说明之一。")

FIGURE_FIELDS = (
    Field("name", _("指标"), text(room(Figure.name)), is_required=True),
    Field("value", _("数值"), text(room(Figure.value)), is_required=True),
    Field("unit", _("单位"), text(room(Figure.unit))),
    Field("evidence", _("依据"), text(room(Figure.evidence))),
)
FIGURES_IN_A_LINE = ("name", "value", "unit", "evidence")
FIGURES_HELP = _("一行一项，各段用竖线分开：指标 | 数值 | 单位 | 依据")
PRICE_HELP = _("填数字；面议写“面议”或空着。")
read_figures = entries_of(FIGURE_FIELDS, FIGURES_IN_A_LINE, lambda values: FigureRow(**values), most=MOST_FIGURES)


def price(cell: object) -> int | None:
    """A price in 万元 as fen; 面议 is none."""
    return None if is_to_be_discussed(cell) else amount_wan(cell)


def fields_of(catalogue: Catalogue) -> tuple[Field, ...]:
    directions = direction_words(catalogue)
    offered = words_of({mode: COOPERATION_LABELS[mode] for mode in OFFERED})
    direction, in_words = named(catalogue.directions), names_of(catalogue.directions)
    cooperation = tuple(COOPERATION_LABELS[mode] for mode in OFFERED)
    return (
        Field("title", _("成果名称"), text(room(Achievement.title)), is_required=True),
        Field("title_en", _("英文名称"), text(room(Achievement.title_en))),
        Field("summary", _("公开摘要"), text(SUMMARY), help=_("两三句话，公开。")),
        Field("summary_en", _("英文摘要"), text(SUMMARY_EN)),
        Field("description", _("技术说明"), text(LONG_TEXT), help=_("做到了什么、怎么做到的，公开。")),
        Field("direction", _("方向"), one_of(directions), show=direction, choices=in_words),
        Field(
            "other_directions",
            _("其他相关方向"),
            several_of(directions),
            show=several(direction),
            choices=in_words,
            takes_several=True,
        ),
        Field("topics", _("技术关键词"), texts(MOST_TOPICS), show=as_list, takes_several=True),
        Field("figures", _("性能指标"), read_figures, show=show_figures, help=FIGURES_HELP),
        Field("readiness", _("成熟度"), whole(1, 9), help=_("1 到 9 级。")),
        Field("readiness_evidence", _("成熟度佐证"), text(EVIDENCE_CHARACTERS)),
        Field("inventors", _("完成人"), texts(MOST_INVENTORS), show=as_list, takes_several=True),
        Field(
            "cooperation",
            _("合作方式"),
            several_of(offered),
            show=several(labelled(COOPERATION_LABELS)),
            choices=cooperation,
            takes_several=True,
        ),
        Field("price_min_wan", _("价格或最低价（万元）"), price, to="price_min_fen", show=wan, help=PRICE_HELP),
        Field("price_max_wan", _("最高价（万元）"), price, to="price_max_fen", show=wan, help=_("只有一个价时空着。")),
        Field("patents", _("相关专利号"), texts(MOST_PATENTS), show=as_list, takes_several=True),
        Field(
            "area",
            _("街镇/园区"),
            one_of(area_words(catalogue)),
            show=named(catalogue.areas),
            choices=names_of(catalogue.areas),
        ),
    )


def show_figures(rows: Sequence[Any], tongue: str) -> object:
    if tongue == CODES:
        return objects(rows, FIGURES_IN_A_LINE)
    return lines([[getattr(row, name) for name in FIGURES_IN_A_LINE] for row in rows])


def values_of(achievement: Achievement) -> dict[str, Any]:
    """What is stored, by what a draft calls it. Figures must be loaded."""
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in facts_of(achievement).items()}
    return facts | {"figures": tuple(FigureRow(**row) for row in rows_of(achievement))}


def to_draft(values: Mapping[str, Any], _now: datetime) -> AchievementDraft:
    return drafted(AchievementDraft, values)


def faults_of(values: Mapping[str, Any], _now: datetime, *, publishes: bool) -> dict[str, Message]:
    """What is wrong between the columns of a row, by the field's name."""
    faults: dict[str, Message] = {}
    low, high = values.get("price_min_fen"), values.get("price_max_fen")
    if high is not None and low is None:
        faults["price_min_wan"] = say(PRICE_MIN_ASKED)
    elif high is not None and low is not None and high < low:
        faults["price_max_wan"] = say(PRICE_MAX_BELOW)
    if publishes and not (values.get("summary") or values.get("description")):
        faults["description"] = say(NO_TEXT)
    return faults


def write(
    session: Session,
    actor: Actor,
    organisation_id: int,
    drafts: Sequence[AchievementDraft],
    *,
    publishes: bool,
    now: datetime,
) -> Sequence[Achievement]:
    """Draft them, and publish them as they came where that was asked for."""
    made = draft_achievements(session, actor, organisation_id=organisation_id, drafts=drafts, now=now)
    if publishes:
        for achievement in made:
            advance_achievement(session, actor, achievement, "import_publish", step=Step(), now=now)
        session.flush()  # settles the version that an undo compares with
    return made


def find(session: Session, actor: Actor, references: Sequence[str]) -> Mapping[str, Achievement]:
    return achievement_queries.find_visible(session, actor, references)


def owner_of(achievement: Achievement) -> int | None:
    return achievement.organisation_id


def code_of_owner(achievement: Achievement) -> str:
    return achievement.organisation.code


def title_of(achievement: Achievement) -> str:
    return achievement.title


def may_edit(actor: Actor, achievement: Achievement) -> bool:
    return POLICY["edit"](actor, achievement)


def revise(
    session: Session, actor: Actor, achievement: Achievement, draft: AchievementDraft, *, version: int, now: datetime
) -> None:
    kept = in_its_department(session, achievement, draft)
    revise_achievement(session, actor, achievement, draft=kept, version=version, now=now)


def take_back(session: Session, actor: Actor, achievement: Achievement, *, now: datetime) -> bool:
    """Withdraw a draft that an import made; what has gone further stays."""
    if achievement.state is not AchievementState.DRAFT:
        return False
    advance_achievement(session, actor, achievement, "withdraw", step=Step(reason=UNDONE), now=now)
    return True
