"""Tables of CLUSTER searching: rounds, and what each of their steps found."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from services.search.tables import metadata
from shared.db import JsonB, UtcDateTime

rounds = Table(
    "cluster_rounds",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("step_id", Text, primary_key=True),  # the gap's id
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),  # waiting, running, succeeded, failed
    Column("pearls", JsonB, nullable=False),  # record id to PMID, or "" without
    Column("options", JsonB, nullable=False),  # as people chose them
    Column("report", JsonB, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("asked_by", Text),
    Column("ended_at", UtcDateTime),
    Index("ix_cluster_rounds_asked", "review_id", "asked_at"),
)

round_hits = Table(
    "cluster_hits",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("step_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("pmid", Text, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("pearl", Text, primary_key=True),  # record id, or "" for the whole cluster
    Column("state", Text, nullable=False),  # found, kept, beyond, missing
    Column("record_id", Text),
    Column("new", Boolean, nullable=False),
)
