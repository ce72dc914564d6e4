"""Stages with which a review may begin."""

from collections.abc import Mapping
from typing import Any

SCREENERS = {
    "single": "one person reads each record",
    "dual": "two people read each record, without seeing each other",
    "dual_until_kappa": "two people until they agree well, then one",
    "sample": "one person; a second reads a sample",
}
TEMPLATES = {
    "simple": "Titles and abstracts, then full texts",
    "reco": "As in RECO: titles and abstracts, a mapping beside them, then full texts",
    "one": "One stage: full texts at once",
}


def stages_of(template: str, screeners: str) -> list[dict[str, Any]]:
    """The stages of a template as the interface takes them; unknown words mean the first."""
    kind = screeners if screeners in SCREENERS else "single"
    policy: Mapping[str, Any] = {"kind": kind}
    if kind == "dual_until_kappa":
        policy = {"kind": kind, "kappa": 0.6, "minimum": 50}
    if kind == "sample":
        policy = {"kind": kind, "share": 0.1}
    if template == "one":
        return [_stage("full_text", None, policy)]
    if template == "reco":
        sample = {"kind": "sample", "share": 0.1, "inclusion": "any"}
        return [
            _stage("title_abstract_1", None, policy),
            _stage("title_abstract_2", "title_abstract_1", policy, main=False),
            _stage("full_text", "title_abstract_1", sample if kind == "dual" else policy),
        ]
    return [
        _stage("title_abstract", None, policy),
        _stage("full_text", "title_abstract", policy),
    ]


def _stage(
    name: str, source: str | None, policy: Mapping[str, Any], *, main: bool = True
) -> dict[str, Any]:
    return {"name": name, "from": source, "main": main, "policy": dict(policy)}
