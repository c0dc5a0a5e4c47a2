"""The pages of files: what is typed and chosen, what is said, what comes down and to whom."""

import io
import re
import zipfile

import pytest
from sqlalchemy import select

from marketplace.challenges.models import Disclosure
from marketplace.core.secrecy import Secrecy
from marketplace.core.subject import Subject
from marketplace.files import parts, refusals
from marketplace.files.lifecycle import ScanState
from marketplace.files.limits import MEGABYTE
from marketplace.files.models import StoredFile
from tests.conftest import make_app
from tests.factories.achievements import an_achievement
from tests.factories.challenges import a_challenge
from tests.factories.files import a_file
from tests.files.clamd import a_clamd
from tests.files.samples import AUTHOR, EICAR, GOOD, office, pdf, zipped
from tests.journeys.market import a_listed_achievement, a_market, an_open_challenge, browser_of, work

STRANGERS = ("visitor", "institute owner", "other editor", "other area officer", "finance officer", "nobody's member")
CLOSE = ("enterprise owner", "own reader", "operator", "supervisor", "area officer")


@pytest.fixture
def market(database):
    return a_market(database)


@pytest.fixture
def store(app):
    return app.extensions[parts.KEY].store


@pytest.fixture
def challenge(database, market):
    challenge = a_challenge(database, organisation_id=market.enterprise.id)
    database.commit()
    return challenge


@pytest.fixture
def owner(app, database, market):
    return browser_of(app, database, market.people["enterprise owner"])


def browser(app, database, market, who):
    return app.test_client() if who == "visitor" else browser_of(app, database, market.people[who])


def page_of(thing) -> str:
    return f"/files/{type(thing).__name__.lower()}/{thing.public_id}"


def upload(browser, thing, name="检测报告.pdf", content=None, **facts):
    data = {
        "file": (io.BytesIO(pdf() if content is None else content), name),
        "secrecy": "public",
        "has_no_state_secrets": "y",
    }
    answer = browser.post(page_of(thing), data=data | facts, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the browser's own copy of what it sent
    return answer


def stored(database) -> list[StoredFile]:
    database.rollback()
    database.expire_all()
    return list(database.scalars(select(StoredFile).order_by(StoredFile.id)))


@pytest.mark.parametrize("name", GOOD)
def test_what_is_uploaded_comes_down_as_it_was(owner, database, challenge, name):
    answer = upload(owner, challenge, name, GOOD[name])
    assert (answer.status_code, answer.location) == (302, page_of(challenge))
    (file,) = stored(database)
    with owner.get(f"/files/{file.public_id}") as down:
        assert (down.status_code, down.data) == (200, GOOD[name])
        assert down.headers["Content-Length"] == str(len(GOOD[name]))
        assert down.headers["Content-Disposition"].startswith("attachment;")
        assert "filename*=UTF-8''" in down.headers["Content-Disposition"]
        assert down.headers["X-Content-Type-Options"] == "nosniff"
        assert down.headers["Cache-Control"] == "no-store"
        assert down.mimetype == file.media_type
    page = owner.get(page_of(challenge)).text
    assert (name in page, "附件已添加。" in page) == (True, True)


def test_a_thing_and_its_form_lead_to_its_files(owner, challenge):
    for path in (f"/challenges/{challenge.public_id}", f"/challenges/{challenge.public_id}/edit"):
        assert f'href="{page_of(challenge)}"' in owner.get(path).text
    assert "先保存草稿" in owner.get("/challenges/new/research").text


def test_an_achievement_has_files_too(app, database, market):
    thing = an_achievement(database, organisation_id=market.institute.id)
    database.commit()
    institute = browser(app, database, market, "institute owner")
    assert upload(institute, thing).status_code == 302
    assert "检测报告.pdf" in institute.get(f"/achievements/{thing.public_id}").text
    assert f'href="{page_of(thing)}"' in institute.get(f"/achievements/{thing.public_id}/edit").text


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"file": (io.BytesIO(b""), "")}, "请选择要上传的文件。"),
        ({"has_no_state_secrets": ""}, "请确认内容不涉及国家秘密。"),
        ({"has_no_state_secrets": ""}, "请改正其他项后重新选择文件。"),
        ({"secrecy": "secret"}, "不"),
        ({"secrecy": ""}, "不"),
    ],
)
def test_what_is_missing_is_said_at_its_place(owner, database, challenge, facts, words):
    answer = upload(owner, challenge, **facts)
    assert (answer.status_code, words in answer.text, "处需要改正" in answer.text) == (422, True, True)
    assert stored(database) == []


