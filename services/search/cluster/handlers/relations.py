"""Siblings and kin of pearls: proposed by rounds, confirmed or refused by people, and told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.search.cluster.domain.kin import kin
from services.search.cluster.domain.round import Options
from services.search.cluster.domain.siblings import Sibling, siblings
from services.search.cluster.domain.terms import said as said_of
from services.search.cluster.store import relations, rounds
from services.search.library.domain.record import Bibliography
from services.search.library.handlers.reviews import require_review
from services.search.library.store import records
from services.search.library.store.content import decode
from shared.db import Tx
from shared.db.rows import Row
from shared.events.search import RelationDecided
from shared.http.problems import Invalid

MOST_SIBLINGS, MOST_KIN = 200, 100
Records = Mapping[str, Bibliography]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What pearls and what was found around them say; `antecedents` are (pearl, record)."""

    pearls: Records
    found: Records
    antecedents: Collection[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """Siblings and kin that a round proposes, the strongest first."""

    siblings: Sequence[Sibling] = ()
    kin: Sequence[Sibling] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideRelation:
    """What people say of two records: of one study (`sibling`), of kin, or neither (`refused`)."""

    review_id: str
    a: str
    b: str
    kind: str
    state: str
    reason: str = ""
    step_id: str = ""


def proposals(gathered: Gathered, options: Options) -> Proposed:
    """Siblings and kin of the pearls among what was found; pure, for a thread."""
    same = siblings(gathered.pearls, gathered.found, options.acronym)
    other = kin(gathered.pearls, gathered.found, gathered.antecedents, options.lexicon, same)
    return Proposed(same, other)


async def gathered(tx: Tx, key: rounds.Key, pearls: Iterable[str]) -> Gathered:
    """What the pearls and the records that a round found say."""
    hits = [hit for hit in await rounds.hits_of(tx, key) if hit["record_id"]]
    ids = {hit["record_id"] for hit in hits}
    said = await bibliographies(tx, key[0], ids | set(pearls))
    older = {(hit["pearl"], hit["record_id"]) for hit in hits if hit["step"] == "antecedents"}
    return Gathered(
        pearls={name: one for name, one in said.items() if name in pearls},
        found={name: one for name, one in said.items() if name in ids},
        antecedents=older,
    )


async def bibliographies(tx: Tx, review_id: str, ids: Collection[str]) -> dict[str, Bibliography]:
    """What these records say, as far as they are there."""
    rows = await records.rows_of(tx, review_id, ids)
    return {name: decode(row["content"]) for name, row in rows.items()}


async def propose(tx: Tx, review_id: str, step_id: str, proposed: Proposed) -> None:
    """Keep proposals; a pair that is known, in either order, stays as people left it."""
    wanted = [(one, "sibling") for one in proposed.siblings[:MOST_SIBLINGS]]
    wanted += [(one, "kinship") for one in proposed.kin[:MOST_KIN]]
    ids = {one.pearl for one, _ in wanted}
    known = {
        frozenset((row["a"], row["b"])) for row in await relations.of_pairs(tx, review_id, ids)
    }
    rows = []
    for one, kind in wanted:
        pair = frozenset((one.pearl, one.record))
        if pair not in known:
            known.add(pair)
            rows.append(_row(review_id, step_id, one, kind))
    await relations.add(tx, rows)


def _row(review_id: str, step_id: str, one: Sibling, kind: str) -> dict[str, Any]:
    return {
        "review_id": review_id,
        "a": one.pearl,
        "b": one.record,
        "kind": kind,
        "why": one.why,
        "score": one.score,
        "state": "proposed",
        "step_id": step_id,
        "reason": "",
        "decided_at": None,
        "decided_by": None,
    }


async def confirmed_around(
    tx: Tx, review_id: str, pearls: Collection[str]
) -> dict[str, Bibliography]:
    """Records that people confirmed as siblings or kin of the pearls, as they stand now."""
    rows = await relations.of_pairs(tx, review_id, pearls)
    ids = {row[side] for row in rows if row["state"] == "confirmed" for side in ("a", "b")}
    stands = await records.survivors(tx, review_id, ids)
    rows_now = await records.rows_of(tx, review_id, set(stands.values()) - set(pearls))
    active = {name: row for name, row in rows_now.items() if row["state"] == "active"}
    return {name: decode(row["content"]) for name, row in sorted(active.items())}


async def decide_relation(command: DecideRelation, tx: Tx) -> Row:
    """Confirm or refuse that two records are of one study, or of kin; people may name a new pair.

    The same again changes nothing. Raises `Invalid` for records that are not there or the same.
    """
    review_id = command.review_id
    await require_review(tx, review_id)
    stands = await records.survivors(tx, review_id, [command.a, command.b])
    pair = stands[command.a], stands[command.b]
    here = await records.rows_of(tx, review_id, pair)
    if len(here) < 2:
        raise Invalid("Name two records of the review's library.", field="b")
    await tx.lock(f"relation/{review_id}/{'|'.join(sorted(pair))}")
    known = await _known(tx, review_id, {command.a, command.b, *pair}, set(pair))
    said = {"kind": command.kind, "state": command.state, "reason": command.reason}
    if known is None:
        found = Sibling(0.0, "named by people", *pair)
        row = {**_row(review_id, command.step_id, found, command.kind), "state": ""}
        await relations.add(tx, [row])
        known = row
    if all(known[name] == value for name, value in said.items()):
        return known
    now = {**said, "decided_at": tx.now(), "decided_by": tx.actor}
    await relations.change(tx, review_id, (known["a"], known["b"]), **now)
    labels = {name: said_of(decode(one["content"])) for name, one in here.items()}
    tell({**known, **now}, pair, labels, tx)
    return {**known, **now}


async def _known(tx: Tx, review_id: str, ids: set[str], pair: set[str]) -> Row | None:
    """The relation of two records, in either order and under the names they had before a merge."""
    rows = await relations.of_pairs(tx, review_id, ids)
    stands = await records.survivors(tx, review_id, {row[s] for row in rows for s in ("a", "b")})
    for row in rows:
        if {stands[row["a"]], stands[row["b"]]} == pair:
            return row
    return None


def tell(row: Row, pair: tuple[str, str], labels: Mapping[str, str], tx: Tx) -> None:
    """Say what people decided of two records; `labels` are what people call them."""
    a, b = sorted(pair)
    tx.emit(
        RelationDecided(
            review_id=row["review_id"],
            relation_id=f"{a}|{b}",
            records=(a, b),
            labels=(labels[a], labels[b]),
            kind=row["kind"],
            confirmed=row["state"] == "confirmed",
            why=row["why"],
            reason=row["reason"],
        )
    )


async def tell_brought(row: Row, tx: Tx) -> None:
    """Say what people decided of two records elsewhere, if both are here."""
    known = await bibliographies(tx, row["review_id"], {row["a"], row["b"]})
    if len(known) == 2:
        labels = {name: said_of(one) for name, one in known.items()}
        tell(row, (row["a"], row["b"]), labels, tx)
