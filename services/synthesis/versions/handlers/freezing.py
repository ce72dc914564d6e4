"""Freezing a version of the synthesis, and bringing one in from another installation."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.synthesis.arguments import store as arguments_store
from services.synthesis.arguments.domain import shown
from services.synthesis.configurations.store import ccmocs, inputs
from services.synthesis.engine import Review, fault_of, snapshot
from services.synthesis.projections.handlers.flow import flow_of_review
from services.synthesis.theories import store as theories
from services.synthesis.theories.handlers import require_review
from services.synthesis.versions import store as versions
from shared.db import Tx
from shared.db.rows import plain
from shared.events.synthesis import VersionFrozen
from shared.http.problems import Conflict, Invalid, NotFound
from shared.ids import stable_id

Version = dict[str, Any]
Body = dict[str, Any]


async def freeze(review_id: str, number: str, reason: str, tx: Tx) -> tuple[Version, bool]:
    """Freeze what stands now under a number; the same number and inputs again are no news.

    Keeps the hash of the inputs, theories, the CCMOCs' revisions and states, searches and counts.
    Raises `Conflict` if the number stands for other inputs already, or for other words and
    judgements of people about the same inputs.
    """
    await require_review(tx, review_id)
    await tx.lock(f"versions/{review_id}")
    review = await inputs.inputs_of_review(tx, review_id)
    inputs_hash = snapshot(review)
    version_id = stable_id(review_id, "version", number)
    known = await versions.one(tx, review_id, version_id)
    content = await _content(review_id, review, tx)
    if known is not None:
        if known["inputs_hash"] != inputs_hash:
            raise Conflict(
                f"Version {number} was frozen from other inputs; give the new one another number.",
                number=number,
            )
        _refuse_other_words(known, content, number)
        return known, False
    row = {
        "review_id": review_id,
        "version_id": version_id,
        "position": len(await versions.every(tx, review_id)) + 1,
        "number": number,
        "reason": reason,
        "inputs_hash": inputs_hash,
        "content": content,
        "person": tx.actor,
        "at": tx.now(),
    }
    await versions.keep(tx, row)
    tx.emit(_frozen_event(row))
    return row, True


_SAID = {
    "theories": "a theory is worded otherwise",
    "arguments": "an argument or its evidence is another",
    "ccmocs": "people judge a configuration otherwise",
}
"""What a version keeps beside what follows from its inputs → how it is told that it moved."""


def _refuse_other_words(known: Version, content: Mapping[str, Any], number: str) -> None:
    """Refuse to call a version what people have said otherwise since it was frozen."""
    moved = [
        words
        for name, words in _SAID.items()
        if name in known["content"] and plain(content[name]) != plain(known["content"][name])
    ]
    if moved:
        raise Conflict(
            f"Version {number} was frozen from the same evidence on {known['at']:%d %B %Y}, and "
            f"since then {' and '.join(moved)}. It stays as it was frozen: give what stands now "
            "another number.",
            number=number,
        )


async def bring(review_id: str, number: str, given: Version, tx: Tx) -> tuple[Version, bool]:
    """Keep a version that another installation froze; the same again is no news.

    `given` has reason, inputs_hash, person, at and content, whose CCMOCs carry their bodies.
    Raises `Invalid` where a body does not have its hash, `Conflict` for another version.
    """
    await require_review(tx, review_id)
    await tx.lock(f"versions/{review_id}")
    for index, item in enumerate(given["content"]["ccmocs"]):
        fault = fault_of(item)
        if fault is not None:
            field = f"content.ccmocs.{index}.body"
            raise Invalid(f"Field '{field}': {fault}; export the version again.", field=field)
    version_id = stable_id(review_id, "version", number)
    known = await versions.one(tx, review_id, version_id)
    if known is not None:
        if (known["inputs_hash"], known["at"]) != (given["inputs_hash"], given["at"]):
            raise Conflict(
                f"Version {number} stands here already, frozen at {known['at'].isoformat()}.",
                number=number,
            )
        return known, False
    row = {
        "review_id": review_id,
        "version_id": version_id,
        "position": len(await versions.every(tx, review_id)) + 1,
        "number": number,
        **given,
    }
    await versions.keep(tx, row)
    tx.emit(_frozen_event(row))
    return row, True


def _frozen_event(row: Version) -> VersionFrozen:
    return VersionFrozen(
        review_id=row["review_id"],
        version_id=row["version_id"],
        number=row["number"],
        inputs_hash=row["inputs_hash"],
        ccmocs=len(row["content"]["ccmocs"]),
        theories=len(row["content"]["theories"]),
        reason=row["reason"],
    )


async def _content(review_id: str, review: Review, tx: Tx) -> dict[str, Any]:
    rows = await ccmocs.page(tx, review_id, limit=1_000_000)
    return {
        "ccmocs": [
            {
                "id": row["ccmoc_id"],
                "revision": row["revision"],
                "hash": row["hash"],
                "state": row["state"],
            }
            for row in rows
        ],
        "theories": [row["state"] for row in await theories.every(tx, review_id)],
        "searches": await versions.searches_of(tx, review_id),
        "flow": asdict(await flow_of_review(review_id, review, tx)),
        "arguments": await arguments_now(review_id, tx),
    }


async def arguments_now(review_id: str, tx: Tx) -> list[dict[str, Any]]:
    """Every argument as it stands, with its evidence (None: not computed yet)."""
    known = await arguments_store.evidence(tx, review_id)
    return [
        {
            **shown(arguments_store.state_of(row)),
            "evidence": known[row["argument_id"]]["body"] if row["argument_id"] in known else None,
        }
        for row in await arguments_store.every(tx, review_id)
    ]


async def version_of(review_id: str, number: str, tx: Tx) -> Version:
    """A frozen version by its number; raises `NotFound` naming those there are."""
    row = await versions.one(tx, review_id, stable_id(review_id, "version", number))
    if row is None:
        known = ", ".join(item["number"] for item in await versions.every(tx, review_id))
        raise NotFound(f"There is no version '{number}'; there are: {known or 'none yet'}.")
    return row


async def frozen_bodies(review_id: str, version: Version, tx: Tx) -> list[Body]:
    """The bodies of the CCMOCs that a version froze."""
    found: list[Body] = []
    for item in version["content"]["ccmocs"]:
        if "body" in item:
            found.append(item["body"])
            continue
        row = await ccmocs.revision_of(tx, review_id, item["id"], item["revision"])
        if row is not None and row["body"] is not None:
            found.append(row["body"])
    return found


async def with_bodies(review_id: str, version: Version, tx: Tx) -> dict[str, Any]:
    """What a version froze, each CCMOC with its body: enough to bring it elsewhere."""
    bodies = {str(body["id"]): body for body in await frozen_bodies(review_id, version, tx)}
    content: dict[str, Any] = version["content"]
    kept = [{**item, "body": bodies[item["id"]]} for item in content["ccmocs"]]
    return {**content, "ccmocs": kept}
