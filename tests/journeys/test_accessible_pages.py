"""WCAG 2.2 AA on every page there is, as axe-core sees it: each address that people can read, by who reads it, in both
languages, wide and narrow."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from tests.access.expectations import EXPECTED
from tests.access.matrix import ANSWERED, Cell, cells_of, expected, path_of, rules_of
from tests.access.world import VISITOR, World, a_world
from tests.architecture.sources import ROOT
from tests.conftest import make_app
from tests.databases import engine_for
from tests.journeys.chrome import WIDE, Visitor, a_visitor

AXE = (ROOT / "tests/vendor/axe-core-4.14.1/axe.min.js").read_text(encoding="utf-8")
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHECK = """async tags => (await axe.run({runOnly: tags})).violations.map(
  one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(' | ')}`)"""
NARROW = {"width": 390, "height": 844}
READERS = (VISITOR, "poster", "another organisation's editor", "agent", "operator")
STATES = ("", "draft", "submitted", "returned", "open", "listed", "verified")
"""Those whose pages differ in more than a word."""


@pytest.fixture(scope="module")
def world(served) -> Iterator[World]:
    url = served.environ["DATABASE_URL"]
    app = make_app(url, Path(served.folder))
    engine = engine_for(url)
    with Session(engine, expire_on_commit=False) as session:
        yield a_world(app, session)
    engine.dispose()


def pages_of(world: World, who: str) -> list[str]:
    """Every address that this reader is answered, once for each of the states."""
    cells = [
        cell
        for rule in rules_of(world.app)
        if "GET" in (rule.methods or ())
        for cell in cells_of(world, rule, EXPECTED[rule.endpoint])
        if cell.method == "GET" and cell.who == who and cell.state in STATES and is_page(world, cell)
    ]
    return sorted({path_of(world, cell, EXPECTED[cell.rule.endpoint]) for cell in cells})


def is_page(world: World, cell: Cell) -> bool:
    """Answered, and with a page: files, feeds and machines' answers are left to their own tests."""
    expectation = EXPECTED[cell.rule.endpoint]
    if expected(world, cell, expectation) != ANSWERED:
        return False
    answer = world.browsers[cell.who].get(path_of(world, cell, expectation))
    answer.close()
    return answer.mimetype == "text/html" and answer.status_code == 200


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate(CHECK, STANDARD)
    page.set_viewport_size(NARROW)
    found += [f"{line} (narrow)" for line in page.evaluate(CHECK, STANDARD)]
    page.set_viewport_size(WIDE)
    return [f"{page.url} {line}" for line in found]


def arrive(world: World, visitor: Visitor, who: str, language: str) -> None:
    if who != VISITOR:
        visitor.sign_in(world.people[who].email)
    visitor.page.goto(f"{visitor.url}/?lang={language}")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("who", READERS)
def test_no_page_keeps_anybody_out(served, chromium, world, who, language):
    visitor, close = a_visitor(chromium, served.url)
    try:
        arrive(world, visitor, who, language)
        found = []
        for path in pages_of(world, who):
            visitor.page.goto(visitor.url + path)
            found += violations(visitor.page)
        assert found == []
    finally:
        close()


def test_a_picture_without_words_is_found(served, chromium):
    visitor, close = a_visitor(chromium, served.url)
    try:
        visitor.page.goto(visitor.url)
        visitor.page.evaluate("document.querySelector('main').append(new Image(40, 40))")
        assert any("image-alt" in line for line in violations(visitor.page))
    finally:
        close()
