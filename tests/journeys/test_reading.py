"""Reading otherwise: at 200 % zoom, in the larger type of 长辈版, on paper."""

import pytest
from sqlalchemy.orm import Session

from tests.databases import engine_for
from tests.journeys.chrome import a_visitor
from tests.journeys.market import a_market, stocked

ZOOMED = {"width": 640, "height": 450}
"""What a window of 1280 × 900 pixels holds at 200 % (WCAG 2.2, 1.4.4)."""
PAGES = ("/", "/challenges", "/achievements", "/organisations", "/industries", "/search", "/login", "/register")
PAGES_OF_MEMBERS = ("/workbench", "/challenges/mine", "/challenges/new/research", "/achievements/new", "/account")
OFF_PAPER = ("nav", ".tools", ".mode-banner", "button", ".btn", ".skip")
"""What paper has no use for."""


@pytest.fixture(scope="module")
def market(served):
    engine = engine_for(served.environ["DATABASE_URL"])
    with Session(engine, expire_on_commit=False) as session:
        yield stocked(a_market(session))
    engine.dispose()


@pytest.fixture
def owner(served, chromium, market):
    visitor, close = a_visitor(chromium, served.url)
    yield visitor.sign_in(market.people["enterprise owner"].email)
    close()


@pytest.mark.parametrize("size", ["normal", "large"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_at_200_percent_every_page_still_fits_and_can_be_steered(owner, market, language, size):
    owner.open(f"/?lang={language}&size={size}")
    owner.stays_narrow = True
    things = [
        f"/challenges/{market.challenges['open'].public_id}",
        f"/achievements/{market.achievements['listed'].public_id}",
    ]
    for path in (*PAGES, *PAGES_OF_MEMBERS, *things):
        owner.open(path)
        owner.page.set_viewport_size(ZOOMED)
        too_wide = owner.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, (path, too_wide)
        assert owner.page.locator("h1").is_visible(), path
    assert owner.stumbles == []


def test_the_larger_type_is_larger_and_stays(owner):
    owner.open("/challenges")
    plain = owner.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    owner.open("/challenges?size=large")
    owner.open("/achievements")
    assert plain == 16
    assert owner.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 20


@pytest.mark.parametrize("kind", ["challenges", "achievements"])
def test_on_paper_only_the_matter_remains(owner, market, kind):
    thing = market.challenges["open"] if kind == "challenges" else market.achievements["listed"]
    owner.open(f"/{kind}/{thing.public_id}")
    owner.page.emulate_media(media="print")
    for furniture in OFF_PAPER:
        shown = [one.inner_text() for one in owner.page.locator(furniture).all() if one.is_visible()]
        assert shown == [], furniture
    assert owner.page.get_by_role("heading", level=1).inner_text() == thing.title
    assert thing.summary in owner.words
    assert owner.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
