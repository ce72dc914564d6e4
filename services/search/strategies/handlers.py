"""Strategies as people write them, their versions, their runs elsewhere, and their tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.search.library.handlers.reviews import require_review
from services.search.library.store import records
from services.search.library.store.content import decode
from services.search.living.domain.strategy import (
    Concept,
    UnreadableStrategy,
    read_concept,
    terms,
)
from services.search.strategies.domain.dialects import BY_KEY, DIALECTS, Dialect
from services.search.strategies.domain.printing import RanElsewhere, printed
from services.search.strategies.domain.translate import Translation, translate
from services.search.strategies.domain.validation import KnownRecord, Validation, validate
from services.search.strategies.store import strategies
from shared.db import Tx
from shared.db.rows import Row
from shared.events.search import RunElsewhere, StrategyBlock, StrategyRevised
from shared.http.problems import Conflict, Invalid, NotFound
from shared.ids import stable_id

DEEPEST, MOST_TERMS, LONGEST_TERM = 12, 3000, 500


class NoSuchStrategy(NotFound):
    """The review has no strategy of this id."""

    title = "The review has no such strategy"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteStrategy:
    """A strategy as a person writes it; `definition` is kept as it is. See `StrategyIn`."""

    review_id: str
    strategy_id: str
    definition: Mapping[str, Any]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRun:
    """A run elsewhere as a person records it; `ran_on` is `YYYY-MM-DD`."""

    review_id: str
    strategy_id: str
    platform: str
    database: str
    ran_on: str
    hits: int
    run_id: str = ""
    export_file: str = ""
    lines: Sequence[str] = field(default=())
    note: str = ""


async def write_strategy(command: WriteStrategy, tx: Tx) -> Row:
    """A new strategy or a further version; what is the same already changes nothing.

    Raises `Invalid` for blocks that cannot be read or known records that are not there.
    """
    await require_review(tx, command.review_id)
    await tx.lock(f"strategy/{command.review_id}/{command.strategy_id}")
    concepts_of(command.definition)
    await _known(tx, command.review_id, command.definition["known"])
    before = await strategies.one(tx, command.review_id, command.strategy_id)
    if before is not None and before["definition"] == command.definition:
        return before
    row = {
        "review_id": command.review_id,
        "id": command.strategy_id,
        "version": before["version"] + 1 if before else 1,
        "definition": dict(command.definition),
        "reason": command.reason,
        "changed_at": tx.now(),
        "changed_by": tx.actor,
    }
    await strategies.keep(tx, row)
    await _tell(tx, row, "blocks", command.reason)
    return row


async def record_run(command: RecordRun, tx: Tx) -> Row:
    """Keep what was run elsewhere with the version of the day it is told.

    The same `run_id` again is the same run; one that says something else is a `Conflict`.
    """
    row = await strategy_or_not_found(tx, command.review_id, command.strategy_id)
    await tx.lock(f"strategy/{command.review_id}/{command.strategy_id}")
    said = {
        "strategy_id": command.strategy_id,
        "platform": command.platform,
        "database": command.database,
        "ran_on": command.ran_on,
        "hits": command.hits,
        "export_file": command.export_file,
        "lines": list(command.lines),
        "note": command.note,
    }
    run_id = command.run_id or stable_id("run", *map(str, said.values()))
    known = await strategies.run(tx, command.review_id, run_id)
    if known is not None:
        if any(known[name] != value for name, value in said.items()):
            raise Conflict(f"Run '{run_id}' is recorded with other facts; give another run_id.")
        return known
    more = {"version": row["version"], "recorded_at": tx.now(), "recorded_by": tx.actor}
    await strategies.add_run(tx, {"review_id": command.review_id, "id": run_id, **said, **more})
    await _tell(tx, row, "runs", f"run in {command.database} ({command.platform})")
    return {"id": run_id, **said, **more}


async def strategy_or_not_found(tx: Tx, review_id: str, strategy_id: str) -> Row:
    """The strategy as it stands, or a problem that names it."""
    row = await strategies.one(tx, review_id, strategy_id)
    if row is None:
        raise NoSuchStrategy(
            f"The review has no strategy '{strategy_id}'; look at the list of strategies."
        )
    return row


def concepts_of(definition: Mapping[str, Any]) -> list[Concept]:
    """The blocks of a definition. Raises `Invalid` with a sentence that names the block."""
    try:
        found = [_concept(each) for each in definition["concepts"]]
        translate(found, DIALECTS[0], definition["breadth"])
    except UnreadableStrategy as error:
        raise Invalid(str(error), field="concepts") from error
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        raise Invalid("Two blocks have one name; give each its own.", field="concepts")
    return found


def _concept(each: Mapping[str, Any]) -> Concept:
    for side in ("broad", "narrow"):
        if _depth(each.get(side), 0) > DEEPEST:
            raise UnreadableStrategy(f"{each['name']}: lists in more than {DEEPEST} levels")
    found = read_concept(
        each["name"], each.get("broad"), each.get("narrow"), applied=each.get("applied", True)
    )
    several = [*terms(found.broad), *terms(found.narrow)]
    if len(several) > MOST_TERMS or any(len(one) > LONGEST_TERM for one in several):
        raise UnreadableStrategy(
            f"{each['name']}: at most {MOST_TERMS} terms of at most {LONGEST_TERM} letters"
        )
    return found


def _depth(raw: object, level: int) -> int:
    if not isinstance(raw, list) or level > DEEPEST:
        return level
    return max((_depth(part, level + 1) for part in raw), default=level)


def translations(row: Row, keys: Sequence[str] = ()) -> list[Translation]:
    """A strategy in every dialect, or in those of `keys`. Raises `Invalid` for others."""
    unknown = [key for key in keys if key not in BY_KEY]
    if unknown:
        raise Invalid(
            f"No such platform: {', '.join(unknown)}. There are {', '.join(BY_KEY)}.",
            field="platform",
        )
    chosen: Sequence[Dialect] = [BY_KEY[key] for key in keys] or DIALECTS
    definition = row["definition"]
    concepts = concepts_of(definition)
    return [translate(concepts, dialect, definition["breadth"]) for dialect in chosen]


async def validated(row: Row, tx: Tx) -> Validation:
    """The strategy's known records against each of its blocks."""
    definition = row["definition"]
    known = await _known(tx, row["review_id"], definition["known"])
    return validate(concepts_of(definition), known, definition["breadth"])


