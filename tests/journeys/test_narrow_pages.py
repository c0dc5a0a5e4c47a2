"""Every page on a telephone, in both languages: nothing sticks out sideways, no script stumbles."""

import pytest
from sqlalchemy.orm import Session

from tests.journeys.chrome import a_visitor
from tests.journeys.market import a_market, stocked

PUBLIC = (
    "/",
    "/challenges",
    "/achievements",
    "/organisations",
    "/industries",
    "/industries/materials",
    "/directions/membranes",
    "/search",
    "/no-such-page",
)
FOR_VISITORS = ("/login", "/register", "/password/forgot", "/letter-sent")
FOR_MEMBERS = (
    "/workbench",
    "/challenges/mine",
    "/achievements/mine",
    "/account",
    "/account/password",
    "/challenges/new",
    "/challenges/new/research",
    "/challenges/new/scene",
    "/achievements/new",
    "/organisations/new",
)


STATES = ("draft", "submitted", "returned", "open", "listed")
"""Those whose pages differ in more than a word."""


@pytest.fixture(scope="module")
def market(served):
    from tests.databases import engine_for

    engine = engine_for(served.environ["DATABASE_URL"])
    with Session(engine, expire_on_commit=False) as session:
        yield stocked(a_market(session))
    engine.dispose()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("who", ["visitor", "enterprise owner", "institute owner", "operator"])
def test_no_page_sticks_out_sideways(served, chromium, market, who, language):
    visitor, close = a_visitor(chromium, served.url)
    visitor.stays_narrow = True
    try:
        if who != "visitor":
            visitor.sign_in(market.people[who].email)
        visitor.open(f"/?lang={language}")
        things = [f"/challenges/{market.challenges[state].public_id}" for state in STATES if state in market.challenges]
        things += [f"/achievements/{market.achievements[state].public_id}" for state in STATES if state != "open"]
        own = FOR_VISITORS if who == "visitor" else FOR_MEMBERS
        for path in (*PUBLIC, *own, *things, f"/organisations/{market.enterprise.public_id}"):
            visitor.open(path)
        assert visitor.stumbles == []
    finally:
        close()
