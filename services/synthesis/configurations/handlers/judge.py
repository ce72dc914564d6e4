"""What people judge: whether a passage supports a link of a CCMOC."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.synthesis.configurations.domain.judging import CONJECTURED, in_force, refusal_of
from services.synthesis.configurations.handlers.recompute import identified
from services.synthesis.configurations.handlers.words import judged_inputs, words_of
from services.synthesis.configurations.store import ccmocs, inputs
from services.synthesis.engine.judgements import counts, link_judged
from services.synthesis.engine.values import Judgement
from services.synthesis.projections.handlers.marks import mark_theory
from services.synthesis.theories.handlers import require_review
from shared.db import Tx
from shared.events.synthesis import CcmocJudged
from shared.http.problems import Conflict, NotFound


async def judge(review_id: str, said: Sequence[Judgement], tx: Tx, *, brought: bool = False) -> int:
    """Note judgements of passages; returns how many are new.

    The same word of the same person on the same link again is none. Theories whose links were
    judged are counted anew. What was judged elsewhere (`brought`) stands as it was said; whoever
    judges here keeps to their function, judges what the passage says now, and does so blind: it
    has no effect before all three have judged the link.
    """
    await require_review(tx, review_id)
    theories = sorted({item.theory for item in said})
    await tx.lock(*(f"judgements/{review_id}/{theory}" for theory in theories))
    if not brought:
        said = [replace(await _judged_now(review_id, i, tx), blind=True) for i in said]
    known = {
        _link(item): replace(item, blind=False)
        for item in await inputs.judgements_of(tx, review_id, theories)
    }
    new: list[Judgement] = []
    for item in said:
        if known.get(_link(item)) != replace(item, blind=False):
            known[_link(item)] = replace(item, blind=False)
            new.append(item)
    await ccmocs.append_judgements(tx, _rows(review_id, new, tx))
    events = await _say(review_id, new, tx)
    for theory in sorted({item.theory for item in new}):
        await mark_theory(tx, review_id, theory, events[theory], "A passage was judged.")
    return len(new)


async def _judged_now(review_id: str, item: Judgement, tx: Tx) -> Judgement:
    """The judgement with the version that it speaks of; raises `Conflict` where it may not be."""
    name = identified(item.theory, item.outcome, item.role, item.mechanism)
    row = await require_ccmoc(tx, review_id, name)
    words = await words_of(tx, review_id, [item.theory])
    link = link_judged(item)
    fragments = await ccmocs.fragments_of(tx, review_id, [item.fragment])
    evidence = item.fragment in row["body"]["fragments"] or link in words
    if item.fragment not in fragments or not evidence:
        raise Conflict(
            "This passage is no evidence of the configuration (any more); open it again and "
            "judge the passages that stand there.",
            field="fragment",
        )
    version = fragments[item.fragment]["version"]
    await _require_current(review_id, item, version, tx)
    refusal = refusal_of(words.get(link, ()), item.person, item.acting_as)
    if refusal:
        raise Conflict(refusal, field="as")
    return replace(item, fragment_version=version)


async def _require_current(review_id: str, item: Judgement, version: int, tx: Tx) -> None:
    if item.fragment_version in (None, version):
        return
    counted = await judged_inputs(tx, review_id, [item])
    if not counts(counted, item):
        raise Conflict(
            "The passage was coded anew since you opened it; read what it says now, and judge "
            "that.",
            field="fragment_version",
        )


def _link(item: Judgement) -> tuple[str, ...]:
    """Whose word it is, and on what."""
    return item.theory, item.outcome, item.role, item.mechanism, item.fragment, item.person


def _rows(review_id: str, said: Sequence[Judgement], tx: Tx) -> list[dict[str, Any]]:
    return [
        {
            "review_id": review_id,
            "theory_id": item.theory,
            "outcome": item.outcome,
            "role": item.role,
            "mechanism": item.mechanism,
            "fragment_id": item.fragment,
            "person": item.person,
            "acting_as": item.acting_as,
            "verdict": item.verdict,
            "fragment_version": item.fragment_version,
            "blind": item.blind,
            "at": tx.now(),
        }
        for item in said
    ]


async def _say(review_id: str, said: Sequence[Judgement], tx: Tx) -> dict[str, str]:
    """One event per judged CCMOC; theory → id of its last event."""
    judged = {
        identified(item.theory, item.outcome, item.role, item.mechanism): item for item in said
    }
    counts = await judged_fragments(review_id, sorted({item.theory for item in said}), tx)
    events: dict[str, str] = {}
    for ccmoc_id, item in sorted(judged.items()):
        row = await ccmocs.one(tx, review_id, ccmoc_id)
        events[item.theory] = tx.emit(
            CcmocJudged(
                review_id=review_id,
                ccmoc_id=ccmoc_id,
                theory_id=item.theory,
                state=row["state"] if row else CONJECTURED,
                recheck=bool(row and row["recheck"]),
                judged=len(counts.get(ccmoc_id, ())),
            )
        )
    return events


async def judged_fragments(review_id: str, theories: Sequence[str], tx: Tx) -> dict[str, set[str]]:
    """The fragments of each CCMOC of the theories whose judgements are in force.

    A judgement that waits for others is told to nobody, nor that there is one.
    """
    found: dict[str, set[str]] = {}
    said = await inputs.judgements_of(tx, review_id, theories)
    for item in in_force(await judged_inputs(tx, review_id, said)):
        name = identified(item.theory, item.outcome, item.role, item.mechanism)
        found.setdefault(name, set()).add(item.fragment)
    return found


async def require_ccmoc(tx: Tx, review_id: str, ccmoc_id: str) -> dict[str, Any]:
    """The CCMOC's row; raises `NotFound`."""
    row = await ccmocs.one(tx, review_id, ccmoc_id)
    if row is None:
        await require_review(tx, review_id)
        raise NotFound(f"Review '{review_id}' has no such CCMOC; choose one from its list.")
    return row
