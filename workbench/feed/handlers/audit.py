"""Who did what in a review: events with their actors, and acts that are no events."""

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.actors import known_kind
from shared.kernel.tx import Tx
from shared.spreadsheets import guarded
from workbench.feed import store as feed_store
from workbench.feed.domain.names import FeedLabels
from workbench.feed.domain.sentences import say

PAGE = 500
COLUMNS = ("at", "by", "kind", "act", "about", "words", "cause")
_ACTS: Mapping[str, str] = {
    "token_made": "A personal token was made for {about}",
    "link_made": "A link to choose a password was made for {about}",
    "password_set": "The password of {about} was set",
    "token_revoked": "A personal token of {about} was revoked",
    "person_erased": "The name of {about} was erased",
    "invited": "{about} was invited",
    "declined": "{about} declined the invitation",
    "kernel.export_taken": "Exported: {about}",
    "public_status_shown": "The review's status was shown to everybody",
    "public_status_hidden": "The review's status was shown no more",
    "identity_linked": "{about} was linked with the sign-in provider",
    "uninvited": "The invitation of {about} was taken back",
}


async def audit_page(
    tx: Tx, review_id: str, limit: int, after: tuple[datetime, int, int] | None
) -> list[dict[str, Any]]:
    """Acts in the order of time, one more than asked for if there is more."""
    rows = await feed_store.acts_page(tx, review_id, limit, after)
    return [_shown(dict(row)) for row in rows]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    data = row["data"] or {}
    return {
        "at": row["at"],
        "by": row["actor"] or "",
        "kind": known_kind(row["actor_kind"], row["actor"] or None),
        "act": row["act"],
        "about": row["about"],
        "words": _words(row["act"], row["about"], data),
        "cause": row["cause"] or "",
        "source": row["source"],
        "position": row["position"],
    }


def _words(act: str, about: str, data: Mapping[str, Any]) -> str:
    if act in _ACTS:
        return _ACTS[act].format(about=about)
    if act == "extraction.document_added" and "confidential" in data.get("changed", ()):
        closed = data.get("document", {}).get("confidential")
        return "A source became confidential" if closed else "A confidential source was opened"
    person = str(data.get("person_id") or "")
    return say(act, data, FeedLabels(people={person: person} if person else {}))


async def csv_lines(
    review_id: str, read: Callable[[Callable[[Tx], Awaitable[Any]]], Awaitable[Any]]
) -> AsyncIterator[str]:
    """The whole log as CSV, page by page."""
    yield _csv([COLUMNS])
    after: tuple[datetime, int, int] | None = None
    while True:
        found = await read(lambda tx, at=after: audit_page(tx, review_id, PAGE, at))  # type: ignore[misc]
        rows: list[dict[str, Any]] = found[:PAGE]
        yield _csv([[_cell(row[name]) for name in COLUMNS] for row in rows])
        if len(found) <= PAGE:
            return
        after = key_of(rows[-1])


def key_of(row: Mapping[str, Any]) -> tuple[datetime, int, int]:
    """Where a page goes on after this act."""
    return row["at"], row["source"], row["position"]


def _cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else guarded(value)


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
