"""OpenAlex's API (https://developers.openalex.org): works, retractions, citations, searches.

It needs a key, and a key has a budget of money a day: lists cost, single works do not. Where the
budget is used up it answers 429 with what is left and when there is more.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from services.search.connectors.client.caller import TOO_FAST, Caller, NotKnown
from services.search.connectors.domain import openalex
from services.search.connectors.domain.reading import Json, number, objects, part, text
from services.search.connectors.domain.sources import Links, Named, NotTaken, ResultPage
from services.search.library.domain.record import SourceRecord
from services.search.library.domain.retraction import RetractionAnswer
from services.search.library.domain.values import doi_of, pmid_of

SOURCE = "openalex"
AT_ONCE = 50
PAGE = 100
NO_NAME = "the record has neither a DOI nor a PubMed number"
NOT_HERE = "OpenAlex does not know this article"
SILENT = "OpenAlex knows the article and does not say whether it is retracted"


def is_spent(answer: httpx.Response) -> bool:
    """Whether a refusal says that the money for today is used up, not that we are too fast."""
    if answer.status_code != TOO_FAST:
        return False
    left, needed = (
        _dollars(answer, f"x-ratelimit-{name}-usd") for name in ("remaining", "cost-required")
    )
    return left is not None and left <= (needed or 0.0)


def _dollars(answer: httpx.Response, name: str) -> float | None:
    try:
        return float(answer.headers[name].lstrip("$"))
    except (KeyError, ValueError):
        return None


class OpenAlex:
    """Works by DOI and PMID, what cites them and what they cite, and searches."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def retractions(self, articles: Sequence[Named]) -> list[RetractionAnswer]:
        """What OpenAlex says of each article, in their order."""
        dois = [one.doi for one in articles if one.doi and not _odd(one.doi)]
        works = await self._all("doi", dois, lambda work: doi_of(text(work, "doi")))
        pmids = [one.pmid for one in articles if not one.doi and one.pmid]
        numbers = await self._all("ids.pmid", pmids, _pmid)
        answers = []
        for one in articles:
            work = works.get(one.doi or "") or numbers.get(one.pmid or "")
            if work is None and one.doi and _odd(one.doi):
                work = await self._single(one)
            answers.append(_answer(one, work))
        return answers

    async def _all(
        self, name: str, values: Sequence[str], key: Callable[[Json], str | None]
    ) -> dict[str, Json]:
        found: dict[str, Json] = {}
        unique = list(dict.fromkeys(values))
        for first in range(0, len(unique), AT_ONCE):
            some = unique[first : first + AT_ONCE]
            asked = {"filter": f"{name}:{'|'.join(some)}", "per_page": str(PAGE)}
            works = objects(await self._caller.ask("works", asked, _are_works), "results")
            found |= {value: work for work in works if (value := key(work))}
        return found

    async def _single(self, article: Named) -> Json | None:
        """One work, which costs nothing; None where OpenAlex does not know it."""
        if not article.key:
            return None
        try:
            return await self._caller.ask(f"works/{quote(article.key, safe=':/')}", {}, _is_work)
        except (NotKnown, NotTaken):
            return None

    async def cited_by(self, article: Named, most: int) -> Links:
        """At most `most` works that cite this one."""
        work = await self._single(article)
        if work is None:
            return Links(known=False, notes=(NOT_HERE if article.key else NO_NAME,))
        return await self._listed(f"cites:{openalex.work_id(work)}", most)

    async def references(self, article: Named, most: int) -> Links:
        """At most `most` works that this one cites."""
        work = await self._single(article)
        if work is None:
            return Links(known=False, notes=(NOT_HERE if article.key else NO_NAME,))
        if not openalex.references_of(work):
            return Links(known=False, notes=("OpenAlex holds no reference list of it.",))
        return await self._listed(f"cited_by:{openalex.work_id(work)}", most)

    async def _listed(self, asked: str, most: int) -> Links:
        records: list[SourceRecord] = []
        cursor: str | None = "*"
        total = 0
        while cursor and len(records) < most:
            found = await self._page({"filter": asked}, cursor)
            records += found.records
            cursor, total = found.cursor, found.total
        notes = (f"Only the first {most} of {total} were taken.",) if total > most else ()
        return Links(records=tuple(records[:most]), total=total, notes=notes)

    async def found(self, query: str, most: int) -> Links:
        """What `name:value,name:value` finds; nothing but its number, if more than `most`."""
        records: list[SourceRecord] = []
        cursor: str | None = "*"
        total = 0
        while cursor:
            page = await self._page(_parameters(query), cursor)
            if page.total > most:
                return Links(total=page.total)
            records += page.records
            cursor, total = page.cursor, page.total
        return Links(records=tuple(records), total=total)

    async def page(self, query: str, cursor: str | None) -> ResultPage:
        """One page of a search; `cursor` is None for the first."""
        return await self._page({"search": query}, cursor or "*")

    async def _page(self, asked: Mapping[str, str], cursor: str) -> ResultPage:
        parameters = {**asked, "per_page": str(PAGE), "cursor": cursor}
        found = await self._caller.ask("works", parameters, _are_works)
        works = objects(found, "results")
        further = text(found, "meta", "next_cursor") or None
        return ResultPage(
            records=tuple(map(openalex.record_of, works)),
            total=number(found, "meta", "count") or 0,
            cursor=further if works else None,
        )


def _parameters(query: str) -> dict[str, str]:
    """A question's searches as parameters of their own, the rest of it as filters."""
    parts = query.split(",")
    asked = dict(part.split(":", 1) for part in parts if part.startswith("search."))
    filters = ",".join(part for part in parts if not part.startswith("search."))
    return asked | ({"filter": filters} if filters else {})


def _answer(article: Named, work: Json | None) -> RetractionAnswer:
    if work is None:
        return RetractionAnswer(
            source=SOURCE, article=article.key, why=NOT_HERE if article.key else NO_NAME
        )
    if openalex.is_retracted(work) is None:
        return RetractionAnswer(source=SOURCE, article=article.key, why=SILENT)
    return RetractionAnswer(
        source=SOURCE, article=article.key, known=True, flags=openalex.flags_of(work)
    )


def _pmid(work: Json) -> str | None:
    return pmid_of(text(work, "ids", "pmid").rpartition("/")[2])


def _odd(doi: str) -> bool:
    """Whether a filter would read a DOI as several values."""
    return "," in doi or "|" in doi


def _is_work(found: Mapping[str, Any]) -> bool:
    return isinstance(part(found, "id"), str)


def _are_works(found: Mapping[str, Any]) -> bool:
    return isinstance(part(found, "results"), list) and part(found, "meta") is not None
