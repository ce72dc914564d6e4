"""A run: a set of documents for which suggestions are asked, part by part, within a budget."""

from collections.abc import Mapping
from typing import Any

RUNNING, WAITING, STOPPED, DONE = "running", "waiting", "stopped", "done"
STATES = (RUNNING, WAITING, STOPPED, DONE)
"""`waiting`: the service is asked again by itself; `stopped`: a person resumes it."""
OPEN, ASKED, LEFT_OUT = "open", "asked", "left_out"
"""Of a document in a run."""
PENDING, ACCEPTED, CHANGED, REJECTED = "pending", "accepted", "changed", "rejected"
VERDICTS = (ACCEPTED, CHANGED, REJECTED)
"""Of a suggestion; `changed` is accepted after a person changed it."""
MOST_TOKENS = 2**31 - 1
"""What a run counts at most, whatever a service says that it used."""
TRIES = 2
"""So often a part is asked for before an unreadable reply is given up."""
WAITS = (10, 60, 600, 3600)
"""Seconds before a service that failed is asked again; then the run stops."""

CONFIDENTIAL = "it is confidential, and never sent"
NO_TEXT = "its text is not here"
GONE = "it was withdrawn or erased"
BLIND = "two people code it blindly now; ask when their round has ended"
SPENT = (
    "The budget of the run is used up; raise RETRODUCT_ASSISTANCE_BUDGET, or ask for the rest in "
    "another run."
)


def wait_after(failures: int) -> int | None:
    """Seconds to wait after so many failures in a row; None: a person has to look."""
    return WAITS[failures - 1] if failures <= len(WAITS) else None


def quote_of(row: Mapping[str, Any], text: str) -> str:
    """A suggestion's passage: its own words, or where it has none those of the text it is on."""
    return str(row["quote"] or text[row["start_offset"] : row["end_offset"]])
