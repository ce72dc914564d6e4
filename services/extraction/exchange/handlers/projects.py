"""Projects of other tools, and own ones that come back: taken, mapped, accepted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from services.extraction.exchange import store
from services.extraction.exchange.domain.content import Content
from services.extraction.exchange.domain.contents_notes import NAME
from services.extraction.exchange.domain.mapping import (
    Mapped,
    MappedCode,
    listed_codes,
    mapped,
)
from services.extraction.exchange.domain.merging import merged
from services.extraction.exchange.domain.parts import names_of_people
from services.extraction.exchange.domain.restored import Restored, restored
from services.extraction.exchange.domain.tree import Node, counts, section
from services.extraction.exchange.domain.tree_changes import tree_differences
from services.extraction.exchange.domain.valence import VALENCES
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
    *,
    confidential: bool = False,
) -> dict[str, Any]:
    """Store what the codes and people of a waiting project are in the review, and whether its
    sources are confidential.
    """
    await lock_coding(tx, review_id)
    row = await known_project(tx, review_id, project_id)
    _require_waiting(row)
    tree = store.tree_of(row) or Node("Project")
    _refuse(codes, people, tree)
    row["mapping"] = {
        "codes": [plain(code) for code in codes],
        "people": dict(people),
        "confidential": confidential,
    }
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
        if said.valence is not None and (said.role or said.valence not in VALENCES):
            sentence = (
                f"'{known[said.code]}': a code without a role may say that outcomes are desired or"
                " undesired"
            )
            raise Invalid(sentence, field=f"codes[{n}].valence")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What a project would make of the review.

    `before` is what the review holds, `content` what it would hold, `left_over` what would stay
    as it came; `is_own` says that the file is an export of a whole review.
    """

    before: Content
    content: Content
    left_over: Node | None
    is_own: bool
    losses: Sequence[str]


async def whole_of(tx: Tx, review_id: str, row: Mapping[str, Any]) -> Whole:
    """What a waiting project would make of the review, by its mapping."""
    tree = store.tree_of(row) or Node("Project")
    found = _restored(tree, row["were"])
    content, brought = found.content, Mapped()
    if found.left_over is not None:
        said = row["mapping"]
        codes = {code["code"]: MappedCode(**code) for code in said["codes"]}
        closed = bool(said.get("confidential"))
        brought = mapped(found.left_over, codes, said["people"], confidential=closed)
    is_own = not content.is_empty()
    before = await content_of(tx, review_id, confidential=True)
    for theory, groups in brought.content.codebooks.items():
        known = content.codebooks.get(theory, before.codebooks.get(theory, ()))
        content.codebooks[theory] = with_groups(known, groups)
    content.documents |= brought.content.documents
    content.fragments |= brought.content.fragments
    content.memos |= brought.content.memos
    left_over = brought.left_over
    if is_own and not row["replaces"] and await _is_kept(tx, review_id, left_over):
        left_over = None
    return Whole(
        before=before,
        content=content,
        left_over=left_over,
        is_own=is_own,
        losses=brought.losses,
    )


async def _is_kept(tx: Tx, review_id: str, left_over: Node | None) -> bool:
    """Whether the review keeps all of it already, from the projects that it came with."""
    trees = [tree for _, tree in await store.kept_trees(tx, review_id)]
    found = tree_differences(reduce(merged, trees, Node("Project")), left_over)
    return all(one["what"] == "removed" for one in found)


def _restored(tree: Node, were: Mapping[str, str]) -> Restored:
    """What of a project the review wrote itself; raises `Invalid` where that was damaged."""
    try:
        return restored(tree, were, convert)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise Invalid(
            "What Retroduct wrote into this project was changed so that it cannot be read. Export "
            f"the review anew, or take the notes '{NAME}' out of the project.",
            field="project",
        ) from error


async def accept_project(
    review_id: str,
    project_id: str,
    tx: Tx,
    *,
    remove: bool = False,
    leave: Collection[tuple[str, str]] = (),
    own_of: str | None = None,
) -> dict[str, Any]:
    """Make a waiting project part of the review, all of it or nothing; with `own_of` nothing
    as the work of a colleague but this one (raises `Forbidden`).

    What the review has and the file has not is withdrawn only if `remove`; differences (kind, id)
    in `leave` are left out of an own export. What has no place here is kept as it came.
    """
    await require_review(tx, review_id)
    await lock_coding(tx, review_id)
    row = await known_project(tx, review_id, project_id)
    if row["state"] == ACCEPTED:
        return {"project": project_id, "changed": False, "changes": []}
    _require_waiting(row)
    whole = await whole_of(tx, review_id, row)
    reason = f"import of {row['filename'] or row['name']}"
    remove, leave = remove and whole.is_own, leave if whole.is_own else ()
    done = await accept_content(
        review_id, whole.content, tx, remove=remove, reason=reason, leave=leave, own_of=own_of
    )
    if row["replaces"]:
        earlier = await known_project(tx, review_id, row["replaces"])
        await store.keep_project(tx, {**earlier, "project": None})
    closed = any(document.confidential for document in whole.content.documents.values())
    stored = {
        "mapping": {**row["mapping"], "confidential": closed},
        "project": whole.left_over,
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
        "sets": [
            {"id": one.guid, "name": one.name, "codes": one.targets("MemberCode")}
            for one in section(tree, "Sets")
            if one.first("MemberCode") is not None
        ],
        "names": names,
    }
