"""Random public ids: twelve characters of base 32, so that nothing can be counted from outside."""

import secrets

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # base 32 without l, o, 0 and 1, which people misread
LENGTH = 12


def new_public_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_public_id(text: str) -> bool:
    return len(text) == LENGTH and all(character in ALPHABET for character in text)
