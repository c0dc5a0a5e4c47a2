"""The English catalogue is whole, its tool finds each fault, and English pages hold no Chinese besides content."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config import ROOT, Config
from marketplace.accounts.models import User
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.core import news
from marketplace.notifications.letters import render_for
from tests.accounts.browser import a_browser_of
from tests.factories.accounts import a_user
from tests.factories.challenges import a_challenge, an_indicator
from tests.factories.organisations import a_membership, an_organisation
from tools.translations import (
    ALLOWED,
    CHINESE,
    NotPlainError,
    Tree,
    compiled,
    extracted,
    faults,
    main,
    read,
    update,
)

SOUND = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8"

msgid "榜单"
msgstr "Challenges"

msgid "共 %(count)s 项"
msgstr "Results: %(count)s"
"""
PYTHON = 'from marketplace.core.text import _\n\nLABEL = _("榜单")\n'
TEMPLATE = "<p>{{ _('共 %(count)s 项', count=3) }}</p>"

FAULTS: dict[str, tuple[str, str, str]] = {
    "missing": ('msgid "榜单"\nmsgstr "Challenges"\n', "", "missing: 榜单"),
    "empty": ('"Challenges"', '""', "empty: 榜单"),
    "blank": ('"Challenges"', '" "', "empty: 榜单"),
    "fuzzy": ('msgid "榜单"', '#, fuzzy\nmsgid "榜单"', "fuzzy: 榜单"),
    "obsolete": ("\nmsgid", '\nmsgid "赛马"\nmsgstr "Race"\n\nmsgid', "obsolete: 赛马"),
    "commented out": (
        "Results: %(count)s",
        'Results: %(count)s"\n\n#~ msgid "赛马"\n#~ msgstr "Race',
        "obsolete: 赛马",
    ),
    "placeholder left out": ("Results: %(count)s", "Results", "placeholders differ (%(count)s): 共 %(count)s 项"),
    "another placeholder": ("%(count)s", "%(number)s", "placeholders differ (%(count)s, %(number)s): 共 %(count)s 项"),
    "another conversion": (": %(count)s", ": %(count)d", "placeholders differ (%(count)d, %(count)s): 共 %(count)s 项"),
    "Chinese left": ('"Challenges"', '"榜单 challenges"', "Chinese characters in “榜单 challenges”: 榜单"),
    "Chinese punctuation": ("Results: ", "Results：", "Chinese characters in “Results：%(count)s”: 共 %(count)s 项"),
}


@pytest.fixture
def tree(tmp_path) -> Tree:
    """A small tree with two marked texts and a sound catalogue."""
    for name, text in {"marketplace/labels.py": PYTHON, "templates/list.html": TEMPLATE, "en.po": SOUND}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    made = Tree(root=tmp_path, catalogue=tmp_path / "en.po", allowed={})
    compile_again(made)
    return made


def compile_again(tree: Tree) -> None:
    tree.compiled.write_bytes(compiled(read(tree.catalogue)))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    before, mark, after = text.rpartition(old)
    assert mark
    path.write_text(before + new + after, encoding="utf-8")


def test_the_catalogue_is_whole():
    assert faults(Tree()) == []


def test_what_may_stay_chinese_has_a_reason():
    assert all(reason.strip() for reason in ALLOWED.values())


def test_a_sound_catalogue_passes(tree, capsys):
    assert faults(tree) == []
    assert main(["check"], tree) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found(tree, fault, capsys):
    old, new, said = FAULTS[fault]
    change(tree.catalogue, old, new)
    compile_again(tree)

    assert faults(tree) == [said]
    assert main(["check"], tree) == 1
    assert capsys.readouterr().out == said + "\n"


def test_a_catalogue_that_was_not_compiled_is_found(tree):
    change(tree.catalogue, "Challenges", "Contests")
    assert faults(tree) == ["not compiled: en.mo is not what en.po compiles to"]
    tree.compiled.unlink()
    assert faults(tree) == ["not compiled: en.mo is not what en.po compiles to"]


