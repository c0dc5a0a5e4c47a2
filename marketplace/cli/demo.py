"""``flask demo …``: the demo's data and accounts."""

import json
from collections.abc import Sequence
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.orm import Session

from marketplace.accounts import passwords
from marketplace.accounts.queries import find_user
from marketplace.accounts.standing import ROLE_WORDS
from marketplace.cli.demo_people import PASSWORD, PEOPLE
from marketplace.cli.people import actor_by_email
from marketplace.cli.refusals import told
from marketplace.cli.seed import Seeding
from marketplace.core.actor import SYSTEM
from marketplace.core.errors import NotAllowed
from marketplace.core.text import _
from marketplace.organisations.queries import names_of
from marketplace.settings import queries as settings_queries
from marketplace.settings import services as settings
from marketplace.taxonomy.current import catalogue
from marketplace.web.current import config, now, registry
from marketplace.web.language import gettext
from marketplace.web.transaction import reading, writing

FURNITURE = {
    "footer-host": "示例区科学技术委员会（演示）",
    "footer-host-en": "Science and Technology Commission of a Sample District (demo)",
    "footer-operator": "示例区技术转移中心（演示）",
    "footer-operator-en": "Technology Transfer Centre of a Sample District (demo)",
    "footer-phone": "021-0000 0000",
    "footer-email": "office@demo.jiebang.cn",
}

group = AppGroup("demo", help="The demo.")

ONLY_IN_THE_DEMO = _("只有演示环境（MODE=demo）才有演示数据和演示账户。")
ADDED = _("演示数据：新增账户 %(accounts)d、单位 %(organisations)d、成果 %(achievements)d、榜单 %(challenges)d。")
NO_ACCOUNTS = _("还没有演示账户，先运行：flask --app wsgi demo load")
PASSWORD_IS = _("密码：%(password)s")


@group.command("load")
@with_appcontext
@told
def load() -> None:
    """Load the demo; what is there already stays as it is."""
    click.echo(gettext(ADDED, **load_demo()))


@group.command("accounts")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
@told
def accounts(as_json: bool) -> None:
    """Print the demo's accounts and their password."""
    must_be_demo()
    with reading() as session:
        found = accounts_in(session)
    show_accounts(found, as_json=as_json)


def load_demo() -> dict[str, int]:
    """Load the demo in one transaction; how much of each was added."""
    must_be_demo()
    password_hash = passwords.hash_of(PASSWORD)
    with writing() as session:
        seeding = Seeding(session, catalogue(), password_hash, now())
        seeding.load()
        _set_furniture(session)
    return seeding.added


def _set_furniture(session: Session) -> None:
    """What stands at the foot of the demo's pages, unless somebody set something of it."""
    if not settings_queries.latest(session, FURNITURE):
        settings.change(session, SYSTEM, FURNITURE, declared=registry().settings, now=now())


def must_be_demo() -> None:
    """Accounts whose password everybody knows have no place in production."""
    if not config().is_demo:
        raise NotAllowed(ONLY_IN_THE_DEMO)


def accounts_in(session: Session) -> list[dict[str, str | None]]:
    """The demo's accounts that exist, with role and organisation."""
    moment, found = now(), []
    for person in PEOPLE:
        if find_user(session, person.email) is None:
            continue
        homes = names_of(session, actor_by_email(session, person.email, now=moment).organisation_ids)
        home = next((named.name for named in homes.values()), None)
        found.append({"email": person.email, "role": str(person.role), "organisation": home})
    return found


def show_accounts(found: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """As one JSON object on a line, or for people to read."""
    if as_json:
        password = PASSWORD if found else None
        click.echo(json.dumps({"accounts": found, "password": password}, ensure_ascii=False))
        return
    if not found:
        click.echo(gettext(NO_ACCOUNTS))
        return
    words = {str(role): gettext(label) for role, label in ROLE_WORDS.items()}
    for account in found:
        click.echo(f"{account['email']}\t{words[account['role']]}\t{account['organisation'] or ''}".rstrip())
    click.echo(gettext(PASSWORD_IS, password=PASSWORD))
