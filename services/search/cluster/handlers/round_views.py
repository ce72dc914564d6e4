"""Rounds of CLUSTER searching as people and events see them: yields, siblings, an end or not."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.search.cluster.domain.method import NUMBERS, WORDS
from services.search.cluster.domain.round import (
    COMPONENTS,
    LOCAL,
    MOST_FOUND,
    called,
    in_order,
    read_elsewhere,
)
from services.search.cluster.domain.yields import (
    CodedEvidence,
    Count,
    Verdicts,
    closing,
    count,
    per_source,
    per_step,
)
from services.search.cluster.handlers.views import labels_of
from services.search.cluster.store import evidence, rounds
from services.search.library.store import records
from shared.db import Tx
from shared.db.rows import Row
from shared.events.clusters import ClusterRoundFinished, RoundTotal, SourceYield, StepYield

Shown = dict[str, Any]
MOST_NOTES = 50
_COUNTED = ("retrieved", "new", "known", "beyond", "missing")


async def shown_rounds(tx: Tx, review_id: str, rows: Sequence[Row]) -> list[Shown]:
    """Rounds with what each step brought and what screening has made of it so far."""
    keys = [_key(row) for row in rows]
    hits = await rounds.hits_by_round(tx, review_id, keys)
    every = [await _standing(tx, review_id, hits[key]) for key in keys]
    offers = [await _offers(tx, review_id, row["report"]) for row in rows]
    found = {hit["record_id"] for some in every for hit in some if hit["new"]}
    found |= {record for offered in offers for record in offered}
    verdicts = await _verdicts(tx, review_id, found)
    coded = await _evidence(tx, review_id, found & set(verdicts.included))
    together = zip(rows, every, offers, strict=True)
    shown = [_shown(row, some, offered, verdicts, coded) for row, some, offered in together]
    return await _called(tx, review_id, shown)


async def _called(tx: Tx, review_id: str, shown: Sequence[Shown]) -> list[Shown]:
    """Rounds with what people call their pearls and siblings."""
    named = {pearl["record_id"] for one in shown for pearl in one["pearls"]}
    named |= {each[side] for one in shown for each in one["siblings"] for side in _SIDES}
    labels = await labels_of(tx, review_id, named)
    return [
        {
            **one,
            "pearls": [{**each, "label": labels[each["record_id"]]} for each in one["pearls"]],
            "siblings": [
                {
                    **each,
                    "pearl_label": labels[each["pearl"]],
                    "record_label": labels[each["record_id"]],
                }
                for each in one["siblings"]
            ],
        }
        for one in shown
    ]


_SIDES = ("pearl", "record_id")


async def _offers(tx: Tx, review_id: str, report: Row) -> dict[str, str]:
    """Excluded records offered again, as they stand now, and by which step."""
    steps = report.get("offered_in", dict.fromkeys(report["offered"], "recheck"))
    now = await records.survivors(tx, review_id, list(steps))
    return {now[record]: step for record, step in steps.items()}


async def _evidence(tx: Tx, review_id: str, ids: Collection[str]) -> CodedEvidence:
    """What was coded from these records and those merged into them, and what that moved."""
    if not ids:
        return CodedEvidence()
    absorbed = await records.aliases_of(tx, review_id, ids)
    into = {alias: one for one, aliases in absorbed.items() for alias in aliases}
    fragments: dict[str, set[str]] = {}
    for record, fragment in await evidence.fragments_of_records(tx, review_id, {*ids, *into}):
        fragments.setdefault(into.get(record, record), set()).add(fragment)
    every = {one for some in fragments.values() for one in some}
    moved: dict[str, set[tuple[str, str]]] = {}
    for fragment, kind, subject in await evidence.changed_by(tx, review_id, every):
        moved.setdefault(fragment, set()).add((kind, subject))
    return CodedEvidence(fragments, moved)


async def _standing(tx: Tx, review_id: str, hits: Iterable[Row]) -> list[Shown]:
    """Hits with the records that now stand for those that were absorbed.

    A record that a round brought is new under each of its names.
    """
    rows = [dict(hit) for hit in hits]
    ids = {row["record_id"] for row in rows if row["record_id"]}
    now = await records.survivors(tx, review_id, ids)
    stands = [now.get(row["record_id"], row["record_id"]) for row in rows]
    new = {record for record, row in zip(stands, rows, strict=True) if row["new"]}
    together = zip(rows, stands, strict=True)
    return [row | {"record_id": record, "new": record in new} for row, record in together]


async def _verdicts(tx: Tx, review_id: str, ids: Collection[str]) -> Verdicts:
    settled = await rounds.verdicts(tx, review_id, set(ids)) if ids else {}
    included = {name for name, said in settled.items() if "include" in said}
    cleared = {name for name, said in settled.items() if said == {"include"}}
    return Verdicts(included=included, excluded=settled.keys() - included, cleared=cleared)


def _shown(
    row: Row,
    hits: Sequence[Row],
    offered: Mapping[str, str],
    verdicts: Verdicts,
    coded: CodedEvidence,
) -> Shown:
    report = row["report"]
    steps = in_order(report["steps"])
    counts = per_step(hits, verdicts, offered, coded)
    found = {name: [hit for hit in hits if hit["step"] == name] for name in steps}
    total = count(hits, verdicts, offered=offered, evidence=coded)
    advised, why = _closing(row["state"], total, steps)
    return {
        **{name: row[name] for name in _AS_KEPT},
        "theory_id": report["theory_id"],
        "pearls": [{"record_id": name, "pmid": pmid} for name, pmid in row["pearls"].items()],
        "seeks": report.get("seeks", ""),
        "lexicon": report.get("lexicon", 0),
        "approved": report.get("approved"),
        "withdrawn": report.get("withdrawn"),
        "steps": [
            _step(name, step, counts.get(name, Count()), _by_source(found[name], verdicts, coded))
            for name, step in steps.items()
        ],
        "total": asdict(total),
        "siblings": report.get("siblings", []),
        "further_siblings": report.get("further_siblings", 0),
        "may_close": advised,
        "closing": why,
        "offered": report["offered"],
        "troubles": report.get("troubles", []),
        "fetches": report.get("fetches", []),
    }


def _closing(state: str, total: Count, steps: Mapping[str, Row]) -> tuple[bool, str]:
    said = {name: f"{NUMBERS[name]} {WORDS[name]}" for name in steps}
    unanswered = [
        said[name]
        for name, step in steps.items()
        if step["state"] in ("refused", "waiting") or step.get("unanswered")
    ]
    wide = [
        said[name]
        for name, step in steps.items()
        if any((one.get("count") or 0) > MOST_FOUND for one in _questions(step))
    ]
    asked = any(name not in LOCAL for name in steps)
    return closing(state, total, unanswered, wide, asked=asked)


def _questions(step: Row) -> Iterable[Row]:
    return (*step["queries"], *step.get("elsewhere", ()))


_AS_KEPT = ("step_id", "number", "state", "options", "asked_at", "asked_by", "ended_at")


def _by_source(
    hits: Iterable[Row], verdicts: Verdicts, coded: CodedEvidence
) -> dict[str, dict[str, int]]:
    """The counts of each source that named articles in a step, the source as people call it."""
    found = per_source(hits, verdicts, coded)
    return dict(sorted((called(source), asdict(one)) for source, one in found.items()))


def _step(
    name: str, step: Row, counted: Count, by_source: Mapping[str, Mapping[str, int]]
) -> Shown:
    """A step of a round: its questions, what came and from where, and what was not done."""
    return {
        "step": name,
        "number": step["number"],
        "words": WORDS[name],
        "component": COMPONENTS[name],
        "state": step["state"],
        "queries": step["queries"],
        "links": step["links"],
        "elsewhere": [_question(one) for one in step.get("elsewhere", ())],
        "sources": {source: one["retrieved"] for source, one in by_source.items()},
        "by_source": [{"source": source, **one} for source, one in by_source.items()],
        "notes": step["notes"],
        "unanswered": step.get("unanswered", []),
        "calls": step.get("calls", []),
        **asdict(counted),
    }


def _question(stored: Row) -> Shown:
    """A question to an optional source, and in words."""
    one = read_elsewhere(stored)
    label = called(one.source)
    article = f"PMID {one.pmid}" if one.pmid else f"DOI {one.doi}"
    what = "references of" if one.kind == "references" else "what cites"
    words = f"{label}: {one.query}" if one.query else f"{what} {article} at {label}"
    return {**stored, "label": label, "words": words}


async def finished(tx: Tx, key: rounds.Key) -> ClusterRoundFinished:
    """The event of a round that has just ended, with the totals of those before it."""
    review_id, step_id, number = key
    rows = [row for row in await rounds.of_step(tx, review_id, step_id) if row["number"] <= number]
    every = await shown_rounds(tx, review_id, rows)
    mine = every[-1]
    return ClusterRoundFinished(
        review_id=review_id,
        cluster_id=step_id,
        round=number,
        yields=tuple((step["step"], step["new"]) for step in mine["steps"]),
        theory_id=mine["theory_id"],
        succeeded=mine["state"] == "succeeded",
        pearls=tuple(pearl["record_id"] for pearl in mine["pearls"]),
        budget=mine["options"]["budget"],
        steps=tuple(_yield(step) for step in mine["steps"]),
        rounds=tuple(_total(each) for each in every),
        siblings=len(mine["siblings"]) + mine["further_siblings"],
        warnings=_warnings(mine),
    )


def _yield(step: Row) -> StepYield:
    names = ("step", "number", "state", *_COUNTED, "only", "offered")
    values = {name: step[name] for name in names}
    sources = tuple(
        SourceYield(**{name: one[name] for name in ("source", "retrieved", "new", "only")})
        for one in step["by_source"]
    )
    return StepYield(**values, notes=tuple(step["notes"][:MOST_NOTES]), sources=sources)


def _total(shown: Row) -> RoundTotal:
    return RoundTotal(
        round=shown["number"],
        succeeded=shown["state"] == "succeeded",
        **{name: shown["total"][name] for name in _COUNTED},
    )


def _warnings(shown: Row) -> tuple[str, ...]:
    """What a dashboard should not pass over: what lies beyond the budget, the last trouble."""
    said = []
    if beyond := shown["total"]["beyond"]:
        said.append(f"Beyond the budget and not brought in: {beyond}.")
    refused = [step for step in shown["steps"] if step["state"] == "refused"]
    said += [f"Step {step['number']}: {step['notes'][-1]}" for step in refused]
    if shown["state"] == "failed" and shown["troubles"]:
        said.append(shown["troubles"][-1]["why"])
    return tuple(dict.fromkeys(said))


def _key(row: Row) -> rounds.Key:
    return row["review_id"], row["step_id"], row["number"]
