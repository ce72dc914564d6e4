"""How far a bundle has been loaded, so that its events are applied once, in order."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from runtime.bundle.model.events import BundleEvent
from shared.ids import stable_id


@dataclass(frozen=True, slots=True)
class LoadMark:
    """`base`: the files are loaded; `events`: that many lines of events.jsonl are applied.

    `seen` is the hash of these lines: a bundle to which lines were added goes on after them.
    """

    digest: str = ""
    base: bool = False
    events: int = 0
    seen: str = ""


def beginnings(events: Sequence[BundleEvent]) -> list[str]:
    """The hash of no event, of the first, of the first two, ...; events + 1 of them."""
    hashes, running = [""], sha256()
    for event in events:
        running.update(event.model_dump_json().encode() + b"\n")
        hashes.append(running.hexdigest())
    return hashes


class Ledger:
    """One small file per review under the home folder; written whole or not at all."""

    def __init__(self, home: Path, review: str, address: str = "here") -> None:
        self.path = home / "loads" / f"{stable_id(address, review)}.json"

    def read(self, digest: str, events: Sequence[str] = ("",)) -> LoadMark:
        """The mark of this bundle; a fresh one where another or none was loaded.

        `events` are the `beginnings` of the bundle's events.
        """
        try:
            mark = LoadMark(**json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return LoadMark(digest)
        goes_on = mark.events < len(events) and events[mark.events] == mark.seen
        return mark if mark.digest == digest and goes_on else LoadMark(digest)

    def write(self, mark: LoadMark) -> None:
        """Replace the mark (flushed to disk before it takes the old one's place)."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as out:
            json.dump(asdict(mark), out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(self.path)
