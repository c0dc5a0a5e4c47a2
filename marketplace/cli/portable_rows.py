"""Rows of every table as JSON lines that either database takes: what a backup holds of them, and the way back.

Instants are written in UTC; instants, days, bytes and numbers are marked as what they are. All are read in one snapshot
(SQLite: a read transaction under WAL; PostgreSQL: REPEATABLE READ), so that the site goes on while a backup is made and
the backup is one moment of it.
"""

import base64
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, Connection, DateTime, Engine, MetaData, Table, func, insert, null, select, text

from marketplace.audit.chain import GENESIS
from marketplace.cli.archive import Writer

REVISIONS = "alembic_version"
ROWS_AT_ONCE = 500


def reflected(connection: Connection) -> list[Table]:
    """The tables that are there, those that others point to first."""
    known = MetaData()
    known.reflect(connection)
    return [table for table in known.sorted_tables if table.name != REVISIONS]


def write_rows(engine: Engine, writer: Writer) -> Mapping[str, Any]:
    """Every row of one moment; gives the schema's revision, the log's head and the rows of each table."""
    isolation = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**isolation) as connection, connection.begin():
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        head = connection.scalar(text("SELECT hash FROM audit_entry ORDER BY number DESC LIMIT 1"))
        counts = {}
        for table in reflected(connection):
            counts[table.name] = count = _Count()
            writer.add(f"tables/{table.name}.jsonl", count.over(_lines(connection, table)))
    numbers = {name: count.number for name, count in counts.items()}
    return {"revision": revision, "log_head": head or GENESIS, "rows": numbers}


class _Count:
    number = 0

    def over(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            self.number += 1
            yield line


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    order = list(table.primary_key.columns) or list(table.columns)
    with connection.execute(
        select(table).order_by(*order), execution_options={"yield_per": ROWS_AT_ONCE, "stream_results": True}
    ) as rows:
        for row in rows:
            values = [_written(column, value) for column, value in zip(table.columns, row, strict=True)]
            yield json.dumps(dict(zip(_names(table), values, strict=True)), ensure_ascii=False).encode() + b"\n"


def _written(column: Column[Any], value: Any) -> Any:
    if value is None or isinstance(column.type, JSON):
        return value
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return {"moment": moment.isoformat(timespec="microseconds")}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    return {"number": str(value)} if isinstance(value, Decimal) else value


def _read(column: Column[Any], value: Any, dialect: str) -> Any:
    if value is None or isinstance(column.type, JSON) or not isinstance(value, dict):
        return value
    (kind, raw), *_none = value.items()
    if kind == "moment":
        moment = datetime.fromisoformat(raw)
        is_zoned = dialect != "sqlite" and isinstance(column.type, DateTime)
        return moment if is_zoned else moment.replace(tzinfo=None)
    if kind == "day":
        return date.fromisoformat(raw)
    return base64.b64decode(raw) if kind == "bytes" else Decimal(raw)


def read_rows(engine: Engine, archive: zipfile.ZipFile) -> None:
    """Put the archive's rows into freshly migrated tables, all or none."""
    with engine.connect().execution_options(begin_mode="IMMEDIATE") as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        tables = reflected(connection)
        for table in reversed(tables):
            connection.execute(table.delete())
        names = set(archive.namelist())
        for table in tables:
            if f"tables/{table.name}.jsonl" in names:
                _fill(connection, table, archive)


def _fill(connection: Connection, table: Table, archive: zipfile.ZipFile) -> None:
    rows: list[dict[str, Any]] = []
    with archive.open(f"tables/{table.name}.jsonl") as lines:
        for line in lines:
            raw = json.loads(line)
            dialect = connection.dialect.name
            rows.append({name: _read(table.columns[name], value, dialect) for name, value in raw.items()})
            if len(rows) == ROWS_AT_ONCE:
                _insert(connection, table, rows)
                rows = []
    _insert(connection, table, rows)
    if connection.dialect.name == "postgresql":
        _move_sequence(connection, table)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """NULL is written as such: among values, a JSON column would take None for the JSON word null."""
    alike: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        given = {name: value for name, value in row.items() if value is not None}
        alike.setdefault(frozenset(given), []).append(given)
    for columns, same in alike.items():
        missing = {name: null() for name in _names(table) if name not in columns}
        connection.execute(insert(table).values(missing), same)


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _move_sequence(connection: Connection, table: Table) -> None:
    """The next row gets a number of its own."""
    for column in table.primary_key.columns:
        if isinstance(column.autoincrement, bool) and not column.autoincrement:
            continue
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
        )
        if sequence:
            last = connection.scalar(select(func.max(column)))
            connection.execute(
                text("SELECT setval(:sequence, :last, :used)"),
                {"sequence": sequence, "last": last or 1, "used": last is not None},
            )
