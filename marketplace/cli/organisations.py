"""``flask organisations …``: credit codes checked without a database."""

import json
import sys
from collections.abc import Iterable, Iterator

import click
from flask.cli import AppGroup

from marketplace.core.text import _
from marketplace.organisations.credit_code import check, normalise
from marketplace.web.language import gettext, translate

group = AppGroup("organisations", help="Organisations.")

VALID = _("%(code)s\t有效")
INVALID = _("%(code)s\t无效：%(reason)s")


@group.command("check-code", with_appcontext=False)
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option("--json", "as_json", is_flag=True)
def check_code(codes: tuple[str, ...], as_json: bool) -> None:
    """Check 统一社会信用代码, one answer a line; ``-`` reads them from standard input; exit 1 where any is invalid."""
    is_any_invalid = False
    for code in _given(codes):
        fault = check(normalise(code))
        is_any_invalid = is_any_invalid or fault is not None
        click.echo(_answer(code, translate(fault) if fault else None, as_json=as_json))
    if is_any_invalid:
        raise click.exceptions.Exit(1)


def _given(codes: Iterable[str]) -> Iterator[str]:
    for code in codes:
        yield from (line.strip() for line in sys.stdin if line.strip()) if code == "-" else (code,)


def _answer(code: str, reason: str | None, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"code": code, "valid": reason is None, "reason": reason}, ensure_ascii=False)
    return gettext(INVALID, code=code, reason=reason) if reason else gettext(VALID, code=code)
