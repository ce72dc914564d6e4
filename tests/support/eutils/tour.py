"""An invented PubMed that knows the articles of `examples/tour`, and one that the review lacks."""

import csv
from datetime import date

from examples.tour_material.exports import TRIALS
from runtime.loading.examples import TOUR
from tests.support.eutils.corpus import Corpus, FakeArticle

TABLE = TOUR / "records" / "first-search.csv"
CITED = "Okonjo 2021"
NEW = 90_900_001
"""The PMID of the one article that is in no file of the example: it cites the village trial."""


def tour_corpus() -> Corpus:
    """Every article of the example's first search, and one that cites its village trial."""
    corpus = Corpus()
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    corpus.add(*(_article(row) for row in rows))
    cited = next(int(row["pmid"]) for row in rows if row["key"] == CITED)
    corpus.add(_citing(cited))
    return corpus


def _article(row: dict[str, str]) -> FakeArticle:
    year = int(row["year"])
    return FakeArticle(
        pmid=int(row["pmid"]),
        title=row["title"],
        abstract=row["abstract"],
        crdt=date(year, 6, 1),
        status="MEDLINE",
        authors=tuple(_person(name) for name in row["authors"].split(";")),
        journal=row["journal"],
        year=year,
        doi=row["doi"],
        trial=TRIALS.get(row["key"], ""),
    )


def _person(name: str) -> tuple[str, str]:
    family, _, given = name.strip().partition(", ")
    return family, given


def _citing(pmid: int) -> FakeArticle:
    return FakeArticle(
        pmid=NEW,
        title="Buses to the meeting point: a survey of rural walking groups",
        abstract="Invented example record. Leaders of rural walking groups were asked how their "
        "walkers come to the meeting point.",
        crdt=date(2025, 6, 1),
        status="MEDLINE",
        authors=(("Ashgrove", "Lena"),),
        journal="Journal of Invented Rehabilitation",
        year=2025,
        doi="10.5555/invented.2025.900001",
        references=(pmid,),
    )
