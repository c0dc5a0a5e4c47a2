"""Tokens (pure): random words that open something; the database keeps only their SHA-256."""

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
