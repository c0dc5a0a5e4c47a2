"""Asks every address and compares the answers with what is expected of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus as Status
from itertools import product
from typing import Any

from flask import Flask
from werkzeug.routing import AnyConverter, Rule
from werkzeug.test import TestResponse

from marketplace.core.actor import Actor
from marketplace.web import access
from tests.access.expectations import Expectation
from tests.access.world import World

STATIC = "static"
ASIDE = {"HEAD", "OPTIONS"}
READING = {"GET"}
AWAY = {"health.readyz", "api_search.search"}
"""They say 503 where a part of the site is away, as the index is here."""
PROGRAMS = {"token", "open_api"}
REFUSALS = {Status.UNAUTHORIZED, Status.FORBIDDEN, Status.NOT_FOUND}
SIGN_IN, HIDDEN, REFUSED, ANSWERED = "asked to sign in", "not found", "refused", "answered"


@dataclass(frozen=True)
class Cell:
    """One question: who asks for what, how."""

    rule: Rule
    method: str
    who: str
    state: str
    thing: Any
    choice: dict[str, str]

    def __str__(self) -> str:
        chosen = "".join(f" {value}" for value in self.choice.values())
        return f"{self.method} {self.rule.endpoint}{chosen} of {self.state or 'nothing'} by {self.who}"


def rules_of(app: Flask) -> list[Rule]:
    return sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint != STATIC), key=str)


def cells_of(world: World, rule: Rule, expectation: Expectation) -> Iterator[Cell]:
    methods = sorted(set(expectation.methods or rule.methods or ()) - ASIDE)
    things = world.things[expectation.kind].items() if expectation.kind else [("", None)]
    for method, (state, thing), choice, who in product(methods, things, _choices(rule), world.actors):
        yield Cell(rule, method, who, state, thing, choice)


def _choices(rule: Rule) -> list[dict[str, str]]:
    """Every combination of the words an address lets one choose from."""
    listed = {name: found.items for name, found in rule._converters.items() if isinstance(found, AnyConverter)}
    return [dict(zip(listed, words, strict=True)) for words in product(*(sorted(items) for items in listed.values()))]


def expected(world: World, cell: Cell, expectation: Expectation) -> str:
    actor: Actor = world.actors[cell.who]
    audience = access.audience_of(world.app, cell.rule.endpoint)
    if audience in ("signed_in", "token") and not actor.is_signed_in and not expectation.asks_nobody:
        return SIGN_IN
    if not expectation.sees(actor, cell.thing):
        return HIDDEN
    action = cell.choice.get("action")
    return ANSWERED if expectation.allows(actor, cell.thing, action) else REFUSED


def path_of(world: World, cell: Cell, expectation: Expectation) -> str:
    values = {**cell.choice, **expectation.values(world, cell.thing)}
    if cell.thing is not None:
        values |= {f"{expectation.kind}_id": cell.thing.public_id}
    return world.app.url_map.bind("localhost").build(cell.rule.endpoint, values, method=cell.method)


def answered(world: World, cell: Cell, expectation: Expectation) -> str:
    """What came back, in the words of the matrix; anything written meanwhile is undone."""
    path = path_of(world, cell, expectation)
    answer = _asked(world, cell, expectation, path)
    answer.close()
    if answer.status_code not in REFUSALS and cell.method not in READING:
        world.put_back()
    if answer.status_code >= Status.INTERNAL_SERVER_ERROR and cell.rule.endpoint not in AWAY:
        return f"fell over with {answer.status_code}"
    if answer.status_code == Status.FOUND and "/login?next=" in answer.location:
        return SIGN_IN
    words = {Status.UNAUTHORIZED: SIGN_IN, Status.NOT_FOUND: HIDDEN, Status.FORBIDDEN: REFUSED}
    return words.get(Status(answer.status_code), ANSWERED)


def _asked(world: World, cell: Cell, expectation: Expectation, path: str) -> TestResponse:
    """A page by the person's browser, the API by a program of theirs, which has not seen any version of the thing."""
    sent = None if cell.method in READING else expectation.form(world, cell.thing)
    if access.audience_of(world.app, cell.rule.endpoint) not in PROGRAMS:
        return world.browsers[cell.who].open(path, method=cell.method, data=sent)
    token = world.token_of(cell.who, cell.thing)
    headers = {"If-Match": '"none"'} | ({"Authorization": f"Bearer {token}"} if token else {})
    return world.app.test_client().open(path, method=cell.method, json=sent, headers=headers)


def differences(world: World, rule: Rule, expectation: Expectation) -> list[str]:
    found = []
    for cell in cells_of(world, rule, expectation):
        wanted, got = expected(world, cell, expectation), answered(world, cell, expectation)
        if wanted != got:
            found.append(f"{cell}: {got}, expected: {wanted}")
    return found
