"""What the page of suggestions shows, and what its forms say."""

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.web.domain.typed_numbers import whole

STATES = (
    ("present", "present"),
    ("absent", "absent"),
    ("occurred", "occurred"),
    ("failed", "failed"),
    ("reversed", "reversed (harm)"),
    ("not_stated", "not stated"),
)
VERDICTS = {"accepted": "accepted", "changed": "accepted after a change", "rejected": "rejected"}
RUN_STATES = {
    "running": "under way",
    "waiting": "waits for the service",
    "stopped": "stopped",
    "done": "done",
}
MOST_CODES = 20
"""Codes of one passage in a form, at most."""
_SPARE = {"role": "", "code": "", "state": "present"}


def codes_of(one: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The lines of codes of a suggestion's form: its own, and one to add."""
    return [*one["elements"], _SPARE]


def verdict_of(what: str, form: Mapping[str, str], theories: Sequence[str]) -> dict[str, Any]:
    """What a form says of a suggestion; empty for something that no form does."""
    if what == "accept":
        return {"verdict": "accept"}
    if what == "reject":
        return {"verdict": "reject", "reason": form.get("reason", "")}
    if what != "change":
        return {}
    fragment = {
        "document": form.get("document", ""),
        "quote": form.get("quote", "").replace("\r\n", "\n"),
        "start": whole(form.get("start", "")),
        "end": whole(form.get("end", "")),
        "theories": list(theories),
        "elements": _elements(form),
    }
    return {"verdict": "accept", "reason": form.get("reason", ""), "fragment": fragment}


def _elements(form: Mapping[str, str]) -> list[dict[str, str]]:
    """The codes that were chosen; an empty choice leaves its line out."""
    found = []
    for n in range(MOST_CODES):
        role, _, code = form.get(f"code{n}", "").partition("/")
        if code:
            found.append({"role": role, "code": code, "state": form.get(f"state{n}", "")})
    return found


def run_of(documents: Sequence[str], theories: Sequence[str]) -> dict[str, Any]:
    """The run that a form asks for."""
    return {"documents": list(documents), "theories": list(theories)}
