"""How well a machine's suggestions agree with people's agreed coding, code by code.

The unit is a character that one of the two coded, as in the comparison of two coders: precision
is the share of what the machine coded that people coded so too, recall the share of what people
coded that the machine found; F1 their harmonic mean.
"""

from collections.abc import Mapping
from typing import Any

from services.extraction.comparison.domain import Code, Counted

PEOPLE, MACHINE = "people", "machine"
"""The two sides: people are the first, the machine the second."""


def figures_of(counted: Counted) -> dict[str, float | None]:
    """Precision, recall, F1 and kappa; None where nothing can be divided."""
    machine = counted.both + counted.second_only
    people = counted.both + counted.first_only
    return {
        "precision": counted.both / machine if machine else None,
        "recall": counted.both / people if people else None,
        "f1": 2 * counted.both / (machine + people) if machine + people else None,
        "kappa": counted.kappa(),
    }


def measured(codes: Mapping[Code, Counted], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """A line for each code, the worst F1 first."""
    lines = [
        {
            "role": role,
            "code": code,
            "label": labels.get(code, code),
            "people": counted.both + counted.first_only,
            "machine": counted.both + counted.second_only,
            **figures_of(counted),
        }
        for (role, code), counted in codes.items()
    ]
    return sorted(lines, key=lambda one: (one["f1"] or 0.0, one["role"], one["label"]))


def summary(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The means over codes, with the worst code beside each, so that a mean hides nothing."""
    found: dict[str, Any] = {}
    for name in ("precision", "recall", "f1", "kappa"):
        known = [one for one in lines if one[name] is not None]
        worst = min(known, key=lambda one: one[name], default=None)
        found[name] = {
            "mean": sum(one[name] for one in known) / len(known) if known else None,
            "worst": worst and {k: worst[k] for k in ("label", "role")} | {"value": worst[name]},
        }
    return found
