"""Contents by their hash: whole or not at all, once, and swept only when nobody can need them."""

import errno
import hashlib
import io
import os
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.core.errors import Unavailable
from marketplace.files import store as module
from marketplace.files.store import FolderStore

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "files")


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def put(store, content: bytes, *, at: datetime | None = None) -> str:
    digest = digest_of(content)
    store.put(io.BytesIO(content), digest)
    if at:
        path = store.folder / digest[:2] / digest
        os.utime(path, (at.timestamp(), at.timestamp()))
    return digest


def names(store) -> list[str]:
    return sorted(str(path.relative_to(store.folder)) for path in store.folder.rglob("*") if path.is_file())


def test_a_content_comes_back_and_lies_there_once(store):
    digest = put(store, b"one")
    assert put(store, b"one") == digest
    with store.open(digest) as found:
        assert found.read() == b"one"
    assert names(store) == [f"{digest[:2]}/{digest}"]


def test_nobody_else_on_the_machine_reads_it(store):
    digest = put(store, b"one")
    assert (store.folder / digest[:2]).stat().st_mode & 0o077 == 0


def test_what_is_not_there_is_said(store):
    with pytest.raises(Unavailable):
        store.open("0" * 64)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_and_leaves_nothing(store, monkeypatch, code):
    def fail(*_):
        raise OSError(code, "no space left on device")

    monkeypatch.setattr(module.os, "fsync", fail)
    with pytest.raises(Unavailable) as refusal:
        put(store, b"one")
    assert refusal.value.message.id == module.DISK_FULL
    assert names(store) == []


def test_only_what_is_old_is_offered_for_sweeping(store):
    old = put(store, b"old", at=NOW - timedelta(hours=2))
    put(store, b"young", at=NOW)
    assert list(store.older_than(NOW - timedelta(hours=1))) == [old]


def test_what_is_put_again_while_it_is_swept_stays(store):
    moment = NOW - timedelta(hours=1)
    digest = put(store, b"one", at=NOW - timedelta(hours=2))
    put(store, b"one", at=NOW)
    assert not store.remove_if_older(digest, moment)
    with store.open(digest) as found:
        assert found.read() == b"one"
    assert names(store) == [f"{digest[:2]}/{digest}"]


def test_what_is_old_goes(store):
    digest = put(store, b"one", at=NOW - timedelta(hours=2))
    assert store.remove_if_older(digest, NOW - timedelta(hours=1))
    assert names(store) == []
    assert not store.remove_if_older(digest, NOW)


def test_what_a_dead_process_left_half_written_goes(store):
    put(store, b"one", at=NOW)
    half = store.folder / ".unfinished" / "half"
    half.write_bytes(b"x")
    os.utime(half, ((NOW - timedelta(days=1)).timestamp(),) * 2)
    list(store.older_than(NOW - timedelta(hours=1)))
    assert not half.exists()


def test_a_folder_that_cannot_be_written_is_a_fault(store, monkeypatch):
    assert store.fault() is None
    monkeypatch.setattr(module.os, "access", lambda *_: False)
    assert store.fault() is not None