REFUSALS = {
    words: (name, content)
    for name, content, words in [
        ("病毒.exe", b"MZ", "不接受这种文件（exe）。"),
        ("空.pdf", b"", "这个文件是空的"),
        ("宏.docx", office("docx", {"word/vbaProject.bin": b"x"}), "文件里有宏或控件"),
        ("炸弹.zip", zipped({"a.txt": b" " * 8_000_000}), "压缩比异常"),
        ("假.pdf", b"hello", "文件内容和扩展名不符"),
        ("图.zip", zipped({"图/一.exe": b"MZ"}), "文件里藏有可执行程序（图/一.exe）"),
        ("<script>.pdf<b>", pdf(), "不接受"),
    ]
}


@pytest.mark.parametrize("words", REFUSALS)
def test_a_refusal_is_said_at_the_file_in_both_languages(owner, database, store, challenge, words):
    name, content = REFUSALS[words]
    answer = upload(owner, challenge, name, content, secrecy="internal")
    assert (answer.status_code, words in answer.text) == (422, True)
    assert '<p class="fault" id="file-fault">' in answer.text
    assert "<script>.pdf" not in answer.text
    assert re.search(r'<input[^>]*checked[^>]*value="internal"', answer.text), "what was chosen stays"
    owner.set_cookie("lang", "en")
    english = upload(owner, challenge, name, content)
    assert (english.status_code, words in english.text) == (422, False)
    assert stored(database) == []
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


def test_a_file_above_the_limit_is_refused_with_the_limit_named(owner, database, challenge):
    answer = upload(owner, challenge, "a.txt", b"a" * (20 * MEGABYTE + 1))
    assert (answer.status_code, "每个文件最多 20 MB" in answer.text) == (422, True)
    answer = upload(owner, challenge, "a.txt", b"a" * (21 * MEGABYTE))
    assert (answer.status_code, "每个文件最多 20 MB" in answer.text, "2 MB" in answer.text) == (413, True, False)
    assert stored(database) == []


def test_nobody_who_is_not_signed_in_sends_large_bodies(app, challenge):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = upload(app.test_client(), challenge, "a.txt", b"a" * (3 * MEGABYTE))
    assert (answer.status_code, "上限（2 MB）" in answer.text) == (413, True)


def test_large_bodies_are_taken_at_no_other_address(owner):
    answer = owner.post("/challenges/new/research", data={"title": "a" * (3 * MEGABYTE)})
    assert answer.status_code == 413


def test_a_form_without_its_token_is_refused_whatever_it_carries(app, owner, challenge):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = upload(owner, challenge, "a.txt", b"a" * (3 * MEGABYTE))
    assert (answer.status_code, "安全令牌已失效" in answer.text) == (400, True)


def test_a_full_disk_is_said_and_nothing_is_kept(owner, database, challenge, monkeypatch):
    monkeypatch.setattr("marketplace.files.store.os.fsync", _no_room)
    answer = upload(owner, challenge)
    assert (answer.status_code, "存储空间已满，文件没有保存。" in answer.text) == (503, True)
    assert stored(database) == []
    monkeypatch.undo()
    assert upload(owner, challenge).status_code == 302


def _no_room(*_):
    raise OSError(28, "No space left on device")


def test_a_content_that_cannot_be_had_is_said(owner, database, challenge, store):
    file = a_file(database, Subject("challenge", challenge.public_id), store=store)
    database.commit()
    store.remove(file.sha256)
    answer = owner.get(f"/files/{file.public_id}")
    assert (answer.status_code, "这个文件暂时取不到" in answer.text) == (503, True)


def test_removing_asks_first_and_is_told(owner, database, challenge):
    upload(owner, challenge)
    (file,) = stored(database)
    assert "删除“检测报告.pdf”？删除后不能恢复。" in owner.get(page_of(challenge)).text
    answer = owner.post(f"/files/{file.public_id}/remove", follow_redirects=True)
    assert ("附件已删除。" in answer.text, "还没有附件" in answer.text) == (True, True)
    assert owner.get(f"/files/{file.public_id}").status_code == 404
    history = owner.get(f"/challenges/{challenge.public_id}").text
    assert ("添加附件" in history, "删除附件" in history) == (True, True)


