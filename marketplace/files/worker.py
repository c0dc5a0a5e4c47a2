"""Ask the antivirus about what came in, and sweep contents that no file has; effects outside transactions."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import Engine

from marketplace.core.errors import Unavailable
from marketplace.core.registry import Registry
from marketplace.core.transaction import reading, writing
from marketplace.files import queries, services
from marketplace.files.antivirus import AntivirusDown, Clamd, Verdict
from marketplace.files.lifecycle import ScanState
from marketplace.files.models import StoredFile
from marketplace.files.store import FileStore

BATCH = 10
LEASE = timedelta(minutes=5)
TRY_AGAIN = timedelta(seconds=30)
YOUNGEST_ORPHAN = timedelta(hours=1)
"""A content this young may belong to a row that is about to be written."""
SWEPT_AT_ONCE = 500


def scan(database: Engine, store: FileStore, antivirus: Clamd | None, registry: Registry, *, now: datetime) -> int:
    """Scan what waits; how many files got their verdict. Without an antivirus nothing waits."""
    if antivirus is None:
        with writing(database) as session:
            return services.skip_waiting(session)
    done, taken = 0, list(dict.fromkeys(file.sha256 for file in _taken(database, now)))
    while taken:
        try:
            verdict = _asked(store, antivirus, taken[0])
        except AntivirusDown as error:
            _try_again(database, taken, str(error), now)  # it would not answer the next question either
            return done
        except Unavailable as error:
            _try_again(database, taken[:1], str(error), now)
        else:
            _settle(database, store, registry, taken[0], verdict=verdict, now=now)
            done += 1
        taken.pop(0)
    return done


def sweep(database: Engine, store: FileStore, *, now: datetime) -> int:
    """Remove contents that no file has, left by a crash or by files that were taken away; how many went."""
    moment, removed = now - YOUNGEST_ORPHAN, 0
    for digests in _batches(store.older_than(moment)):
        with reading(database) as session:
            orphans = set(digests) - queries.kept(session, digests)
        removed += sum(store.remove_if_older(digest, moment) for digest in orphans)
    return removed


def _taken(database: Engine, now: datetime) -> Sequence[StoredFile]:
    """The next files, out of every other worker's reach for a while."""
    with writing(database) as session:
        files = queries.due(session, now=now, limit=BATCH)
        services.postpone(files, until=now + LEASE)
    return files


def _asked(store: FileStore, antivirus: Clamd, digest: str) -> Verdict:
    with store.open(digest) as content:
        return antivirus.scan(content)


def _try_again(database: Engine, digests: Sequence[str], error: str, now: datetime) -> None:
    with writing(database) as session:
        for digest in digests:
            files = [file for file in queries.with_digest(session, digest) if file.scan is not ScanState.CLEAN]
            services.postpone(files, until=now + TRY_AGAIN, error=error)


def _settle(
    database: Engine, store: FileStore, registry: Registry, digest: str, *, verdict: Verdict, now: datetime
) -> None:
    with writing(database) as session:
        if verdict.virus is None:
            services.pass_content(session, digest, now=now)
            return
        services.remove_infected(session, registry, digest, verdict.virus, now=now)
    store.remove(digest)


def _batches(digests: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(digests, SWEPT_AT_ONCE)):
        yield batch
