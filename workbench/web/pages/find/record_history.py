"""What happened to a record, in sentences."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workbench.web.pages.review_at import ReviewAt

_LIBRARY = {
    "added": "entered the library",
    "amended": "was corrected",
    "noted": "was given a note",
    "flagged": "was flagged",
    "merged": "was joined with another record",
    "split": "was taken apart again",
    "removed": "left the library with its import",
    "restored": "came back into the library",
}
_STAGE = {
    "entered": "came to this stage",
    "vote": "was judged",
    "voted": "was judged",
    "undone": "a vote was taken back",
    "conflict": "two votes differed",
    "settled": "was settled",
    "resolved": "the conflict was resolved",
    "reopened": "was opened again",
    "overturned": "the verdict was changed",
    "merged": "was joined with another record",
    "split": "was taken apart again",
}
_VERDICT = {"include": "include", "exclude": "exclude", "maybe": "maybe"}


def library_line(at: ReviewAt, line: Mapping[str, Any]) -> dict[str, str]:
    """A line of the library's history: when, who, what, and the words that go with it."""
    detail = line["detail"]
    said = [str(detail[name]) for name in ("flag", "notice", "note", "reason") if detail.get(name)]
    fields = detail.get("fields") or detail.get("corrected") or ()
    if isinstance(fields, Mapping):
        said.insert(0, ", ".join(fields))
    return _line(at, line["at"], line["actor"], _LIBRARY.get(line["what"], line["what"]), said)


def stage_line(at: ReviewAt, line: Mapping[str, Any]) -> dict[str, str]:
    """A line of a stage's history, as far as the reader may see it."""
    said = line["said"]
    words = [_VERDICT[said["verdict"]]] if said.get("verdict") in _VERDICT else []
    words += [str(said["note"])] if said.get("note") else []
    what = _STAGE.get(line["what"], line["what"].replace("_", " "))
    return _line(at, line["at"], line["person"], what, words)


def _line(
    at: ReviewAt, moment: str | datetime, person: str | None, what: str, said: list[str]
) -> dict[str, str]:
    when = moment.isoformat() if isinstance(moment, datetime) else moment
    return {"at": when, "who": at.name(person), "what": what, "said": "; ".join(said)}
