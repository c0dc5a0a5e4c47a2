"""Every address × method × actor × state, as the policies have it."""

import pytest
from flask import Blueprint, redirect

from config import Config
from marketplace.app import create_app
from marketplace.web import access
from tests.access.expectations import EXPECTED, Expectation, on
from tests.access.matrix import differences, rules_of
from tests.access.world import a_world

ENDPOINTS = sorted({rule.endpoint for rule in rules_of(create_app(Config(testing=True, secret_key="matrix")))})


@pytest.fixture
def world(app, database):
    return a_world(app, database)


def test_every_address_has_an_expectation_and_every_expectation_an_address():
    assert sorted(EXPECTED) == ENDPOINTS, "say in tests/access/expectations.py who may call it"


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_an_address_answers_as_the_policies_say(world, endpoint):
    rules = [rule for rule in rules_of(world.app) if rule.endpoint == endpoint]
    assert [line for rule in rules for line in differences(world, rule, EXPECTED[endpoint])] == []


@pytest.mark.parametrize(
    ("endpoint", "audience"), [("accounts.account", access.public), ("challenges.index", access.signed_in)]
)
def test_an_address_that_lets_others_in_than_was_said_is_found(app, database, endpoint, audience):
    app.view_functions[endpoint] = audience(lambda: "whoever you are")
    world = a_world(app, database)
    rule = next(rule for rule in rules_of(app) if rule.endpoint == endpoint)
    assert any(" by visitor: " in line for line in differences(world, rule, EXPECTED[endpoint]))


def a_careless_view(challenge_id: str):
    return f"whoever you are: {challenge_id}"


@pytest.mark.parametrize(
    ("audience", "expectation"),
    [
        (access.public, on("challenge")),
        (access.signed_in, on("challenge", "edit")),
        (access.public, Expectation(may=lambda _actor: False)),
    ],
)
def test_an_address_that_asks_no_policy_is_found(app, database, audience, expectation):
    careless = Blueprint("careless", __name__)
    careless.get("/careless/<id:challenge_id>")(audience(a_careless_view))
    app.register_blueprint(careless)
    if expectation.kind is None:
        app.view_functions["careless.a_careless_view"] = access.public(lambda challenge_id: redirect("/"))
    world = a_world(app, database)
    rule = next(rule for rule in rules_of(app) if rule.endpoint.startswith("careless."))
    if expectation.kind is None:
        expectation = Expectation(may=expectation.may, values=lambda _world, _thing: {"challenge_id": "a" * 12})
    found = differences(world, rule, expectation)
    assert any("by another organisation's editor: answered, expected" in line for line in found)
