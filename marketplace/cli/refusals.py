"""How a command says no: the reason on standard error, exit code 1, nothing half done."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

from marketplace.core.errors import DomainError, Invalid
from marketplace.web.language import translate

P = ParamSpec("P")


def told(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what the domain refuses into a message and an exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except DomainError as error:
            refuse(reason_of(error))

    return run


def reason_of(error: DomainError) -> str:
    if isinstance(error, Invalid) and error.fields:
        return "；".join(translate(reason) for reason in error.fields.values())
    return translate(error.message)


def refuse(reason: str) -> None:
    click.echo(reason, err=True)
    raise click.exceptions.Exit(1)