async def _known(tx: Tx, review_id: str, ids: Sequence[str]) -> list[KnownRecord]:
    stands = await records.survivors(tx, review_id, ids)
    rows = await records.rows_of(tx, review_id, set(stands.values()))
    absent = [one for one in ids if stands[one] not in rows]
    if absent:
        raise Invalid(f"No record: {', '.join(absent[:20])}.", field="known")
    return [_as_known(stands[one], rows[stands[one]]) for one in dict.fromkeys(ids)]


def _as_known(record_id: str, row: Row) -> KnownRecord:
    said = decode(row["content"])
    return KnownRecord(
        record_id,
        said.title,
        said.abstract,
        said.keywords,
        said.mesh,
        tuple(author.name.replace(",", "") for author in said.authors),
    )


async def print_strategy(row: Row, tx: Tx) -> str:
    """The strategy as an appendix prints it, in Markdown."""
    runs = await strategies.runs(tx, row["review_id"], row["id"])
    definition = row["definition"]
    return printed(
        definition["name"] or row["id"],
        row["version"],
        translations(row),
        [_elsewhere(run) for run in runs],
        definition["limits"],
    )


def _elsewhere(run: Row) -> RanElsewhere:
    return RanElsewhere(
        run["platform"],
        run["database"],
        run["ran_on"],
        run["hits"],
        run["export_file"],
        run["version"],
        tuple(run["lines"]),
        run["note"],
    )


async def _tell(tx: Tx, row: Row, changed: str, reason: str) -> None:
    runs = await strategies.runs(tx, row["review_id"], row["id"])
    pubmed = translations(row, ["pubmed/pubmed"])[0]
    named = {line.concept: line.text for line in pubmed.lines}
    tx.emit(
        StrategyRevised(
            review_id=row["review_id"],
            changed=(changed,),
            strategy_id=row["id"],
            version=row["version"],
            name=row["definition"]["name"] or row["id"],
            breadth=row["definition"]["breadth"],
            blocks=tuple(
                StrategyBlock(
                    name=each["name"],
                    query=named.get(each["name"], ""),
                    applied=each.get("applied", True),
                )
                for each in row["definition"]["concepts"]
            ),
            known=tuple(row["definition"]["known"]),
            runs=tuple(
                RunElsewhere(
                    run_id=run["id"],
                    platform=run["platform"],
                    database=run["database"],
                    ran_on=run["ran_on"],
                    hits=run["hits"],
                    export_file=run["export_file"],
                    version=run["version"],
                )
                for run in runs
            ),
            reason=reason,
        )
    )
