"""What people see of the library: records with sources, history, proposals side by side."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.search.library.domain.dedup import best
from services.search.library.domain.record import Bibliography
from services.search.library.handlers.curation import standing_record
from services.search.library.handlers.flags import said_by
from services.search.library.handlers.retraction_views import retraction_of
from services.search.library.store import fulltext, placement, reviews, sources
from services.search.library.store import records as records_store
from services.search.library.store.content import decode
from shared.db import Tx

Shown = dict[str, Any]
_SHOWN = (
    *("title", "abstract", "year", "journal", "volume", "issue", "pages"),
    *("doi", "pmid", "language", "kind"),
)


async def shown(tx: Tx, review_id: str, rows: Sequence[Mapping[str, Any]]) -> list[Shown]:
    """Records with their flags, aliases and sources, in the order of `rows`."""
    ids = [row["id"] for row in rows]
    members = await sources.of_records(tx, review_id, ids)
    every = [name for some in members.values() for name in some]
    routes = await sources.routes_of(tx, review_id, every)
    aliases = await records_store.aliases_of(tx, review_id, ids)
    return [
        _shown(row, decode(row["content"]), aliases.get(row["id"], []))
        | {
            "sources": [
                {
                    "source_record_id": name,
                    "source": member["source"],
                    "own_id": member["own_id"],
                    "routes": [_route(route) for route in routes.get(name, ())],
                }
                for name, member in members.get(row["id"], {}).items()
            ]
        }
        for row in rows
    ]


def _shown(row: Mapping[str, Any], content: Bibliography, aliases: list[str]) -> Shown:
    plain = {name: getattr(content, name) for name in _SHOWN}
    return plain | {
        "record_id": row["id"],
        "authors": [author.name for author in content.authors],
        "keywords": [*content.keywords, *content.mesh],
        "label": row["label"],
        "state": row["state"],
        "version": row["version"],
        "flags": [
            {**flag, "sources": said_by(flag)}
            for flag in row["flags"]
            if flag["kind"] != "reinstatement"
        ],
        "aliases": aliases,
    }


def _route(row: Mapping[str, Any]) -> Shown:
    return {
        "arm": row["arm"],
        "import_id": row["import_id"],
        "search_id": row["search_id"],
        "line": row["line"],
        "how": row["how"] or "",
        "found_at": row["found_at"].isoformat(),
    }


async def whole(tx: Tx, review_id: str, record_id: str) -> Shown:
    """One record with its whole bibliography, who said what, and its history."""
    row = await standing_record(tx, review_id, record_id)
    one = (await shown(tx, review_id, [row]))[0]
    members = (await sources.of_records(tx, review_id, [row["id"]])).get(row["id"], {})
    said = best(sources.bibliographies(members))[1] if members else {}
    lines = await records_store.history_of(tx, review_id, [row["id"], *one["aliases"]])
    return one | {
        "retraction": await retraction_of(tx, review_id, row, members),
        "bibliography": asdict(decode(row["content"])),
        "provenance": {name: list(by) for name, by in said.items()},
        "amended": row["amended"],
        "history": [dict(line) for line in lines],
    }


async def side_by_side(
    tx: Tx, review_id: str, after: tuple[int, str] | None, most: int
) -> list[Shown]:
    """Open proposals with both records."""
    rows = await placement.open_proposals(tx, review_id, after, most)
    ids = {row[name] for row in rows for name in ("record_one", "record_other")}
    records = await records_store.rows_of(tx, review_id, ids)
    seen = {one["record_id"]: one for one in await shown(tx, review_id, list(records.values()))}
    return [
        {
            "proposal_id": row["id"],
            "reason": row["reason"],
            "strength": row["strength"],
            "records": [seen[row[name]] for name in ("record_one", "record_other")],
        }
        for row in rows
        if row["record_one"] in seen and row["record_other"] in seen
    ]


async def export_page(
    tx: Tx, review_id: str, after: int | None, most: int, only: Collection[str] | None
) -> tuple[list[tuple[str, Bibliography]], int | None]:
    """Bibliographies in order of arrival, and where the next page begins (None: the end)."""
    rows = await fulltext.page(tx, review_id, after=after, most=most)
    kept = [
        (row["id"], decode(row["content"])) for row in rows if only is None or row["id"] in only
    ]
    return kept, rows[-1]["number"] if len(rows) == most else None


async def included(tx: Tx, review_id: str, stage: str) -> set[str]:
    """The records that a stage included, aliases resolved."""
    ids = await reviews.settled(tx, review_id, stage, "include")
    return set((await records_store.survivors(tx, review_id, ids)).values())
