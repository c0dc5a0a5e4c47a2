"""What the tests of run.py share."""

from pathlib import Path

import pytest

from tests.tools.fake_site import FakeSite


@pytest.fixture
def site(tmp_path: Path) -> FakeSite:
    return FakeSite(tmp_path)
