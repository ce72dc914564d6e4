"""EPPI-Reviewer's coding report (JSON): which codes on a reference are verdicts."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.screening.external.domain.tables import UnreadableExport

_VERDICT = re.compile(r"^[\W\d_]*(include|exclude)d?\b[\s:,.–—-]*(?:on\s+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that is a verdict: in which code set, which verdict, for what reason."""

    code_set: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedReference:
    """A reference and one person's verdict on it; several codes of one verdict are one."""

    number: int
    row: Mapping[str, str]
    person: str
    verdict: str
    reason: str
    note: str


def coded_references(text: str, code_set: str | None = None) -> list[CodedReference]:
    """Every verdict in the report.

    A verdict is a code of the type Include or Exclude, one whose name begins
    with either word, or one below such a code. Where several code sets hold
    verdicts (title and abstract, full text), `code_set` says which is meant.
    Raises `UnreadableExport`.
    """
    report = _report(text)
    codes = dict(_codes(_listed(report.get("CodeSets"))))
    found = [(number, ref, used) for number, ref, used in _uses(report, codes) if used]
    sets = sorted({code.code_set for _, _, used in found for code, _ in used})
    wanted = _wanted(sets, code_set)
    return [one for number, ref, used in found for one in _verdicts(number, ref, used, wanted)]


def _report(text: str) -> Mapping[str, Any]:
    try:
        report = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableExport(
            f"an EPPI-Reviewer export is JSON ({error}); export the coding report as JSON, or say "
            "the verdict of a list of references"
        ) from error
    if not isinstance(report, dict) or not isinstance(report.get("References"), list):
        raise UnreadableExport("an EPPI-Reviewer export has a list 'References'")
    return report


def _wanted(sets: Sequence[str], code_set: str | None) -> str | None:
    if code_set is not None:
        by_name = {name.lower(): name for name in sets}
        if code_set.lower() not in by_name:
            raise UnreadableExport(
                f"no code set '{code_set}' holds verdicts; those that do: {', '.join(sets) or '-'}"
            )
        return by_name[code_set.lower()]
    if len(sets) > 1:
        raise UnreadableExport(
            f"several code sets hold verdicts ({', '.join(sets)}); say by 'code_set' whose they are"
        )
    return sets[0] if sets else None


def _listed(value: Any) -> list[Mapping[str, Any]]:
    """The objects in what should be a list of them."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _codes(sets: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Code]]:
    for number, one in enumerate(sets, 1):
        name = str(one.get("SetName") or f"set {number}")
        yield from _below(name, one, None)


def _below(code_set: str, node: Mapping[str, Any], above: str | None) -> Iterator[tuple[str, Code]]:
    """The verdicts among a node's codes, through all levels; `above` is the parent's verdict."""
    inner = node.get("Attributes")
    for child in _listed(inner.get("AttributesList") if isinstance(inner, dict) else None):
        name = str(child.get("AttributeName") or "").strip()
        said = _VERDICT.match(name)
        kind = str(child.get("AttributeType") or "").strip().lower()
        own = kind if kind in ("include", "exclude") else said[1].lower() if said else None
        verdict = own or above
        if verdict is not None:
            reason = name[said.end() :].strip() if said else name
            yield (
                str(child.get("AttributeId")),
                Code(code_set=code_set, verdict=verdict, reason=reason * (verdict == "exclude")),
            )
        yield from _below(code_set, child, verdict)


Used = list[tuple[Code, Mapping[str, Any]]]


def _uses(
    report: Mapping[str, Any], codes: Mapping[str, Code]
) -> Iterator[tuple[int, Mapping[str, Any], Used]]:
    for number, reference in enumerate(_listed(report["References"]), 1):
        used = _listed(reference.get("Codes"))
        yield (
            number,
            reference,
            [
                (codes[str(one.get("AttributeId"))], one)
                for one in used
                if str(one.get("AttributeId")) in codes
            ],
        )


def _verdicts(
    number: int, reference: Mapping[str, Any], used: Used, code_set: str | None
) -> Iterator[CodedReference]:
    row = {str(k).lower(): str(v) for k, v in reference.items() if isinstance(v, str | int | float)}
    told: dict[tuple[str, str], Used] = {}
    for code, one in used:
        if code.code_set == code_set:
            person = str(one.get("ContactName") or "")
            told.setdefault((person, code.verdict), []).append((code, one))
    for (person, verdict), group in told.items():
        reasons = dict.fromkeys(code.reason for code, _ in group if code.reason)
        notes = dict.fromkeys(str(one.get("AdditionalText") or "").strip() for _, one in group)
        yield CodedReference(
            number=number,
            row=row,
            person=person,
            verdict=verdict,
            reason="; ".join(reasons),
            note="; ".join(note for note in notes if note),
        )
