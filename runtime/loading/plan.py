"""A bundle as the bodies of commands: pure functions, one per kind of thing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from runtime.bundle.codebook_checks import groups_of
from runtime.bundle.model.evidence import Element, Fragment, Source, TheoryCodebook
from runtime.bundle.model.review import DecisionRow, RecordRow, ReviewFile, StageEntry
from runtime.bundle.model.theories import FinalStatement, Judgement, Theory, Wording
from runtime.bundle.reco_rules import theory_id

Body = dict[str, Any]
M = TypeVar("M")


NO_REASON = "as the bundle has it, which tells no reason"
RECORD_WORDS = ("journal", "volume", "issue", "pages", "language", "kind")


def batches(items: Sequence[M], size: int) -> Iterator[Sequence[M]]:
    """The items in runs of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def review_body(review: ReviewFile) -> Body:
    """POST /api/reviews."""
    stages = [
        {
            "name": stage.name,
            "from": stage.source,
            "main": stage.main,
            "policy": _said(stage.policy),
        }
        for stage in stages_in_order(review)
    ]
    return {
        "id": review.id,
        "title": review.title,
        "question": review.question,
        "stages": stages,
        "team": [_said(member) for member in review.team],
        "reported_numbers": [_said(number) for number in review.reported_numbers],
        **({} if review.seed is None else {"seed": review.seed}),
        **({} if review.protocol is None else {"protocol": review.protocol}),
    }


def stages_in_order(review: ReviewFile) -> list[StageEntry]:
    """The stages, each after the one that feeds it."""
    left, ordered = list(review.stages), list[StageEntry]()
    while left:
        fed = {stage.name for stage in ordered} | {None}
        ordered += [stage for stage in left if stage.source in fed]
        left = [stage for stage in left if stage.source not in fed]
    return ordered


def _said(part: Any) -> Body:
    """What a part of the bundle says, without unknown keys and without what it leaves open."""
    fields = set(type(part).model_fields)
    plain: Body = part.model_dump(mode="json", include=fields, exclude_none=True)
    return plain


def criteria_bodies(review: ReviewFile) -> Iterator[tuple[str, Body]]:
    """Each stage that has criteria, with the body of its PUT."""
    for stage in review.stages:
        criteria = [
            {"id": entry.id, "text": entry.text, "kind": entry.kind}
            for entry in review.criteria
            if not entry.stages or stage.name in entry.stages
        ]
        if criteria:
            yield stage.name, {"criteria": criteria}


THEORY_WORDS = (
    "statement",
    "context",
    "resource",
    "response",
    "outcome_proximal",
    "outcome_distal",
)


def theory_bodies(theory: Theory) -> list[Body]:
    """The states of a theory in order: earlier wordings, then its own, then its final words."""
    base = {"number": theory.number, "name": theory.name or theory.key, "domain": theory.domain}
    earlier = [{**base, **_wording(wording)} for wording in theory.history]
    words = {name: getattr(theory, name) for name in THEORY_WORDS}
    words["statement"] = theory.statement or theory.initial
    moved_by = [_said(item) for item in theory.moved_by]
    first = {**base, **words, "status": theory.status or "initial", "reason": theory.reason}
    if moved_by:
        first["moved_by"] = moved_by
    told = [*earlier, first]
    if theory.final is not None:
        told[-1] = {**first, "status": "initial"}
        told.append(_final(theory, theory.final, first))
    return [*told[:1], *map(with_reason, told[1:])]


def with_reason(body: Body) -> Body:
    """A changed wording: where the bundle has no reason for it, it says so."""
    return {**body, "reason": body.get("reason") or NO_REASON}


def _wording(wording: Wording) -> Body:
    names = (*THEORY_WORDS, "status", "reason", "name", "domain")
    said = {name: getattr(wording, name) for name in names}
    said["moved_by"] = [_said(item) for item in wording.moved_by]
    return {name: value for name, value in said.items() if value}


def _final(theory: Theory, final: FinalStatement, first: Body) -> Body:
    return {
        **first,
        "statement": theory.statement or "",
        "context": " ".join(final.context),
        "resource": " ".join(final.mechanism_resource),
        "response": " ".join(final.mechanism_response),
        "outcome_proximal": " ".join(final.outcome[:1]),
        "outcome_distal": " ".join(final.outcome[1:]),
        "status": theory.status or "final",
        "reason": "; ".join(_why(r.change, r.why) for r in theory.refinements),
    }


def _why(change: str, why: str) -> str:
    return f"{change} ({why})" if why else change


def codebook_body(book: TheoryCodebook) -> Body:
    """PUT .../theories/{theory}/codebook."""
    return {"groups": [_group(role, group) for role, group in groups_of(book)]}


