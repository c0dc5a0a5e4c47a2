"""Reads. A session asks the database once for all settings; pages read the process's copy (``current``) instead."""

from collections.abc import Collection, Mapping, Sequence
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.setting import Setting, Value
from marketplace.settings import sealing, values
from marketplace.settings.models import SiteSetting

READ = "settings.read"


def value(session: Session, setting: Setting[Value]) -> Value:
    """The value in force, or the default. Secrets are asked for by ``secret``."""
    if setting.is_secret:
        raise KeyError(f"{setting.name} is a secret")
    return values.read(setting, in_force(session).get(setting.name))


def secret(session: Session, setting: Setting[str], *, seal_key: str) -> str | None:
    """A secret, opened; None where nobody set one or the key is another. Never put it on a page or in a log."""
    sealed = in_force(session).get(setting.name)
    return sealing.unseal(seal_key, setting.name, sealed) if sealed and seal_key else None


def in_force(session: Session) -> Mapping[str, str | None]:
    """The kept text of every setting that was ever set; one query for each session."""
    if READ not in session.info:
        session.info[READ] = {row.name: row.value for row in latest(session)}
    return cast(Mapping[str, str | None], session.info[READ])


def forget(session: Session) -> None:
    session.info.pop(READ, None)


def latest(session: Session, names: Collection[str] | None = None) -> Sequence[SiteSetting]:
    """The row in force of each setting, or of those named."""
    last = select(func.max(SiteSetting.id)).group_by(SiteSetting.name)
    statement = select(SiteSetting).where(SiteSetting.id.in_(last))
    return session.scalars(statement if names is None else statement.where(SiteSetting.name.in_(names))).all()


def history(session: Session, name: str, *, limit: int = 100) -> Sequence[SiteSetting]:
    """Every change of one setting, newest first."""
    return session.scalars(
        select(SiteSetting).where(SiteSetting.name == name).order_by(SiteSetting.version.desc()).limit(limit)
    ).all()
