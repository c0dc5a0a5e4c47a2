"""Scratch instances, and the size of what is done to them."""

import os

import pytest

from tests.databases import engine_for
from tests.faults.scratch import scratch_instance

MANY = 200 if os.environ.get("TEST_LONG") == "1" else 30
"""How many things are under way when something dies."""


@pytest.fixture
def instance(sqlite_url, tmp_path):
    """On SQLite, nothing running yet."""
    with scratch_instance(tmp_path, sqlite_url) as instance:
        yield instance


@pytest.fixture
def look(sqlite_url):
    """The scratch database from the test's side."""
    engine = engine_for(sqlite_url)
    yield engine
    engine.dispose()
