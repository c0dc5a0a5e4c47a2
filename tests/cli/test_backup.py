"""``flask backup`` and ``flask restore``: everything comes back, on either database, or nothing is touched."""

import json
import threading
import zipfile

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry
from marketplace.cli import portable_rows
from marketplace.core.actor import SYSTEM
from marketplace.core.transaction import writing
from marketplace.settings import keys, queries, services
from marketplace.web.extensions import db
from tests.conftest import NOON, make_app
from tests.databases import engine_for
from tests.journeys.market import a_market, note_organisations, stocked, work

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}
DECLARED = {setting.name: setting for setting in keys.KEYS}


def set_phone(session, number):
    services.change(session, SYSTEM, {"footer-phone": str(number)}, declared=DECLARED, now=NOON)


@pytest.fixture
def site(database_url, tmp_path):
    """An application on the database of the test's parameter, with one thing in every state."""
    folder = tmp_path / "site"
    folder.mkdir()
    app = make_app(database_url, folder, seal_key="seal")
    engine = engine_for(database_url)
    with Session(engine, expire_on_commit=False) as session:
        session.connection(execution_options={"begin_mode": "IMMEDIATE"})
        market = stocked(a_market(session))
        note_organisations(session, market)
        session.commit()
    with writing(engine) as session:
        typed = {"sms-secret": "t0p-secret", "footer-host": "某委员会"}
        services.change(session, SYSTEM, typed, declared=DECLARED, now=NOON, seal_key="seal")
    work(app)
    (folder / "files" / "ab").mkdir(parents=True)
    (folder / "files" / "ab" / "abcd").write_bytes(b"\x00\xff" * 5000)
    yield app
    with app.app_context():
        db.engine.dispose()
    engine.dispose()


@pytest.fixture
def elsewhere(request, database_url, tmp_path):
    """A new application on the other database."""
    kind = OTHER["sqlite" if database_url.startswith("sqlite") else "postgresql"]
    if kind == "sqlite":
        url = request.getfixturevalue("sqlite_template").copy_to(tmp_path / "other.sqlite")
    else:
        url = request.getfixturevalue("postgresql_url")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    app = make_app(url, folder, seal_key="seal")
    yield app
    with app.app_context():
        db.engine.dispose()


