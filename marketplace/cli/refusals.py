"""How a command says no: the reason on standard error, exit code 1, nothing half done."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click
from sqlalchemy.exc import OperationalError

from marketplace.core.errors import DomainError, Invalid
from marketplace.core.text import _
from marketplace.web.language import gettext, translate

P = ParamSpec("P")

NO_DATABASE = _("数据库现在不可用，什么也没有写入：%(why)s")


def told(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what the domain refuses, and a database that is busy or not there, into a message and an exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except DomainError as error:
            refuse(reason_of(error))
        except OperationalError as error:
            refuse(gettext(NO_DATABASE, why=error.orig))

    return run


def reason_of(error: DomainError) -> str:
    if isinstance(error, Invalid) and error.fields:
        return "；".join(translate(reason) for reason in error.fields.values())
    return translate(error.message)


def refuse(reason: str) -> None:
    click.echo(reason, err=True)
    raise click.exceptions.Exit(1)
