"""A run of a living search: what it has to do, what came of it, and why, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from services.search.living.domain.prisma_s import RunFacts, prisma_s
from services.search.living.domain.watermark import Gap, Watermark
from services.search.pubmed.domain.answers import Call, SearchOutcome
from services.search.pubmed.domain.partition import DateField, Window, within
from services.search.pubmed.domain.query_report import (
    Remark,
    TranslationDiff,
    remarks,
    translation_diff,
)
from shared.review.numbers import counted

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one run must do: the query, its windows (None: the whole query), and from where."""

    review_id: str
    search_id: str
    run_id: str
    name: str
    query: str
    windows: tuple[Window | None, ...]
    watermark: Watermark
    today: date
    started: datetime
    schedule: str = ""
    previous: datetime | None = None
    previous_translation: str = ""
    trigger: str = "person"
    missed: int = 0
    definition: Mapping[str, Any] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        """Whether the whole query is searched."""
        return None in self.windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the windows of a run gave: one outcome each, in the order of the plan."""

    outcomes: tuple[SearchOutcome, ...]
    missing: tuple[str, ...] = ()
    fetches: tuple[Call, ...] = ()

    @property
    def pmids(self) -> tuple[str, ...]:
        """Every PMID found, once."""
        return tuple(dict.fromkeys(pmid for each in self.outcomes for pmid in each.ids))

    @property
    def translation(self) -> str:
        """PubMed's reading of the query in the first window."""
        return self.outcomes[0].query_translation if self.outcomes else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """Counts of a run: ids `found`, first sightings, new records, merged and known ones."""

    found: int = 0
    source_records: int = 0
    added: int = 0
    merged: int = 0
    seen: int = 0


def watermark_json(mark: Watermark) -> Json:
    """A watermark as it is stored."""
    days = {"created": mark.created, "indexed": mark.indexed, "complete": mark.complete}
    return {name: day.isoformat() for name, day in days.items() if day}


def read_watermark(stored: Mapping[str, Any] | None) -> Watermark:
    """A watermark from what `watermark_json` wrote."""
    return Watermark(**{name: date.fromisoformat(day) for name, day in (stored or {}).items()})


def window_json(window: Window | None, query: str) -> Json:
    """A window of a run as its history shows it."""
    if window is None:
        return {"term": query, "field": None, "first": None, "last": None}
    return {
        "term": within(query, window),
        "field": window.field,
        "first": window.first.isoformat(),
        "last": window.last.isoformat(),
    }


def call_json(call: Call) -> Json:
    """Provenance of a call as it is stored."""
    return {
        "utility": call.utility,
        "parameters": dict(call.parameters),
        "at": call.at.isoformat(),
        "status": call.status,
        "tries": call.tries,
        "size": call.size,
        "sha256": call.sha256,
        "problems": list(call.problems),
        "count": call.count,
        "returned": call.returned,
        "query_translation": call.query_translation,
        "warnings": list(call.warnings),
    }


def run_report(plan: Plan, findings: Findings, counts: Yield, gap: Gap | None) -> Json:
    """Everything that is kept of a run that succeeded."""
    told = all_remarks(plan.query, findings.outcomes)
    diff = diff_of(plan, findings)
    facts = _facts(plan, findings, counts, told)
    windows = [window_json(window, plan.query) for window in plan.windows]
    for window, outcome in zip(windows, findings.outcomes, strict=True):
        window |= {"found": len(outcome.ids), "count": outcome.count, "drift": outcome.drift}
    return {
        "why": list(why(plan)),
        "definition": dict(plan.definition),
        "windows": windows,
        "translation": findings.translation,
        "translation_diff": {"added": list(diff.added), "removed": list(diff.removed)},
        "translations": [
            {"typed": each.typed, "searched": each.searched}
            for outcome in findings.outcomes[:1]
            for each in outcome.translations
        ],
        "remarks": [{"weight": each.weight, "sentence": each.sentence} for each in told],
        "missing": list(findings.missing),
        "gap": None if gap is None else {"unseen": len(gap.unseen), "vanished": list(gap.vanished)},
        "prisma_s": [{"item": i.number, "name": i.name, "text": i.text} for i in prisma_s(facts)],
        "calls": [call_json(call) for call in calls_of(findings)],
        "summary": summary(plan, findings, counts, gap),
    }