def test_named_exceptions_may_stay_chinese_and_no_others(tree):
    change(tree.catalogue, "Challenges", "榜单 challenges")
    compile_again(tree)
    assert faults(Tree(tree.root, tree.catalogue, {"榜单": "a name"})) == []
    assert faults(Tree(tree.root, tree.catalogue, {"榜单": "a name", "赛马": "another"})) == [
        "allowed without need: 赛马"
    ]


def test_both_forms_of_a_plural_are_looked_at(tree):
    (tree.root / "templates/more.html").write_text("{{ counted('共 %(count)d 项', count=n) }}", encoding="utf-8")
    with tree.catalogue.open("a", encoding="utf-8") as catalogue:
        catalogue.write(
            '\nmsgid "共 %(count)d 项"\nmsgid_plural "共 %(count)d 项"\nmsgstr[0] "%(count)d thing"\nmsgstr[1] "Many"\n'
        )
    compile_again(tree)
    assert faults(tree) == ["placeholders differ (%(count)d): 共 %(count)d 项 / 共 %(count)d 项"]

    change(tree.catalogue, "Many", "%(count)d things")
    compile_again(tree)
    assert faults(tree) == []


def test_a_text_is_found_under_whatever_name_it_was_marked(tree):
    (tree.root / "marketplace/more.py").write_text(
        'from marketplace.core.text import _ as mark\n\nA = mark("甲" "乙")\nB = gettext("丙")\nC = say(A, n="丁")\n',
        encoding="utf-8",
    )
    assert {"甲乙", "丙"} == {message.id for message in extracted(tree.root)} - {"", "榜单", "共 %(count)s 项"}


@pytest.mark.parametrize("marked", ['_(f"共 {n} 项")', '_("共" + n)', "_(text)", "_()"])
def test_a_text_put_together_as_it_runs_is_refused(tree, marked, capsys):
    (tree.root / "marketplace/more.py").write_text(f"\nTEXT = {marked}\n", encoding="utf-8")
    with pytest.raises(NotPlainError, match=r"more\.py:2"):
        extracted(tree.root)
    assert main(["check"], tree) == 1
    assert "more.py:2: not one plain text" in capsys.readouterr().out


def test_an_update_takes_up_new_texts_and_drops_old_ones(tree, capsys):
    (tree.root / "marketplace/labels.py").write_text(
        'from marketplace.core.text import _\n\nL = _("榜单二")\n', "utf-8"
    )

    assert main(["update"], tree) == 1

    assert capsys.readouterr().out == "2 texts\nempty: 榜单二\n"
    texts = {message.id: message.string for message in read(tree.catalogue) if message.id}
    assert texts == {"榜单二": "", "共 %(count)s 项": "Results: %(count)s"}, "what is alike is no translation"


def test_an_update_is_the_same_wherever_and_whenever_it_runs(tree):
    update(tree)
    first = tree.catalogue.read_bytes(), tree.compiled.read_bytes()
    (tree.root / "marketplace/labels.py").write_text("\n" * 40 + PYTHON, encoding="utf-8")
    update(tree)
    assert first == (tree.catalogue.read_bytes(), tree.compiled.read_bytes())
    text = tree.catalogue.read_text(encoding="utf-8")
    assert text.index("共 %(count)s 项") < text.index("榜单")
    assert not re.search(r"^#:|Date", text, re.MULTILINE)


def test_other_words_of_the_tool_are_refused(tree):
    assert main(["translate"], tree) == 2
    assert main([], tree) == 2


# What readers see

