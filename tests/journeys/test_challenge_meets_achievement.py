"""The main job: an enterprise's challenge and an institute's achievement find each other.

By plain HTTP on both databases, as for a person without scripts; and in a real browser over a real server.
"""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from config import Config
from marketplace.accounts.models import UserSession
from marketplace.app import create_app
from marketplace.audit.queries import verify
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.core.calendar import beijing
from marketplace.core.transaction import reading, writing
from tests.conftest import make_app
from tests.faults.scratch import until
from tests.journeys.chrome import a_visitor
from tests.journeys.market import a_market, at_present, note_organisations, work
from tests.journeys.people import InProcess, Person
from tests.journeys.site import opened

TITLE = "燃料电池质子膜 80 ℃ 低湿电导率提升到 0.06 S/cm"
OFFER = "低湿工况复合质子交换膜"
REASON = "请补充第二项指标的检测方法，并写清干湿循环的条件。"
MENDED = "干湿循环按 80 ℃、30%–100% RH、20000 次。"
WITHDRAWN = "已与一家院所签约，不再公开征集。"
SOUGHT = "低湿 质子膜 电导率"
TWO_PRESSES = """() => {
  const button = document.querySelector(".form-actions button[name=save]");
  button.click();
  setTimeout(() => button.click(), 250);
}"""
"""By the page itself: a driver would wait for the first to arrive."""
OF_DEMAND, OF_OFFER = "可能能解它的成果", "可能用得上它的榜单"
PROBLEM = (
    "低湿时膜内离子通道断开，电导率掉到目标的三分之一；加厚亲水填料又使干湿循环后开裂，电堆只能外增湿，体积和成本都降不下来。"
    "我们试过四种填料，都没有越过这道坎，希望找到能同时兼顾电导率与循环寿命的复合结构。"
)
CHALLENGE = {
    "title": TITLE,
    "summary": "寻求低湿工况下电导率达到 0.06 S/cm 的复合质子膜及其卷对卷工艺。",
    "problem": PROBLEM,
    "direction": "membranes",
    "topics": "质子交换膜，低湿电导率",
    "budget_fen": "480",
    "months": "24",
    "readiness_wanted": "5",
    "area": "anting",
    "has_no_state_secrets": True,
}
FIRST_ROW = {
    "indicators-0-name": "质子电导率",
    "indicators-0-target": "0.06",
    "indicators-0-unit": "S/cm",
    "indicators-0-test_method": "GB/T 20042.3",
}
SECOND_ROW = {
    "indicators-1-name": "干湿循环寿命",
    "indicators-1-target": "20000",
    "indicators-1-unit": "次",
}
ACHIEVEMENT = {
    "title": OFFER,
    "summary": "80 ℃、30% 相对湿度下电导率 0.072 S/cm 的质子交换膜，已做到 300 mm 幅宽。",
    "description": "以磺化聚芳醚为基体，两步酸化控制相分离，使水在低湿下仍能连成离子通道；干湿循环 20000 次不开裂。"
    * 2,
    "direction": "membranes",
    "topics": "质子交换膜，低湿电导率",
    "readiness": "6",
    "readiness_evidence": "样机测试报告 T-2026-031，条件 80 ℃、30% RH。",
    "inventors": "林远、周一平",
    "price_min_fen": "120",
    "area": "anting",
    "has_no_state_secrets": True,
}


def in_days(days: int) -> str:
    """A moment as it is typed, in Beijing."""
    return beijing(at_present() + timedelta(days=days)).strftime("%Y-%m-%dT17:00")


class Town:
    """An application on one of the databases, its people, each with a browser without scripts."""

    def __init__(self, site, market, mail_folder) -> None:
        self.site, self.market, self.mail_folder = site, market, mail_folder
        self.emails = {name: person.email for name, person in market.people.items()}

    def person(self, name: str = "") -> Person:
        person = Person(InProcess(self.site.app.test_client()))
        return person.sign_in(self.emails[name]) if name else person

    def mail_to(self, name: str) -> list[str]:
        """What reached somebody's mailbox."""
        from email import policy
        from email.parser import BytesParser

        letters = [
            BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            for path in sorted(self.mail_folder.rglob("*"))
            if path.is_file()
        ]
        return [
            f"{letter['Subject']}\n{letter.get_body(('plain',)).get_content()}"
            for letter in letters
            if letter["To"] == self.emails[name]
        ]


@pytest.fixture
def town(database_url, tmp_path):
    with opened(make_app(database_url, tmp_path)) as site:
        with Session(site.database, expire_on_commit=False) as session:
            market = a_market(session)
            note_organisations(session, market)
            session.commit()
        yield Town(site, market, tmp_path / "mail")


