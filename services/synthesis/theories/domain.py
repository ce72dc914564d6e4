"""The wording of a theory: initial beside final, never one under the name of the other."""

from collections.abc import Mapping, Sequence
from typing import Any

SLOTS = ("context", "resource", "response", "outcome_proximal", "outcome_distal")
INITIAL, FINAL, RETIRED = "initial", "final", "retired"
State = Mapping[str, Any]


def wording_of(state: State) -> str:
    """The words of one version in one paragraph: its statement, then its slots, each a sentence."""
    said = [str(state.get(name) or "").strip() for name in ("statement", *SLOTS)]
    return " ".join(part if part[-1] in ".?!:;" else f"{part}." for part in said if part)


def wordings(history: Sequence[State]) -> dict[str, Any]:
    """The initial wording and the present one, from the states of a theory, oldest first.

    `initial` is the first state that was worded as initial, with its words (None: the theory was
    never initial here). `present` is what stands now, or None while nobody has worded it after
    the initial one; words of the initial statement are not repeated in it beside new slots.
    """
    first = next((state for state in history if state["status"] == INITIAL and _said(state)), None)
    now = history[-1]
    present: State | None = now if _said(now) else None
    if first is not None and present is not None:
        if _words(now) == _words(first):
            present = None
        elif now["statement"] == first["statement"] and _slots(now) != _slots(first):
            present = {**now, "statement": ""}
    return {
        "initial": None if first is None else _wording(first),
        "present": None if present is None else _wording(present),
        "status": now["status"],
        "unchanged": present is None and first is not None and now["status"] == FINAL,
    }


def _said(state: State) -> bool:
    return any(_words(state))


def _words(state: State) -> tuple[str, ...]:
    return tuple(str(state.get(name) or "").strip() for name in ("statement", *SLOTS))


def _slots(state: State) -> tuple[str, ...]:
    return _words(state)[1:]


def _wording(state: State) -> dict[str, Any]:
    words = {name: state.get(name) or "" for name in ("statement", *SLOTS)}
    return {"version": state["version"], "status": state["status"], **words}
