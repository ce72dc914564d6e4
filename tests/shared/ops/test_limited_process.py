"""Tasks in processes with limits: each limit ends its own task and nothing else."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from typing import IO

import pytest

from shared.ops.limited_process import Limits, Stopped, frames

TASKS = "tests.shared.ops.limited_tasks"


@pytest.fixture
def spool() -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as stream:
        stream.write(b"one\ntwo\n")
        stream.seek(0)
        yield stream


def _run(task: str, stream: IO[bytes], limits: Limits | None = None) -> list[bytes]:
    return list(frames(f"{TASKS}:{task}", stream, b"> ", limits))


def test_a_task_reads_the_file_and_its_frames_come_back_in_order(spool: IO[bytes]) -> None:
    assert _run("lines", spool) == [b"> one\n", b"> two\n"]


def test_a_process_stays_warm_between_tasks_and_knows_no_secret(
    spool: IO[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETRODUCT_SECRET", "of the house")
    first = _run("identity", spool)

    assert first[1] == b"none"
    assert _run("identity", spool) == first


@pytest.mark.parametrize(
    ("task", "limit"),
    [
        ("hungry", "memory"),
        ("busy", "cpu"),
        ("sleepy", "time"),
        ("wrong", "crash"),
        ("dead", "crash"),
    ],
)
def test_a_limit_that_is_hit_is_said_and_the_next_task_runs(
    task: str, limit: str, spool: IO[bytes]
) -> None:
    limits = Limits(memory_mb=64, cpu_s=1, wait_s=0.5 if limit == "time" else 30.0)

    with pytest.raises(Stopped) as stopped:
        _run(task, spool, limits)

    assert stopped.value.limit == limit
    assert _run("lines", spool) == [b"> one\n", b"> two\n"]


def test_seconds_of_computing_count_anew_after_each_frame(spool: IO[bytes]) -> None:
    assert len(_run("steady", spool, Limits(cpu_s=1))) == 6


def test_an_iterator_that_is_closed_early_ends_its_process(spool: IO[bytes]) -> None:
    with closing(frames(f"{TASKS}:busy", spool)) as coming:
        assert next(coming) == b"first"

    assert _run("lines", spool) == [b"> one\n", b"> two\n"]
