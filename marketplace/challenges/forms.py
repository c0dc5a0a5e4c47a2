"""What a person may type about a challenge."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
)
from wtforms.validators import NumberRange, Optional, ValidationError

from marketplace.challenges.indicators import COMPARATOR_LABELS, Comparator, faults_of
from marketplace.challenges.kinds import ChallengeKind, Input, Particular, particulars_of
from marketplace.challenges.models import Challenge, Disclosure, IpTerms
from marketplace.challenges.presenters import DISCLOSURE_LABELS, IP_LABELS, SECRECY_LABELS
from marketplace.challenges.services import ChallengeDraft, IndicatorRow, Step
from marketplace.core.calendar import beijing
from marketplace.core.errors import Invalid
from marketplace.core.secrecy import Secrecy
from marketplace.core.text import _
from marketplace.organisations.forms import DepartmentField, department_asked
from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.cooperation import COOPERATION_LABELS, WANTED
from marketplace.taxonomy.library import EMPTY, Better, Library, LibraryIndicator
from marketplace.taxonomy.presenters import area_choices, direction_choices, local
from marketplace.web.forms import (
    NOT_CHOSEN,
    AtMost,
    BaseForm,
    BeijingDateTimeField,
    ChecksField,
    ChoiceField,
    LongField,
    TextField,
    WanField,
)
from marketplace.web.language import gettext, translate
from marketplace.web.rows import AtMostParts, RowsField, change_rows, fill_row, parts_of

MAX_INDICATORS = 40
MAX_TOPICS = 12
NOT_A_NUMBER = _("请填写数字。")
NAME_ASKED = _("请填写指标名称。")
COMPARATORS: Mapping[Better, Comparator] = {
    Better.HIGHER: Comparator.AT_LEAST,
    Better.LOWER: Comparator.AT_MOST,
    Better.BETWEEN: Comparator.BETWEEN,
    Better.REACHED: Comparator.REACHED,
}
"""What a row asks that was picked from the library."""


def _choices(labels: Mapping[Any, str]) -> dict[str, str]:
    return {str(value): label for value, label in labels.items()}


class IndicatorForm(Form):
    """One row; a row without a name is left out."""

    name = TextField(_("指标"), [AtMost(120)])
    comparator = ChoiceField(_("要求"), choices=_choices(COMPARATOR_LABELS), default=Comparator.AT_LEAST)
    target = TextField(_("目标值"), [AtMost(40)])
    target_upper = TextField(_("区间上限"), [AtMost(40)])
    unit = TextField(_("计量单位"), [AtMost(40)])
    is_mandatory = BooleanField(_("必达"))
    present = TextField(_("现值"), [AtMost(60)])
    domestic_best = TextField(_("国内最好"), [AtMost(60)])
    international_best = TextField(_("国际最好"), [AtMost(60)])
    test_method = TextField(_("检测方法"), [AtMost(200)])

    def to_row(self) -> IndicatorRow:
        return IndicatorRow(
            name=self.name.text or "",
            comparator=Comparator(self.comparator.data),
            unit=self.unit.text,
            target=self.target.text,
            target_upper=self.target_upper.text,
            is_mandatory=bool(self.is_mandatory.data),
            present=self.present.text,
            domestic_best=self.domestic_best.text,
            international_best=self.international_best.text,
            test_method=self.test_method.text,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """A row with anything in it has a name, and a target that can be checked; each fault stands in its place."""
        is_sound = bool(super().validate(extra_validators))
        if self.is_blank or not is_sound:
            return is_sound
        faults = {} if self.name.text else {"name": NAME_ASKED}
        faults |= faults_of(Comparator(self.comparator.data), self.target.text, self.target_upper.text)
        for name, message in faults.items():
            self[name].errors = [gettext(message)]
        return not faults

    @property
    def is_blank(self) -> bool:
        return not any(
            field.data for field in self if field.name.rpartition("-")[2] not in ("comparator", "is_mandatory")
        )


class ChallengeForm(BaseForm):
    """The demand form; what only one kind asks is in ``particulars``, added by :func:`form_for`."""

    version = HiddenField()
    title = TextField(_("标题"), [AtMost(200)])
    title_en = TextField(_("英文标题"), [AtMost(300)])
    summary = LongField(_("公开摘要"), [AtMost(500)])
    summary_en = LongField(_("英文摘要"), [AtMost(1000)])
    background = LongField(_("背景与现状"), [AtMost(5000)])
    problem = LongField(_("要解决的问题"), [AtMost(5000)])
    scope = LongField(_("研究内容"), [AtMost(5000)])
    direction = ChoiceField(_("方向"), default="")
    other_directions = ChecksField(_("其他相关方向"))
    topics = TextField(_("技术关键词"), [AtMost(300), AtMostParts(MAX_TOPICS)])
    indicators = RowsField(FormField(IndicatorForm), MAX_INDICATORS)
    budget_fen = WanField(_("榜额（万元）"))
    months = IntegerField(_("周期（月）"), [Optional(), NumberRange(1, 120)])
    readiness_wanted = ChoiceField(
        _("成熟度起点"), default="", choices={"": NOT_CHOSEN} | {str(n): str(n) for n in range(1, 10)}
    )
    cooperation = ChecksField(_("合作方式"), choices={str(mode): COOPERATION_LABELS[mode] for mode in WANTED})
    ip_terms = ChoiceField(_("知识产权"), default="", choices={"": NOT_CHOSEN} | _choices(IP_LABELS))
    area = ChoiceField(_("街镇/园区"), default="")
    secrecy = RadioField(_("密级"), choices=_choices(SECRECY_LABELS), default=Secrecy.PUBLIC)
    disclosure = RadioField(_("公开范围"), choices=_choices(DISCLOSURE_LABELS), default=Disclosure.FULL)
    is_anonymous = BooleanField(_("匿名发榜：页面、搜索和导出都不显示单位名称"))
    wanted_close_at = BeijingDateTimeField(_("希望的截止时间"), [Optional()])
    has_no_state_secrets = BooleanField(_("我确认内容不涉及国家秘密"))
    department = DepartmentField()

    library: Library = EMPTY
    language: str = ""

    def offer(self, catalogue: Catalogue, language: str, library: Library = EMPTY) -> None:
        """Fill the choices that come from the taxonomy."""
        self.library, self.language = library, language
        not_chosen = {"": gettext(NOT_CHOSEN)}
        grouped = {industry: dict(entries) for industry, entries in direction_choices(catalogue, language).items()}
        self.direction.choices = not_chosen | grouped
        self.other_directions.choices = {code: name for entries in grouped.values() for code, name in entries.items()}
        self.area.choices = not_chosen | dict(area_choices(catalogue, language))

    def change_rows(self, form: Any) -> bool:
        """Add, fill or remove an indicator row when that is what the button asked; True when it was."""
        if "add_from_library" in form:
            picked = self.library.find(form.get("library"))
            if picked is not None and not self.indicators.is_full:
                fill_row(self.indicators, picked_row(picked, self.language))
            return True
        return change_rows(self.indicators, form)

    def to_draft(self, kind: ChallengeKind) -> ChallengeDraft:
        return ChallengeDraft(
            kind=kind,
            title=self.title.text or "",
            title_en=self.title_en.text,
            summary=self.summary.text,
            summary_en=self.summary_en.text,
            background=self.background.text,
            problem=self.problem.text,
            scope=self.scope.text,
            direction=self.direction.data or None,
            other_directions=tuple(code for code in self.other_directions.data or () if code != self.direction.data),
            topics=parts_of(self.topics.text),
            area=self.area.data or None,
            budget_fen=self.budget_fen.amount_fen,
            months=self.months.data,
            readiness_wanted=int(self.readiness_wanted.data) if self.readiness_wanted.data else None,
            cooperation=tuple(self.cooperation.data or ()),
            ip_terms=IpTerms(self.ip_terms.data) if self.ip_terms.data else None,
            secrecy=Secrecy(self.secrecy.data),
            disclosure=Disclosure(self.disclosure.data),
            is_anonymous=bool(self.is_anonymous.data),
            has_no_state_secrets=bool(self.has_no_state_secrets.data),
            department=department_asked(self),
            particulars=_particulars_data(self),
            wanted_close_at=self.wanted_close_at.moment,
            indicators=tuple(entry.form.to_row() for entry in self.indicators if not entry.form.is_blank),
        )

    def show_challenge(self, challenge: Challenge) -> None:
        """Fill a form that was not posted with what is stored."""
        self.budget_fen.set_fen(challenge.budget_fen)
        self.topics.data = "，".join(challenge.topics)
        self.readiness_wanted.data = str(challenge.readiness_wanted or "")
        self.version.data = str(challenge.version)
        if challenge.wanted_close_at:
            self.wanted_close_at.data = beijing(challenge.wanted_close_at).replace(tzinfo=None)


def picked_row(indicator: LibraryIndicator, language: str) -> dict[str, str]:
    """What the library knows of a row; the target is the poster's."""
    return {
        "name": local(indicator.name, language),
        "comparator": COMPARATORS[indicator.better],
        "unit": local(indicator.unit, language) if indicator.unit else "",
        "test_method": indicator.standard or "",
    }


