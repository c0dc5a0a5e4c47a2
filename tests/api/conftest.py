"""A market whose people have programs."""

import pytest

from marketplace.tokens import bearer
from marketplace.tokens.limits import Rates
from tests.api.programs import program_of
from tests.journeys.market import a_market, stocked


@pytest.fixture
def market(app, database):
    app.config[bearer.RATES] = Rates(per_token=100_000, per_address=100_000)
    return stocked(a_market(database))


@pytest.fixture
def program(app, market):
    def of(who, **facts):
        return program_of(app, market, who, **facts)

    return of
