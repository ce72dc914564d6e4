"""A round of CLUSTER searching: its steps, what they ask, and what came of it.

The steps are those of Booth et al. 2013 (doi 10.1186/1471-2288-13-118) that PubMed and the
optional sources can answer. Each pearl keeps its own questions, so that every hit can name it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from services.search.connectors.domain.sources import LABELS, Named
from services.search.library.domain.record import SourceRecord

STEPS = {
    "references": 2,
    "recheck": 3,
    "lead_author": 4,
    "cited_by": 5,
    "project": 6,
    "contact": 7,
    "theory_citations": 8,
    "mentions": 9,
    "theory": 10,
    "antecedents": 11,
    "related": 12,
    "comparison": 13,
}
"""The steps of a round with their numbers at Booth et al., in the order they are taken."""
LOCAL = ("recheck", "contact", "mentions")
"""Steps that ask no service: over the review's own library, excluded records with it, and
messages to authors, which people send themselves.
"""
MOST_FOUND = 2000
"""A question that finds more is too wide for a cluster: it is told, and not carried out.

Of the citation links of one record the first so many are taken, and that is told, too.
"""
ENDED = ("succeeded", "failed", "withdrawn")
"""States of a round after which nothing of it happens. Before: planned, waiting, running."""
COMPONENTS = {
    "recheck": "empirical studies",
    "references": "empirical studies",
    "lead_author": "empirical studies",
    "cited_by": "empirical studies",
    "project": "empirical studies",
    "contact": "empirical studies",
    "theory_citations": "mid-range theory",
    "mentions": "mid-range theory",
    "theory": "mid-range theory",
    "antecedents": "empirical studies",
    "related": "empirical studies",
    "comparison": "empirical studies",
}
"""What each step is in the realist search framework (Booth, Briscoe, Wright 2020)."""
SOUGHT = {
    "undecided_context": "context",
    "open_case": "context",
    "missing_slot": "mechanism",
    "unchecked_opposite": "mechanism",
}
"""Which part of a configuration a gap of this kind leaves open; for every other the outcome."""
UNCERTAIN = (
    "PubMed's citation links cover only the reference lists that NLM holds, a PMID it does not "
    "know looks like one without links, and links are left out at random at times: they were "
    "asked for twice, and an empty answer is no proof."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person said of a round; `steps` empty means all that can run.

    `topic` goes with a lead author who has no ORCID, `condition` with the `theory`
    terms; both are blocks in PubMed's language. `lexicon` are the words and phrases by
    which the theory is known in titles, abstracts and keywords. `budget` is how many
    records not yet in the library the round may bring; 0 only looks. `seeks` is the part of
    a configuration that the round looks for: context, mechanism or outcome. `projects` are
    names of related projects. `sources` are the optional sources that are asked; empty means all
    that are on.
    """

    steps: tuple[str, ...] = ()
    topic: str = ""
    acronym: str = ""
    theory: str = ""
    condition: str = ""
    lexicon: tuple[str, ...] = ()
    budget: int = 200
    seeks: str = ""
    projects: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A question to PubMed on behalf of `pearls` (record ids; none for the whole cluster)."""

    term: str
    pearls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A question to an optional source on behalf of `pearls` (record ids; none for the whole
    cluster): the `references` of an article, what it is `cited_by`, or a `search`.

    A search has a `query` in the source's own language; of the others at least one of `doi` and
    `pmid` is given.
    """

    source: str
    kind: str
    pearls: tuple[str, ...] = ()
    doi: str = ""
    pmid: str = ""
    query: str = ""

    @property
    def article(self) -> Named:
        """The article that is asked about."""
        return Named(doi=self.doi or None, pmid=self.pmid or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What one step asks.

    `links` are (pearl, PMID) whose citation links are asked for, `given` the (pearl, PMID)
    that the records name themselves, `tasks` the (pearl, author) whom people are to write to;
    `elsewhere` is asked of optional sources. `notes` say what could not be asked, and why. `wants`
    says that people can supply what lacks.
    """

    step: str
    links: tuple[tuple[str, str], ...] = ()
    given: tuple[tuple[str, str], ...] = ()
    queries: tuple[Query, ...] = ()
    tasks: tuple[tuple[str, str], ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    notes: tuple[str, ...] = ()
    wants: bool = False

    @property
    def can_run(self) -> bool:
        """Whether there is anything to ask or to take."""
        asked = self.links or self.given or self.queries or self.tasks or self.elsewhere
        return self.step == "recheck" or bool(asked)


WAYS = {
    "references": "in the references of {}",
    "lead_author": "by the lead author of {}",
    "cited_by": "cites {}",
    "project": "of the project of {}",
    "theory_citations": "on a theory that {} cites",
    "theory": "theory and condition",
    "antecedents": "antecedent of {}",
    "related": "around the related project {}",
    "comparison": "names several projects together",
}
MOST_WAYS = 8
USUAL = frozenset(("pubmed", "record"))
"""PubMed, and a pearl's own reference list: not named where nobody else found a record."""
Way = tuple[str, str, Sequence[str]]
"""A step that found something, what its pearl is called, and which sources named it."""


def route_of(number: int, ways: Sequence[Way]) -> str:
    """How a round found a record, for its route."""
    words = list(dict.fromkeys(_ways(ways)))
    more = f"; and {len(words) - MOST_WAYS} more" if len(words) > MOST_WAYS else ""
    return f"CLUSTER round {number}: {'; '.join(words[:MOST_WAYS])}{more}"


def _ways(ways: Sequence[Way]) -> Iterator[str]:
    for step, pearl, sources in ways:
        words = WAYS[step].format(pearl or "the cluster")
        by = "" if USUAL.issuperset(sources) else f"; {listed([called(one) for one in sources])}"
        yield f"{words} (step {STEPS[step]}{by})"


def listed(names: Sequence[str]) -> str:
    """Names one after the other: `A, B and C`."""
    return " and ".join([", ".join(names[:-1]), *names[-1:]] if len(names) > 1 else names)


def called(source: str) -> str:
    """What people call a source of hits."""
    return {"pubmed": "PubMed", "record": "its own reference list"}.get(source) or LABELS[source]


def chosen(
    ways: Mapping[str, Sequence[str]], known: set[str], budget: int
) -> tuple[list[str], list[str]]:
    """Names of articles to fetch and those beyond the budget, from name → the steps that found it.

    What the library has costs nothing; of the others, those that more ways lead to go first.
    """
    fresh = [pmid for pmid in ways if pmid not in known]
    order = list(STEPS)
    fresh.sort(key=lambda one: (-len(ways[one]), min(map(order.index, ways[one])), len(one), one))
    return [*(pmid for pmid in ways if pmid in known), *fresh[:budget]], fresh[budget:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of one step: (pearl, name) hits, how often each term was found, and the calls.

    An article's name is its PMID, or what `name_of` makes of it; `said` is what the source says of
    articles without a PMID, by name. `state` is `waiting` while questions of the step are still to
    be asked, then `done` or `refused`; `linked` says that its citation links were asked for,
    `elsewhere` which question to an optional source was and `total` how many it found (None: the
    source does not say), `unanswered` are the PMIDs whose links could not be had, and the sources
    that gave no answer.
    """

    step: str
    state: str = "done"
    hits: tuple[tuple[str, str], ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    linked: bool = False
    elsewhere: Elsewhere | None = None
    total: int | None = None
    said: Mapping[str, SourceRecord] = field(default_factory=dict)
    calls: tuple[Any, ...] = ()


def name_of(record: SourceRecord) -> str:
    """The name of an article among a round's hits: its PMID, its DOI, its source's own id."""
    said = record.bibliography
    return said.pmid or (f"doi:{said.doi}" if said.doi else f"{record.source}:{record.own_id}")


def in_order(steps: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept by step, in the order in which steps are taken (databases forget it)."""
    return {step: steps[step] for step in STEPS if step in steps}


def asking_json(asking: Asking) -> dict[str, Any]:
    """A step as the round's report keeps it before it is asked."""
    waits = asking.step not in LOCAL and asking.can_run
    done = "done" if asking.can_run else "skipped"
    return {
        "number": STEPS[asking.step],
        "state": "waiting" if waits else done,
        "links": [list(each) for each in asking.links],
        "queries": [{"term": q.term, "pearls": list(q.pearls)} for q in asking.queries],
        "elsewhere": [asdict(one) for one in asking.elsewhere],
        "notes": list(asking.notes),
    }


def read_asking(step: str, stored: Mapping[str, Any]) -> Asking:
    """What is left to ask of a step, from what `asking_json` wrote and answers have filled in.

    What the records named is with the hits already.
    """
    left = [each for each in stored["queries"] if each.get("count") is None]
    links = () if stored.get("linked") else stored["links"]
    return Asking(
        step=step,
        links=tuple((pearl, pmid) for pearl, pmid in links),
        queries=tuple(Query(each["term"], tuple(each["pearls"])) for each in left),
        elsewhere=tuple(
            read_elsewhere(one) for one in stored.get("elsewhere", ()) if not one.get("asked")
        ),
    )


def read_elsewhere(stored: Mapping[str, Any]) -> Elsewhere:
    """A question to an optional source, as it was kept; rounds before searches named one pearl."""
    names = ("source", "kind", "doi", "pmid", "query")
    pearls = stored["pearls"] if "pearls" in stored else [stored["pearl"]]
    return Elsewhere(pearls=tuple(pearls), **{name: stored.get(name, "") for name in names})
