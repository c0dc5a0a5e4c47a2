"""Keys of persons (pure): each wrapped by ``SEAL_KEY``, each sealing what is kept of that person's words (AES-GCM).

A sealed text is ``p1.<public id of the person>.<base64 of nonce and ciphertext>``: it says itself whose key opens it,
and the person's id is bound to it, so that it opens under no other name.
"""

import hashlib
import secrets
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from marketplace.core.errors import DomainError
from marketplace.core.text import _

KEY_BYTES, NONCE_BYTES = 32, 12
FORM = "p1"
PURPOSE = b"jiebang person keys"
NO_SEAL_KEY = _("平台没有设置 SEAL_KEY，这一步现在做不了，请联系运营专员。")


class CannotOpenError(DomainError):
    """Another key, or words that were changed."""

    default = _("保存的内容打不开，请联系运营专员。")


class KeyRing:
    """Makes, wraps and uses the keys of persons; knows none of them by itself."""

    def __init__(self, seal_key: str) -> None:
        self._wrapping = hashlib.sha256(PURPOSE + seal_key.encode()).digest() if seal_key else None

    @property
    def is_set_up(self) -> bool:
        return self._wrapping is not None

    def new_key(self, person: str) -> str:
        """A fresh key, wrapped."""
        return _locked(self._own(), secrets.token_bytes(KEY_BYTES), person)

    def seal(self, wrapped: str, person: str, words: str) -> str:
        return f"{FORM}.{person}.{_locked(self._key(wrapped, person), words.encode(), person)}"

    def open(self, wrapped: str, sealed: str) -> str:
        """The words; CannotOpenError where this key does not fit."""
        person, ciphertext = _parts(sealed)
        return _unlocked(self._key(wrapped, person), ciphertext, person).decode()

    def _key(self, wrapped: str, person: str) -> bytes:
        return _unlocked(self._own(), wrapped, person)

    def _own(self) -> bytes:
        if self._wrapping is None:
            raise DomainError(NO_SEAL_KEY)
        return self._wrapping


def person_of(sealed: str) -> str:
    """Whose key opens this: the public id."""
    return _parts(sealed)[0]


def _parts(sealed: str) -> tuple[str, str]:
    form, _dot, rest = sealed.partition(".")
    person, dot, ciphertext = rest.partition(".")
    if form != FORM or not dot:
        raise CannotOpenError
    return person, ciphertext


def _locked(key: bytes, plain: bytes, person: str) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return b64encode(nonce + AESGCM(key).encrypt(nonce, plain, person.encode())).decode("ascii")


def _unlocked(key: bytes, text: str, person: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], person.encode())
    except (InvalidTag, ValueError):
        raise CannotOpenError from None
