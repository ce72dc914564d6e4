"""Small hand-written records, and strategies that make many that nearly collide."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from services.search.library.domain.dedup import Features, Index, batch, normalise
from services.search.library.domain.record import Author, Bibliography

PAPER = Bibliography(
    title="Effect of mental practice on the improvement of function in daily activity performance",
    authors=(
        Author(family="Nilsen", given="Dawn M."),
        Author(family="Gillen", given="Glen"),
        Author(family="Gordon", given="Andrew M."),
    ),
    year=2010,
    journal="American Journal of Occupational Therapy",
    volume="64",
    issue="5",
    pages="695-708",
)
OTHER = Bibliography(
    title="Amantadine hydrochloride for symptoms of the posttraumatic confusional state",
    authors=(Author(family="Yablon", given="S."), Author(family="Sherer", given="M.")),
    year=2013,
    journal="Brain Injury",
    volume="27",
    issue="1",
    pages="11-20",
)
BARE = replace(PAPER, volume="", issue="", pages="")


def features(base: Bibliography = PAPER, **changes: Any) -> Features:
    """The features of `base` with `changes`."""
    return normalise(replace(base, **changes))


def people(*families: str) -> tuple[Author, ...]:
    """Authors by family name and initial A."""
    return tuple(Author(family=family, given="A.") for family in families)


_TITLES = (
    "Effect of mental practice on function after stroke: a randomised trial",
    "Effect of mental practice on function after stroke: a randomized trial",
    "Effect of mental practice on function after stroke",
    "Effect of mental practice on function after stroke: part I",
    "Effect of mental practice on function after stroke: part II",
    "Erratum: Effect of mental practice on function after stroke",
    "Editorial",
    "",
)

bibliographies = st.builds(
    Bibliography,
    title=st.sampled_from(_TITLES),
    authors=st.sampled_from(((), people("Nilsen", "Gillen"), people("Nilsen"), people("Wu"))),
    year=st.sampled_from((None, 2010, 2011)),
    journal=st.sampled_from(("", "Stroke", "Am J Occup Ther")),
    volume=st.sampled_from(("", "64", "65")),
    issue=st.sampled_from(("", "5", "6")),
    pages=st.sampled_from(("", "695-708", "695", "11-20", "S44")),
    doi=st.sampled_from((None, None, "10.1000/a", "10.1000/b")),
    pmid=st.sampled_from((None, None, "1", "2")),
    abstract=st.sampled_from(("", "x" * 80)),
    keywords=st.sampled_from(((), ("stroke",), ("Stroke", "practice"))),
)

sets = st.lists(bibliographies, min_size=1, max_size=9).map(
    lambda several: {f"s{i}": normalise(b) for i, b in enumerate(several)}
)

Partition = set[frozenset[str]]


def whole(records: dict[str, Features]) -> Partition:
    """The partition of a set placed at once."""
    return {frozenset(cluster) for cluster in batch(records)[0]}


def streamed(records: dict[str, Features], order: list[str], page: int = 1) -> Index:
    """An index fed in `order`, `page` records at a time."""
    index = Index()
    for start in range(0, len(order), page):
        index.add([(name, records[name]) for name in order[start : start + page]])
    return index