def form_for(kind: ChallengeKind) -> type[ChallengeForm]:
    """The form of one kind: the common one and what only this kind asks."""
    entries = particulars_of(kind)
    if not entries:
        return ChallengeForm
    inner = type("ParticularsForm", (Form,), {entry.name: _INPUTS[entry.input](entry) for entry in entries})
    return type("ChallengeForm", (ChallengeForm,), {"particulars": FormField(inner)})


def _particulars_data(form: ChallengeForm) -> dict[str, Any]:
    field = form._fields.get("particulars")
    if field is None:
        return {}
    return {name: _plain(value) for name, value in field.data.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value


def _is_number(_form: Form, field: Field) -> None:
    try:
        Decimal((field.data or "0").replace(",", ""))
    except InvalidOperation:
        raise ValidationError(translate(NOT_A_NUMBER)) from None


class StoredDateField(DateField):
    """A day kept as text, 2027-03-01, in the particulars."""

    def process_data(self, value: Any) -> None:
        super().process_data(date.fromisoformat(value) if isinstance(value, str) and value else value)


_INPUTS: dict[Input, Callable[[Particular], Field]] = {
    Input.LINE: lambda entry: TextField(entry.label, [AtMost(200)], description=entry.help),
    Input.TEXT: lambda entry: LongField(entry.label, [AtMost(2000)], description=entry.help),
    Input.DAY: lambda entry: StoredDateField(entry.label, [Optional()], description=entry.help),
    Input.WAN: lambda entry: TextField(entry.label, [AtMost(20), _is_number], description=entry.help),
    Input.CHOICE: lambda entry: ChoiceField(entry.label, default="", choices={"": NOT_CHOSEN} | dict(entry.choices)),
}


class StepForm(BaseForm):
    """What a step of the lifecycle may carry."""

    reason = LongField(_("理由"), [AtMost(1000)])
    publish_at = BeijingDateTimeField(_("发榜时间"), [Optional()])
    bids_close_at = BeijingDateTimeField(_("揭榜截止时间"), [Optional()])

    def to_step(self) -> Step:
        return Step(reason=self.reason.text, publish_at=self.publish_at.moment, bids_close_at=self.bids_close_at.moment)


class ExtensionForm(BaseForm):
    """A later end of bidding; its fields have names of their own, since the page shows it beside other steps."""

    new_close_at = BeijingDateTimeField(_("新的揭榜截止时间"), [Optional()])
    extension_reason = LongField(_("延长的理由"), [AtMost(1000)])

    def to_step(self) -> Step:
        return Step(reason=self.extension_reason.text, bids_close_at=self.new_close_at.moment)

    def show(self, error: Invalid) -> None:
        here = {"bids_close_at": "new_close_at", "reason": "extension_reason"}
        super().show(Invalid({here.get(name, name): message for name, message in error.fields.items()}))
