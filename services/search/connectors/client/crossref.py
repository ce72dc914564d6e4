"""Crossref's REST API (https://api.crossref.org): works by DOI, and what updates them.

A filter takes values between commas and knows no way to write one, so a DOI with a comma is
asked by itself, in the path. A refusal (400) of many at once is a reason to ask each by itself,
never an answer.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from services.search.connectors.client.caller import Caller, NotKnown
from services.search.connectors.domain import crossref
from services.search.connectors.domain.reading import Json, listed, number, objects, part, text
from services.search.connectors.domain.sources import Links, Named, NotTaken
from services.search.library.domain.record import Bibliography, SourceRecord
from services.search.library.domain.retraction import RetractionAnswer
from services.search.library.domain.values import doi_of
from shared.review.numbers import counted

SOURCE = "crossref"
AT_ONCE = 20
"""DOIs in one filter: their addresses stay short enough for every proxy."""
MOST_NOTICES = 1000
PAGE = 200
NO_DOI = "the record has no DOI, and Crossref knows nothing else"
NOT_HERE = "Crossref does not know this DOI; another agency may have given it"


class Crossref:
    """Retractions, reference lists, works by ORCID and grant. It does not name what cites one."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def retractions(self, articles: Sequence[Named]) -> list[RetractionAnswer]:
        """What Crossref and Retraction Watch say of each article, in their order."""
        dois = list(dict.fromkeys(one.doi for one in articles if one.doi))
        said: dict[str, RetractionAnswer] = {}
        together = [doi for doi in dois if "," not in doi]
        for first in range(0, len(together), AT_ONCE):
            said |= await self._together(together[first : first + AT_ONCE])
        for doi in dois:
            if doi not in said:
                said[doi] = await self._alone(doi)
        return [
            said[one.doi]
            if one.doi
            else RetractionAnswer(source=SOURCE, article=one.key, why=NO_DOI)
            for one in articles
        ]

    async def _together(self, dois: Sequence[str]) -> dict[str, RetractionAnswer]:
        """Answers about several DOIs; none where Crossref refuses them together."""
        try:
            works = await self._works("doi", dois, len(dois) * 2)
            notices = await self._works("updates", dois, MOST_NOTICES)
        except NotTaken:
            return {}
        by_doi = {doi_of(text(work, "DOI")): work for work in works}
        if len(notices) >= MOST_NOTICES:
            return {}
        updates = crossref.updates_by(notices)
        return {doi: _answer(doi, by_doi.get(doi), updates.get(doi, [])) for doi in dois}

    async def _alone(self, doi: str) -> RetractionAnswer:
        try:
            work = await self.work(doi)
        except NotTaken as refusal:
            return RetractionAnswer(source=SOURCE, article=f"doi:{doi}", why=str(refusal))
        return _answer(doi, work, [])

    async def work(self, doi: str) -> Json | None:
        """One work by its DOI, None where Crossref does not know it."""
        try:
            found = await self._caller.ask(f"works/{quote(doi, safe='')}", {}, _is_work)
        except NotKnown:
            return None
        work: Json = found["message"]
        return work

    async def _works(self, name: str, dois: Sequence[str], most: int) -> list[Json]:
        asked = {"filter": ",".join(f"{name}:{doi}" for doi in dois), "rows": str(min(most, 1000))}
        return objects(await self._caller.ask("works", asked, _are_works), "message", "items")

    async def cited_by(self, article: Named, most: int) -> Links:
        """Nothing: Crossref gives only how many works cite one."""
        work = await self.work(article.doi) if article.doi else None
        total = part(work, "is-referenced-by-count")
        return Links(
            total=total if isinstance(total, int) else None,
            known=False,
            notes=("Crossref counts what cites an article, and does not name it.",),
        )

    async def references(self, article: Named, most: int) -> Links:
        """What an article cites, as far as its publisher deposited DOIs; works that Crossref does
        not know are given by their DOI alone.
        """
        work = await self.work(article.doi) if article.doi else None
        if work is None:
            return Links(known=False, notes=(NOT_HERE if article.doi else NO_DOI,))
        total = len(listed(work, "reference"))
        if not total:
            return Links(known=False, notes=("Crossref holds no reference list of it.",))
        dois = crossref.cited_dois(work)
        notes = []
        if len(dois) < total:
            told = counted(total, "reference")
            notes.append(f"Without a DOI of their own: {total - len(dois)} of {told}.")
        if len(dois) > most:
            notes.append(f"Only the first {most} of {len(dois)} were taken.")
        found = await self._cited(dois[:most])
        return Links(records=found, total=total, notes=tuple(notes))

    async def found(self, query: str, most: int) -> Links:
        """What filters find; nothing but its number, if that is more than `most`."""
        records: list[SourceRecord] = []
        cursor = "*"
        while True:
            asked = {"filter": query, "rows": str(PAGE), "cursor": cursor}
            answer = await self._caller.ask("works", asked, _are_works)
            works = objects(answer, "message", "items")
            total = number(answer, "message", "total-results") or 0
            if total > most:
                return Links(total=total)
            records += [_record(doi_of(text(work, "DOI")) or "", work) for work in works]
            cursor = text(answer, "message", "next-cursor")
            if not works or not cursor or len(records) >= total:
                return Links(records=tuple(records), total=total)

    async def _cited(self, dois: Sequence[str]) -> tuple[SourceRecord, ...]:
        """Works by DOI, in their order; of one that Crossref does not know the DOI alone."""
        works: dict[str, Json] = {}
        together = [doi for doi in dois if "," not in doi]
        for first in range(0, len(together), AT_ONCE):
            some = together[first : first + AT_ONCE]
            with suppress(NotTaken):
                told = await self._works("doi", some, len(some) * 2)
                works |= {doi: work for work in told if (doi := doi_of(text(work, "DOI")))}
        return tuple(_record(doi, works.get(doi)) for doi in dois)


def _answer(doi: str, work: Json | None, updates: Sequence[Json]) -> RetractionAnswer:
    article = f"doi:{doi}"
    if work is None and not updates:
        return RetractionAnswer(source=SOURCE, article=article, why=NOT_HERE)
    told = [*crossref.updates_of(work or {}), *updates]
    return RetractionAnswer(
        source=SOURCE, article=article, known=True, flags=crossref.flags_of(work or {}, told)
    )


def _record(doi: str, work: Json | None) -> SourceRecord:
    said = crossref.bibliography_of(work) if work else Bibliography(doi=doi)
    return SourceRecord(source=SOURCE, own_id=doi, bibliography=said)


def _is_work(found: Mapping[str, Any]) -> bool:
    return isinstance(part(found, "message", "DOI"), str)


def _are_works(found: Mapping[str, Any]) -> bool:
    return isinstance(part(found, "message", "items"), list)
