"""What the authors wrote for the report."""

from sqlalchemy import Column, Integer, Table, Text

from services.synthesis.projections.store.tables.columns import key, metadata, text
from shared.db import UtcDateTime

author_texts = Table(
    "author_texts",
    metadata,
    key("review_id"),
    key("item"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    text("text"),
    text("because"),
    Column("person", Text),
    Column("at", UtcDateTime, nullable=False),
)
