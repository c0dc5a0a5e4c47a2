"""A real server and a real browser, shared by the journeys of this folder."""

import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import service
from tests.databases import engine_for
from tests.faults.scratch import scratch_instance

CHROMIUM_HERE = "/usr/bin/chromium"


@pytest.fixture(scope="session")
def chromium():
    """One browser process; every person gets a context of their own."""
    named = os.environ.get("CHROMIUM") or CHROMIUM_HERE
    path = service("Chromium (CHROMIUM)", named if shutil.which(named) else "")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Fields for days and moments follow the browser's own language: typed digits are to mean the same everywhere.
        environ = os.environ | {"LANG": "en_US.UTF-8", "LANGUAGE": "en_US"}
        browser = playwright.chromium.launch(executable_path=path, args=["--lang=en-US"], env=environ)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(sqlite_template, tmp_path_factory):
    """An instance on SQLite whose web server runs; its worker's duties are done by the test when it asks."""
    folder: Path = tmp_path_factory.mktemp("served")
    with scratch_instance(folder, sqlite_template.copy_to(folder / "jiebang.sqlite")) as instance:
        instance.web(processes=1)
        yield instance


@pytest.fixture
def look(served):
    engine = engine_for(served.environ["DATABASE_URL"])
    yield engine
    engine.dispose()
