"""The search service's tables: a review's library and how it came to be."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from shared.db import JsonB, UtcDateTime, kernel_metadata

metadata = kernel_metadata()
WITHDRAWN = "withdrawn"
GONE = "state <> 'active'"
"""What two indexes hold: SQLite takes them only for these words."""


def _partial(name: str, *columns: str, where: str) -> Index:
    """An index of some rows, on either database."""
    return Index(name, *columns, postgresql_where=text(where), sqlite_where=text(where))


reviews = Table(
    "reviews",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("retired", Boolean, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("filename", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("arm", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("encoding", Text, nullable=False),
    Column("state", Text, nullable=False),  # reading, done, refused, reversed
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("records", Integer, nullable=False),
    Column("source_records", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("merged", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("repairs", JsonB, nullable=False),
    Column("rejections", JsonB, nullable=False),
    Column("unlisted", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Text),
    Column("ended_at", UtcDateTime),
    Column("reader", Text),  # token of whoever reads the file
    Column("read_until", Float),  # by the database's clock
)

import_bytes = Table(
    "import_bytes",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("import_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),  # zlib
)

source_records = Table(
    "source_records",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("own_id", Text),
    Column("label", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("bundle", Text, nullable=False),
    Column("arrived", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),  # Bibliography as MessagePack
    Column("features", LargeBinary, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    _partial("ix_source_records_record", "review_id", "record_id", where="record_id <> id"),
    _partial("ix_source_records_bundle", "review_id", "bundle", where="bundle <> id"),
    Index("ix_source_records_arrived", "review_id", "arrived"),
    _partial("ix_source_records_withdrawn", "review_id", "id", where=WITHDRAWN),
)

sightings = Table(
    "sightings",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("source_record_id", Text, primary_key=True),
    Column("origin", Text, primary_key=True),  # id of the import or search, or "hand"
    Column("arm", Text, nullable=False),
    Column("import_id", Text),
    Column("search_id", Text),
    Column("line", Integer),
    Column("how", Text),  # in words, where the origin alone does not tell
    Column("found_at", UtcDateTime, nullable=False),
    Index("ix_sightings_origin", "review_id", "origin"),
)

records = Table(
    "records",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("title", Text, nullable=False),
    Column("year", Integer),
    Column("label", Text, nullable=False),
    Column("doi", Text),
    Column("pmid", Text),
    Column("state", Text, nullable=False),  # active, absorbed, removed
    Column("flags", JsonB, nullable=False),
    Column("amended", JsonB, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_records_number", "review_id", "number"),
    _partial("ix_records_pmid", "review_id", "pmid", where="pmid IS NOT NULL"),
    _partial("ix_records_gone", "review_id", "state", where=GONE),
)

texts = Table(
    "texts",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("record_id", Text, primary_key=True),
    Column("folded", Text, nullable=False),
    Column("place", BigInteger),  # in the index of `searching`; none yet: it is scanned
    _partial("ix_texts_place", "place", where="place IS NOT NULL"),
    _partial("ix_texts_unplaced", "review_id", "number", where="place IS NULL"),
)

text_places = Table(
    "text_places",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("given", BigInteger, nullable=False),  # the highest place ever given
)

aliases = Table(
    "aliases",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),  # that was absorbed
    Column("survivor", Text, nullable=False),
    Column("merged", Boolean, nullable=False),  # false: it was split off again
    Column("version", BigInteger, nullable=False),  # counts its merges and splits
    Index("ix_aliases_survivor", "review_id", "survivor"),
)

history = Table(
    "history",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text),
    Column("what", Text, nullable=False),
    Column("detail", JsonB, nullable=False),
)


def _keys(name: str) -> Table:
    """Blocking keys of source records, which are named by their place in the order of arrival."""
    return Table(
        name,
        metadata,
        Column("review_id", Text, primary_key=True),
        Column("key", BigInteger, primary_key=True, autoincrement=False),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )


keys, recent_keys = _keys("keys"), _keys("recent_keys")

crowded = Table(
    "crowded",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

pairs = Table(
    "pairs",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("one", Text, primary_key=True),
    Column("other", Text, primary_key=True),
    Column("verdict", Text, nullable=False),  # together, apart
    Column("reason", Text, nullable=False),
    Column("person", Text),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_pairs_other", "review_id", "other"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("one", Text, nullable=False),
    Column("other", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("strength", Integer, nullable=False),
    Column("state", Text, nullable=False),  # open, merged, distinct, closed
    Column("note", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", Text),
    Index("ix_proposals_state", "review_id", "state"),
    Index("ix_proposals_one", "review_id", "one"),
    Index("ix_proposals_other", "review_id", "other"),
)

settlements = Table(
    "settlements",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("verdict", Text, nullable=False),
)

assignments = Table(
    "assignments",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text),
    Index("ix_assignments_person", "review_id", "person"),
)

runs = Table(
    "runs",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("search_id", Text, nullable=False),
    Column("trigger", Text, nullable=False),  # person, schedule, refetch, cluster
    Column("state", Text, nullable=False),  # waiting, running, succeeded, failed
    Column("query", Text, nullable=False),
    Column("report", JsonB, nullable=False),
    Column("found", Integer, nullable=False),
    Column("source_records", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("merged", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_runs_search", "review_id", "search_id", "asked_at"),
)

steps = Table(
    "steps",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),  # the gap's id
    Column("version", BigInteger, nullable=False),
    Column("theory_id", Text, nullable=False),
    Column("detail", JsonB, nullable=False),
    Column("state", Text, nullable=False),  # proposed, approved, done, dismissed, closed
    Column("changed_at", UtcDateTime, nullable=False),
)
