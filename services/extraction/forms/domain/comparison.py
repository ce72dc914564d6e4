"""Where the answers of extractors agree, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extraction.forms.domain.fields import Field, is_blank

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How often two extractors agree on a field over documents that both have answered.

    `kappa` is Cohen's, of choices alone; None where it is not defined.
    """

    field: str
    documents: int
    agree: int
    kappa: float | None


def compared(fields: Sequence[Field], by_person: Mapping[str, Answers]) -> list[dict[str, Any]]:
    """For one document, each field with everybody's answer and whether they agree."""
    return [
        {
            "field": one.id,
            "label": one.label,
            "answers": {person: said.get(one.id) for person, said in by_person.items()},
            "agree": len({_key(one, said.get(one.id)) for said in by_person.values()}) <= 1,
        }
        for one in fields
    ]


def agreements(
    fields: Sequence[Field], pairs: Sequence[tuple[Answers, Answers]]
) -> list[Agreement]:
    """How far two extractors agree on each field; `pairs` are their answers by document."""
    return [_agreement(one, pairs) for one in fields]


def _agreement(one: Field, pairs: Sequence[tuple[Answers, Answers]]) -> Agreement:
    keys = [(_key(one, a.get(one.id)), _key(one, b.get(one.id))) for a, b in pairs]
    agree = sum(a == b for a, b in keys)
    kappa = _kappa(keys) if one.kind == "choice" and keys else None
    return Agreement(field=one.id, documents=len(keys), agree=agree, kappa=kappa)


def _kappa(keys: Sequence[tuple[Any, Any]]) -> float | None:
    """Cohen's kappa of two raters' categories."""
    n = len(keys)
    observed = sum(a == b for a, b in keys) / n
    values = {value for pair in keys for value in pair}
    expected = sum(sum(a == v for a, _ in keys) * sum(b == v for _, b in keys) for v in values) / (
        n * n
    )
    return None if expected == 1 else (observed - expected) / (1 - expected)


def _key(one: Field, value: Any) -> Any:
    """An answer as it is compared: the order of choices, and spaces, say nothing."""
    if is_blank(value):
        return None
    if one.kind == "multi_choice":
        return tuple(sorted(value))
    if one.kind == "table":
        return tuple(tuple(sorted((k, str(v).strip()) for k, v in row.items())) for row in value)
    return " ".join(value.split()) if isinstance(value, str) else value
