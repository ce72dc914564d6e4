"""Imports: begun, kept page by page, ended, reversed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from services.search.imports import store as imports_store
from services.search.imports.domain.result import Rejection, Repair
from services.search.library.domain.dedup import Placement
from services.search.library.handlers.keep import KeptPage, RecordOrigin, keep_page
from services.search.library.handlers.placement import Placements, move, place_records, propose
from services.search.library.handlers.preparation import Prepared
from services.search.library.handlers.record_events import Changes, tell
from services.search.library.handlers.reviews import require_review
from services.search.library.store import blocking_keys, sources
from services.search.library.store import placement as placement_store
from shared.db import Tx
from shared.events.search import ImportReversed, SearchFinished
from shared.http.problems import Conflict, NotFound

MOST_TOLD = 1000
REVERSED_AT_ONCE = 500
STILL_READ = "The import is still being read; reverse it when it has ended."


class UnknownImport(NotFound):
    """No import of this review has that id."""

    title = "The review has no such import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An export file as it came: what it says it is, its hash and size in bytes."""

    review_id: str
    import_id: str
    filename: str
    source: str
    arm: str
    sha256: str
    size: int
    reader: str = ""
    """Token of whoever reads it: of two who send the same bytes one reads them."""


async def begin_import(tx: Tx, upload: Upload) -> Mapping[str, Any] | None:
    """Notes that an import is being read; returns it whole if that was done before.

    Raises `Conflict` while somebody reads it, in whichever process.
    """
    await require_review(tx, upload.review_id)
    await tx.lock(f"import/{upload.review_id}/{upload.import_id}")
    known = await imports_store.one(tx, upload.review_id, upload.import_id)
    if known is not None and known["state"] == "done":
        return known
    if await imports_store.is_read(tx, upload.review_id, upload.import_id):
        raise Conflict(
            f"These bytes are being imported; look at imports/{upload.import_id}, or wait.",
            import_id=upload.import_id,
        )
    await imports_store.begin(tx, _reading_row(upload, tx))
    await go_on_reading(tx, upload)
    return None


def _reading_row(upload: Upload, tx: Tx) -> dict[str, Any]:
    """The row of an import whose reading begins."""
    return {
        "review_id": upload.review_id,
        "id": upload.import_id,
        "filename": upload.filename,
        "source": upload.source,
        "arm": upload.arm,
        "format": "",
        "encoding": "",
        "state": "reading",
        "sha256": upload.sha256,
        "size": upload.size,
        **dict.fromkeys(imports_store.COUNTS, 0),
        "repairs": [],
        "rejections": [],
        "unlisted": 0,
        "reason": "",
        "created_at": tx.now(),
        "created_by": tx.actor,
        "ended_at": None,
        "reader": upload.reader,
        "read_until": None,
    }


async def go_on_reading(tx: Tx, upload: Upload) -> None:
    """Keeps others from reading the import; raises `Conflict` if somebody else reads it."""
    if not await imports_store.renew_reader(tx, upload.review_id, upload.import_id, upload.reader):
        raise Conflict(
            f"Import {upload.import_id} was taken over; send the file again if it does not end.",
            import_id=upload.import_id,
        )


async def stop_reading(tx: Tx, upload: Upload) -> None:
    """Lets others read the import, if this reader still holds it."""
    await imports_store.release_reader(tx, upload.review_id, upload.import_id, upload.reader)


def origin_of(upload: Upload) -> RecordOrigin:
    """An import as the origin of what it brings."""
    return RecordOrigin(origin=upload.import_id, arm=upload.arm, import_id=upload.import_id)


async def keep_import_page(tx: Tx, upload: Upload, page: Sequence[Prepared]) -> KeptPage:
    """Keeps one page of an import and counts it, in one transaction."""
    await go_on_reading(tx, upload)
    kept = await keep_page(tx, upload.review_id, page, origin_of(upload))
    more = {
        "records": len(page),
        "source_records": kept.source_records,
        "added": kept.added,
        "merged": kept.merged,
        "seen": kept.seen,
    }
    await imports_store.count(tx, upload.review_id, upload.import_id, more)
    return kept


