"""Europe PMC as it answers: searches by cursorMark, citations and references by page.

https://europepmc.org/RestfulWebService. An answer without its list, `{"version": "6.9"}`, comes
with status 200 where the service failed.
"""

import re
from typing import Any

from tests.support.connectors.server import Asked, Sent
from tests.support.connectors.works import Work, known

EMPTY = Sent(200, {"version": "6.9"})
PART = re.compile(r'DOI:"([^"]+)"|EXT_ID:(\d+) AND SRC:MED')
FIELDED = re.compile(
    r'(?:\b(AUTHORID|AUTH|GRANT_ID|TITLE_ABS|TITLE):|(?<![:"\w]))(?:"([^"]+)"|(?<=:)([^\s()"]+))'
)
"""Enough of the language for what is joined by OR: a field and its words, or words anywhere."""


class FakeEuropePmc:
    """Knows `works`; `page` is how many articles a page holds."""

    def __init__(self, works: list[Work], *, page: int = 100) -> None:
        self.works, self.page = works, page

    def __call__(self, asked: Asked) -> Sent:
        works = known(self.works, "europe_pmc")
        if asked.path.endswith("/search"):
            return self._search(asked.parameters, works)
        found = re.search(r"/MED/(\d+)/(citations|references)$", asked.path)
        if found is None:
            return Sent(404, {"errCode": 404, "errMsg": "Not found"})
        article = next((work for work in works if work.pmid == found[1]), None)
        if found[2] == "citations":
            number = article.number if article else -1
            linked = [_linked(work) for work in works if number in work.cites]
            return self._pages(asked.parameters, linked, "citationList", "citation")
        linked = [_linked(work) for work in works if article and work.number in article.cites]
        linked += [{"title": "A book"}] * (article.unnamed_references if article else 0)
        return self._pages(asked.parameters, linked, "referenceList", "reference")

    def _search(self, parameters: dict[str, str], works: list[Work]) -> Sent:
        query = parameters["query"]
        asked = PART.findall(query)
        if fielded := FIELDED.findall(query):
            found = [w for w in works if any(_holds(w, name, a or b) for name, a, b in fielded)]
        elif asked:
            found = [w for w in works if (w.doi, "") in asked or ("", w.pmid) in asked]
        else:
            found = [work for work in works if query.casefold() in work.title.casefold()]
        mark = parameters["cursorMark"]
        first = 0 if mark == "*" else int(mark)
        some = found[first : first + self.page]
        further = str(first + len(some)) if some else mark
        body = {
            "version": "6.9",
            "hitCount": len(found),
            "nextCursorMark": further,
            "resultList": {"result": [_shown(work) for work in some]},
        }
        return Sent(200, body)

    def _pages(
        self, parameters: dict[str, str], linked: list[dict[str, Any]], outer: str, inner: str
    ) -> Sent:
        first = (int(parameters["page"]) - 1) * self.page
        some = linked[first : first + self.page]
        return Sent(200, {"version": "6.9", "hitCount": len(linked), outer: {inner: some}})


def _holds(work: Work, name: str, words: str) -> bool:
    family, _, _ = words.rpartition(" ")
    match name:
        case "AUTHORID":
            return work.orcid == words
        case "AUTH":
            return work.author.endswith(f" {family}")
        case "GRANT_ID":
            return words in work.grants
        case "":
            return words == work.trial
        case _:
            return words.casefold() in work.title.casefold()


def _linked(work: Work) -> dict[str, Any]:
    return {
        "id": work.pmid,
        "source": "MED",
        "title": work.title,
        "authorString": "Curie A, Joliot F",
        "journalAbbreviation": "J Ex",
        "pubYear": work.year,
    }


def _shown(work: Work) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": work.pmid,
        "source": "MED",
        "pmid": work.pmid,
        "doi": work.doi,
        "title": f"{work.title}.",
        "authorList": {"author": [{"lastName": "Curie", "firstName": "Ada", "initials": "A"}]},
        "journalInfo": {
            "volume": "3",
            "issue": "1",
            "yearOfPublication": work.year,
            "journal": {"title": "Journal of Examples", "issn": "1234-5679"},
        },
        "pageInfo": "5-9",
        "abstractText": "<h4>Aim</h4>Staff felt trusted.",
        "pubTypeList": {"pubType": ["Journal Article"]},
    }
    if work.retracted:
        shown["pubTypeList"]["pubType"].append("Retracted Publication")
        shown["commentCorrectionList"] = {
            "commentCorrection": [
                {"id": "99", "source": "MED", "type": "Retraction in", "reference": "J Ex. 2026"}
            ]
        }
    return shown