def test_from_a_need_to_each_other_s_page_by_plain_forms(town):
    offer = an_achievement_is_listed(town)
    demand = a_challenge_is_returned_mended_and_published(town)
    both_sides_find_each_other(town, demand, offer)
    a_challenge_is_taken_back(town, demand, offer)
    with town.site.reading() as session:
        assert verify(session) is None
    assert town.site.differences() == []


def an_achievement_is_listed(town: Town) -> str:
    institute, operator = town.person("institute owner"), town.person("operator")
    institute.open("/achievements/new").press("保存并提交审核", ACHIEVEMENT | {"cooperation": ["licence"]})
    assert "已提交" in institute.page.words
    operator.open("/workbench").follow(OFFER).press("立即挂牌")
    assert "已挂牌" in operator.page.words
    return institute.address.split("?")[0]


def a_challenge_is_returned_mended_and_published(town: Town) -> str:
    poster, operator = town.person("enterprise owner"), town.person("operator")
    poster.open("/challenges/new").follow("技术攻关").press("再加一项", CHALLENGE | FIRST_ROW)
    assert ("title", TITLE) in poster.would_send("保存草稿")[1], "what was typed is still there"
    poster.press("保存并提交审核", SECOND_ROW | {"wanted_close_at": in_days(40)})
    assert "已提交，运营专员审核后会通知你。" in poster.page.words
    demand = poster.address.split("?")[0]
    assert town.person().open(demand).answer.status == 404

    assert "榜单待审核" in operator.open("/workbench").words
    operator.follow(TITLE).press("退回修改", {"reason": " "})
    assert (operator.answer.status, "请写明理由" in operator.words) == (422, True)
    operator.press("退回修改", {"reason": REASON})
    assert "已退回" in operator.page.words

    assert "榜单被退回，请修改后再提交" in poster.open("/workbench").words
    assert REASON in poster.follow(TITLE).words
    assert ("indicators-1-name", "干湿循环寿命") in poster.follow("修改").would_send("保存草稿")[1]
    poster.press("保存并提交审核", {"problem": PROBLEM + MENDED, "indicators-1-test_method": "GB/T 20042.5"})
    assert "已提交" in poster.page.words

    operator.open(demand).press("立即发榜", {"bids_close_at": in_days(30)})
    assert "已发榜" in operator.page.words
    town.site.work()
    return demand


def both_sides_find_each_other(town: Town, demand: str, offer: str) -> None:
    visitor, institute, poster = town.person(), town.person("institute owner"), town.person("enterprise owner")
    assert TITLE in visitor.open("/challenges").words
    assert TITLE in visitor.open("/").words
    page = visitor.open(demand).words
    for words in (MENDED, "GB/T 20042.5", "≥ 20000 次", "480", "嘉定膜材料有限公司", "榜单编号 JB-"):
        assert words in page
    assert REASON not in page

    institute.open("/search").press("搜索", {"q": SOUGHT})
    assert {TITLE, OFFER} <= {link.words for link in institute.page.all("a")}
    matches = institute.open(offer).words
    for words in (OF_OFFER, TITLE, "共同术语", "预算 要价 120 万元起，在榜额 480 万元之内", "同一区域 安亭镇"):
        assert words in matches
    assert OF_DEMAND not in institute.follow(TITLE).words

    matches = poster.open(demand).words
    for words in (OF_DEMAND, OFFER, "嘉定材料研究所", "成熟度 6 级，达到要求的 5 级"):
        assert words in matches
    history = poster.page.all("aside")[0].words
    for words in ("建立草稿", "提交审核", "退回修改", REASON, "发榜", "运营专员"):
        assert words in history
    told = "\n".join(town.mail_to("enterprise owner"))
    for words in (REASON, TITLE):
        assert words in told


def a_challenge_is_taken_back(town: Town, demand: str, offer: str) -> None:
    operator, visitor = town.person("operator"), town.person()
    operator.open(demand).press("撤榜", {"reason": WITHDRAWN})
    town.site.work()
    assert visitor.open(demand).answer.status == 404
    assert TITLE not in visitor.open("/search").press("搜索", {"q": SOUGHT}).words
    assert TITLE not in town.person("institute owner").open(offer).words
    assert WITHDRAWN in town.person("enterprise owner").open(demand).words


# In a real browser


