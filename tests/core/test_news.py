"""What people may be told of: every kind is declared once, with its words in both languages."""

import ast
import re

import pytest

from config import ROOT
from marketplace.app import NEWS
from marketplace.core import news
from marketplace.core.news import TOPICS, ChannelName, News
from tests.architecture.sources import modules
from tools.translations import CATALOGUE, CHINESE, read

KINDS = news.known()


def an_entry(**overrides):
    facts = {
        "kind": "challenge.test_only",
        "label": "x",
        "title": "x（%(title)s）",
        "text": "“%(title)s”",
        "path": "/challenges/%(id)s",
    }
    return News(**facts | overrides)


def english():
    return {entry.id: entry.string for entry in read(CATALOGUE) if isinstance(entry.id, str)}


WRITTEN_LIKE_A_KIND = re.compile(rf"({'|'.join(TOPICS)})\.(?!\w*id$)[a-z_]+")


def told_of():
    """Every text in the product that is written like a kind; columns that keys refer to are not."""
    for name, module in modules().items():
        if name.startswith("marketplace."):
            for node in ast.walk(module.tree):
                text = node.value if isinstance(node, ast.Constant) else None
                if isinstance(text, str) and WRITTEN_LIKE_A_KIND.fullmatch(text):
                    yield name, text


def test_every_kind_that_is_told_is_declared():
    assert [f"{name}: {kind}" for name, kind in told_of() if kind not in KINDS] == []


def test_every_kind_that_is_declared_is_told_somewhere():
    declared_in = {module.__name__ for module in NEWS}
    told = {kind for name, kind in told_of() if name not in declared_in}
    assert sorted(KINDS.keys() - told) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_words_in_both_languages(kind):
    entry, said = KINDS[kind], english()
    texts = [entry.label, entry.title, entry.text, entry.closing, entry.after]
    assert [text for text in texts if text and (not CHINESE.search(text) or not said.get(text))] == []
    assert entry.label
    assert entry.title
    assert entry.text


def test_topics_follow_each_other():
    order = [entry.topic for entry in KINDS.values()]
    assert order == sorted(order, key=list(TOPICS).index)


def test_every_feature_that_declares_news_is_known_to_the_application():
    there = {f"marketplace.{path.parent.name}.news" for path in (ROOT / "marketplace").glob("*/news.py")}
    assert there - {"marketplace.core.news"} == {module.__name__ for module in NEWS}


def test_the_facts_of_a_kind_are_those_of_its_words():
    entry = an_entry(quoted="reason", after="%(hours)s")
    assert entry.facts == {"title", "id", "reason", "hours"}
    assert entry.in_title == {"title"}


@pytest.mark.parametrize(
    ("overrides", "fault"),
    [
        ({"kind": "lottery.won"}, "no topic"),
        ({"path": "/password/reset/%(token)s"}, "secret"),
        ({"text": "%(text)s"}, "cannot be called text"),
    ],
)
def test_an_entry_that_cannot_work_is_refused_at_once(overrides, fault):
    with pytest.raises(ValueError, match=fault):
        an_entry(**overrides)


def test_a_secret_may_be_in_a_letter():
    assert an_entry(path="/x/%(token)s", in_inbox=False).facts >= news.SECRETS & {"token"}


def test_the_same_entry_may_be_declared_again_another_one_of_its_name_not():
    entry = next(iter(KINDS.values()))
    news.declare(entry)
    with pytest.raises(ValueError, match="declared twice"):
        news.declare(an_entry(kind=entry.kind))


def test_a_kind_nobody_declared_or_without_its_facts_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        news.check("account.lottery_won", {})
    with pytest.raises(ValueError, match="needs title"):
        news.check("challenge.published", {"id": "abcdefghijkm"})


@pytest.mark.parametrize(
    ("chosen", "must", "is_on"),
    [(None, False, True), (True, False, True), (False, False, False), (False, True, True)],
)
def test_a_choice_holds_unless_safety_depends_on_it(chosen, must, is_on):
    entry = an_entry(must=news.MAIL_ONLY if must else frozenset())
    assert entry.is_on(ChannelName.MAIL, chosen) is is_on


def test_a_channel_that_is_not_among_its_own_is_on_only_by_choice():
    assert [an_entry().is_on(ChannelName.SMS, chosen) for chosen in (None, False, True)] == [False, False, True]
