"""What people said here: theories and the way to them, pins, judgements, arguments."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, false

from services.synthesis.projections.store.tables.columns import key, metadata, text
from shared.db import BigKey, JsonB, UtcDateTime

theories = Table(
    "theories",
    metadata,
    key("review_id"),
    key("theory_id"),
    Column("version", Integer, nullable=False),
    Column("state", JsonB, nullable=False),
)
theory_history = Table(
    "theory_history",
    metadata,
    key("review_id"),
    key("theory_id"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("state", JsonB, nullable=False),
    text("reason"),
    Column("moved_by", JsonB),
    Column("person", Text),
    Column("at", UtcDateTime, nullable=False),
)
theory_notes = Table(
    "theory_notes",
    metadata,
    key("review_id"),
    key("theory_id"),
    key("kind"),
    key("note_id"),
    Column("content", JsonB, nullable=False),
    Column("person", Text),
    Column("at", UtcDateTime, nullable=False),
)
pins = Table(
    "pins",
    metadata,
    key("review_id"),
    key("theory_id"),
    Column("outcome", Text),
    text("reason"),
    Column("person", Text),
    Column("at", UtcDateTime, nullable=False),
)
parameters = Table(
    "parameters",
    metadata,
    key("review_id"),
    Column("stated", JsonB, nullable=False),
)
judgements = Table(
    "judgements",
    metadata,
    Column("position", BigKey, primary_key=True, autoincrement=True),
    Column("review_id", Text, nullable=False),
    Column("theory_id", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("mechanism", Text, nullable=False),
    Column("fragment_id", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("acting_as", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("fragment_version", Integer),
    Column("blind", Boolean, nullable=False, server_default=false()),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_judgements_theory", "review_id", "theory_id"),
    sqlite_autoincrement=True,
)
arguments = Table(
    "arguments",
    metadata,
    key("review_id"),
    key("argument_id"),
    Column("theory_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("state", JsonB, nullable=False),
    Column("event_id", Text, nullable=False),
    Index("ix_arguments_theory", "review_id", "theory_id"),
)
argument_history = Table(
    "argument_history",
    metadata,
    key("review_id"),
    key("argument_id"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("state", JsonB, nullable=False),
    Column("person", Text),
    Column("at", UtcDateTime, nullable=False),
)
inference_items = Table(
    "inference_items",
    metadata,
    key("review_id"),
    key("kind"),
    key("item_id"),
    Column("version", Integer, nullable=False),
    Column("state", JsonB, nullable=False),
)
inference_history = Table(
    "inference_history",
    metadata,
    key("review_id"),
    key("kind"),
    key("item_id"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("state", JsonB, nullable=False),
    Column("person", Text),
    Column("at", UtcDateTime, nullable=False),
)