class TestReaders:
    def listed(self, app, database, market, thing, *names) -> dict[str, set[str]]:
        """Of the files named so, which each person finds on the thing's page and can have."""
        found = {}
        for who in STRANGERS + CLOSE:
            client = browser(app, database, market, who)
            page = client.get(f"/{type(thing).__name__.lower()}s/{thing.public_id}").text
            found[who] = {name for name in names if name in page}
        return found

    def had(self, app, database, market, file) -> set[str]:
        return {
            who
            for who in STRANGERS + CLOSE
            if browser(app, database, market, who).get(f"/files/{file.public_id}").status_code == 200
        }

    @pytest.mark.parametrize("make", [an_open_challenge, a_listed_achievement])
    def test_a_list_shows_what_can_be_had_and_nothing_else(self, app, database, market, store, make):
        thing = make(database, organisation_id=market.enterprise.id)
        subject = Subject(type(thing).__name__.lower(), thing.public_id)
        public = a_file(database, subject, name="公开.csv", store=store)
        secret = a_file(database, subject, name="秘密.csv", secrecy=Secrecy.TRADE_SECRET, store=store)
        database.commit()
        listed = self.listed(app, database, market, thing, "公开.csv", "秘密.csv")
        assert {who for who in listed if "公开.csv" in listed[who]} == set(STRANGERS + CLOSE)
        assert {who for who in listed if "秘密.csv" in listed[who]} == set(CLOSE)
        assert self.had(app, database, market, public) == set(STRANGERS + CLOSE)
        assert self.had(app, database, market, secret) == set(CLOSE)

    def test_a_stranger_learns_nothing_of_what_they_may_not_have(self, app, database, market, challenge, store):
        file = a_file(database, Subject("challenge", challenge.public_id), store=store)
        database.commit()
        for who in STRANGERS:
            client = browser(app, database, market, who)
            there, nowhere = client.get(f"/files/{file.public_id}"), client.get("/files/aaaaaaaaaaaa")
            assert (there.status_code, nowhere.status_code) == (404, 404), who
            assert there.text.replace(file.public_id, "aaaaaaaaaaaa") == nowhere.text
            if who != "visitor":
                assert client.get(page_of(challenge)).status_code == 404
                assert upload(client, challenge).status_code == 404
                assert client.post(f"/files/{file.public_id}/remove").status_code == 404

    def test_files_of_a_summary_are_details(self, app, database, market, store):
        thing = an_open_challenge(database, organisation_id=market.enterprise.id, disclosure=Disclosure.SUMMARY)
        file = a_file(database, Subject("challenge", thing.public_id), store=store)
        database.commit()
        assert self.had(app, database, market, file) == set(CLOSE)

    def test_what_is_taken_down_takes_its_files_with_it(self, app, database, market, store):
        thing = an_open_challenge(database, organisation_id=market.enterprise.id)
        file = a_file(database, Subject("challenge", thing.public_id), store=store)
        database.commit()
        operator = browser(app, database, market, "operator")
        operator.post(f"/challenges/{thing.public_id}/takedown", data={"reason": "疑似涉密"})
        assert self.had(app, database, market, file) == {"operator", "supervisor"}
        assert (
            "数据.csv"
            not in browser(app, database, market, "enterprise owner").get(f"/challenges/{thing.public_id}").text
        )
        operator.post(f"/challenges/{thing.public_id}/restore", data={"reason": "核查后不涉密"})
        assert self.had(app, database, market, file) == set(STRANGERS + CLOSE)

    def test_a_visitor_may_keep_a_public_file_for_a_while_and_nobody_a_secret_one(self, app, database, market, store):
        thing = an_open_challenge(database, organisation_id=market.enterprise.id)
        subject = Subject("challenge", thing.public_id)
        public = a_file(database, subject, store=store)
        secret = a_file(database, subject, secrecy=Secrecy.INTERNAL, store=store)
        database.commit()
        assert app.test_client().get(f"/files/{public.public_id}").headers["Cache-Control"] == "no-cache"
        operator = browser(app, database, market, "operator")
        assert operator.get(f"/files/{secret.public_id}").headers["Cache-Control"] == "no-store"


