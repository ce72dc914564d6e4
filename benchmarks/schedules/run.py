"""Runs schedules in batches, each with a seed that repeats it."""

import io
import logging
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import structlog
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from benchmarks.schedules.faults import fault
from benchmarks.schedules.machine import Schedules
from shared.kernel import failures, worker

_quiet = structlog.wrap_logger(
    None, wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL)
)
BATCH = 100
STEPS = 20


@dataclass(slots=True)
class Found:
    """What a run has seen; a violation carries the seed of its batch."""

    schedules: int = 0
    steps: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)
    violations: list[dict[str, str | int]] = field(default_factory=list)


def run(
    schedules: int, *, first_seed: int = 1, name: str | None = None, shrink: bool = True
) -> Found:
    """Run schedules, `BATCH` to a seed, until the end or the first violation.

    `name` puts a former fault back into the kernel. With `shrink` a violation is told by the
    shortest schedule that was found for it.
    """
    found = Found()
    Schedules.steps.clear()
    Schedules.open()
    try:
        for number in range(-(-schedules // BATCH)):
            most = min(BATCH, schedules - number * BATCH)
            with fault(name):
                told = _batch(first_seed + number, most, shrink)
            if told is not None:
                found.violations.append({"seed": first_seed + number, "told": told})
                break
    finally:
        Schedules.shut()
    counts = dict(Schedules.steps)
    found.schedules = counts.pop("schedules", 0)
    found.by_kind, found.steps = dict(sorted(counts.items())), sum(counts.values())
    return found


def _short_back_off() -> Any:
    """Events are given up after three attempts, so that more schedules fit into the time."""
    return patch.object(failures, "DELAYS", failures.DELAYS[:2])


def _batch(number: int, most: int, shrink: bool) -> str | None:
    """The first violation of one seed's schedules with the steps that lead to it, or None."""
    told = io.StringIO()
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    options = settings(
        max_examples=most,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        phases=phases,
        verbosity=Verbosity.normal,
        suppress_health_check=list(HealthCheck),
    )
    try:
        with redirect_stdout(told), _short_back_off(), patch.object(worker, "log", _quiet):
            run_state_machine_as_test(seed(number)(Schedules), settings=options)
    except Exception as error:
        notes = "\n".join(getattr(error, "__notes__", ()))
        return f"{type(error).__name__}: {error}\n{notes}{told.getvalue()}"
    return None
