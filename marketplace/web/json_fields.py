"""Fields of JSON bodies: amounts in yuan, instants with their offset, days; what they refuse is said in words."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import marshmallow as ma

from marketplace.core import money
from marketplace.core.public_id import ALPHABET, LENGTH
from marketplace.core.text import Message, _
from marketplace.web.forms import FIRST_YEAR, LAST_YEAR, MAX_FEN

YUAN = re.compile(r"\d{1,13}(\.\d{1,2})?", re.ASCII)
NOT_YUAN = _('金额是以元为单位的文字，最多两位小数，例如 "1250000.00"。')
NOT_AN_INSTANT = _("时刻写成带时区的 ISO 8601，例如 2026-12-01T17:00:00+08:00。")
NOT_A_DATE = _("日期写成 YYYY-MM-DD。")
NOT_A_BOOLEAN = _("这一项是 true 或 false。")
NOT_TEXT = _("文字里有不能保存的字符。")
NOT_ONE_OF_THESE = _("只能是：%(choices)s。")
OUT_OF_RANGE = _("要在 %(least)d 到 %(most)d 之间。")
PUBLIC_ID = f"^[{ALPHABET}]{{{LENGTH}}}$"


def refused(text: str, **values: object) -> ma.ValidationError:
    """A refusal whose message is said later, in the language of the request."""
    return ma.ValidationError([Message(text, values)])


class Body(ma.Schema):
    """The base of everything that programs send: what we do not know is refused, not ignored."""

    class Meta:
        unknown = ma.RAISE


class TextString(ma.fields.String):
    """Text that both databases can keep: no halves of characters."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise refused(NOT_TEXT)
        return text


class Flag(ma.fields.Boolean):
    """true or false and nothing like it."""

    def _deserialize(self, value: Any, *_place: Any, **_kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise refused(NOT_A_BOOLEAN)
        return value


class AskedFlag(ma.fields.Boolean):
    """true or false in an address, where everything is text."""

    def _deserialize(self, value: Any, *_place: Any, **_kwargs: Any) -> Any:
        if value not in ("true", "false"):
            raise refused(NOT_A_BOOLEAN)
        return value == "true"


class Choice(TextString):
    """One of a few words, as the document lists them."""

    def __init__(self, choices: Mapping[Any, Any] | Any, **kwargs: Any) -> None:
        self.choices = tuple(str(choice) for choice in choices)
        listed = [*self.choices, None] if kwargs.get("allow_none") else list(self.choices)
        super().__init__(**with_metadata(kwargs, enum=listed))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text not in self.choices:
            raise refused(NOT_ONE_OF_THESE, choices="、".join(self.choices))
        return text


class Yuan(TextString):
    """An amount: ``"1250000.00"`` outside, whole fen inside."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_metadata(kwargs, pattern=f"^{YUAN.pattern}$", examples=["1250000.00"]))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not YUAN.fullmatch(text):
            raise refused(NOT_YUAN)
        amount_fen = money.fen_from_yuan(Decimal(text))
        if amount_fen > MAX_FEN:
            raise refused(NOT_YUAN)
        return amount_fen


class Instant(TextString):
    """A moment with its offset; inside it is aware and in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_metadata(kwargs, format="date-time", examples=["2026-12-01T17:00:00+08:00"]))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise refused(NOT_AN_INSTANT) from None
        if moment.tzinfo is None or len(text) < len("2026-12-01T17:00Z"):
            raise refused(NOT_AN_INSTANT)
        if not FIRST_YEAR < moment.year < LAST_YEAR:
            raise refused(NOT_AN_INSTANT)
        return moment.astimezone(UTC)


class Day(TextString):
    """A date, ``YYYY-MM-DD``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_metadata(kwargs, format="date", examples=["2027-03-01"]))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            raise refused(NOT_A_DATE)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise refused(NOT_A_DATE) from None


class Whole(ma.fields.Integer):
    """A whole number between bounds."""

    def __init__(self, least: int, most: int, *, strict: bool = True, **kwargs: Any) -> None:
        self.least, self.most = least, most
        super().__init__(strict=strict, **with_metadata(kwargs, minimum=least, maximum=most))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        number = super()._deserialize(value, attr, data, **kwargs)
        if not self.least <= number <= self.most:
            raise refused(OUT_OF_RANGE, least=self.least, most=self.most)
        return number


def asked_number(least: int, most: int, **kwargs: Any) -> Whole:
    """A number in an address, where everything is text."""
    return Whole(least, most, strict=False, **kwargs)


def public_id(**kwargs: Any) -> ma.fields.String:
    """As answers carry it."""
    return TextString(**with_metadata(kwargs, pattern=PUBLIC_ID))


def with_metadata(kwargs: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return kwargs | {"metadata": facts | dict(kwargs.get("metadata") or {})}


def yuan(amount_fen: int | None) -> str | None:
    return None if amount_fen is None else money.yuan_text(amount_fen)


def instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
