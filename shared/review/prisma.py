"""The flow of records through a living review, counted after PRISMA 2020 in one place.

Every record in play has a `Path`: the arm that found it and how it stands at each stage.
Equal paths are counted together, so a reader may keep the counts up to date one record at
a time, or collect them whenever it is asked; `flow_of` makes the same figures of either.

Sources: PRISMA 2020 flow diagram (Page et al. 2021, BMJ 372:n71) and PRISMA-LSR (2024, BMJ
387:e079183); what a living review adds is said in docs/explanation/what-is-counted.md.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from shared.events.workbench import Stage
from shared.review.paths import (
    CONFLICT,
    EXCLUDE,
    INCLUDE,
    MAYBE,
    NOT_SETTLED,
    OPEN,
    Path,
    Source,
    StageState,
)

NO_REASON = "no reason given"
Words = Mapping[str, Mapping[str, str]]
"""Stage → reason to exclude → what people call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFlow:
    """One stage. `pool` = `include` + `exclude` + `waiting`.

    A record waits until the team has a verdict on it: some are in `conflict`, some put off as
    `maybe`, the others `open`. `automation` of the excluded were excluded by no person.
    """

    stage: str
    source: str | None
    main: bool
    pool: int
    include: int
    exclude: int
    waiting: int
    open: int
    conflict: int
    maybe: int
    automation: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def screened(self) -> int:
        """Records with a verdict."""
        return self.include + self.exclude


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A review's flow; `faults` are sentences about sums that do not come out.

    `identified` - `duplicates` - `removed` = `records`, which the first stage has screened or
    which wait there. `sought` reports were assessed, not retrieved, or wait.
    `words` are what people call the reasons of each stage.
    """

    sources: tuple[Source, ...]
    identified: int
    duplicates: int
    removed: int
    records: int
    stages: tuple[StageFlow, ...]
    sought: int
    not_retrieved: int
    not_retrieved_reasons: Mapping[str, int]
    included_reports: int
    included_studies: int
    retracted_reports: int
    words: Words = field(default_factory=dict)
    faults: tuple[str, ...] = ()


def in_order(stages: Sequence[Stage]) -> list[Stage]:
    """Stages from the library on: after each its side branches, then what the main path does."""

    def fed_by(source: str | None) -> Iterator[Stage]:
        for stage in sorted((s for s in stages if s.source == source), key=lambda s: s.main):
            yield stage
            yield from fed_by(stage.name)

    return list(fed_by(None))


def end_of_main_path(stages: Sequence[Stage]) -> Stage | None:
    """The main stage that feeds no other, or None without stages."""
    feeding = {stage.source for stage in stages if stage.main}
    return next((s for s in reversed(stages) if s.main and s.name not in feeding), None)


def is_included(stages: Sequence[Stage], path: Path) -> bool:
    """Whether a record's report counts: included at the end of the main path, not retracted."""
    end = end_of_main_path(stages)
    places = _places(in_order(stages), path)
    reached = end is not None and places.get(end.name, NOT_SETTLED).state == INCLUDE
    return reached and not path.retracted


def flow_of(
    stages: Sequence[Stage],
    sources: Sequence[Source],
    paths: Mapping[Path, int],
    *,
    studies: int = 0,
    words: Words | None = None,
) -> Flow:
    """Count the flow of a review; `paths` says how many records in play went each way.

    `studies` is how many studies the included reports tell of; `words` name reasons for people.
    """
    ordered, end = in_order(stages), end_of_main_path(stages)
    standings: dict[str, Counter[StageState]] = {stage.name: Counter() for stage in ordered}
    missing, totals = Counter[str](), Counter[str]()
    for path, count in paths.items():
        places = _places(ordered, path)
        for stage, standing in places.items():
            standings[stage][standing] += count
        if end is not None and end.name in places:
            _count_report(path, places[end.name], end, count, totals, missing)
    identified = sum(source.source_records for source in sources)
    records = sum(source.records for source in sources)
    removed = sum(source.removed for source in sources)
    flow = Flow(
        sources=tuple(sources),
        identified=identified,
        duplicates=identified - removed - records,
        removed=removed,
        records=records,
        stages=tuple(stage_flow(stage, standings[stage.name]) for stage in ordered),
        sought=totals["sought"],
        not_retrieved=missing.total(),
        not_retrieved_reasons=_most_first(missing),
        included_reports=totals["included"],
        included_studies=studies,
        retracted_reports=totals["retracted"],
        words=words or {},
    )
    return replace(flow, faults=tuple(_faults(flow, sum(paths.values()))))


def _places(ordered: Sequence[Stage], path: Path) -> dict[str, StageState]:
    """How a record stands at the stages that it has reached."""
    said, places = dict(path.standings), dict[str, StageState]()
    for stage in ordered:
        before = NOT_SETTLED if stage.source is None else places.get(stage.source, NOT_SETTLED)
        if stage.source is None or before.state == INCLUDE:
            places[stage.name] = said.get(stage.name, NOT_SETTLED)
    return places


def _count_report(
    path: Path,
    standing: StageState,
    end: Stage,
    count: int,
    totals: Counter[str],
    missing: Counter[str],
) -> None:
    """A report is sought once it is to be read in full; the only stage must include it first.

    One on which the team has a verdict was assessed, whatever was said of its retrieval.
    """
    is_included = standing.state == INCLUDE
    if is_included:
        totals["retracted" if path.retracted else "included"] += count
    if end.source is None and not is_included:
        return
    totals["sought"] += count
    assessed = end.source is not None and standing.state in (INCLUDE, EXCLUDE)
    if path.not_retrieved is not None and not assessed:
        missing[path.not_retrieved or NO_REASON] += count


def stage_flow(stage: Stage, standings: Mapping[StageState, int]) -> StageFlow:
    """Count one stage from how the records of its pool stand."""
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    automation = 0
    for standing, count in standings.items():
        states[standing.state] += count
        if standing.state == EXCLUDE:
            reasons[standing.reason or NO_REASON] += count
            automation += count if standing.automation else 0
    pool = states.total()
    return StageFlow(
        stage=stage.name,
        source=stage.source,
        main=stage.main,
        pool=pool,
        include=states[INCLUDE],
        exclude=states[EXCLUDE],
        waiting=pool - states[INCLUDE] - states[EXCLUDE],
        open=states[OPEN],
        conflict=states[CONFLICT],
        maybe=states[MAYBE],
        automation=automation,
        reasons=_most_first(reasons),
    )


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _faults(flow: Flow, paths: int) -> Iterator[str]:
    """A sentence for every sum that does not come out; `paths` is how many records have one."""
    if flow.duplicates < 0:
        yield f"{-flow.duplicates:,} more records than source records"
    if flow.records != paths:
        yield f"{flow.records:,} records are in play, but {paths:,} take part in screening"
    included = {None: flow.records} | {item.stage: item.include for item in flow.stages}
    for item in flow.stages:
        if item.pool != included[item.source]:
            yield f"{item.stage}: {item.pool:,} records of the {included[item.source]:,} it is fed"
        if item.waiting != item.open + item.conflict + item.maybe or item.open < 0:
            yield f"{item.stage}: {item.waiting:,} wait, which are not open, in conflict or maybe"
    if flow.not_retrieved > flow.sought:
        yield "more reports not retrieved than sought"


def reason_words(kind: str, text: str) -> str:
    """What a criterion is called as a reason to exclude: one to include excludes if not met."""
    return f"Not met: {text}" if kind == "include" else text
