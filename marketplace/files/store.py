"""Where contents lie, by their SHA-256 (adapter to the file system).

A content is written whole before any row names it, and it is not changed afterwards; equal contents are kept once.
"""

import errno
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Protocol

from marketplace.core.errors import Unavailable
from marketplace.core.text import _

DIGEST_LENGTH = 64
UNFINISHED = ".unfinished"
FULL_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
DISK_FULL = _("存储空间已满，文件没有保存。请稍后重试，或联系运营专员。")
GONE = _("这个文件暂时取不到，请稍后重试，或联系运营专员。")


class FileStore(Protocol):
    """Contents by digest (64 hexadecimal digits). Raises Unavailable where the disk is full or a content is gone."""

    def incoming(self) -> IO[bytes]:
        """An unnamed file to receive an upload; it goes when it is closed."""

    def put(self, file: IO[bytes], digest: str) -> None: ...

    def open(self, digest: str) -> IO[bytes]: ...

    def remove(self, digest: str) -> None: ...

    def older_than(self, moment: datetime) -> Iterator[str]:
        """Digests of contents that were last put before the moment."""

    def remove_if_older(self, digest: str, moment: datetime) -> bool:
        """Remove unless it was put again since; never a content that is being put at the same moment."""

    def fault(self) -> str | None:
        """Why nothing can be kept, or None."""


class FolderStore:
    """A folder, 256 folders in it; the first two digits of a digest say which."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def incoming(self) -> IO[bytes]:
        with saying_when_full():
            self._unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
            return tempfile.TemporaryFile(dir=self._unfinished)

    def put(self, file: IO[bytes], digest: str) -> None:
        path = self._path(digest)
        with saying_when_full():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = self._unfinished / f"{digest}.{secrets.token_hex(8)}"
            try:
                with unfinished.open("wb") as target:
                    file.seek(0)
                    copyfileobj(file, target)
                    target.flush()
                    os.fsync(target.fileno())
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)

    def open(self, digest: str) -> IO[bytes]:
        try:
            return self._path(digest).open("rb")
        except OSError:
            raise Unavailable(GONE) from None

    def remove(self, digest: str) -> None:
        self._path(digest).unlink(missing_ok=True)

    def older_than(self, moment: datetime) -> Iterator[str]:
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                if len(path.name) == DIGEST_LENGTH and _put_at(path) < moment:
                    yield path.name
        self._forget_unfinished(moment)

    def remove_if_older(self, digest: str, moment: datetime) -> bool:
        """It is moved aside first: what is put meanwhile takes its place, and a young one goes back."""
        path, aside = self._path(digest), self._unfinished / f"{digest}.{secrets.token_hex(8)}"
        self._unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            path.replace(aside)
        except FileNotFoundError:
            return False
        is_old = _put_at(aside) < moment
        if not is_old:
            with suppress(FileExistsError):
                os.link(aside, path)
        aside.unlink(missing_ok=True)
        return is_old

    def fault(self) -> str | None:
        place = self.folder if self.folder.exists() else self.folder.parent
        return None if os.access(place, os.W_OK) else "the folder of files cannot be written"

    @property
    def _unfinished(self) -> Path:
        return self.folder / UNFINISHED

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest

    def _forget_unfinished(self, moment: datetime) -> None:
        """What was left by a process that died."""
        for path in self._unfinished.glob("*"):
            with suppress(FileNotFoundError):
                if _put_at(path) < moment:
                    path.unlink()


@contextmanager
def saying_when_full() -> Iterator[None]:
    """A disk without room becomes a word for the person who uploads."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL_ERRORS:
            raise Unavailable(DISK_FULL) from error
        raise


def _put_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
