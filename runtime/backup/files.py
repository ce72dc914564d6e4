"""A backup on disk: a folder, or one file that holds it, with a list of what it must contain."""

import gzip
import os
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

import msgspec

from runtime.backup.content import Content, Kind, line_of, row_of
from runtime.backup.documents import verify_documents
from shared.http.problems import Invalid

FORMAT = 1
MANIFEST = "manifest.json"
PART = ".part"


class TableFile(msgspec.Struct, frozen=True, kw_only=True):
    """A table in a backup: its columns, rows, content (see `Content`) and the file's SHA-256."""

    name: str
    columns: list[tuple[str, Kind]]
    rows: int
    content: str
    sha256: str


class ServiceFiles(msgspec.Struct, frozen=True, kw_only=True):
    """A service in a backup: its tables, in the order in which they can be filled again."""

    revision: str
    tables: list[TableFile]

    def table(self, name: str) -> TableFile:
        """A table by its name."""
        return next(one for one in self.tables if one.name == name)


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds; `made_at` is the moment that it shows.

    `documents`: SHA-256 of the stored files of full texts, by the hash of their content.
    """

    format: int
    version: str
    made_at: datetime
    services: dict[str, ServiceFiles]
    documents: dict[str, str] = {}

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(table.rows for one in self.services.values() for table in one.tables)


class TableWriter:
    """Writes the rows of one table, compressed, and counts them."""

    def __init__(self, folder: Path, service: str, name: str, columns: Sequence[tuple[str, Kind]]):
        self._path = path_of(folder, service, name)
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        self._name, self._columns = name, list(columns)
        self._kinds = [kind for _, kind in columns]
        self._content = Content()
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._raw = os.fdopen(descriptor, "wb")
        self._out = gzip.GzipFile(fileobj=self._raw, mode="wb", compresslevel=4, mtime=0)

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows."""
        lines = [line_of(row, self._kinds) for row in rows]
        self._content.add(lines)
        self._out.write(b"".join(line + b"\n" for line in lines))

    def close(self) -> TableFile:
        """End the file on the disk, and say what it holds."""
        self._out.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()
        return TableFile(
            name=str(self._name),
            columns=self._columns,
            rows=self._content.rows,
            content=self._content.figure,
            sha256=_sha256(self._path),
        )


def path_of(folder: Path, service: str, table: str) -> Path:
    """Where the rows of a table lie."""
    return folder / service / f"{table}.jsonl.gz"


def lines_of(folder: Path, service: str, table: TableFile) -> Iterator[bytes]:
    """The lines of a table."""
    with gzip.open(path_of(folder, service, table.name)) as found:
        for line in found:
            yield line.rstrip(b"\n")


def rows_of(folder: Path, service: str, table: TableFile) -> Iterator[dict[str, Any]]:
    """The rows of a table, by column."""
    for line in lines_of(folder, service, table):
        yield row_of(line, table.columns)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Say what the folder must hold; written last."""
    path = folder / MANIFEST
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))


def read_manifest(folder: Path) -> Manifest:
    """What the folder must hold. Raises `Invalid` where that is no backup of a known form."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise Invalid(f"'{folder}' is no whole backup: {MANIFEST} cannot be read.") from error
    if manifest.format != FORMAT:
        raise Invalid(
            f"The backup has form {manifest.format}, which this version does not know; restore it "
            f"with Retroduct {manifest.version}."
        )
    return manifest


def verify(folder: Path, manifest: Manifest) -> None:
    """Read every file again. Raises `Invalid` naming the first that is not as it was written."""
    verify_documents(folder, manifest.documents)
    for service, files in manifest.services.items():
        for table in files.tables:
            path = path_of(folder, service, table.name)
            if not path.is_file() or _sha256(path) != table.sha256:
                raise Invalid(f"'{path.relative_to(folder)}' of the backup is damaged or missing.")
            content = Content()
            content.add(list(lines_of(folder, service, table)))
            if (content.rows, content.figure) != (table.rows, table.content):
                raise Invalid(f"'{path.relative_to(folder)}' holds other rows than were written.")


@contextmanager
def new_backup(target: Path) -> Iterator[Path]:
    """A folder to fill, which becomes `target` at the end; nothing of it stays after a failure.

    A name that ends in `.tar` becomes one file. Raises `Invalid` where something is there.
    """
    if target.exists():
        raise Invalid(f"'{target}' is there already; name another place, nothing is overwritten.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as made:
        folder = Path(made) / "backup"
        folder.mkdir(mode=0o700)
        yield folder
        if target.suffix == ".tar":
            packed = Path(made) / "packed"
            packed.touch(mode=0o600)
            with tarfile.open(packed, "w") as archive:
                archive.add(folder, arcname="backup")
            packed.rename(target)
        else:
            folder.rename(target)


@contextmanager
def opened_backup(source: Path) -> Iterator[Path]:
    """The folder of a backup, unpacked where it is one file. Raises `Invalid` for neither."""
    if source.is_dir():
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="retroduct-") as made:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(made, filter="data")
        except (OSError, tarfile.TarError) as error:
            raise Invalid(f"'{source}' is no backup that can be read ({error}).") from error
        yield Path(made) / "backup"


def _sha256(path: Path) -> str:
    with path.open("rb") as found:
        return file_digest(found, "sha256").hexdigest()
