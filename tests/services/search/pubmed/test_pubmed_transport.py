"""One request and its whole answer: a body that breaks off, drips or lies is no answer."""

from urllib.request import Request

import pytest

from services.search.pubmed.client.transport import NCBI, NoAnswer, Transport, redacted
from tests.support.eutils import Corpus, EUtils, FakeArticle, faults
from tests.support.eutils.faults import Fault


def ask(eutils: EUtils, transport: Transport | None = None) -> bytes:
    sender = transport or Transport(base=eutils.base_url, quiet=0.3, whole=0.5)
    request = Request(f"{NCBI}esearch.fcgi?db=pubmed&term=ferns&api_key=k3y")
    return sender.send(request).body


def test_a_request_to_ncbi_goes_to_the_configured_base(corpus: Corpus, eutils: EUtils) -> None:
    corpus.add(FakeArticle(pmid=1, title="Ferns"))
    assert b"<Count>1</Count>" in ask(eutils)
    assert eutils.seen[0].value("term") == "ferns"


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (faults.cut, "breaks off after"),
        (faults.drip, "took more than"),
        (faults.hang, "[Tt]ime"),
        (faults.reset, "RemoteDisconnected|ConnectionReset"),
    ],
)
def test_an_answer_that_does_not_come_whole_is_none(eutils: EUtils, fault: Fault, why: str) -> None:
    eutils.script(fault)
    with pytest.raises(NoAnswer, match=why):
        ask(eutils)


def test_an_answer_with_an_error_status_is_read_to_its_end(eutils: EUtils) -> None:
    eutils.script(faults.rate_limited("7"))
    answer = Transport(base=eutils.base_url).send(Request(f"{NCBI}esearch.fcgi?term=x"))
    assert (answer.status, answer.retry_after) == (429, "7")
    assert b"API rate limit exceeded" in answer.body


def test_nobody_at_the_other_end_is_no_answer(eutils: EUtils) -> None:
    with pytest.raises(NoAnswer, match="ConnectionRefused"):
        ask(eutils, Transport(base="http://127.0.0.1:9/"))


def test_keys_are_taken_out_of_words() -> None:
    assert redacted("https://x/?a=1&api_key=abc&b=2") == "https://x/?a=1&api_key=***&b=2"
    assert redacted("no key") == "no key"