def _group(role: str, group: Any) -> Body:
    one = next(iter(group.opposites), None)
    level = None if group.level in {None, "unset"} else group.level
    codes = [
        {
            "id": code.code_id,
            "label": code.code,
            "sense": code.sense or "same",
            "sense_by": _sense_by(code.sense_by),
        }
        for code in group.codes
    ]
    return {
        "id": group.group_id,
        "role": role,
        "label": group.label,
        "level": level,
        "valence": None if group.valence in {None, "unset"} else group.valence,
        "two_valued": group.two_valued,
        "opposite_of": list(group.opposites) if len(group.opposites) > 1 else one,
        "codes": codes,
    }


def _sense_by(said: str | None) -> str:
    return "import_rule" if said and said.startswith("import") else "person"


def record_body(row: RecordRow) -> Body:
    """One record of POST .../records/batch."""
    return {
        "source": row.source,
        "own_id": row.key if row.own_id is None else row.own_id or None,
        "title": row.title,
        "abstract": row.abstract,
        "authors": list(row.authors),
        "year": row.year,
        **{name: getattr(row, name) for name in RECORD_WORDS},
        "doi": row.doi,
        "pmid": row.pmid,
        "keywords": list(row.keywords),
        "label": row.label or ("" if row.title else row.key),
        "arm": row.arm,
    }


def document_body(source: Source, record_ids: Mapping[str, str]) -> Body:
    """One document of POST .../documents/batch."""
    return {
        "id": source.key,
        "kind": source.kind,
        "title": source.title,
        "record": record_ids[source.record] if source.record else None,
        "study": source.study or source.key,
        "case": source.case,
        **({"confidential": True} if source.confidential else {}),
        "year": source.year,
        **({} if source.text is None else {"text": source.text, "past": True}),
        **_about_people(source),
    }


def _about_people(source: Source) -> Body:
    said: Body = {"participant": source.participant, "retain_until": source.retain_until}
    if source.speakers is not None:
        said["speakers"] = [_said(one) for one in source.speakers]
    return {name: value for name, value in said.items() if value is not None}


def settlement_body(row: DecisionRow) -> Body:
    """PUT .../stages/{stage}/settlements/{record}; who and why, as far as the row says it."""
    said = {"reason": row.reason, "person": row.person, "note": row.note or NO_REASON}
    given = {name: value for name, value in said.items() if value}
    return {"verdict": row.verdict, "theories": list(row.theories), **given}


def decision_body(row: DecisionRow, record_ids: Mapping[str, str]) -> Body:
    """One decision of POST .../stages/{stage}/decisions."""
    body: Body = {
        "record": record_ids[row.record],
        "verdict": row.verdict,
        "person": row.person,
        "theories": list(row.theories),
    }
    for name in ("reason", "note", "decided_at", "criteria_version"):
        value = getattr(row, name)
        if value is not None:
            body[name] = value
    return body


def judgement_body(judgement: Judgement) -> Body:
    """One judgement of POST .../judgements."""
    mechanism = judgement.mechanism or judgement.response or judgement.resource
    return {
        "theory": theory_id(judgement.theory),
        "outcome": judgement.outcome,
        "role": judgement.role or ("response" if judgement.response else "resource"),
        "mechanism": mechanism,
        "fragment_version": judgement.fragment_version,
        "fragment": judgement.fragment,
        "person": judgement.person,
        "as": judgement.as_,
        "verdict": judgement.verdict,
        "blind": judgement.blind,
    }


def fragment_body(fragment: Fragment) -> Body:
    """One fragment of POST .../fragments/batch."""
    body: Body = {
        "id": fragment.id,
        "theories": [str(theory) for theory in fragment.theories or ()],
        "elements": [_element(element) for element in fragment.elements],
        "sources": [_source(source) for source in fragment.sources or ()],
        "document": fragment.document,
        "status": fragment.status,
        "duplicate_of": fragment.duplicate_of,
    }
    names = ("quote", "start", "end", "explicitness", "coder", "coded_at", "version", "memo")
    for name in (*names, "statement_level", "paraphrase", "locator", "rationale", "suggested_by"):
        value = getattr(fragment, name)
        if value is not None:
            body[name] = value
    if fragment.relations:
        body["relations"] = [_said(one) for one in fragment.relations]
    return body


def _source(source: Any) -> Body:
    return {
        "document": source.key,
        "attribution": source.attribution,
        "case": source.case,
        "participant": source.participant,
    }


def _element(element: Element) -> Body:
    body: Body = {
        "role": element.role,
        "code": element.code_id,
        "state": element.state,
        "statement": element.statement,
    }
    if element.start is not None:
        body |= {"start": element.start, "end": element.end}
    marks = {"of_group": element.of_group, "wished": element.wished}
    return body | {name: True for name, marked in marks.items() if marked}
