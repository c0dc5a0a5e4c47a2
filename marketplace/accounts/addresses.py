"""E-mail addresses (pure): one spelling for each, and what can be one."""

from email_validator import EmailNotValidError, validate_email

from marketplace.core.text import Message, _, say

MAX_CHARACTERS = 254
NOT_AN_ADDRESS = _("请填写完整的邮箱地址，例如 name@example.com。")


def normalised(email: str) -> str:
    """In lower case, without blanks around it and without what cannot be seen."""
    return "".join(character for character in email if character.isprintable()).strip().lower()


def fault_of(email: str) -> Message | None:
    """Why this cannot be an address, or None. Only its form is judged; a letter proves the rest."""
    try:
        validate_email(email, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return say(NOT_AN_ADDRESS)
    return say(NOT_AN_ADDRESS) if len(email) > MAX_CHARACTERS else None
