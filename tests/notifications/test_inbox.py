"""The inbox, its count in the head of every page, and what people choose about messages."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.challenges.lifecycle import ChallengeState
from marketplace.core.actor import Role
from marketplace.core.news import ChannelName
from marketplace.core.subject import Subject
from marketplace.notifications import services, worker
from marketplace.notifications.models import Choice, Digest, Notification
from tests.accounts.browser import a_browser_of
from tests.conftest import NOON
from tests.factories.accounts import a_staff_grant, a_user
from tests.factories.challenges import a_challenge
from tests.factories.organisations import a_membership, an_organisation
from tests.journeys.pages import read

HIDDEN = "相关内容现在不对您公开"


@pytest.fixture
def user(database):
    return a_user(database)


@pytest.fixture
def challenge(database, user):
    organisation = an_organisation(database)
    a_membership(database, user, organisation)
    return a_challenge(database, organisation_id=organisation.id, title="固态电池隔膜", state=ChallengeState.RETURNED)


@pytest.fixture
def browser(app, database, user):
    return a_browser_of(app, database, user)


def tell(database, user, challenge, kind="challenge.returned", now=NOON, **facts):
    facts = {"title": challenge.title, "reason": "缺少指标"} | facts
    subject = Subject("challenge", challenge.public_id)
    services.notify(database, [user.id], kind=kind, subject=subject, facts=facts, now=now)
    database.commit()


def messages(database):
    database.rollback()
    database.expire_all()
    return database.scalars(select(Notification).order_by(Notification.id)).all()


def unread_in_head(browser):
    shown = [one.words for one in read(browser.get("/").text).all("span") if one.get("class") == "unread num"]
    return shown[0].split()[0] if shown else ""


def test_a_message_is_listed_with_its_reason_and_counted_on_every_page(browser, database, user, challenge):
    assert unread_in_head(browser) == ""
    tell(database, user, challenge)

    page = browser.get("/inbox").text

    assert "榜单退回修改（固态电池隔膜）" in page
    assert "缺少指标" in page
    assert unread_in_head(browser) == "1"


def test_counting_stops_at_99(browser, database, user, challenge):
    database.add_all(
        Notification(
            user_id=user.id,
            kind="challenge.published",
            subject_kind="challenge",
            subject_id="x",
            facts={},
            created_at=NOON,
        )
        for _ in range(120)
    )
    database.commit()
    assert unread_in_head(browser) == "99+"


def test_visitors_have_no_inbox(client):
    assert client.get("/inbox").status_code == 302
    assert "/inbox" not in client.get("/").text


def test_opening_a_message_marks_it_read_and_leads_to_its_subject(browser, database, user, challenge):
    tell(database, user, challenge)
    (message,) = messages(database)

    answer = browser.post(f"/inbox/{message.public_id}/open")

    assert answer.headers["Location"] == f"/challenges/{challenge.public_id}"
    assert messages(database)[0].read_at is not None
    assert unread_in_head(browser) == ""


def test_one_or_all_are_marked_read_and_the_filter_stays(browser, database, user, challenge):
    for _ in range(3):
        tell(database, user, challenge)
    first = messages(database)[0]

    answer = browser.post(f"/inbox/{first.public_id}/read", data={"topic": "challenge"})
    assert answer.headers["Location"] == "/inbox?topic=challenge"
    assert [one.read_at is None for one in messages(database)] == [False, True, True]

    browser.post("/inbox/read")
    assert [one.read_at is None for one in messages(database)] == [False, False, False]


def test_somebody_else_s_message_does_not_exist(app, browser, database, user, challenge):
    other = a_user(database)
    tell(database, other, challenge)
    (message,) = messages(database)
    for step in ("read", "open"):
        assert browser.post(f"/inbox/{message.public_id}/{step}").status_code == 404
    browser.post("/inbox/read")
    assert messages(database)[0].read_at is None
    assert "固态电池隔膜" not in browser.get("/inbox").text


def test_what_the_reader_may_not_see_any_more_is_told_in_neutral_words_without_a_link(browser, database, user):
    foreign = a_challenge(database, title="别家的草稿", state=ChallengeState.DRAFT)
    tell(database, user, foreign, reason="别家的理由")
    (message,) = messages(database)

    page = browser.get("/inbox").text

    assert HIDDEN in page
    assert "别家的草稿" not in page
    assert "别家的理由" not in page
    assert browser.post(f"/inbox/{message.public_id}/open").headers["Location"] == "/inbox"


@pytest.fixture
def one_read_one_new(browser, database, user, challenge):
    tell(database, user, challenge)
    browser.post("/inbox/read")
    database.rollback()
    tell(database, user, challenge, kind="challenge.published")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"退回", "发布"}),
        ("?unread=1", {"发布"}),
        ("?topic=challenge", {"退回", "发布"}),
        ("?topic=achievement", set()),
        ("?topic=lottery", {"退回", "发布"}),
        ("?page=99", {"退回", "发布"}),
    ],
)
def test_the_list_is_narrowed(browser, one_read_one_new, query, shown):
    page = browser.get(f"/inbox{query}").text
    titles = {"退回": "榜单退回修改（固态电池隔膜）", "发布": "榜单已发布（固态电池隔膜）"}
    assert {word for word, title in titles.items() if title in page} == shown


def test_the_inbox_is_english_on_an_english_page(browser, database, user, challenge):
    tell(database, user, challenge)
    assert "Challenge returned for changes (固态电池隔膜)" in browser.get("/inbox?lang=en").text


# Choosing


def boxes(browser):
    page = read(browser.get("/account/notifications").text)
    return {one.get("value"): "checked" in one.attributes for one in page.all("input") if one.get("name") == "on"}


def test_everything_is_on_at_first_and_what_safety_depends_on_cannot_be_switched_off(browser):
    shown = boxes(browser)
    assert shown["challenge.returned:mail"] is True
    assert "organisation.suspended:mail" not in shown
    assert "account.reset_password:mail" not in shown
    assert "总是，不能关闭" in browser.get("/account/notifications").text


def test_a_choice_is_kept_only_where_it_differs_and_holds(browser, database, user):
    on = [value for value in boxes(browser) if value != "challenge.returned:mail"]
    browser.post(
        "/account/notifications", data={"on": [*on, "lottery.won:mail", "challenge.published:pigeon"], "digest": ""}
    )

    kept = database.scalars(select(Choice)).all()
    assert [(one.user_id, one.kind, one.channel, one.is_on) for one in kept] == [
        (user.id, "challenge.returned", ChannelName.MAIL, False)
    ]
    assert boxes(browser)["challenge.returned:mail"] is False


def test_nobody_switches_off_what_safety_depends_on_by_hand(browser, database):
    browser.post("/account/notifications", data={"digest": ""})
    assert "organisation.suspended" not in {one.kind for one in database.scalars(select(Choice))}


def test_a_digest_is_chosen_changed_and_left(browser, database, user):
    browser.post("/account/notifications", data={"digest": "8"})
    kept = database.scalars(select(Digest)).one()
    assert (kept.user_id, kept.hour, kept.next_at.hour, kept.next_at.minute) == (user.id, 8, 0, 0)
    browser.post("/account/notifications", data={"digest": "23"})
    database.rollback()
    database.expire_all()
    assert database.scalars(select(Digest.hour)).one() == 23
    browser.post("/account/notifications", data={"digest": ""})
    database.rollback()
    assert database.scalars(select(Digest)).all() == []


@pytest.mark.parametrize("hour", ["24", "-1", "noon", "8\0"])
def test_an_hour_that_no_clock_shows_is_refused_at_its_place(browser, database, hour):
    answer = browser.post("/account/notifications", data={"digest": hour})
    assert answer.status_code == 422
    assert database.scalars(select(Digest)).all() == []


def test_the_account_leads_to_both(browser):
    links = read(browser.get("/account").text).links
    assert {"/inbox", "/account/notifications"} <= links


# Kept, and for how long


@pytest.mark.parametrize(
    ("days", "is_read", "is_kept"), [(179, True, True), (181, True, False), (364, False, True), (366, False, False)]
)
def test_messages_are_kept_for_a_term(session, days, is_read, is_kept):
    user = a_user(session)
    session.add(
        Notification(
            user_id=user.id,
            kind="challenge.published",
            subject_kind="challenge",
            subject_id="x",
            facts={},
            created_at=NOON,
            read_at=NOON if is_read else None,
        )
    )
    session.flush()
    worker.prune(session, now=NOON + timedelta(days=days))
    assert bool(session.scalars(select(Notification)).all()) is is_kept


def test_what_only_staff_hear_of_is_offered_to_them_alone(app, database, browser):
    operator = a_user(database)
    a_staff_grant(database, operator, Role.OPERATOR)
    its = a_browser_of(app, database, operator)
    pages = ("/account/notifications", "/inbox")
    assert [["待审核" in reader.get(page).text for page in pages] for reader in (browser, its)] == [
        [False, False],
        [True, True],
    ]
    (row,) = [one for one in read(its.get(pages[0]).text).all("input") if one.get("value") == "review.challenge:mail"]
    assert "checked" not in row.attributes


def test_where_nothing_fits_the_filter_the_way_back_is_shown(browser, database, user, challenge):
    tell(database, user, challenge)
    page = browser.get("/inbox?topic=organisation").text
    assert "没有符合筛选的消息" in page
    assert "没有符合筛选的消息" not in browser.get("/inbox?topic=challenge").text
