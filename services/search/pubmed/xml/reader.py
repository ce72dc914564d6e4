"""PubMed's efetch XML as a stream of articles, in constant memory.

Follows pubmed_250101.dtd. The parser never loads a DTD, an entity or the
network, so a hostile file costs nothing and a new DTD year changes nothing;
attribute defaults of the DTD (ValidYN=Y, MajorTopicYN=N, ...) are therefore
set here. Paths are exact: `.//PMID` and `.//ArticleId` also occur inside
comments and reference lists.
"""

from collections.abc import Iterator
from typing import BinaryIO, cast

from lxml import etree

from services.search.pubmed.domain.answers import Article, Deleted
from services.search.pubmed.xml import article, book
from services.search.pubmed.xml.pieces import Pieces
from services.search.pubmed.xml.text import Element, children, text

READERS = {
    "PubmedArticle": article.read,
    "PubmedBookArticle": book.read,
}
TAGS = (*READERS, "DeleteCitation")


class MalformedPubMedXml(ValueError):
    """The stream is no well-formed PubMed XML; `line` is where reading stopped."""

    def __init__(self, sentence: str, line: int | None) -> None:
        super().__init__(sentence)
        self.line = line


def read_articles(stream: BinaryIO) -> Iterator[Article | Deleted]:
    """Yield every article, book and deletion of `stream`, in its order.

    `stream` holds bytes of a `PubmedArticleSet` (or `PubmedBookArticleSet`),
    as efetch and the FTP files write it. Memory stays that of one article.

    Raises `MalformedPubMedXml` where the stream breaks off, after yielding what came before.
    """
    pieces = Pieces(stream)
    for element in pieces.elements():
        yield from read_element(element)
    rest = pieces.rest()
    if rest is not None:
        yield from _parsed(cast("BinaryIO", rest))


def _parsed(stream: BinaryIO) -> Iterator[Article | Deleted]:
    context = etree.iterparse(
        stream,
        events=("end",),
        tag=TAGS,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
    )
    try:
        for _, element in context:
            yield from read_element(element)
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise MalformedPubMedXml(f"The PubMed XML breaks off: {error}", error.lineno) from error


def read_element(element: Element) -> Iterator[Article | Deleted]:
    """The article, book or deletions that one element of `TAGS` holds."""
    reader = READERS.get(str(element.tag))
    if reader is not None:
        yield reader(element)
        return
    for pmid in children(element, "PMID"):
        yield Deleted(text(pmid))


def _forget(element: Element) -> None:
    """Free `element` and its elder siblings, which the tree would keep for ever."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
