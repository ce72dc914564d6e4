"""What the steps of a CLUSTER round ask of the optional sources, and what their answers are.

Europe PMC and OpenAlex know what an article cites and what cites it, by DOI or PMID; Crossref
knows reference lists, by DOI alone. What a step searches for in PubMed is searched for at each,
in its own language, as far as it has one for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from services.search.cluster.domain.europe_pmc import in_europe_pmc
from services.search.cluster.domain.filters import CROSSREF, OPENALEX, in_filters, written
from services.search.cluster.domain.questions import UnreadableQuestion, read_question
from services.search.cluster.domain.round import (
    LOCAL,
    Answered,
    Asking,
    Elsewhere,
    name_of,
)
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
MOST_LOST = 5
Pearls = Mapping[str, Bibliography]


def with_elsewhere(
    asking: Asking, pearls: Pearls, related: Pearls, sources: Sequence[str]
) -> Asking:
    """A step with what it asks of these sources, and what it cannot ask of them among its notes."""
    asked = list(_citations(asking, pearls, related, sources))
    notes: list[str] = []
    for source in () if asking.step in LOCAL else sources:
        searches, note = _searches(asking, source)
        asked += searches
        notes += [note] if note else []
    return replace(asking, elsewhere=_each_once(asked), notes=(*asking.notes, *notes))


def _each_once(asked: Sequence[Elsewhere]) -> tuple[Elsewhere, ...]:
    """Each question once, on behalf of all pearls that it stands for."""
    pearls: dict[Elsewhere, dict[str, None]] = {}
    for one in asked:
        pearls.setdefault(replace(one, pearls=()), {}).update(dict.fromkeys(one.pearls))
    return tuple(replace(one, pearls=tuple(some)) for one, some in pearls.items())


def _citations(
    asking: Asking, pearls: Pearls, related: Pearls, sources: Sequence[str]
) -> Iterator[Elsewhere]:
    """The citations of each article that a source can know."""
    if kind := KINDS.get(asking.step):
        for source in sources:
            for pearl, doi, pmid in _articles(asking, pearls, related):
                one = Elsewhere(source=source, kind=kind, pearls=(pearl,), doi=doi, pmid=pmid)
                if _takes(one):
                    yield one


def _searches(asking: Asking, source: str) -> tuple[list[Elsewhere], str]:
    """The searches of a step in a source's language, and a note on what it has no words for."""
    lost: list[str] = []
    asked = [
        Elsewhere(source=source, kind="search", pearls=query.pearls, query=said)
        for query in asking.queries
        for said in in_language_of(source, query.term, lost)
    ]
    each = list(dict.fromkeys(lost))
    if not each:
        return asked, ""
    further = f" and {len(each) - MOST_LOST} more" if len(each) > MOST_LOST else ""
    words = "; ".join(each[:MOST_LOST])
    return asked, f"{LABELS[source]} cannot be asked for {words}{further}: look there by hand."


def in_language_of(source: str, term: str, lost: list[str]) -> list[str]:
    """What a source is asked for a question in PubMed's language; `lost` gathers what it is not."""
    try:
        question = read_question(term)
    except UnreadableQuestion:
        lost.append(term)
        return []
    if source == "europe_pmc":
        said = in_europe_pmc(question, lost.append)
        return [said] if said else []
    language = OPENALEX if source == "openalex" else CROSSREF
    return [written(one) for one in in_filters(question, language, lost.append)]


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


def answered(step: str, asked: Elsewhere, links: Links, most: int) -> Answered:
    """What came of a question: hits, what the source says of those without a PMID, and notes.

    An article of which the source says neither a title nor a PMID is none to screen: it is named.
    A search that finds more than `most` is too wide for a cluster, and none of it was taken.
    """
    label = LABELS[asked.source]
    kept = [one for one in links.records if one.bibliography.pmid or one.bibliography.title]
    bare = [name_of(one) for one in links.records if one not in kept]
    notes = [f"{label}: {note}" for note in links.notes]
    if bare:
        further = f"; and {len(bare) - MOST_BY_HAND} more" if len(bare) > MOST_BY_HAND else ""
        by_hand = ", ".join(bare[:MOST_BY_HAND])
        notes.append(f"{label} gives no title; look up by hand: {by_hand}{further}.")
    if asked.kind == "search" and (links.total or 0) > most:
        notes.append(
            f"{links.total} records answer {asked.query} at {label}: more than {most} are no "
            "cluster. None was taken; narrow it."
        )
    return Answered(
        step=step,
        state="waiting",
        hits=tuple(
            dict.fromkeys((pearl, name_of(one)) for pearl in asked.pearls or ("",) for one in kept)
        ),
        total=links.total,
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
