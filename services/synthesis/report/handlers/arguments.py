"""The arguments of a review as a report tells them: in words, with cases by name."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.synthesis.arguments import store
from services.synthesis.arguments.domain import (
    ANYWHERE,
    LISTS,
    argument_in_words,
    argument_of,
    prediction_in_words,
)
from services.synthesis.engine import Labels, Review, labels_of
from services.synthesis.engine.values import OUTCOME, Argument, Prediction, Term, Unit
from services.synthesis.projections.domain.naming import SourceLabels
from services.synthesis.report.domain.material import ArgumentPart, PredictionPart
from shared.db import Tx
from shared.db.rows import Row
from shared.review.cases import case_in_words


async def argument_parts(
    review_id: str, review: Review, names: SourceLabels, tx: Tx
) -> dict[str, list[ArgumentPart]]:
    """Theory → its arguments, held ones first, each with its versions and its evidence's log."""
    rows = await store.every(tx, review_id)
    evidence = await store.evidence(tx, review_id)
    said = {row["argument_id"]: _in_words(row, review) for row in rows}
    found: dict[str, list[ArgumentPart]] = {}
    for row in sorted(rows, key=lambda row: row["status"] != "held"):
        name = row["argument_id"]
        teller = _Teller(row, labels_of(review, row["theory_id"]), names, said)
        history = await store.history(tx, review_id, name)
        revisions = await store.revisions(tx, review_id, name)
        part = teller.part(evidence.get(name), history, revisions)
        found.setdefault(row["theory_id"], []).append(part)
    return found


def _in_words(row: Row, review: Review) -> str:
    state = store.state_of(row)
    return argument_in_words(argument_of(state), labels_of(review, state.theory_id))


class _Teller:
    """Tells one argument; `said` holds all arguments in words, for those named as rivals."""

    def __init__(
        self, row: Row, labels: Labels, names: SourceLabels, said: Mapping[str, str]
    ) -> None:
        self._state = store.state_of(row)
        self._argument = argument_of(self._state)
        self._labels, self._names, self._said = labels, names, said

    def part(
        self, evidence: Row | None, history: Sequence[Row], revisions: Sequence[Row]
    ) -> ArgumentPart:
        """The argument, with its evidence where that is computed."""
        state, body = self._state, evidence["body"] if evidence else None
        return ArgumentPart(
            id=state.argument_id,
            version=state.version,
            status=state.status,
            words=argument_in_words(self._argument, self._labels),
            because=state.because,
            warrant=state.warrant,
            rivals=[self._said.get(rival, rival) for rival in state.rivals],
            predictions=self._predictions(body),
            lists=self._lists(body),
            refuted_by=self._refuted_by(),
            versions=[_version(row) for row in history],
            log=evidence_log(revisions, self._names),
            computed=body is not None,
        )

    def _cases(self, keys: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(self._names.case(key) for key in keys))

    def _lists(self, body: Row | None) -> list[tuple[str, list[str]]]:
        if body is None:
            return []
        titles = (
            LISTS
            if self._argument.contexts
            else {**LISTS, **{f"{side} full": said for side, said in ANYWHERE.items()}}
        )
        found = {}
        for name in titles:
            side, _, how = name.partition(" ")
            found[name] = self._cases(body[side][how] if how else body[name])
        return [(titles[name], cases) for name, cases in found.items() if cases]

    def _predictions(self, body: Row | None) -> list[PredictionPart]:
        known = {item["id"]: item for item in body["predictions"]} if body else {}
        nothing: dict[str, list[str]] = {"observed": [], "refuted": []}
        return [
            PredictionPart(
                words=prediction_in_words(item, self._labels),
                said=item.words,
                observed=self._cases(known.get(item.id, nothing)["observed"]),
                refuted=self._cases(known.get(item.id, nothing)["refuted"]),
                refuted_by=self._against(item),
            )
            for item in self._argument.predictions
        ]

    def _against(self, item: Prediction) -> str:
        opposite = Term(item.expected.unit, not item.expected.holds)
        return f"a case in which {self._labels.terms([*item.given, opposite])}"

    def _refuted_by(self) -> str:
        return f"a case in which {self._labels.terms(_against(self._argument))}"


def _against(argument: Argument) -> list[Term]:
    """What a case says that is held against an argument in all its contexts."""
    present = [Term(part, True) for part in argument.parts]
    outcome = Term(Unit(OUTCOME, argument.outcome), not argument.occurs)
    return [*argument.contexts, *present, outcome]


def evidence_log(revisions: Sequence[Row], names: SourceLabels) -> list[dict[str, Any]]:
    """The sentences of revisions, cases by label: of those that came and of those that went."""
    found, before = [], set[str]()
    for row in revisions:
        keys = _keys(row["body"])
        words = [_renamed(str(sentence), keys | before, names) for sentence in row["words"]]
        found.append({"at": row["at"].isoformat(), "words": words})
        before = keys
    return found


def _renamed(sentence: str, keys: set[str], names: SourceLabels) -> str:
    """A sentence with cases by label; whole names only, each put in place once."""
    labels = {said: names.case(key) for key in keys for said in (key, case_in_words(key))}
    longest = sorted(filter(None, labels), key=len, reverse=True)
    if not longest:
        return sentence
    told = "|".join(map(re.escape, longest))
    return re.sub(rf"(?<!\w)(?:{told})(?!\w)", lambda found: labels[found[0]], sentence)


def _version(row: Row) -> dict[str, Any]:
    return {
        "version": row["version"],
        "at": row["at"].isoformat(),
        "because": store.state_of(row).because,
        "status": store.state_of(row).status,
    }


def _keys(value: Any) -> set[str]:
    """Every case that a body names."""
    if isinstance(value, str):
        return set()
    if isinstance(value, Mapping):
        names = [v for k, v in value.items() if k not in ("fragments", "id", "theory", "hash")]
        return {key for name in names for key in _keys(name)}
    return {key for item in value for key in ([item] if isinstance(item, str) else _keys(item))}
