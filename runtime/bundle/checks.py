"""What no single line shows: keys given twice, and names that name nothing."""

import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import get_args

from runtime.bundle.argument_checks import check_arguments
from runtime.bundle.codebook_checks import checked_codebook, groups_of
from runtime.bundle.inference_checks import check_inference
from runtime.bundle.model.evidence import CountedRole, Fragment
from runtime.bundle.model.review import DecisionRow, ReviewFile
from runtime.bundle.problems import Problems
from runtime.bundle.raw import Lines, M, RawBundle
from runtime.bundle.reco_rules import theory_id

FILE = "review.yaml"
COUNTED = get_args(CountedRole)


def check(raw: RawBundle, problems: Problems) -> None:
    """Note what is wrong across lines and files, and take the bad rows out of `raw`."""
    if not _good_stages(raw.review, problems):
        raw.review = raw.review.model_copy(update={"stages": ()})
    _check_team(raw.review, problems)
    _drop_twins(raw.fragments, lambda f: f.id, "fragments.jsonl", "id", problems)
    _drop_twins(raw.sources, lambda s: s.key, "sources.jsonl", "key", problems)
    _drop_twins(raw.records, lambda r: r.key, "records", "key", problems)
    _drop_twins(raw.decisions, _decision_key, "decisions.csv", "record", problems)
    _check_theories(raw, problems)
    for theory, book in raw.codebook.items():
        raw.codebook[theory] = checked_codebook(theory, book, problems)
    _check_decisions(raw, problems)
    _check_fragments(raw, problems)


def _decision_key(row: DecisionRow) -> Hashable:
    return row.record, row.stage, row.person, row.how


def _drop_twins(
    lines: Lines[M],
    key_of: Callable[[M], Hashable],
    file: str,
    field: str,
    problems: Problems,
) -> None:
    first: dict[Hashable, int | None] = {}
    kept = []
    for line, value in lines:
        key = key_of(value)
        if key in first:
            what = f"{key!r} stands on line {first[key]} already"
            problems.add(file, what, "give each its own, or leave one out", line=line, field=field)
            continue
        first[key] = line
        kept.append((line, value))
    lines[:] = kept


def _good_stages(review: ReviewFile, problems: Problems) -> bool:
    """Whether the stages form a forest with one main path; if not, why."""
    before = len(problems.errors)
    names = [stage.name for stage in review.stages]
    for index, stage in enumerate(review.stages):
        field = f"stages[{index}]"
        if stage.name in names[:index]:
            what = f"names stage '{stage.name}' twice"
            problems.add(FILE, what, "give each stage its own name", field=f"{field}.name")
        if stage.source is not None and stage.source not in names:
            what = f"names no stage: '{stage.source}'"
            remedy = f"write one of {', '.join(names)} or null"
            problems.add(FILE, what, remedy, field=f"{field}.from")
    sources = [stage.source for stage in review.stages if stage.main]
    if len(sources) != len(set(sources)):
        what = "hold two stages of the main path with the same source"
        problems.add(FILE, what, "write main: false at the side branch", field="stages")
    _check_circle(review, problems)
    return len(problems.errors) == before


def _check_team(review: ReviewFile, problems: Problems) -> None:
    people = [member.person for member in review.team]
    for person in sorted({p for p in people if people.count(p) > 1}):
        problems.add(FILE, f"lists '{person}' twice", "list each person once", field="team")


def _check_circle(review: ReviewFile, problems: Problems) -> None:
    feeds = {stage.name: stage.source for stage in review.stages}
    for name in feeds:
        seen: list[str] = []
        at: str | None = name
        while at is not None and at in feeds and at not in seen:
            seen.append(at)
            at = feeds[at]
        if at == name:
            what = f"feed each other in a circle: {' from '.join([*seen, name])}"
            problems.add(FILE, what, "let one of them start from null", field="stages")
            return


