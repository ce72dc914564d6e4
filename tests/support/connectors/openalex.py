"""OpenAlex as it answers: works by DOI and id, filters with `|`, cursors, and its budget.

https://developers.openalex.org/api-reference/authentication: a key has so much money a day;
lists cost, single works do not; 429 with what is left when it is used up.
"""

from collections.abc import Callable
from typing import Any

from tests.support.connectors.server import Asked, Sent
from tests.support.connectors.works import Work, known

LIST, SEARCH = 0.0001, 0.001
SECONDS_TO_MIDNIGHT = "7200"


class FakeOpenAlex:
    """Knows `works`; `dollars` is what is left today, `page` how many works a page holds."""

    def __init__(self, works: list[Work], *, dollars: float = 1.0, page: int = 100) -> None:
        self.works, self.dollars, self.page = works, dollars, page
        self.keys: set[str] = set()

    def __call__(self, asked: Asked) -> Sent:
        self.keys.add(asked.parameters.get("api_key", ""))
        works = known(self.works, "openalex")
        _, _, name = asked.path.partition("/works/")
        if name:
            found = [work for work in works if name in _names(work)]
            return Sent(200, _shown(found[0])) if found else _error(404, "Not Found")
        words = [name for name in asked.parameters if name.split(".")[0] == "search"]
        if len(words) > 1:
            return _error(400, "Only one search parameter is allowed per request.")
        searches = words or ".search" in asked.parameters.get("filter", "")
        cost = SEARCH if searches else LIST
        if self.dollars < cost:
            return self._spent(cost)
        self.dollars -= cost
        return self._listed(asked, works)

    def _listed(self, asked: Asked, works: list[Work]) -> Sent:
        found = works
        for name, said in asked.parameters.items():
            if text := SEARCHES.get(name.removesuffix(".exact")):
                found = [work for work in works if any(one in text(work) for one in _words(said))]
        for part in filter(None, asked.parameters.get("filter", "").split(",")):
            name, colon, said = part.partition(":")
            if not colon:
                return _error(400, f"Invalid query parameter: {part}")
            if name not in FILTERS:
                return _error(400, f"{name} is not a valid field. Valid fields are ...")
            found = [work for work in found if FILTERS[name](work, said, works)]
        return self._page(asked, found)

    def _page(self, asked: Asked, found: list[Work]) -> Sent:
        cursor = asked.parameters.get("cursor", "")
        first = 0 if cursor in ("", "*") else int(cursor)
        some = found[first : first + self.page]
        further = str(first + self.page) if first + self.page < len(found) else None
        meta = {"count": len(found), "per_page": self.page, "next_cursor": further}
        headers = {"X-RateLimit-Remaining-USD": f"{self.dollars:.4f}"}
        return Sent(200, {"meta": meta, "results": [_shown(work) for work in some]}, headers)

    def _spent(self, cost: float) -> Sent:
        headers = {
            "X-RateLimit-Remaining-USD": f"{self.dollars:.4f}",
            "X-RateLimit-Cost-Required-USD": f"{cost:.4f}",
            "Retry-After": SECONDS_TO_MIDNIGHT,
        }
        body = {"error": "Rate limit exceeded", "message": "Insufficient budget."}
        return Sent(429, body, headers)


def _error(status: int, message: str) -> Sent:
    return Sent(status, {"error": "Invalid query parameters error.", "message": message})


def _names(work: Work) -> tuple[str, ...]:
    return (f"W{work.number}", f"doi:{work.doi}", f"pmid:{work.pmid}")


def _words(said: str) -> list[str]:
    """What a search joins by OR, the only operator that is known here."""
    return [one.strip('"').casefold() for one in said.split(" OR ")]


FILTERS: dict[str, Callable[[Work, str, list[Work]], bool]] = {
    "doi": lambda work, said, _: work.doi in said.split("|"),
    "ids.pmid": lambda work, said, _: work.pmid in said.split("|"),
    "cites": lambda work, said, _: said in _cited(work),
    "cited_by": lambda work, said, works: any(
        f"W{one.number}" == said and work.number in one.cites for one in works
    ),
    "authorships.author.orcid": lambda work, said, _: work.orcid == said,
    "awards.funder_award_id": lambda work, said, _: said in work.grants,
    "raw_author_name.search": lambda work, said, _: any(
        all(name in work.author.casefold() for name in one.split(" and ")) for one in _words(said)
    ),
    "from_publication_date": lambda work, said, _: f"{work.year}-12-31" >= said,
    "to_publication_date": lambda work, said, _: f"{work.year}-01-01" <= said,
}
"""Without those that https://developers.openalex.org/api-reference/works marks as deprecated, but
for names of authors, for which there is no search."""
SEARCHES: dict[str, Callable[[Work], str]] = {
    "search": lambda work: work.title.casefold(),
    "search.title": lambda work: work.title.casefold(),
    "search.title_and_abstract": lambda work: f"{work.title} {work.trial}".casefold(),
}


def _cited(work: Work) -> list[str]:
    return [f"W{number}" for number in work.cites]


def _shown(work: Work) -> dict[str, Any]:
    ids = {"openalex": f"https://openalex.org/W{work.number}"}
    if work.pmid:
        ids["pmid"] = f"https://pubmed.ncbi.nlm.nih.gov/{work.pmid}"
    return {
        "id": f"https://openalex.org/W{work.number}",
        "doi": f"https://doi.org/{work.doi}" if work.doi else None,
        "ids": ids,
        "title": work.title,
        "publication_year": work.year,
        "type": "article",
        "language": "en",
        "is_retracted": work.retracted,
        "authorships": [
            {
                "raw_author_name": "Ada Curie",
                "author": {
                    "display_name": "Ada Curie",
                    "orcid": "https://orcid.org/0000-0001-2345-6789",
                },
            }
        ],
        "primary_location": {"source": {"display_name": "Journal of Examples"}},
        "biblio": {"volume": "3", "issue": "1", "first_page": "5", "last_page": "9"},
        "abstract_inverted_index": {"Staff": [0], "felt": [1], "trusted.": [2]},
        "referenced_works": [f"https://openalex.org/{one}" for one in _cited(work)],
    }
