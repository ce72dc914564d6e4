"""What people call the study of a report that was sought: its first author and year.

A document that is made of an included record has the record's id, and is a study of its own until
somebody says of which. Counts, gaps and reports name studies, so its study is named as people would
cite it: `Hartwell 2019`, and `Hartwell 2019 b` where another study is called so already.
"""

import re
from dataclasses import replace
from itertools import count

from services.extraction.projections import store as projections
from services.extraction.studies import store as studies
from services.extraction.texts.domain import DocumentFacts
from shared.db import Tx
from shared.db.rows import Row


async def named(review_id: str, facts: DocumentFacts, before: Row | None, tx: Tx) -> DocumentFacts:
    """The same facts, with a name for the study where nobody has said which it is."""
    unsaid = (facts.study_id or facts.document_id) == facts.document_id == facts.record_id
    if not unsaid:
        return facts
    if before is not None:
        return replace(facts, study_id=before["study_id"])
    return replace(facts, study_id=await free_name(review_id, str(facts.record_id), tx))


async def free_name(review_id: str, record_id: str, tx: Tx) -> str:
    """What the study of a record is called, apart from others; empty where nothing says it."""
    record = await projections.record_of(tx, review_id, record_id)
    name = called(record) if record else ""
    if not name:
        return ""
    for candidate in (name if n == 1 else f"{name} {_letter(n)}" for n in count(1)):
        if not await studies.is_study(tx, review_id, candidate):
            return candidate
    raise AssertionError("unreachable: letters do not end")


def called(record: Row) -> str:
    """First author and year, or what the record was called by whoever brought it; may be empty."""
    authors, year = record["authors"], record["year"]
    if authors and year:
        return f"{_surname(authors[0])} {year}"
    return str(record["label"] or "")


def _surname(author: str) -> str:
    if "," in author:
        return author.partition(",")[0].strip()
    parts = author.split()
    while len(parts) > 1 and re.fullmatch(r"[A-Z]{1,3}\.?", parts[-1]):
        parts.pop()
    return " ".join(parts)


def _letter(number: int) -> str:
    """2 → b, 26 → z, 27 → aa."""
    said = ""
    while number:
        number, rest = divmod(number - 1, 26)
        said = chr(ord("a") + rest) + said
    return said
