"""Appraisal of a fragment's evidence: three ordinal axes and a comment, never summed.

Relevance, richness and rigour: Dada et al., Research Synthesis Methods 2023;14:504-14.
Richness words: Implementation Science 2015, s13012-015-0338-6, table 2. Low rigour drops nothing:
a nugget may stand in a weak paper.
"""

AXES: dict[str, tuple[str, ...]] = {
    "relevance": ("low", "moderate", "high"),
    "richness": ("thinner", "thicker", "conceptually_rich"),
    "rigour": ("low", "moderate", "high"),
}
"""Each axis with its words, from least to most."""


def appraisal_id(fragment_id: str, person_id: str) -> str:
    """`fragment/person`: one appraisal per person and fragment, the latest counts."""
    return f"{fragment_id}/{person_id}"


def axis_problem(axis: str, value: str | None) -> str:
    """What is wrong with a value on an axis, as a sentence; empty: nothing (None: not judged)."""
    words = AXES.get(axis)
    if words is None:
        return f"'{axis}' is no axis of appraisal; use one of {', '.join(AXES)}"
    if value is None or value in words:
        return ""
    return f"{axis} '{value}' is unknown; use one of {', '.join(words)}"
