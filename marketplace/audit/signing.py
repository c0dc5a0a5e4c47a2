"""The site's Ed25519 keys and what they sign (pure).

A private key is kept only wrapped by ``SEAL_KEY`` (AES-GCM, bound to the key's id). A head's signature is over the
canonical JSON of (purpose, day, head, id of the key, moment): whoever has the public key and the line can check
it alone.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from marketplace.audit.chain import canonical
from marketplace.core.errors import DomainError
from marketplace.core.text import _

HEAD_PURPOSE = "jiebang log head 1"
WRAPPING_PURPOSE = b"jiebang signing keys 1"
NONCE_BYTES = 12
ID_DIGITS = 16
NO_SEAL_KEY = _("平台没有设置 SEAL_KEY，日志的每日哈希无法签名。")
OTHER_SEAL_KEY = _(
    "签名密钥打不开：SEAL_KEY 与当初不同。换回原来的 SEAL_KEY，或者用 audit rotate-key 换一把新的签名密钥。"
)


@dataclass(frozen=True, slots=True)
class SignedHead:
    """Where the log ended on a day of Beijing; ``head`` 64 hexadecimal digits, ``signature`` 128."""

    day: date
    head: str
    key: str
    published_at: datetime
    signature: str

    @property
    def statement(self) -> bytes:
        moment = self.published_at.astimezone(UTC).isoformat(timespec="microseconds")
        return canonical([HEAD_PURPOSE, self.day.isoformat(), self.head, self.key, moment])


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made: its id, its public half in hexadecimal digits, its private half wrapped."""

    id: str
    public: str
    wrapped: str


class Signer:
    """Signs with an opened key."""

    def __init__(self, key_id: str, private: bytes) -> None:
        self.key_id = key_id
        self._private = Ed25519PrivateKey.from_private_bytes(private)

    def head(self, day: date, head: str, *, now: datetime) -> SignedHead:
        unsigned = SignedHead(day, head, self.key_id, now, "")
        return SignedHead(day, head, self.key_id, now, self._private.sign(unsigned.statement).hex())


def new_key(seal_key: str) -> NewKey:
    """Raises DomainError without a ``SEAL_KEY``."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key_id = id_of(public)
    nonce = secrets.token_bytes(NONCE_BYTES)
    wrapped = nonce + AESGCM(_wrapping_key(seal_key)).encrypt(nonce, private.private_bytes_raw(), key_id.encode())
    return NewKey(key_id, public.hex(), base64.b64encode(wrapped).decode("ascii"))


def opened(seal_key: str, key_id: str, wrapped: str) -> Signer:
    """Raises DomainError where ``SEAL_KEY`` is missing or not the one that wrapped it."""
    raw = base64.b64decode(wrapped)
    try:
        private = AESGCM(_wrapping_key(seal_key)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], key_id.encode())
    except InvalidTag:
        raise DomainError(OTHER_SEAL_KEY) from None
    return Signer(key_id, private)


def id_of(public: bytes) -> str:
    """The id of a key: the first digits of the SHA-256 of its public half."""
    return hashlib.sha256(public).hexdigest()[:ID_DIGITS]


def holds(head: SignedHead, keys: Mapping[str, bytes]) -> bool:
    """Whether one of these public keys signed this head, word for word."""
    public = keys.get(head.key)
    if public is None or id_of(public) != head.key:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(head.signature), head.statement)
    except (InvalidSignature, ValueError):
        return False
    return True


def as_pem(public: str) -> str:
    """A public half as the text that openssl reads."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode("ascii")


def from_pem(text: str) -> dict[str, bytes]:
    """The public keys of a text with one or more PEM blocks, by their ids; ValueError where there is none."""
    end = "-----END PUBLIC KEY-----"
    found = {}
    for block in text.split(end)[:-1]:
        start = block.index("-----BEGIN PUBLIC KEY-----")
        key = serialization.load_pem_public_key((block[start:] + end).encode("ascii"))
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("not an Ed25519 key")
        public = key.public_bytes_raw()
        found[id_of(public)] = public
    if not found:
        raise ValueError("no public key")
    return found


def _wrapping_key(seal_key: str) -> bytes:
    if not seal_key:
        raise DomainError(NO_SEAL_KEY)
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=WRAPPING_PURPOSE).derive(seal_key.encode())
