"""Secrets as they are kept (pure): AES-GCM under a key of the server's, bound to the setting's name.

The database alone opens none of them: the key comes from the environment or the instance folder (``SEAL_KEY``).
"""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"jiebang site settings 1"
NONCE_BYTES = 12


def seal(seal_key: str, name: str, secret: str) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(_key(seal_key)).encrypt(nonce, secret.encode(), name.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(seal_key: str, name: str, sealed: str) -> str | None:
    """The secret; None where it was sealed with another key or for another setting."""
    raw = base64.b64decode(sealed)
    try:
        return AESGCM(_key(seal_key)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], name.encode()).decode()
    except InvalidTag:
        return None


def _key(seal_key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(seal_key.encode())
