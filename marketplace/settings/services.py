"""Changing settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.permissions import authorize
from marketplace.core.setting import Setting
from marketplace.core.subject import Subject
from marketplace.core.text import Message, _, say
from marketplace.settings import queries, sealing, values
from marketplace.settings.models import SiteSetting
from marketplace.settings.policies import POLICY

KIND = "setting"
NO_SEAL_KEY = _("没有 SEAL_KEY，密钥无法加密保存。")

Typed = Mapping[str, str | bool | None]
"""What was typed, by the name of the setting. A secret that is absent stays as it is; None clears it."""


def change(
    session: Session,
    actor: Actor,
    typed: Typed,
    *,
    declared: Mapping[str, Setting[Any]],
    now: datetime,
    seal_key: str = "",
    seen: int | None = None,
) -> list[str]:
    """Write a row for each setting that differs; the names of those.

    ``seen`` is the newest row that the person had before their eyes: who changes over somebody's head is told.
    Raises Invalid with a message for each name, Conflict.
    """
    authorize(POLICY, "change", actor, None)
    current = {row.name: row for row in queries.latest(session, typed.keys())}
    if seen is not None and any(row.id > seen for row in current.values()):
        raise Conflict
    wanted = _kept(typed, declared, seal_key)
    changed = [name for name in wanted if _differs(declared[name], current.get(name), wanted[name])]
    for name in changed:
        _append(session, actor, name, wanted[name], current.get(name), now=now)
    _flush(session)
    queries.forget(session)
    return changed


def _kept(typed: Typed, declared: Mapping[str, Setting[Any]], seal_key: str) -> dict[str, str | None]:
    wanted: dict[str, str | None] = {}
    faults: dict[str, Message | str] = {}
    for name, text in typed.items():
        setting = declared[name]
        try:
            found = values.kept(setting, text)
        except values.Unfit as unfit:
            faults[name] = unfit.message
            continue
        if setting.is_secret and found is not None:
            if not seal_key:
                faults[name] = say(NO_SEAL_KEY)
                continue
            found = sealing.seal(seal_key, name, found)
        wanted[name] = found
    if faults:
        raise Invalid(faults)
    return wanted


def _differs(setting: Setting[Any], row: SiteSetting | None, wanted: str | None) -> bool:
    """Whether the value in force would be another; a secret is sealed anew each time and tells nothing."""
    before = row.value if row is not None else None
    if setting.is_secret:
        return before is not None or wanted is not None
    return bool(values.read(setting, before) != values.read(setting, wanted))


def _append(
    session: Session, actor: Actor, name: str, value: str | None, row: SiteSetting | None, *, now: datetime
) -> None:
    version = row.version + 1 if row is not None else 1
    session.add(SiteSetting(name=name, version=version, value=value, set_by=actor.public_id, set_at=now))
    audit.record(session, actor=actor, action="change_setting", subject=Subject(KIND, name), now=now, version=version)


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:  # somebody else wrote this version a moment ago
        raise Conflict from error
