"""Terms of a concept block as people type them: one a line, groups with the word AND between.

Lines that follow each other are alternatives; a line that is only `AND` begins a further group,
one of whose terms has to be there as well. Deeper nesting has no such text and stays as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

AND = "AND"
OPERATORS = (AND, "OR")
Terms = str | Sequence[Any]


def terms_of(text: str) -> list[Any] | None:
    """The terms that lines say, as a strategy holds them; None without any."""
    groups: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip() == AND:
            groups.append([])
        elif line.strip():
            groups[-1].append(line.strip())
    said = [group for group in groups if group]
    if len(said) < 2:
        return list(said[0]) if said else None
    joined: list[Any] = [said[0]]
    for group in said[1:]:
        joined += [AND, group]
    return joined


def text_of(terms: Terms | None) -> str | None:
    """Terms as lines; None where they are nested deeper than lines can say."""
    if not terms:
        return ""
    if isinstance(terms, str):
        return terms
    parts = terms[::2] if any(part in OPERATORS for part in terms) else [terms]
    if any(part != AND for part in terms[1::2]) and len(parts) > 1:
        return None
    groups = [_alternatives(part) for part in parts]
    if None in groups:
        return None
    return f"\n{AND}\n".join("\n".join(group or ()) for group in groups)


def _alternatives(part: Terms) -> list[str] | None:
    """The words of a list of alternatives; None where it joins words otherwise."""
    if isinstance(part, str):
        return [part]
    found: list[str] = []
    for one in part:
        inner = None if one in OPERATORS else _alternatives(one)
        if inner is None:
            return None
        found += inner
    return found


def shown_blocks(concepts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Blocks as their form shows them; `fixed` are sides that lines cannot say."""
    shown = []
    for one in concepts:
        sides = {side: text_of(one.get(side)) for side in ("broad", "narrow")}
        shown.append(
            {
                "name": one["name"],
                "applied": one.get("applied", True),
                "fixed": [side for side, text in sides.items() if text is None],
                **{side: text or "" for side, text in sides.items()},
            }
        )
    return shown


def blocks_of(form: Mapping[str, str], before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The blocks that a form says; sides that lines cannot say stay as they were `before`.

    A block without a name and terms is left out.
    """
    blocks = []
    for n in range(sum(name.startswith("name_") for name in form)):
        was = before[n] if n < len(before) else {}
        block: dict[str, Any] = {"name": form.get(f"name_{n}", "").strip()}
        for side in ("broad", "narrow"):
            fixed = text_of(was.get(side)) is None
            block[side] = was.get(side) if fixed else terms_of(form.get(f"{side}_{n}", ""))
        block["applied"] = form.get(f"applied_{n}", "yes") == "yes"
        if block["name"] or block["broad"] or block["narrow"]:
            blocks.append(block)
    return blocks
