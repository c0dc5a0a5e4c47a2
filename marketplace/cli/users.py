"""``flask users …``: accounts and what is granted to them, for whoever runs the machine."""

import sys

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.accounts.models import User
from marketplace.accounts.services import factors
from marketplace.bulk.examination import on_behalf_of
from marketplace.cli.people import user_by_email
from marketplace.cli.refusals import told
from marketplace.core.actor import MEMBER_ROLES, SYSTEM, Role
from marketplace.core.errors import Invalid, NotFound
from marketplace.core.text import _, say
from marketplace.organisations import queries as organisation_queries
from marketplace.organisations.models import Department, Organisation
from marketplace.organisations.queries import people
from marketplace.organisations.services import members
from marketplace.taxonomy.current import catalogue
from marketplace.tokens import limits
from marketplace.tokens import queries as token_queries
from marketplace.tokens import services as tokens
from marketplace.web.current import now
from marketplace.web.language import gettext
from marketplace.web.transaction import writing

group = AppGroup("users", help="Accounts, roles and API tokens.")

CREATED = _("已建立账户 %(email)s，邮箱视为已验证。")
GRANTED = _("%(email)s 现在有角色 %(role)s（%(where)s）。")
FACTOR_RESET = _("%(email)s 的两步验证已重置，登录都已结束。")
EVERYWHERE = _("全平台")
PASSWORD_PROMPT = _("密码")
NO_SUCH_AREA = _("没有代码为“%(area)s”的街镇或园区。")
NO_SUCH_DEPARTMENT = _("这个单位没有名为“%(name)s”的部门。")
NO_SUCH_ORGANISATION = _("没有代码为 %(code)s 的单位。")
NOT_A_MEMBER = _("这个人不是该单位的成员。")
TOKENS_REVOKED = _("已吊销 %(count)d 个令牌。")
ORGANISATION_ASKED = _("单位成员的角色要用 --organisation 写明单位，平台角色不写。")


@group.command("create")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@with_appcontext
@told
def create(email: str, name: str, password_stdin: bool) -> None:
    """Make an account whose address needs no letter; the password is asked for."""
    password = _password(password_stdin)
    hashed = accounts.examine_person(email=email, name=name, password=password)
    with writing() as session:
        accounts.create_user(session, SYSTEM, email=email, name=name, password_hash=hashed, verified=True, now=now())
    click.echo(gettext(CREATED, email=email))


@group.command("grant")
@click.argument("email")
@click.argument("role", type=click.Choice([str(role) for role in Role]))
@click.option("--area", metavar="CODE", default="", help="For an area officer.")
@click.option("--organisation", metavar="CODE", help="For owner, approver, editor and reader.")
@click.option("--department", metavar="NAME", help="The one part of the organisation that a member is bound to.")
@with_appcontext
@told
def grant(email: str, role: str, area: str, organisation: str | None, department: str | None) -> None:
    """Give a role on the site, in an area or in an organisation; a member's earlier role there is replaced."""
    chosen = Role(role)
    if (chosen in MEMBER_ROLES) != bool(organisation):
        raise Invalid({"organisation": ORGANISATION_ASKED})
    if department and not organisation:
        raise Invalid({"department": ORGANISATION_ASKED})
    with writing() as session:
        user = user_by_email(session, email)
        if organisation:
            _grant_in_organisation(session, user, chosen, organisation, department)
        else:
            _check_area(area)
            accounts.grant_staff(session, SYSTEM, user, role=chosen, area=area, now=now())
    click.echo(gettext(GRANTED, email=email, role=role, where=organisation or area or gettext(EVERYWHERE)))


@group.command("reset-factor")
@click.argument("email")
@with_appcontext
@told
def reset_factor(email: str) -> None:
    """Take away the second factor of somebody who lost it and every recovery code; ends their sessions."""
    with writing() as session:
        factors.reset_factor(session, SYSTEM, user_by_email(session, email), now=now())
    click.echo(gettext(FACTOR_RESET, email=email))


@group.command("token")
@click.argument("email")
@click.option("--name", required=True, help="What uses it.")
@click.option("--scope", "scopes", multiple=True, metavar="SCOPE", help="challenges:read and the like; several times.")
@click.option("--organisation", metavar="CODE", help="The organisation it acts for; without it, the staff roles.")
@click.option("--days", type=int, default=limits.DEFAULT_DAYS, show_default=True, help="How long it holds.")
@click.option("--revoke", is_flag=True, help="Revoke the person's tokens of that name instead.")
@with_appcontext
@told
def token(email: str, *, name: str, scopes: tuple[str, ...], organisation: str | None, days: int, revoke: bool) -> None:
    """Make an API token for a person and print it, once; or revoke those of that name."""
    with writing() as session:
        user = user_by_email(session, email)
        if revoke:
            found = token_queries.named(session, user, name)
            for one in found:
                tokens.revoke_token(session, SYSTEM, one, now=now())
            click.echo(gettext(TOKENS_REVOKED, count=len(found)))
            return
        organisation_id = _membership_in(session, user, organisation) if organisation else None
        wish = tokens.Wish(name=name, scopes=scopes, organisation_id=organisation_id, days=days)
        _row, secret = tokens.create_token(session, SYSTEM, user, wish, now=now())
    click.echo(secret)


def _membership_in(session: Session, user: User, code: str) -> int:
    organisation = organisation_queries.find_by_code(session, code)
    if organisation is None:
        raise NotFound(say(NO_SUCH_ORGANISATION, code=code))
    if not people.is_member(session, organisation.id, user.id):
        raise Invalid({"organisation": NOT_A_MEMBER})
    return organisation.id


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt(gettext(PASSWORD_PROMPT), hide_input=True, confirmation_prompt=True, err=True))


def _grant_in_organisation(session: Session, user: User, role: Role, code: str, department: str | None) -> None:
    moment = now()
    organisation = organisation_queries.find_by_code(session, code)
    if organisation is None:
        raise NotFound(say(NO_SUCH_ORGANISATION, code=code))
    actor = on_behalf_of(SYSTEM, organisation.id)
    part = _department_named(session, organisation, department) if department else None
    if not people.is_member(session, organisation.id, user.id):
        members.add_member(session, actor, organisation, user_id=user.id, role=role, department=part, now=moment)
        return
    membership = people.get_membership(session, actor, organisation, user.public_id)
    members.change_role(session, actor, organisation, membership, role=role, department=part, now=moment)


def _department_named(session: Session, organisation: Organisation, name: str) -> Department:
    for one in organisation_queries.departments_of(session, organisation.id):
        if name in (one.name, one.name_en, one.public_id):
            return one
    raise NotFound(say(NO_SUCH_DEPARTMENT, name=name))


def _check_area(area: str) -> None:
    if area and area not in {known.code for known in catalogue().areas}:
        raise Invalid({"area": say(NO_SUCH_AREA, area=area)})
