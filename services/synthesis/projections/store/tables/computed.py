"""What is computed, and what people say of it."""

from sqlalchemy import Column, Index, Integer, Table, Text

from services.synthesis.projections.store.tables.columns import flag, key, metadata, text
from shared.db import BigKey, JsonB, UtcDateTime

marks = Table(
    "marks",
    metadata,
    key("review_id"),
    key("theory_id"),
    Column("marked", BigKey, nullable=False),
    Column("computed", BigKey, nullable=False),
    Column("computed_at", UtcDateTime),
    Column("algorithm", Integer, nullable=False),
)
causes = Table(
    "causes",
    metadata,
    key("review_id"),
    key("theory_id"),
    key("event_id"),
    Column("mark", BigKey, nullable=False),
    Column("fragments", JsonB),
    flag("needs_recheck"),
)
ccmocs = Table(
    "ccmocs",
    metadata,
    key("review_id"),
    key("ccmoc_id"),
    Column("theory_id", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("mechanism", Text, nullable=False),
    flag("leading"),
    Column("revision", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("body", JsonB, nullable=False),
    text("state"),
    flag("lapsed"),
    flag("recheck"),
    Column("checked_revision", Integer),
    Column("checked_hash", Text),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_ccmocs_theory", "review_id", "theory_id"),
)
revisions = Table(
    "revisions",
    metadata,
    key("review_id"),
    key("ccmoc_id"),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("theory_id", Text, nullable=False),
    Column("hash", Text),
    Column("body", JsonB),
    Column("kinds", JsonB, nullable=False),
    Column("words", JsonB, nullable=False),
    Column("caused_by", JsonB, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_revisions_at", "review_id", "at"),
)
ccmoc_states = Table(
    "ccmoc_states",
    metadata,
    Column("position", BigKey, primary_key=True, autoincrement=True),
    Column("review_id", Text, nullable=False),
    Column("ccmoc_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    text("reason"),
    Column("revision", Integer, nullable=False),
    Column("person", Text),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_ccmoc_states", "review_id", "ccmoc_id"),
    sqlite_autoincrement=True,
)
gaps = Table(
    "gaps",
    metadata,
    key("review_id"),
    key("gap_id"),
    Column("theory_id", Text, nullable=False),
    text("kind"),
    text("detail"),
    Column("ccmoc_id", Text),
    Column("argument_id", Text),
    Column("documents", JsonB, nullable=False),
    flag("closed"),
    Index("ix_gaps_theory", "review_id", "theory_id"),
)
argument_evidence = Table(
    "argument_evidence",
    metadata,
    key("review_id"),
    key("argument_id"),
    Column("theory_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("body", JsonB, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_argument_evidence_theory", "review_id", "theory_id"),
)
argument_revisions = Table(
    "argument_revisions",
    metadata,
    key("review_id"),
    key("argument_id"),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("argument_version", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("body", JsonB, nullable=False),
    Column("words", JsonB, nullable=False),
    Column("caused_by", JsonB, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
versions = Table(
    "versions",
    metadata,
    key("review_id"),
    key("version_id"),
    Column("position", Integer, nullable=False),
    text("number"),
    text("reason"),
    Column("inputs_hash", Text, nullable=False),
    Column("content", JsonB, nullable=False),
    Column("person", Text),
    Column("at", UtcDateTime, nullable=False),
)
