"""What screening keeps. Every table is keyed by the review first."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    Table,
    Text,
)

from shared.db import BigKey, JsonB, UtcDateTime, kernel_metadata

metadata = kernel_metadata()


def _id(name: str) -> "Column[str]":
    return Column(name, Text, primary_key=True)


reviews = Table(
    "reviews",
    metadata,
    _id("review_id"),
    Column("version", Integer, nullable=False),
    Column("seed", BigKey, nullable=False),
    Column("stages", JsonB, nullable=False),
    Column("question", Text, nullable=False),
)
members = Table(
    "members",
    metadata,
    _id("review_id"),
    _id("person"),
    Column("version", Integer, nullable=False),
    Column("roles", JsonB, nullable=False),
    Column("present", Boolean, nullable=False),
)
theories = Table(
    "theories",
    metadata,
    _id("review_id"),
    _id("theory_id"),
    Column("event_version", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("retired", Boolean, nullable=False),
)
records = Table(
    "records",
    metadata,
    _id("review_id"),
    _id("record_id"),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("keywords", JsonB, nullable=False),
    Column("authors", JsonB, nullable=False),
    Column("year", Integer),
    Column("journal", Text, nullable=False),
    Column("doi", Text),
    Column("pmid", Text),
    Column("label", Text, nullable=False),
    Column("flags", JsonB, nullable=False),
    Column("removed", Boolean, nullable=False),
)
library_sums = Table(
    "library_sums",
    metadata,
    _id("review_id"),
    Column("records", BigKey, nullable=False),
    Column("versions", BigKey, nullable=False),
)
aliases = Table(
    "aliases",
    metadata,
    _id("review_id"),
    _id("record_id"),
    Column("survivor", Text, nullable=False),
    Column("version", BigKey, nullable=False),
    Column("merged", Boolean, nullable=False),
    Column("restore", JsonB, nullable=False),
    Index("ix_aliases_survivor", "review_id", "survivor"),
)
entries = Table(
    "entries",
    metadata,
    _id("review_id"),
    _id("stage"),
    _id("record_id"),
    Column("active", Boolean, nullable=False),
    Column("standing", Text, nullable=False),
    Column("needed", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("verdict", Text),
    Column("reason", Text),
    Column("theories", JsonB, nullable=False),
    Column("how", Text),
    Column("criteria_version", Integer, nullable=False),
    Column("theory_versions", JsonB, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("place", BigKey, nullable=False),
    Column("score", Float),
    Column("why", Text),
    Column("closing", Boolean, nullable=False),
    Index("ix_entries_place", "review_id", "stage", "standing", "active", "place", "record_id"),
)
entry_changes = Table(
    "entry_changes",
    metadata,
    _id("review_id"),
    _id("stage"),
    Column("changes", BigKey, nullable=False),
)
votes = Table(
    "votes",
    metadata,
    _id("review_id"),
    _id("stage"),
    _id("record_id"),
    _id("person"),
    Column("round", Integer, primary_key=True),
    Column("verdict", Text, nullable=False),
    Column("reason", Text),
    Column("theories", JsonB, nullable=False),
    Column("note", Text, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("criteria_version", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("recorded_by", Text),
    Index("ix_votes_person", "review_id", "stage", "person"),
)
history = Table(
    "history",
    metadata,
    Column("position", BigKey, primary_key=True, autoincrement=True),
    Column("review_id", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("person", Text),
    Column("what", Text, nullable=False),
    Column("said", JsonB, nullable=False),
    Column("blind", Boolean, nullable=False),
    Index("ix_history_record", "review_id", "stage", "record_id", "position"),
    sqlite_autoincrement=True,
)
criteria = Table(
    "criteria",
    metadata,
    _id("review_id"),
    _id("stage"),
    Column("version", Integer, primary_key=True),
    Column("criteria", JsonB, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
)
stage_states = Table(
    "stage_states",
    metadata,
    _id("review_id"),
    _id("stage"),
    Column("kappa_reached", Boolean, nullable=False),
    Column("stopped", Text, nullable=False),
    Column("target", JsonB, nullable=False),
    Column("check", JsonB, nullable=False),
    Column("start", JsonB, nullable=False),
    Column("ranking", JsonB, nullable=False),
    Column("assessed", JsonB, nullable=False),
)
leases = Table(
    "leases",
    metadata,
    _id("review_id"),
    _id("stage"),
    _id("record_id"),
    _id("person"),
    Column("until", Float, nullable=False),
    Column("carried_from", Text, nullable=False, server_default=""),
)
assignments = Table(
    "assignments",
    metadata,
    _id("review_id"),
    _id("stage"),
    _id("record_id"),
    _id("person"),
    Column("carried_from", Text, nullable=False, server_default=""),
)
postponed = Table(
    "postponed",
    metadata,
    _id("review_id"),
    _id("stage"),
    _id("record_id"),
    _id("person"),
    Column("carried_from", Text, nullable=False, server_default=""),
)
offers = Table(
    "offers",
    metadata,
    _id("review_id"),
    _id("stage"),
    _id("record_id"),
    Column("cause", Text, nullable=False),
    Column("words", JsonB, nullable=False),
    Column("offered_at", UtcDateTime, nullable=False),
    Column("open", Boolean, nullable=False),
)
days = Table(
    "days",
    metadata,
    _id("review_id"),
    _id("stage"),
    _id("day"),
    Column("decisions", Integer, nullable=False),
    Column("said", Integer, nullable=False),
)
highlights = Table(
    "highlights",
    metadata,
    _id("review_id"),
    _id("name"),
    Column("terms", JsonB, nullable=False),
    Column("colour", Text, nullable=False),
)