class Stage:
    """The served instance, the people of a fresh market in it, windows for them."""

    def __init__(self, served, look, chromium, closing: ExitStack) -> None:
        self.served, self.look, self._chromium, self._closing = served, look, chromium, closing
        with Session(look, expire_on_commit=False) as session:
            self.market = a_market(session)
        self.visitors = []

    def visitor(self, name: str = ""):
        visitor, close = a_visitor(self._chromium, self.served.url)
        self._closing.callback(close)
        self.visitors.append(visitor)
        return visitor.sign_in(self.market.people[name].email) if name else visitor

    def work(self) -> None:
        """The worker's duties, done in this process on the instance's database and index."""
        environ = self.served.environ
        config = Config(instance=self.served.folder, database_url=environ["DATABASE_URL"], secret_key="scratch")
        with opened(create_app(config)) as site:
            work(site.app)

    def challenges(self, title: str) -> int:
        with reading(self.look) as session:
            of_title = Challenge.title == title
            return session.scalar(select(func.count()).select_from(Challenge).where(of_title)) or 0

    def drained(self) -> None:
        """Whatever the server had begun is done: its few threads have all answered since."""
        for _ in range(8):
            assert self.served.person().open("/healthz").answer.status == 200
        with writing(self.look):
            pass

    def end_sessions(self) -> None:
        with Session(self.look) as session:
            session.execute(update(UserSession).values(ended_at=at_present()))
            session.commit()

    @property
    def stumbles(self) -> list[str]:
        return [stumble for visitor in self.visitors for stumble in visitor.stumbles]


@pytest.fixture
def stage(served, look, chromium):
    with ExitStack() as closing:
        yield Stage(served, look, chromium, closing)


def of_this_test(typed: dict, mark: str) -> dict:
    """The same thing with a name of its own: the tests of this file share a server."""
    return typed | {"title": f"{typed['title']}（{mark}）"}


def test_from_a_need_to_each_other_s_page_in_a_browser(stage):
    demand, offer = of_this_test(CHALLENGE, "甲"), of_this_test(ACHIEVEMENT, "甲")
    institute, operator, poster = (stage.visitor(name) for name in ("institute owner", "operator", "enterprise owner"))

    institute.open("/achievements/new").fill(offer).fill({"figures-0-name": "电导率", "figures-0-value": "0.072"})
    institute.page.get_by_label("许可", exact=True).check()
    institute.press("保存并提交审核")
    assert "待审核" in institute.words
    offer_page = institute.page.url.split("?")[0]
    operator.open("/workbench").follow(offer["title"]).press("立即挂牌")

    poster.open("/challenges/new").follow("技术攻关").fill(demand | FIRST_ROW)
    poster.page.get_by_role("button", name="再加一项", exact=True).click()
    assert poster.page.evaluate("document.activeElement.name") == "indicators-1-name", (
        "the new row is ready to be typed"
    )
    poster.fill(SECOND_ROW | {"wanted_close_at": in_days(40)}).press("保存并提交审核")
    assert "待审核" in poster.words
    demand_page = poster.page.url.split("?")[0]

    operator.open("/workbench").follow(demand["title"])
    operator.page.locator("details", has_text="不予受理").locator("summary").click()
    operator.fill({"reason": REASON}).press("退回修改")
    assert "退回修改" in operator.words

    poster.open("/workbench").follow(demand["title"])
    assert REASON in poster.words
    poster.follow("修改").fill({"problem": PROBLEM + MENDED, "indicators-1-test_method": "GB/T 20042.5"})
    poster.press("保存并提交审核")
    operator.page.goto(demand_page)
    operator.look().press("立即发榜")
    assert "揭榜中" in operator.words
    stage.work()

    institute.open("/").fill({"q": SOUGHT}).press("搜索")
    assert demand["title"] in institute.words
    institute.follow(demand["title"])
    assert MENDED in institute.words
    institute.page.goto(offer_page)
    assert demand["title"] in institute.look().words
    poster.page.goto(demand_page)
    words = poster.look().words
    for expected in (OF_DEMAND, offer["title"], "共同术语", "嘉定材料研究所"):
        assert expected in words

    visitor = stage.visitor()
    for path in ("/", "/challenges", "/achievements", "/organisations", "/industries", "/search?q=质子膜", "/login"):
        visitor.open(path)
    visitor.open("/?lang=en")
    visitor.page.goto(demand_page)
    visitor.look()
    assert stage.stumbles == []


