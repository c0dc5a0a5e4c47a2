"""What is only read: catalogue, search, figures, matches, the document and its page; as many queries for many rows."""

import json

import pytest
from sqlalchemy import func, select

from marketplace.core.subject import Subject
from marketplace.indexing import worker
from marketplace.indexing.engines import engine
from marketplace.matching.models import Band
from marketplace.matching.services import Found, replace_matches
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Organisation
from marketplace.web.current import registry
from marketplace.web.extensions import db
from tests.api.programs import problem
from tests.architecture.test_routes import statements_seen
from tests.factories.organisations import an_organisation
from tests.journeys.market import a_listed_achievement, an_open_challenge, at_present, note_organisations, work


def test_the_catalogue_has_every_code_with_its_names(program):
    known = program("visitor").get("/taxonomy").get_json()
    assert (len(known["directions"]), len(known["areas"])) == (12, 12)
    membranes = next(one for one in known["directions"] if one["code"] == "membranes")
    assert membranes["industry"] in {one["code"] for one in known["industries"]}
    assert set(membranes["name"]) == {"zh", "en"}


def test_search_finds_what_is_public_and_counts_facets(app, program, market):
    note_organisations(market.session, market)
    market.session.commit()
    work(app)
    found = program("visitor").get("/search?q=膜材料").get_json()
    assert (found["items"][0]["kind"], found["items"][0]["id"]) == ("organisation", market.enterprise.public_id)
    assert found["items"][0]["address"] == f"/api/v1/organisations/{market.enterprise.public_id}"
    kinds = {one["value"]: one["count"] for one in found["facets"]["kind"]}
    assert sum(kinds.values()) == found["total"]
    only = program("visitor").get("/search?q=膜材料&kind=organisation").get_json()
    assert {row["kind"] for row in only["items"]} == {"organisation"}
    assert only["total"] == kinds["organisation"]


def test_search_says_when_the_engine_is_away(program):
    answer = program("visitor").get("/search?q=膜")
    problem(answer, 503)
    assert answer.headers["Retry-After"] == "10"


def test_figures_count_what_is_public(program, market, database):
    verified = select(func.count()).where(Organisation.state == OrganisationState.VERIFIED)
    figures = program("visitor").get("/statistics").get_json()
    assert (figures["challenges"], figures["achievements"], figures["organisations"]) == (
        1,
        1,
        database.scalar(verified),
    )
    assert {"direction": "membranes", "challenges": 1, "achievements": 1} in figures["directions"]


def test_matches_are_for_the_poster_the_owner_and_the_staff(program, market, database):
    need, offer = market.challenges["open"], market.achievements["listed"]
    reasons = [
        {"kind": "terms", "values": ["质子膜"]},
        {"kind": "budget", "values": [30_000_000, 480_000_000]},
        {"kind": "readiness", "values": [6, 5]},
    ]
    wanted, offered = Subject("challenge", need.public_id), Subject("achievement", offer.public_id)
    for subject, other in ((wanted, offered), (offered, wanted)):
        replace_matches(database, subject, [Found(other, 0.83, Band.STRONG, reasons)], now=at_present())
    database.commit()
    path = f"/challenges/{need.public_id}/matches"
    for who in ("own reader", "operator", "supervisor"):
        (match,) = program(who).get(path).get_json()["items"]
        assert (match["score"], match["band"], match["achievement"]["id"]) == (0.83, "strong", offer.public_id)
        assert match["reasons"][1] == {"kind": "budget", "values": ["300000.00", "4800000.00"]}
        assert match["reasons"][2]["values"] == ["6", "5"]
    problem(program("other editor").get(path), 403)
    problem(program("visitor").get(path), 401)
    problem(program("other editor").get(f"/challenges/{market.challenges['draft'].public_id}/matches"), 404)
    path = f"/achievements/{offer.public_id}/matches"
    assert program("institute owner").get(path).get_json()["items"][0]["challenge"]["id"] == need.public_id
    problem(program("own editor").get(path), 403)


def test_me_is_whom_the_token_speaks_for(program, market):
    me = program("own editor", scopes=["account:read"]).get("/account/me").get_json()
    assert me["organisation"] == {"id": market.enterprise.public_id, "name": market.enterprise.name}
    assert (me["roles"], me["scopes"]) == (["editor"], ["account:read"])
    assert program("operator").get("/account/me").get_json()["roles"] == ["operator"]


def test_the_document_names_every_address_below_the_prefix(app, client):
    document = client.get("/api/v1/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    documented = {
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
        if method != "parameters"
    }
    served = {
        (method, str(rule).replace("<id:", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if str(rule).startswith("/api/v1/") and not rule.endpoint.startswith("api_docs.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert documented == served
    assert "UnboundField" not in json.dumps(document)


def test_the_page_of_the_document_loads_our_own_files_alone(client):
    page = client.get("/api/v1/docs")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "swagger-ui-bundle.js" in page.text
    assert "unsafe" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("visitor", "/challenges?per_page=200"),
        ("own editor", "/challenges?per_page=200"),
        ("own editor", "/challenges/mine?per_page=200"),
        ("visitor", "/achievements?per_page=200"),
        ("institute owner", "/achievements/mine?per_page=200"),
        ("visitor", "/organisations?per_page=200"),
        ("visitor", "/search?per_page=200"),
    ],
)
def test_a_list_of_two_hundred_rows_takes_as_many_queries_as_a_short_one(app, program, market, who, path):
    database = market.session

    def rows_and_queries(more: int) -> tuple[int, int]:
        for _n in range(more):
            an_open_challenge(database, organisation_id=market.enterprise.id)
            a_listed_achievement(database, organisation_id=market.institute.id)
            an_organisation(database)
        database.commit()
        with app.app_context():
            worker.rebuild(db.engine, engine(), registry(), now=at_present())
        with statements_seen() as seen:
            answer = asking.get(path)
        return len(answer.get_json()["items"]), len(seen)

    asking = program(who)
    few, queries = rows_and_queries(2)
    many, still = rows_and_queries(40)
    assert many > few
    assert still == queries
