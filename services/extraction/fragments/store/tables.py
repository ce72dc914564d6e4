"""Tables of this capability alone: what fragments are looked up by, coding schemas, memos."""

from sqlalchemy import Column, Index, Table, Text

from services.extraction.tables import metadata
from shared.db import JsonB, UtcDateTime

fragment_traits = Table(
    "fragment_traits",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("trait", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("fragment_id", Text, primary_key=True),
    Index(None, "review_id", "fragment_id"),
)
coding_schemas = Table(
    "coding_schemas",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", Text),
)
memos = Table(
    "memos",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("memo_id", Text, primary_key=True),
    Column("about", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("person_id", Text),
    Column("links", JsonB),
    Column("passage", JsonB),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "review_id", "about"),
)
