"""Corpora made by rule: the same seed gives the same articles."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tests.support.eutils.corpus import Corpus, FakeArticle

CONDITIONS = ["psychosis", "bipolar disorder", "schizophrenia", "severe depression"]
SUBSTANCES = ["alcohol", "cannabis", "opioids", "amphetamines"]
SERVICES = ["integrated care", "care coordination", "link workers", "a shared assessment"]
SETTINGS = ["an inner city", "a rural county", "two NHS trusts", "a community team"]
FAMILIES = ["Abara", "Bosse", "Castell", "Dunmore", "Eide", "Farrow", "Grieve", "Hollis"]
GIVEN = ["Ada", "Boris", "Chloe", "Dev", "Elif", "Femi"]
HEADINGS = ["Diagnosis, Dual (Psychiatry)", "Substance-Related Disorders", "Mental Disorders"]


SYLLABLES = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo"]
ENDS = ["l", "n", "rt", "sk"]
WORDS = [a + b + c + d for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES for d in ENDS]


def relevant(pmid: int, day: date, seed: int = 0) -> FakeArticle:
    """An article about services for dual diagnosis, created on `day`."""
    draw = random.Random(f"{seed}/{pmid}")
    condition, substance = draw.choice(CONDITIONS), draw.choice(SUBSTANCES)
    service, setting = draw.choice(SERVICES), draw.choice(SETTINGS)
    people = tuple(
        (f"{draw.choice(FAMILIES)}{draw.choice(WORDS)}", draw.choice(GIVEN))
        for _ in range(draw.randint(1, 4))
    )
    named = " ".join(draw.sample(WORDS, 6)).capitalize()
    told = " ".join(draw.choices(WORDS, k=40))
    return FakeArticle(
        pmid=pmid,
        title=f"{named} in dual diagnosis ({condition}).",
        abstract=(
            f"We studied how {service} for people with {condition} who use {substance} changed "
            f"trust and retention in {setting}. {told.capitalize()}."
        ),
        crdt=day,
        year=day.year,
        authors=people,
        doi=f"10.5555/invented.{pmid}",
        keywords=("dual diagnosis", service),
    )


def unrelated(pmid: int, day: date) -> FakeArticle:
    """An article that no search for dual diagnosis finds."""
    draw = random.Random(pmid)
    return FakeArticle(
        pmid=pmid,
        title=f"Ferns near {' '.join(draw.sample(WORDS, 6))}.",
        abstract=" ".join(draw.choices(WORDS, k=30)),
        crdt=day,
        year=day.year,
        doi=f"10.5555/fern.{pmid}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A corpus of a year of a living review, and the articles with a story of their own.

    `retracted` and its `notice` (week 20), `late` becomes visible 20 days after
    its creation date, `backfile` enters with an old entry date, `indexed` is
    found only by the MeSH term that it gets in week 15, `corrected` gets an
    erratum, `doubted` a concern that is lifted, `deleted` vanishes.
    """

    corpus: Corpus
    retracted: int
    notice: int
    late: int
    backfile: int
    indexed: int
    corrected: int
    doubted: int
    deleted: int


def living_year(
    start: date,
    *,
    weekly: int = 20,
    before: int = 200,
    flood: int = 12_000,
    flood_week: int = 30,
    seed: int = 1,
) -> Year:
    """A year from `start` on: `before` articles at first, `weekly` new ones a week.

    One day of `flood_week` brings `flood`.
    """
    corpus = Corpus(spelling={"diagnossis": "diagnosis"})
    first = 40_000_000
    for number in range(before):
        created = start - timedelta(days=400 - number % 390)
        corpus.add(relevant(first + number, created, seed))
    pmid = first + before
    for week in range(52):
        day = start + timedelta(weeks=week)
        for number in range(weekly):
            corpus.add(relevant(pmid + number, day + timedelta(days=number % 7), seed))
        corpus.add(unrelated(pmid + weekly, day))
        pmid += weekly + 1
    flooded = start + timedelta(weeks=flood_week, days=2)
    corpus.add(*(relevant(pmid + number, flooded, seed) for number in range(flood)))
    return _with_stories(corpus, start, first, pmid + flood + 1, seed)


def _with_stories(corpus: Corpus, start: date, first: int, free: int, seed: int) -> Year:
    def week(number: int, days: int = 0) -> date:
        return start + timedelta(weeks=number, days=days)

    late, backfile, indexed, notice = free, free + 1, free + 2, free + 3
    corpus.appear(relevant(late, week(6), seed), week(6, 20))
    corpus.add(replace(relevant(backfile, week(10), seed), edat=date(2015, 3, 1), year=2015))
    corpus.add(unrelated(indexed, week(2)))
    corpus.index(indexed, week(15), *HEADINGS)
    corpus.retract(first + 5, week(20, 2), notice)
    corpus.link(first + 6, week(12, 1), "ErratumIn", None)
    corpus.link(first + 7, week(14, 1), "ExpressionOfConcernIn", free + 4)
    corpus.unlink(first + 7, week(24, 1), "ExpressionOfConcernIn")
    corpus.delete(first + 8, week(28, 1))
    return Year(
        corpus=corpus,
        retracted=first + 5,
        notice=notice,
        late=late,
        backfile=backfile,
        indexed=indexed,
        corrected=first + 6,
        doubted=first + 7,
        deleted=first + 8,
    )
