"""PubMed XML that a person uploads, as import events."""

from collections.abc import Iterator
from io import RawIOBase
from typing import BinaryIO

from services.search.adapters.pubmed_xml import MalformedPubMedXml, read_articles
from services.search.domain.imports import ImportEvent, ImportRefused, Rejection
from services.search.domain.pubmed import Deleted


class Watched(RawIOBase):
    """An upload as an XML parser reads it: its head again, and no entity declarations."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._stream = stream
        self._tail = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises `ImportRefused` at an entity declaration."""
        block, self._head = self._head, b""
        block = block or self._stream.read(1 << 16 if size < 0 else max(size, 1))
        if b"<!ENTITY" in (self._tail + block).upper():
            raise ImportRefused("The XML defines entities of its own, which is refused as unsafe.")
        self._tail = block[-10:]
        return block


def read_pubmed_xml(head: bytes, stream: BinaryIO, source: str) -> Iterator[ImportEvent]:
    """Source records in file order; deletions and broken XML are told.

    The records keep PubMed as their source: the same citation from a search and
    from a file is one source record.
    """
    del source
    try:
        for item in read_articles(Watched(head, stream)):  # type: ignore[arg-type]
            if isinstance(item, Deleted):
                yield Rejection(1, f"PubMed has withdrawn the citation {item.pmid}")
            else:
                yield item.record
    except MalformedPubMedXml as error:
        yield Rejection(error.line or 1, str(error))