def test_a_form_whose_session_expired_keeps_what_was_typed(stage):
    typed = of_this_test(CHALLENGE, "乙")
    poster = stage.visitor("enterprise owner")
    poster.open("/challenges/new/research").fill(typed | FIRST_ROW)
    poster.page.get_by_role("button", name="再加一项", exact=True).click()
    poster.fill(SECOND_ROW)
    stage.end_sessions()
    poster.press("保存草稿")
    assert "登录已过期或尚未登录" in poster.words

    poster.page.locator("main").get_by_role("link", name="登录", exact=True).click()
    poster.sign_in(stage.market.people["enterprise owner"].email).open("/challenges/new/research")
    assert poster.field("title").input_value() == "", "nothing is filled in unasked"
    assert "有上次没有提交的内容。" in poster.words
    poster.page.get_by_role("button", name="恢复", exact=True).click()
    kept = {name: poster.field(name).input_value() for name in ("title", "problem", *SECOND_ROW)}
    assert kept == {"title": typed["title"], "problem": PROBLEM, **SECOND_ROW}
    assert poster.field("has_no_state_secrets").is_checked()

    poster.press("保存草稿")
    assert stage.challenges(typed["title"]) == 1
    assert poster.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('keep:'))") == []
    assert "有上次没有提交的内容" not in poster.open("/challenges/new/research").words
    assert stage.stumbles == []


def test_signing_out_forgets_what_was_kept(stage):
    poster = stage.visitor("enterprise owner")
    poster.open("/challenges/new/research").fill({"title": "不想留给别人看的"})
    until(lambda: poster.page.evaluate("Object.keys(localStorage).some((key) => key.startsWith('keep:'))"))
    poster.page.locator("details.menu summary").click()
    poster.press("退出登录")
    assert poster.page.evaluate("Object.keys(localStorage)") == []


def test_pressing_twice_posts_once_however_slow_the_server_is(stage):
    typed = of_this_test(CHALLENGE, "丙")
    poster = stage.visitor("enterprise owner")
    poster.open("/challenges/new/research").fill(typed | FIRST_ROW)
    # Whoever wants to write waits while we do.
    with poster.page.expect_navigation(url="**/challenges/*?saved=*"), writing(stage.look):
        poster.page.evaluate(TWO_PRESSES)
        poster.page.wait_for_timeout(600)
    stage.drained()
    assert stage.challenges(typed["title"]) == 1


def test_going_back_posts_nothing_and_shows_an_empty_form(stage):
    typed = of_this_test(CHALLENGE, "戊")
    poster = stage.visitor("enterprise owner")
    poster.open("/challenges/new/research").fill(typed | FIRST_ROW | {"wanted_close_at": in_days(40)})
    poster.press("保存并提交审核")

    poster.page.go_back()
    until(lambda: poster.field("title").input_value() == "")
    poster.page.go_forward()
    poster.page.reload()
    assert "待审核" in poster.words
    assert stage.challenges(typed["title"]) == 1

    operator = stage.visitor("operator")
    operator.page.goto(poster.page.url)
    operator.press("立即发榜")
    operator.page.go_back()
    until(lambda: operator.page.get_by_role("button", name="立即发榜", exact=True).count() == 0)
    with reading(stage.look) as session:
        state = session.scalar(select(Challenge.state).where(Challenge.title == typed["title"]))
    assert state is ChallengeState.OPEN


def test_a_challenge_is_posted_with_the_keyboard_alone(stage):
    typed = of_this_test(CHALLENGE, "丁")
    poster = stage.visitor()
    poster.open("/login")
    poster.tab_to_field("email").type(stage.market.people["enterprise owner"].email)
    poster.tab_to_field("password").type("Jiading-2026").key_to_next_page("Enter")
    poster.open("/challenges/new").tab_to("at.textContent.trim() === '技术攻关'").key_to_next_page("Enter")
    for name in ("title", "summary", "problem"):
        poster.tab_to_field(name).type(typed[name])
    for name in ("name", "target", "unit", "test_method"):
        poster.tab_to_field(f"indicators-0-{name}").type(FIRST_ROW[f"indicators-0-{name}"])
    poster.tab_to_button("再加一项").key("Enter")
    poster.type(SECOND_ROW["indicators-1-name"])
    for name in ("target", "unit"):
        poster.tab_to_field(f"indicators-1-{name}").type(SECOND_ROW[f"indicators-1-{name}"])
    for name in ("budget_fen", "months"):
        poster.tab_to_field(name).type(typed[name])
    poster.tab_to_field("wanted_close_at").key(*"01012999", "ArrowRight", *"0500p")
    poster.tab_to_field("has_no_state_secrets").key("Space")
    poster.tab_to_button("保存并提交审核").key_to_next_page("Enter")

    assert "待审核" in poster.words
    for words in (typed["title"], "≥ 0.06 S/cm", "≥ 20000 次", "480"):
        assert words in poster.words
    assert stage.challenges(typed["title"]) == 1
    assert stage.stumbles == []
