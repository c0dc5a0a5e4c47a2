"""What a person may type about an organisation."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import DateField, HiddenField, RadioField, SelectField
from wtforms.validators import Optional

from marketplace.accounts.models import User
from marketplace.core.actor import Role
from marketplace.core.text import _
from marketplace.organisations.models import Department, Organisation, OrganisationKind, SizeClass
from marketplace.organisations.presenters import KIND_LABELS, ROLE_CHOICES, SIZE_LABELS
from marketplace.organisations.qualifications import LABELS, QualificationKind
from marketplace.organisations.queries.people import Member
from marketplace.organisations.services import (
    IDENTITY,
    MAX_DEPARTMENT_CHARACTERS,
    MAX_NAME_CHARACTERS,
    MAX_REASON_CHARACTERS,
    OrganisationDraft,
)
from marketplace.organisations.services.qualifications import MAX_ISSUER, MAX_NUMBER, Claim
from marketplace.web.forms import AtMost, BaseForm, LongField, Required, TextField, whole_number
from marketplace.web.language import gettext, language

NOT_CHOSEN = _("请选择")
NOT_SAID = _("未填写")
OUTSIDE = _("不在本区")
NOBODY = _("暂不指定")
WHOLE = _("整个单位")
MAX_CODE_TYPED = 60
MAX_LINE = 200
MAX_TEXT = 5000
MAX_DEPARTMENT_EN = 120
INVITED_AS = {
    str(Role.EDITOR): _("经办人：填写和提交内容"),
    str(Role.APPROVER): _("审核人：填写，也放行单位内部审核"),
    str(Role.READER): _("查阅人：只看，不改"),
    str(Role.OWNER): _("负责人：管理资料、成员和部门"),
}


class OrganisationForm(BaseForm):
    code = TextField(_("统一社会信用代码"), [Required(), AtMost(MAX_CODE_TYPED)])
    name = TextField(_("单位全称"), [Required(), AtMost(MAX_NAME_CHARACTERS)])
    kind = SelectField(_("单位类型"), [Required()])
    size = SelectField(_("企业规模"))
    area = SelectField(_("所在街镇/园区"))
    address = TextField(_("地址"), [AtMost(MAX_LINE)])
    website = TextField(_("网址"), [AtMost(MAX_LINE)])
    introduction = LongField(_("简介"), [AtMost(MAX_TEXT)])
    name_en = TextField(_("英文名称"), [AtMost(MAX_LINE)])
    introduction_en = LongField(_("英文简介"), [AtMost(MAX_TEXT)])
    version = HiddenField()

    def offer(self, areas: Sequence[tuple[str, str]]) -> None:
        """Fill the lists in the page's language."""
        if self.kind:
            kinds = {str(kind): gettext(label) for kind, label in KIND_LABELS.items()}
            self.kind.choices = {"": gettext(NOT_CHOSEN)} | kinds
        sizes = {str(size): gettext(label) for size, label in SIZE_LABELS.items()}
        self.size.choices = {"": gettext(NOT_SAID)} | sizes
        self.area.choices = {"": gettext(OUTSIDE)} | dict(areas)

    def fix_identity(self) -> None:
        """Leave out what only an operator may change once it was verified."""
        for name in IDENTITY:
            delattr(self, name)

    def to_draft(self, verified: Organisation | None = None) -> OrganisationDraft:
        """The draft as typed; ``verified`` gives what :meth:`fix_identity` left out."""
        return OrganisationDraft(
            code=verified.code if verified else self.code.text or "",
            name=verified.name if verified else self.name.text or "",
            kind=verified.kind if verified else OrganisationKind(self.kind.data),
            size=SizeClass(self.size.data) if self.size.data else None,
            area=self.area.data or None,
            address=self.address.text,
            website=self.website.text,
            introduction=self.introduction.text,
            name_en=self.name_en.text,
            introduction_en=self.introduction_en.text,
        )

    @property
    def seen_version(self) -> int:
        return whole_number(self.version.data) or 0


