from pathlib import Path

import pytest
from jinja2 import UndefinedError

from config import ROOT, Config
from marketplace.notifications import kinds
from marketplace.notifications.channels import Letter, as_message
from marketplace.notifications.letters import render_for
from tests.conftest import NOON

TEMPLATES = ROOT / "templates"
FACTS = {
    "id": "abcdefghijkm",
    "title": "100% 国产膜 <b>",
    "reason": "缺少指标。\n请补充。",
    "token": "TOKEN",
    "code": "CODE",
    "minutes": "10",
    "hours": "72",
    "approval": "bcdefghijkma",
    "name": "图纸.pdf",
    "virus": "Eicar",
    "kind": "challenge",
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


@pytest.mark.parametrize("mark", ["\n", "\r", "\x0b", "\x85", "\u2028"])
def test_a_title_of_several_lines_still_makes_a_letter_that_can_be_sent(render, mark):
    words = render("challenge.published", "zh", {"id": "abcdefghijkm", "title": f"国产{mark}膜"})

    letter = Letter("wang@example.com", words.subject, words.body, "reference", NOON)
    assert as_message(letter, "noreply@jiebang.example")["Subject"] == "揭榜台：榜单已发布（国产 膜）"
    assert words.body.startswith("您好：\n")


def test_the_lines_of_a_reason_stay_lines(render):
    facts = {"id": "abcdefghijkm", "title": "膜", "reason": FACTS["reason"]}
    assert FACTS["reason"] in render("challenge.returned", "zh", facts).body
