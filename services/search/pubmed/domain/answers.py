"""What PubMed answers, as values: articles, search outcomes, links, calls, failures.

The vocabulary shared by the PubMed adapter, its port and the use cases. The
four dates are PubMed's own (https://pubmed.ncbi.nlm.nih.gov/help/): `crdt`
drives a living search, because `edat` is set back to the publication date when
a record enters more than a year late and a window on it never sees back files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.search.library.domain.record import Bibliography, SourceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One PubMed citation (article, book or chapter) in one version.

    `crdt` is when the record was created (`entrez` in the XML), `edat` when it
    entered PubMed (`pubmed`), `mhda` when its MeSH terms were added
    (`medline`), `revised` when NLM last changed it. `status` is the citation
    status (`MEDLINE`, `Publisher`, ...; empty for books). `cites` are the
    PMIDs of its reference list, as far as NLM holds it.
    """

    record: SourceRecord
    version: int = 1
    version_date: str = ""
    status: str = ""
    indexing_method: str = ""
    crdt: date | None = None
    edat: date | None = None
    mhda: date | None = None
    revised: date | None = None
    cites: tuple[str, ...] = ()

    @property
    def pmid(self) -> str:
        """The PubMed identifier; empty when the source gave none."""
        return self.record.own_id or ""

    @property
    def bibliography(self) -> Bibliography:
        """What the citation says."""
        return self.record.bibliography


@dataclass(frozen=True, slots=True)
class Deleted:
    """A PMID that NLM has withdrawn (`DeleteCitation` of an update file)."""

    pmid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Provenance of one request to the E-utilities, the API key left out.

    `tries` counts requests sent until the answer; `problems` says what each
    failed one met. `size` is in bytes, `sha256` is that of the body.
    """

    utility: str
    parameters: tuple[tuple[str, str], ...]
    at: datetime
    status: int
    tries: int
    size: int
    sha256: str
    problems: tuple[str, ...] = ()
    count: int | None = None
    returned: int | None = None
    query_translation: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Translation:
    """One automatic term mapping: what was typed and what PubMed searched."""

    typed: str
    searched: str


@dataclass(frozen=True, slots=True)
class SearchMessage:
    """One entry of ESearch's ErrorList or WarningList, e.g. `FieldNotFound`, `tiba`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOutcome:
    """All PMIDs that a query finds, and how PubMed understood it.

    `count` is PubMed's own count. `drift` is `count` minus the number of
    `ids`: not 0 only if the index moved while a search of several windows ran.
    """

    query: str
    ids: tuple[str, ...]
    count: int
    query_translation: str = ""
    translations: tuple[Translation, ...] = ()
    notices: tuple[SearchMessage, ...] = ()
    calls: tuple[Call, ...] = ()
    drift: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One batch of fetched articles; `missing` were asked for and not answered."""

    articles: tuple[Article, ...]
    missing: tuple[str, ...]
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOutcome:
    """Citation links per source PMID.

    `failed` are sources whose links could not be read, with `degraded` saying
    why: absent links are not the same as no links.
    """

    kind: str
    links: tuple[tuple[str, tuple[str, ...]], ...]
    failed: tuple[str, ...] = ()
    degraded: str = ""
    calls: tuple[Call, ...] = ()

    def of(self, pmid: str) -> tuple[str, ...]:
        """PMIDs linked with `pmid`; empty if none is known."""
        return dict(self.links).get(pmid, ())


class PubMedFailed(Exception):
    """A call to PubMed that gave no answer; `calls` are those sent before it failed."""

    def __init__(self, sentence: str, calls: Sequence[Call] = ()) -> None:
        super().__init__(sentence)
        self.calls = tuple(calls)


class PubMedUnavailable(PubMedFailed):
    """PubMed did not answer within all tries: run the job again later."""


class PubMedRefused(PubMedFailed):
    """PubMed understood the request and will never answer it as it stands."""
