"""What people said of evidence, as lines of a bundle."""

from typing import Any

Line = dict[str, Any]


def appraised_event(appraisal: Line) -> Line:
    """A line of events.jsonl: what one person said of the evidence of a fragment."""
    said = {name: value for name, value in appraisal.items() if value not in (None, "")}
    return {"event": "fragment_appraised", **said}


def memo_event(memo: Line) -> Line:
    """A line of events.jsonl: a memo of a coder."""
    head = {"event": "memo_kept", "about": memo["about"], "text": memo["text"]}
    links = {"links": memo["links"]} if memo.get("links") else {}
    who = {"id": memo["memo_id"], "person": memo["person_id"], "at": memo["at"]}
    on = {"passage": memo["passage"]} if memo.get("passage") else {}
    return {**head, **who, **links, **on}


def judgement_line(judgement: Line) -> Line:
    """A judgement in theories.json; that it waits for others is said only where it does."""
    link = ("theory", "outcome", "role", "mechanism", "fragment", "fragment_version")
    said = {name: judgement.get(name) for name in (*link, "person", "as", "verdict")}
    return said | ({"blind": True} if judgement["blind"] else {})
