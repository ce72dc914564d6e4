"""EFetch pages: what was asked for against what came."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.search.pubmed.domain.answers import Article, Call, Deleted, Page
from services.search.pubmed.xml.reader import read_articles


def read_page(body: bytes) -> tuple[Article, ...]:
    """The articles of an EFetch answer. Raises `MalformedPubMedXml` if it breaks off."""
    found = read_articles(io.BytesIO(body))
    return tuple(each for each in found if not isinstance(each, Deleted))


def checked(wanted: Sequence[str], found: Iterable[Article], call: Call) -> Page:
    """Each wanted article once, in its newest version; the rest is `missing`.

    EFetch keeps no order and leaves out what it does not know; an article
    that nobody asked for is reported with the call and not taken.
    """
    newest: dict[str, Article] = {}
    warnings: list[str] = []
    asked = frozenset(wanted)
    for article in found:
        held = newest.get(article.pmid)
        if article.pmid not in asked:
            warnings.append(f"PMID {article.pmid} came without being asked for")
        elif held is None or article.version > held.version:
            newest[article.pmid] = article
    return Page(
        articles=tuple(newest[pmid] for pmid in wanted if pmid in newest),
        missing=tuple(pmid for pmid in wanted if pmid not in newest),
        calls=(replace(call, returned=len(newest), warnings=tuple(warnings)),),
    )
