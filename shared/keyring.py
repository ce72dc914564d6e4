"""Keys that confidential words and files are sealed with (AES-256-GCM), and their rotation.

The first key seals, every key opens. A sealed text begins with U+0001, which no text that
comes in at a door can hold (`shared.text.clean`), so that open and sealed texts may stand in
one column. A sealed file begins with a mark of its own.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.http.problems import Invalid, Unavailable
from shared.ops.secret_file import kept_secret
from shared.ops.settings import Settings

MARK = "\x01"
FILE_MARK = b"retroduct-sealed-1\n"
KEY_BYTES = 32
_ID, _NONCE = 4, 12


class KeyMissing(Unavailable):
    """What was sealed cannot be opened: its key is not among those of the settings."""

    title = "The key to confidential words is missing"


def new_key() -> str:
    """A key for the settings: 32 random bytes in URL-safe base 64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


class Keyring:
    """The keys of an installation, newest first. Raises `Invalid` for one that is none."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = {_id(raw): AESGCM(raw) for raw in map(_raw, keys)}
        if not self._keys:
            raise Invalid("RETRODUCT_SOURCE_KEYS names no key; make one with 'retroduct key'.")
        self._first = next(iter(self._keys))

    @property
    def newest(self) -> str:
        """What tells the first key from others; nothing of the key itself."""
        return self._first.hex()

    def seal_bytes(self, data: bytes) -> bytes:
        """Data under the first key: the key's id, a nonce, the ciphertext with its tag."""
        nonce = os.urandom(_NONCE)
        return self._first + nonce + self._keys[self._first].encrypt(nonce, data, self._first)

    def open_bytes(self, sealed: bytes) -> bytes:
        """What was sealed; raises `KeyMissing` for another key's, or what was altered."""
        key = self._keys.get(sealed[:_ID])
        if key is None:
            raise KeyMissing(
                "Confidential words are sealed with a key that RETRODUCT_SOURCE_KEYS does not name;"
                " add it after the newest key."
            )
        try:
            at = _ID + _NONCE
            return key.decrypt(sealed[_ID:at], sealed[at:], sealed[:_ID])
        except InvalidTag:
            raise KeyMissing("Confidential words were altered on disk; restore a backup.") from None

    def seal(self, text: str) -> str:
        """A text as it is stored, sealed."""
        whole = self.seal_bytes(text.encode("utf-8", "surrogatepass"))
        return MARK + base64.b64encode(whole).decode()

    def open(self, text: str) -> str:
        """A stored text as it was; one that is not sealed stays."""
        if not is_sealed(text):
            return text
        return self.open_bytes(base64.b64decode(text[1:])).decode("utf-8", "surrogatepass")

    def seal_json(self, value: Any) -> Any:
        """A JSON value as it is stored, sealed."""
        return {"sealed": self.seal(msgspec.json.encode(value).decode())}

    def open_json(self, value: Any) -> Any:
        """A stored JSON value as it was; one that is not sealed stays."""
        if not is_sealed_json(value):
            return value
        return msgspec.json.decode(self.open(value["sealed"]))

    def seal_file(self, data: bytes) -> bytes:
        """A file as it is stored, sealed."""
        return FILE_MARK + self.seal_bytes(data)

    def open_file(self, stored: bytes) -> bytes:
        """A stored file as it was; one that is not sealed stays."""
        if not stored.startswith(FILE_MARK):
            return stored
        return self.open_bytes(stored[len(FILE_MARK) :])

    def is_newest_file(self, stored: bytes) -> bool:
        """Whether a stored file is sealed with the first key."""
        return stored.startswith(FILE_MARK + self._first)


def keyring_of(settings: Settings) -> Keyring | None:
    """The keys of the settings; embedded without any, the one under the home folder.

    None where services run apart and no key is set: then confidential sources are refused.
    """
    if settings.source_keys is not None:
        said = settings.source_keys.get_secret_value().split(",")
        return Keyring([key for key in said if key.strip()])
    if not settings.embedded:
        return None
    return Keyring([kept_secret(settings.home / "source-key", new_key)])


def is_sealed(text: str) -> bool:
    """Whether a stored text is sealed."""
    return text.startswith(MARK)


def is_sealed_json(value: Any) -> bool:
    """Whether a stored JSON value is sealed."""
    return isinstance(value, dict) and isinstance(value.get("sealed"), str) and len(value) == 1


def _raw(key: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(key.strip().encode("ascii"))
    except ValueError:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise Invalid(
            "RETRODUCT_SOURCE_KEYS: a key is 32 bytes in URL-safe base 64; make one with "
            "'retroduct key'."
        )
    return raw


def _id(raw: bytes) -> bytes:
    return hashlib.sha256(b"id of a key\x00" + raw).digest()[:_ID]