class DepartmentField(SelectField):
    """Which part of its organisation something belongs to; :func:`offer_departments` fills it, or takes it away."""

    def __init__(self, label: str = _("院系/部门"), **kwargs: Any) -> None:
        super().__init__(label, default="", choices={}, **kwargs)


def offer_departments(form: BaseForm, parts: Sequence[Department], chosen_id: int | None) -> None:
    """Offer these departments in the page's language, with the one that is stored chosen; no field where none are."""
    if not parts:
        del form.department
        return
    names = {one.public_id: (one.name_en if language() == "en" else None) or one.name for one in parts}
    form.department.choices = {"": gettext(WHOLE)} | names
    if form.department.raw_data is None:
        form.department.data = next((one.public_id for one in parts if one.id == chosen_id), "")


def department_asked(form: BaseForm) -> str | None:
    field = form._fields.get("department")
    return (field.data or None) if field is not None else None


class StepForm(BaseForm):
    """What a step of the verification may carry."""

    reason = LongField(_("理由"), [AtMost(MAX_REASON_CHARACTERS)])
    version = HiddenField()

    @property
    def seen_version(self) -> int | None:
        return whole_number(self.version.data)


class DepartmentForm(BaseForm):
    name = TextField(_("部门名称"), [Required(), AtMost(MAX_DEPARTMENT_CHARACTERS)])
    name_en = TextField(_("英文名称"), [AtMost(MAX_DEPARTMENT_EN)])


class RoleForm(BaseForm):
    role = RadioField(_("角色"), choices=ROLE_CHOICES)
    department = HiddenField()

    def to_role(self) -> Role:
        return Role(self.role.data)


class InviteForm(BaseForm):
    email = TextField(_("邮箱"), [Required(), AtMost(MAX_LINE)])
    role = RadioField(_("角色"), choices=INVITED_AS, default=str(Role.EDITOR))
    department = DepartmentField()


class LeaveForm(BaseForm):
    """Who takes over, where the last owner leaves; :meth:`offer` takes the field away from everybody else."""

    successor = RadioField(_("接任的负责人"), [Required()], choices={})

    def offer(self, members: Sequence[Member]) -> None:
        if members:
            self.successor.choices = {one.id: f"{one.name}（{one.email}）" for one in members}
        else:
            del self.successor

    @property
    def offers_somebody(self) -> bool:
        return "successor" in self._fields

    @property
    def chosen(self) -> str | None:
        return self.successor.data if self.offers_somebody else None


class QualificationForm(BaseForm):
    kind = SelectField(_("资质或载体"), [Required()])
    number = TextField(_("证书或文件编号"), [Required(), AtMost(MAX_NUMBER)])
    issuer = TextField(_("认定单位"), [Required(), AtMost(MAX_ISSUER)])
    valid_from = DateField(_("有效期第一天"), [Required()])
    valid_until = DateField(_("有效期最后一天"), [Optional()])

    def offer(self) -> None:
        kinds = {str(kind): gettext(label) for kind, label in LABELS.items()}
        self.kind.choices = {"": gettext(NOT_CHOSEN)} | kinds

    def to_claim(self) -> Claim:
        return Claim(
            kind=QualificationKind(self.kind.data),
            number=self.number.text or "",
            issuer=self.issuer.text or "",
            valid_from=self.valid_from.data or date.min,
            valid_until=self.valid_until.data,
        )


class CommissionerForm(BaseForm):
    commissioner = SelectField(_("服务专员"))

    def offer(self, people: Sequence[User], chosen_id: int | None) -> None:
        names = {one.public_id: f"{one.name}（{one.email}）" for one in people}
        self.commissioner.choices = {"": gettext(NOBODY)} | names
        if self.commissioner.raw_data is None:
            self.commissioner.data = next((one.public_id for one in people if one.id == chosen_id), "")


class SwitchForm(BaseForm):
    organisation = HiddenField(validators=[Required()])
