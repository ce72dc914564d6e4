"""Looking into a bundle that somebody sent, in a process with limits."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from runtime.bundle.parse import read_bundle
from runtime.bundle.problems import BundleProblem
from shared.ops.limited_process import Limits, Stopped, frames

LIMITS = Limits(memory_mb=1024, cpu_s=120, wait_s=240.0)
MOST_PROBLEMS = 1_000
_TASK = "runtime.bundle.limited:look"
_WHY = {
    "memory": "takes more memory to read than a bundle may",
    "cpu": "takes longer to read than a bundle may",
    "time": "takes longer to read than a bundle may",
}


class BundleRequest(msgspec.Struct, frozen=True):
    """Which folder is read, and the id that stands in for the review's own."""

    folder: str
    review_id: str | None


class BundleReading(msgspec.Struct, frozen=True):
    """What a reading found; without `review_id` nothing of the bundle can be loaded."""

    review_id: str = ""
    title: str = ""
    problems: tuple[BundleProblem, ...] = ()


def look(_stream: IO[bytes], arguments: bytes) -> Iterator[bytes]:
    """The task: what reading the folder finds, with the first problems, errors first."""
    asked = msgspec.msgpack.decode(arguments, type=BundleRequest)
    reading = read_bundle(Path(asked.folder), review_id=asked.review_id)
    problems = (*reading.problems.errors, *reading.problems.warnings)[:MOST_PROBLEMS]
    review = reading.bundle.review if reading.bundle is not None else None
    yield msgspec.msgpack.encode(
        BundleReading(
            review_id=review.id if review else "",
            title=(review.title or review.id) if review else "",
            problems=problems,
        )
    )


def look_limited(folder: Path, review_id: str | None) -> BundleReading:
    """Read a bundle in the limited process, however large or deep it is; blocks."""
    arguments = msgspec.msgpack.encode(BundleRequest(str(folder), review_id))
    try:
        with Path(os.devnull).open("rb") as nothing:
            (frame,) = frames(_TASK, nothing, arguments, LIMITS)
    except Stopped as error:
        what = _WHY.get(error.limit, "could not be read")
        return BundleReading(problems=(BundleProblem(str(folder), what, "load it in parts"),))
    return msgspec.msgpack.decode(frame, type=BundleReading)
