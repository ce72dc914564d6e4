"""Messages to authors: drafted with a round, sent by people, and what came of them."""

from collections.abc import Mapping, Sequence

from services.search.cluster.domain.messages import draft
from services.search.cluster.domain.terms import emails_of, lead_author
from services.search.cluster.handlers.views import labels_of
from services.search.cluster.store import contacts
from services.search.library.domain.record import Bibliography
from services.search.library.store import reviews
from shared.db import Tx
from shared.db.rows import Row
from shared.events.clusters import ContactChanged
from shared.http.problems import NotFound
from shared.ids import stable_id

STATES = {
    "to_write": "to write",
    "sent": "sent",
    "answered": "answered",
    "no_answer": "no answer",
}


class NoSuchContact(NotFound):
    """The review has no message of this id."""

    title = "The review has no such message"


async def draft_contacts(
    tx: Tx, step: Row, pearls: Mapping[str, Bibliography], tasks: Sequence[tuple[str, str]]
) -> None:
    """A message to the lead author of each pearl; one that is there stays as it is."""
    review_id = step["review_id"]
    title = await reviews.title_of(tx, review_id) if tasks else ""
    rows = []
    for record_id, name in tasks:
        author = lead_author(pearls[record_id])
        assert author is not None
        drafted = draft(author, pearls[record_id], title)
        rows.append(
            {
                "review_id": review_id,
                "id": stable_id("contact", review_id, step["id"], record_id, name),
                "step_id": step["id"],
                "record_id": record_id,
                "author": name,
                "address": next(iter(emails_of(author.affiliations)), ""),
                "subject": drafted.subject,
                "message": drafted.message,
                "state": "to_write",
                "drafted_at": tx.now(),
            }
        )
    new = await contacts.add(tx, rows)
    await tell_contacts([row for row in rows if row["id"] in new], tx)


async def tell_contacts(rows: Sequence[Row], tx: Tx, changed: Sequence[str] = ()) -> None:
    """Say how these messages of one review stand; `changed` names what is new of them."""
    if not rows:
        return
    review_id = rows[0]["review_id"]
    labels = await labels_of(tx, review_id, {row["record_id"] for row in rows})
    for row in rows:
        tx.emit(
            ContactChanged(
                review_id=review_id,
                contact_id=row["id"],
                cluster_id=row["step_id"],
                record_id=row["record_id"],
                label=labels[row["record_id"]],
                author=row["author"],
                state=row["state"],
                changed=tuple(changed),
            )
        )


async def change_contact(
    tx: Tx, review_id: str, contact_id: str, wanted: Mapping[str, str], note: str
) -> Row:
    """Write a message anew, say what became of it, or add a note; each stands in its log.

    `wanted` are new values of `address`, `subject`, `message`, `state`. What changes nothing is
    not logged. Raises `NotFound` for a message that is not there.
    """
    await tx.lock(f"contact/{review_id}/{contact_id}")
    row = await contacts.one(tx, review_id, contact_id)
    if row is None:
        raise NoSuchContact("The review has no such message; look at the list of messages.")
    changed = {name: value for name, value in wanted.items() if row[name] != value}
    if not changed and not note:
        return row
    if changed:
        await contacts.change(tx, review_id, contact_id, **changed)
    texts = [name for name in ("address", "subject", "message") if name in changed]
    said = [f"Written anew: {', '.join(texts)}."] if texts else []
    entry = {
        "review_id": review_id,
        "contact_id": contact_id,
        "state": changed.get("state", row["state"]),
        "note": " ".join([*said, note] if note else said),
        "at": tx.now(),
        "by": tx.actor,
    }
    await contacts.note(tx, entry)
    await tell_contacts([{**row, **changed}], tx, [*changed, *(["log"] if note else [])])
    return {**row, **changed}
