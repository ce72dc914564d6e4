"""Theory work as the pages show it: drawings, choices, and what a form says."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.review.drawing.lineage import DrawnIdea, DrawnLink, draw_lineage

Item = Mapping[str, Any]
KINDS = (
    ("theory", "Theory"),
    ("ccmoc", "Configuration"),
    ("argument", "Argument"),
    ("idea", "Idea"),
    ("memo", "Memo"),
    ("substantive_theory", "Substantive theory"),
    ("fragment", "Passage"),
    ("document", "Document"),
    ("code", "Code"),
    ("person", "Person"),
)
LINEAGE = (
    ("became", "became"),
    ("merged_into", "was merged into"),
    ("split_from", "is what this was split from"),
)
LINEAGE_WORDS = {
    "became": "became",
    "merged_into": "was merged into",
    "split_from": "was split into",
}
RATINGS = (("", "not appraised"), ("strong", "strong"), ("weak", "weak"), ("no", "no"))
LEVELS = (("", "not said"), ("micro", "micro"), ("meso", "meso"), ("macro", "macro"))
DECISIONS = (("shortlisted", "shortlisted"), ("selected", "selected"), ("rejected", "rejected"))
PHASES = (("initial", "for the initial theories"), ("final", "for the final theories"))
STATUSES = (("initial", "initial"), ("refined", "refined"), ("final", "final"))
SLOTS = (
    ("context", "Context", "c"),
    ("resource", "Resource", "mr"),
    ("response", "Response", "ms"),
    ("outcome_proximal", "Outcome", "o"),
    ("outcome_distal", "Outcome in the long run", "o"),
)


def next_number(theories: Sequence[Item], name: str) -> tuple[int, bool]:
    """The number of a further theory, and whether one of this name is there already."""
    ids = {item["id"] for item in theories}
    number = max((item.get("number") or 0 for item in theories), default=0) + 1
    while f"PT{number}" in ids:
        number += 1
    wanted = name.strip().casefold()
    return number, any(item["name"].strip().casefold() == wanted for item in theories)


def words_now(wordings: Item) -> str:
    """How a theory is worded now, in one paragraph: its initial words only while it has no others.

    A theory that is called final has no other words to show than its final ones.
    """
    now = wordings["present"]
    if now is None and wordings["status"] != "final":
        now = wordings["initial"]
    names = ("statement", *(name for name, _, _ in SLOTS))
    return " ".join(_ended(now[name]) for name in names if now[name].strip()) if now else ""


def _ended(words: str) -> str:
    """Words as a sentence: with a full stop where nothing ends them."""
    words = words.strip()
    return words if words[-1] in ".!?:;…" else f"{words}."


def drawing(theories: Sequence[Item], ideas: Sequence[Item], links: Sequence[Item]) -> str:
    """How the theories came to be; empty where nobody has said so yet."""
    return draw_lineage(
        {t["theory_id"]: f"{t['theory_id']}: {t['name']}" for t in theories},
        [
            DrawnIdea(i["id"], idea_label(i), tuple(t["id"] for t in i["theories"]))
            for i in ideas
            if i["status"] == "open"
        ],
        [DrawnLink(x["earlier"]["id"], x["later"]["id"], x["kind"] == "split_from") for x in links],
    )


def idea_label(idea: Item) -> str:
    """An idea by its number, where it has one, and its words."""
    return f"{idea['number']}. {idea['text']}" if idea["number"] is not None else str(idea["text"])


def choices(things: Iterable[Item]) -> list[tuple[str, str]]:
    """Things to choose from: `kind|id` and label; what is chosen comes back so."""
    return [(f"{item['kind']}|{item['id']}", str(item["label"])) for item in things]


def references(chosen: Iterable[str]) -> list[dict[str, str]]:
    """What was chosen, as references; what has no kind is left out."""
    found = []
    for value in chosen:
        kind, _, name = value.partition("|")
        if kind and name:
            found.append({"kind": kind, "id": name})
    return found


def key_of(words: str, taken: Iterable[str]) -> str:
    """A short name made of the first words, another one where it is taken."""
    letters = "".join(c if c.isalnum() else " " for c in words.lower()).split()
    base = "-".join(letters[:5])[:60] or "item"
    used, number = set(taken), 2
    name = base
    while name in used:
        name = f"{base}-{number}"
        number += 1
    return name


def ideas_by_standing(ideas: Sequence[Item]) -> dict[str, list[Item]]:
    """Ideas to sort, sorted, merged, dropped."""
    found: dict[str, list[Item]] = {"to_sort": [], "sorted": [], "merged": [], "dropped": []}
    for idea in ideas:
        where = idea["status"]
        if where == "open":
            where = "sorted" if idea["theories"] else "to_sort"
        found[where].append(idea)
    return found
