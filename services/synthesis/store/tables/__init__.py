"""Synthesis' tables. Everything is keyed within a review; ids are the people's own keys."""

from services.synthesis.store.tables.columns import metadata
from services.synthesis.store.tables.computed import (
    causes,
    ccmoc_states,
    ccmocs,
    gaps,
    marks,
    revisions,
    versions,
)
from services.synthesis.store.tables.stated import (
    judgements,
    parameters,
    pins,
    theories,
    theory_history,
    theory_notes,
)
from services.synthesis.store.tables.told import (
    aliases,
    appraisals,
    codebooks,
    documents,
    fragment_documents,
    fragment_theories,
    fragments,
    records,
    reviews,
    searches,
    settlements,
    study_links,
)

__all__ = [
    "aliases",
    "appraisals",
    "causes",
    "ccmoc_states",
    "ccmocs",
    "codebooks",
    "documents",
    "fragment_documents",
    "fragment_theories",
    "fragments",
    "gaps",
    "judgements",
    "marks",
    "metadata",
    "parameters",
    "pins",
    "records",
    "reviews",
    "revisions",
    "searches",
    "settlements",
    "study_links",
    "theories",
    "theory_history",
    "theory_notes",
    "versions",
]