def calls_of(findings: Findings) -> tuple[Call, ...]:
    """Every call of a run, searches first."""
    searching = tuple(call for outcome in findings.outcomes for call in outcome.calls)
    return searching + findings.fetches


def all_remarks(query: str, outcomes: Iterable[SearchOutcome]) -> tuple[Remark, ...]:
    """Remarks on all windows, each once; "found nothing" only if none of them found anything."""
    some = tuple(outcomes)
    found = any(outcome.count for outcome in some)
    told = (each for outcome in some for each in remarks(query, outcome))
    return tuple(
        dict.fromkeys(each for each in told if not (found and "found nothing" in each.sentence))
    )


def diff_of(plan: Plan, findings: Findings) -> TranslationDiff:
    """How PubMed's reading changed since the last run; nothing for the first."""
    if not plan.previous_translation or not findings.translation:
        return TranslationDiff((), ())
    return translation_diff(plan.previous_translation, findings.translation)


def why(plan: Plan) -> tuple[str, ...]:
    """Why these windows were searched, one sentence each."""
    causes = {"schedule": "Its schedule came due.", "person": "A person asked for it."}
    sentences = [causes.get(plan.trigger, f"Asked for by: {plan.trigger}.")]
    if plan.missed:
        sentences.append(f"It also stands for {plan.missed} earlier slots that were missed.")
    sentences += [_why(plan, window) for window in plan.windows]
    return tuple(sentences)


REASONS: dict[DateField, str] = {
    "crdt": "records created",
    "mhda": "records that got their MeSH terms",
}


def _why(plan: Plan, window: Window | None) -> str:
    if window is not None:
        reached = plan.watermark.indexed if window.field == "mhda" else plan.watermark.created
        since = f"the watermark is {reached}" if reached else "it has never been looked at"
        return (
            f"It looked at {REASONS[window.field]} from {window.first} to {window.last}: {since}, "
            "and every run looks back at least 30 days."
        )
    if plan.watermark.created is None:
        return "It searched the whole query, because it had never been run."
    return f"It searched the whole query; the last time was {plan.watermark.complete}."


def summary(plan: Plan, findings: Findings, counts: Yield, gap: Gap | None) -> str:
    """One sentence on what came of the run."""
    said = (
        f"PubMed reported {counted(counts.found, 'record')}; {counts.source_records:,} had not "
        f"been seen by this search before: {counted(counts.added, 'was', 'were')} new to the "
        f"review, {counts.merged:,} joined a known record, "
        f"{counted(counts.seen, 'was', 'were')} already there."
    )
    if findings.missing:
        said += f" {len(findings.missing):,} could not be fetched, to be asked for again next time."
    if gap is not None and gap.unseen and plan.watermark.complete:
        said += (
            f" {len(gap.unseen)} of them would have been missed by the runs that look back from "
            "the watermark."
        )
    return said


def _facts(plan: Plan, findings: Findings, counts: Yield, told: Sequence[Remark]) -> RunFacts:
    dated = [within("query", window)[12:] for window in plan.windows if window is not None]
    return RunFacts(
        database="PubMed",
        platform="NCBI E-utilities",
        query=plan.query,
        searched_terms=tuple(outcome.query for outcome in findings.outcomes),
        started=plan.started,
        found=counts.found,
        new=counts.added,
        duplicates=counts.merged + counts.seen,
        translation=findings.translation,
        limits=tuple(dated),
        schedule=plan.schedule,
        previous=plan.previous,
        remarks=tuple(each.sentence for each in told),
        **_said_by_people(plan.definition.get("prisma_s") or {}),
    )


def _said_by_people(items: Mapping[str, Any]) -> dict[str, Any]:
    """Items of PRISMA-S that only people know, as they wrote them with the search."""
    listed = {name: tuple(items.get(name) or ()) for name in LISTED_ITEMS}
    return listed | {name: str(items.get(name) or "") for name in TOLD_ITEMS}


LISTED_ITEMS = (
    "filters",
    "registries",
    "browsing",
    "citation_searching",
    "contacts",
    "other_methods",
)
TOLD_ITEMS = ("multi_database", "prior_work", "peer_review")
