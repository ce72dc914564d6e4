"""Corpora made by rule: the same seed gives the same articles."""

import random
from datetime import date, timedelta

from tests.support.eutils.corpus import Corpus, FakeArticle

CONDITIONS = ["psychosis", "bipolar disorder", "schizophrenia", "severe depression"]
SUBSTANCES = ["alcohol", "cannabis", "opioids", "amphetamines"]
SERVICES = ["integrated care", "care coordination", "link workers", "a shared assessment"]
SETTINGS = ["an inner city", "a rural county", "two NHS trusts", "a community team"]
FAMILIES = ["Abara", "Bosse", "Castell", "Dunmore", "Eide", "Farrow", "Grieve", "Hollis"]
GIVEN = ["Ada", "Boris", "Chloe", "Dev", "Elif", "Femi"]
HEADINGS = ["Diagnosis, Dual (Psychiatry)", "Substance-Related Disorders", "Mental Disorders"]


def relevant(pmid: int, day: date, seed: int = 0) -> FakeArticle:
    """An article about services for dual diagnosis, created on `day`."""
    draw = random.Random(f"{seed}/{pmid}")
    condition, substance = draw.choice(CONDITIONS), draw.choice(SUBSTANCES)
    service, setting = draw.choice(SERVICES), draw.choice(SETTINGS)
    people = tuple(
        (family, draw.choice(GIVEN)) for family in draw.sample(FAMILIES, draw.randint(1, 4))
    )
    return FakeArticle(
        pmid=pmid,
        title=f"Dual diagnosis of {condition} and {substance}: {service} in {setting} ({pmid}).",
        abstract=(
            f"We studied how {service} for people with {condition} who use {substance} changed "
            f"trust and retention in {setting}. Staff said that {draw.choice(SERVICES)} helped "
            f"when caseloads stayed below {draw.randint(10, 40)}."
        ),
        crdt=day,
        year=day.year,
        authors=people,
        doi=f"10.5555/invented.{pmid}",
        keywords=("dual diagnosis", service),
    )


def unrelated(pmid: int, day: date) -> FakeArticle:
    """An article that no search for dual diagnosis finds."""
    return FakeArticle(
        pmid=pmid,
        title=f"Growth of invented ferns under lamp {pmid}.",
        abstract="Ferns grew.",
        crdt=day,
        year=day.year,
    )


def living_year(
    start: date, *, weekly: int = 20, before: int = 200, flood: int = 12_000, seed: int = 1
) -> Corpus:
    """A year of a living review from `start` on.

    `before` articles are there already; each week brings `weekly` and some
    noise; in week 30 one day brings `flood`. In week 20 one of the first
    articles is retracted. Some articles enter late with an old entry date,
    some are indexed with MeSH months after they were created.
    """
    corpus = Corpus(spelling={"dialysiss": "dialysis"})
    pmid = 40_000_000
    for number in range(before):
        corpus.add(relevant(pmid + number, start - timedelta(days=400 - number % 390), seed))
    pmid += before
    for week in range(52):
        day = start + timedelta(weeks=week)
        for number in range(weekly):
            corpus.add(relevant(pmid, day + timedelta(days=number % 7), seed))
            pmid += 1
        corpus.add(unrelated(pmid, day))
        pmid += 1
    flooded = start + timedelta(weeks=30, days=2)
    corpus.add(*(relevant(pmid + number, flooded, seed) for number in range(flood)))
    corpus.index(40_000_000 + before, start + timedelta(weeks=15), *HEADINGS)
    corpus.retract(40_000_005, start + timedelta(weeks=19, days=3), notice=pmid + flood + 1)
    return corpus
