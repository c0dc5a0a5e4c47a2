"""The example of the README, run as it stands there against a server."""

import json
import re
import shutil
import subprocess

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.challenges.models import Challenge
from tests.architecture.sources import ROOT
from tests.conftest import service
from tests.factories.tokens import a_token
from tests.journeys.market import a_market

MADE_BY_HAND = re.compile(r"^(SITE|TOKEN)=(.*\\\n)*.*\n", re.MULTILINE)


@pytest.fixture
def example() -> str:
    """The commands, without the two lines that say where the site is and who one is."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("### The API")[2]
    found = re.search(r"```sh\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return MADE_BY_HAND.sub("", found[1])


def test_the_example_of_the_api_works_as_it_is_printed(served, look, example):
    service("curl", shutil.which("curl") or "")
    with Session(look, expire_on_commit=False) as session:
        market = a_market(session)
        token = a_token(session, market.people["own editor"], market.enterprise)
        session.commit()

    environ = {"SITE": f"{served.url}/api/v1", "TOKEN": token, "PATH": "/usr/bin:/bin"}
    told = subprocess.run(
        ["bash", "-euc", example], env=environ, capture_output=True, text=True, timeout=60, check=True
    )

    listed, end = json.JSONDecoder().raw_decode(told.stdout)
    refused = json.loads(told.stdout[end:])
    assert listed == {"items": [], "total": 0, "total_is_capped": False, "page": 1, "per_page": 5}
    assert (refused["status"], refused["title"]) == (422, "Not possible")
    assert {"/problem", "/wanted_close_at"} <= {one["pointer"] for one in refused["errors"]}
    with Session(look) as session:
        assert session.scalars(select(Challenge.title)).all() == ["低湿质子交换膜"]
