"""The declarative base and the column types every table shares."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Enum, Integer, MetaData, String, inspect, select
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from marketplace.core.errors import Conflict
from marketplace.core.public_id import LENGTH, new_public_id


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive datetimes and always gives UTC, whatever the server's zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime; pass an aware one")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


BigInt = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts rows by INTEGER PRIMARY KEY only

IntPk = Annotated[int, mapped_column(BigInt, primary_key=True)]
Fen = Annotated[int, mapped_column(BigInteger)]
PublicId = Annotated[str, mapped_column(String(LENGTH), unique=True, default=new_public_id)]

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(DeclarativeBase):
    """Every table of the product."""

    # The map sits in the registry: Flask-SQLAlchemy derives a base of its own, and two bases may not each have one.
    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UtcDateTime,
            dict[str, Any]: JSON,
            list[str]: JSON,
            list[dict[str, Any]]: JSON,
        },
    )


def choice(enum: type[StrEnum], column: str) -> Enum:
    """A checked text column for an enum; its CHECK is named for the column, so that two of a kind may share a table."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=f"{column}_known",
        values_callable=lambda members: [member.value for member in members],
    )


class Versioned:
    """For rows two people may write at once: the second one is told, not obeyed."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  (a class, says SQLAlchemy)
        return {"version_id_col": cls.version}


def hold(session: Session, thing: Versioned, version: int) -> None:
    """Lock a row until the commit and make sure that it still is the version somebody looked at; else Conflict.

    Needed before rows that hang on it are replaced: two people who replace them at once must meet here.
    """
    mapper = inspect(type(thing))
    is_this_row = mapper.primary_key[0] == mapper.primary_key_from_instance(thing)[0]
    if session.scalar(select(type(thing).version).where(is_this_row).with_for_update()) != version:
        raise Conflict