def _check_theories(raw: RawBundle, problems: Problems) -> None:
    keys = [theory.key for theory in raw.theories.theories]
    for key in sorted({k for k in keys if keys.count(k) > 1}):
        what = f"states '{key}' twice"
        problems.add("theories.json", what, "give each its own number or id", field="theories")
    once = {theory.key: theory for theory in reversed(raw.theories.theories)}
    kept = tuple(once[key] for key in dict.fromkeys(keys))
    raw.theories = raw.theories.model_copy(update={"theories": kept})
    check_arguments(raw, problems)
    check_inference(raw, problems)
    known = {fragment.id for _, fragment in raw.fragments}
    for index, judgement in enumerate(raw.theories.judgements):
        if judgement.fragment not in known:
            problems.warn(
                "theories.json",
                f"judges '{judgement.fragment}', which fragments.jsonl does not hold",
                "it is loaded and has no effect until the fragment is there",
                field=f"judgements[{index}].fragment",
            )


def _check_decisions(raw: RawBundle, problems: Problems) -> None:
    kept = []
    for line, row in raw.decisions:
        faults = list(_dangling(raw, row))
        for field, value, where, remedy in faults:
            what = f"is '{value}', which {where} does not hold"
            problems.add("decisions.csv", what, remedy, line=line, field=field)
        if not faults:
            kept.append((line, row))
    raw.decisions[:] = kept


def _dangling(raw: RawBundle, row: DecisionRow) -> Iterator[tuple[str, str, str, str]]:
    """Names in a decision that name nothing: field, value, where it should stand, remedy."""
    stages = [stage.name for stage in raw.review.stages]
    if raw.has_review and row.stage not in stages:
        remedy = f"write one of {', '.join(stages) or 'its stages'}"
        yield "stage", row.stage, "review.yaml", remedy
    people = {member.person for member in raw.review.team} | set(raw.review.others)
    if raw.has_review and row.person is not None and row.person not in people:
        yield (
            "person",
            row.person,
            "the team",
            "add the person to the team in review.yaml, or to its others",
        )
    if not raw.record_files and row.record not in raw.record_keys:
        yield "record", row.record, "any record table or source", "write the key of a record"


def _check_fragments(raw: RawBundle, problems: Problems) -> None:
    ids = {fragment.id for _, fragment in raw.fragments}
    codes = {
        theory: {(role, code.code_id) for role, group in groups_of(book) for code in group.codes}
        for theory, book in raw.codebook.items()
    }
    texts = {s.key: normalised(s.text) for _, s in raw.sources if s.text}
    kept = []
    for line, fragment in raw.fragments:
        if _misquotes(fragment, texts):
            what = f"is not what stands at {fragment.start} to {fragment.end} in its document"
            remedy = "count code points from 0, the end exclusive"
            problems.add("fragments.jsonl", what, remedy, line=line, field="quote")
            continue
        kept.append((line, fragment))
        for what, remedy, field in _doubts(fragment, ids, codes):
            problems.warn("fragments.jsonl", what, remedy, line=line, field=field)
    raw.fragments[:] = kept


def normalised(text: str) -> str:
    """A document's text as it is kept: NFC, line feeds only; offsets count in this form."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _misquotes(fragment: Fragment, texts: dict[str, str]) -> bool:
    text = texts.get(fragment.document or "")
    if text is None or fragment.start is None or fragment.quote is None:
        return False
    return text[fragment.start : fragment.end] != normalised(fragment.quote)


def _doubts(
    fragment: Fragment, ids: set[str], codes: dict[str, set[tuple[str, str]]]
) -> Iterable[tuple[str, str, str]]:
    theories = theories_of(fragment)
    if not theories:
        yield "names no theory", "it is kept and listed as an issue", "theories"
    if fragment.duplicate_of and fragment.duplicate_of not in ids:
        what = f"names '{fragment.duplicate_of}', which the bundle does not hold"
        yield what, "it is loaded as it is", "duplicate_of"
    known = set().union(*(codes.get(theory, set()) for theory in theories))
    for index, element in enumerate(fragment.elements):
        if theories and element.role in COUNTED and (element.role, element.code_id) not in known:
            what = f"is '{element.code_id}', which the codebook of {', '.join(theories)} lacks"
            yield what, "it counts as a group of its own", f"elements[{index}].code_id"


def theories_of(fragment: Fragment) -> tuple[str, ...]:
    """Ids of a fragment's theories; `1` is short for `PT1`."""
    given = fragment.theories
    if given is None:
        given = () if fragment.theory is None else (fragment.theory,)
    return tuple(dict.fromkeys(theory_id(item) for item in given))
