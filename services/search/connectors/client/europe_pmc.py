"""Europe PMC's web service (https://europepmc.org/RestfulWebService).

Pages of a search follow one another by `cursorMark`; the last repeats the mark that it was asked
by. Citations and references come in numbered pages.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.search.connectors.client.caller import Caller, NotKnown
from services.search.connectors.domain import europe_pmc
from services.search.connectors.domain.reading import Json, number, objects, part, text
from services.search.connectors.domain.sources import Links, Named, ResultPage
from services.search.library.domain.record import SourceRecord
from services.search.library.domain.retraction import RetractionAnswer, flags_of
from services.search.library.domain.values import doi_of, pmid_of

SOURCE = "europe_pmc"
AT_ONCE = 20
PAGE = 100
NO_NAME = "the record has neither a DOI nor a PubMed number"
NOT_HERE = "Europe PMC does not know this article"


class EuropePmc:
    """Articles by DOI and PMID, what cites them and what they cite, and searches."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def retractions(self, articles: Sequence[Named]) -> list[RetractionAnswer]:
        """What Europe PMC says of each article, in their order."""
        named = [one for one in articles if one.key]
        known: dict[str, Json] = {}
        for first in range(0, len(named), AT_ONCE):
            some = named[first : first + AT_ONCE]
            for article in await self._articles(" OR ".join(map(_asked, some))):
                known |= dict.fromkeys(_names(article), article)
        return [_answer(one, known.get(one.key)) for one in articles]

    async def _articles(self, query: str) -> list[Json]:
        """All that a query for a few identifiers finds; one may have several versions."""
        articles: list[Json] = []
        mark: str | None = "*"
        while mark:
            found = await self._at(query, mark)
            articles += objects(found, "resultList", "result")
            mark = _next(found, mark)
        return articles

    async def page(self, query: str, cursor: str | None) -> ResultPage:
        """One page of a search; `cursor` is None for the first."""
        mark = cursor or "*"
        found = await self._at(query, mark)
        return ResultPage(
            records=tuple(map(europe_pmc.record_of, objects(found, "resultList", "result"))),
            total=number(found, "hitCount") or 0,
            cursor=_next(found, mark),
        )

    async def found(self, query: str, most: int) -> Links:
        """What a query finds; nothing but its number, if that is more than `most`."""
        records: list[SourceRecord] = []
        mark: str | None = None
        while True:
            page = await self.page(query, mark)
            if page.total > most:
                return Links(total=page.total)
            records += page.records
            mark = page.cursor
            if mark is None:
                return Links(records=tuple(records), total=page.total)

    async def _at(self, query: str, mark: str) -> Json:
        asked = {"query": query, "format": "json", "resultType": "core", "pageSize": str(PAGE)}
        return await self._caller.ask("search", asked | {"cursorMark": mark}, _is_search)

    async def cited_by(self, article: Named, most: int) -> Links:
        """At most `most` articles that cite this one."""
        return await self._links(article, ("citations", "citationList", "citation"), most)

    async def references(self, article: Named, most: int) -> Links:
        """At most `most` articles that this one cites, as far as they are identified."""
        return await self._links(article, ("references", "referenceList", "reference"), most)

    async def _links(self, article: Named, kind: tuple[str, str, str], most: int) -> Links:
        place = await self._place(article)
        if not place:
            return Links(known=False, notes=(NOT_HERE if article.key else NO_NAME,))
        what, outer, inner = kind
        told: list[Json] = []
        total, page = 0, 1
        while page == 1 or (len(told) < min(total, most)):
            asked = {"page": str(page), "pageSize": str(PAGE), "format": "json"}
            try:
                found = await self._caller.ask(f"{place}/{what}", asked, _counts)
            except NotKnown:
                return Links(known=False, notes=(f"Europe PMC holds no {what} of it.",))
            more = objects(found, outer, inner)
            total, page = number(found, "hitCount") or 0, page + 1
            told += more
            if not more:
                break
        if not total:
            return Links(known=False, notes=(f"Europe PMC holds no {what} of it.",))
        return _as_links(told, total, what, most)

    async def _place(self, article: Named) -> str:
        """Where an article stands, such as `MED/123`; empty where Europe PMC does not know it."""
        if article.pmid:
            return f"{europe_pmc.MEDLINE}/{article.pmid}"
        if not article.key:
            return ""
        for found in await self._articles(_asked(article)):
            if article.key in _names(found):
                return europe_pmc.own_id(found).replace(":", "/")
        return ""


def _as_links(told: Sequence[Json], total: int, what: str, most: int) -> Links:
    identified = [one for one in told if europe_pmc.own_id(one)]
    notes = []
    if len(identified) < len(told):
        notes.append(f"{len(told) - len(identified)} {what} are not identified there.")
    if total > most:
        notes.append(f"Only the first {most} of {total} were taken.")
    records: tuple[SourceRecord, ...] = tuple(map(europe_pmc.record_of, identified[:most]))
    return Links(records=records, total=total, notes=tuple(notes))


def _asked(article: Named) -> str:
    if article.doi:
        quoted = article.doi.replace("\\", "").replace('"', "")
        return f'DOI:"{quoted}"'
    return f"(EXT_ID:{article.pmid} AND SRC:{europe_pmc.MEDLINE})"


def _names(article: Json) -> list[str]:
    doi, pmid = doi_of(text(article, "doi")), pmid_of(text(article, "pmid"))
    return list(Named(doi=doi, pmid=pmid).keys)


def _answer(article: Named, found: Json | None) -> RetractionAnswer:
    if found is None:
        return RetractionAnswer(
            source=SOURCE, article=article.key, why=NOT_HERE if article.key else NO_NAME
        )
    flags = flags_of(europe_pmc.bibliography_of(found))
    return RetractionAnswer(source=SOURCE, article=article.key, known=True, flags=flags)


def _next(found: Json, mark: str) -> str | None:
    """The mark of the next page; the last names its own, or a first one holds all."""
    articles, further = objects(found, "resultList", "result"), text(found, "nextCursorMark")
    if not articles or not further or further == mark:
        return None
    return None if mark == "*" and len(articles) >= (number(found, "hitCount") or 0) else further


def _is_search(found: Mapping[str, Any]) -> bool:
    return isinstance(part(found, "resultList", "result"), list)


def _counts(found: Mapping[str, Any]) -> bool:
    return isinstance(part(found, "hitCount"), int)
