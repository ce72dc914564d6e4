"""Files of full texts in a backup: as they are stored, sealed where they are sealed."""

import shutil
from hashlib import file_digest
from pathlib import Path

from shared.http.problems import Invalid
from shared.ops.settings import Settings

FOLDER = "documents"
NAME = "[0-9a-f]" * 64


def copy_documents(settings: Settings, folder: Path) -> dict[str, str]:
    """Copy every stored file; returns the SHA-256 of what is stored, by name.

    Files are named by their content and never changed, so that all that the rows of an earlier
    moment name are here; one that is erased meanwhile is left out.
    """
    found: dict[str, str] = {}
    for path in sorted(settings.folder_of_documents().glob(f"*/{NAME}")):
        copy = _path(folder / FOLDER, path.name)
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            shutil.copyfile(path, copy)
        except FileNotFoundError:
            copy.unlink(missing_ok=True)
            continue
        copy.chmod(0o600)
        found[path.name] = _sha256(copy)
    return found


def verify_documents(folder: Path, expected: dict[str, str]) -> None:
    """Raise `Invalid` naming the first file that is not as it was copied."""
    for name, digest in expected.items():
        path = _path(folder / FOLDER, name)
        if not path.is_file() or _sha256(path) != digest:
            raise Invalid(f"The file '{name}' of the backup is damaged or missing.")


def put_documents_back(settings: Settings, folder: Path, names: dict[str, str]) -> None:
    """Store the files; one that is there has the same content."""
    for name in names:
        target = _path(settings.folder_of_documents(), name)
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_name(f"{name}.restoring")
        shutil.copyfile(_path(folder / FOLDER, name), draft)
        draft.chmod(0o600)
        draft.replace(target)


def _path(folder: Path, name: str) -> Path:
    return folder / name[:2] / name


def _sha256(path: Path) -> str:
    with path.open("rb") as found:
        return file_digest(found, "sha256").hexdigest()
