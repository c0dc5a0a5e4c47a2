from pathlib import Path

import pytest
from jinja2 import UndefinedError

from config import ROOT, Config
from marketplace.notifications import kinds
from marketplace.notifications.letters import render_for

TEMPLATES = ROOT / "templates"
FACTS = {
    "id": "abcdefghijkm",
    "title": "100% 国产膜 <b>",
    "reason": "缺少指标。\n请补充。",
    "token": "TOKEN",
    "hours": "72",
}
CONFIG = Config(base_url="https://jiebang.example")


@pytest.fixture(scope="module")
def render():
    return render_for(CONFIG, TEMPLATES, str(ROOT / "marketplace" / "translations"))


@pytest.mark.parametrize("language", ["zh", "en", "fr"])
@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_has_its_words(render, kind, language):
    facts = {name: FACTS[name] for name in kinds.KINDS[kind]}

    words = render(kind, language, facts)

    assert words.subject
    assert "\n" not in words.subject
    assert all(facts[name] in words.subject + words.body for name in facts)
    assert "https://jiebang.example/" in words.body


def test_no_words_are_left_without_a_kind():
    there = {path.stem for path in Path(TEMPLATES / "notifications").glob("*.txt")}
    assert there == set(kinds.KINDS)


def test_a_letter_without_its_facts_is_an_error_and_no_gap(render):
    with pytest.raises(UndefinedError):
        render("account.verify_email", "zh", {})


def test_a_kind_nobody_listed_or_without_its_facts_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        kinds.check("account.lottery_won", {})
    with pytest.raises(ValueError, match="needs title"):
        kinds.check("challenge.published", {"id": "abcdefghijkm"})