ORGANISATION = {"name": "Test Works Ltd", "name_en": "Test Works Ltd"}
CHALLENGE = {
    "title": "Raise conductivity",
    "title_en": "Raise conductivity",
    "summary": "A membrane is wanted.",
    "summary_en": "A membrane is wanted.",
    "background": "Dry membranes fail.",
    "problem": "Channels close when dry.",
    "scope": "Membrane and coating.",
    "topics": ["proton membrane", "conductivity"],
}
INDICATOR = {"name": "Conductivity", "test_method": "GB/T 20042.3"}
FACTS = {
    "id": "abcdefghijkm",
    "title": "A title",
    "reason": "A reason.",
    "token": "TOKEN",
    "hours": "72",
    "code": "123456",
    "minutes": "10",
    "approval": "bcdefghijkma",
    "name": "drawing.pdf",
    "virus": "Eicar",
    "kind": "challenge",
}


def chinese_in(page: str) -> list[str]:
    """Chinese that is not the way to the Chinese page."""
    own = re.sub(r'<a\b[^>]*\blang="zh-CN"[^>]*>.*?</a>', "", page, flags=re.DOTALL)
    return [line.strip() for line in own.splitlines() if CHINESE.search(line)]


@pytest.fixture
def challenges(database) -> dict[str, str]:
    """A draft and an open challenge, whose words are all English; of ``poster``."""
    poster = an_organisation(database, **ORGANISATION)
    a_membership(database, a_user(database, name="Test Person", email="poster@example.com"), poster)
    now = datetime.now(UTC)
    dates = {"publish_at": now, "published_at": now, "bids_close_at": now + timedelta(days=20)}
    made = {
        state: a_challenge(
            database,
            organisation_id=poster.id,
            state=state,
            indicators=[an_indicator(**INDICATOR)],
            **CHALLENGE,
            **(dates if state is ChallengeState.OPEN else {}),
        ).public_id
        for state in (ChallengeState.DRAFT, ChallengeState.OPEN)
    }
    database.commit()
    return {str(state): public_id for state, public_id in made.items()}


@pytest.fixture
def poster(app, database, challenges):
    """A browser of the challenges' poster."""
    user = database.query(User).filter_by(email="poster@example.com").one()
    return a_browser_of(app, database, user)


def english(client, address: str, status: int = 200) -> str:
    response = client.get(address, query_string={"lang": "en"})
    assert response.status_code == status
    assert '<html lang="en"' in response.text
    return response.text


@pytest.mark.parametrize("address", ["/", "/challenges", "/achievements", "/organisations", "/login", "/register"])
def test_a_visitor_reads_english(client, challenges, address):
    assert chinese_in(english(client, address)) == []


def test_an_error_is_told_in_english(client):
    page = english(client, "/no-such-page", 404)
    assert "Not found" in page
    assert chinese_in(page) == []


def test_a_form_without_its_token_is_refused_in_english(app, client):
    app.config["WTF_CSRF_ENABLED"] = True
    response = client.post("/login?lang=en", data={})
    assert response.status_code == 400
    assert '<html lang="en"' in response.text
    assert chinese_in(response.text) == []
    assert '<html lang="zh-CN"' in app.test_client().get("/login").text


@pytest.mark.parametrize("state", ["open", "draft"])
def test_a_challenge_is_shown_in_english(poster, challenges, state):
    page = english(poster, f"/challenges/{challenges[state]}")
    assert "Raise conductivity" in page
    assert chinese_in(page) == []


@pytest.mark.parametrize("kind", ["research", "scene", "transfer", "procurement"])
def test_the_form_for_posting_is_english(poster, kind):
    page = english(poster, f"/challenges/new/{kind}")
    assert "Save and submit for review" in page
    assert chinese_in(page) == []


def test_faults_in_a_form_are_told_in_english(poster):
    response = poster.post("/challenges/new/research?lang=en", data={"title": "", "budget_fen": "much", "submit": "1"})
    assert "Enter a number, like 120 or 350.5." in response.text
    assert chinese_in(response.text) == []


@pytest.mark.parametrize("kind", news.known())
def test_letters_are_english(kind):
    render = render_for(Config(), ROOT / "templates", str(ROOT / "marketplace/translations"))
    words = render(kind, "en", {name: FACTS.get(name, name) for name in news.news_of(kind).facts})
    assert not CHINESE.search(words.subject + words.body + words.html + words.brief)
