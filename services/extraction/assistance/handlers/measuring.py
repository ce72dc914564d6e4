"""Machines measured against people's agreed coding: the documents on which a team agreed."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from services.extraction.assistance import store
from services.extraction.assistance.domain import measuring
from services.extraction.codes.handlers.reading import all_codes
from services.extraction.comparison.domain import Code, Coded, Comparison, segments
from services.extraction.comparison.handlers import passage
from services.extraction.fragments.store import fragments
from services.extraction.texts import store as texts_store
from shared.db import Tx

Asked = Mapping[str, set[Code]]


async def measure(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """For each model that was asked: precision, recall, F1 and kappa by code, against the agreed
    sets of documents that were coded without suggestions.

    Every suggestion counts here, whatever people said of it; codes that it was not asked for do
    not. Documents whose agreed set took a suggestion over are left out, and counted.
    """
    gold = await store.agreed_documents(tx, review_id)
    labels = {name: code.label for name, code in (await all_codes(tx, review_id)).items()}
    asked = await _asked(tx, review_id)
    return [
        {"model": model, **await _of_model(tx, review_id, model, on, gold, labels)}
        for model, on in sorted(asked.items())
    ]


async def _asked(tx: Tx, review_id: str) -> dict[str, dict[str, set[Code]]]:
    """For each model the documents that it read whole, with the codes it was asked for."""
    found: dict[str, dict[str, set[Code]]] = {}
    for run in await store.run_rows(tx, review_id):
        codes = {(role, code) for role, code in run["codes"]}
        on = found.setdefault(run["model"], {})
        for one in run["documents"]:
            if one["parts"] and one["done"] >= one["parts"]:
                on.setdefault(one["document_id"], set()).update(codes)
    return found


async def _of_model(
    tx: Tx,
    review_id: str,
    model: str,
    asked: Asked,
    gold: Mapping[str, Collection[str]],
    labels: Mapping[str, str],
) -> dict[str, Any]:
    on = sorted(asked.keys() & gold.keys())
    people, helped = await _people(tx, review_id, {one: gold[one] for one in on})
    used = [one for one in on if one not in helped]
    machine = await _machine(tx, review_id, model, used)
    comparison = Comparison()
    for name in used:
        both = [_only(c, asked[name]) for c in (*people[name], *machine[name])]
        comparison.add(segments([c for c in both if c.codes], measuring.PEOPLE, measuring.MACHINE))
    lines = measuring.measured(comparison.codes, labels)
    return {
        "documents": len(used),
        "left_out": len(on) - len(used),
        "characters": comparison.characters,
        "codes": lines,
        "summary": measuring.summary(lines),
    }


def _only(one: Coded, codes: set[Code]) -> Coded:
    return Coded(
        fragment_id=one.fragment_id,
        coder=one.coder,
        start=one.start,
        end=one.end,
        codes=one.codes & codes,
    )


async def _people(
    tx: Tx, review_id: str, gold: Mapping[str, Collection[str]]
) -> tuple[dict[str, list[Coded]], set[str]]:
    """What people agreed on, by document; and documents on which they took suggestions over."""
    ids = [one for agreed in gold.values() for one in agreed]
    rows = await fragments.fragments_by_id(tx, review_id, ids)
    found: dict[str, list[Coded]] = defaultdict(list)
    helped: set[str] = set()
    for document, agreed in gold.items():
        for row in (rows[one] for one in agreed if one in rows):
            if fragments.state_of(row).suggested_by:
                helped.add(document)
            one = passage(row, measuring.PEOPLE)
            if one is not None and row["status"] == "active":
                found[document].append(one)
    return found, helped


async def _machine(
    tx: Tx, review_id: str, model: str, document_ids: Collection[str]
) -> dict[str, list[Coded]]:
    """What a model suggested in the texts as they stand now, by document."""
    texts = await texts_store.documents_by_id(tx, review_id, document_ids)
    found: dict[str, list[Coded]] = defaultdict(list)
    for row in await store.on_documents(tx, review_id, model, document_ids):
        if row["text_version"] != texts[row["document_id"]]["text_version"]:
            continue
        one = Coded(
            fragment_id=row["suggestion_id"],
            coder=measuring.MACHINE,
            start=row["start_offset"],
            end=row["end_offset"],
            codes=frozenset((e["role"], e["code_id"]) for e in row["elements"]),
        )
        found[row["document_id"]].append(one)
    return found
