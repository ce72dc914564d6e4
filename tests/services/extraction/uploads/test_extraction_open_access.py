"""Open-access full texts are fetched from Europe PMC where that is allowed, from a server here."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.extraction import a_record, a_settlement

ARTICLE = b"""<article><front><article-meta><title-group><article-title>Trust</article-title>
</title-group></article-meta></front><body><sec><title>Results</title>
<p>Staff felt trusted.</p></sec></body></article>"""
KNOWN = {
    'DOI:"10.1000/open"': {"pmcid": "PMC1", "isOpenAccess": "Y"},
    'DOI:"10.1000/closed"': {"pmcid": "PMC2", "isOpenAccess": "N"},
    "EXT_ID:77 AND SRC:MED": {"pmcid": "PMC1", "isOpenAccess": "Y"},
    'DOI:"10.1000/odd"': {"pmcid": "../../etc", "isOpenAccess": "Y"},
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        parts = urlsplit(self.path)
        if parts.path == "/rest/search":
            found = KNOWN.get(parse_qs(parts.query)["query"][0])
            body = json.dumps({"resultList": {"result": [found] if found else []}}).encode()
        elif parts.path == "/rest/PMC1/fullTextXML":
            body = ARTICLE
        else:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def europe_pmc():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/rest/"
        server.shutdown()
        thread.join()


@pytest.fixture
def allowed(extraction, europe_pmc, monkeypatch):
    monkeypatch.setattr(extraction.running.settings, "europe_pmc_url", europe_pmc)
    monkeypatch.setattr(extraction.running.settings, "network", True)
    return extraction


async def fetch(extraction, **about):
    await extraction.hear(a_record(**about))
    await extraction.hear(a_settlement())
    answer = await extraction.ask("POST", "/uploads/fetch", {"documents": ["r1"]})
    return answer["results"][0]


async def test_nothing_is_asked_unless_the_settings_allow_it(extraction):
    said = await fetch(extraction, doi="10.1000/open")
    assert said["confirmed"] is False
    assert "RETRODUCT_EUROPE_PMC_URL" in said["problem"]


@pytest.mark.parametrize("about", [{"doi": "10.1000/open"}, {"pmid": "77"}])
async def test_an_open_article_becomes_the_text_of_its_document(allowed, about):
    assert (await fetch(allowed, **about))["confirmed"] is True
    text = await allowed.ask("GET", "/documents/r1/text")
    assert "Staff felt trusted." in text["text"]


@pytest.mark.parametrize("doi", ["10.1000/closed", "10.1000/unknown", "10.1000/odd", None])
async def test_what_is_not_open_is_not_fetched(allowed, doi):
    said = await fetch(allowed, doi=doi)
    assert said["confirmed"] is False
    assert "upload the file" in said["problem"]


async def test_a_server_that_does_not_answer_is_told(allowed, monkeypatch):
    monkeypatch.setattr(allowed.running.settings, "europe_pmc_url", "http://127.0.0.1:9/")
    said = await fetch(allowed, doi="10.1000/open")
    assert "does not answer" in said["problem"]
