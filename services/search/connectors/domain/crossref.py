"""Works and their updates as Crossref gives them (https://api.crossref.org, `message`).

An update is deposited with the notice (`update-to`), and stands with the updated
work as `updated-by`, Retraction Watch's among them (`source`). A work that updates
another is a notice itself, never the retracted article.
"""

from typing import Any

from services.search.connectors.domain.reading import Json, number, objects, part, text, texts
from services.search.library.domain.record import Author, Bibliography
from services.search.library.domain.retraction import RETRACTED_TITLE, FlagKind, RetractionFlag
from services.search.library.domain.values import doi_of, issns_of, orcid_of

KIND_OF_UPDATE: dict[str, FlagKind] = {
    "retraction": "retraction",
    "withdrawal": "retraction",
    "removal": "retraction",
    "expression_of_concern": "concern",
    "expression-of-concern": "concern",
    "concern": "concern",
    "partial_retraction": "correction",
    "correction": "correction",
    "corrigendum": "correction",
    "erratum": "correction",
    "addendum": "correction",
    "clarification": "correction",
}
"""Crossmark's types of update; a new version or edition says nothing against the article."""
REINSTATED = "reinstatement"
KINDS = {
    "book": "book",
    "monograph": "book",
    "book-chapter": "chapter",
    "posted-content": "preprint",
}


def bibliography_of(work: Json) -> Bibliography:
    """What a work says of itself; identifiers normalised, markup of titles and abstracts gone."""
    references = (_reference(one) for one in objects(work, "reference"))
    return Bibliography(
        kind=KINDS.get(text(work, "type"), "article"),
        title=text(work, "title"),
        abstract=text(work, "abstract"),
        authors=tuple(_author(one) for one in objects(work, "author")),
        year=_year(work),
        journal=text(work, "container-title"),
        volume=text(work, "volume"),
        issue=text(work, "issue"),
        pages=text(work, "page"),
        publisher=text(work, "publisher"),
        language=text(work, "language"),
        doi=doi_of(text(work, "DOI")),
        issns=issns_of(" ".join(texts(work, "ISSN"))),
        isbns=texts(work, "ISBN"),
        references=tuple(one for one in references if one),
    )


def cited_dois(work: Json) -> tuple[str, ...]:
    """The DOIs in a work's reference list, each once; references without one are left out."""
    found = (doi_of(text(one, "DOI")) for one in objects(work, "reference"))
    return tuple(dict.fromkeys(doi for doi in found if doi))


def is_notice(work: Json) -> bool:
    """Whether the work is itself a notice about another."""
    return bool(objects(work, "update-to"))


def updates_of(work: Json) -> list[Json]:
    """The updates of a work that stand with it, each with the DOI of its notice."""
    return objects(work, "updated-by")


def updates_by(notices: list[Json]) -> dict[str, list[Json]]:
    """By DOI of the updated work: the updates that notices deposit, as `updated-by` has them."""
    found: dict[str, list[Json]] = {}
    for notice in notices:
        for update in objects(notice, "update-to"):
            updated = doi_of(text(update, "DOI"))
            if updated:
                turned = {**update, "DOI": text(notice, "DOI")}
                found.setdefault(updated, []).append(turned)
    return found


def flags_of(work: Json, updates: list[Json]) -> tuple[RetractionFlag, ...]:
    """Flags that stand against a work, by its updates and its title; each notice once.

    A reinstatement takes away what came before it, or on the same day.
    """
    if is_notice(work) and not updates:
        return ()
    again = max((_day(one) for one in updates if _type(one) == REINSTATED), default="")
    found: dict[tuple[str, str], RetractionFlag] = {}
    for update in updates:
        kind = KIND_OF_UPDATE.get(_type(update))
        gone = kind in ("retraction", "concern") and bool(again) and _day(update) <= again
        if kind and not gone:
            flag = _flag(kind, update)
            found.setdefault(flag.key, flag)
    retracted = any(flag.kind == "retraction" for flag in found.values())
    if not retracted and not again and RETRACTED_TITLE.match(text(work, "title")):
        flag = RetractionFlag(kind="retraction", citation="title")
        found[flag.key] = flag
    return tuple(found.values())


def _flag(kind: FlagKind, update: Json) -> RetractionFlag:
    notice = doi_of(text(update, "DOI"))
    return RetractionFlag(
        kind=kind, notice=f"doi:{notice}" if notice else "", citation=text(update, "label")
    )


def _type(update: Json) -> str:
    return text(update, "type").lower().replace(" ", "_")


def _day(update: Json) -> str:
    """The day of an update, as `2026-11-05`; empty where it has none."""
    said = text(update, "updated", "date-time")
    if said:
        return said[:10]
    parts = part(update, "updated", "date-parts")
    whole = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    numbers = [one for one in whole if isinstance(one, int)]
    return "-".join(f"{one:02d}" for one in numbers)


def _author(one: Json) -> Author:
    if text(one, "name"):
        return Author(collective=text(one, "name"))
    return Author(
        family=text(one, "family") or text(one, "given"),
        given=text(one, "given") if text(one, "family") else "",
        orcid=orcid_of(text(one, "ORCID")),
    )


def _year(work: Json) -> int | None:
    for name in ("published-print", "published", "issued", "published-online"):
        parts: Any = part(work, name, "date-parts")
        if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
            return number({"year": parts[0][0]}, "year")
    return None


def _reference(one: Json) -> str:
    doi = doi_of(text(one, "DOI"))
    words = text(one, "unstructured") or text(one, "article-title")
    return " ".join(filter(None, (words, f"doi:{doi}" if doi else "")))
