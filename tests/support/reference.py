"""Reference data that lie beside the project, and are never copied into it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def reference(name: str) -> Path:
    """Path of `name` in the folder `shared` beside the project.

    Skips the calling test, saying why, when the folder is not there.
    """
    path = ROOT.parent / "shared" / name
    if not path.exists():
        pytest.skip(f"reference data '{name}' is not beside the project (folder 'shared')")
    return path
