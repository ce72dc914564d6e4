"""Erased sources leave the projects of other tools that hold them, with all that hangs on them."""

from collections.abc import Iterable

from services.extraction.exchange import store
from services.extraction.exchange.domain.erasing import without_document
from services.extraction.exchange.domain.tree import Node
from services.extraction.exchange.handlers.exports import originals_of
from shared.db import Tx
from shared.kernel import scrub


async def forget_source(review_id: str, document_id: str, tx: Tx) -> int:
    """Take the source that a document was made of out of every project; returns of how many.

    Its text, its passages and the memos that only it refers to go, and originals that nothing
    else names. Again changes nothing.
    """
    rows = await store.every_project(tx, review_id)
    trees = {row["project_id"]: store.tree_of(row) for row in rows}
    named = _originals(trees.values())
    changed = 0
    for row in rows:
        tree = trees[row["project_id"]]
        if tree is None:
            continue
        left = without_document(tree, row["were"], document_id)
        if left is not tree:
            trees[row["project_id"]] = left
            names = {node.name for node in tree.walk() if node.name} - {
                node.name for node in left.walk()
            }
            losses = [one for one in row["losses"] if not any(name in one for name in names)]
            await store.keep_project(tx, {**row, "project": left, "losses": losses})
            changed += 1
    if changed:
        await scrub.ask(tx)
    await store.forget_files(tx, review_id, named - _originals(trees.values()))
    return changed


async def projects_with(tx: Tx, review_id: str, document_id: str) -> int:
    """How many projects hold a document of the review, whatever became of them."""
    rows = await store.every_project(tx, review_id)
    trees = ((row, store.tree_of(row)) for row in rows)
    return sum(
        without_document(tree, row["were"], document_id) is not tree
        for row, tree in trees
        if tree is not None
    )


def _originals(trees: Iterable[Node | None]) -> set[str]:
    return {name for tree in trees if tree is not None for name in originals_of(tree)}
