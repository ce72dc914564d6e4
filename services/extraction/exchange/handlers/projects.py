"""Projects of other tools, and own ones that come back: taken, mapped, accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extraction.exchange import store
from services.extraction.exchange.domain.content import Content, differences
from services.extraction.exchange.domain.mapping import (
    Mapped,
    MappedCode,
    listed_codes,
    mapped,
    names_of_people,
)
from services.extraction.exchange.domain.restored import restored
from services.extraction.exchange.domain.tree import Node, counts, section
from services.extraction.exchange.domain.tree_changes import tree_differences
from services.extraction.exchange.handlers.content import accept_content, content_of, with_groups
from services.extraction.fragments.domain import STATES
from services.extraction.projections.handlers import lock_coding, require_review
from shared.db import Tx
from shared.db.rows import plain
from shared.decoding import convert
from shared.http.problems import Conflict, Invalid, NotFound
from shared.ids import stable_id

WAITING, ACCEPTED, REFUSED = "waiting", "accepted", "put_aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenProject:
    """A file that was read: its project under identifiers of its content, and its originals."""

    filename: str
    kind: str
    project: Node
    were: Mapping[str, str]
    files: Mapping[str, bytes]
    losses: Sequence[str]
    content_hash: str


async def take_project(review_id: str, taken: TakenProject, tx: Tx) -> dict[str, Any]:
    """Keep a project until people accept it; the same content again is the same project.

    One with the name of an accepted one is an edition of that: accepting it replaces what was
    kept of the earlier.
    """
    await require_review(tx, review_id)
    await lock_coding(tx, review_id)
    project_id = stable_id(review_id, "exchange project", taken.content_hash)
    before = await store.project_of(tx, review_id, project_id)
    if before is not None:
        return {**before, "is_new": False}
    await store.keep_files(tx, review_id, taken.files)
    row = {
        "review_id": review_id,
        "project_id": project_id,
        "name": taken.project.name,
        "filename": taken.filename,
        "origin": taken.project.attributes.get("origin", ""),
        "kind": taken.kind,
        "state": WAITING,
        "project": taken.project,
        "were": dict(taken.were),
        "files": sorted(taken.files),
        "losses": list(taken.losses),
        "mapping": {"codes": [], "people": {}},
        "replaces": await _earlier(tx, review_id, taken.project),
        "taken_at": tx.now(),
        "taken_by": tx.actor,
        "accepted_at": None,
        "accepted_by": None,
    }
    await store.keep_project(tx, row)
    return {**row, "project": plain(taken.project), "is_new": True}


async def _earlier(tx: Tx, review_id: str, project: Node) -> str | None:
    """The accepted project of the same name, of which something is still kept as it came."""
    for project_id, tree in reversed(await store.kept_trees(tx, review_id)):
        if tree.name == project.name:
            return project_id
    return None


async def known_project(tx: Tx, review_id: str, project_id: str) -> dict[str, Any]:
    """A project's row; raises `NotFound`."""
    row = await store.project_of(tx, review_id, project_id)
    if row is None:
        raise NotFound("The review has no such project; list its projects, or import it again.")
    return row


async def map_project(
    review_id: str,
    project_id: str,
    codes: Sequence[MappedCode],
    people: Mapping[str, str],
    tx: Tx,
) -> dict[str, Any]:
    """Store what the codes and people of a waiting project are in the review."""
    await lock_coding(tx, review_id)
    row = await known_project(tx, review_id, project_id)
    _require_waiting(row)
    tree = store.tree_of(row) or Node("Project")
    _refuse(codes, people, tree)
    row["mapping"] = {"codes": [plain(code) for code in codes], "people": dict(people)}
    await store.keep_project(tx, row)
    return row


def _refuse(codes: Sequence[MappedCode], people: Mapping[str, str], tree: Node) -> None:
    known = {code.code: " / ".join(code.path) for code in listed_codes(tree)}
    for n, said in enumerate(codes):
        if said.code not in known:
            raise Invalid("The project has no such code; list its codes.", field=f"codes[{n}].code")
        if said.role is not None and said.role not in STATES:
            sentence = (
                f"'{known[said.code]}': role '{said.role}' is unknown; use {', '.join(STATES)}"
            )
            raise Invalid(sentence, field=f"codes[{n}].role")
        if said.sense not in ("same", "opposite"):
            sentence = f"'{known[said.code]}': a code has the same or the opposite sense"
            raise Invalid(sentence, field=f"codes[{n}].sense")
    users = {user.guid for user in section(tree, "Users")}
    strange = sorted(people.keys() - users)
    if strange:
        raise Invalid("The project has no such user; list its users.", field="people")