async def end_import(
    tx: Tx,
    upload: Upload,
    found: tuple[str, str],
    repairs: Sequence[Repair],
    rejections: Sequence[Rejection],
    unlisted: int,
) -> Mapping[str, Any]:
    """An import has been read to its end; `found` is its format and encoding."""
    await go_on_reading(tx, upload)
    await imports_store.change(
        tx,
        upload.review_id,
        upload.import_id,
        state="done",
        format=found[0],
        encoding=found[1],
        repairs=[asdict(repair) for repair in repairs],
        rejections=[{"line": one.line, "why": one.why} for one in rejections],
        unlisted=unlisted,
        ended_at=tx.now(),
    )
    row = await imports_store.one(tx, upload.review_id, upload.import_id)
    if row is None:
        raise UnknownImport()
    _tell_end(tx, upload, row)
    return row


def _tell_end(tx: Tx, upload: Upload, row: Mapping[str, Any]) -> None:
    tx.emit(
        SearchFinished(
            review_id=upload.review_id,
            search_id=upload.import_id,
            run_id=upload.import_id,
            kind="import",
            source=upload.source,
            arm=upload.arm,
            found=row["records"],
            source_records=row["source_records"],
            added=row["added"],
            merged=row["merged"],
            seen=row["seen"],
        )
    )


async def refuse_import(tx: Tx, upload: Upload, why: str, line: int) -> None:
    """The upload cannot be read: that, where and why is kept."""
    await imports_store.change(
        tx,
        upload.review_id,
        upload.import_id,
        state="refused",
        reason=why,
        rejections=[{"line": line, "why": why}],
        ended_at=tx.now(),
    )


async def reverse_page(tx: Tx, review_id: str, import_id: str, reason: str) -> bool:
    """Takes back a part of what an import brought; False when nothing is left of it.

    Records that nothing else brought are removed (and say so); merged ones keep
    what their other sources say. Everything stays in the tables, so reading the
    same file again brings the same records back.
    """
    await tx.lock(f"library/{review_id}")
    row = await imports_store.one(tx, review_id, import_id)
    if row is None:
        raise UnknownImport(f"Import '{import_id}' is not one of review '{review_id}'.")
    if row["state"] == "reversed":
        return False
    if await imports_store.is_read(tx, review_id, import_id):
        raise Conflict(STILL_READ)
    gone, still = await sources.forget_origin(tx, review_id, import_id, REVERSED_AT_ONCE)
    if not gone and not still:
        await _end_reversal(tx, review_id, row, reason)
        return False
    placement, former = await withdraw(tx, review_id, gone)
    standing = await sources.known(tx, review_id, still)
    changes = Changes(
        placement=placement,
        amended=set(former),
        former=former,
        routes={known["record_id"] for known in standing.values()},
        reason=reason or "import reversed",
    )
    await tell(tx, review_id, changes)
    return True


async def withdraw(
    tx: Tx, review_id: str, gone: Mapping[str, Mapping[str, Any]]
) -> tuple[Placement, dict[str, list[Mapping[str, Any]]]]:
    """Takes source records (id to route) out and settles what they held together.

    Returns the new placement of the others, and the records the gone ones were
    in with the routes by which they had come.
    """
    before = await placement_store.bundles_of(tx, review_id, gone)
    former: dict[str, list[Mapping[str, Any]]] = {}
    for name, route in gone.items():
        if name in before:
            former.setdefault(before[name].record, []).append(route)
    withdrawn = [{"id": name, "withdrawn": True} for name in gone]
    await sources.change(tx, review_id, withdrawn)
    placed_before = [before[name] for name in gone if name in before]
    eased = await blocking_keys.remove_keys(
        tx, review_id, {one.arrived: one.features for one in placed_before}
    )
    left = before.keys() - gone.keys()
    for sharing in (await blocking_keys.lookup(tx, review_id, eased)).values():
        left |= set(sharing)
    if not left:
        return Placement(records={}, bundles={}), former
    placed: Placements = await place_records(tx, review_id, (), left)
    await move(tx, review_id, placed)
    await propose(tx, review_id, placed)
    return placed.placement, former


async def _end_reversal(tx: Tx, review_id: str, row: Mapping[str, Any], reason: str) -> None:
    await imports_store.change(
        tx, review_id, row["id"], state="reversed", reason=reason, ended_at=tx.now()
    )
    tx.emit(
        ImportReversed(
            review_id=review_id, import_id=row["id"], records=row["records"], reason=reason
        )
    )
