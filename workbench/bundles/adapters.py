"""Bundles as archives: taken apart within bounds, and put together."""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import IO

FILES = frozenset(
    {
        "review.yaml", "theories.json", "codebook.json", "fragments.jsonl", "sources.jsonl",
        "decisions.csv", "events.jsonl", "extraction.json", "searching.json",
    }
)  # fmt: skip
"""Names of a bundle's files, beside those in `records`."""
RECORDS = "records"
MOST_ENTRIES = 5_000
LONGEST_NAME = 200
MOST_BYTES = 1 << 30
_PIECE = 1 << 20
_DAMAGED = (zipfile.BadZipFile, EOFError, RuntimeError, ValueError, zlib.error, LZMAError)


class CannotUnpack(Exception):
    """What was sent is no archive of a bundle; the text says what to do."""


def check(content: bytes) -> None:
    """Raise `CannotUnpack` for bytes that are no archive which can be taken apart."""
    _entries(BytesIO(content))


def unpack(content: bytes, folder: Path) -> None:
    """Write the bundle's files in an archive into a folder; what else is in it stays out.

    The bundle may lie in a folder of the archive. Raises `CannotUnpack`.
    """
    archive, entries = _entries(BytesIO(content))
    named = [(PurePosixPath(entry.filename), entry) for entry in entries]
    root = root_of(path for path, _ in named)
    left = MOST_BYTES
    for path, entry in named:
        if not _belongs(path, root):
            continue
        target = folder / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            left -= _copied(archive, entry, out, left)


def root_of(paths: Iterable[PurePosixPath]) -> PurePosixPath:
    """The folder in which the bundle lies: the uppermost one that holds a file of a bundle."""
    found = [path.parent for path in paths if path.name in FILES and not _hidden(path)]
    return min(found, key=lambda one: (len(one.parts), str(one)), default=PurePosixPath())


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive of named files, in their order."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def pack_folder(folder: Path, inside: str) -> bytes:
    """An archive of all files of a folder, below a folder called `inside`."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return pack((f"{inside}/{path.relative_to(folder)}", path.read_bytes()) for path in paths)


def folder_name(name: str) -> str:
    """What the folder of an upload is called: a bundle without a name is called so too."""
    stem = re.sub(r"\.zip$", "", PurePosixPath(name.replace("\\", "/")).name, flags=re.IGNORECASE)
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:64] or "review"


def _entries(stream: IO[bytes]) -> tuple[zipfile.ZipFile, Sequence[zipfile.ZipInfo]]:
    try:
        archive = zipfile.ZipFile(stream)
    except (*_DAMAGED, OSError) as error:
        raise CannotUnpack(
            "This is no zip archive. Choose the zip of a bundle, or the folder of its files."
        ) from error
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    _refuse(entries)
    return archive, entries


def _refuse(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise CannotUnpack(f"The archive has {len(entries):,} files; at most {MOST_ENTRIES:,}.")
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        parts = path.parts
        if not parts or path.is_absolute() or ".." in parts or ":" in parts[0]:
            raise CannotUnpack(
                f"The archive holds '{entry.filename[:80]}', a path that leaves its folder; "
                "nothing was stored. Ask whoever sent it."
            )
        if max(map(len, parts)) > LONGEST_NAME:
            raise CannotUnpack(
                f"The archive holds '{entry.filename[:80]}…', a name of more than "
                f"{LONGEST_NAME} letters; give the file a shorter one."
            )
        if entry.flag_bits & 1:
            raise CannotUnpack("The archive has a password; make it again without one.")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise CannotUnpack(f"Unpacked, the archive has more than {MOST_BYTES >> 20:,} MB.")


def _hidden(path: PurePosixPath) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.parts)


def _belongs(path: PurePosixPath, root: PurePosixPath) -> bool:
    if _hidden(path) or not path.is_relative_to(root):
        return False
    below = path.relative_to(root).parts
    return below[0] in FILES if len(below) == 1 else len(below) == 2 and below[0] == RECORDS


def _copied(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, out: IO[bytes], most: int) -> int:
    """Bytes written, whatever the archive says of the entry's size."""
    size = 0
    for part in _pieces(archive, entry):
        size += len(part)
        if size > most:
            raise CannotUnpack(f"Unpacked, the archive has over {MOST_BYTES >> 20:,} MB.")
        out.write(part)
    return size


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of an entry, piece by piece; raises `CannotUnpack` where it is damaged."""
    try:
        with archive.open(entry) as stream:
            while part := stream.read(_PIECE):
                yield part
    except (*_DAMAGED, OSError) as error:
        raise CannotUnpack(
            f"'{entry.filename[:80]}' in the archive is damaged; make the archive again."
        ) from error
