"""A secret of an installation in a file of its own, made where there is none."""

from collections.abc import Callable
from pathlib import Path


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in a file that only its owner reads; whole at any moment, or not there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{path.name}.new")
        made.unlink(missing_ok=True)
        made.touch(mode=0o600)
        made.write_text(make(), encoding="ascii")
        made.replace(path)
    return path.read_text(encoding="ascii").strip()
