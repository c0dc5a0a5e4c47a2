"""The pages of signing in, registering and one's own account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import login, queries, services
from marketplace.accounts.forms import (
    ChangePasswordForm,
    ForgotPasswordForm,
    ProfileForm,
    RegisterForm,
    ResetPasswordForm,
    SignInForm,
    VerifyForm,
)
from marketplace.accounts.models import LetterKind
from marketplace.accounts.standing import ROLE_WORDS, staff_roles
from marketplace.core.errors import Conflict, DomainError, Invalid
from marketplace.core.text import _
from marketplace.web.access import anonymous_form, public, signed_in
from marketplace.web.current import actor, config, now, registry
from marketplace.web.errors import status_of
from marketplace.web.forms import BaseForm
from marketplace.web.language import gettext, language, translate
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("accounts", __name__)

VERIFIED = _("邮箱已验证，请登录。")
RESET = _("密码已重设，请用新密码登录。")
SIGNED_OUT = _("已退出登录。")
SAVED = _("已保存。")
PASSWORD_CHANGED = _("密码已修改，其他浏览器里的登录都已结束。")


@blueprint.route("/login", methods=["GET", "POST"], endpoint="login")
@anonymous_form
def sign_in() -> ResponseReturnValue:
    if request.method == "GET" and actor().is_signed_in:
        return redirect(login.destination())
    form = SignInForm()
    if not form.validate_on_submit():
        return _form_page("accounts/login.html", form)
    refusal = _sign_in(form)
    return _refused("accounts/login.html", form, refusal) if refusal else redirect(login.destination())


@blueprint.post("/logout")
@signed_in
def logout() -> ResponseReturnValue:
    with writing() as session:
        services.sign_out(session, actor(), login.current_token(), now=now())
    login.end()
    flash(gettext(SIGNED_OUT))
    return redirect(url_for(".login"))


@blueprint.route("/register", methods=["GET", "POST"])
@anonymous_form
def register() -> ResponseReturnValue:
    form = RegisterForm()
    if not form.validate_on_submit():
        return _form_page("accounts/register.html", form)
    try:
        with writing() as session:
            registration = form.to_registration(language())
            locked = services.register(session, registration, client_address=_client_address(), now=now())
    except Invalid as error:
        return _refused("accounts/register.html", form, error)
    return _refused("accounts/register.html", form, locked) if locked else redirect(url_for(".letter_sent"))


@blueprint.get("/letter-sent")
@public
def letter_sent() -> ResponseReturnValue:
    return render_template("accounts/letter_sent.html", is_demo=config().is_demo)


@blueprint.route("/verify-email/<string(length=43):token>", methods=["GET", "POST"])
@anonymous_form
def verify_email(token: str) -> ResponseReturnValue:
    form = VerifyForm()
    if not form.validate_on_submit():
        return _letter_page("accounts/verify_email.html", form, LetterKind.VERIFY_EMAIL, token)
    with writing() as session:
        services.verify_email(session, token, now=now())
    flash(gettext(VERIFIED))
    return redirect(url_for(".login"))


@blueprint.route("/password/forgot", methods=["GET", "POST"])
@anonymous_form
def forgot_password() -> ResponseReturnValue:
    form = ForgotPasswordForm()
    if not form.validate_on_submit():
        return _form_page("accounts/forgot_password.html", form)
    with writing() as session:
        email = form.email.text or ""
        locked = services.request_reset(session, email, client_address=_client_address(), now=now())
    return _refused("accounts/forgot_password.html", form, locked) if locked else redirect(url_for(".letter_sent"))


@blueprint.route("/password/reset/<string(length=43):token>", methods=["GET", "POST"])
@anonymous_form
def reset_password(token: str) -> ResponseReturnValue:
    form = ResetPasswordForm()
    if not form.validate_on_submit():
        return _letter_page("accounts/reset_password.html", form, LetterKind.RESET_PASSWORD, token)
    try:
        with writing() as session:
            services.reset_password(session, token, password=form.password.data or "", now=now())
    except Invalid as error:
        return _refused("accounts/reset_password.html", form, error)
    login.end()
    flash(gettext(RESET))
    return redirect(url_for(".login"))


@blueprint.route("/account", methods=["GET", "POST"])
@signed_in
def account() -> ResponseReturnValue:
    form = ProfileForm()
    if not form.validate_on_submit():
        return _account_page(form)
    try:
        with writing() as session:
            user = queries.own_account(session, actor())
            name, wanted = form.name.text or "", form.language.data
            services.revise_profile(session, actor(), user, name=name, language=wanted, now=now())
    except Invalid as error:
        form.show(error)
        return _account_page(form)
    flash(gettext(SAVED))
    return redirect(url_for(".account", lang=form.language.data))


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return _form_page("accounts/change_password.html", form)
    try:
        refusal = _change_password(form)
    except Invalid as error:
        refusal = error
    if refusal:
        return _refused("accounts/change_password.html", form, refusal)
    flash(gettext(PASSWORD_CHANGED))
    return redirect(url_for(".account"))


def _sign_in(form: SignInForm) -> DomainError | None:
    moment, client_address = now(), _client_address()
    with reading() as session:
        claim = services.examine(
            session,
            email=form.email.text or "",
            password=form.password.data or "",
            client_address=client_address,
            now=moment,
        )
    with writing() as session:
        result = services.sign_in(
            session, claim, client_address=client_address, now=moment, previous_token=login.current_token()
        )
    if result.token:
        login.start(result.token)
    return result.refusal


def _change_password(form: ChangePasswordForm) -> DomainError | None:
    with writing() as session:
        return services.change_password(
            session,
            actor(),
            queries.own_account(session, actor()),
            old=form.old_password.data or "",
            new=form.new_password.data or "",
            token=login.current_token(),
            client_address=_client_address(),
            now=now(),
        )


def _account_page(form: ProfileForm) -> ResponseReturnValue:
    with reading() as session:
        user = queries.own_account(session, actor())
        panels = registry().panels_of(session, actor(), "user", user, now=now())
    if request.method == "GET":
        form.process(obj=user)
    roles = [ROLE_WORDS[role] for role in staff_roles(actor().grants)]
    page = render_template("accounts/account.html", form=form, user=user, roles=roles, panels=panels)
    return page, 422 if form.faults else 200


def _letter_page(template: str, form: BaseForm, kind: LetterKind, token: str) -> ResponseReturnValue:
    """The page behind a letter's link; a dead link says so before anything is typed."""
    with reading() as session:
        if queries.live_letter(session, kind, token, now=now()) is None:
            raise Conflict(services.LETTER_DEAD)
    return _form_page(template, form)


def _form_page(template: str, form: BaseForm) -> ResponseReturnValue:
    return render_template(template, form=form), 422 if form.faults else 200


def _refused(template: str, form: BaseForm, error: DomainError) -> ResponseReturnValue:
    """The form again, what was typed kept, the reason at its place or at the head."""
    if isinstance(error, Invalid):
        form.show(error)
    else:
        form.form_errors.append(translate(error.message))
    return render_template(template, form=form), status_of(error)


def _client_address() -> str:
    return request.remote_addr or ""
