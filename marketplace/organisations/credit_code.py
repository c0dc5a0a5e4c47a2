"""统一社会信用代码 (pure): the unified social credit code of GB 32100-2015 and its two check digits.

18 characters: who registered it (1), kind of body (2), where (3–8), the old organisation code with a check digit of
its own by GB 11714 (9–17), and a check digit over all of them (18). Codes may begin with a letter.
"""

from marketplace.core.text import Message, _, say

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V and Z
LENGTH = 18
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
INNER_START, INNER_CHECK = 8, 16
INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
INNER_SYMBOLS = "0123456789X"
MODULUS, INNER_MODULUS = 31, 11

WRONG_LENGTH = _("统一社会信用代码是 18 位，这里是 %(count)d 位。")
WRONG_CHARACTER = _("第 %(position)d 位的“%(character)s”不可能出现：代码由数字和大写字母组成，没有 I、O、S、V、Z。")
WRONG_CHECK = _("第 18 位校验码不对，请逐位核对。")
WRONG_INNER_CHECK = _("第 17 位（主体标识码的校验码）不对，请核对第 9 至 17 位。")
BOTH_WRONG = _("第 17 位和第 18 位两个校验码都不对，请逐位核对。")
UNUSUAL_KIND = _("%(kind)s的代码通常以 %(prefixes)s 开头，请确认单位类型与代码是否相符。")

PREFIXES = {
    "enterprise": ("91",),
    "university": ("12", "52"),
    "institute": ("12",),
    "new_rnd": ("52", "12"),
    "hospital": ("12", "52"),
}
"""Usual beginnings by kind; some institutes are companies, so another one is worth a question and no more."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LOWER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))


def normalise(typed: str) -> str:
    """As registers write it: half width, capitals, no blanks. A wrong character stays wrong: O never becomes 0."""
    return "".join(typed.translate(_FULL_WIDTH).translate(_INVISIBLE).split()).translate(_LOWER)


def check(code: str) -> Message | None:
    """Why a normalised code cannot be one, or None."""
    if len(code) != LENGTH:
        return say(WRONG_LENGTH, count=len(code))
    for position, character in enumerate(code, start=1):
        if character not in ALPHABET:
            return say(WRONG_CHARACTER, position=position, character=character)
    is_right = code[-1] == check_digit(code[:-1])
    is_inner_right = code[INNER_CHECK] == inner_check_digit(code[INNER_START:INNER_CHECK])
    if is_right and is_inner_right:
        return None
    return say(WRONG_INNER_CHECK if is_right else WRONG_CHECK if is_inner_right else BOTH_WRONG)


def check_digit(first_17: str) -> str:
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(first_17, WEIGHTS, strict=True))
    return ALPHABET[-total % MODULUS]


def inner_check_digit(first_8: str) -> str:
    """By GB 11714, whose letters count from A = 10 with none left out."""
    total = sum(int(character, 36) * weight for character, weight in zip(first_8, INNER_WEIGHTS, strict=True))
    return INNER_SYMBOLS[-total % INNER_MODULUS]


def doubt(kind: str, kind_word: str, code: str) -> Message | None:
    """A question about a code whose beginning is unusual for this kind of organisation; never an error."""
    usual = PREFIXES.get(kind)
    if usual is None or code.startswith(usual):
        return None
    return say(UNUSUAL_KIND, kind=say(kind_word), prefixes=" / ".join(usual))
