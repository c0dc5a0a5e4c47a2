"""Money is whole fen inside the system, and Decimal yuan or 万元 only at its edges."""

from dataclasses import dataclass
from decimal import Decimal

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount for people to read, or a range of two: the edge writes it in the reader's language."""

    fen: int
    most_fen: int | None = None

    @property
    def ends_fen(self) -> tuple[int, ...]:
        """One amount, or the lowest and the highest."""
        is_range = self.most_fen is not None and self.most_fen > self.fen
        return (self.fen, self.most_fen) if is_range and self.most_fen is not None else (self.fen,)

    def __str__(self) -> str:
        return f"{'–'.join(wan_text(fen) for fen in self.ends_fen)} 万元"


def fen_from_yuan(amount_yuan: Decimal) -> int:
    """Exact; more than two decimal places are refused with ValueError."""
    return _whole(amount_yuan * FEN_PER_YUAN)


def fen_from_wan(amount_wan: Decimal) -> int:
    """From 万元 (ten thousand yuan); more than six decimal places are refused with ValueError."""
    return _whole(amount_wan * FEN_PER_WAN)


def yuan_from_fen(amount_fen: int) -> Decimal:
    return Decimal(amount_fen) / FEN_PER_YUAN


def wan_from_fen(amount_fen: int) -> Decimal:
    return Decimal(amount_fen) / FEN_PER_WAN


def yuan_text(amount_fen: int) -> str:
    """As JSON carries it: yuan with two decimals, ``"1250000.00"``."""
    return f"{yuan_from_fen(amount_fen):.2f}"


def wan_text(amount_fen: int) -> str:
    """As lists show it: 万元 without needless zeros, with thousands separators, ``"1,250.5"``."""
    text = f"{wan_from_fen(amount_fen):,.6f}"
    return text.rstrip("0").rstrip(".")


def split_fen(total_fen: int, weights: list[int]) -> list[int]:
    """Split an amount by weight so that the parts always add up to the whole."""
    parts = [total_fen * weight // sum(weights) for weight in weights]
    for i in range(total_fen - sum(parts)):
        parts[i] += 1
    return parts


def _whole(amount_fen: Decimal) -> int:
    if amount_fen != amount_fen.to_integral_value():
        raise ValueError("an amount is a whole number of fen")
    return int(amount_fen)
