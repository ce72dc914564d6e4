"""The flow of records as PRISMA 2020 counts it, computed and checked to add up.

Source: PRISMA 2020 flow diagram for updated reviews; how a living review counts
is decided in the project's glossary: a re-sighting adds a run, never a count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from shared.events.workbench import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What one source of one arm brought: source records, records in play, removed ones."""

    arm: str
    source: str
    source_records: int
    records: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How many records a stage settled in one way."""

    stage: str
    state: str
    reason: str | None
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFlow:
    """One stage: `pool` = `include` + `exclude` + `maybe` + `conflict` + `waiting`."""

    stage: str
    source: str | None
    main: bool
    pool: int
    include: int
    exclude: int
    maybe: int
    conflict: int
    waiting: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    automation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A review's flow; `faults` says where it does not add up (nowhere, one hopes)."""

    routes: tuple[Route, ...]
    identified: int
    duplicates: int
    removed: int
    records: int
    stages: tuple[StageFlow, ...]
    sought: int
    not_retrieved: int
    included_reports: int
    included_studies: int
    retracted_reports: int = 0
    faults: tuple[str, ...] = ()


def flow_of(
    stages: Sequence[Stage],
    routes: Sequence[Route],
    settled: Sequence[Settled] = (),
    *,
    not_retrieved: int = 0,
    included_reports: int | None = None,
    included_studies: int = 0,
) -> Flow:
    """Count the flow of a review from what its sources brought and its stages settled.

    `included_reports` are those that count: retracted ones do not (None: all of the last stage).
    """
    records = sum(r.records for r in routes)
    removed = sum(r.removed for r in routes)
    identified = sum(r.source_records for r in routes)
    counted: dict[str, StageFlow] = {}
    for stage in stages:
        pool = records if stage.source is None else _included(counted.get(stage.source))
        counted[stage.name] = _stage(stage, pool, [s for s in settled if s.stage == stage.name])
    main = [counted[s.name] for s in stages if s.main]
    counting = _end(main) if included_reports is None else included_reports
    flow = Flow(
        routes=tuple(routes),
        identified=identified,
        duplicates=identified - records - removed,
        removed=removed,
        records=records,
        stages=tuple(counted.values()),
        sought=_sought(main),
        not_retrieved=not_retrieved,
        included_reports=counting,
        retracted_reports=_end(main) - counting,
        included_studies=included_studies,
    )
    return _checked(flow)


def _end(main: Sequence[StageFlow]) -> int:
    return main[-1].include if main else 0


def _sought(main: Sequence[StageFlow]) -> int:
    """Reports to be got: what the stage before the last let through.

    With a single stage nothing is sought before that stage has included it.
    """
    if not main:
        return 0
    return main[-1].pool if len(main) > 1 else main[-1].include


def _included(stage: StageFlow | None) -> int:
    return stage.include if stage else 0


def _stage(stage: Stage, pool: int, settled: Sequence[Settled]) -> StageFlow:
    def total(state: str) -> int:
        return sum(s.records for s in settled if s.state == state)

    include, exclude, maybe = total("include"), total("exclude"), total("maybe")
    conflict = total("conflict")
    return StageFlow(
        stage=stage.name,
        source=stage.source,
        main=stage.main,
        pool=pool,
        include=include,
        exclude=exclude,
        maybe=maybe,
        conflict=conflict,
        waiting=pool - include - exclude - maybe - conflict,
        reasons=_reasons(settled),
    )


def _reasons(settled: Sequence[Settled]) -> dict[str, int]:
    reasons: dict[str, int] = {}
    for s in settled:
        if s.state == "exclude":
            name = s.reason or "no reason given"
            reasons[name] = reasons.get(name, 0) + s.records
    return dict(sorted(reasons.items()))


def _checked(flow: Flow) -> Flow:
    """The flow with every sum that fails named in `faults`."""
    faults = []
    if flow.duplicates < 0:
        faults.append(f"{-flow.duplicates} more records than source records")
    for stage in flow.stages:
        if stage.waiting < 0:
            faults.append(f"{stage.stage}: {-stage.waiting} more settled than in its pool")
        if sum(stage.reasons.values()) != stage.exclude:
            faults.append(f"{stage.stage}: reasons do not add up to the exclusions")
    if flow.not_retrieved > flow.sought:
        faults.append("more reports not retrieved than sought")
    return replace(flow, faults=tuple(faults)) if faults else flow


def studies(document_studies: Sequence[str], links: Sequence[tuple[str, str]]) -> int:
    """How many studies there are once siblings are united (canonical = smallest id)."""
    parent: dict[str, str] = {}

    def root(study: str) -> str:
        while parent.get(study, study) != study:
            study = parent[study]
        return study

    for a, b in links:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return len({root(study) for study in document_studies})
