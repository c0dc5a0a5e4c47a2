"""Second factors (pure): codes of an app (TOTP, RFC 6238: six digits, half a minute each) and recovery codes."""

import hmac
import re
import secrets
from datetime import datetime

import pyotp
import segno

STEP_SECONDS = 30
STEPS_EITHER_WAY = 1
"""A phone's clock may be half a minute off."""
DIGITS = 6

RECOVERY_CODES = 10
RECOVERY_GROUPS, RECOVERY_GROUP_CHARACTERS = 4, 4
RECOVERY_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 characters: 80 bits a code
ISSUER = "揭榜台"
GROUP = 4


def new_secret() -> str:
    return pyotp.random_base32()


def matching_step(secret: str, code: str, *, after: int, now: datetime) -> int | None:
    """The half minute whose code this is, or None; those up to ``after`` were taken before and count no more."""
    if not is_code(code):
        return None
    current, generator = step_of(now), pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    matching = None
    for step in range(current - STEPS_EITHER_WAY, current + STEPS_EITHER_WAY + 1):
        is_this = hmac.compare_digest(generator.generate_otp(step), code)
        matching = step if is_this and step > after else matching
    return matching


def step_of(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def is_code(typed: str) -> bool:
    return len(typed) == DIGITS and typed.isascii() and typed.isdigit()


def cleaned(typed: str) -> str:
    """A code as people copy it, without its blanks and dashes."""
    return re.sub(r"[\s\-]", "", typed).lower()


def address_of(secret: str, account: str) -> str:
    """What the square for the app says (otpauth://…)."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(name=account, issuer_name=ISSUER)


def square_of(address: str, title: str) -> str:
    """The QR code as an SVG element; sized by its class."""
    return segno.make(address, error="m").svg_inline(
        omitsize=True, border=2, title=title, dark="#000", light="#fff", svgclass="qr-square"
    )


def in_groups(secret: str) -> str:
    """A secret to be typed by hand, four characters at a time."""
    return " ".join(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))


def new_recovery_codes() -> list[str]:
    return [_recovery_code() for _number in range(RECOVERY_CODES)]


def _recovery_code() -> str:
    return "-".join(
        "".join(secrets.choice(RECOVERY_ALPHABET) for _letter in range(RECOVERY_GROUP_CHARACTERS))
        for _group in range(RECOVERY_GROUPS)
    )
