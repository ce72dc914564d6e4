"""What each of the last fragments changed, written down when it was loaded."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.demo.changes import sentences

Body = Mapping[str, Any]


class Journal:
    """A small file: per fragment either the state before it, or what it changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._lines: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._lines = {}

    def knows(self, fragment: str) -> bool:
        """Whether the state before the fragment has been noted."""
        return fragment in self._lines

    def is_done(self, fragment: str) -> bool:
        """Whether what it changed has been noted."""
        return "changed" in self._lines.get(fragment, {})

    def of(self, fragment: str) -> tuple[str, list[str], list[str]]:
        """The fragment, its theories, and one sentence per change."""
        line = self._lines[fragment]
        return fragment, line["theories"], line["changed"]

    def begin(self, fragment: str, theories: list[str], before: Mapping[str, Body]) -> None:
        """Note the configurations before a fragment is sent."""
        self._lines[fragment] = {"theories": theories, "before": dict(before)}
        self._write()

    def finish(self, fragment: str, after: Mapping[str, Body]) -> None:
        """Note what it changed, in place of the state before."""
        line = self._lines[fragment]
        changed = sentences(line["before"], after)
        self._lines[fragment] = {"theories": line["theories"], "changed": changed}
        self._write()

    def _write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self._lines, ensure_ascii=False), encoding="utf-8")
        part.replace(self.path)
