"""Every known answer of the E-utilities against the verdict it deserves."""

import json

import pytest

from services.search.pubmed.client.answers import (
    Good,
    HttpAnswer,
    NoSuchIds,
    Permanent,
    Transient,
    judge,
)
from tests.support.reference import reference

XML = b'<?xml version="1.0" encoding="UTF-8" ?>\n'
LIMIT = json.dumps({"error": "API rate limit exceeded", "api-key": "10.0.0.1", "count": "4"})
RETSTART = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, "
    "ESearch can only retrieve the first 9,999 records matching the query."
)


def error(root: str, words: str) -> bytes:
    return XML + f"<{root}><ERROR>{words}</ERROR></{root}>".encode()


def linked(after: str, inside: str = "") -> bytes:
    group = f"<LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>1</Id></IdList>{inside}</LinkSet>"
    return XML + f"<eLinkResult>{group * 80}{after}</eLinkResult>".encode()


SEARCHED = XML + b"<eSearchResult><Count>0</Count><IdList/></eSearchResult>"
EMPTY_SET = XML + b"<PubmedArticleSet></PubmedArticleSet>"
CASES: list[tuple[str, str, int, bytes, type]] = [
    ("whole answer", "esearch", 200, SEARCHED, Good),
    ("no article known", "efetch", 200, EMPTY_SET, Good),
    ("short empty set", "efetch", 200, XML + b"<PubmedArticleSet/>", Good),
    ("rate limit", "esearch", 429, LIMIT.encode(), Transient),
    ("rate limit in XML", "esearch", 429, SEARCHED, Transient),
    ("server error", "esearch", 500, b"<html>", Transient),
    ("bad gateway", "efetch", 502, b"", Transient),
    ("right body with 503", "efetch", 503, EMPTY_SET, Transient),
    ("rate limit with 200", "esearch", 200, LIMIT.encode(), Transient),
    ("proxy", "efetch", 400, error("eFetchResult", "proxy_stream(): 502"), Transient),
    ("PubOne", "efetch", 400, b"Failed to connect to PubOne service", Transient),
    ("link server", "elink", 200, error("eLinkResult", "#exLinkSrv2 is empty"), Transient),
    ("address table", "elink", 200, error("eLinkResult", "the address table is empty"), Transient),
    (
        "backend",
        "esearch",
        200,
        error("eSearchResult", "Search Backend failed: Database is not supported: pubmed"),
        Transient,
    ),
    ("link server, at the end", "elink", 200, linked("<ERROR>exLinkSrv2</ERROR>"), Transient),
    ("link server, in a set", "elink", 200, linked("", "<ERROR>exLinkSrv2</ERROR>"), Transient),
    ("one source unknown", "elink", 200, linked("", "<ERROR>Invalid uid</ERROR>"), Good),
    ("wrong link name", "elink", 200, linked("<ERROR>Unknown linkname</ERROR>"), Permanent),
    ("TXCLIENT", "elink", 200, error("eLinkResult", "NCBI C++ TXCLIENT failed"), Transient),
    ("read failed", "efetch", 200, error("PubmedArticleSet", "Read failed: EOF"), Transient),
    ("web page", "esearch", 200, b"<!DOCTYPE html><html><body>Sorry</body></html>", Transient),
    ("nothing", "esearch", 200, b"", Transient),
    ("blanks", "esearch", 200, b" \n ", Transient),
    ("another's answer", "esearch", 200, EMPTY_SET, Transient),
    ("cut off", "esearch", 200, SEARCHED[:-10], Transient),
    ("retstart", "esearch", 200, error("eSearchResult", RETSTART), Permanent),
    ("empty term", "esearch", 200, error("eSearchResult", "Empty term and query_key"), Permanent),
    ("no database", "epost", 200, error("ePostResult", "Invalid db name specified"), Permanent),
    ("history", "efetch", 400, error("R", "Cannot retrieve history data: OUT OF RANGE"), Permanent),
    ("long URI", "efetch", 414, b"<html>Submitted URI too large!</html>", Permanent),
    ("forbidden", "efetch", 403, b"<html>Forbidden</html>", Permanent),
    ("bad request", "efetch", 400, b"<html>Bad request</html>", Permanent),
    ("no ids", "efetch", 400, error("R", "ID list is empty! Possibly it has no"), NoSuchIds),
    ("no ids with 200", "efetch", 200, error("R", "ID list is empty! Possibly"), NoSuchIds),
]


@pytest.mark.parametrize(
    ("utility", "status", "body", "verdict"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_an_answer_is_judged_by_its_body(
    utility: str, status: int, body: bytes, verdict: type
) -> None:
    assert isinstance(judge(utility, HttpAnswer(status, body)), verdict)


def test_a_named_pause_is_part_of_the_verdict() -> None:
    verdict = judge("esearch", HttpAnswer(429, LIMIT.encode(), "2"))
    assert isinstance(verdict, Transient)
    assert verdict.wait == 2.0


def test_an_unreadable_pause_is_none() -> None:
    verdict = judge("esearch", HttpAnswer(429, b"", "soon"))
    assert isinstance(verdict, Transient)
    assert verdict.wait is None


@pytest.mark.parametrize("number", [1, 2, 3, 5, 6, 7, 8])
def test_recorded_esearch_answers_are_good(number: int) -> None:
    body = reference(f"pubmed/esearch{number}.xml").read_bytes()
    assert judge("esearch", HttpAnswer(200, body)) == Good()


@pytest.mark.parametrize("number", range(1, 9))
def test_recorded_elink_answers_are_good(number: int) -> None:
    body = reference(f"pubmed/elink{number}.xml").read_bytes()
    assert judge("elink", HttpAnswer(200, body)) == Good()


@pytest.mark.parametrize("number", [1, 2, 4, 5, 6, 7])
def test_recorded_efetch_answers_are_good(number: int) -> None:
    body = reference(f"pubmed/pubmed{number}.xml").read_bytes()
    assert judge("efetch", HttpAnswer(200, body)) == Good()


@pytest.mark.parametrize(("number", "verdict"), [(1, Good), (2, Permanent), (3, NoSuchIds)])
def test_recorded_epost_answers_are_told_apart(number: int, verdict: type) -> None:
    body = reference(f"pubmed/epost{number}.xml").read_bytes()
    assert isinstance(judge("epost", HttpAnswer(200, body)), verdict)


def test_the_empty_error_of_a_recorded_espell_answer_is_none() -> None:
    body = reference("pubmed/espell.xml").read_bytes()
    assert judge("espell", HttpAnswer(200, body)) == Good()
