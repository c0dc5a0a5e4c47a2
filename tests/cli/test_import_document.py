"""docs/import.md says what the code does."""

import json
import re
import shlex

import pytest

from config import ROOT
from marketplace.bulk.importers import IMPORTERS
from marketplace.bulk.mapping import SHAPES
from marketplace.taxonomy.current import catalogue
from tests.factories.organisations import an_organisation

DOCUMENT = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")


def block(language: str) -> list[str]:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    return found.splitlines()


@pytest.fixture
def example(flask, database, tmp_path, monkeypatch):
    """Write the file of the example and run its command, with other options where the test wants them."""
    an_organisation(database, code="91310114MAXJB0A161")
    database.commit()
    monkeypatch.chdir(tmp_path)

    def run(rows: list[str], *, without: str = ""):
        (tmp_path / "demands.jsonl").write_text("\n".join(rows), encoding="utf-8")
        words = shlex.split(block("console")[0].removeprefix("$ flask --app wsgi "))
        return flask(*(word for word in words if word != without))

    return run


def test_the_example_prints_what_the_document_says(example):
    tried = example(block("json"))

    *shown, refusal = block("console")[1:]
    assert tried.exit_code == 1
    assert tried.stdout.splitlines() == shown
    assert tried.stderr == f"{refusal}\n"


def test_the_mended_example_is_imported(example):
    mended = json.dumps({"id": "2026-02", "kind": "采购需求", "title": "超声波检测仪"})
    done = example([block("json")[0], mended], without="--dry-run")

    assert done.exit_code == 0
    assert done.stdout.strip() in DOCUMENT


@pytest.mark.parametrize("kind", IMPORTERS)
def test_every_column_has_its_row_in_the_order_of_the_code(app, kind):
    section = DOCUMENT.partition(f" {kind}\n")[2].partition("\n#")[0]
    with app.app_context():
        columns = [(field.name, field.label) for field in IMPORTERS[kind].fields_of(catalogue())]

    assert re.findall(r"^\| `([\w.]+)` \| ([^|]+?) \|", section, re.MULTILINE) == columns


@pytest.mark.parametrize("kind", SHAPES)
def test_the_marks_of_foreign_shapes_are_named(kind):
    section = DOCUMENT.partition("--mapping collected")[2]

    assert [mark for shape in SHAPES[kind] for mark in shape.marks if f"`{mark}`" not in section] == []
