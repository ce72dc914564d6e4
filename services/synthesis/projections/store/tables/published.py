"""What other services said: the newest version of each subject."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, false

from services.synthesis.projections.store.tables.columns import flag, key, metadata, text, version
from shared.db import JsonB

reviews = Table(
    "reviews",
    metadata,
    key("review_id"),
    version(),
    text("title"),
    text("question"),
    Column("stages", JsonB, nullable=False),
    Column("last_stage", Text),
    flag("retired"),
    text("registration"),
)
criteria = Table(
    "criteria",
    metadata,
    key("review_id"),
    key("stage"),
    version(),
    Column("words", JsonB, nullable=False),
)
documents = Table(
    "documents",
    metadata,
    key("review_id"),
    key("document_id"),
    version(),
    text("kind"),
    text("title"),
    Column("record_id", Text),
    text("study_id"),
    Column("case_id", Text),
    flag("confidential"),
    flag("withdrawn"),
    Column("year", Integer),
    Index("ix_documents_record", "review_id", "record_id"),
    Index("ix_documents_study", "review_id", "study_id"),
)
fragments = Table(
    "fragments",
    metadata,
    key("review_id"),
    key("fragment_id"),
    version(),
    Column("version", Integer, nullable=False),
    text("status"),
    Column("duplicate_of", Text),
    Column("theories", JsonB, nullable=False),
    Column("elements", JsonB, nullable=False),
    Column("sources", JsonB, nullable=False),
    Column("document_id", Text),
    text("quote"),
    text("paraphrase"),
    text("locator"),
    text("explicitness"),
    text("statement_level"),
    Column("coder", Text),
    text("coded_at"),
    flag("confidential"),
    Index("ix_fragments_duplicate_of", "review_id", "duplicate_of"),
)
fragment_versions = Table(
    "fragment_versions",
    metadata,
    key("review_id"),
    key("fragment_id"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("duplicate_of", Text),
    Column("theories", JsonB, nullable=False),
    Column("elements", JsonB, nullable=False),
    Column("sources", JsonB, nullable=False),
)
fragment_theories = Table(
    "fragment_theories",
    metadata,
    key("review_id"),
    key("theory_id"),
    key("fragment_id"),
    Index("ix_fragment_theories_fragment", "review_id", "fragment_id"),
)
fragment_documents = Table(
    "fragment_documents",
    metadata,
    key("review_id"),
    key("document_id"),
    key("fragment_id"),
    Index("ix_fragment_documents_fragment", "review_id", "fragment_id"),
)
appraisals = Table(
    "appraisals",
    metadata,
    key("review_id"),
    key("appraisal_id"),
    version(),
    Column("fragment_id", Text, nullable=False),
    Column("relevance", Text),
    Column("richness", Text),
    Column("rigour", Text),
    text("comment"),
)
codebooks = Table(
    "codebooks",
    metadata,
    key("review_id"),
    key("theory_id"),
    version(),
    Column("version", Integer, nullable=False),
    Column("groups", JsonB, nullable=False),
)
study_links = Table(
    "study_links",
    metadata,
    key("review_id"),
    key("link_id"),
    version(),
    Column("one", Text, nullable=False),
    Column("other", Text, nullable=False),
    flag("linked"),
)
records = Table(
    "records",
    metadata,
    key("review_id"),
    key("record_id"),
    version(),
    text("title"),
    text("label"),
    Column("authors", JsonB, nullable=False),
    Column("year", Integer),
    text("journal"),
    Column("flags", JsonB, nullable=False),
    Column("routes", JsonB, nullable=False),
    flag("retracted"),
    flag("removed"),
)
aliases = Table(
    "aliases",
    metadata,
    key("review_id"),
    key("record_id"),
    Column("survivor", Text, nullable=False),
    version(),
    flag("merged"),
    Index("ix_aliases_survivor", "review_id", "survivor"),
)
settlements = Table(
    "settlements",
    metadata,
    key("review_id"),
    key("record_id"),
    key("stage"),
    version(),
    Column("verdict", Text),
    Column("reason", Text),
    Column("automation", Boolean, nullable=False, server_default=false()),
)
retrievals = Table(
    "retrievals",
    metadata,
    key("review_id"),
    key("record_id"),
    version(),
    flag("missing"),
    text("reason"),
)
search_runs = Table(
    "search_runs",
    metadata,
    key("review_id"),
    key("run_id"),
    version(),
    Column("said", JsonB, nullable=False),
)
