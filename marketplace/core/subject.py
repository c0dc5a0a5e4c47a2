"""A typed pointer to any thing of the system, for audit, notifications, outbox and matches."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """``kind`` is the feature's singular word, ``id`` the random public id."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Subject":
        kind, separator, public_id = text.partition(":")
        if not separator or not kind or not public_id:
            raise ValueError(f"not a subject: {text!r}")
        return cls(kind, public_id)
