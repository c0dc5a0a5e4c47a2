"""Too much text, none at all, odd characters, a second too late: clear words, what was typed kept, nothing written."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import LetterKind, LetterToken
from marketplace.accounts.tokens import fingerprint, new_token
from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement
from marketplace.audit.models import AuditEntry
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge, Indicator
from marketplace.core.calendar import beijing
from tests.conftest import make_app
from tests.factories.achievements import an_achievement
from tests.factories.challenges import TEXT, a_challenge
from tests.journeys.market import (
    a_listed_achievement,
    a_market,
    an_open_challenge,
    at_present,
    browser_of,
    listed_dates,
    open_dates,
)
from tests.journeys.pages import forms_of, read
from tests.journeys.site import opened

HUGE = "膜" * 100_000
"""300 kB of text as it travels."""
SECOND = timedelta(seconds=1)
FORMS = {
    "enterprise owner": ["/challenges/new/research", "/challenges/new/scene", "/challenges/new/procurement"],
    "institute owner": ["/achievements/new", "/organisations/new", "/account", "/account/password"],
    "visitor": ["/login", "/register", "/password/forgot"],
}
ALL_FORMS = [(who, path) for who, paths in FORMS.items() for path in paths]


@pytest.fixture
def market(database):
    return a_market(database)


def browser_for(app, market, who):
    return app.test_client() if who == "visitor" else browser_of(app, market.session, market.people[who])


def summary(page: str) -> str:
    """What is said at the head of a form that came back."""
    found = [one for one in read(page).all("div") if one.get("class") == "error-summary"]
    return found[0].words if found else ""


def written(session) -> tuple[int, ...]:
    """How much there is of everything a form could have made."""
    session.rollback()
    tables = (Challenge, Indicator, Achievement, AuditEntry)
    return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def text_fields(client, path: str) -> list[str]:
    """Names of everything a person can type text into."""
    form = next(one for one in forms_of(read(client.get(path).text).all("main")[0]) if one.method == "post")
    chosen = {name for name, options in form.options.items() if options}
    return [
        name for name in form.options if name not in chosen and name not in ("csrf_token", "version", "consent_version")
    ]


@pytest.mark.parametrize(("who", "path"), ALL_FORMS)
def test_far_too_much_text_in_a_field_is_said_at_its_place_and_kept(app, market, who, path):
    client = browser_for(app, market, who)
    names = text_fields(client, path)
    assert names
    before = written(market.session)
    faults = []
    for name in names:
        answer = client.post(path, data={name: HUGE})
        is_password = "password" in name
        if answer.status_code != 422 or not summary(answer.text):
            faults.append(f"{name}: {answer.status_code}")
        if not is_password and name[-3:] != "_at" and "window" not in name and HUGE not in answer.text:
            faults.append(f"{name}: what was typed is gone")
    assert (faults, written(market.session)) == ([], before)


def test_more_than_the_server_takes_is_refused_in_words(app, market):
    client = browser_for(app, market, "enterprise owner")
    answer = client.post("/challenges/new/research", data={"title": "x", "problem": HUGE * 8})
    assert answer.status_code == 413
    assert "提交的内容超过了上限（2 MB）" in answer.text
    assert written(market.session) == (0, 0, 0, 0)


def test_more_fields_than_anybody_types_are_refused_in_words(app, market):
    client = browser_for(app, market, "enterprise owner")
    answer = client.post(
        "/challenges/new/research",
        data={f"field-{number}": "x" for number in range(3000)},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 413
    assert "超过了上限" in answer.text


@pytest.mark.parametrize(("who", "path"), ALL_FORMS)
def test_an_empty_form_says_what_is_missing(app, market, who, path):
    client = browser_for(app, market, who)
    before = written(market.session)
    answer = client.post(path, data={})
    assert (answer.status_code, bool(summary(answer.text)), written(market.session)) == (422, True, before)


@pytest.mark.parametrize("rows", [41, 300])
def test_more_rows_than_a_form_takes_are_said_and_none_is_dropped_in_silence(app, market, rows):
    client = browser_for(app, market, "enterprise owner")
    typed = {f"indicators-{n}-name": f"第{n}项" for n in range(rows)} | {
        f"indicators-{n}-target": "1" for n in range(rows)
    }
    answer = client.post("/challenges/new/research", data={"title": "很多指标", **typed})
    assert (answer.status_code, written(market.session)) == (422, (0, 0, 0, 0))
    assert f'value="第{rows - 1}项"' in answer.text
    again = client.post("/challenges/new/research", data={"title": "很多指标", **typed, "add_row": "1"})
    assert again.status_code in (200, 422)


ODD_TEXTS = {
    "a NUL": "膜\x00材料",
    "a control character": "膜\x1b[31m材料\x08",
    "an emoji": "膜💧材料",
    "right to left": "膜\u202e料材",
    "markup": "<script>alert(1)</script>&amp;{{ 7*7 }}",
    "a format": "%(title)s %s {0}",
}


@pytest.mark.parametrize("oddity", ODD_TEXTS)
def test_odd_characters_are_taken_or_refused_on_both_databases(database_url, tmp_path, oddity):
    text = ODD_TEXTS[oddity]
    app = make_app(database_url, tmp_path)
    app.config["WTF_CSRF_ENABLED"] = False
    with opened(app) as site, site.writing() as session:
        market = a_market(session)
        owner = browser_of(app, session, market.people["enterprise owner"])
        typed = {"title": text, "problem": text, "topics": text, "indicators-0-name": text, "indicators-0-target": "1"}
        answers = [
            owner.post("/challenges/new/research", data=typed),
            owner.post("/achievements/new", data={"title": text, "inventors": text}),
            owner.post("/account", data={"name": text, "language": "zh"}),
            app.test_client().post("/login", data={"email": text, "password": text}),
            app.test_client().get("/challenges", query_string={"q": text, "area": text}),
            app.test_client().get("/organisations", query_string={"q": text, "area": text}),
            app.test_client().get("/search", query_string={"q": text}),
        ]
        assert [answer.status_code for answer in answers if answer.status_code not in (200, 302, 422)] == []
        assert "<script>alert(1)" not in owner.get("/challenges/mine").text


class TestASecondTooLate:
    def test_a_wish_for_a_deadline_that_has_passed_is_said_at_its_field(self, app, market):
        owner = browser_for(app, market, "enterprise owner")
        passed = beijing(at_present() - SECOND).strftime("%Y-%m-%dT%H:%M:%S")
        challenge = a_challenge(market.session, organisation_id=market.enterprise.id)
        market.session.commit()
        form = next(
            one
            for one in forms_of(read(owner.get(f"/challenges/{challenge.public_id}/edit").text).all("main")[0])
            if one.method == "post"
        )
        typed = dict(form.values) | {"wanted_close_at": passed, "submit": "1"}
        answer = owner.post(f"/challenges/{challenge.public_id}/edit", data=typed)
        assert answer.status_code == 422
        assert "截止时间要晚于" in summary(answer.text)
        assert 'href="#wanted_close_at"' in answer.text
        assert written(market.session) == (1, 1, 0, 0)

    @pytest.mark.parametrize("step", ["publish", "schedule"])
    def test_a_publication_with_a_deadline_that_has_passed_is_refused(self, app, market, step):
        challenge = a_challenge(market.session, organisation_id=market.enterprise.id, state=ChallengeState.SUBMITTED)
        market.session.commit()
        passed = beijing(at_present() - SECOND).strftime("%Y-%m-%dT%H:%M:%S")
        operator = browser_for(app, market, "operator")
        answer = operator.post(f"/challenges/{challenge.public_id}/{step}", data={"bids_close_at": passed})
        assert answer.status_code == 422
        assert "截止时间要晚于发榜时间至少一天" in summary(answer.text)
        assert passed[:16] in answer.text
        market.session.expire_all()
        assert (challenge.state, challenge.number) == (ChallengeState.SUBMITTED, None)

    def test_bidding_that_ended_a_second_ago_is_over_everywhere(self, app, client, market):
        ended = {"bids_close_at": at_present() - SECOND}
        challenge = an_open_challenge(market.session, organisation_id=market.enterprise.id, title="刚截止的", **ended)
        market.session.commit()
        assert "揭榜已截止" in client.get(f"/challenges/{challenge.public_id}").text
        assert "刚截止的" not in client.get("/challenges?phase=bidding").text
        assert "刚截止的" in client.get("/challenges?phase=closed").text
        assert "刚截止的" not in read(client.get("/").text).words

    def test_a_listing_that_ended_a_second_ago_is_over_whether_or_not_a_worker_has_run(self, app, client, market):
        ended = listed_dates(at_present()) | {"listed_until": at_present() - SECOND}
        achievement = a_listed_achievement(
            market.session, organisation_id=market.institute.id, title="刚到期的", **ended
        )
        market.session.commit()
        assert "刚到期的" not in client.get("/achievements").text
        assert "挂牌已到期" in client.get(f"/achievements/{achievement.public_id}").text

    def test_a_letter_that_expired_a_second_ago_opens_nothing(self, app, client, market):
        token = new_token()
        person = market.people["other owner"]
        expired = at_present() - SECOND
        market.session.add(
            LetterToken(
                kind=LetterKind.RESET_PASSWORD, user_id=person.id, token_hash=fingerprint(token), expires_at=expired
            )
        )
        market.session.commit()
        for answer in (
            client.get(f"/password/reset/{token}"),
            client.post(f"/password/reset/{token}", data={"password": "Another-2026"}),
        ):
            assert answer.status_code == 409
            assert "这个链接已失效或已经用过" in answer.text

    @pytest.mark.parametrize(
        "passed", [{"seen_at": timedelta(hours=1)}, {"started_at": timedelta(hours=12)}], ids=["idle", "absolute"]
    )
    def test_a_session_that_ended_a_second_ago_asks_to_sign_in_and_says_that_the_text_is_kept(
        self, app, market, passed
    ):
        dates = {name: at_present() - length - SECOND for name, length in passed.items()}
        owner = browser_of(app, market.session, market.people["enterprise owner"], **dates)
        answer = owner.post("/challenges/new/research", data={"title": "x"})
        assert answer.status_code == 401
        assert "登录已过期或尚未登录" in answer.text
        assert "本页填写的内容在浏览器里保留着" in answer.text
        assert owner.get("/challenges/new/research").location == "/login?next=/challenges/new/research"
        assert written(market.session) == (0, 0, 0, 0)


class TestTheWorkerIsLate:
    """A worker that was away over a deadline does what is right when it comes back, and never stops the others."""

    def test_a_publication_whose_bidding_is_over_waits_for_the_operator_and_holds_up_nobody(self, app, market):
        from tests.journeys.market import work

        now = at_present()
        over = {"publish_at": now - timedelta(days=9), "bids_close_at": now - SECOND}
        fine = open_dates(now) | {"published_at": None}
        state = ChallengeState.SCHEDULED
        late = a_challenge(market.session, organisation_id=market.enterprise.id, state=state, title="过期的", **over)
        due = a_challenge(market.session, organisation_id=market.enterprise.id, state=state, title="到点的", **fine)
        market.session.commit()
        work(app)
        market.session.expire_all()
        assert (late.state, due.state) == (ChallengeState.SCHEDULED, ChallengeState.OPEN)
        operator = browser_for(app, market, "operator")
        answer = operator.post(f"/challenges/{late.public_id}/publish", data={"bids_close_at": "2999-01-01T17:00"})
        assert answer.status_code == 302

    def test_a_listing_whose_whole_time_is_over_gets_a_whole_new_one(self, app, market):
        from tests.journeys.market import work

        now = at_present()
        over = {"publish_at": now - timedelta(days=9), "listed_until": now - SECOND}
        late = an_achievement(
            market.session, organisation_id=market.institute.id, state=AchievementState.SCHEDULED, **over
        )
        market.session.commit()
        work(app)
        market.session.expire_all()
        assert late.state is AchievementState.LISTED
        assert late.listed_until > now + timedelta(days=300)


def test_the_text_of_this_file_is_complete_enough_to_be_posted(app, market):
    """What the other tests refuse, they refuse for their own reason."""
    owner = browser_for(app, market, "enterprise owner")
    typed = {"title": TEXT["title"], "problem": TEXT["problem"], "indicators-0-name": "x", "indicators-0-target": "1"}
    assert owner.post("/challenges/new/research", data=typed).status_code == 302
    assert written(market.session) == (1, 1, 0, 1)
