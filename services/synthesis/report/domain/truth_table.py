"""Cases as rows of a truth table, for people who do qualitative comparative analysis."""

import csv
from collections.abc import Iterable
from io import StringIO

from services.synthesis.engine import Evidence
from services.synthesis.engine.rows import Row
from services.synthesis.engine.values import CONTEXT, Unit
from shared.spreadsheets import guarded

PRESENT, ABSENT, BOTH, NOT_STATED = "1", "0", "1/0", ""


def truth_table(evidence: Evidence, outcome: str) -> str:
    """CSV: one line per case in which the outcome is stated.

    Columns: case, study, every context and mechanism stated there, the outcome. 1 present or
    occurred, 0 absent or failed, `1/0` both in different fragments, empty not stated (which is
    never 0). Lines end in CRLF as RFC 4180 says.
    """
    cases: dict[str, list[Row]] = {}
    for row in evidence.by_outcome.get(outcome, ()):
        for case in sorted({entry.case for entry in row.entries}):
            cases.setdefault(case, []).append(row)
    conditions = sorted({unit for rows in cases.values() for row in rows for unit in _stated(row)})
    target = StringIO()
    writer = csv.writer(target)
    names = ["case", "study", *(_column(unit) for unit in conditions), outcome]
    writer.writerow(map(guarded, names))
    for case, rows in sorted(cases.items()):
        studies = sorted({e.study for row in rows for e in row.entries if e.case == case})
        values = [_value(rows, unit) for unit in conditions]
        happened = _sign(
            any(outcome in row.occurred for row in rows), any(outcome in row.failed for row in rows)
        )
        writer.writerow(map(guarded, [case, " ".join(studies), *values, happened]))
    return target.getvalue()


def _column(unit: Unit) -> str:
    return f"{unit.role}:{unit.group}"


def _stated(row: Row) -> set[Unit]:
    contexts = {Unit(CONTEXT, group) for group in row.contexts | row.contexts_absent}
    return contexts | row.mechanisms | row.mechanisms_absent


def _value(rows: Iterable[Row], unit: Unit) -> str:
    listed = list(rows)
    if unit.role == CONTEXT:
        present = any(unit.group in row.contexts for row in listed)
        absent = any(unit.group in row.contexts_absent for row in listed)
    else:
        present = any(unit in row.mechanisms for row in listed)
        absent = any(unit in row.mechanisms_absent for row in listed)
    return _sign(present, absent)


def _sign(present: bool, absent: bool) -> str:
    if present and absent:
        return BOTH
    return PRESENT if present else ABSENT if absent else NOT_STATED
