"""Reads export files and says what was kept: `python -m benchmarks.imports FILES...`.

`values_read` is counted by a scanner of its own that knows only each format's
line shape; `values_kept` are those of them whose text is found again in the
record made of that part of the file. `--speed` measures records per CPU second
and peak memory on the files, with rispy alone on the same RIS files as control.
"""

import argparse
import json
import resource
import sys
import time
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.imports_scan import Scanned, haystack, needle, parts, scanned
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


def speed(paths: list[Path]) -> dict[str, Any]:
    """Records per CPU second, ours as a stream and rispy's as a list; peak memory in MB."""
    before = _peak_mb()
    start = time.process_time()
    records = sum(_count(path) for path in paths)
    ours = time.process_time() - start
    peak = _peak_mb()
    start = time.process_time()
    control = sum(_rispy_count(path) for path in paths)
    theirs = time.process_time() - start
    return {
        "records": records,
        "cpu_s": round(ours, 2),
        "records_per_cpu_s": round(records / max(ours, 1e-9)),
        "peak_mb_before": before,
        "peak_mb": peak,
        "rispy_records": control,
        "rispy_cpu_s": round(theirs, 2),
        "rispy_records_per_cpu_s": round(control / max(theirs, 1e-9)),
        "peak_mb_with_rispy": _peak_mb(),
    }


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
    parser.add_argument("files", nargs="+", type=Path, help="a folder stands for its files")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--lost", action="store_true", help="list the values not found again")
    options = parser.parse_args()
    files = [file for path in options.files for file in _files(path)]
    if options.lost:
        _print_lost(files)
        return
    report = speed(files) if options.speed else {"files": list(map(measure, files))}
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
