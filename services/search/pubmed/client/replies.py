"""Small answers of the E-utilities (ESearch, ELink, ESpell) as values.

Read with the same hardened parser settings as the articles instead of
`Bio.Entrez.read`, which needs the DTD of every answer and would fetch one it
does not know from the network.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from services.search.pubmed.domain.answers import SearchMessage, Translation
from services.search.pubmed.xml.text import Element, children, clean, first, text


@dataclass(frozen=True, slots=True)
class SearchReply:
    """One ESearch answer: PubMed's count, the PMIDs given, and its reading of the query."""

    count: int
    ids: tuple[str, ...]
    query_translation: str = ""
    translations: tuple[Translation, ...] = ()
    notices: tuple[SearchMessage, ...] = ()


class UnreadableReply(ValueError):
    """The body is no XML of the kind asked for."""


def _root(body: bytes) -> Element:
    parser = etree.XMLParser(
        load_dtd=False, no_network=True, resolve_entities=False, huge_tree=False
    )
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableReply(f"unreadable XML: {error}") from error


def read_search(body: bytes) -> SearchReply:
    """An ESearch answer. Raises `UnreadableReply` if it has no count."""
    root = _root(body)
    count = text(first(root, "Count"))
    if not count.isdecimal():
        raise UnreadableReply("ESearch gave no Count")
    return SearchReply(
        count=int(count),
        ids=tuple(str(each.text).strip() for each in children(first(root, "IdList"), "Id")),
        query_translation=text(first(root, "QueryTranslation")),
        translations=tuple(
            Translation(text(first(each, "From")), text(first(each, "To")))
            for each in children(first(root, "TranslationSet"), "Translation")
        ),
        notices=tuple(_notices(root)),
    )


def _notices(root: Element) -> Iterator[SearchMessage]:
    for group in ("ErrorList", "WarningList"):
        for each in children(first(root, group), "*"):
            if words := text(each):
                yield SearchMessage(str(each.tag), words)


def read_links(body: bytes, link_name: str) -> dict[str, tuple[str, ...]]:
    """PMIDs linked by `link_name` per source PMID; a source with an error has no entry.

    A LinkSet of several sources cannot say which of them a link belongs to, so it is refused.
    """
    found: dict[str, tuple[str, ...]] = {}
    for group in children(_root(body), "LinkSet"):
        sources = [text(each) for each in children(first(group, "IdList"), "Id")]
        if len(sources) > 1:
            raise UnreadableReply("ELink pooled several sources into one set")
        if sources and next(group.iter("ERROR"), None) is None:
            found[sources[0]] = tuple(_linked(group, link_name, sources[0]))
    return found


def _linked(group: Element, link_name: str, source: str) -> Iterator[str]:
    for database in children(group, "LinkSetDb"):
        if text(first(database, "LinkName")) == link_name:
            for link in children(database, "Link"):
                pmid = text(first(link, "Id"))
                if pmid != source:
                    yield pmid


def read_spelling(body: bytes) -> str:
    """What ESpell would have typed; empty if it sees nothing to correct."""
    return clean(text(first(_root(body), "CorrectedQuery")))
