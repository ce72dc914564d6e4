"""What is read of full texts, one JSON line a file (`python -m benchmarks.fulltexts FILES...`)."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.extraction.texts.formats.extracted import UnreadableText
from services.extraction.texts.formats.reader import kind_of, read_full_text


def report(path: Path) -> dict[str, Any]:
    """File, kind, text of each page, speakers, why it was refused, seconds."""
    data = path.read_bytes()
    started = time.perf_counter()
    line: dict[str, Any] = {"file": path.name, "kind": kind_of(data, path.name)}
    try:
        found = read_full_text(data, path.name)
    except UnreadableText as error:
        line |= {"pages": [], "speakers": [], "refused": str(error)}
    else:
        line |= {"pages": found.page_texts(), "speakers": found.speakers(), "refused": None}
    return line | {"seconds": round(time.perf_counter() - started, 3)}


def files(names: list[str]) -> Iterator[Path]:
    """The files named, and those inside the folders named."""
    for name in names:
        path = Path(name)
        yield from sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def main() -> None:
    """Print one line a file."""
    for path in files(sys.argv[1:]):
        print(json.dumps(report(path), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
