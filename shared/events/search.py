"""What search says: records, where they came from, and what became of them."""

from dataclasses import dataclass
from typing import Any

from shared.events.base import Event, published, upcast


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way by which a record was found; `arm` is `database` or `other` (PRISMA).

    `how` says it in words, such as the step, pearl and round of a CLUSTER search.
    """

    source: str
    arm: str = "database"
    found_at: str = ""
    search_id: str | None = None
    import_id: str | None = None
    source_record_id: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """`kind` is `retraction`, `concern` or `correction`; `notice` cites the notice.

    `sources` are those that say so: `pubmed`, `crossref`, `openalex`, `europe_pmc`, `hand`, or
    the source whose record says it of itself. Early events left them out.
    """

    kind: str
    notice: str = ""
    raised_at: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordState:
    """A record at one version: text for screening, first 20 authors, routes, flags.

    `removed` is true when every import that brought it was reversed.
    """

    record_id: str
    title: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    year: int | None = None
    journal: str = ""
    authors: tuple[str, ...] = ()
    doi: str | None = None
    pmid: str | None = None
    language: str = ""
    publication_types: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    flags: tuple[Flag, ...] = ()
    label: str = ""
    removed: bool = False

    def is_retracted(self) -> bool:
        """Whether a retraction stands (concern and correction do not count)."""
        return any(flag.kind == "retraction" for flag in self.flags)


@published("search", subject="record.record_id", kind="record")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAdded(Event):
    """A record entered the review's library."""

    record: RecordState


@published("search", subject="record.record_id", kind="record")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAmended(Event):
    """A record's content or routes changed (by hand, refetch, or a further source)."""

    record: RecordState
    reason: str = ""


@published("search", subject="record.record_id", kind="record", version=2)
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMerged(Event):
    """`absorbed` is from now on an alias of `record` (the survivor).

    `alias_version` counts what became of the alias: merges and splits of `absorbed`, whichever
    its survivor. Version 1 did not say it (0).
    """

    record: RecordState
    absorbed: str
    alias_version: int
    reason: str = ""


@published("search", subject="record.record_id", kind="record", version=2)
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSplit(Event):
    """A merge was undone: `restored` stands alone again, beside `record`.

    `restored_version` is the version of the restored record itself, by its own counter, and
    `alias_version` that of its alias. Version 1 said neither (0).
    """

    record: RecordState
    restored: RecordState
    restored_version: int
    alias_version: int
    reason: str = ""


@upcast("search.record_merged", since=1)
def _leave_the_alias_version_open(data: dict[str, Any]) -> dict[str, Any]:
    return {"alias_version": 0, **data}


@upcast("search.record_split", since=1)
def _leave_both_versions_open(data: dict[str, Any]) -> dict[str, Any]:
    return {"alias_version": 0, "restored_version": 0, **data}


@published("search", subject="record.record_id", kind="record")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFlagged(Event):
    """A flag was raised: `flag` is retraction, concern, correction or reinstatement.

    `record.flags` holds what stands now; a reinstatement empties it.
    """

    record: RecordState
    flag: str
    notice: str = ""


@published("search", subject="import_id", kind="import")
@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReversed(Event):
    """An import was taken back; its records' own events follow or accompany."""

    import_id: str
    records: int
    reason: str = ""


@published("search", subject="search_id", kind="search")
@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFinished(Event):
    """A run of a search, or an import, ended.

    Counts: `found` ids the source reported, `source_records` first sightings,
    `added` new records, `merged` into known ones, `seen` seen before.
    """

    search_id: str
    run_id: str
    kind: str
    source: str
    arm: str = "database"
    succeeded: bool = True
    found: int = 0
    source_records: int = 0
    added: int = 0
    merged: int = 0
    seen: int = 0
    warnings: tuple[str, ...] = ()


@published("search", subject="record_id", kind="rescreen")
@dataclass(frozen=True, slots=True, kw_only=True)
class RescreenSuggested(Event):
    """An excluded record deserves another look; no decision is changed."""

    record_id: str
    reason: str


@published("search", subject="relation_id", kind="relation")
@dataclass(frozen=True, slots=True, kw_only=True)
class RelationDecided(Event):
    """People said what two records are to each other.

    `kind` is `sibling` (reports of one study) or `kinship` (studies related by theory, antecedent,
    or place and time); `confirmed` is false where they are not. `records` are sorted, `labels`
    what people call them; `why` is the evidence, `reason` what people say.
    """

    relation_id: str
    records: tuple[str, str]
    kind: str
    labels: tuple[str, ...] = ()
    confirmed: bool = True
    why: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyBlock:
    """One concept block of a strategy, its broad or narrow terms as PubMed takes them."""

    name: str
    query: str = ""
    applied: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RunElsewhere:
    """A run on a platform that is not searched from here; `ran_on` is a day, `YYYY-MM-DD`."""

    run_id: str
    platform: str
    database: str
    ran_on: str
    hits: int = 0
    export_file: str = ""
    version: int = 0


@published("search", subject="strategy_id", kind="strategy")
@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyRevised(Event):
    """A strategy has a new version, or a run elsewhere was recorded (`changed` tells which).

    `known` are the records that it must find.
    """

    strategy_id: str
    version: int
    name: str
    breadth: str = "broad"
    blocks: tuple[StrategyBlock, ...] = ()
    known: tuple[str, ...] = ()
    runs: tuple[RunElsewhere, ...] = ()
    reason: str = ""
