"""Crossref as it answers: works by DOI, the filters `doi` and `updates`, its refusals.

https://www.crossref.org/documentation/retrieve-metadata/rest-api/. A filter's values stand
between commas, and a comma cannot be written in one (CrossRef/rest-api-doc#558).
"""

from typing import Any

from tests.support.connectors.server import Asked, Sent
from tests.support.connectors.works import Work, known

HEADERS = {
    "Content-Type": "application/json",
    "x-rate-limit-limit": "50",
    "x-rate-limit-interval": "1s",
    "x-api-pool": "polite",
}
TOO_FAST = Sent(429, "Social activity too high... try again later", {"Retry-After": "2"})
NOT_FOUND = Sent(404, "Resource not found.", {"Content-Type": "text/plain"})


class FakeCrossref:
    """Knows `works`; a notice is a work that updates another."""

    def __init__(self, works: list[Work]) -> None:
        self.works = works

    def __call__(self, asked: Asked) -> Sent:
        _, _, doi = asked.path.partition("/works/")
        if doi:
            work = self._by_doi(doi)
            return _message("work", _shown(work)) if work else NOT_FOUND
        name, _, value = asked.parameters.get("filter", "").partition(":")
        if name in ("orcid", "award.number"):
            return self._paged(name, value, asked.parameters)
        return self._filtered(asked.parameters.get("filter", ""))

    def _paged(self, name: str, value: str, parameters: dict[str, str]) -> Sent:
        """Works by ORCID or grant, page by page; the last page has a cursor, too."""
        works = known(self.works, "crossref")
        found = [w for w in works if value == w.orcid or (name != "orcid" and value in w.grants)]
        cursor = parameters["cursor"]
        first = 0 if cursor == "*" else int(cursor)
        some = found[first : first + int(parameters["rows"])]
        message = {"total-results": len(found), "next-cursor": str(first + len(some))}
        return _message("work-list", {**message, "items": [_shown(work) for work in some]})

    def _by_doi(self, doi: str) -> Work | None:
        works = known(self.works, "crossref")
        return next((work for work in works if work.doi == doi.lower()), None)

    def _filtered(self, said: str) -> Sent:
        items: list[dict[str, Any]] = []
        for value in said.split(","):
            name, colon, doi = value.partition(":")
            if not colon:
                return _refused(value)
            work = self._by_doi(doi)
            if name == "doi" and work:
                items.append(_shown(work))
            if name == "updates" and work:
                items += [_notice(work, update) for update in work.updates]
        return _message("work-list", {"total-results": len(items), "items": items})


def _message(kind: str, message: Any) -> Sent:
    body = {"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": message}
    return Sent(200, body, HEADERS)


def _refused(value: str) -> Sent:
    why = {
        "type": "filter-not-available",
        "value": value,
        "message": f"Filter {value} specified but there is no such filter for this route.",
    }
    body = {"status": "failed", "message-type": "validation-failure", "message": [why]}
    return Sent(400, body, HEADERS)


def _shown(work: Work) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "DOI": work.doi,
        "type": "journal-article",
        "title": [work.title],
        "container-title": ["Journal of Examples"],
        "author": [{"given": "Ada", "family": "Curie", "sequence": "first"}, {"name": "A Group"}],
        "issued": {"date-parts": [[work.year, 3]]},
        "ISSN": ["1234-5679"],
        "abstract": "<jats:p>Staff felt trusted.</jats:p>",
        "is-referenced-by-count": 7,
        "reference": [{"key": f"r{n}", "DOI": f"10.1000/{n}"} for n in work.cites]
        + [{"key": "u", "unstructured": "A book."}] * work.unnamed_references,
    }
    if work.updates:
        shown["updated-by"] = [
            {"DOI": one.notice, "type": one.kind, "source": one.source, "updated": _day(one.day)}
            for one in work.updates
        ]
    return shown


def _notice(work: Work, update: Any) -> dict[str, Any]:
    return {
        "DOI": update.notice,
        "title": [f"Notice: {work.title}"],
        "update-to": [
            {"DOI": work.doi, "type": update.kind, "source": update.source,
             "updated": _day(update.day)}
        ],
    }  # fmt: skip


def _day(day: str) -> dict[str, Any]:
    return {
        "date-parts": [[int(part) for part in day.split("-")]],
        "date-time": f"{day}T00:00:00Z",
    }