def test_an_anonymous_poster_is_in_no_file(app, database, market, owner):
    thing = a_challenge(database, organisation_id=market.enterprise.id, is_anonymous=True)
    database.commit()
    assert "这是匿名发榜" in owner.get(page_of(thing)).text
    assert upload(owner, thing, "技术要求.docx", GOOD["技术要求.docx"]).status_code == 302
    assert upload(owner, thing, "图纸.zip", GOOD["图纸.zip"]).status_code == 422
    (file,) = stored(database)
    with owner.get(f"/files/{file.public_id}") as down, zipfile.ZipFile(io.BytesIO(down.data)) as archive:
        assert AUTHOR not in "".join(archive.read(name).decode("utf8") for name in archive.namelist())


def test_a_file_that_came_before_the_anonymity_is_named_as_the_reason(app, database, market, owner, challenge):
    upload(owner, challenge)
    challenge.is_anonymous = True
    database.commit()
    assert "含有作者信息，匿名发榜时不对外提供" in owner.get(page_of(challenge)).text


def test_with_an_antivirus_files_wait_for_it_and_infected_ones_go(sqlite_url, tmp_path, database, market, challenge):
    with a_clamd() as (url, _scanned):
        app = make_app(sqlite_url, tmp_path, clamd_url=url)
        app.config["WTF_CSRF_ENABLED"] = False
        owner = browser_of(app, database, market.people["enterprise owner"])
        reader = browser_of(app, database, market.people["own reader"])
        assert app.test_client().get("/readyz").json["parts"]["antivirus"] == "ok"
        upload(owner, challenge, "好.txt", "没有病毒".encode())
        upload(owner, challenge, "坏.txt", EICAR)
        good, bad = stored(database)
        assert (good.scan, bad.scan) == (ScanState.WAITING, ScanState.WAITING)
        assert "等待病毒扫描" in reader.get(f"/challenges/{challenge.public_id}").text
        assert [reader.get(f"/files/{file.public_id}").status_code for file in (good, bad)] == [404, 404]
        assert owner.get(f"/files/{good.public_id}").status_code == 200
        work(app)
        assert [reader.get(f"/files/{file.public_id}").status_code for file in (good, bad)] == [200, 404]
        page = owner.get(f"/challenges/{challenge.public_id}").text
        assert ("坏.txt" in page, "附件含病毒，已删除" in page) == (False, True)


def test_readiness_says_that_nothing_is_scanned_and_whether_files_can_be_kept(app, monkeypatch):
    assert app.test_client().get("/readyz").json["parts"]["antivirus"] == parts.NO_ANTIVIRUS
    monkeypatch.setattr("marketplace.files.store.os.access", lambda *_: False)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["parts"]["files"]) == (503, "the folder of files cannot be written")


def test_a_kind_that_has_no_files_has_no_page_for_them(owner, market):
    assert owner.get(f"/files/organisation/{market.enterprise.public_id}").status_code == 404
    assert owner.get("/files/nothing/aaaaaaaaaaaa").status_code == 404


def test_so_many_files_and_no_more_as_the_operators_set_it(owner, app, database, market, challenge):
    typed = {"file-megabytes": "20", "thing-megabytes": "100", "thing-files": "1", "version": "0"}
    operator = browser(app, database, market, "operator")
    assert operator.post("/admin/settings/edit/files", data=typed).status_code == 302
    assert upload(owner, challenge).status_code == 302
    answer = upload(owner, challenge)
    assert (answer.status_code, "附件已到上限（最多 1 个）" in answer.text) == (422, True)


def test_every_button_says_which_file_it_deletes(owner, challenge):
    upload(owner, challenge, "一.pdf")
    upload(owner, challenge, "二.pdf")
    page = owner.get(page_of(challenge)).text
    for name in ("一.pdf", "二.pdf"):
        assert f'删除 <span class="visually-hidden">{name}</span>' in page


def test_every_reason_has_words_for_people():
    texts = [value for name, value in vars(refusals).items() if name.isupper() and isinstance(value, str)]
    assert len(texts) > 20
    assert all(text.endswith(("。", "%(why)s")) for text in texts if text != refusals.FIELD)
