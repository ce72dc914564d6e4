"""Damages export files of every format and reads them: `python -m benchmarks.fuzz --minutes 15`.

Prints JSON: inputs per format and mutation with the count of the undamaged file as control;
crashes (anything but a refusal), hangs over five seconds of computing, and silent losses:
fewer records than references that the damaged file still holds, and not a word told.
`--seed` repeats a run, `--only` one input of it.
"""

import argparse
import io
import json
import signal
import sys
import time
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from random import Random, SystemRandom
from typing import Any

from benchmarks.fuzz_mutations import PACKED, TEXT, entry
from benchmarks.fuzz_writing import MARKER, RECORDS, TEXTS, packed, spreadsheet
from services.search.imports.domain.result import ImportRefused
from services.search.imports.formats.reader import read_import
from services.search.library.domain.record import SourceRecord
from services.search.library.handlers.preparation import prepare

HANG_S = 5.0
SHOWN = 50


class Hang(BaseException):
    """A file took longer than `HANG_S` seconds of computing."""


@dataclass(frozen=True, slots=True)
class Found:
    """What went wrong with one input: `number` replays it."""

    number: int
    format: str
    mutation: str
    what: str
    control: int = RECORDS


@dataclass(slots=True)
class Report:
    """Counts of a run, and what it found."""

    seed: int
    inputs: int = 0
    seconds: float = 0.0
    control: dict[str, int] = field(default_factory=dict)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    crashes: list[Found] = field(default_factory=list)
    hangs: list[Found] = field(default_factory=list)
    silent_losses: list[Found] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report with the first of each kind of finding."""
        said: dict[str, Any] = {
            "seed": self.seed,
            "inputs": self.inputs,
            "seconds": self.seconds,
            "control": self.control,
            "counts": {name: dict(counted) for name, counted in self.counts.items()},
            "refused": dict(self.refused),
        }
        for kind in ("crashes", "hangs", "silent_losses"):
            found: list[Found] = getattr(self, kind)
            said[kind] = {"count": len(found), "first": [asdict(one) for one in found[:SHOWN]]}
        return said


@dataclass(frozen=True, slots=True)
class Input:
    """A damaged file, and what it should hold at least."""

    format: str
    mutation: str
    octets: bytes
    expected: int


class Fuzzer:
    """Makes the inputs of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._texts = {name: write().encode() for name, write in TEXTS.items()}
        self._sheet = spreadsheet()
        self._formats: dict[str, Callable[[Random], Input]] = {
            **{name: self._text(name) for name in self._texts},
            "xlsx": self._workbook,
            "gzip": self._gzip,
        }

    def controls(self) -> dict[str, int]:
        """Records in the undamaged file of each format."""
        files = {**self._texts, "xlsx": self._sheet, "gzip": packed(self._texts["ris"].decode())}
        return {name: _read(octets)[0] for name, octets in files.items()}

    def input(self, number: int) -> Input:
        """The input of that number; the same for the same seed."""
        random = Random(f"{self.seed}/{number}")
        names = list(self._formats)
        return self._formats[names[number % len(names)]](random)

    def _text(self, name: str) -> Callable[[Random], Input]:
        def make(random: Random) -> Input:
            octets, done = self._texts[name], []
            for _ in range(random.choice((1, 1, 1, 1, 2, 3))):
                mutation = random.choice(list(TEXT))
                octets = TEXT[mutation](octets, random) if octets else octets
                done.append(mutation)
            what = done[0] if len(done) == 1 else "several"
            return Input(name, what, octets, expected=_markers(octets))

        return make

    def _workbook(self, random: Random) -> Input:
        if random.random() < 0.3:
            mutation = random.choice(list(PACKED))
            octets = PACKED[mutation](self._sheet, random)
        else:
            octets, mutation = entry(self._sheet, random)
        return Input("xlsx", mutation, octets, expected=_inside(octets))

    def _gzip(self, random: Random) -> Input:
        name = random.choice(list(self._texts))
        octets = packed(self._texts[name].decode())
        mutation = random.choice(list(PACKED))
        octets = PACKED[mutation](octets, random)
        return Input("gzip", mutation, octets, expected=_unpacked(octets))


def _markers(octets: bytes) -> int:
    """How many different markers the bytes still hold, whatever their encoding."""
    return len(set(MARKER.findall(octets.replace(b"\0", b"").decode("latin-1"))))


def _inside(octets: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            names = [name for name in archive.namelist() if name.startswith("xl/")]
            return _markers(b"".join(map(archive.read, names)))
    except Exception:  # damaged archives raise anything
        return RECORDS


def _unpacked(octets: bytes) -> int:
    try:
        return _markers(zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(octets))
    except zlib.error:
        return RECORDS


def _read(octets: bytes) -> tuple[int, int]:
    """Records of a file, prepared as for the library, and how much was told beside them."""
    records = told = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for event in read_import(io.BytesIO(octets), "fuzz").events:
            if isinstance(event, SourceRecord):
                records += 1
                prepare("review", event)
            else:
                told += 1
    return records, told


def _overrun(_number: int, _frame: object) -> None:
    raise Hang


def judge(given: Input, number: int, report: Report) -> None:
    """Reads one input and enters what came of it."""
    report.inputs += 1
    report.counts.setdefault(given.format, Counter())[given.mutation] += 1
    name = (number, given.format, given.mutation)
    signal.setitimer(signal.ITIMER_PROF, HANG_S)
    try:
        records, told = _read(given.octets)
        if not told and (records < given.expected or not records):
            report.silent_losses.append(Found(*name, f"{records} of {given.expected}"))
    except ImportRefused:
        report.refused[given.format] += 1
    except Hang:
        report.hangs.append(Found(*name, f"over {HANG_S} s"))
    except Exception as error:
        report.crashes.append(Found(*name, f"{type(error).__name__}: {error}"[:200]))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def run(seed: int, *, seconds: float = 0.0, inputs: int = 0) -> Report:
    """Reads damaged files for so many seconds, or so many of them."""
    signal.signal(signal.SIGPROF, _overrun)
    fuzzer, report = Fuzzer(seed), Report(seed)
    report.control = fuzzer.controls()
    begun = time.monotonic()
    number = 0
    while number < inputs or time.monotonic() - begun < seconds:
        judge(fuzzer.input(number), number, report)
        number += 1
    report.seconds = round(time.monotonic() - begun, 1)
    return report


def main() -> None:
    """Prints the report; the exit code tells whether anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--seed", type=int, default=None, help="repeats a run")
    parser.add_argument("--only", type=int, default=None, help="one input: its bytes, then events")
    options = parser.parse_args()
    seed = SystemRandom().randrange(1 << 32) if options.seed is None else options.seed
    sys.stderr.write(f"seed {seed}\n")
    if options.only is not None:
        _show(Fuzzer(seed).input(options.only))
        return
    report = run(seed, seconds=options.minutes * 60)
    json.dump(report.as_json(), sys.stdout, indent=1)
    sys.stdout.write("\n")
    sys.exit(bool(report.crashes or report.hangs or report.silent_losses))


def _show(given: Input) -> None:
    sys.stdout.buffer.write(given.octets)
    sys.stdout.flush()
    sys.stderr.write(f"\n{given.format}, {given.mutation}, expected {given.expected}\n")
    for event in read_import(io.BytesIO(given.octets), "fuzz").events:
        sys.stderr.write(f"{event!s:.300}\n")


if __name__ == "__main__":
    main()
