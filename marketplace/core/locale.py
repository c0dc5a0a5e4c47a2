"""How a day, a moment and an amount are written, in the language of whoever reads.

Chinese as the field writes them: ``2026-11-24``, ``2026-11-24 17:00``, ``480 万元``; English as its readers expect:
``24 Nov 2026``, ``24 Nov 2026, 17:00``, ``CNY 4.8 million``. Moments are said in Beijing's time in both.
"""

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from marketplace.core.calendar import beijing
from marketplace.core.money import Amount, yuan_from_fen

YUAN_PER_MILLION = 1_000_000
FINEST_MILLION = Decimal("0.001")
"""A million is written with three decimals at most; an amount that needs more is written out."""


def day_text(day: date | datetime, language: str) -> str:
    """The day in Beijing: ``2026-11-24``, ``24 Nov 2026``."""
    local = beijing(day).date() if isinstance(day, datetime) else day
    return local.isoformat() if language != "en" else format_date(local, "d MMM y", locale="en")


def minute_text(moment: date | datetime, language: str) -> str:
    """Beijing's day and clock: ``2026-11-24 17:00``, ``24 Nov 2026, 17:00``; a day without a clock stays a day."""
    if not isinstance(moment, datetime):
        return day_text(moment, language)
    clock = beijing(moment).strftime("%H:%M")
    return f"{day_text(moment, language)}{', ' if language == 'en' else ' '}{clock}"


def amount_text(amount: Amount, language: str) -> str:
    """``480 万元``, ``120–200 万元``; ``CNY 4.8 million``, ``CNY 1.2–2 million``, below a million ``CNY 480,000``."""
    if language != "en":
        return str(amount)
    yuan = [yuan_from_fen(fen) for fen in amount.ends_fen]
    millions = [one / YUAN_PER_MILLION for one in yuan]
    if all(one >= 1 and one == one.quantize(FINEST_MILLION) for one in millions):
        return f"CNY {_numbers(millions, '#,##0.###')} million"
    return f"CNY {_numbers(yuan, '#,##0' if all(one == int(one) for one in yuan) else '#,##0.00')}"


def _numbers(values: list[Decimal], pattern: str) -> str:
    return "–".join(format_decimal(value, pattern, locale="en") for value in values)
