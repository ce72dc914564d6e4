"""Events leave through this table, in the transaction that made them true."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

from shared.actors import SERVICE, ActorKind
from shared.db.bulk import columns_of, insert_rows, is_one_of, unnesting
from shared.db.types import BigKey, UtcDateTime
from shared.events import Event, Received
from shared.http.problems import EventTooLarge
from shared.ids import new_id
from shared.kernel import envelope
from shared.ops.failpoints import reach

MAX_EVENT_BYTES = 256 * 1024
_RAISE = (
    " ON CONFLICT (review_id, subject) DO UPDATE SET version = subjects.version + excluded.version"
)
_COUNT = " ON CONFLICT (kind, name) DO UPDATE SET count = counters.count + excluded.count"

metadata = MetaData()
outbox = Table(
    "outbox",
    metadata,
    Column("position", BigKey, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("review_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_version", BigInteger, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent", Boolean, nullable=False),
    Column("published_position", BigInteger, unique=True),
    Index(
        "ix_outbox_unsent",
        "position",
        postgresql_where=text("NOT sent"),
        sqlite_where=text("NOT sent"),
    ),
)
NOT_SENT = text("NOT sent")
"""The words of the partial index: SQLite uses it for these words only."""
subjects = Table(
    "subjects",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
)
counters = Table(
    "counters",
    metadata,
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    UniqueConstraint("kind", "name", name="uq_counters_kind_name"),
)
_UNKNOWN = b'"subjectversion":0'
"""In JSON's strings a quotation mark is escaped, so its first place is the envelope's own."""
_GIVEN: dict[str, Any] = {
    "id": Text(),
    "type": Text(),
    "version": Integer(),
    "review_id": Text(),
    "subject": Text(),
    "later": BigInteger(),
    "head": LargeBinary(),
    "tail": LargeBinary(),
    "created_at": TIMESTAMP(timezone=True),
}
_RAISE_AND_INSERT = text(
    """
    WITH given AS (
      SELECT * FROM unnest(
        CAST(:id AS text[]), CAST(:type AS text[]), CAST(:version AS integer[]),
        CAST(:review_id AS text[]), CAST(:subject AS text[]), CAST(:later AS bigint[]),
        CAST(:head AS bytea[]), CAST(:tail AS bytea[]), CAST(:created_at AS timestamptz[])
      ) WITH ORDINALITY AS given(
        id, type, version, review_id, subject, later, head, tail, created_at, number
      )
    ),
    raised AS (
      INSERT INTO subjects (review_id, subject, version)
      SELECT review_id, subject, count(*) FROM given GROUP BY review_id, subject
      ORDER BY review_id COLLATE "C", subject COLLATE "C"
      ON CONFLICT (review_id, subject) DO UPDATE
        SET version = subjects.version + excluded.version
      RETURNING review_id, subject, version
    )
    INSERT INTO outbox
      (id, type, version, review_id, subject, subject_version, envelope, created_at, sent)
    SELECT given.id, given.type, given.version, given.review_id, given.subject,
      raised.version - given.later,
      given.head || convert_to((raised.version - given.later)::text, 'UTF8') || given.tail,
      given.created_at, FALSE
    FROM given JOIN raised USING (review_id, subject) ORDER BY given.number
    """
).bindparams(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _GIVEN.items()))
"""Row locks are taken in the order in which `raise_versions` takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitted:
    """An event on its way into the outbox, with what caused it."""

    id: str
    event: Event
    cause: Received[Any] | None = None
    causation_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who says an event, and in which trace."""

    service: str
    now: datetime
    actor_id: str | None = None
    actor_kind: ActorKind = SERVICE
    correlation_id: str | None = None
    traceparent: str | None = None
    causation_id: str | None = None


async def append(session: Any, emitted: Sequence[Emitted], origin: Origin) -> None:
    """Raise the subjects' counters (under their row locks), then write the rows.

    Raises `EventTooLarge` over 256 KB: nothing of the use case is kept then.
    """
    if not emitted:
        return
    reach("outbox.before_append")
    wanted = Counter((e.event.review_id, e.event.subject) for e in emitted)
    if session.dialect == "postgresql":
        await _raise_and_insert(session, emitted, origin, wanted)
    else:
        raised = await raise_versions(session, wanted)
        last = {key: version - wanted[key] for key, version in raised.items()}
        rows = []
        for item in emitted:
            key = (item.event.review_id, item.event.subject)
            last[key] += 1
            rows.append(_row(item, last[key], origin))
        await insert_rows(session, outbox, rows)
    reach("outbox.after_append")


async def _raise_and_insert(
    session: Any, emitted: Sequence[Emitted], origin: Origin, wanted: Counter[tuple[str, str]]
) -> None:
    """Both in one statement, which writes each version into its sealed envelope.

    A round trip less of four takes a tenth of what an event in a transaction of its own costs.
    """
    later = Counter(wanted)
    given: dict[str, list[Any]] = {name: [] for name in _GIVEN}
    for item in emitted:
        row = _row(item, 0, origin)
        later[(row["review_id"], row["subject"])] -= 1
        head, _, tail = row["envelope"].partition(_UNKNOWN)
        row |= {
            "later": later[(row["review_id"], row["subject"])],
            "head": head + _UNKNOWN[:-1],
            "tail": tail,
        }
        for name, values in given.items():
            values.append(row[name])
    await session.execute(_RAISE_AND_INSERT, given)


async def raise_versions(
    session: Any, wanted: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """Raise the counters of subjects, (review, subject) by how much; returns their versions.

    Their row locks are held until the transaction ends.
    """
    rows: Any = [
        {"review_id": review, "subject": subject, "version": n}
        for (review, subject), n in sorted(wanted.items())
    ]
    names = ("review_id", "subject", "version")
    if session.dialect == "postgresql":
        stmt = unnesting(subjects, names, f"{_RAISE} RETURNING review_id, subject, version")
        columns = columns_of(session.dialect, subjects, names, rows)
        raised = (await session.execute(stmt, columns)).all()
        return {(r.review_id, r.subject): r.version for r in raised}
    # The one writer of SQLite: nobody raises a counter between looking and raising.
    asked = is_one_of(session.dialect, subjects.c.subject, [row["subject"] for row in rows])
    reviews = subjects.c.review_id.in_({row["review_id"] for row in rows})
    found = (await session.execute(select(subjects).where(reviews, asked))).all()
    known = {(r.review_id, r.subject): r.version for r in found}
    await insert_rows(session, subjects, rows, _RAISE)
    return {key: known.get(key, 0) + n for key, n in wanted.items()}


def _row(item: Emitted, version: int, origin: Origin) -> dict[str, Any]:
    event = item.event
    body = envelope.seal(
        event,
        id=item.id,
        time=origin.now,
        subject_version=version,
        causation_id=_causation(item, origin),
        correlation_id=_correlation(item, origin),
        actor_id=origin.actor_id,
        actor_kind=origin.actor_kind,
        traceparent=origin.traceparent,
    )
    if len(body) > MAX_EVENT_BYTES:
        raise EventTooLarge(
            f"{type(event).__name__} about {event.subject} has {len(body):,} bytes; "
            f"an event carries at most {MAX_EVENT_BYTES:,}: shorten its texts"
        )
    return {
        "id": item.id,
        "type": f"{event.SERVICE}.{event.NAME}",
        "version": event.VERSION,
        "review_id": event.review_id,
        "subject": event.subject,
        "subject_version": version,
        "envelope": body,
        "created_at": origin.now,
        "sent": False,
    }


def _causation(item: Emitted, origin: Origin) -> str | None:
    if item.cause:
        return item.cause.id
    return item.causation_id or origin.causation_id


def _correlation(item: Emitted, origin: Origin) -> str:
    if item.cause:
        return item.cause.correlation_id
    return origin.correlation_id or item.id


def emitted(
    event: Event, cause: Received[Any] | None = None, causation_id: str | None = None
) -> Emitted:
    """Give an event its id."""
    return Emitted(id=new_id(), event=event, cause=cause, causation_id=causation_id)


async def raise_counters(session: Any, counts: Mapping[tuple[str, str], int]) -> None:
    """Add to the counters, by kind and name, that tell the system that nothing is in flight."""
    rows = [
        {"kind": kind, "name": name, "count": n} for (kind, name), n in sorted(counts.items()) if n
    ]
    await insert_rows(session, counters, rows, _COUNT)


def of_kind(kind: str, counts: Mapping[str, int]) -> dict[tuple[str, str], int]:
    """Counts by name as counts by kind and name."""
    return {(kind, name): n for name, n in counts.items()}
