"""What a bibliographic source says, as values.

Parsed at the door by `adapters`, trusted inside: every field is normalised
once (NFC, single blanks, no U+0000) and never cleaned again.
"""

from dataclasses import dataclass
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    """A frozen dataclass whose freezing mypy checks, and nobody at run time.

    A large file makes hundreds of thousands of these; with the check they take three times as
    long to make, and with named fields twice as long as with fields in order.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


@value
class Author:
    """One author: a person (`family`, `given`) or a group (`collective`)."""

    family: str = ""
    given: str = ""
    collective: str = ""
    orcid: str | None = None
    affiliations: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The author as a reference list writes them: `Curie, M.` or the group."""
        if self.collective:
            return self.collective
        return f"{self.family}, {self.given}" if self.given else self.family


@value
class Link:
    """A relation that the source itself states: correction, retraction, update.

    `kind` is PubMed's RefType (`RetractionIn`, `ErratumFor`, ...).
    """

    kind: str
    pmid: str | None = None
    citation: str = ""
    note: str = ""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def sparse_value(cls: type[T]) -> type[T]:
    """As `value`, where most fields say nothing: what is not given stays with the class."""
    return dataclass(kw_only=True, unsafe_hash=True)(cls)


@sparse_value
class Bibliography:
    """A record's bibliographic content.

    `doi` is lower case without resolver prefix; `issns` keep the hyphen;
    `pages` is as printed (`123-9`); `extra` holds every value that has no
    field of its own, as `(tag, value)`, so that nothing a file says is lost.
    """

    kind: str = "article"
    title: str = ""
    abstract: str = ""
    authors: tuple[Author, ...] = ()
    year: int | None = None
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    language: str = ""
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    issns: tuple[str, ...] = ()
    isbns: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    trial_ids: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    references: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, said: dict[str, Any]) -> "Bibliography":
        """The bibliography whose fields are `said`, which is used up.

        Takes a tenth of the time of a call that names the fields; a large file makes many.
        """
        made = object.__new__(cls)
        made.__dict__ = said
        return made


@value
class SourceRecord:
    """One raw item as a database or a file delivered it, kept for ever.

    `source` names the database or file ("pubmed", "embase.ris"); `own_id` is
    the source's own identifier, or None when it gave none (then the hash of
    the normalised content identifies it).
    """

    source: str
    own_id: str | None
    bibliography: Bibliography
    raw: str = ""
    line: int | None = None
