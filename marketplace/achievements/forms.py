"""What a person may type about an achievement."""

from typing import Any

from wtforms import BooleanField, DateField, Form, FormField, HiddenField, RadioField, SelectField
from wtforms.validators import Optional, ValidationError

from marketplace.achievements.maturity import LEVELS
from marketplace.achievements.models import Achievement
from marketplace.achievements.services import AchievementDraft, FigureRow, Step
from marketplace.core.secrecy import SECRECY_LABELS, Secrecy
from marketplace.core.text import _
from marketplace.organisations.forms import DepartmentField, department_asked
from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.cooperation import COOPERATION_LABELS, OFFERED, Cooperation
from marketplace.taxonomy.presenters import area_choices, direction_choices
from marketplace.web.forms import (
    NOT_CHOSEN,
    AtMost,
    BaseForm,
    BeijingDateTimeField,
    ChecksField,
    LongField,
    TextField,
    WanField,
)
from marketplace.web.language import gettext
from marketplace.web.rows import AtMostParts, RowsField, change_rows, parts_of

MAX_FIGURES = 40
MAX_TOPICS = 12
MAX_INVENTORS = 50
MAX_PATENTS = 50
FIGURE_NAME_ASKED = _("请填写指标名称。")
FIGURE_VALUE_ASKED = _("请填写数值。")


class FigureForm(Form):
    """One row; a row with nothing in it is left out."""

    name = TextField(_("指标"), [AtMost(120)])
    value = TextField(_("数值"), [AtMost(60)])
    unit = TextField(_("计量单位"), [AtMost(40)])
    evidence = TextField(_("依据"), [AtMost(200)])

    def validate_name(self, field: TextField) -> None:
        if not field.text and not self.is_blank:
            raise ValidationError(gettext(FIGURE_NAME_ASKED))

    def validate_value(self, field: TextField) -> None:
        if not field.text and not self.is_blank:
            raise ValidationError(gettext(FIGURE_VALUE_ASKED))

    def to_row(self) -> FigureRow:
        return FigureRow(
            name=self.name.text or "",
            value=self.value.text or "",
            unit=self.unit.text,
            evidence=self.evidence.text,
        )

    @property
    def is_blank(self) -> bool:
        return not any(str(field.data or "").strip() for field in self)


class AchievementForm(BaseForm):
    """The listing form."""

    version = HiddenField()
    title = TextField(_("成果名称"), [AtMost(200)])
    title_en = TextField(_("英文名称"), [AtMost(300)])
    summary = LongField(_("公开摘要"), [AtMost(500)])
    summary_en = LongField(_("英文摘要"), [AtMost(1000)])
    description = LongField(_("技术说明"), [AtMost(5000)])
    direction = SelectField(_("方向"), default="")
    other_directions = ChecksField(_("其他相关方向"))
    topics = TextField(_("技术关键词"), [AtMost(300), AtMostParts(MAX_TOPICS)])
    readiness = SelectField(_("成熟度"), default="")
    readiness_evidence = LongField(_("成熟度佐证"), [AtMost(2000)])
    figures = RowsField(FormField(FigureForm), MAX_FIGURES)
    inventors = TextField(_("完成人"), [AtMost(600), AtMostParts(MAX_INVENTORS)])
    patents = LongField(_("相关专利号"), [AtMost(1500), AtMostParts(MAX_PATENTS)])
    cooperation = ChecksField(_("合作方式"), choices={mode.value: COOPERATION_LABELS[mode] for mode in OFFERED})
    price_min_fen = WanField(_("价格或最低价（万元）"))
    price_max_fen = WanField(_("最高价（万元）"))
    area = SelectField(_("街镇/园区"), default="")
    secrecy = RadioField(
        _("密级"),
        choices={str(kind): label for kind, label in SECRECY_LABELS.items()},
        default=Secrecy.PUBLIC,
        filters=[lambda value: value or Secrecy.PUBLIC],
    )
    has_no_state_secrets = BooleanField(_("我确认内容不涉及国家秘密"))
    department = DepartmentField()

    def offer(self, catalogue: Catalogue, language: str) -> None:
        """Fill the choices that come from the taxonomy, and the levels in the page's language."""
        not_chosen = {"": gettext(NOT_CHOSEN)}
        grouped = {industry: dict(entries) for industry, entries in direction_choices(catalogue, language).items()}
        self.direction.choices = not_chosen | grouped
        self.other_directions.choices = {code: name for entries in grouped.values() for code, name in entries.items()}
        self.area.choices = not_chosen | dict(area_choices(catalogue, language))
        self.readiness.choices = not_chosen | {str(n): f"{n} {gettext(level.name)}" for n, level in LEVELS.items()}

    @property
    def blank_row(self) -> FigureForm:
        """The row that the page's script copies; ``__n__`` becomes its number."""
        return FigureForm(prefix=f"{self.figures.name}-__n__-")

    def change_rows(self, form: Any) -> bool:
        """Add or remove a row of figures when that is what the button asked; True when it was."""
        return change_rows(self.figures, form)

    def to_draft(self) -> AchievementDraft:
        return AchievementDraft(
            title=self.title.text or "",
            title_en=self.title_en.text,
            summary=self.summary.text,
            summary_en=self.summary_en.text,
            description=self.description.text,
            direction=self.direction.data or None,
            other_directions=tuple(code for code in self.other_directions.data or () if code != self.direction.data),
            topics=parts_of(self.topics.text),
            area=self.area.data or None,
            readiness=int(self.readiness.data) if self.readiness.data else None,
            readiness_evidence=self.readiness_evidence.text,
            inventors=parts_of(self.inventors.text),
            cooperation=tuple(Cooperation(mode) for mode in self.cooperation.data or ()),
            price_min_fen=self.price_min_fen.amount_fen,
            price_max_fen=self.price_max_fen.amount_fen,
            patents=parts_of(self.patents.text),
            secrecy=Secrecy(self.secrecy.data),
            has_no_state_secrets=bool(self.has_no_state_secrets.data),
            department=department_asked(self),
            figures=tuple(entry.form.to_row() for entry in self.figures if not entry.form.is_blank),
        )

    def show_achievement(self, achievement: Achievement) -> None:
        """Fill a form that was not posted with what is stored."""
        self.version.data = str(achievement.version)
        self.topics.data = "，".join(achievement.topics)
        self.inventors.data = "、".join(achievement.inventors)
        self.patents.data = "\n".join(achievement.patents)
        self.readiness.data = str(achievement.readiness or "")
        self.price_min_fen.set_fen(achievement.price_min_fen)
        self.price_max_fen.set_fen(achievement.price_max_fen)


class StepForm(BaseForm):
    """What a step of the lifecycle may carry."""

    reason = LongField(_("理由"), [AtMost(1000)])
    publish_at = BeijingDateTimeField(_("挂牌时间"), [Optional()])
    last_day = DateField(_("挂牌截止日"), [Optional()])

    def to_step(self) -> Step:
        return Step(reason=self.reason.text, publish_at=self.publish_at.moment, last_day=self.last_day.data)
