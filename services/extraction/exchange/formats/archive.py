"""The ZIP of a project: read within bounds, written so that the same content is the same bytes."""

import lzma
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO
from urllib.parse import unquote

from services.extraction.exchange.domain.tree import CannotExchange

MOST_ENTRIES = 20_000
MOST_XML = 256 << 20
MOST_BYTES = 1 << 30
_PIECE = 1 << 20
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, RuntimeError, ValueError),
)
_MOMENT = (1980, 1, 1, 0, 0, 0)


class Archive:
    """The entries of a project file by their names, without regard to case."""

    def __init__(self, stream: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(stream)
            entries = [e for e in self._zip.infolist() if not _is_aside(e)]
        except (zipfile.BadZipFile, ValueError, EOFError, RuntimeError) as error:
            raise CannotExchange(
                "This is no project file: a .qdpx is a ZIP archive. Export the project again."
            ) from error
        self._left = MOST_BYTES
        self._refuse(entries)
        self._entries = {e.filename: e for e in entries}
        self._paths = {_tidy(name): e for name, e in self._entries.items()}
        self._sources = {PurePosixPath(path).name: e for path, e in self._paths.items()}

    def _refuse(self, entries: list[zipfile.ZipInfo]) -> None:
        if len(entries) > MOST_ENTRIES:
            raise CannotExchange(f"The archive has {len(entries)} files; at most {MOST_ENTRIES}.")
        for entry in entries:
            name = entry.filename.replace("\\", "/")
            if ".." in name.split("/") or name.startswith("/") or ":" in name.split("/")[0]:
                raise CannotExchange(
                    f"The archive holds '{entry.filename[:80]}', a path that leaves its folder; "
                    "nothing was read. Ask whoever sent it."
                )
            if entry.flag_bits & 1:
                raise CannotExchange("The archive is encrypted; export it without a password.")
        if sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise CannotExchange(f"Unpacked, the archive has more than {MOST_BYTES >> 20} MB.")

    def projects(self) -> list[str]:
        """Names of the projects in it, the one that is read first; raises where there is none."""
        names = [name for name in self._entries if name.lower().endswith(".qde")]
        if not names:
            raise CannotExchange(
                "The archive holds no .qde file, so no project; export it as REFI-QDA."
            )
        return sorted(
            names, key=lambda n: (_tidy(n).count("/"), not _tidy(n).endswith("project.qde"), n)
        )

    def project(self) -> bytes:
        """The XML of the project, wherever it lies and whatever it is called."""
        return self._read(self._entries[self.projects()[0]], MOST_XML)

    def file(self, path: str) -> bytes | None:
        """The file that an `internal://` path means, or None where it is not there.

        It is looked for in the project's folder and its sources, then anywhere by its name.
        """
        entry = self._found(path)
        return None if entry is None else self._read(entry, MOST_BYTES)

    def exactly(self, path: str) -> bytes | None:
        """The file at a path relative to the project, or to its sources; not one of its name."""
        entry = self._at(path)
        return None if entry is None else self._read(entry, MOST_BYTES)

    def _found(self, path: str) -> zipfile.ZipInfo | None:
        bare = path.removeprefix("internal://")
        if (entry := self._at(bare)) is not None:
            return entry
        names = (PurePosixPath(_tidy(one)).name for one in (bare, unquote(bare)))
        return next((self._sources[name] for name in names if name in self._sources), None)

    def _at(self, bare: str) -> zipfile.ZipInfo | None:
        home = str(PurePosixPath(_tidy(self.projects()[0])).parent)
        for name in (_tidy(bare), _tidy(unquote(bare))):
            for folder in (f"{home}/sources", home, "sources", "."):
                if (entry := self._paths.get(str(PurePosixPath(folder, name)))) is not None:
                    return entry
        return None

    def _read(self, entry: zipfile.ZipInfo, most: int) -> bytes:
        """At most so many bytes, whatever the archive says of the entry's size."""
        most, parts, size = min(most, self._left), [], 0
        try:
            with self._zip.open(entry) as stream:
                while part := stream.read(_PIECE):
                    size += len(part)
                    if size > most:
                        raise CannotExchange(
                            f"'{entry.filename[:80]}' unpacks to more than {most >> 20} MB; "
                            "nothing was stored."
                        )
                    parts.append(part)
        except _DAMAGED as error:
            if isinstance(error, CannotExchange):
                raise
            raise CannotExchange(f"'{entry.filename[:80]}' in the archive is damaged.") from error
        self._left -= size
        return b"".join(parts)


def _tidy(path: str) -> str:
    return path.replace("\\", "/").lstrip("/").lower()


def _is_aside(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a folder, or what a Mac keeps beside files."""
    parts = entry.filename.replace("\\", "/").split("/")
    return not parts[-1] or parts[0] == "__MACOSX" or parts[-1].startswith("._")


def write_archive(project: bytes, files: Mapping[str, bytes]) -> bytes:
    """A project file: `project.qde` first, then the sources by name, with one fixed date."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, "project.qde", project)
        for name in sorted(files):
            _write(archive, f"sources/{name}", files[name])
    return out.getvalue()


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    archive.writestr(entry, data)
