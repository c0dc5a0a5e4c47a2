"""What a person may type about their own account."""

from collections.abc import Sequence

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField

from marketplace.accounts import terms
from marketplace.accounts.services import MAX_NAME_CHARACTERS, Registration
from marketplace.accounts.services.administration import MAX_REASON
from marketplace.accounts.standing import ROLE_WORDS
from marketplace.core.actor import STAFF_ROLES, Role
from marketplace.core.text import _
from marketplace.web.forms import AtMost, BaseForm, LongField, Required, TextField
from marketplace.web.language import gettext

MAX_TYPED = 254
MAX_CODE = 40
NO_AREA = _("不是街镇专员")
STAFF_CHOICES = {str(role): ROLE_WORDS[role] for role in Role if role in STAFF_ROLES}
LANGUAGE_CHOICES = {"zh": _("中文"), "en": _("英文")}


class SignInForm(BaseForm):
    email = TextField(_("邮箱"), [Required(), AtMost(MAX_TYPED)])
    password = PasswordField(_("密码"), [Required(), AtMost(MAX_TYPED)])


class RegisterForm(BaseForm):
    name = TextField(_("姓名"), [Required(), AtMost(MAX_NAME_CHARACTERS)])
    email = TextField(_("邮箱"), [Required(), AtMost(MAX_TYPED)])
    password = PasswordField(_("密码"), [Required()])
    consent = BooleanField(_("我已阅读并同意服务条款与隐私说明"))
    consent_version = HiddenField(default=terms.VERSION)

    def to_registration(self, language: str) -> Registration:
        return Registration(
            name=self.name.text or "",
            email=self.email.text or "",
            password=self.password.data or "",
            consent_version=(self.consent_version.data or "") if self.consent.data else "",
            language=language,
        )


class JoinForm(BaseForm):
    """A registration whose address a letter has proved."""

    name = TextField(_("姓名"), [Required(), AtMost(MAX_NAME_CHARACTERS)])
    password = PasswordField(_("密码"), [Required()])
    consent = BooleanField(_("我已阅读并同意服务条款与隐私说明"))
    consent_version = HiddenField(default=terms.VERSION)

    def to_registration(self, email: str, language: str) -> Registration:
        return Registration(
            name=self.name.text or "",
            email=email,
            password=self.password.data or "",
            consent_version=(self.consent_version.data or "") if self.consent.data else "",
            language=language,
        )


class ForgotPasswordForm(BaseForm):
    email = TextField(_("邮箱"), [Required(), AtMost(MAX_TYPED)])


class ResetPasswordForm(BaseForm):
    password = PasswordField(_("新密码"), [Required()])


class ChangePasswordForm(BaseForm):
    old_password = PasswordField(_("现在的密码"), [Required(), AtMost(MAX_TYPED)])
    new_password = PasswordField(_("新密码"), [Required()])


class ProfileForm(BaseForm):
    name = TextField(_("姓名"), [Required(), AtMost(MAX_NAME_CHARACTERS)])
    language = RadioField(_("邮件与页面的语言"), choices=LANGUAGE_CHOICES)


class VerifyForm(BaseForm):
    """A button and its security token."""


class ConsentForm(BaseForm):
    consent = BooleanField(_("我已阅读并同意服务条款与隐私说明"))
    consent_version = HiddenField(default=terms.VERSION)


class EraseForm(BaseForm):
    password = PasswordField(_("现在的密码"), [Required(), AtMost(MAX_TYPED)])
    is_sure = BooleanField(_("我知道注销后不能恢复"), [Required()])


class ReasonForm(BaseForm):
    reason = LongField(_("理由"), [AtMost(MAX_REASON)])


class GrantForm(BaseForm):
    role = RadioField(_("平台角色"), choices=STAFF_CHOICES)
    area = SelectField(_("街镇/园区（只对街镇专员）"))

    def offer(self, areas: Sequence[tuple[str, str]]) -> None:
        self.area.choices = {"": gettext(NO_AREA)} | dict(areas)


class CodeForm(BaseForm):
    code = TextField(_("验证码"), [Required(), AtMost(MAX_CODE)])
