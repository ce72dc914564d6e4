"""Keeping what the engine computed: only what changed is revised, and said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.synthesis.arguments.handlers.evidence import Computed, keep_evidence
from services.synthesis.configurations.handlers.gaps import keep_gaps
from services.synthesis.configurations.handlers.rechecks import ChangeNames, names_of
from services.synthesis.configurations.store import ccmocs, inputs
from services.synthesis.engine import (
    Body,
    Gap,
    Labels,
    LinkWeight,
    Review,
    arguments_of,
    canonical_json,
    difference,
    evidences,
    gaps_of,
    labels_of,
    weighted_ccmocs,
)
from services.synthesis.engine.difference import Difference
from services.synthesis.engine.values import PartRole
from services.synthesis.projections.domain.causes import in_order
from services.synthesis.projections.store import marks
from services.synthesis.projections.store.marks import Cause
from services.synthesis.theories import store as theories_store
from shared.db import Tx
from shared.events.synthesis import (
    CcmocConjectured,
    CcmocJudged,
    CcmocLapsed,
    CcmocRevised,
)
from shared.ids import stable_id

CONJECTURED = "conjectured"
RETIRED = "retired"
MOST_CAUSES = 500
"""So many causes are named in one event; the revision keeps all."""
LAPSED_WITH_ALGORITHM_1 = (
    "It was counted for a pair of resource and response. CCMOCs are now built around one part of "
    "a mechanism; see those of its resource and of its response."
)
MOST_SAID = 150_000
"""A body of so many bytes at most is said whole; events end at 256 KB."""


@dataclass(frozen=True, slots=True)
class Task:
    """The inputs of one theory, with the mark up to which they were read."""

    review_id: str
    theory_id: str
    review: Review
    marked: int
    causes: Mapping[str, Cause]
    started: datetime
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What the engine made of a task."""

    bodies: Sequence[Body]
    arguments: Sequence[Body]
    gaps: Sequence[Gap]
    links: Mapping[str, Sequence[LinkWeight]]


async def read_task(review_id: str, theory_id: str, tx: Tx) -> Task | None:
    """Inputs, mark and causes from one snapshot; None where nothing waits."""
    mark = await marks.mark_of(tx, review_id, theory_id)
    if mark.marked <= mark.computed:
        return None
    stated = await theories_store.one(tx, review_id, theory_id)
    return Task(
        review_id=review_id,
        theory_id=theory_id,
        review=await inputs.inputs_of_theory(tx, review_id, theory_id),
        marked=mark.marked,
        started=tx.now(),
        causes=await marks.causes_up_to(tx, review_id, theory_id, mark.marked),
        retired=stated is not None and stated["state"]["status"] == RETIRED,
    )


def identified(theory: str, outcome: str, role: PartRole, mechanism: str) -> str:
    """The id of a CCMOC: its key decides it."""
    return stable_id("ccmoc", theory, outcome, role, mechanism)


def compute(task: Task) -> Result:
    """The engine on a task; pure, and slow enough to run outside transactions.

    A retired theory keeps its CCMOCs and has no gaps: nobody searches for it.
    """
    bodies: list[Body] = []
    arguments: list[Body] = []
    links: dict[str, Sequence[LinkWeight]] = {}
    for evidence in evidences(task.review, [task.theory_id]):
        weighted = weighted_ccmocs(evidence, identified)
        bodies += [body for body, _ in weighted]
        links |= {str(body["id"]): weights for body, weights in weighted}
        arguments += arguments_of(evidence, task.review.arguments)
    gaps = [] if task.retired else gaps_of(task.review, task.theory_id, bodies, arguments)
    return Result(bodies, arguments, gaps, links)


async def keep_result(task: Task, result: Result, tx: Tx) -> None:
    """Revise what changed, say it with its causes, and spend the causes.

    A result that was overtaken by one from later inputs changes nothing.
    """
    await tx.lock(f"ccmocs/{task.review_id}/{task.theory_id}")
    mark = await marks.mark_of(tx, task.review_id, task.theory_id)
    if mark.computed >= task.marked:
        return
    known = await ccmocs.of_theory(tx, task.review_id, task.theory_id)
    bodies = {str(body["id"]): body for body in result.bodies}
    changes = [
        Change(task, known.get(name), bodies.get(name))
        for name in sorted(known.keys() | bodies.keys())
    ]
    moved = [change for change in changes if change.moves()]
    labels = labels_of(task.review, task.theory_id)
    differences = [item for change in moved if (item := change.differs()) is not None]
    names = await names_of(task.review_id, differences, tx)
    now = tx.now()
    rows = [{**change.row(), "updated_at": now} for change in moved]
    revisions = [{**change.revision_row(labels, names), "at": now} for change in moved]
    await ccmocs.keep(tx, rows, revisions)
    for change in moved:
        change.say(tx)
    await _keep_links(task, result, tx)
    await keep_gaps(tx, task.review_id, task.theory_id, result.gaps)
    await keep_evidence(
        Computed(task.review_id, task.theory_id, task.review, result.arguments, task.causes), tx
    )
    await marks.computed(tx, task.review_id, task.theory_id, task.marked, task.started)


async def _keep_links(task: Task, result: Result, tx: Tx) -> None:
    """Store what the links of each CCMOC carry, where that changed."""
    known = await ccmocs.links_of_theory(tx, task.review_id, task.theory_id)
    now = {name: [link.as_json() for link in links] for name, links in result.links.items()}
    gone: dict[str, list[dict[str, Any]]] = {name: [] for name in known.keys() - now.keys()}
    key = {"review_id": task.review_id, "theory_id": task.theory_id}
    rows = [
        {**key, "ccmoc_id": name, "links": links}
        for name, links in sorted({**now, **gone}.items())
        if known.get(name) != links
    ]
    await ccmocs.keep_links(tx, rows)


