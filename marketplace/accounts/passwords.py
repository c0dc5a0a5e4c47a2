"""Passwords (pure): how they are kept, compared and judged. Argon2id, its parameters explicit: about 20 ms each."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from marketplace.core.text import Message, _, say

MEMORY_KIB = 19 * 1024
HASHER = PasswordHasher(time_cost=2, memory_cost=MEMORY_KIB, parallelism=1, hash_len=32, salt_len=16)
DECOY = "$argon2id$v=19$m=19456,t=2,p=1$i4BbxhhbkF5cGiHY8ylWdw$zZfcYnGoNSYcBpYqQYI3rMjNPjfoH3IUj3GhTCq5rTw"
"""Compared with where nobody has the address, so that an unknown one takes as long as a known one. Matches nothing."""

MIN_CHARACTERS = 10
MIN_CHARACTERS_MIXED = 8
MIXED_CLASSES = 3
MAX_CHARACTERS = 200
MIN_DIFFERENT_CHARACTERS = 4
MIN_TELLTALE_CHARACTERS = 4

TOO_SHORT = _("密码至少 %(long)d 个字符；若含大写字母、小写字母、数字、符号中的三类，%(short)d 个即可。")
TOO_LONG = _("密码最多 %(max)d 个字符。")
LIKE_THE_PERSON = _("密码里不要有你的邮箱或姓名，请换一个。")
TOO_COMMON = _("这个密码太常见，容易被猜到，请换一个。")

COMMON = frozenset(
    """
    0123456789 1234567890 12345678910 0987654321 9876543210 1231231234 1122334455 1357924680 1q2w3e4r5t 1qaz2wsx3edc
    1qaz@wsx 1qaz!qaz q1w2e3r4t5 qwertyuiop qwerty12345 qwerty123456 asdfghjkl1 zxcvbnm123 abc123456789 abcd123456
    abcdefghij a123456789 aa123456789 a1234567890 password01 password12 password123 password1234 p@ssw0rd p@ssw0rd123
    passw0rd123 welcome123 letmein123 iloveyou1314 woaini1314 woaini520520 5201314520 1314520520 admin12345 admin123456
    admin@123 administrator root123456 test123456 user123456 qq123456789 wang123456 zhang123456 changeme123 default123
    jiebang123 jiebang2026 shanghai2026 shanghai123 jiading123 jiading2023 china123456 abc@123456 aa@123456 qwe@123456
    """.split()  # noqa: SIM905  (read as a list of words, not of quotes)
)


def hash_of(password: str) -> str:
    return HASHER.hash(_prepared(password))


def matches(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, _prepared(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """The hash was made with other parameters and is worth making again."""
    return HASHER.check_needs_rehash(stored)


def weakness(password: str, *, email: str, name: str) -> Message | None:
    """Why this password will not do, or None."""
    length = len(password)
    if length > MAX_CHARACTERS:
        return say(TOO_LONG, max=MAX_CHARACTERS)
    if length < MIN_CHARACTERS and (length < MIN_CHARACTERS_MIXED or _classes(password) < MIXED_CLASSES):
        return say(TOO_SHORT, long=MIN_CHARACTERS, short=MIN_CHARACTERS_MIXED)
    if _tells_of(password, email=email, name=name):
        return say(LIKE_THE_PERSON)
    if password.lower() in COMMON or len(set(password)) < MIN_DIFFERENT_CHARACTERS:
        return say(TOO_COMMON)
    return None


def _prepared(password: str) -> str:
    """The same password from every keyboard and input method."""
    return unicodedata.normalize("NFKC", password)


def _classes(password: str) -> int:
    return len({_class_of(character) for character in password})


def _class_of(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isupper():
        return "upper"
    return "lower" if character.islower() else "other"


def _tells_of(password: str, *, email: str, name: str) -> bool:
    typed = password.lower()
    local_part = email.lower().partition("@")[0]
    telltales = [part for part in (local_part, name.lower().replace(" ", "")) if len(part) >= MIN_TELLTALE_CHARACTERS]
    return typed == email.lower() or any(part in typed for part in telltales)
