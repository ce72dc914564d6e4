"""What screening says: settlements and how the team is getting on.

No event carries a vote, or that there is one, before the record is settled.
"""

from dataclasses import dataclass

from shared.events.base import Event, published


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion of a stage; an exclusion names its `criterion_id` as reason."""

    criterion_id: str
    text: str
    kind: str = "exclude"


@published("screening", subject="stage", kind="criteria")
@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaChanged(Event):
    """The criteria of a stage at a new version."""

    stage: str
    version: int
    criteria: tuple[Criterion, ...]


@published("screening", subject="day_id", kind="decisions")
@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMade(Event):
    """How many decisions of a stage became known on `day` (`YYYY-MM-DD`); no record, no person.

    Of two votes both count once the second is there.

    `day_id` is `stage/day`.
    """

    day_id: str
    stage: str
    day: str
    decisions: int


@published("screening", subject="settlement_id", kind="settlement")
@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictOpened(Event):
    """Two votes on a record differ; the votes are shown to the resolver alone."""

    settlement_id: str
    record_id: str
    stage: str


@published("screening", subject="settlement_id", kind="settlement")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSettled(Event):
    """The team's verdict on a record at a stage.

    `verdict` is `include`, `exclude` or `maybe`; `reason` a criterion id for
    exclusions; `how` is `single`, `agreement`, `resolution`, `automation`;
    `settlement_id` is `stage/record_id`. `theories` name what a full text
    speaks to; `theory_versions` pairs a theory with its version at the time.
    `recorded_by` names who brought in votes for others, where anybody did.
    """

    settlement_id: str
    record_id: str
    stage: str
    verdict: str
    reason: str | None = None
    theories: tuple[str, ...] = ()
    how: str = "single"
    criteria_version: int = 0
    theory_versions: tuple[tuple[str, int], ...] = ()
    settled_at: str = ""
    recorded_by: tuple[str, ...] = ()


@published("screening", subject="settlement_id", kind="settlement")
@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementReopened(Event):
    """A settlement no longer stands; the record waits at the stage again."""

    settlement_id: str
    record_id: str
    stage: str
    reason: str


@published("screening", subject="stage", kind="ranking")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsRanked(Event):
    """A stage's queue was ranked anew (which records, the API tells)."""

    stage: str
    records: int
    trained_on: int
    model_version: str
    feature_version: str
    seed: int


@published("screening", subject="stage", kind="stopping")
@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingAssessed(Event):
    """The stopping rule was evaluated: may the team stop, and on what ground."""

    stage: str
    rule: str
    estimable: bool
    may_stop: bool
    read: int
    included: int
    waiting: int
    p_value: float | None = None
    recall_lower_bound: float | None = None
