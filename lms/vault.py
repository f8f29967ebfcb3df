"""What cryptography keeps: sealed personal data (Fernet), its blind index (HMAC-SHA-256), secrets (argon2id), tokens.

One personal key, apart from the key that signs cookies, opens all of it; it is set once when the program starts.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MEMORY_KIB = 19 * 1024  # OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane
_hasher = PasswordHasher(time_cost=2, memory_cost=MEMORY_KIB, parallelism=1)


@dataclass(frozen=True)
class _Keys:
    fernet: Fernet
    index: bytes
    id: str


_keys: _Keys | None = None


def configure(personal_key: str) -> None:
    """Use this key (32 bytes in URL-safe base64, as Fernet makes it) from now on; ValueError if it is not one."""
    global _keys  # noqa: PLW0603 - one personal key per process is the point of this module
    raw = base64.urlsafe_b64decode(personal_key)
    _keys = _Keys(Fernet(personal_key), _derived(raw, b"jaga blind index"), _derived(raw, b"jaga key id")[:8].hex())


def _derived(key: bytes, label: bytes) -> bytes:
    """Another key of 32 bytes for one purpose only (RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=label).derive(key)


def _configured() -> _Keys:
    if _keys is None:
        raise RuntimeError("the personal key is not set: call vault.configure() first")
    return _keys


def key_id() -> str:
    """Which personal key is in use, as 16 hex digits that tell nothing about it; stored beside what it sealed."""
    return _configured().id


def seal(text: str) -> str:
    """The text, encrypted and authenticated."""
    return _configured().fernet.encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text that was sealed; ValueError if it was altered or sealed with another key."""
    text = unseal_or_none(sealed)
    if text is None:
        raise ValueError("altered, or sealed with another personal key")
    return text


def unseal_or_none(sealed: str) -> str | None:
    """The text that was sealed, or None: for seals that come back from outside."""
    try:
        return _configured().fernet.decrypt(_bytes(sealed)).decode()
    except InvalidToken:
        return None


def index(text: str) -> str:
    """A blind index of 64 hex digits: equal texts have equal ones, and nobody without the key can try texts."""
    return hmac.new(_configured().index, _bytes(text), hashlib.sha256).hexdigest()


def hash_secret(secret: str) -> str:
    """The argon2id hash of a password or PIN."""
    return _hasher.hash(_bytes(secret))


def secret_fits(stored: str | None, secret: str) -> bool:
    """Whether this password or PIN was hashed; without a hash the same work is done and the answer is no."""
    try:
        return _hasher.verify(stored or _nobodys_hash(), _bytes(secret)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def hash_is_old(stored: str) -> bool:
    """Whether a hash was made with other costs than today's, so that it is made anew at the next sign-in."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys_hash() -> str:
    """A hash that no typed secret fits, so that unknown accounts cost the same time."""
    return _hasher.hash(secrets.token_bytes(32))


def new_token() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """The form in which a token is stored: its SHA-256 in hex (256 random bits need no slower hash)."""
    return hashlib.sha256(_bytes(token)).hexdigest()


def random_text(alphabet: str, length: int) -> str:
    """A random text of that length for people to type."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _bytes(text: str) -> bytes:
    """UTF-8 of whatever was typed; half a surrogate pair, which has none, becomes a question mark."""
    return text.encode("utf-8", "replace")
