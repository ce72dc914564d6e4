"""Extraction's tables. Everything is keyed within a review; ids are the people's own keys."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from shared.db import BigKey, JsonB, UtcDateTime, kernel_metadata

metadata = kernel_metadata()


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, default=False)


reviews = Table(
    "reviews",
    metadata,
    _key("review_id"),
    Column("subject_version", BigKey, nullable=False),
    Column("last_stage", Text),
    _flag("retired"),
)
theories = Table(
    "theories",
    metadata,
    _key("review_id"),
    _key("theory_id"),
    Column("subject_version", BigKey, nullable=False),
    Column("version", Integer, nullable=False),
    _text("name"),
    _text("status"),
)
records = Table(
    "records",
    metadata,
    _key("review_id"),
    _key("record_id"),
    Column("subject_version", BigKey, nullable=False),
    _text("title"),
    _text("label"),
    Column("authors", JsonB, nullable=False),
    Column("year", Integer),
    _text("journal"),
    Column("doi", Text),
    Column("pmid", Text),
    Column("trials", JsonB),  # ids in title and abstract; None of records that came before
    _flag("retracted"),
    _flag("removed"),
)
aliases = Table(
    "aliases",
    metadata,
    _key("review_id"),
    _key("record_id"),
    Column("survivor", Text, nullable=False),
    _flag("merged"),
    Column("subject_version", BigKey, nullable=False),
    Index("ix_aliases_survivor", "review_id", "survivor"),
)
settlements = Table(
    "settlements",
    metadata,
    _key("review_id"),
    _key("record_id"),
    _key("stage"),
    Column("subject_version", BigKey, nullable=False),
    Column("verdict", Text),
    Column("theories", JsonB, nullable=False),
)
retrievals = Table(
    "retrievals",
    metadata,
    _key("review_id"),
    _key("record_id"),
    Column("state", Text, nullable=False),
    _text("reason"),
    Column("sought_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", Text),
)
documents = Table(
    "documents",
    metadata,
    _key("review_id"),
    _key("document_id"),
    _text("kind"),
    _text("title"),
    Column("record_id", Text),
    _text("study_id"),
    Column("case_id", Text),
    Column("year", Integer),
    _flag("confidential"),
    _flag("withdrawn"),
    _flag("erased"),
    Column("text_version", Integer, nullable=False, default=0),
    Column("participant", Text),
    Column("speakers", JsonB),
    Column("retain_until", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "review_id", "record_id"),
    Index(None, "retain_until"),
)
document_assignments = Table(
    "document_assignments",
    metadata,
    _key("review_id"),
    _key("document_id"),
    Column("person_id", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text),
    Index(None, "review_id", "person_id"),
)
document_texts = Table(
    "document_texts",
    metadata,
    _key("review_id"),
    _key("document_id"),
    Column("text_version", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    Column("stored_by", Text),
)
document_maps = Table(
    "document_maps",
    metadata,
    _key("review_id"),
    _key("document_id"),
    Column("text_version", Integer, primary_key=True),
    Column("map", JsonB, nullable=False),
)
sealing = Table(
    "sealing",
    metadata,
    _key("key_id"),
    Column("sealed_at", UtcDateTime, nullable=False),
)
uploads = Table(
    "uploads",
    metadata,
    _key("review_id"),
    _key("upload_id"),
    Column("sha256", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("size", BigKey, nullable=False),
    Column("state", Text, nullable=False),
    Column("proposals", JsonB, nullable=False),
    Column("warnings", JsonB, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("document_id", Text),
    Column("text_version", Integer),
    Column("uploaded_at", UtcDateTime, nullable=False),
    Column("uploaded_by", Text),
    Column("confirmed_at", UtcDateTime),
    Column("confirmed_by", Text),
    Index(None, "review_id", "document_id"),
    Index(None, "sha256"),
)
document_history = Table(
    "document_history",
    metadata,
    _key("review_id"),
    _key("document_id"),
    Column("version", Integer, primary_key=True),
    Column("what", Text, nullable=False),
    Column("state", JsonB, nullable=False),
    _text("reason"),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text),
)
study_links = Table(
    "study_links",
    metadata,
    _key("review_id"),
    _key("link_id"),
    Column("a", Text, nullable=False),
    Column("b", Text, nullable=False),
    _flag("linked"),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", Text),
)
codebooks = Table(
    "codebooks",
    metadata,
    _key("review_id"),
    _key("theory_id"),
    Column("version", Integer, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("groups", JsonB, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    Column("stored_by", Text),
)
codes = Table(
    "codes",
    metadata,
    _key("review_id"),
    _key("code_id"),
    Column("role", Text, nullable=False),
    Column("label", Text, nullable=False),
    _text("description"),
    Column("examples", JsonB, nullable=False),
    Column("meaning", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("merged_into", Text),
    Column("meaning_since", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
fragments = Table(
    "fragments",
    metadata,
    _key("review_id"),
    _key("fragment_id"),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("document_id", Text),
    Column("coder", Text),
    Column("duplicate_of", Text),
    Column("state", JsonB, nullable=False),
    Column("hash", Text, nullable=False),
    Column("anchor", Text, nullable=False),
    Column("place", JsonB),
    _flag("withheld"),
    Column("coded_by", Text),
    _flag("unpublished"),
    Column("round_id", Text),
    _flag("blind"),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "review_id", "duplicate_of"),
    Index(None, "review_id", "round_id"),
)
fragment_versions = Table(
    "fragment_versions",
    metadata,
    _key("review_id"),
    _key("fragment_id"),
    Column("version", Integer, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("state", JsonB, nullable=False),
    _text("reason"),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text),
)
fragment_theories = Table(
    "fragment_theories",
    metadata,
    _key("review_id"),
    _key("theory_id"),
    _key("fragment_id"),
    Column("codebook_version", Integer, nullable=False, server_default="0"),
    Index(None, "review_id", "fragment_id"),
)
fragment_documents = Table(
    "fragment_documents",
    metadata,
    _key("review_id"),
    _key("document_id"),
    _key("fragment_id"),
    Index(None, "review_id", "fragment_id"),
)
fragment_codes = Table(
    "fragment_codes",
    metadata,
    _key("review_id"),
    _key("code_id"),
    _key("role"),
    _key("fragment_id"),
    Index(None, "review_id", "fragment_id"),
)
appraisals = Table(
    "appraisals",
    metadata,
    _key("review_id"),
    _key("fragment_id"),
    _key("person_id"),
    Column("relevance", Text),
    Column("richness", Text),
    Column("rigour", Text),
    _text("comment"),
    Column("at", UtcDateTime, nullable=False),
)
