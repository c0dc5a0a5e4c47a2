"""The portal, the search page and the workbench."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.achievements import queries as achievements
from marketplace.achievements.presenters import as_row as achievement_row
from marketplace.challenges import queries as challenges
from marketplace.challenges.presenters import as_row as challenge_row
from marketplace.challenges.timing import Phase
from marketplace.core.paging import Page
from marketplace.core.text import _
from marketplace.discovery import presenters, queries
from marketplace.indexing.engines import engine
from marketplace.taxonomy.current import catalogue
from marketplace.taxonomy.presenters import local
from marketplace.web.access import public, signed_in
from marketplace.web.current import actor, now, registry
from marketplace.web.filtering import Option, asked_words
from marketplace.web.language import gettext, language, translate
from marketplace.web.transaction import reading
from search.documents import FACETS, ResultPage, SearchQuery, Sort
from search.engine import SearchUnavailable

blueprint = Blueprint("discovery", __name__)
PER_PAGE = 20
DEEPEST_PAGE = 500
LONGEST_QUERY = 200
ON_PORTAL = 6
SORTS = (("relevance", _("最相关")), ("newest", _("最新")))


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    with reading() as session:
        moment, who = now(), actor()
        bidding = challenges.Filters(phase=Phase.BIDDING)
        open_page = challenges.list_challenges(
            session, who, filters=bidding, sort=challenges.Sort.CLOSING, page=1, now=moment, per_page=ON_PORTAL
        )
        new_page = achievements.list_achievements(
            session,
            who,
            filters=achievements.Filters(),
            sort=achievements.Sort.NEWEST,
            page=1,
            now=moment,
            per_page=ON_PORTAL,
        )
        supply = queries.supply_by_direction(session)
        organisations = queries.count_organisations(session)
    return render_template(
        "discovery/home.html",
        samples=[local(one, language()) for one in catalogue().searches],
        industries=presenters.industry_tiles(catalogue(), supply, language()),
        challenges=[challenge_row(one, who, now=moment) for one in open_page.items],
        open_total=open_page.shown_total,
        listed_total=new_page.shown_total,
        achievements=[achievement_row(one, who, now=moment) for one in new_page.items],
        figures=presenters.portal_figures(supply, organisations),
    )


@blueprint.get("/search")
@public
def search() -> ResponseReturnValue:
    words = asked_words(longest=LONGEST_QUERY) or ""
    number = min(max(request.args.get("page", 1, int), 1), DEEPEST_PAGE)
    chosen = {name: frozenset(request.args.getlist(name)) for name in FACETS if request.args.get(name)}
    sort: Sort = "newest" if request.args.get("sort") == "newest" else "relevance"
    asked = SearchQuery(text=words, filters=chosen, sort=sort, offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
    try:
        result = engine().search(asked)
    except SearchUnavailable:
        return _search_without_engine(words)
    with reading() as session:
        found = queries.visible_hits(session, registry(), actor(), result.hits, now=now())
    return render_template(
        "discovery/search.html",
        words=words,
        page=Page(found, result.total, number, PER_PAGE),
        groups=_facet_groups(result, chosen),
        sorts=[(value, gettext(label)) for value, label in SORTS],
        sort=sort,
        query=_arguments(),
    )


@blueprint.get("/workbench")
@signed_in
def workbench() -> ResponseReturnValue:
    with reading() as session:
        moment, who = now(), actor()
        tasks = registry().tasks_of(session, who, now=moment)
        panels = registry().panels_of(session, who, "workbench", who, now=moment)
    return render_template(
        "discovery/workbench.html",
        tasks=[
            (task, _page_of(task.kind, task.subject_id), presenters.waiting_since(task.since, now=moment))
            for task in tasks
        ],
        panels=panels,
    )


def _page_of(kind: str, public_id: str) -> str:
    return url_for(registry().kinds[kind].endpoint, **dict[str, Any]({f"{kind}_id": public_id}))


def _search_without_engine(words: str) -> ResponseReturnValue:
    """The engine is down: titles that contain the words, from the database, and a word that says so."""
    with reading() as session:
        moment, who = now(), actor()
        wanted = challenges.Filters(words=words or None)
        demands = challenges.list_challenges(
            session, who, filters=wanted, sort=challenges.Sort.NEWEST, page=1, now=moment
        )
        offers = achievements.list_achievements(
            session,
            who,
            filters=achievements.Filters(words=words or None),
            sort=achievements.Sort.NEWEST,
            page=1,
            now=moment,
        )
    return render_template(
        "discovery/search_down.html",
        words=words,
        challenges=[challenge_row(one, who, now=moment) for one in demands.items],
        achievements=[achievement_row(one, who, now=moment) for one in offers.items],
    )


def _arguments(**changes: Any) -> dict[str, Any]:
    """This search with changes; the page starts again."""
    kept: dict[str, Any] = {"q": request.args.get("q"), "sort": request.args.get("sort")}
    kept |= {name: request.args.getlist(name) for name in FACETS}
    return {name: value for name, value in (kept | changes).items() if value}


def _facet_groups(result: ResultPage, chosen: Mapping[str, frozenset[str]]) -> list[dict[str, Any]]:
    kinds = {kind.name: kind.label for kind in registry().kinds.values()}
    here, known, tongue = url_for(".search"), catalogue(), language()
    groups = []
    for name in FACETS:
        on, others = chosen.get(name, frozenset()), urlencode(_arguments(**{name: None}), doseq=True)
        options = [
            Option(
                value=one.value,
                label=_said(presenters.facet_value(name, one.value, kinds, known, tongue)),
                is_on=one.value in on,
                url=_address(here, others, name, on ^ {one.value}),
                count=one.count,
            )
            for one in sorted(result.facets.get(name, ()), key=lambda one: presenters.facet_order(name, one.value))
        ]
        if options:
            groups.append({"name": name, "legend": gettext(presenters.FACET_LABELS[name]), "options": options})
    return groups


def _address(here: str, others: str, name: str, values: Collection[str]) -> str:
    parts = [others] if others else []
    parts += [f"{name}={quote_plus(value)}" for value in sorted(values)]
    return f"{here}?{'&'.join(parts)}" if parts else here


def _said(words: Any) -> str:
    return words if isinstance(words, str) else translate(words)