def run(app, *words):
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def content(app) -> dict[str, list[str]]:
    """Every row of every table, as a backup writes it."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: [line.decode() for line in portable_rows._lines(connection, table)]
            for table in portable_rows.reflected(connection)
            if table.name not in ("search_outbox", "match_task")
        }


def test_what_was_backed_up_is_the_same_on_the_other_database(site, elsewhere, tmp_path):
    backup = run(site, "backup", tmp_path / "all.zip")
    assert (backup.exit_code, "SEAL_KEY" in backup.output) == (0, True), backup.output
    restored = run(elsewhere, "restore", tmp_path / "all.zip")
    assert restored.exit_code == 0, restored.output
    before, after = content(site), content(elsewhere)
    assert {name: len(rows) for name, rows in before.items()} == {name: len(rows) for name, rows in after.items()}
    for name, rows in before.items():
        assert [json.loads(row) for row in rows] == [json.loads(row) for row in after[name]], name
    assert run(elsewhere, "audit", "verify").exit_code == 0
    assert "0 differences" in run(elsewhere, "search", "check").output
    with elsewhere.app_context(), Session(db.engine) as session:
        assert queries.secret(session, keys.SMS_SECRET, seal_key="seal") == "t0p-secret"
    files = elsewhere.config["JIEBANG"].instance / "files"
    assert (files / "ab" / "abcd").read_bytes() == b"\x00\xff" * 5000


def test_new_rows_follow_the_restored_ones(site, elsewhere, tmp_path):
    run(site, "backup", tmp_path / "all.zip")
    run(elsewhere, "restore", tmp_path / "all.zip")
    with elsewhere.app_context(), writing(db.engine) as session:
        set_phone(session, 1)
    assert run(elsewhere, "audit", "verify").exit_code == 0


def test_a_backup_under_load_is_one_moment_of_the_site(site, elsewhere, tmp_path):
    stop, written = threading.Event(), []

    def keep_writing():
        with site.app_context():
            while not stop.is_set():
                with writing(db.engine) as session:
                    set_phone(session, len(written))
                written.append(1)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        while len(written) < 5:
            stop.wait(0.01)
        assert run(site, "backup", tmp_path / "all.zip").exit_code == 0
        during = len(written)
    finally:
        stop.set()
        writer.join()
    assert during > 5, "the site went on while the backup was made"
    restored = run(elsewhere, "restore", tmp_path / "all.zip")
    assert restored.exit_code == 0, restored.output
    with elsewhere.app_context(), Session(db.engine) as session:
        changes = session.scalars(select(AuditEntry).where(AuditEntry.action == "change_setting")).all()
        rows = session.scalar(text("SELECT count(*) FROM site_setting"))
    assert 0 < len(changes) == rows <= len(written) + 2
    assert "0 differences" in run(elsewhere, "search", "check").output


def test_a_target_that_holds_something_is_left_alone_unless_forced(site, tmp_path):
    run(site, "backup", tmp_path / "all.zip")
    with site.app_context(), writing(db.engine) as session:
        set_phone(session, 110)
    later = content(site)
    refused = run(site, "restore", tmp_path / "all.zip")
    assert (refused.exit_code, "--force" in refused.output) == (1, True)
    assert content(site) == later
    forced = run(site, "restore", tmp_path / "all.zip", "--force")
    assert forced.exit_code == 0, forced.output
    assert content(site) != later
    assert run(site, "audit", "verify").exit_code == 0


def rewritten(path, change):
    """The archive with one member changed."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda members: members.update({"tables/organisation.jsonl": b"{}\n"}), "tables/organisation.jsonl"),
        (lambda members: members.pop("tables/audit_entry.jsonl"), "manifest.json"),
        (lambda members: members.update({"files/../../evil": b"x"}), "manifest.json"),
        (lambda members: members.pop("manifest.json"), "manifest.json"),
    ],
)
def test_what_was_changed_since_is_refused_and_nothing_touched(app, flask, tmp_path, change, words):
    assert flask("backup", str(tmp_path / "all.zip")).exit_code == 0
    rewritten(tmp_path / "all.zip", change)
    before = content(app)
    result = flask("restore", str(tmp_path / "all.zip"), "--force")
    assert (result.exit_code, words in result.output) == (1, True)
    assert content(app) == before


def test_a_backup_of_a_later_version_is_refused(app, flask, tmp_path):
    flask("backup", str(tmp_path / "all.zip"))

    def later(members):
        manifest = json.loads(members["manifest.json"])
        members["manifest.json"] = json.dumps(manifest | {"revision": "9999"}).encode()

    rewritten(tmp_path / "all.zip", later)
    result = flask("restore", str(tmp_path / "all.zip"))
    assert (result.exit_code, "9999" in result.output) == (1, True)


def test_what_is_no_backup_is_said_to_be_none(flask, tmp_path):
    (tmp_path / "photo.zip").write_bytes(b"not a zip")
    result = flask("restore", str(tmp_path / "photo.zip"))
    assert (result.exit_code, "不是备份文件" in result.output) == (1, True)


def test_keys_go_along_only_when_told(tmp_path, sqlite_url):
    app = make_app(sqlite_url, tmp_path, seal_key="the seal key")
    run(app, "backup", tmp_path / "without.zip")
    run(app, "backup", tmp_path / "with.zip", "--with-keys")
    for name, has_keys in (("without.zip", False), ("with.zip", True)):
        with zipfile.ZipFile(tmp_path / name) as archive:
            assert any(one.startswith("keys/") for one in archive.namelist()) is has_keys
    assert (tmp_path / "with.zip").stat().st_mode & 0o077 == 0
    assert "没有密钥" in run(app, "restore", tmp_path / "without.zip", "--with-keys").output
    assert run(app, "restore", tmp_path / "with.zip", "--with-keys").exit_code == 0
    assert (tmp_path / "seal_key").read_text() == "the seal key"
    assert (tmp_path / "seal_key").stat().st_mode & 0o077 == 0
    other = make_app(sqlite_url, tmp_path, seal_key="another")
    assert "SEAL_KEY" in run(other, "restore", tmp_path / "without.zip", "--force").output


def test_a_file_that_is_there_is_not_written_over(flask, tmp_path):
    (tmp_path / "all.zip").write_text("precious")
    assert flask("backup", str(tmp_path / "all.zip")).exit_code == 1
    assert (tmp_path / "all.zip").read_text() == "precious"
