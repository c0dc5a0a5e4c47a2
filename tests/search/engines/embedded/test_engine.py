"""The embedded engine keeps the contract, in memory and on disk, and what it promises about processes and crashes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from search.documents import Put, SearchQuery
from search.engine import SearchUnavailable
from search.engines.embedded.engine import REFRESH_SECONDS, EmbeddedEngine
from tests.search.builders import a_document, an_analyser, documents_by_day
from tests.search.engine_contract import EngineContract, found, put

ROOT = Path(__file__).parents[4]

WRITES_WITHOUT_END = """
import sys
from pathlib import Path
from search.documents import Put, SearchDocument
from search.engines.embedded.engine import EmbeddedEngine

engine = EmbeddedEngine(Path(sys.argv[1]))
for version in range(1, 10_000):
    engine.apply([Put(SearchDocument("a", "achievement", version, "质子膜", "正文"))])
    print(version, flush=True)
"""

STOPS_IN_THE_MIDDLE_OF_A_REBUILD = """
import sys, time
from pathlib import Path
from search.documents import SearchDocument
from search.engines.embedded.engine import EmbeddedEngine

def documents():
    for number in range(1000):
        yield SearchDocument(f"new{number}", "achievement", 1, "质子膜", "正文")
    print("writing", flush=True)
    time.sleep(600)

EmbeddedEngine(Path(sys.argv[1])).rebuild(documents())
"""


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def other_process(folder):
    """Starts a script on the folder; whatever still runs at the end is killed."""
    started = []

    def start(script: str) -> subprocess.Popen:
        process = subprocess.Popen([sys.executable, "-c", script, folder], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


class TestInMemory(EngineContract):
    @pytest.fixture
    def engine(self):
        return EmbeddedEngine(None, an_analyser())


class TestOnDisk(EngineContract):
    @pytest.fixture
    def engine(self, folder):
        return EmbeddedEngine(folder, an_analyser())


def test_what_was_applied_is_there_for_the_next_engine(folder):
    put(EmbeddedEngine(folder), a_document("a"))
    assert found(EmbeddedEngine(folder), "质子") == ["a"]


def test_a_reader_sees_a_change_of_another_engine_after_a_moment(folder):
    clock = Clock()
    writer, reader = EmbeddedEngine(folder), EmbeddedEngine(folder, clock=clock)
    put(writer, a_document("a"))
    assert found(reader) == ["a"]
    put(writer, a_document("b"))
    assert found(reader) == ["a"]
    clock.seconds += REFRESH_SECONDS
    assert found(reader) == ["a", "b"]


def test_a_reader_follows_the_pointer_to_a_new_build(folder):
    clock = Clock()
    writer, reader = EmbeddedEngine(folder), EmbeddedEngine(folder, clock=clock)
    put(writer, a_document("a"))
    assert found(reader) == ["a"]
    for key in "bcd":
        writer.rebuild([a_document(key)])
    assert found(reader) == ["a"]
    clock.seconds += REFRESH_SECONDS
    assert found(reader) == ["d"]


def test_only_the_live_build_and_the_one_before_are_kept(folder):
    engine = EmbeddedEngine(folder)
    for _ in range(4):
        engine.rebuild(documents_by_day("a"))
    assert len([entry for entry in folder.iterdir() if entry.is_dir()]) == 2


def test_another_process_is_refused_while_one_writes(folder, other_process):
    put(EmbeddedEngine(folder), a_document("old"))
    process = other_process(STOPS_IN_THE_MIDDLE_OF_A_REBUILD)
    assert process.stdout.readline() == "writing\n"
    engine = EmbeddedEngine(folder)
    with pytest.raises(SearchUnavailable, match="another process is writing"):
        engine.apply([Put(a_document("a"))])
    with pytest.raises(SearchUnavailable, match="another process is writing"):
        engine.rebuild([])
    assert found(engine) == ["old"]


def test_a_rebuild_that_is_killed_leaves_the_old_index_and_no_lock(folder, other_process):
    put(EmbeddedEngine(folder), a_document("old"))
    process = other_process(STOPS_IN_THE_MIDDLE_OF_A_REBUILD)
    assert process.stdout.readline() == "writing\n"
    process.kill()
    process.wait()
    engine = EmbeddedEngine(folder)
    assert found(engine) == ["old"]
    assert engine.rebuild([a_document("new")]) == 1
    assert found(engine) == ["new"]


def test_a_killed_writer_loses_nothing_that_it_had_applied(folder, other_process):
    process = other_process(WRITES_WITHOUT_END)
    applied = [int(process.stdout.readline()) for _ in range(8)][-1]
    process.kill()
    process.wait()
    engine = EmbeddedEngine(folder)
    ((key, version),) = engine.versions()
    assert key == "a"
    assert version >= applied
    assert put(engine, a_document("b")) == 1
    assert engine.search(SearchQuery("质子")).total == 2


def test_an_index_of_an_older_format_must_be_rebuilt(folder):
    put(EmbeddedEngine(folder), a_document("a"))
    build = (folder / "CURRENT").read_text()
    (folder / build).rename(folder / "0-1")
    (folder / "CURRENT").write_text("0-1")
    engine = EmbeddedEngine(folder)
    assert engine.is_ready() == "the search index has an older format and must be rebuilt"
    engine.rebuild([a_document("b")])
    assert found(engine) == ["b"]


def _spoil(build: Path) -> None:
    (build / "meta.json").write_text("{}")


@pytest.mark.parametrize("damage", [_spoil, shutil.rmtree])
def test_a_damaged_index_is_reported_left_alone_and_can_be_rebuilt(folder, damage):
    put(EmbeddedEngine(folder), a_document("a"))
    damage(folder / (folder / "CURRENT").read_text())
    engine = EmbeddedEngine(folder)
    assert engine.is_ready().startswith("the search index cannot be read")
    with pytest.raises(SearchUnavailable, match="cannot be read"):
        put(engine, a_document("b"))
    engine.rebuild([a_document("b")])
    assert found(engine) == ["b"]


@pytest.mark.parametrize("written", [b"", b"\0\0\0", b"1-\0", b"\xff\xfe", b"x" * 5000])
def test_a_pointer_that_points_nowhere_is_reported_and_can_be_rebuilt(folder, written):
    put(EmbeddedEngine(folder), a_document("a"))
    (folder / "CURRENT").write_bytes(written)
    engine = EmbeddedEngine(folder)
    assert engine.is_ready().startswith("the search index cannot be read")
    engine.rebuild([a_document("b")])
    assert found(engine) == ["b"]
