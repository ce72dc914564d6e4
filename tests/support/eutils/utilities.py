"""What each utility answers about the articles of one day."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.eutils import render
from tests.support.eutils.index import Index
from tests.support.eutils.query import Unsearchable, search

REACH = 9_999
Parameters = dict[str, list[str]]
Answer = tuple[int, bytes]


@dataclass(slots=True)
class Library:
    """The articles of a day and the identifiers that callers have posted."""

    index: Index
    posted: dict[str, list[str]] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))


def _one(parameters: Parameters, name: str, default: str = "") -> str:
    return parameters.get(name, [default])[0]


def esearch(library: Library, parameters: Parameters) -> Answer:
    """Search; only the first 9,999 records can be reached."""
    start, most = int(_one(parameters, "retstart", "0")), int(_one(parameters, "retmax", "20"))
    if start > REACH - 1:
        return 200, render.error(
            "eSearchResult",
            f"Search Backend failed: Exception:\n'retstart' cannot be larger than {REACH - 1}. For "
            "PubMed, ESearch can only retrieve the first 9,999 records matching the query.",
        )
    try:
        told = search(_one(parameters, "term"), library.index)
    except Unsearchable as error:
        return 200, render.error("eSearchResult", str(error))
    articles = library.index.articles
    ordered = sorted(told.pmids, key=lambda pmid: (articles[pmid].crdt, pmid), reverse=True)
    ids = ordered[start : min(start + most, REACH)]
    return 200, render.esearch(told, ids, start, most, most > REACH)


def efetch(library: Library, parameters: Parameters) -> Answer:
    """Articles by PMID, unknown ones left out without a word."""
    wanted = _wanted(library, parameters)
    if wanted is None:
        words = "Cannot retrieve history data: OUT OF RANGE"
        return 400, render.error("PubmedArticleSet", words)
    numbers = [int(each) for each in wanted if each.isdigit()]
    if not numbers:
        words = "ID list is empty! Possibly it has no correct IDs."
        return 400, render.error("PubmedArticleSet", words)
    articles = library.index.articles
    return 200, render.efetch(articles[pmid] for pmid in numbers if pmid in articles)


def _wanted(library: Library, parameters: Parameters) -> list[str] | None:
    environment = _one(parameters, "WebEnv")
    if not environment:
        return [each.strip() for given in parameters.get("id", []) for each in given.split(",")]
    ids = library.posted.get(environment, [])
    start, most = int(_one(parameters, "retstart", "0")), int(_one(parameters, "retmax", "20"))
    return ids[start : start + most] or None


def epost(library: Library, parameters: Parameters) -> Answer:
    """Keep identifiers for later."""
    ids = [each for each in _one(parameters, "id").split(",") if each.isdigit()]
    if not ids:
        return 400, render.error("ePostResult", "Empty ID list; Nothing to store")
    environment = f"MCID_{next(library.numbers):08x}"
    library.posted[environment] = ids
    return 200, render.epost(environment)


def elink(library: Library, parameters: Parameters) -> Answer:
    """Citation links: one set for each repeated `id`, one pooled set for a list with commas."""
    name = _one(parameters, "linkname", "pubmed_pubmed")
    groups = []
    for given in parameters.get("id", []):
        sources = [int(each) for each in given.split(",") if each.isdigit()]
        linked = dict.fromkeys(
            pmid for source in sources for pmid in _linked(library.index, name, source)
        )
        groups.append((sources, list(linked)))
    return 200, render.elink(name, groups)


def _linked(index: Index, name: str, source: int) -> list[int]:
    articles = index.articles
    held = articles.get(source)
    if name == "pubmed_pubmed_refs":
        return [pmid for pmid in (held.references if held else ()) if pmid in articles]
    if name == "pubmed_pubmed_citedin":
        return [each.pmid for each in articles.values() if source in each.references]
    if held is None:
        return []
    same = [each.pmid for each in articles.values() if set(each.keywords) & set(held.keywords)]
    return [source, *(pmid for pmid in same if pmid != source)]


def espell(library: Library, parameters: Parameters) -> Answer:
    """Spelling by the corpus's own list."""
    query = _one(parameters, "term")
    words = [library.index.corpus.spelling.get(word.lower(), word) for word in query.split()]
    corrected = " ".join(words)
    return 200, render.espell(query, corrected if corrected != query else "")


UTILITIES: dict[str, Callable[[Library, Parameters], Answer]] = {
    "esearch": esearch,
    "efetch": efetch,
    "epost": epost,
    "elink": elink,
    "espell": espell,
}
