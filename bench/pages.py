"""What is measured of one instance: each page with its floor, its budget and the number of its queries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from sqlalchemy import Engine, select

from bench.floor import floor_app
from bench.instance import Instance, cookie_of, settings
from bench.measure import Browser, Call, counted, interleaved
from bench.queries import by_hand, through_the_engine
from bench.rows import TOKEN
from bench.words import SEARCHES
from marketplace.accounts.login import TOKEN_KEY
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge, Disclosure
from marketplace.core.transaction import reading

DETAILS = 5
QUERY = "query"
API = "api"
API_ROWS = 200
BUDGETS: Mapping[str, float | None] = {
    "list": 1.5,
    "detail": 2.0,
    "search": 1.5,
    QUERY: 1.3,
    "achievements": 1.5,
    "filtered": 1.5,
    "home": None,
    API: 1.5,
}
"""How many times its floor a page may cost; None where nobody has set it."""
WORTH_SEARCHING = 10_000
"""Of fewer rows the query alone has no budget: reading it and marking twenty hits costs more than finding them."""
PAGES = tuple(name for name in BUDGETS if name != QUERY)


class PageFailed(Exception):
    """A page that is to be measured does not answer as it should."""


@dataclass(frozen=True, slots=True)
class Figure:
    """CPU milliseconds of a page and of its floor; ``queries`` None where no database is asked."""

    page: str
    rows: int
    page_ms: float
    floor_ms: float
    queries: int | None

    @property
    def ratio(self) -> float:
        return self.page_ms / self.floor_ms

    @property
    def budget(self) -> float | None:
        return None if self.page == QUERY and self.rows < WORTH_SEARCHING else BUDGETS[self.page]

    @property
    def is_over(self) -> bool:
        return self.budget is not None and self.ratio > self.budget


def figures_of(instance: Instance, pages: Sequence[str]) -> Iterator[Figure]:
    """Page after page; the search also as the query alone."""
    floor = _floor(instance)
    for page in pages:
        if page == API:
            yield _api_figure(instance)
            continue
        if page == "search":
            yield _query_figure(instance)
        yield _page_figure(instance, page, floor)


def _query_figure(instance: Instance) -> Figure:
    spent = interleaved({"engine": through_the_engine(instance), "tantivy": by_hand(instance)})
    return Figure(QUERY, instance.size, spent["engine"], spent["tantivy"], None)


def _api_figure(instance: Instance) -> Figure:
    """A list of 200 rows as JSON, for a program with a token."""
    browser = Browser(instance.app, token=TOKEN)
    path = f"/api/v1/challenges?per_page={API_ROWS}"
    queries = _queries(instance, browser, path)
    bare = Browser(floor_app(settings(instance.app).database, "floor"), token=TOKEN)
    if bare.get("/rows").status_code != HTTPStatus.OK:
        raise PageFailed("the floor of the API does not answer")
    spent = interleaved({"page": browser.call(path), "floor": bare.call("/rows")})
    return Figure(API, instance.size, spent["page"], spent["floor"], queries)


def _page_figure(instance: Instance, page: str, floor: Call) -> Figure:
    browser = Browser(instance.app, instance.cookie)
    paths = _paths(instance, page)
    queries = {_queries(instance, browser, path) for path in paths}
    calls = {"page": browser.call(*paths), "floor": floor}
    if page == "search":
        calls["engine"] = through_the_engine(instance)
    spent = interleaved(calls)
    return Figure(page, instance.size, spent["page"], spent["floor"] + spent.get("engine", 0.0), max(queries))


def _floor(instance: Instance) -> Call:
    app = floor_app(settings(instance.app).database, "floor")
    browser = Browser(app, cookie_of(app, {TOKEN_KEY: TOKEN}))
    if browser.get("/").status_code != HTTPStatus.OK:
        raise PageFailed("the floor itself does not answer")
    return browser.call("/")


def _paths(instance: Instance, page: str) -> list[str]:
    if page == "detail":
        return [f"/challenges/{public_id}" for public_id in _public_ids(instance.database)]
    if page == "search":
        return [f"/search?{urlencode({'q': words})}" for words in SEARCHES]
    fixed = {
        "list": "/challenges",
        "achievements": "/achievements",
        "filtered": "/challenges?direction=membranes&kind=research",
        "home": "/",
    }
    return [fixed[page]]


def _public_ids(database: Engine) -> Sequence[str]:
    """Of challenges that others posted and everybody may read in full."""
    told = (Challenge.state == ChallengeState.OPEN, Challenge.disclosure == Disclosure.FULL)
    with reading(database) as session:
        return session.scalars(
            select(Challenge.public_id)
            .where(*told, Challenge.organisation_id != 1)
            .order_by(Challenge.id)
            .limit(DETAILS)
        ).all()


def _queries(instance: Instance, browser: Browser, path: str) -> int:
    """How many the page asks; asking also lets the browser take the cookie that the first page sets."""
    with counted(instance.database) as statements:
        answer = browser.get(path)
    browser.keep_cookie(instance.app.config["SESSION_COOKIE_NAME"], answer)
    if answer.status_code != HTTPStatus.OK:
        raise PageFailed(f"{path} answers {answer.status}")
    return len(statements)
