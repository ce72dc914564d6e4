"""How far a bundle has been loaded, so that its events are applied once, in order."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from shared.ids import stable_id


@dataclass(frozen=True, slots=True)
class Mark:
    """`base`: the files are loaded; `events`: that many lines of events.jsonl are applied."""

    digest: str = ""
    base: bool = False
    events: int = 0


class Ledger:
    """One small file per review under the home folder; written whole or not at all."""

    def __init__(self, home: Path, review: str, address: str = "here") -> None:
        self.path = home / "loads" / f"{stable_id(address, review)}.json"

    def read(self, digest: str) -> Mark:
        """The mark of this bundle; a fresh one where another or none was loaded."""
        try:
            mark = Mark(**json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return Mark(digest)
        return mark if mark.digest == digest else Mark(digest)

    def write(self, mark: Mark) -> None:
        """Replace the mark (flushed to disk before it takes the old one's place)."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as out:
            json.dump(asdict(mark), out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(self.path)
