"""紧急下架: what an operator takes down is gone at once from every place a stranger can look, worker or not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEntry
from marketplace.core.subject import Subject
from marketplace.indexing import services
from marketplace.notifications.models import Delivery
from tests.actors import OPERATOR, a_member
from tests.journeys.market import a_listed_achievement, a_market, an_open_challenge, at_present, browser_of
from tests.journeys.site import opened

WORD = "琥珀鲸落晶胞"
LISTS = (
    "/",
    "/challenges",
    f"/challenges?q={WORD}",
    "/achievements",
    f"/achievements?q={WORD}",
    f"/search?q={WORD}",
    "/search",
    "/industries/materials",
    "/directions/membranes",
    "/workbench",
)
STRANGERS = ("visitor", "institute owner", "other editor", "area officer", "finance officer")
CLOSE = ("enterprise owner", "own reader", "operator", "supervisor")
KINDS = {
    "challenge": lambda session, **facts: an_open_challenge(
        session, wanted_close_at=at_present() + timedelta(days=40), **facts
    ),
    "achievement": a_listed_achievement,
}


@pytest.fixture
def site(app):
    with opened(app) as site:
        yield site


@pytest.fixture
def market(database):
    return a_market(database)


@pytest.fixture(params=KINDS)
def thing(request, site, database, market):
    """A public thing that everybody finds, as (kind, public id)."""
    made = KINDS[request.param](
        database, organisation_id=market.enterprise.id, title=f"{WORD}质子膜", summary=WORD, direction="membranes"
    )
    services.note(database, Subject(request.param, made.public_id), now=at_present())
    database.commit()
    site.work()
    return request.param, made.public_id


def browser(app, database, market, who):
    return app.test_client() if who == "visitor" else browser_of(app, database, market.people[who])


def take(browser, thing, action, reason="疑似涉密，先下架核查"):
    kind, public_id = thing
    return browser.post(f"/{kind}s/{public_id}/{action}", data={"reason": reason})


def seen_on(browser, thing, organisation) -> list[str]:
    """Where this browser meets the thing; its own page as ``page``."""
    kind, public_id = thing
    found = [path for path in (*LISTS, f"/organisations/{organisation}") if public_id in browser.get(path).text]
    return found + (["page"] if browser.get(f"/{kind}s/{public_id}").status_code == 200 else [])


def test_it_is_gone_at_once_from_every_route_list_and_search_for_everyone_who_is_not_close_to_it(
    app, database, market, thing
):
    everyone = {who: browser(app, database, market, who) for who in STRANGERS}
    home = market.enterprise.public_id
    for visitor in everyone.values():
        assert {"page", "/", f"/search?q={WORD}", f"/organisations/{home}"} <= set(seen_on(visitor, thing, home))

    assert take(browser(app, database, market, "operator"), thing, "takedown").status_code == 302

    # No worker has run: the index still holds it, and every row is asked of the policy again.
    assert {who: seen_on(visitor, thing, home) for who, visitor in everyone.items()} == {who: [] for who in everyone}


def test_the_worker_takes_it_out_of_the_index_and_restoring_brings_it_back(app, database, market, site, thing):
    operator = browser(app, database, market, "operator")
    key = ":".join(thing)
    assert key in site.found(WORD)

    take(operator, thing, "takedown")
    site.work()
    assert key not in site.found(WORD)
    assert site.differences() == []

    assert take(operator, thing, "restore", "核查后不涉密").status_code == 302
    site.work()
    assert key in site.found(WORD)
    assert "page" in seen_on(app.test_client(), thing, market.enterprise.public_id)


def test_its_people_read_why_and_are_written_to(app, database, market, thing):
    take(browser(app, database, market, "operator"), thing, "takedown", "第三段疑似涉密")
    kind, public_id = thing
    for who in CLOSE:
        page = browser(app, database, market, who).get(f"/{kind}s/{public_id}").text
        assert ("已紧急下架" in page, "第三段疑似涉密" in page) == (True, True), who

    letters = database.scalars(select(Delivery).where(Delivery.kind == f"{kind}.taken_down")).all()
    assert {one.recipient for one in letters} >= {market.people["enterprise owner"].email}
    assert {one.facts["reason"] for one in letters} == {"第三段疑似涉密"}
    entry = database.scalars(select(AuditEntry).where(AuditEntry.action == "takedown")).one()
    assert entry.subject == ":".join(thing)


def test_nothing_can_be_done_with_it_but_what_an_operator_decides(app, database, market, thing):
    kind, public_id = thing
    owner = browser(app, database, market, "enterprise owner")
    take(browser(app, database, market, "operator"), thing, "takedown")
    for action in ("submit", "recall", "withdraw", "restore", "takedown"):
        assert take(owner, thing, action).status_code in (403, 409), action
    assert owner.get(f"/{kind}s/{public_id}/edit").status_code == 403


@pytest.mark.parametrize("action", ["takedown", "restore"])
def test_it_wants_a_reason(app, database, market, thing, action):
    operator = browser(app, database, market, "operator")
    if action == "restore":
        take(operator, thing, "takedown")
    answer = take(operator, thing, action, reason=" ")
    assert (answer.status_code, "请写明理由，对方会看到。" in answer.text) == (422, True)


def test_only_operators_take_down(app, database, market, thing):
    for who in ("enterprise owner", "institute owner", "supervisor", "area officer", "finance officer"):
        assert take(browser(app, database, market, who), thing, "takedown").status_code == 403, who


def test_what_was_never_public_goes_back_to_its_owner_and_not_to_the_public(site, thing):
    kind, public_id = thing
    now = at_present()
    site.step(kind, public_id, "takedown", actor=OPERATOR, now=now, reason="核查")
    site.step(kind, public_id, "return", actor=OPERATOR, now=now, reason="删去第三段后再提交")
    with site.reading() as session:
        found = site.kinds.kinds[kind].load(session, [public_id])[public_id]
        assert (found.state.value, found.publish_at, found.published_at) == ("returned", None, None)
    owner = a_member(found.organisation_id)
    site.step(kind, public_id, "submit", actor=owner, now=now)
    site.step(kind, public_id, "takedown", actor=OPERATOR, now=now, reason="仍有疑问")
    with site.reading() as session:
        found = site.kinds.kinds[kind].load(session, [public_id])[public_id]
        policy = site.kinds.kinds[kind].policy
        assert (policy["restore"](OPERATOR, found), policy["return"](OPERATOR, found)) == (False, True)


def test_nobody_else_is_matched_with_it(app, database, market, site, thing):
    other_kind = next(kind for kind in KINDS if kind != thing[0])
    other = KINDS[other_kind](database, organisation_id=market.institute.id, title=f"另一边的{WORD}", summary=WORD)
    services.note(database, Subject(other_kind, other.public_id), now=at_present())
    database.commit()
    site.work()
    take(browser(app, database, market, "operator"), thing, "takedown")
    page = browser(app, database, market, "institute owner").get(f"/{other_kind}s/{other.public_id}").text
    assert thing[1] not in page
