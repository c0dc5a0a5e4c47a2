"""The pages of signing in, registering and one's own account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import login, queries, services
from marketplace.accounts.forms import (
    ChangePasswordForm,
    ConsentForm,
    ForgotPasswordForm,
    ProfileForm,
    RegisterForm,
    ResetPasswordForm,
    SignInForm,
    VerifyForm,
)
from marketplace.accounts.models import LetterKind
from marketplace.accounts.services import credentials, letters
from marketplace.accounts.standing import ROLE_WORDS, staff_roles
from marketplace.accounts.views.answers import client_address, form_page, refused
from marketplace.core.errors import DomainError, Invalid
from marketplace.core.text import _
from marketplace.web.access import anonymous_form, public, signed_in
from marketplace.web.current import actor, config, now, registry
from marketplace.web.forms import BaseForm
from marketplace.web.language import gettext, language
from marketplace.web.transaction import reading, writing

blueprint = Blueprint("accounts", __name__)

VERIFIED = _("邮箱已验证，请登录。")
RESET = _("密码已重设，请用新密码登录。")
SIGNED_OUT = _("已退出登录。")
SAVED = _("已保存。")
AGREED = _("已记录你的同意。")
PASSWORD_CHANGED = _("密码已修改，其他浏览器里的登录都已结束。")


@blueprint.route("/login", methods=["GET", "POST"], endpoint="login")
@anonymous_form
def sign_in() -> ResponseReturnValue:
    if request.method == "GET" and actor().is_signed_in:
        return redirect(login.destination())
    form = SignInForm()
    if not form.validate_on_submit():
        return form_page("accounts/login.html", form)
    result = _sign_in(form)
    if result.refusal:
        return refused("accounts/login.html", form, result.refusal)
    target = login.destination()
    return redirect(url_for("factors.ask", next=target) if result.awaits_factor else target)


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
    if not form.is_submitted():
        return form_page("accounts/register.html", form)
    registration = form.to_registration(language())
    form.validate()
    try:
        services.check_registration(registration)
    except Invalid as error:
        form.show_new(error)
    if form.faults:
        return form_page("accounts/register.html", form)
    locked = _register(registration)
    return refused("accounts/register.html", form, locked) if locked else redirect(url_for(".letter_sent"))


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
        return form_page("accounts/forgot_password.html", form)
    with writing() as session:
        email = form.email.text or ""
        locked = credentials.request_reset(session, email, client_address=client_address(), now=now())
    return refused("accounts/forgot_password.html", form, locked) if locked else redirect(url_for(".letter_sent"))


@blueprint.route("/password/reset/<string(length=43):token>", methods=["GET", "POST"])
@anonymous_form
def reset_password(token: str) -> ResponseReturnValue:
    form = ResetPasswordForm()
    if not form.validate_on_submit():
        return _letter_page("accounts/reset_password.html", form, LetterKind.RESET_PASSWORD, token)
    try:
        with reading() as session:
            password_hash = credentials.examine_reset(session, token, password=form.password.data or "", now=now())
    except Invalid as error:
        return refused("accounts/reset_password.html", form, error)
    with writing() as session:
        credentials.reset_password(session, token, password_hash=password_hash, now=now())
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
        return form_page("accounts/change_password.html", form)
    try:
        refusal = _change_password(form)
    except Invalid as error:
        refusal = error
    if refusal:
        return refused("accounts/change_password.html", form, refusal)
    flash(gettext(PASSWORD_CHANGED))
    return redirect(url_for(".account"))


@blueprint.route("/account/consent", methods=["GET", "POST"])
@signed_in
def consent() -> ResponseReturnValue:
    """The terms, for whoever agreed to none or to older ones; everybody else may read them again here."""
    form = ConsentForm()
    if not form.validate_on_submit():
        return _consent_page(form)
    version = (form.consent_version.data or "") if form.consent.data else ""
    try:
        with writing() as session:
            user = queries.own_account(session, actor())
            services.agree(session, actor(), user, version=version, token=login.current_token(), now=now())
    except Invalid as error:
        form.show(error)
        return _consent_page(form)
    flash(gettext(AGREED))
    return redirect(login.destination())


def _consent_page(form: ConsentForm) -> ResponseReturnValue:
    with reading() as session:
        agreed = queries.consents_of(session, actor())
    return form_page("accounts/consent.html", form, agreed=agreed, is_asked=login.is_held())


def _register(registration: services.Registration) -> DomainError | None:
    moment, address = now(), client_address()
    with reading() as session:
        hashed = services.examine_registration(session, registration, client_address=address, now=moment)
    with writing() as session:
        return services.register(session, registration, password_hash=hashed, client_address=address, now=moment)


def _sign_in(form: SignInForm) -> services.SignIn:
    moment, address = now(), client_address()
    with reading() as session:
        claim = services.examine(
            session,
            email=form.email.text or "",
            password=form.password.data or "",
            client_address=address,
            now=moment,
        )
    with writing() as session:
        result = services.sign_in(
            session,
            claim,
            client_address=address,
            now=moment,
            previous_token=login.current_token(),
            origin=login.origin(),
        )
    if result.token:
        login.start(result.token)
    return result


def _change_password(form: ChangePasswordForm) -> DomainError | None:
    moment, address = now(), client_address()
    old, new = form.old_password.data or "", form.new_password.data or ""
    with reading() as session:
        user = queries.own_account(session, actor())
        change = credentials.examine_change(
            session, actor(), user, old=old, new=new, client_address=address, now=moment
        )
    with writing() as session:
        return credentials.change_password(
            session,
            actor(),
            queries.own_account(session, actor()),
            change,
            token=login.current_token(),
            client_address=address,
            now=moment,
        )


def _account_page(form: ProfileForm) -> ResponseReturnValue:
    with reading() as session:
        user = queries.own_account(session, actor())
        panels = registry().panels_of(session, actor(), "user", user, now=now())
        has_factor = queries.has_factor(session, user.id)
    if request.method == "GET":
        form.process(obj=user)
    roles = [ROLE_WORDS[role] for role in staff_roles(actor().grants)]
    return form_page("accounts/account.html", form, user=user, roles=roles, panels=panels, has_factor=has_factor)


def _letter_page(template: str, form: BaseForm, kind: LetterKind, token: str) -> ResponseReturnValue:
    """The page behind a letter's link; a dead link says so before anything is typed."""
    with reading() as session:
        letters.live_letter(session, kind, token, now())
    return form_page(template, form)
