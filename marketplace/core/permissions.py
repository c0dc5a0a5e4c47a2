"""Combinators for access rules. A rule is a question about an actor and a subject; the default is no."""

from collections.abc import Callable, Mapping
from typing import Any

from marketplace.core.actor import Actor, Role
from marketplace.core.errors import NotAllowed

Rule = Callable[[Actor, Any], bool]
Policy = Mapping[str, Rule]


def has_role(*roles: Role) -> Rule:
    return lambda actor, _subject: actor.is_a(*roles)


def is_signed_in(actor: Actor, _subject: Any) -> bool:
    return actor.is_signed_in


def is_system(actor: Actor, _subject: Any) -> bool:
    return actor.is_system


def all_of(*rules: Rule) -> Rule:
    return lambda actor, subject: all(rule(actor, subject) for rule in rules)


def any_of(*rules: Rule) -> Rule:
    return lambda actor, subject: any(rule(actor, subject) for rule in rules)


def authorize(policy: Policy, action: str, actor: Actor, subject: Any) -> None:
    """Raise unless the policy grants it. An action nobody listed is a fault of ours (KeyError), not a refusal."""
    if not policy[action](actor, subject):
        raise NotAllowed()
