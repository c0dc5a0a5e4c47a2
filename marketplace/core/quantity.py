"""A number with its unit, as tables and texts show it."""

NO_UNIT = "—"
"""What is typed where a quantity has no unit: a ratio, a level, a count of times."""


def quantity_text(number: str, unit: str | None) -> str:
    """``0.072 S/cm``; the number alone where there is no unit."""
    return f"{number} {unit}".strip() if unit and unit != NO_UNIT else number
