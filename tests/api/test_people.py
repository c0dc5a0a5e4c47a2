"""Tokens are no way round what the site asks of people, and end with them."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.accounts.keyring import KeyRing
from marketplace.accounts.services import erasure, factors
from marketplace.core.actor import SYSTEM, Actor, Grant, Role
from marketplace.organisations.models import Membership
from marketplace.organisations.services import members
from marketplace.tokens.models import ApiAnswer, ApiToken
from tests.api.programs import Program, problem
from tests.conftest import NOON
from tests.factories.accounts import a_user, acting
from tests.factories.factors import a_factor
from tests.factories.organisations import a_membership
from tests.factories.tokens import a_token
from tests.journeys.market import at_present

ME = "/account/me"


@pytest.fixture
def strict(app):
    """A site that asks its staff for a second factor."""
    app.config["JIEBANG"] = replace(app.config["JIEBANG"], second_factor="staff")
    return app


@pytest.mark.parametrize("who", ["operator", "supervisor", "area officer"])
def test_staff_act_by_no_token_before_they_have_a_second_factor(strict, database, market, program, who):
    asking = program(who)
    told = problem(asking.get(ME), 403)
    assert "两步验证" in told["detail"]
    problem(asking.get("/challenges"), 403)
    person = market.people[who]
    a_factor(database, person, KeyRing(strict.config["JIEBANG"].seal_key))
    database.commit()
    assert asking.get(ME).status_code == 200
    factors.reset_factor(database, SYSTEM, person, now=NOON)
    database.commit()
    problem(asking.get(ME), 403)


def test_staff_do_not_get_round_it_by_an_organisation_of_theirs(strict, database, market):
    person = market.people["operator"]
    a_membership(database, person, market.other)
    asking = Program(strict.test_client(), a_token(database, person, market.other))
    database.commit()
    problem(asking.get(ME), 403)


def test_whoever_is_no_staff_needs_none(strict, program):
    assert program("own editor").get(ME).status_code == 200


def test_new_terms_are_agreed_to_before_anything_goes_on(database, market, program):
    asking = program("own editor")
    market.people["own editor"].consent_version = "2020-01"
    database.commit()
    told = problem(asking.get("/challenges/mine"), 403)
    assert "服务条款" in told["detail"]


def test_a_closed_account_leaves_no_token_and_no_answer(database, app, market):
    person = a_user(database)
    a_membership(database, person, market.enterprise, Role.EDITOR)
    secret = a_token(database, person, market.enterprise)
    database.commit()
    asking = Program(app.test_client(), secret)
    draft = {"kind": "research", "title": "膜材料"}
    assert asking.post("/challenges", draft, idempotency_key="one").status_code == 201
    database.rollback()
    proof = erasure.Proof(person.password_hash, is_right=True)
    database.refresh(person)
    actor = Actor(person.id, person.public_id)
    assert erasure.erase(database, actor, person, proof, client_address="", now=at_present()) is None
    database.commit()
    problem(asking.get(ME), 401)
    problem(asking.post("/challenges", draft, idempotency_key="one"), 401)
    assert database.scalars(select(ApiToken).where(ApiToken.user_id == person.id)).all() == []
    assert database.scalars(select(ApiAnswer)).all() == []


def test_who_was_sent_away_and_comes_back_needs_a_new_token(database, market, program):
    asking, person = program("own editor"), market.people["own editor"]
    owner = acting(market.people["enterprise owner"], Grant(Role.OWNER, market.enterprise.id))
    membership = database.query(Membership).filter_by(user_id=person.id).one()
    members.remove_member(database, owner, market.enterprise, membership, now=at_present())
    database.commit()
    problem(asking.get(ME), 401)
    a_membership(database, person, market.enterprise, Role.EDITOR)
    database.commit()
    problem(asking.get(ME), 401)
    fresh = Program(asking.client, a_token(database, person, market.enterprise))
    database.commit()
    assert fresh.get(ME).status_code == 200