class Change:
    """From what is stored of a CCMOC to what the engine says of it now."""

    def __init__(self, task: Task, known: Mapping[str, Any] | None, body: Body | None) -> None:
        self._task = task
        self._known = known
        self._standing = known is not None and not known["lapsed"]
        self._old: Body | None = known["body"] if known is not None and self._standing else None
        self._foreign = self._old is not None and "role" not in self._old
        self._new = body
        self._body: Body = body if body is not None else (known or {})["body"]
        self._revision = (known["revision"] if known else 0) + 1

    def moves(self) -> bool:
        """Whether it comes, goes, or has another hash."""
        if self._new is None or self._old is None:
            return self._standing or self._new is not None
        return bool(self._new["hash"] != self._old["hash"])

    def _weighs(self) -> bool:
        """Whether people should look: they said something of it, or a retraction touched it."""
        known = self._known
        if known is None or (self._new is not None and self._new["hash"] == known["checked_hash"]):
            return False
        needs_recheck = any(self._task.causes[name].needs_recheck for name in self.causes())
        return bool(known["recheck"]) or known["state"] != CONJECTURED or needs_recheck

    def row(self) -> dict[str, Any]:
        """The CCMOC as stored; a state that people gave stays, with a wish to check again.

        The wish ends by itself when the body is again what it was when people last looked.
        """
        known, body, weighs = self._known or {}, self._body, self._weighs()
        checked = (known.get("checked_revision"), known.get("checked_hash"))
        if weighs and checked[1] is None:
            checked = (known["revision"], known["hash"])
        return {
            "review_id": self._task.review_id,
            "ccmoc_id": body["id"],
            "theory_id": self._task.theory_id,
            **self._key(),
            "leading": bool(body["leading"]) and self._new is not None,
            "revision": self._revision,
            "hash": body["hash"],
            "body": body,
            "state": known.get("state", CONJECTURED),
            "lapsed": self._new is None,
            "recheck": weighs,
            "checked_revision": checked[0],
            "checked_hash": checked[1],
        }

    def _key(self) -> dict[str, str]:
        """Outcome, role and mechanism; of a body of algorithm 1 as they are stored."""
        source = (self._known or {}) if self._foreign else self._body
        return {name: source[name] for name in ("outcome", "role", "mechanism")}

    def causes(self) -> list[str]:
        """Events that touched fragments of it, before or after; else all that touched any."""
        mine = {name for body in (self._old, self._new) if body for name in body["fragments"]}
        return marks.causes_of(self._task.causes, mine)

    def revision_row(self, labels: Labels, names: ChangeNames) -> dict[str, Any]:
        """The revision: body (none when lapsed), what changed in words, and why."""
        kinds, words = self._changed(labels, names)
        return {
            "review_id": self._task.review_id,
            "ccmoc_id": self._body["id"],
            "revision": self._revision,
            "theory_id": self._task.theory_id,
            "hash": None if self._new is None else self._new["hash"],
            "body": self._new,
            "kinds": kinds,
            "words": words,
            "caused_by": self.causes(),
            "causes": in_order(self._task.causes[name].named for name in self.causes()),
        }

    def differs(self) -> Difference | None:
        """What changed; None of a body of algorithm 1, which can only lapse."""
        return None if self._foreign else difference(self._old, self._new)

    def _changed(self, labels: Labels, names: ChangeNames) -> tuple[list[str], list[str]]:
        """Kinds of change and sentences by label."""
        changed = self.differs()
        if changed is None:
            return ["lapsed"], [LAPSED_WITH_ALGORITHM_1]
        return list(changed.kinds), changed.words(labels, names.called(changed))

    def say(self, tx: Tx) -> None:
        """Emit what became of it, and that people should look again, with the newest cause."""
        cause = next(reversed(self.causes()), None)
        common: dict[str, Any] = {
            "review_id": self._task.review_id,
            "ccmoc_id": self._body["id"],
            "theory_id": self._task.theory_id,
        }
        moved: dict[str, Any] = {
            "revision": self._revision,
            "caused_by": tuple(self.causes()[:MOST_CAUSES]),
        }
        if self._new is None:
            tx.emit(CcmocLapsed(**common, **moved), causation_id=cause)
        else:
            kind = CcmocRevised if self._standing else CcmocConjectured
            key = {name: self._new[name] for name in ("outcome", "role", "mechanism")}
            body = _sayable(self._new)
            event = kind(**common, **moved, **key, hash=self._new["hash"], body=body)
            tx.emit(event, causation_id=cause)
        if self._known is not None and self._weighs() and not self._known["recheck"]:
            judged = CcmocJudged(**common, state=self._known["state"], recheck=True)
            tx.emit(judged, causation_id=cause)


def _sayable(body: Body) -> Body:
    """The body as an event can carry it: a very long one without its lists of ids.

    Such a body is `abridged`; it is whole in the API, and its hash is that of the whole.
    """
    if len(canonical_json(body)) <= MOST_SAID:
        return body
    short = (
        "partners",
        "contexts",
        "conjunctions",
        "failures",
        "fragments",
        "interacting",
        "counter",
    )
    kept = {name: value for name, value in body.items() if name not in short}
    counts = {cell: len(studies) for cell, studies in body["studies"].items()}
    return {**kept, "studies": counts, "abridged": True}
