"""What the steps of a CLUSTER round ask of the optional sources, and what their answers are.

Europe PMC and OpenAlex know what an article cites and what cites it, by DOI or PMID; Crossref
knows reference lists, by DOI alone.
"""

from collections.abc import Iterator, Mapping, Sequence

from services.search.cluster.domain.round import Answered, Asking, Elsewhere, name_of
from services.search.connectors.domain.sources import LABELS, Links
from services.search.library.domain.record import Bibliography

KINDS = {
    "references": "references",
    "cited_by": "cited_by",
    "theory_citations": "cited_by",
    "related": "cited_by",
}
"""Steps that ask for citations, and which way."""
BY_DOI = ("crossref",)
COUNTS_ALONE = ("crossref",)
"""Sources that take DOIs alone, and those that do not name what cites an article."""
MOST_BY_HAND = 20
Pearls = Mapping[str, Bibliography]


def asked_elsewhere(
    asking: Asking, pearls: Pearls, related: Pearls, sources: Sequence[str]
) -> tuple[Elsewhere, ...]:
    """What a step asks of these sources, for each pearl that they can know."""
    kind = KINDS.get(asking.step)
    if kind is None:
        return ()
    every = (
        Elsewhere(source=source, kind=kind, pearl=pearl, doi=doi, pmid=pmid)
        for source in sources
        for pearl, doi, pmid in _articles(asking, pearls, related)
    )
    return tuple(one for one in every if _takes(one))


def _articles(asking: Asking, pearls: Pearls, related: Pearls) -> Iterator[tuple[str, str, str]]:
    """(pearl, DOI, PMID) of the articles whose citations a step asks for."""
    if asking.step == "theory_citations":
        yield from ((pearl, "", pmid) for pearl, pmid in asking.links)
        return
    for name, one in (related if asking.step == "related" else pearls).items():
        yield name, one.doi or "", one.pmid or ""


def _takes(one: Elsewhere) -> bool:
    if one.kind == "cited_by" and one.source in COUNTS_ALONE:
        return False
    return bool(one.doi or (one.pmid and one.source not in BY_DOI))


def answered(step: str, asked: Elsewhere, links: Links) -> Answered:
    """What came of a question: hits, what the source says of those without a PMID, and notes.

    An article of which the source says neither a title nor a PMID is none to screen: it is named.
    """
    label = LABELS[asked.source]
    kept = [one for one in links.records if one.bibliography.pmid or one.bibliography.title]
    bare = [name_of(one) for one in links.records if one not in kept]
    notes = [f"{label}: {note}" for note in links.notes]
    if bare:
        further = f"; and {len(bare) - MOST_BY_HAND} more" if len(bare) > MOST_BY_HAND else ""
        by_hand = ", ".join(bare[:MOST_BY_HAND])
        notes.append(f"{label} gives no title; look up by hand: {by_hand}{further}.")
    return Answered(
        step=step,
        state="waiting",
        hits=tuple(dict.fromkeys((asked.pearl, name_of(one)) for one in kept)),
        said={name_of(one): one for one in kept if not one.bibliography.pmid},
        notes=tuple(notes),
        elsewhere=asked,
    )


def unanswered(step: str, asked: Elsewhere, why: str) -> Answered:
    """A question to which a source gave no answer, or which it refused; it is not asked again."""
    label = LABELS[asked.source]
    return Answered(
        step=step,
        state="waiting",
        notes=(f"{label} was not heard: {why}",),
        unanswered=(label,),
        elsewhere=asked,
    )
