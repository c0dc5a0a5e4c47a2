"""An earlier challenge as a new draft, and the text on paper; on achievements the same."""

import pytest
from sqlalchemy import select

from marketplace.achievements.models import Achievement
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.challenges.queries import get_challenge
from marketplace.challenges.services import copy_challenge, rows_of
from marketplace.core.actor import SYSTEM
from marketplace.core.errors import NotAllowed
from tests.accounts.browser import a_browser_of, look_again
from tests.actors import OPERATOR, a_member
from tests.conftest import NOON
from tests.factories.accounts import a_user
from tests.factories.challenges import a_challenge, an_indicator
from tests.factories.organisations import a_membership
from tests.journeys.market import a_listed_achievement, an_open_challenge

TEXT = ("kind", "title", "summary", "problem", "scope", "direction", "topics", "budget_fen", "months", "cooperation")


def test_a_copy_has_all_text_and_rows_and_nothing_that_was_given_or_confirmed(session):
    rows = [an_indicator(), an_indicator(1, name="厚度", unit="µm", target="15", comparator="at_most")]
    earlier = a_challenge(session, state=ChallengeState.OPEN, indicators=rows)

    made = copy_challenge(session, a_member(earlier.organisation_id), earlier, now=NOON)

    copied = get_challenge(session, SYSTEM, made.public_id)
    assert [getattr(copied, name) for name in TEXT] == [getattr(earlier, name) for name in TEXT]
    assert rows_of(copied) == rows_of(earlier)
    assert copied.public_id != earlier.public_id
    assert (copied.state, copied.number, copied.published_at, copied.publish_at) == (ChallengeState.DRAFT, *[None] * 3)
    assert (copied.bids_close_at, copied.wanted_close_at, copied.has_no_state_secrets) == (None, None, False)


@pytest.mark.parametrize("who", [OPERATOR, a_member(10**6)])
def test_only_the_poster_copies(session, who):
    with pytest.raises(NotAllowed):
        copy_challenge(session, who, a_challenge(session, state=ChallengeState.OPEN), now=NOON)


def test_what_was_taken_down_does_not_come_back_as_a_copy(session):
    gone = a_challenge(session, state=ChallengeState.TAKEN_DOWN)
    with pytest.raises(NotAllowed):
        copy_challenge(session, a_member(gone.organisation_id), gone, now=NOON)


@pytest.mark.parametrize(
    ("kind", "make", "model"),
    [
        ("challenges", an_open_challenge, Challenge),
        ("achievements", a_listed_achievement, Achievement),
    ],
)
def test_the_button_leads_to_the_new_draft(app, database, kind, make, model):
    thing, person = make(database), a_user(database)
    a_membership(database, person, thing.organisation)
    browser = a_browser_of(app, database, person)
    here = f"/{kind}/{thing.public_id}"
    assert "复制为新草稿" in browser.get(here).text

    answer = browser.post(f"{here}/copy")

    look_again(database)
    made = database.scalars(select(model).where(model.id != thing.id)).one()
    assert answer.location == f"/{kind}/{made.public_id}/edit"
    assert thing.title in browser.get(answer.location).text


@pytest.mark.parametrize(("kind", "make"), [("challenges", an_open_challenge), ("achievements", a_listed_achievement)])
def test_the_official_text_has_number_office_date_and_a_code_to_the_page(client, database, kind, make):
    thing = make(database)
    database.commit()
    here = f"/{kind}/{thing.public_id}"
    page = client.get(f"{here}/print").text
    assert all(words in page for words in (thing.number, thing.title, "发布日期", f"http://127.0.0.1:8000{here}"))
    assert "<p>揭榜台</p>" in page
    assert f'src="{here}/code.svg"' in page
    code = client.get(f"{here}/code.svg")
    assert (code.status_code, code.mimetype) == (200, "image/svg+xml")
    assert code.data.startswith(b"<?xml")


def test_paper_tells_no_more_than_the_page(client, database):
    secret = an_open_challenge(
        database, disclosure="summary", is_anonymous=True, problem="只给签了字的人看的难题。" * 9
    )
    database.commit()
    page = client.get(f"/challenges/{secret.public_id}/print").text
    assert "只给签了字的人看的难题" not in page
    assert secret.organisation.name not in page
    hidden = a_challenge(database)
    database.commit()
    for part in ("print", "code.svg"):
        assert client.get(f"/challenges/{hidden.public_id}/{part}").status_code == 404
