"""The state machine: its rules are what may happen, its invariants what the kernel promises."""

import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from benchmarks.schedules.checks import check_end, check_step
from benchmarks.schedules.processes import Process
from benchmarks.schedules.world import BAD, READERS, RECORDS, World

MOST_PROCESSES = 6
a_record = st.sampled_from(RECORDS)
a_reader = st.sampled_from(READERS)
a_batch = st.integers(1, 8)
an_index = st.integers(0, 15)
some = st.integers(0, 8)


class Schedules(RuleBasedStateMachine):
    """Commands, relays, deliveries and workers in any order, with crashes and outages between."""

    steps: ClassVar[Counter[str]] = Counter()
    _world: ClassVar[World | None] = None
    _folder: ClassVar[tempfile.TemporaryDirectory[str] | None] = None

    @classmethod
    def open(cls) -> None:
        """Make the databases; every schedule begins by emptying them."""
        cls._folder = tempfile.TemporaryDirectory(prefix="schedules")
        cls._world = World(Path(cls._folder.name))

    @classmethod
    def shut(cls) -> None:
        """Remove the databases."""
        if cls._world is not None and cls._folder is not None:
            cls._world.close()
            cls._folder.cleanup()
        cls._world = cls._folder = None

    def __init__(self) -> None:
        super().__init__()
        assert self._world is not None
        self.world = self._world
        self.titles = 0
        self.replays = 0

    @initialize()
    def begin(self) -> None:
        """An empty world."""
        self.world.begin()
        self.steps["schedules"] += 1

    def note(self, name: str) -> None:
        """Count a step; time passes."""
        self.steps[name] += 1
        self.world.moment += 1

    def has_room(self) -> bool:
        """Whether another process may start."""
        return len(self.world.processes) < MOST_PROCESSES

    def has_processes(self) -> bool:
        """Whether a process runs."""
        return bool(self.world.processes)

    def has_messages(self) -> bool:
        """Whether a message waits in a queue, and another process may start."""
        return self.has_room() and any(self.world.bus.queues.values())

    def title(self) -> str:
        """A title that no record had before."""
        self.titles += 1
        return f"title {self.titles}"

    def start(self, name: str, coroutine: Any, checkpoints: int) -> None:
        """Count a step, and begin a process that goes on past some checkpoints."""
        self.note(name)
        self.go_on(Process(name, coroutine), checkpoints + 1)

    def go_on(self, process: Process, checkpoints: int) -> None:
        """Past so many checkpoints, unless the process ends before; checked at each."""
        for _ in range(checkpoints):
            self.world.moment += 1
            if not process.proceed():
                return
            check_step(self.world)
        self.world.processes.append(process)

    def pick(self, index: int) -> Process:
        """Take one of the running processes out."""
        return self.world.processes.pop(index % len(self.world.processes))

    @precondition(has_room)
    @rule(record=a_record, other=a_record, with_job=st.booleans(), way=some)
    def amend(self, record: str, other: str, with_job: bool, way: int) -> None:
        """One or two records change in one use case; acknowledged only if it comes to its end."""
        changes = {each: (self.title(), "") for each in sorted({record, other})}
        job = record if with_job else None
        self.start("amend", self.world.command(changes, job=job), way)

    @precondition(has_room)
    @rule(survivor=a_record, absorbed=a_record, split=st.booleans(), way=some)
    def merge_or_split(self, survivor: str, absorbed: str, split: bool, way: int) -> None:
        """Two records become one, or stand alone again.

        The last record with itself stands for an event at which every reader's handler fails.
        """
        into = "" if split else survivor
        changes = {survivor: (self.title(), ""), absorbed: (self.title(), into)}
        if survivor == absorbed:
            bad = split and survivor == RECORDS[-1]
            changes = {survivor: (BAD if bad else self.title(), "")}
        self.start("merge_or_split", self.world.command(changes, job=None), way)

    @precondition(has_room)
    @rule(batch=a_batch, way=some)
    def start_relay(self, batch: int, way: int) -> None:
        """A relay that takes itself for the leader, perhaps beside another."""
        self.start("relay", self.world.relay(batch), way)

    @precondition(has_messages)
    @rule(
        reader=a_reader,
        picks=st.lists(an_index, min_size=1, max_size=6),
        handling=st.booleans(),
        way=some,
    )
    def start_delivery(self, reader: str, picks: list[int], handling: bool, way: int) -> None:
        """Messages of a queue reach their reader: any of them, in any order, some twice."""
        queues = self.world.bus.queues
        reader = reader if queues[reader] else next(name for name in queues if queues[name])
        picked = [queues[reader][pick % len(queues[reader])] for pick in picks]
        delivery = self.world.deliver(reader, picked, handling=handling)
        self.start("delivery", delivery, way)

    @precondition(has_room)
    @rule(reader=a_reader, batch=a_batch, way=some)
    def start_worker(self, reader: str, batch: int, way: int) -> None:
        """A worker looks into an inbox."""
        self.start("worker", self.world.work(reader, batch), way)

    @precondition(has_room)
    @rule(reader=a_reader, since=st.integers(0, 3), way=some)
    def start_replay(self, reader: str, since: int, way: int) -> None:
        """History is sent again."""
        self.replays += 1
        self.start("replay", self.world.send_again(reader, self.replays, since), way)

    @precondition(lambda self: self.has_room() and bool(self.world.asked))
    @rule(way=some)
    def start_job(self, way: int) -> None:
        """A worker claims a job."""
        self.start("job", self.world.do_job(), way)

    @precondition(has_processes)
    @rule(index=an_index, way=some)
    def proceed(self, index: int, way: int) -> None:
        """A process goes on."""
        self.note("proceed")
        self.go_on(self.pick(index), way + 1)

    @precondition(has_processes)
    @rule(index=an_index)
    def crash(self, index: int) -> None:
        """A process is killed where it stands."""
        self.note("crash")
        self.pick(index).crash()

    @precondition(has_processes)
    @rule(index=an_index)
    def meet_outage(self, index: int) -> None:
        """A process loses its database or broker where it stands."""
        self.note("outage")
        process = self.pick(index)
        if process.meet_outage():
            self.world.processes.append(process)

    @rule(seconds=st.sampled_from([1, 60, 3600]), lost=st.booleans())
    def wait(self, seconds: int, lost: bool) -> None:
        """Time passes: what was backed off falls due, and leases may run out."""
        self.note("wait")
        self.world.clock.advance(timedelta(seconds=seconds))
        if lost:
            self.world.lose_leases()

    @invariant()
    def holds(self) -> None:
        """What holds after every step."""
        check_step(self.world)

    def teardown(self) -> None:
        """When nothing moves any more, nothing is lost."""
        self.world.settle()
        check_end(self.world)
