"""The PRISMA 2020 flow of a living review, counted from records and settlements."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

INCLUDE = "include"
EXCLUDE = "exclude"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class FlowRecord:
    """A record in play: its source records as (arm, source), first sighting first."""

    id: str
    routes: tuple[tuple[str, str], ...]
    retracted: bool = False

    @property
    def arm(self) -> str:
        """The arm of its first source record; a tie goes to the databases."""
        return self.routes[0][0] if self.routes else OTHER


@dataclass(frozen=True, slots=True)
class FlowStage:
    """A screening stage: its name, the stage that feeds it (None: all records), main path."""

    name: str
    source: str | None
    main: bool


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many records a stage got, and what became of them; reasons of exclusions."""

    stage: str
    main: bool
    pool: int
    included: int
    excluded: int
    waiting: int
    reasons: tuple[tuple[str, int], ...]
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """All numbers of the diagram. `faults` are sentences about sums that do not come out."""

    identified: tuple[tuple[str, str, int], ...]
    duplicates: int
    records: int
    by_arm: tuple[tuple[str, int], ...]
    stages: tuple[StageCount, ...]
    sought: int
    not_retrieved: tuple[tuple[str, int], ...]
    studies: int
    reports: int
    faults: tuple[str, ...]

    @property
    def retracted(self) -> int:
        """Reports that were included at the end of the main path and count no more."""
        main = [stage for stage in self.stages if stage.main]
        return main[-1].included - self.reports if main else 0

    @property
    def sources(self) -> int:
        """Source records identified in all."""
        return sum(count for _, _, count in self.identified)


def flow_of(
    records: Sequence[FlowRecord],
    stages: Sequence[FlowStage],
    verdicts: Mapping[str, Mapping[str, tuple[str, str | None]]],
    not_retrieved: Mapping[str, str],
    documents: Sequence[tuple[str, str]] = (),
) -> Flow:
    """Count the flow; `verdicts` are stage → record → (verdict, reason); `documents` are
    records with the study that they report.

    Records belong to a stage when its feeding stage includes them. Nothing is removed by
    automation: a ranking that only orders excludes none.
    """
    identified = Counter(route for record in records for route in record.routes)
    pools: dict[str, set[str]] = {}
    counted = tuple(_stage(stage, stages, records, verdicts, pools) for stage in stages)
    last = next((s for s in reversed(stages) if s.main), None)
    sought = len(pools.get(last.name, set())) if last and last.source else 0
    reports = _reports(records, pools, verdicts, last)
    made = Flow(
        identified=tuple((arm, name, n) for (arm, name), n in sorted(identified.items())),
        duplicates=sum(identified.values()) - sum(1 for record in records if record.routes),
        records=len(records),
        by_arm=tuple(sorted(Counter(record.arm for record in records).items())),
        stages=counted,
        sought=sought,
        not_retrieved=tuple(sorted(Counter(not_retrieved.values()).items())),
        studies=len({study for record, study in documents if record in reports}),
        reports=len(reports),
        faults=(),
    )
    return _checked(made, len([record for record in records if not record.routes]))


def _reports(
    records: Sequence[FlowRecord],
    pools: Mapping[str, set[str]],
    verdicts: Mapping[str, Mapping[str, tuple[str, str | None]]],
    last: FlowStage | None,
) -> set[str]:
    """Reports that count: included at the end of the main path, and not retracted."""
    if last is None:
        return set()
    included = _with_verdict(verdicts.get(last.name, {}), INCLUDE) & pools[last.name]
    return included - {record.id for record in records if record.retracted}


def _stage(
    stage: FlowStage,
    stages: Sequence[FlowStage],
    records: Iterable[FlowRecord],
    verdicts: Mapping[str, Mapping[str, tuple[str, str | None]]],
    pools: dict[str, set[str]],
) -> StageCount:
    pool = {record.id for record in records}
    if stage.source is not None:
        pool &= _with_verdict(verdicts.get(stage.source, {}), INCLUDE)
    pools[stage.name] = pool
    here = {name: said for name, said in verdicts.get(stage.name, {}).items() if name in pool}
    included, excluded = _with_verdict(here, INCLUDE), _with_verdict(here, EXCLUDE)
    reasons = Counter(here[name][1] or "no reason given" for name in excluded)
    return StageCount(
        stage=stage.name,
        main=stage.main,
        pool=len(pool),
        included=len(included),
        excluded=len(excluded),
        waiting=len(pool - included - excluded),
        reasons=tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        source=stage.source,
    )


def _with_verdict(said: Mapping[str, tuple[str, str | None]], verdict: str) -> set[str]:
    return {name for name, (given, _) in said.items() if given == verdict}


def _checked(flow: Flow, unrouted: int) -> Flow:
    """The flow with a sentence for every sum that does not come out."""
    faults = []
    if flow.sources - flow.duplicates + unrouted != flow.records:
        faults.append(
            f"{flow.sources} source records less {flow.duplicates} duplicates are not "
            f"{flow.records} records."
        )
    faults += [
        f"Stage {item.stage}: {item.included} included, {item.excluded} excluded and "
        f"{item.waiting} waiting are not {item.pool}."
        for item in flow.stages
        if item.included + item.excluded + item.waiting != item.pool
    ]
    lost = sum(count for _, count in flow.not_retrieved)
    if lost > flow.sought:
        faults.append(f"{lost} reports were not retrieved, but only {flow.sought} were sought.")
    return replace(flow, faults=tuple(faults))
