"""The API of search, and of the public figures."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import Response
from werkzeug.exceptions import ServiceUnavailable

from marketplace.core.paging import Page
from marketplace.discovery import queries
from marketplace.discovery.views import DEEPEST_PAGE, LONGEST_QUERY
from marketplace.indexing.engines import engine
from marketplace.taxonomy.current import catalogue
from marketplace.web import answers, json_fields, rest
from marketplace.web.access import open_api
from marketplace.web.current import actor, now, registry
from marketplace.web.transaction import reading
from search.documents import FACETS, SearchQuery
from search.engine import SearchUnavailable

search_blueprint = rest.ApiBlueprint("search", __name__, description="Search over everything public.")
statistics_blueprint = rest.ApiBlueprint("statistics", __name__, description="How much there is.")
MAX_VALUES = 20
RETRY_SECONDS = 10


class HitSchema(ma.Schema):
    """Something found; ``snippet`` is plain text, ``matches`` the pieces of it that matched."""

    kind = ma.fields.String(required=True)
    id = json_fields.public_id(required=True)
    title = ma.fields.String(required=True)
    snippet = ma.fields.String(required=True)
    matches = ma.fields.List(ma.fields.String())
    score = ma.fields.Float(required=True)
    address = ma.fields.String(metadata={"description": "of its resource"})


class FacetSchema(ma.Schema):
    """A value and how many there are of it."""

    value = ma.fields.String(required=True)
    count = ma.fields.Integer(required=True)


class SearchQuerySchema(answers.ListQuery):
    """Words, and facets: values of one facet are alternatives, facets add up."""

    q = json_fields.TextString(load_default="", metadata={"maxLength": LONGEST_QUERY})
    sort = json_fields.Choice(("relevance", "newest"), load_default="relevance")
    page = json_fields.asked_number(1, DEEPEST_PAGE, load_default=1)


for facet in FACETS:
    SearchQuerySchema._declared_fields[facet] = ma.fields.List(json_fields.TextString(metadata={"maxLength": 80}))

FacetsSchema = type("Facets", (ma.Schema,), {facet: ma.fields.List(ma.fields.Nested(FacetSchema)) for facet in FACETS})
SearchList = answers.envelope("SearchList", HitSchema, facets=ma.fields.Nested(FacetsSchema))


class SupplySchema(ma.Schema):
    """What there is in a direction."""

    direction = ma.fields.String(allow_none=True, metadata={"description": "null: unclassified"})
    challenges = ma.fields.Integer()
    achievements = ma.fields.Integer()


class StatisticsSchema(ma.Schema):
    """Public counts."""

    challenges = ma.fields.Integer()
    achievements = ma.fields.Integer()
    organisations = ma.fields.Integer()
    directions = ma.fields.List(ma.fields.Nested(SupplySchema))


@search_blueprint.offers("GET", open_api(), shows=SearchList, query=SearchQuerySchema)
def search(query: dict[str, Any]) -> Response:
    """Ranked hits with facets; 503 while the engine is away."""
    number, per_page = query["page"], query["per_page"]
    wanted = SearchQuery(
        text=query["q"].replace("\0", "").strip()[:LONGEST_QUERY],
        filters={name: frozenset(query[name][:MAX_VALUES]) for name in FACETS if query.get(name)},
        sort=query["sort"],
        offset=(number - 1) * per_page,
        limit=per_page,
    )
    try:
        result = engine().search(wanted)
    except SearchUnavailable:
        raise ServiceUnavailable(retry_after=RETRY_SECONDS) from None
    with reading() as session:
        found = queries.visible_hits(session, registry(), actor(), result.hits, now=now())
    facets = {
        name: [{"value": one.value, "count": one.count} for one in values] for name, values in result.facets.items()
    }
    return answers.listed(
        Page(found, result.total, number, per_page), [_hit(one) for one in found], asked=number, facets=facets
    )


@statistics_blueprint.offers("GET", open_api(), shows=StatisticsSchema)
def statistics() -> Response:
    """How much is published, in all and by direction."""
    with reading() as session:
        supply = queries.supply_by_direction(session)
        organisations = queries.count_organisations(session)
    known = [one.code for one in catalogue().directions]
    order = [*(code for code in known if code in supply), *sorted(code for code in supply if code not in known)]
    return answers.answer(
        {
            "challenges": sum(one.challenges for one in supply.values()),
            "achievements": sum(one.achievements for one in supply.values()),
            "organisations": organisations,
            "directions": [_supply(code, supply[code]) for code in order],
        }
    )


def _supply(code: str, supply: queries.Supply) -> Mapping[str, Any]:
    return {"direction": code or None, "challenges": supply.challenges, "achievements": supply.achievements}


def _hit(found: queries.Found) -> Mapping[str, Any]:
    hit = found.hit
    public_id = hit.key.partition(":")[2]
    return {
        "kind": hit.kind,
        "id": public_id,
        "title": hit.title,
        "snippet": "".join(text for text, _matched in hit.snippet),
        "matches": list(dict.fromkeys(text for text, matched in (*hit.title_segments, *hit.snippet) if matched)),
        "score": hit.score,
        "address": f"{rest.PREFIX}/{hit.kind}s/{public_id}",
    }
