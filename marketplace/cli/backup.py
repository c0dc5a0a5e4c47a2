"""``flask backup``, ``flask restore``: everything the site keeps as one file, for either database."""

import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import flask_migrate
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection, Engine, MetaData, inspect, text

from config import Config
from marketplace.audit import queries as audit
from marketplace.cli import archive as archives
from marketplace.cli import portable_rows
from marketplace.cli.refusals import refuse, told
from marketplace.cli.worker import give_back, only_one
from marketplace.core.errors import Conflict
from marketplace.core.text import _
from marketplace.indexing import worker
from marketplace.indexing.engines import engine as search_engine
from marketplace.web.current import config, now, registry
from marketplace.web.extensions import db
from marketplace.web.language import gettext, translate
from marketplace.web.transaction import reading

KEYS = ("secret_key", "seal_key")

DONE = _("已备份到 %(path)s：%(rows)d 行，%(files)d 个文件，日志头 %(head)s")
WITHOUT_KEYS = _("密钥没有放进备份（--with-keys 才放）。加密保存的内容要有同一把 SEAL_KEY 才能打开，请另行保管。")
EXISTS = _("%(path)s 已经存在，不会覆盖。")
DISK_FULL = _("磁盘写满了，备份没有完成：%(path)s")
CANNOT_WRITE = _("写不了 %(path)s：%(why)s")
NO_ARCHIVE = _("%(path)s 不是备份文件，或者打不开：%(why)s")
BROKEN = _("备份已损坏或被改过：%(part)s。什么也没有恢复。")
TOO_NEW = _("这份备份来自更新的版本（%(revision)s），请先升级程序。什么也没有恢复。")
NOT_EMPTY = _("这里已经有数据，恢复会把它们全部换掉。确定要换，请加 --force。")
WORKER_AT_WORK = _("worker 正在运行，请先停下网站和 worker 再恢复。")
KEYS_DIFFER = _("注意：备份时的 SEAL_KEY 与现在的不同，加密保存的内容打不开。")
NO_KEYS = _("这份备份里没有密钥。")
RESTORED = _("已恢复：%(rows)d 行，%(files)d 个文件，日志完好，检索索引 %(documents)d 条。")
LOG_BROKEN = _("数据已恢复，但日志在第 %(number)d 条断开：%(reason)s")


@click.command("backup")
@click.argument("path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-keys", is_flag=True, help="Put in SECRET_KEY and SEAL_KEY: who has the file reads all.")
@with_appcontext
@told
def backup(path: Path, with_keys: bool) -> None:
    """Write everything the site keeps to FILE, while it runs."""
    if path.exists():
        refuse(gettext(EXISTS, path=path))
    unfinished = path.with_name(path.name + ".part")
    try:
        with open(unfinished, "wb", opener=_for_us_alone) as file:
            manifest = _write(file, config(), with_keys=with_keys)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        words = DISK_FULL if error.errno == errno.ENOSPC else CANNOT_WRITE
        refuse(gettext(words, path=path, why=error.strerror))
    rows, files = sum(manifest["rows"].values()), manifest["files"]
    click.echo(gettext(DONE, path=path, rows=rows, files=files, head=manifest["log_head"]))
    if not with_keys:
        click.echo(gettext(WITHOUT_KEYS))


