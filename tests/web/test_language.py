"""What pages say in the reader's language: one and many, days and amounts."""

from datetime import UTC, datetime

import pytest
from flask import render_template_string

from marketplace.core.money import Amount
from marketplace.core.text import counted, say
from marketplace.web.language import translate
from tests.accounts.browser import a_browser_of
from tests.factories.accounts import a_user
from tests.factories.organisations import a_membership, an_organisation

DAYS_LEFT = counted("还剩 %(count)d 天")


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [("zh", 1, "还剩 1 天"), ("zh", 12, "还剩 12 天"), ("en", 1, "1 day left"), ("en", 12, "12 days left")],
)
def test_one_and_many_are_said_as_the_language_says_them(app, language, count, words):
    with app.test_request_context(f"/?lang={language}"):
        app.preprocess_request()
        assert translate(say(DAYS_LEFT, count=count)) == words
        assert render_template_string("{{ counted('还剩 %(count)d 天', count=n) }}", n=count) == words


def test_more_than_a_page_counts_is_many(app):
    with app.test_request_context("/?lang=en"):
        app.preprocess_request()
        assert translate(say(counted("共 %(count)s 家"), count="500+")) == "500+ organisations"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", "要价 120 万元起，超过榜额 80 万元"),
        ("en", "asking price from CNY 1.2 million, above the budget of CNY 800,000"),
    ],
)
def test_values_of_a_sentence_are_written_in_its_language(app, language, words):
    with app.test_request_context(f"/?lang={language}"):
        app.preprocess_request()
        amounts = {"price": Amount(120_000_000), "budget": Amount(80_000_000)}
        assert translate(say("要价 %(price)s起，超过榜额 %(budget)s", **amounts)) == words


def test_moments_in_a_sentence_are_beijings(app):
    moment = datetime(2026, 11, 30, 17, 5, tzinfo=UTC)
    with app.test_request_context("/?lang=en"):
        app.preprocess_request()
        assert translate(say("%(when)s", when=moment)) == "1 Dec 2026, 01:05"
        assert translate(say("%(when)s", when=moment.date())) == "30 Nov 2026"


def test_an_english_page_names_the_organisation_in_english(app, database):
    organisation = an_organisation(database, name="某膜科技有限公司", name_en="Some Membrane Co., Ltd.")
    person = a_user(database)
    a_membership(database, person, organisation)
    browser = a_browser_of(app, database, person)
    assert "某膜科技有限公司" in browser.get("/workbench").text
    english = browser.get("/workbench?lang=en").text
    assert "Some Membrane Co., Ltd." in english
    assert "某膜科技有限公司" not in english
