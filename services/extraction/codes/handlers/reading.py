"""Codes as people see them: with use, places, older meanings and suggestions."""

from collections.abc import Iterable
from typing import Any

from services.extraction.codebook import store as codebook_store
from services.extraction.codebook.domain import ROLES
from services.extraction.codes import store
from services.extraction.codes.domain.recoding import coded_since
from services.extraction.codes.domain.suggestions import Seen, Suggestion, suggestions
from services.extraction.fragments.store import fragments
from services.extraction.rounds.store import hidden_among
from shared.db import Tx
from shared.db.rows import plain
from shared.events.extraction import CodeDefinition, GroupState
from shared.http.problems import NotFound


async def all_codes(
    tx: Tx, review_id: str, used: Iterable[tuple[str, str]] | None = None
) -> dict[str, CodeDefinition]:
    """Every code of the review by id: objects, and those of which only codebooks or fragments
    speak so far. `used` are the `(role, code)` of fragments, where they were read already.
    """
    found = await codebook_store.codes_of(tx, review_id)
    for group in await _all_groups(tx, review_id):
        for member in group.codes:
            implied = CodeDefinition(
                code_id=member.code_id, role=group.role, label=member.label or member.code_id
            )
            found.setdefault(member.code_id, implied)
    for role, code_id in await store.code_uses(tx, review_id) if used is None else used:
        found.setdefault(code_id, CodeDefinition(code_id=code_id, role=role, label=code_id))
    return found


async def _all_groups(tx: Tx, review_id: str) -> list[GroupState]:
    rows = await codebook_store.codebooks_of(tx, review_id)
    return [group for row in rows.values() for group in codebook_store.groups_of(row)]


async def listed_codes(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Codes by role and label, each with the number of its fragments and its places."""
    used = await store.code_uses(tx, review_id)
    codes = await all_codes(tx, review_id, used)
    places = await _places(tx, review_id)
    return [
        {
            **plain(code),
            "fragments": used.get((code.role, code.code_id), 0),
            "places": places.get((code.role, code.code_id), []),
        }
        for code in sorted(codes.values(), key=lambda c: (c.role, c.label, c.code_id))
    ]


async def _places(tx: Tx, review_id: str) -> dict[tuple[str, str], list[dict[str, str]]]:
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    rows = await codebook_store.codebooks_of(tx, review_id)
    for theory, row in sorted(rows.items()):
        for group in codebook_store.groups_of(row):
            for member in group.codes:
                place = {"theory": theory, "group": group.group_id, "label": group.label}
                key = (group.role, member.code_id)
                found.setdefault(key, []).append({**place, "sense": member.sense})
    return found


async def shown_code(tx: Tx, review_id: str, code_id: str) -> dict[str, Any]:
    """One code with what was done to it and the fragments coded under an older meaning."""
    found = [one for one in await listed_codes(tx, review_id) if one["code_id"] == code_id]
    if not found:
        raise NotFound("The review has no such code; list its codes.")
    return {**found[0], "outdated": await outdated(tx, review_id, [code_id])}


async def outdated(
    tx: Tx,
    review_id: str,
    code_ids: Iterable[str] | None = None,
    document_id: str | None = None,
) -> list[dict[str, Any]]:
    """Fragments coded before a code came to mean what it means now, and not confirmed since; of
    one document, where it is named.
    """
    on = None
    if document_id is not None:
        on = set(await fragments.fragment_ids_on(tx, review_id, [document_id]))
    codes = await codebook_store.codes_of(tx, review_id)
    wanted = codes.keys() if code_ids is None else set(code_ids) & codes.keys()
    found: list[dict[str, Any]] = []
    for code_id in sorted(wanted):
        if codes[code_id].meaning > 1:
            found += await _outdated(tx, review_id, codes[code_id], on)
    return found


async def _outdated(
    tx: Tx, review_id: str, code: CodeDefinition, on: set[str] | None
) -> list[dict[str, Any]]:
    row = await store.code_row(tx, review_id, code.code_id)
    ids = await visible_with(tx, review_id, code.role, code.code_id)
    confirmed = await store.confirmations_of(tx, review_id, code.code_id)
    found = []
    for fragment_id in (one for one in ids if on is None or one in on):
        versions = await fragments.history_of(tx, review_id, fragment_id)
        elements = [(past["version"], fragments.state_of(past).elements) for past in versions]
        since = coded_since(elements, code.role, code.code_id)
        at = next((past["at"] for past in versions if past["version"] == since), None)
        is_older = row is not None and at is not None and at < row["meaning_since"]
        if is_older and confirmed.get(fragment_id, 0) < code.meaning:
            place = {"fragment": fragment_id, "code": code.code_id, "label": code.label}
            found.append({**place, "coded_at": at, "meaning": code.meaning})
    return found


async def visible_with(tx: Tx, review_id: str, role: str, code_id: str) -> list[str]:
    """Ids of the fragments coded with a code that whoever acts sees, sorted."""
    coded = await store.fragments_with(tx, review_id, role, code_id)
    hidden = await hidden_among(tx, review_id, coded)
    return [one for one in coded if one not in hidden]


async def confirm(
    tx: Tx, review_id: str, code_id: str, fragment_ids: Iterable[str]
) -> list[dict[str, Any]]:
    """These fragments fit what the code means now; returns those that are still open."""
    code = (await codebook_store.codes_of(tx, review_id)).get(code_id)
    if code is None:
        raise NotFound("The review has no such code, or nothing was done to it yet.")
    coded = set(await visible_with(tx, review_id, code.role, code_id))
    rows = [
        {
            "review_id": review_id,
            "code_id": code_id,
            "fragment_id": fragment_id,
            "meaning": code.meaning,
            "at": tx.now(),
            "by": tx.actor,
        }
        for fragment_id in sorted(set(fragment_ids) & coded)
    ]
    await store.keep_confirmations(tx, rows)
    return await outdated(tx, review_id, [code_id])


async def suggested(tx: Tx, review_id: str) -> list[Suggestion]:
    """What people may want to tidy; nothing of it is applied by itself."""
    used = await store.used_codes(tx, review_id)
    codes = await all_codes(tx, review_id, used)
    places = await _places(tx, review_id)
    return suggestions(
        [
            Seen(
                code_id=code.code_id,
                role=code.role,
                label=code.label,
                fragments=frozenset(used.get((code.role, code.code_id), ())),
                is_grouped=(code.role, code.code_id) in places or code.role not in ROLES,
            )
            for code in codes.values()
            if code.status == "active"
        ]
    )
