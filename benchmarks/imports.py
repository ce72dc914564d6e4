"""Reads export files and says what was kept: `python -m benchmarks.imports FILES...`.

`values_read` is counted by a scanner of its own that knows only each format's
line shape; `values_kept` are those of them whose text is found again in the
record made of that part of the file. `--speed` measures records per CPU second
and peak memory on the files, with rispy alone on the same RIS files as control;
without files it invents one of each shape in `imports_shapes`. Both read each file
in turns, and a ratio is that of two readings that follow each other.
"""

import argparse
import gc
import json
import resource
import sys
import tempfile
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.imports_scan import Scanned, haystack, needle, parts, scanned
from benchmarks.imports_shapes import write_shapes
from services.search.imports.domain.result import ImportRefused, Rejection, Repair
from services.search.imports.formats.reader import read_import
from services.search.library.domain.record import SourceRecord


def measure(path: Path) -> dict[str, Any]:
    """What reading one file gave, in the form the issue asks for."""
    report: dict[str, Any] = {"file": str(path), "format": None, "records": 0}
    report |= {"values_read": 0, "values_kept": 0, "repairs": [], "rejections": []}
    records: list[tuple[int, str]] = []
    try:
        with path.open("rb") as stream:
            found = read_import(stream, path.name)
            report["format"] = found.format
            for event in found.events:
                if isinstance(event, SourceRecord):
                    records.append((event.line or 0, haystack(event)))
                elif isinstance(event, Repair):
                    report["repairs"].append({"line": event.line, "what": event.what})
                else:
                    report["rejections"].append(_rejection(event))
    except ImportRefused as refusal:
        report["rejections"].append({"line": refusal.line, "why": refusal.why})
    report["records"] = len(records)
    if records:
        values = scanned(path, str(report["format"]))
        report["values_read"] = len(values)
        report["values_kept"] = len(values) - len(_lost(values, records))
    return report


def _rejection(event: Rejection) -> dict[str, Any]:
    return {"line": event.line, "why": event.why}


def _lost(values: list[Scanned], records: list[tuple[int, str]]) -> list[Scanned]:
    """The scanned values that no record of their part of the file holds."""
    records.sort(key=lambda record: record[0])
    starts = [line for line, _ in records]
    lost: list[Scanned] = []
    for value in values:
        at = max(0, bisect_right(starts, value.line) - 1)
        near = " ".join(records[index][1] for index in (at, at + 1) if index < len(records))
        if not _found(needle(value.text), near):
            sought = parts(value.text)
            if not sought or not all(_found(part, near) for part in sought):
                lost.append(value)
    return lost


def _found(sought: str, text: str) -> bool:
    """Whether a value is there; a short number must be one of its own."""
    return (f" {sought} " if len(sought) < 8 and sought.isdigit() else sought) in text


def speed(paths: list[Path], pairs: int) -> dict[str, Any]:
    """By file, records per CPU second, ours as a stream and rispy's as a list; memory in MB."""
    before = _peak_mb()
    records = {path: _count(path) for path in paths}
    peak = _peak_mb()
    files = {path.name: _pairs(path, records[path], pairs) for path in paths}
    return {"files": files, "peak_mb_before": before, "peak_mb": peak}


def _pairs(path: Path, records: int, pairs: int) -> dict[str, Any]:
    spent = [(_cpu(_count, path), _cpu(_rispy_count, path)) for _ in range(pairs)]
    ours, theirs = (sum(each) for each in zip(*spent, strict=True))
    ratios = [rispy / own for own, rispy in spent]
    return {
        "records": records,
        "records_per_cpu_s": round(pairs * records / ours),
        "rispy_records_per_cpu_s": round(pairs * _rispy_count(path) / theirs),
        "ratio": {"sum": round(theirs / ours, 2), "median": round(median(ratios), 2)}
        | {"least": round(min(ratios), 2)},
    }


def _cpu(read: Callable[[Path], int], path: Path) -> float:
    """CPU seconds of one reading."""
    gc.collect()
    start = time.process_time()
    read(path)
    return max(time.process_time() - start, 1e-9)


def _count(path: Path) -> int:
    with path.open("rb") as stream:
        events: Iterator[Any] = read_import(stream, path.name).events
        return sum(isinstance(event, SourceRecord) for event in events)


def _rispy_count(path: Path) -> int:
    from services.search.imports.formats.ris.reader import rispy_alone

    return len(rispy_alone(path))


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Prints the report as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="a folder stands for its files")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--pairs", type=int, default=9, help="readings of a file by each")
    parser.add_argument("--records", type=int, default=3000, help="in an invented file")
    parser.add_argument("--lost", action="store_true", help="list the values not found again")
    options = parser.parse_args()
    files = [file for path in options.files for file in _files(path)]
    if options.lost:
        _print_lost(files)
        return
    if options.speed:
        with tempfile.TemporaryDirectory() as folder:
            invented = [] if files else write_shapes(Path(folder), options.records)
            report = speed(files or invented, options.pairs)
    else:
        report = {"files": list(map(measure, files))}
    json.dump(report, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file())


def _print_lost(paths: list[Path]) -> None:
    for path in paths:
        with path.open("rb") as stream:
            try:
                found = read_import(stream, path.name)
                events = [event for event in found.events if isinstance(event, SourceRecord)]
            except ImportRefused:
                continue
        records = [(event.line or 0, haystack(event)) for event in events]
        for value in _lost(scanned(path, found.format), records) if records else ():
            sys.stdout.write(f"{path}:{value.line}: {value.tag}: {value.text[:150]}\n")


if __name__ == "__main__":
    main()
