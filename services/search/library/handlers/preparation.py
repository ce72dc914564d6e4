"""What a source record needs before it can be kept; pure, done outside transactions."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b

from services.search.library.domain.dedup import Features, normalise
from services.search.library.domain.record import Bibliography, SourceRecord
from services.search.library.store.blocking_keys import hashes
from services.search.library.store.content import encode
from shared.ids import stable_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A source record with its id, its content as stored, and what comparison needs.

    `keys` are its hashed blocking keys; empty when nothing identifies it, so
    that it is never merged.
    """

    id: str
    source: str
    own_id: str | None
    content: bytes
    features: Features
    keys: tuple[int, ...]
    label: str = ""
    line: int | None = None


def prepare(review_id: str, record: SourceRecord, label: str = "", twin: int = 0) -> Prepared:
    """Gives a source record its identity: the source's own id, or the hash of its content.

    `twin` tells apart equal records that nothing identifies.
    """
    bibliography = record.bibliography
    content = encode(bibliography)
    own = record.own_id or _digest(content, label, twin)
    features = normalise(bibliography)
    return Prepared(
        id=stable_id(review_id, record.source, own),
        source=record.source,
        own_id=record.own_id,
        content=content,
        features=features,
        keys=hashes(features) if identifies(bibliography) else (),
        label=label,
        line=record.line,
    )


def identifies(bibliography: Bibliography) -> bool:
    """Whether there is a title or an identifier to compare by."""
    return bool(bibliography.title or bibliography.doi or bibliography.pmid)


def prepare_all(review_id: str, records: Iterable[SourceRecord]) -> list[Prepared]:
    """Prepares the records of one page; equal ones without any identity stay apart."""
    return [prepare_apart(review_id, record) for record in records]


def prepare_apart(review_id: str, record: SourceRecord) -> Prepared:
    """Prepares a record of a file: one without any identity is known by its line too."""
    nameless = record.own_id is None and not identifies(record.bibliography)
    return prepare(review_id, record, twin=record.line or 0 if nameless else 0)


def under(record: SourceRecord, source: str) -> SourceRecord:
    """The record as delivered by `source`, unless it names its own database."""
    return record if record.source == "pubmed" else replace(record, source=source)


def _digest(content: bytes, label: str, twin: int) -> str:
    salt = f"{label}\x1f{twin or ''}".encode()
    return blake2b(content + salt, digest_size=16).hexdigest()
