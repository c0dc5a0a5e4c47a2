"""What the tests of the import share: the district's catalogue, files to import, a reading of them."""

import json
from pathlib import Path

import pytest
import xlsxwriter

from config import Config
from marketplace.bulk.examination import Order
from marketplace.bulk.services import plan_import, run_import
from marketplace.core.actor import SYSTEM
from marketplace.taxonomy.catalogue_file import load_catalogue
from tests.conftest import NOON


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue(Config().taxonomy_file)


@pytest.fixture
def lines(tmp_path):
    """Write rows as JSON lines."""

    def write(*rows: object, name: str = "rows.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def sheet(tmp_path):
    """Write a list of lists as the first sheet of a workbook."""

    def write(*rows: list[object], name: str = "rows.xlsx") -> Path:
        path = tmp_path / name
        book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        book.close()
        return path

    return write


@pytest.fixture
def plan(session, catalogue):
    """Check a file and write nothing."""

    def check(kind, path, *, actor=SYSTEM, **more):
        return plan_import(session, actor, Order(kind=kind, path=path, **more), catalogue=catalogue, now=NOON)

    return check


@pytest.fixture
def run(session, catalogue):
    """Import a file in the test's transaction."""

    def write(kind, path, *, actor=SYSTEM, **more):
        return run_import(session, actor, Order(kind=kind, path=path, **more), catalogue=catalogue, now=NOON)

    return write


@pytest.fixture
def sqlite_only(engine):
    """What is generated is the same on both: once is enough."""
    if engine.dialect.name != "sqlite":
        pytest.skip("generated files are read once")
