"""What would change without a link, in words."""

from collections.abc import Mapping
from typing import Any

from services.synthesis.engine import Labels

PATTERNS = {
    "occurs": "success only",
    "fails": "failure only",
    "both": "success and failure",
    "inferred": "only what is inferred",
    "not_fired": "only that it did not fire",
    None: "nothing",
}
SIDES = {"positive": "for it", "contradicting": "against it", "not_fired": "where it did not fire"}


def weight_in_words(weight: Mapping[str, Any], labels: Labels) -> list[str]:
    """Sentences that say what leaving the link out would change; the greatest first."""
    said = []
    if weight["pattern"]:
        before, after = weight["pattern"]
        said.append(f"Studies would report {PATTERNS[after]}, not {PATTERNS[before]}.")
    if weight["first"]:
        said.append("It would no longer be the first to look at.")
    for group, before, after in weight["contexts"]:
        now = (after or "not stated").replace("_", " ")
        said.append(
            f"Context '{labels.context(group)}' would be {now}, not {before.replace('_', ' ')}."
        )
    if weight["alone"]:
        said.append("No second study would be left.")
    if weight["studies"]:
        number = "One study" if weight["studies"] == 1 else f"{weight['studies']} studies"
        said.append(f"{number} fewer {SIDES[weight['cell']]}.")
    return said or ["No number would change."]
