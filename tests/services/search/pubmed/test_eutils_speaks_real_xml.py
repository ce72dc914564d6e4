"""What the stand-in sends is valid by NLM's own DTDs, as shipped with Biopython."""

import io
import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from Bio import Entrez
from lxml import etree

from tests.support.eutils import Corpus, EUtils, FakeArticle
from tests.support.eutils.generated import living_year


def shipped(name: str) -> etree.DTD:
    """A DTD of the Biopython distribution."""
    with (Path(Entrez.__file__).parent / "DTDs" / name).open("rb") as file:
        return etree.DTD(file)


def asked(eutils: EUtils, path: str) -> etree._Element:
    with urlopen(f"{eutils.base_url}{path}") as answer:
        return etree.fromstring(re.sub(rb"<!DOCTYPE[^>]*>", b"", answer.read()))


@pytest.fixture
def corpus() -> Corpus:
    year = living_year(date(2025, 12, 1), flood=0, before=10, weekly=1)
    corpus: Any = year.corpus
    corpus.add(
        FakeArticle(
            pmid=11,
            title="All of it & <more>",
            abstract="x",
            collective="Group",
            orcid="https://orcid.org/0000-0002-1825-0097",
            doi="10.1/a",
            pmcid="PMC1",
            trial="NCT00000001",
            grant="G1",
            keywords=("one",),
            references=(12,),
            mesh=("Ferns",),
            mhda=date(2026, 2, 1),
            revised=date(2026, 3, 1),
        ),
        FakeArticle(pmid=12, title="Chapter", journal="Book", book=True),
    )
    return year.corpus


@pytest.mark.parametrize(
    ("path", "dtd"),
    [
        ("esearch.fcgi?db=pubmed&term=dual+diagnosis%5Btiab%5D", "esearch.dtd"),
        ("esearch.fcgi?db=pubmed&term=nothing%5Btiba%5D", "esearch.dtd"),
        ("esearch.fcgi?db=pubmed&term=a&retstart=9999", "esearch.dtd"),
        ("efetch.fcgi?db=pubmed&id=11,12,40000005,40000006", "pubmed_250101.dtd"),
        ("epost.fcgi?db=pubmed&id=11,12", "epost.dtd"),
    ],
)
def test_answers_are_valid_by_the_dtd(eutils: EUtils, path: str, dtd: str) -> None:
    root = asked(eutils, path)
    rules = shipped(dtd)
    assert rules.validate(root), str(rules.error_log)


@pytest.mark.parametrize(
    "path",
    [
        "esearch.fcgi?db=pubmed&term=dual+diagnosis%5Btiab%5D",
        "elink.fcgi?db=pubmed&dbfrom=pubmed&linkname=pubmed_pubmed_refs&id=11&id=12",
        "espell.fcgi?db=pubmed&term=diagnossis",
        "epost.fcgi?db=pubmed&id=11,12",
        "efetch.fcgi?db=pubmed&id=11,12,40000005",
    ],
)
def test_biopython_reads_the_answers(eutils: EUtils, path: str) -> None:
    """ELink's DTD is not deterministic, so that libxml2 cannot judge by it."""
    with urlopen(f"{eutils.base_url}{path}") as answer:
        assert Entrez.read(io.BytesIO(answer.read()))  # type: ignore[no-untyped-call]


def test_history_reaches_as_far_as_was_posted(eutils: EUtils) -> None:
    posted = asked(eutils, "epost.fcgi?db=pubmed&id=11,12")
    environment = posted.findtext("WebEnv")
    found = asked(eutils, f"efetch.fcgi?db=pubmed&WebEnv={environment}&query_key=1")
    assert len(found) == 2