def _require_waiting(row: Mapping[str, Any]) -> None:
    if row["state"] != WAITING:
        raise Conflict(f"The project '{row['name']}' was {row['state'].replace('_', ' ')} already.")


def _wanted(row: Mapping[str, Any]) -> tuple[Content, Mapped]:
    """The content that a project would bring, and what would stay as it came."""
    tree = store.tree_of(row) or Node("Project")
    found = restored(tree, row["were"], convert)
    codes = {code["code"]: MappedCode(**code) for code in row["mapping"]["codes"]}
    if found.left_over is None:
        return found.content, Mapped()
    brought = mapped(found.left_over, codes, row["mapping"]["people"])
    return found.content, brought


async def _whole(
    tx: Tx, review_id: str, row: Mapping[str, Any]
) -> tuple[Content, Node | None, bool]:
    """The content that the review would have, what stays as it came, and whether the file is
    an export of a whole review."""
    content, brought = _wanted(row)
    is_own = not content.is_empty()
    before = await content_of(tx, review_id, confidential=True)
    for theory, groups in brought.content.codebooks.items():
        known = content.codebooks.get(theory, before.codebooks.get(theory, ()))
        content.codebooks[theory] = with_groups(known, groups)
    content.documents |= brought.content.documents
    content.fragments |= brought.content.fragments
    content.memos |= brought.content.memos
    return content, brought.left_over, is_own


async def changes_of(tx: Tx, review_id: str, project_id: str) -> list[dict[str, Any]]:
    """What accepting a project would do, each thing with a label; nothing for one's own export."""
    row = await known_project(tx, review_id, project_id)
    if row["state"] != WAITING:
        return []
    content, left_over, is_own = await _whole(tx, review_id, row)
    before = await content_of(tx, review_id, confidential=True)
    found = [plain(d) for d in differences(before, content) if is_own or d.what != "removed"]
    trees = dict(await store.kept_trees(tx, review_id))
    earlier = trees.get(row["replaces"] or "")
    found += tree_differences(earlier, left_over)
    return found


async def accept_project(
    review_id: str, project_id: str, tx: Tx, *, remove: bool = False
) -> dict[str, Any]:
    """Make a waiting project part of the review, all of it or nothing.

    What the review has and the file has not is withdrawn only if `remove`. The rest, for
    which the review has no place, is kept as it came and goes out again with every export.
    """
    await require_review(tx, review_id)
    await lock_coding(tx, review_id)
    row = await known_project(tx, review_id, project_id)
    if row["state"] == ACCEPTED:
        return {"project": project_id, "changed": False, "changes": []}
    _require_waiting(row)
    content, left_over, is_own = await _whole(tx, review_id, row)
    reason = f"import of {row['filename'] or row['name']}"
    done = await accept_content(review_id, content, tx, remove=remove and is_own, reason=reason)
    if row["replaces"]:
        earlier = await known_project(tx, review_id, row["replaces"])
        await store.keep_project(tx, {**earlier, "project": None})
    stored = {
        "project": left_over,
        "state": ACCEPTED,
        "accepted_at": tx.now(),
        "accepted_by": tx.actor,
    }
    await store.keep_project(tx, {**row, **stored})
    return {"project": project_id, "changed": True, "changes": done}


async def put_aside(review_id: str, project_id: str, tx: Tx) -> dict[str, Any]:
    """A waiting project is not wanted; it stays listed, and nothing of it counts."""
    await lock_coding(tx, review_id)
    row = await known_project(tx, review_id, project_id)
    if row["state"] != REFUSED:
        _require_waiting(row)
        await store.keep_project(tx, {**row, "state": REFUSED})
    return {**row, "state": REFUSED}


def shown_project(row: Mapping[str, Any]) -> dict[str, Any]:
    """A project as people see it: counts, codes, people, mapping, what was odd."""
    tree = store.tree_of(row) or Node("Project")
    names = names_of_people([tree])
    return {
        "id": row["project_id"],
        **{k: row[k] for k in ("name", "filename", "origin", "kind", "state", "losses")},
        **{k: row[k] for k in ("mapping", "replaces", "taken_at", "taken_by", "accepted_at")},
        "counts": counts(tree),
        "codes": [plain(code) for code in listed_codes(tree)],
        "people": [{"user": u.guid, "name": u.name} for u in section(tree, "Users")],
        "names": names,
    }
