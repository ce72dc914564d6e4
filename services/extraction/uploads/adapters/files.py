"""Files of full texts on disk, named by the hash of their content, sealed where there is a key."""

import os
from hashlib import sha256
from pathlib import Path

from shared.ids import new_id
from shared.keyring import Keyring


class Files:
    """A folder of files. All methods block: call them in a thread."""

    def __init__(self, folder: Path, keys: Keyring | None) -> None:
        self._folder = folder
        self._keys = keys

    def keep(self, data: bytes) -> str:
        """Store a file; returns the SHA-256 (hex) of its content. The same again is a no-op."""
        name = sha256(data).hexdigest()
        path = self._path(name)
        if not path.exists():
            self._write(path, self._keys.seal_file(data) if self._keys else data)
        return name

    def read(self, name: str) -> bytes:
        """The content of a file. Raises `FileNotFoundError`, `KeyMissing`."""
        stored = self._path(name).read_bytes()
        return self._keys.open_file(stored) if self._keys else stored

    def has(self, name: str) -> bool:
        """Whether the file lies here."""
        return self._path(name).exists()

    def remove(self, name: str) -> None:
        """Overwrite a file with zeros and delete it; one that is gone is no error."""
        path = self._path(name)
        try:
            with path.open("r+b") as stream:
                stream.write(bytes(path.stat().st_size))
                stream.flush()
                os.fsync(stream.fileno())
            path.unlink()
        except FileNotFoundError:
            return

    def seal_again(self, name: str) -> bool:
        """Seal a file with the newest key; returns whether it was not."""
        path = self._path(name)
        if self._keys is None or not path.exists():
            return False
        stored = path.read_bytes()
        if self._keys.is_newest_file(stored):
            return False
        self._write(path, self._keys.seal_file(self._keys.open_file(stored)))
        return True

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _write(self, path: Path, stored: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{new_id()}")
        try:
            with open(draft, "xb", opener=_privately) as stream:
                stream.write(stored)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
