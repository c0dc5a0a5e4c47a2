"""A site on either database, with its index on disk."""

import pytest

from tests.conftest import make_app
from tests.journeys.site import opened


@pytest.fixture
def site(database_url, tmp_path):
    with opened(make_app(database_url, tmp_path)) as site:
        yield site
