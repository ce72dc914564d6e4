"""Use cases of loading a bundle: taking it, and what people say when they are asked."""

from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping

from shared.http.auth import Principal
from shared.http.problems import Conflict, NotFound
from shared.ids import new_id
from shared.kernel.tx import Tx
from shared.text import clean
from workbench.bundles.domain import ASKS, DONE, FAILED, LOADING, OPEN, REFUSED, WAITING
from workbench.bundles.store import loads as store

JOB = "load_bundle"
KEPT = timedelta(days=30)
"""How long a load that nobody ended is kept with its archive."""
MOST_KEPT = 10
"""Archives of one person that are kept at once."""


async def take(tx: Tx, person: Principal, name: str, content: bytes) -> str:
    """Keep an archive to be loaded with a person's rights; gives the load's id.

    Raises `Conflict` where they have as many archives here as one may.
    """
    await store.forget_before(tx, tx.now() - KEPT, (REFUSED, ASKS, FAILED))
    if await store.count_kept(tx, person.person_id) >= MOST_KEPT:
        raise Conflict(
            f"{MOST_KEPT} bundles of yours wait here already; wait for them, or throw some away."
        )
    load_id = new_id()
    row = {
        "load_id": load_id, "person_id": person.person_id, "everywhere": person.everywhere,
        "name": clean(name)[:200], "content": content, "as_id": None, "keep_good": False,
        "into": False, "state": WAITING, "review_id": None, "title": "", "progress": {},
        "problems": [], "said": {}, "created_at": tx.now(),
    }  # fmt: skip
    await store.put(tx, row)
    await tx.enqueue(JOB)
    return load_id


async def of(tx: Tx, load_id: str, person: Principal) -> RowMapping:
    """A load of a person's own. Raises `NotFound` for anybody else's."""
    row = await store.load(tx, load_id)
    if row is None or row["person_id"] != person.person_id:
        raise NotFound("There is no such load; choose the bundle again.")
    return row


async def go_on(tx: Tx, load_id: str, person: Principal, **said: Any) -> None:
    """Let a load go on after somebody said how; raises `Conflict` where it goes on already."""
    await tx.lock(f"load/{load_id}")
    row = await of(tx, load_id, person)
    if row["state"] in (*OPEN, DONE):
        raise Conflict("This bundle is being loaded, or is loaded already.")
    begun = row["state"] == FAILED and row["review_id"]
    state = LOADING if begun else WAITING
    await store.change(tx, load_id, {**said, "state": state, "said": {}})
    await tx.enqueue(JOB)


async def forget(tx: Tx, load_id: str, person: Principal) -> None:
    """Throw an archive away; what was loaded of it stays. Raises `Conflict` while it loads."""
    await tx.lock(f"load/{load_id}")
    row = await of(tx, load_id, person)
    if row["state"] in OPEN:
        raise Conflict("This bundle is being loaded; wait until it is done.")
    await store.forget(tx, load_id)
