"""A theory in people's words: the initial wording beside the one that stands, and why it moved."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.synthesis.report.domain.blocks import Block, Heading, NoticeBlock, Paragraph, table
from services.synthesis.report.domain.inference import labels
from services.synthesis.report.domain.material import TheoryPart

SLOTS = (
    ("Statement", "statement"),
    ("Context", "context"),
    ("Resource", "resource"),
    ("Response", "response"),
    ("Proximal outcome", "outcome_proximal"),
    ("Distal outcome", "outcome_distal"),
)
UNCHANGED = "as at first"


def wording(part: TheoryPart) -> Iterator[Block]:
    """Initial beside final, then each change with its date and reason."""
    now, history = part.state, _worded(part)
    first = history[0]["state"] if history else now
    moved = len(history) > 1
    status = str(now.get("status") or "initial")
    columns = ("Part", "Initial wording", f"Wording that stands ({status})")
    rows = [
        (name, str(first.get(key) or ""), _now(key, first, now) if moved else UNCHANGED)
        for name, key in SLOTS
        if first.get(key) or now.get(key)
    ]
    yield Heading(3, "From initial to final wording")
    if status == "retired":
        yield NoticeBlock(f"This theory is set aside: {_why_retired(part)}.")
    if not rows:
        yield Paragraph("Nobody has worded this theory yet.")
    elif moved:
        yield table(f"{part.title}: wording, initial and as it stands", columns, rows)
    else:
        yield table(
            f"{part.title}: initial wording, not refined yet",
            columns[:2],
            [row[:2] for row in rows],
        )
    if now.get("domain"):
        yield Paragraph(f"Domain: {now['domain']}.")
    if moved:
        changes = zip(history[1:], history, strict=False)
        yield table(
            f"{part.title}: each change of the wording, and what moved it",
            ("Version", "Date", "By", "What changed", "Why", "Moved by"),
            [_change(item, before) for item, before in changes],
        )


def _why_retired(part: TheoryPart) -> str:
    reasons = [one["reason"] for one in part.history if one["state"].get("status") == "retired"]
    return str(reasons[-1] if reasons and reasons[-1] else "no reason was given").rstrip(".")


def _worded(part: TheoryPart) -> list[Mapping[str, Any]]:
    """Versions from the first one that has words."""
    keys = [key for _, key in SLOTS]
    start = next(
        (n for n, one in enumerate(part.history) if any(one["state"].get(key) for key in keys)), 0
    )
    return list(part.history[start:])


def _now(key: str, first: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What stands in a slot; a statement that was never reworded is not the final one."""
    said, before = str(now.get(key) or ""), str(first.get(key) or "")
    slots = [name for _, name in SLOTS if name != key]
    reworded = any(now.get(name) and now[name] != first.get(name) for name in slots)
    if key == "statement" and reworded and said in ("", before):
        return "replaced by the parts below"
    if said != before:
        return said or "left out"
    return UNCHANGED if said else ""


def _change(item: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[Any, ...]:
    """A version: when, by whom, which parts, why, and what moved it."""
    named = [
        name.lower()
        for name, key in (*SLOTS, ("Name", "name"), ("Status", "status"))
        if item["state"].get(key) != before["state"].get(key)
    ]
    what = ", ".join(named) or "wording"
    why = item["reason"] or "no reason was given"
    by, moved_by = item.get("by", ""), labels(item.get("moved_by", ()))
    return item["version"], item["at"][:10], by, what, why, moved_by
