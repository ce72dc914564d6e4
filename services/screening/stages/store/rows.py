"""Stages and criteria as JSON, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping

from shared.events.screening import Criterion
from shared.events.workbench import Policy, Stage

Row = RowMapping | Mapping[str, Any]


def stages_of(rows: Sequence[Row]) -> tuple[Stage, ...]:
    """Stages from the JSON that `stage_rows` made."""
    return tuple(Stage(**{**row, "policy": Policy(**row["policy"])}) for row in rows)


def stage_rows(stages: Sequence[Stage]) -> list[dict[str, Any]]:
    """Stages as JSON."""
    return [
        {
            "name": s.name,
            "source": s.source,
            "main": s.main,
            "policy": {name: getattr(s.policy, name) for name in Policy.__slots__},
        }
        for s in stages
    ]


def criteria_of(rows: Sequence[Row]) -> tuple[Criterion, ...]:
    """Criteria from JSON."""
    return tuple(Criterion(**row) for row in rows)


def criteria_rows(criteria: Sequence[Criterion]) -> list[dict[str, str]]:
    """Criteria as JSON."""
    return [{"criterion_id": c.criterion_id, "text": c.text, "kind": c.kind} for c in criteria]
