"""Tables of what became of records downstream: documents, fragments, what these changed."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from services.search.tables import metadata
from shared.db import JsonB

documents = Table(
    "cluster_documents",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("document_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("record_id", Text),
    Column("study_id", Text, nullable=False),
    Column("case_id", Text),
    Index("ix_cluster_documents_record", "review_id", "record_id"),
)

fragments = Table(
    "cluster_fragments",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("fragment_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("theories", JsonB, nullable=False),
    Column("said", Text, nullable=False, server_default=""),  # nothing of a confidential source
    Column("cases", JsonB),  # ids of the cases that its sources tell of
    Index("ix_cluster_fragments_document", "review_id", "document_id"),
)

causes = Table(
    "cluster_causes",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("fragment_id", Text, nullable=False),
    Index("ix_cluster_causes_fragment", "review_id", "fragment_id"),
)

changes = Table(
    "cluster_changes",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),  # the cause
    Column("kind", Text, primary_key=True),  # ccmoc, argument
    Column("subject", Text, primary_key=True),
)

appraisals = Table(
    "cluster_appraisals",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("appraisal_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("fragment_id", Text, nullable=False),
    Column("richness", Text),
)
