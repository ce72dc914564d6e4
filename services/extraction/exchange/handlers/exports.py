"""The review as a project: its own content with what was kept of other tools' projects."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

from services.extraction.exchange import store
from services.extraction.exchange.domain.contents_notes import ORIGIN
from services.extraction.exchange.domain.losses import Losses
from services.extraction.exchange.domain.merging import merged
from services.extraction.exchange.domain.parts import users_of
from services.extraction.exchange.domain.tree import Node, section
from services.extraction.exchange.domain.written import Entries, with_contents, written
from services.extraction.exchange.handlers.appraisals import losses_beside
from services.extraction.exchange.handlers.content import content_of
from services.extraction.projections.handlers import require_review
from shared.db import Tx
from shared.db.rows import plain

_CLOSED = "what is kept of projects with confidential sources stays behind unless it is asked for"


async def exported(
    tx: Tx, review_id: str, *, confidential: bool
) -> tuple[Node, Mapping[str, bytes], list[str]]:
    """The project, the originals of its sources, and what stays behind, by name."""
    await require_review(tx, review_id)
    losses = Losses()
    content = await content_of(tx, review_id, confidential=confidential, losses=losses)
    losses_of_fragments(content, losses)
    await losses_beside(tx, review_id, losses)
    users = users_of([tree for _, tree in await store.kept_trees(tx, review_id)])
    project, entries = written(content, plain, users)
    kept = await store.kept_trees(tx, review_id, confidential=confidential)
    if not confidential:
        going = {project_id for project_id, _ in kept}
        for project_id, tree in await store.kept_trees(tx, review_id):
            if project_id not in going:
                losses.add(_CLOSED, tree.name)
    trees = [tree for _, tree in kept]
    named = project.attributes
    if content.is_empty() and len(trees) == 1:
        named = trees[0].attributes
    # What other tools wrote comes first, so that it is in the same order when it comes back.
    whole = reduce(merged, [*trees, project], Node("Project"))
    project = with_contents(replace(whole, attributes=dict(named)), _own_alone(entries, trees))
    project.attributes["origin"] = ORIGIN
    names = originals_of(project)
    return project, await store.files_of(tx, review_id, names), losses.sentences()


def _own_alone(entries: Entries, trees: Iterable[Node]) -> Entries:
    """The entries without cases that other tools wrote, with values of their own."""
    theirs = {case.guid for tree in trees for case in section(tree, "Cases")}
    return {k: e for k, e in entries.items() if e["kind"] != "case" or k not in theirs}


def losses_of_fragments(content: Any, losses: Losses) -> None:
    """Say which fragments have neither a code nor a place: no project can hold them."""
    for fragment in list(content.fragments.values()):
        document = content.documents.get(fragment.document_id or "")
        has_place = fragment.start is not None or document is None or document.text is None
        if not fragment.elements and not has_place:
            losses.add("fragments without code and place stay behind", fragment.fragment_id)
            del content.fragments[fragment.fragment_id]
    content.appraisals = {
        key: one
        for key, one in content.appraisals.items()
        if one.of != "fragment" or one.id in content.fragments
    }


def originals_of(project: Node) -> set[str]:
    """Names of the originals that a project refers to."""
    return {
        value.removeprefix("internal://")
        for node in project.walk()
        for name, value in node.attributes.items()
        if name in ("path", "richTextPath") and value.startswith("internal://")
    }
