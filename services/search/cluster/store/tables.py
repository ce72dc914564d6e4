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
    Column("pmid", Text, primary_key=True),  # or another name: `doi:10.1000/x`, `openalex:W1`
    Column("step", Text, primary_key=True),
    Column("pearl", Text, primary_key=True),  # record id, or "" for the whole cluster
    Column("state", Text, nullable=False),  # found, kept, beyond, missing
    Column("record_id", Text),
    Column("new", Boolean, nullable=False),
    Column("sources", JsonB),  # who named it; none: PubMed, before others were asked
    Column("said", JsonB),  # what a source says of an article without PMID, until it is kept
)

lexicons = Table(
    "cluster_lexicons",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("theory_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("words", JsonB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", Text),
)

contacts = Table(
    "cluster_contacts",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("step_id", Text, nullable=False),  # the gap's id
    Column("record_id", Text, nullable=False),  # the pearl
    Column("author", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("state", Text, nullable=False),  # to_write, sent, answered, no_answer
    Column("drafted_at", UtcDateTime, nullable=False),
    Index("ix_cluster_contacts_step", "review_id", "step_id"),
)

contact_log = Table(
    "cluster_contact_log",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("contact_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text),
)

relations = Table(
    "cluster_relations",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("a", Text, primary_key=True),  # the pearl
    Column("b", Text, primary_key=True),  # the record that is proposed
    Column("kind", Text, nullable=False),  # sibling, kinship
    Column("why", Text, nullable=False),
    Column("score", JsonB, nullable=False),
    Column("state", Text, nullable=False),  # proposed, confirmed, refused
    Column("step_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", Text),
    Index("ix_cluster_relations_b", "review_id", "b"),
)
