"""How an account looks: to its person the list of their sessions, to the console how it stands and what befell it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.accounts import limits
from marketplace.accounts.models import User, UserSession
from marketplace.accounts.queries import PersonStanding
from marketplace.accounts.standing import ROLE_WORDS
from marketplace.accounts.tokens import fingerprint
from marketplace.audit.models import AuditEntry
from marketplace.core.text import _

KEY_CHARACTERS = 16
"""As much of a token's fingerprint as names a session in a list."""

PERSON_STANDINGS: Mapping[PersonStanding, str] = {
    PersonStanding.ACTIVE: _("可登录"),
    PersonStanding.UNVERIFIED: _("邮箱未验证"),
    PersonStanding.BLOCKED: _("已停用"),
    PersonStanding.ERASED: _("已注销"),
}
STANDING_TONES: Mapping[PersonStanding, str] = {PersonStanding.ACTIVE: "good", PersonStanding.BLOCKED: "bad"}
ACTS: Mapping[str, str] = {
    "register": _("注册"),
    "register_by_letter": _("凭邀请注册"),
    "create": _("由平台建立"),
    "verify_email": _("验证邮箱"),
    "change_password": _("修改密码"),
    "reset_password": _("重设密码"),
    "confirm_factor": _("启用两步验证"),
    "give_up_factor": _("关闭两步验证"),
    "reset_factor": _("重置两步验证"),
    "grant": _("授予角色"),
    "revoke": _("收回角色"),
    "end_sessions_of": _("结束登录"),
    "block": _("停用账户"),
    "unblock": _("恢复账户"),
    "erase": _("注销账户"),
}


def standing_of(user: User) -> tuple[str, str]:
    """How an account stands, as a message id, and its tone."""
    if user.erased_at is not None:
        standing = PersonStanding.ERASED
    elif user.disabled_at is not None:
        standing = PersonStanding.BLOCKED
    else:
        standing = PersonStanding.ACTIVE if user.email_verified_at else PersonStanding.UNVERIFIED
    return PERSON_STANDINGS[standing], STANDING_TONES.get(standing, "muted")


def acts_on(entries: Sequence[AuditEntry]) -> list[dict[str, object]]:
    """What befell an account, in words: when, what, which role, with which reason; never who did it."""
    shown: list[dict[str, object]] = []
    for entry in entries:
        detail = entry.detail.detail if entry.detail else {}
        if entry.action in ACTS:
            role = next((words for known, words in ROLE_WORDS.items() if str(known) == detail.get("role")), "")
            shown.append({"when": entry.at, "what": ACTS[entry.action], "who": role, "reason": detail.get("reason")})
    return shown


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in words; ``device`` and ``address`` are empty where they were not told or cannot be read any more."""

    key: str
    device: str
    address: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class Sessions:
    """Those that still open something, and those that ended."""

    live: list[SessionRow]
    ended: list[SessionRow]


def sessions(
    found: Sequence[UserSession], origins: Mapping[str, str], *, token: str, is_staff: bool, now: datetime
) -> Sessions:
    """``origins`` are sealed words and what they say."""
    own = fingerprint(token)
    shown = Sessions([], [])
    for one in found:
        origin = json.loads(origins.get(one.origin or "", "{}"))
        row = SessionRow(
            one.token_hash[:KEY_CHARACTERS],
            origin.get("device", ""),
            origin.get("address", ""),
            one.started_at,
            one.seen_at,
            one.token_hash == own,
        )
        is_over = one.ended_at is not None or limits.has_timed_out(
            started_at=one.started_at, seen_at=one.seen_at, is_staff=is_staff, now=now
        )
        (shown.ended if is_over else shown.live).append(row)
    return shown


def is_session_key(typed: str) -> bool:
    return len(typed) == KEY_CHARACTERS and set(typed) <= set("0123456789abcdef")
