"""Reading another tool's export in a process with limits; `frames_of` runs there."""

from collections.abc import Iterator
from typing import IO, BinaryIO

import msgspec

from services.screening.external.adapters.files import text_of
from services.screening.external.domain.external_decisions import (
    ExternalDecision,
    external_decisions,
)
from services.screening.external.domain.tables import UnreadableExport
from shared.ops.limited_process import Limits, Stopped, frames

TASK = "services.screening.external.adapters.reading:frames_of"
LIMITS = Limits(memory_mb=1536, cpu_s=60, wait_s=300.0)
AT_ONCE = 1000
_STOPPED = {
    "memory": f"reading it would take more than {LIMITS.memory_mb} MB of memory",
    "cpu": f"it keeps the computer busy for more than {LIMITS.cpu_s} seconds",
    "time": f"it is not read within {LIMITS.wait_s:.0f} seconds",
    "crash": "it is damaged",
}


class DecisionFileRequest(msgspec.Struct, frozen=True):
    """Of which tool the export is, the verdict of a list that tells none, whose code set."""

    tool: str
    verdict: str | None
    code_set: str | None


class DecisionChunk(msgspec.Struct, frozen=True):
    """Some of the decisions, or why the file cannot be read."""

    decisions: list[ExternalDecision] = []
    unreadable: str = ""


_FOUND = msgspec.msgpack.Decoder(DecisionChunk)


def frames_of(stream: BinaryIO, arguments: bytes) -> Iterator[bytes]:
    """The decisions of the export in `stream`, encoded, some at a time."""
    wanted = msgspec.msgpack.decode(arguments, type=DecisionFileRequest)
    try:
        decisions = external_decisions(
            wanted.tool, text_of(stream.read()), wanted.verdict, wanted.code_set
        )
    except UnreadableExport as error:
        yield msgspec.msgpack.encode(DecisionChunk(unreadable=str(error)))
        return
    for start in range(0, len(decisions), AT_ONCE):
        yield msgspec.msgpack.encode(DecisionChunk(decisions[start : start + AT_ONCE]))


def read_decisions(
    spool: IO[bytes], tool: str, verdict: str | None, code_set: str | None
) -> list[ExternalDecision]:
    """Every decision in the export; blocks while a process with limits reads it.

    Raises `UnreadableExport`, also for a limit that is hit.
    """
    arguments = msgspec.msgpack.encode(DecisionFileRequest(tool, verdict, code_set))
    decisions: list[ExternalDecision] = []
    try:
        for frame in frames(TASK, spool, arguments, LIMITS):
            found = _FOUND.decode(frame)
            if found.unreadable:
                raise UnreadableExport(found.unreadable)
            decisions += found.decisions
    except Stopped as stopped:
        raise UnreadableExport(f"{_STOPPED[stopped.limit]}; export it again as CSV") from stopped
    return decisions
