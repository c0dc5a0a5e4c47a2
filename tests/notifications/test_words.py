import pytest
from jinja2 import UndefinedError

from config import ROOT, Config
from marketplace.core import news
from marketplace.core.news import SECRETS
from marketplace.notifications.channels import Letter, as_message
from marketplace.notifications.letters import render_for
from tests.conftest import NOON
from tests.journeys.pages import read

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


def facts_of(kind):
    return {name: FACTS.get(name, f"《{name}》") for name in news.news_of(kind).facts}


@pytest.fixture(scope="module")
def render():
    return render_for(CONFIG, TEMPLATES, str(ROOT / "marketplace" / "translations"))


@pytest.mark.parametrize("language", ["zh", "en", "fr"])
@pytest.mark.parametrize("kind", news.known())
def test_every_kind_says_all_its_facts(render, kind, language):
    facts = facts_of(kind)

    words = render(kind, language, facts)

    assert words.subject.startswith("Jiebang: " if language == "en" else "揭榜台：")
    assert "\n" not in words.subject
    assert all(facts[name] in words.subject + words.body for name in facts)
    assert "https://jiebang.example/" in words.body


@pytest.mark.parametrize("kind", news.known())
def test_the_page_beside_the_text_says_the_same_and_is_made_for_readers(render, kind):
    facts = facts_of(kind)

    words = render(kind, "en", facts)
    page = read(words.html)

    assert page.all("html")[0].get("lang") == "en"
    assert [one.words for one in page.all("h1")] == [" ".join(words.title.split())]
    assert [one.get("href") for one in page.all("a")][:1] == ([words.url] if words.url else [])
    assert all(
        " ".join(line.split()) in page.words
        for name in facts.keys() - {"token", "id"}
        for line in facts[name].split("\n")
    )
    assert "<b>" not in words.html


def test_a_short_message_says_the_sentence_the_reason_and_the_way(render):
    words = render("challenge.returned", "zh", FACTS)
    assert words.brief == (
        "榜单“100% 国产膜 <b>”已退回修改。理由： 缺少指标。 请补充。 修改后可以再次提交："
        " https://jiebang.example/challenges/abcdefghijkm"
    )
    assert words.url == "https://jiebang.example/challenges/abcdefghijkm"


def test_a_short_message_cuts_a_long_reason(render):
    words = render("challenge.returned", "zh", FACTS | {"reason": "缺" * 500})
    assert "缺" * 120 + "… 修改后" in words.brief


def test_a_code_is_in_its_short_message(render):
    assert "： CODE 如果不是您，请修改密码" in render("account.sitting_code", "zh", FACTS).brief


def test_a_letter_without_its_facts_is_an_error_and_no_gap(render):
    with pytest.raises((UndefinedError, KeyError)):
        render("account.verify_email", "zh", {})


@pytest.mark.parametrize("mark", ["\n", "\r", "\x0b", "\x85", "\u2028"])
def test_a_title_of_several_lines_still_makes_a_letter_that_can_be_sent(render, mark):
    words = render("challenge.published", "zh", {"id": "abcdefghijkm", "title": f"国产{mark}膜"})

    letter = Letter("wang@example.com", words, "reference", NOON)
    assert as_message(letter, "noreply@jiebang.example")["Subject"] == "揭榜台：榜单已发布（国产 膜）"
    assert words.body.startswith("您好：\n")


def test_the_lines_of_a_reason_stay_lines(render):
    facts = {"id": "abcdefghijkm", "title": "膜", "reason": FACTS["reason"]}
    assert FACTS["reason"] in render("challenge.returned", "zh", facts).body


def test_no_secret_is_in_what_stays():
    assert [kind for kind, entry in news.known().items() if entry.in_inbox and entry.facts & SECRETS] == []
