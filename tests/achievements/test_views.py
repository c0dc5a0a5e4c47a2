"""The pages of achievements, as people meet them. They read the real clock, and so do these tests."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from marketplace.achievements import queries
from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement
from marketplace.core.actor import SYSTEM, Role
from marketplace.organisations.lifecycle import OrganisationState
from tests.factories.achievements import an_achievement
from tests.factories.organisations import an_organisation

S = AchievementState
TYPED = {
    "title": "低湿工况质子交换膜",
    "summary": "80 ℃、30% 相对湿度下电导率 0.072 S/cm。",
    "description": "以磺化聚芳醚为基体，用两步酸化控制相分离，使水在低湿下仍能连成通道。" * 3,
    "direction": "membranes",
    "topics": "质子交换膜，低湿电导率",
    "readiness": "5",
    "readiness_evidence": "样机性能测试报告 T-2026-031",
    "inventors": "林远、周一平",
    "patents": "ZL202310123456.7\nZL202310765432.1",
    "cooperation": ["licence", "joint_development"],
    "price_min_fen": "120",
    "price_max_fen": "200.5",
    "area": "anting",
    "has_no_state_secrets": "y",
    "figures-0-name": "电导率",
    "figures-0-value": "0.072",
    "figures-0-unit": "S/cm",
    "figures-0-evidence": "T-2026-031",
    "figures-1-name": "",
}


@pytest.fixture
def now():
    return datetime.now(UTC)


@pytest.fixture
def own(database):
    organisation = an_organisation(database)
    database.commit()
    return organisation


@pytest.fixture
def editor(browser_of, own):
    return browser_of(Role.EDITOR, own)


@pytest.fixture
def a_listing(database, now):
    """One that is on the market at this moment."""

    def listing(**facts):
        dates = {"publish_at": now - timedelta(days=1), "published_at": now - timedelta(days=1)}
        until = {"listed_until": now + timedelta(days=100)}
        achievement = an_achievement(database, state=S.LISTED, **(dates | until | facts))
        database.commit()
        return achievement

    return listing


@pytest.fixture
def a_draft(database, own):
    def draft(**facts):
        achievement = an_achievement(database, organisation_id=own.id, **facts)
        database.commit()
        return achievement

    return draft


def page_of(achievement, part: str = "") -> str:
    return f"/achievements/{achievement.public_id}{part}"


def kept(database, public_id: str) -> Achievement:
    database.rollback()
    database.expire_all()
    return queries.get_achievement(database, SYSTEM, public_id)


def only_one(database) -> Achievement:
    return kept(database, database.scalars(select(Achievement.public_id)).one())


class TestReading:
    def test_a_visitor_reads_list_and_page(self, client, a_listing):
        achievement = a_listing()
        listed = client.get("/achievements").text
        assert achievement.title in listed
        assert "120–200 万元" in listed
        page = client.get(page_of(achievement)).text
        for words in (achievement.number, "林远、周一平", "ZL202310123456.7", "0.072 S/cm", "成熟度 5 级", "许可"):
            assert words in page

    def test_a_stranger_sees_a_draft_neither_by_page_nor_by_list(self, client, browser_of, database, a_draft):
        draft = a_draft(title="还没想好的膜")
        other = browser_of(Role.EDITOR, an_organisation(database))
        for browser in (client, other):
            assert browser.get(page_of(draft)).status_code == 404
            assert draft.title not in browser.get("/achievements").text
        assert draft.title not in other.get("/achievements/mine").text
        assert client.get(page_of(draft)).text == client.get("/achievements/aaaaaaaaaaaa").text.replace(
            "aaaaaaaaaaaa", draft.public_id
        )

    @pytest.mark.parametrize("path", ["/achievements/aaaaaaaaaaaa", "/achievements/1", "/achievements/%E6%88%90"])
    def test_an_unknown_id_is_no_page(self, client, path):
        assert client.get(path).status_code == 404

    def test_the_english_page_has_the_english_title_where_there_is_one(self, client, a_listing):
        translated, plain = a_listing(title_en="Proton exchange membrane"), a_listing(title="只有中文的芯片")
        page = client.get(page_of(translated) + "?lang=en").text
        assert "<h1>Proton exchange membrane</h1>" in page
        assert "<h1>只有中文的芯片</h1>" in client.get(page_of(plain) + "?lang=en").text

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", True),
            ("direction=membranes", True),
            ("direction=aerospace", False),
            ("industry=materials", True),
            ("industry=space", False),
            ("cooperation=licence", True),
            ("cooperation=transfer", False),
            ("cooperation=nonsense", True),
            ("readiness_from=5", True),
            ("readiness_from=6", False),
            ("readiness_from=999999999999999999999", True),
            ("price_to=120", True),
            ("price_to=119", False),
            ("price_to=-1", True),
            ("area=anting", True),
            ("area=nanxiang", False),
            ("q=%E8%B4%A8%E5%AD%90", True),
            ("q=%E8%8A%AF%E7%89%87", False),
            ("sort=price&page=9999", True),
            ("sort=nonsense&page=-3", True),
            ("page=abc", True),
        ],
    )
    def test_the_list_narrows_by_what_the_address_says(self, client, a_listing, query, found):
        achievement = a_listing()
        answer = client.get(f"/achievements?{query}")
        assert (answer.status_code, achievement.title in answer.text) == (200, found)

    def test_an_empty_list_says_what_to_do_next(self, client):
        assert "没有符合的成果" in client.get("/achievements").text

    def test_history_and_completeness_are_for_those_close_to_it(self, client, editor, a_draft):
        page = editor.get(page_of(a_draft(direction=None))).text
        assert "完整度" in page
        assert "已填 93%" in page

    def test_ones_own_list_has_every_state_with_its_reason(self, editor, a_draft):
        a_draft(title="甲膜")
        a_draft(title="乙膜", state=S.RETURNED, state_reason="请补充检测报告")
        page = editor.get("/achievements/mine").text
        for words in ("甲膜", "乙膜", "请补充检测报告", "已退回"):
            assert words in page

    def test_a_visitor_is_asked_to_sign_in_before_writing(self, client, a_draft):
        for path in ("/achievements/new", "/achievements/mine", page_of(a_draft(), "/edit")):
            assert client.get(path).status_code == 302
        assert client.post("/achievements/new", data=TYPED).status_code == 401


class TestWriting:
    def test_a_form_becomes_a_draft(self, editor, database, own):
        answer = editor.post("/achievements/new", data=TYPED)
        achievement = only_one(database)
        assert (answer.status_code, answer.location.split("?")[0]) == (302, page_of(achievement))
        assert (achievement.state, achievement.organisation_id, achievement.readiness) == (S.DRAFT, own.id, 5)
        assert (achievement.price_min_fen, achievement.price_max_fen) == (120_000_000, 200_500_000)
        assert achievement.cooperation == ["licence", "joint_development"]
        assert (achievement.inventors, achievement.topics) == (["林远", "周一平"], ["质子交换膜", "低湿电导率"])
        assert achievement.patents == ["ZL202310123456.7", "ZL202310765432.1"]
        assert [(row.name, row.value, row.unit) for row in achievement.figures] == [("电导率", "0.072", "S/cm")]
        assert "已保存" in editor.get(answer.location).text

    def test_saving_may_submit_at_once(self, editor, database):
        assert editor.post("/achievements/new", data=TYPED | {"submit": "1"}).status_code == 302
        assert only_one(database).state is S.SUBMITTED

    def test_a_draft_may_have_gaps(self, editor, database):
        assert editor.post("/achievements/new", data={"title": "只有名称"}).status_code == 302
        assert only_one(database).title == "只有名称"

    def test_what_was_typed_stays_when_something_is_wrong(self, editor, database):
        wrong = {"title": "", "price_min_fen": "一百", "figures-0-value": "", "submit": "1"}
        answer = editor.post("/achievements/new", data=TYPED | wrong)
        assert answer.status_code == 422
        for words in ("林远、周一平", TYPED["description"], "一百", "请填写数字", "请填写数值。", 'value="电导率"'):
            assert words in answer.text
        assert 'checked id="cooperation-1"' in answer.text
        assert database.scalars(select(Achievement.id)).all() == []

    def test_gaps_are_named_at_their_fields_when_it_is_submitted(self, editor, database):
        answer = editor.post("/achievements/new", data={"title": "只有名称", "submit": "1"})
        assert answer.status_code == 422
        for name in ("summary", "description", "readiness", "inventors", "cooperation", "has_no_state_secrets"):
            assert f'href="#{name}"' in answer.text
        assert database.scalars(select(Achievement.id)).all() == []

    def test_rows_are_added_and_removed_without_a_script(self, editor):
        added = editor.post("/achievements/new", data=TYPED | {"add_row": "figures"}).text
        assert 'name="figures-2-name"' in added
        removed = editor.post("/achievements/new", data=TYPED | {"remove_row": "0"}).text
        assert 'value="电导率"' not in removed
        assert "低湿工况质子交换膜" in removed

    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("topics", "，".join(f"词{n}" for n in range(13))),
            ("inventors", "、".join(f"人{n}" for n in range(51))),
            ("patents", "\n".join(f"ZL{n}" for n in range(51))),
            ("title", "膜" * 201),
        ],
    )
    def test_what_is_too_much_is_said_and_never_cut_off(self, editor, database, name, typed):
        answer = editor.post("/achievements/new", data=TYPED | {name: typed})
        assert answer.status_code == 422
        assert f'href="#{name}"' in answer.text
        assert typed in answer.text.replace("&#34;", '"')
        assert database.scalars(select(Achievement.id)).all() == []

    def test_more_rows_than_a_table_holds_are_refused(self, editor):
        rows = {f"figures-{n}-name": f"指标{n}" for n in range(41)} | {f"figures-{n}-value": "1" for n in range(41)}
        answer = editor.post("/achievements/new", data=TYPED | rows)
        assert answer.status_code == 422
        assert "最多 40 项。" in answer.text
        assert 'value="指标40"' in answer.text

    def test_an_organisation_that_is_not_verified_keeps_what_it_typed(self, browser_of, database):
        unverified = an_organisation(database, state=OrganisationState.UNVERIFIED)
        answer = browser_of(Role.OWNER, unverified).post("/achievements/new", data=TYPED | {"submit": "1"})
        assert answer.status_code == 409
        assert "通过认证后" in answer.text
        assert "林远、周一平" in answer.text

    def test_a_reader_and_staff_do_not_write(self, browser_of, operator, own):
        reader = browser_of(Role.READER, own)
        for browser in (reader, operator):
            assert browser.get("/achievements/new").status_code == 403
            assert browser.post("/achievements/new", data=TYPED).status_code == 403

    def test_the_form_shows_what_is_stored_and_saves_it_unchanged(self, editor, database, a_draft):
        draft = a_draft()
        page = editor.get(page_of(draft, "/edit")).text
        for words in ("林远、周一平", "ZL202310123456.7", 'value="120"', 'value="200"', 'value="0.072"'):
            assert words in page
        answer = editor.post(page_of(draft, "/edit"), data=TYPED | {"version": "1", "title": "改过的名称"})
        assert answer.status_code == 302
        assert kept(database, draft.public_id).title == "改过的名称"

    def test_what_a_post_leaves_out_is_empty(self, editor, database, a_draft):
        draft = a_draft()
        assert editor.post(page_of(draft, "/edit"), data={"version": "1", "title": "名称"}).status_code == 302
        found = kept(database, draft.public_id)
        assert (found.topics, found.inventors, found.cooperation, found.readiness) == ([], [], [], None)

    def test_two_editors_at_once_the_second_keeps_what_was_typed_and_sees_the_other(self, editor, database, a_draft):
        draft = a_draft()
        first = editor.post(page_of(draft, "/edit"), data=TYPED | {"version": "1", "title": "先存的名称"})
        second = editor.post(page_of(draft, "/edit"), data=TYPED | {"version": "1", "title": "后存的名称"})
        assert (first.status_code, second.status_code) == (302, 409)
        assert "后存的名称" in second.text
        assert "先存的名称" in second.text
        assert 'name="version" type="hidden" value="2"' in second.text
        assert kept(database, draft.public_id).title == "先存的名称"

    def test_an_edit_that_cannot_be_taken_keeps_what_was_typed(self, editor, database, a_draft):
        draft = a_draft()
        answer = editor.post(page_of(draft, "/edit"), data=TYPED | {"version": "1", "title": "", "topics": "新词"})
        assert answer.status_code == 422
        assert 'value="新词"' in answer.text
        assert 'href="#title"' in answer.text
        assert kept(database, draft.public_id).topics == draft.topics

    def test_what_was_sent_is_not_edited(self, editor, a_draft):
        assert editor.get(page_of(a_draft(state=S.SUBMITTED), "/edit")).status_code == 403


class TestSteps:
    def test_from_draft_to_listing_by_the_buttons_of_the_pages(self, editor, operator, client, database, a_draft):
        draft = a_draft()
        assert editor.post(page_of(draft, "/submit")).status_code == 302
        assert "立即挂牌" in operator.get(page_of(draft)).text
        assert operator.post(page_of(draft, "/publish")).status_code == 302
        listed = kept(database, draft.public_id)
        assert (listed.state, listed.number[:3]) == (S.LISTED, "CG-")
        assert draft.title in client.get("/achievements").text
        assert "运营专员" in editor.get(page_of(draft)).text

    def test_a_return_needs_a_reason_and_says_so_at_its_field(self, operator, database, a_draft):
        draft = a_draft(state=S.SUBMITTED)
        refused = operator.post(page_of(draft, "/return"), data={"reason": "  "})
        assert refused.status_code == 422
        assert "请写明理由" in refused.text
        assert operator.post(page_of(draft, "/return"), data={"reason": "请补充检测报告"}).status_code == 302
        returned = kept(database, draft.public_id)
        assert (returned.state, returned.state_reason) == (S.RETURNED, "请补充检测报告")

    def test_a_reason_that_is_too_long_stays_and_is_said(self, operator, a_draft):
        answer = operator.post(page_of(a_draft(state=S.SUBMITTED), "/return"), data={"reason": "长" * 1001})
        assert answer.status_code == 422
        assert "长" * 1001 in answer.text

    def test_a_schedule_for_the_past_keeps_the_time_that_was_typed(self, operator, a_draft):
        draft = a_draft(state=S.SUBMITTED)
        answer = operator.post(page_of(draft, "/schedule"), data={"publish_at": "2020-01-01T09:00"})
        assert answer.status_code == 422
        assert "2020-01-01T09:00" in answer.text

    def test_an_owner_renews_to_a_day(self, editor, database, own, a_listing, now):
        achievement = a_listing(organisation_id=own.id)
        day = (now + timedelta(days=500)).date()
        answer = editor.post(page_of(achievement, "/renew"), data={"last_day": day.isoformat()})
        assert answer.status_code == 302
        assert day.isoformat() in editor.get(page_of(achievement)).text
        assert kept(database, achievement.public_id).state is S.LISTED

    @pytest.mark.parametrize(
        ("action", "status"), [("publish", 403), ("recall", 409), ("expire", 404), ("import_publish", 404)]
    )
    def test_a_step_that_is_not_ones_own_or_not_the_next_is_refused(self, editor, a_draft, action, status):
        assert editor.post(page_of(a_draft(), f"/{action}")).status_code == status

    def test_a_stranger_cannot_take_a_step_of_what_they_cannot_see(self, browser_of, database, a_draft):
        other = browser_of(Role.OWNER, an_organisation(database))
        assert other.post(page_of(a_draft(), "/submit")).status_code == 404

    def test_a_page_offers_only_the_steps_that_would_succeed(self, client, editor, operator, a_draft):
        draft = a_draft(state=S.SUBMITTED)
        assert "撤回修改" in editor.get(page_of(draft)).text
        assert "立即挂牌" not in editor.get(page_of(draft)).text
        assert "撤回修改" not in operator.get(page_of(draft)).text