def _write(file: Any, settings: Config, *, with_keys: bool) -> dict[str, Any]:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        writer = archives.Writer(archive)
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        manifest: dict[str, Any] = {"format": archives.FORMAT, "made_at": made_at}
        manifest |= portable_rows.write_rows(db.engine, writer)
        manifest["files"] = archives.write_files(settings.files_folder, writer)
        if with_keys:
            for name in KEYS:
                writer.add(f"keys/{name}", [str(getattr(settings, name)).encode()])
        manifest["seal_key_mark"] = _mark(settings.seal_key)
        manifest["parts"] = writer.parts
        archive.writestr(archives.MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


@click.command("restore")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is there.")
@click.option("--with-keys", is_flag=True, help="Put the keys of the backup into the instance folder.")
@with_appcontext
@told
def restore(path: Path, force: bool, with_keys: bool) -> None:
    """Bring back what FILE holds, on either database; verify the log and build the index anew."""
    settings = config()
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = archives.verified(archive)
            lock = only_one(settings.instance / "worker.lock")
            if lock is None:
                raise Conflict(WORKER_AT_WORK)
            with lock:
                _refuse_the_unfit(manifest, db.engine, force=force, with_keys=with_keys)
                _put_back(archive, manifest, settings, with_keys=with_keys)
    except zipfile.BadZipFile as error:
        refuse(gettext(NO_ARCHIVE, path=path, why=error))
    except archives.BrokenArchive as error:
        refuse(gettext(BROKEN, part=error))


def _refuse_the_unfit(manifest: Mapping[str, Any], engine: Engine, *, force: bool, with_keys: bool) -> None:
    try:
        _scripts().get_revision(manifest["revision"])
    except CommandError:
        refuse(gettext(TOO_NEW, revision=manifest["revision"]))
    if with_keys and not any(name.startswith("keys/") for name in manifest["parts"]):
        refuse(gettext(NO_KEYS))
    if not force and _holds_something(engine):
        refuse(gettext(NOT_EMPTY))


def _put_back(archive: zipfile.ZipFile, manifest: Mapping[str, Any], settings: Config, *, with_keys: bool) -> None:
    """Rows at the revision they were written at, then migrated like any other database."""
    _empty(db.engine)
    flask_migrate.upgrade(revision=manifest["revision"])
    portable_rows.read_rows(db.engine, archive)
    flask_migrate.upgrade()
    files = archives.read_files(archive, settings.files_folder)
    if with_keys:
        _put_keys(archive, settings.instance)
    elif manifest["seal_key_mark"] != _mark(settings.seal_key):
        click.echo(gettext(KEYS_DIFFER), err=True)
    give_back(db.engine)
    worker.rebuild(db.engine, search_engine(), registry(), now=now())
    with reading() as session:
        broken = audit.verify(session, head=manifest["log_head"])
    if broken is not None:
        refuse(gettext(LOG_BROKEN, number=broken.number, reason=translate(broken.reason)))
    documents = sum(1 for _ in search_engine().versions())
    click.echo(gettext(RESTORED, rows=sum(manifest["rows"].values()), files=files, documents=documents))


def _holds_something(engine: Engine) -> bool:
    """Whether anybody or anything has been here: every act leaves an entry in the log."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("audit_entry"):
            return False
        return any(
            connection.scalar(text(f"SELECT 1 FROM {table} LIMIT 1")) is not None  # noqa: S608  (names of ours)
            for table in ("audit_entry", "user_account", "organisation")
            if inspect(connection).has_table(table)
        )


def _empty(engine: Engine) -> None:
    """Take everything away, the log's own guards included, so that migrations start from nothing."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
        for end in ("", "-wal", "-shm"):
            Path(f"{engine.url.database}{end}").unlink(missing_ok=True)
        return
    with engine.connect() as connection, connection.begin():
        known = MetaData()
        known.reflect(connection)
        for name in known.tables:
            connection.exec_driver_sql(f'DROP TABLE "{name}" CASCADE')
        for name in _functions(connection):
            connection.exec_driver_sql(f'DROP FUNCTION "{name}" CASCADE')


def _functions(connection: Connection) -> list[str]:
    """Functions of our migrations; those of extensions stay."""
    found = connection.scalars(
        text(
            "SELECT DISTINCT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace "
            "WHERE n.nspname = current_schema() AND prokind = 'f' "
            "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')"
        )
    )
    return list(found)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(current_app.extensions["migrate"].directory))


def _put_keys(archive: zipfile.ZipFile, instance: Path) -> None:
    for name in KEYS:
        path = instance / name
        path.unlink(missing_ok=True)
        with open(path, "wb", opener=_for_us_alone) as file:
            file.write(archive.read(f"keys/{name}"))


def _mark(key: str) -> str:
    """Tells whether two keys are the same, and nothing about them."""
    return hashlib.sha256(b"jiebang seal key mark:" + key.encode()).hexdigest()[:16]


def _for_us_alone(path: str, flags: int) -> int:
    """A backup holds what nobody else on the machine may read."""
    return os.open(path, flags, mode=0o600)
