"""Sentences about what synthesis does: theories, configurations, arguments, ideas."""

import re
from collections.abc import Callable
from typing import Any

from shared.review.numbers import counted
from workbench.feed.domain.names import GROUP, Data, FeedLabels

Sentence = Callable[[Data, FeedLabels], str]
HELD = ("resource", "response")


def _because(said: Data) -> str:
    return f" ({said['because']})" if said.get("because") else ""


def _configuration(body: Data, names: FeedLabels, theory: Any) -> str:
    """The part that is counted, and its outcome as it went."""
    if not body.get("mechanism") or not body.get("outcome"):
        return "a configuration"
    words, outcome = names.of_theory(theory), str(body["outcome"])
    known = outcome in words.labels
    went = words.outcome(outcome, str(body.get("pattern"))) if known else GROUP
    return f"{names.group(theory, body['mechanism'])} → {went}"


def _held(held: Data, names: FeedLabels) -> str:
    """What an argument holds: its mechanism, and the outcome with its state."""
    theory = held["theory_id"]
    parts = [names.group(theory, held[role]) for role in HELD if held.get(role)]
    state = "failed" if held.get("outcome_state") == "failed" else "occurred"
    return " → ".join([*parts, f"{names.group(theory, held['outcome'])} {state}"])


def _ccmoc(verb: str) -> Sentence:
    def sentence(data: Data, names: FeedLabels) -> str:
        body = data.get("body") or names.ccmocs.get(str(data.get("ccmoc_id"))) or {}
        theory = data["theory_id"]
        return f"{names.theory(theory)}: {_configuration(body, names, theory)} {verb}"

    return sentence


def _judged(data: Data, names: FeedLabels) -> str:
    again = ", to be checked again" if data.get("recheck") else ""
    return _ccmoc(f"is now {str(data['state']).replace('_', ' ')}{again}")(data, names)


def _argument_stated(data: Data, names: FeedLabels) -> str:
    """What people did with an argument, and why."""
    held = data["argument"]
    if held.get("status") == "retired":
        done = "retired"
    elif "status" in (data.get("changed") or ()):
        done = "held again"
    else:
        done = "stated" if held["version"] == 1 else "amended"
    said = f"argument {done}: {_held(held, names)}{_because(held)}"
    return f"{names.theory(held['theory_id'])}: {said}"


def _evidence_changed(data: Data, names: FeedLabels) -> str:
    """The argument, and which cases came and went."""
    moves = " ".join(data.get("moves") or ()) or "its evidence changed."
    return f"{names.theory(data['theory_id'])}: argument {data.get('argument') or 'held'}: {moves}"


def _refuted(data: Data, names: FeedLabels) -> str:
    """Which prediction of which argument, and in which cases."""
    said = f": {data['words']}" if data.get("words") else ""
    held = f" of the argument {data['argument']}" if data.get("argument") else ""
    cases = names.named_studies(data["cases"])
    where = ", ".join(cases) or counted(len(data["cases"]), "case", "cases")
    return f"{names.theory(data['theory_id'])}: prediction refuted{held}{said}; not so in {where}"


def _idea(data: Data, names: FeedLabels) -> str:
    """What people did with an if-then idea, and why."""
    idea, changed = data["idea"], data.get("changed") or ()
    done = "noted" if idea["version"] == 1 else "worded anew"
    if "status" in changed:
        done = "taken up again" if idea["status"] == "open" else str(idea["status"])
    elif "theories" in changed and "text" not in changed:
        done = f"sorted into {_sorted_into(idea['theories'], names)}"
    return f"Idea {done}: {idea['text']}{_because(idea)}"


def _sorted_into(theories: Any, names: FeedLabels) -> str:
    if not theories:
        return "no theory"
    return ", ".join(names.named_theories(theories)) or counted(len(theories), "theory", "theories")


def _lineage(data: Data, names: FeedLabels) -> str:
    """Which theory came out of which, and why."""
    link = data["link"]
    earlier, later = (names.theory(link[end]) for end in ("earlier", "later"))
    if link.get("status") == "withdrawn":
        return f"No longer linked: {earlier} and {later}{_because(link)}"
    if link["kind"] == "split_from":
        return f"{later} was split from {earlier}{_because(link)}"
    verb = "was merged into" if link["kind"] == "merged_into" else "became"
    return f"{earlier} {verb} {later}{_because(link)}"


def _gap(data: Data, names: FeedLabels) -> str:
    """What is not explained; a key of a group, as early events have it, becomes its label."""
    theory = data["theory_id"]
    labels = set(names.of_theory(theory).labels.values())

    def word(found: re.Match[str]) -> str:
        named = found[1] if found[1] in labels else names.group(theory, found[1])
        return f"'{named}'"

    said = re.sub(r"'([^'\s]+)'", word, str(data["detail"]))
    return f"{names.theory(theory)}: {said}"


def _pin(data: Data, names: FeedLabels) -> str:
    theory = names.theory(data["theory_id"])
    if not data["outcome"]:
        return f"{theory}: outcome no longer pinned"
    return f"{theory}: outcome pinned to {names.group(data['theory_id'], data['outcome'])}"


def _theory(verb: str) -> Sentence:
    return lambda data, _names: f"Theory {verb}: {data['theory']['name']}"


def _memo(data: Data, names: FeedLabels) -> str:
    verb = "withdrawn" if data.get("status") == "withdrawn" else "written"
    return f"Memo {verb} by {names.person(data['person_id'])}"


SENTENCES: dict[str, Sentence] = {
    "synthesis.theory_stated": _theory("stated"),
    "synthesis.theory_refined": _theory("refined"),
    "synthesis.theory_retired": _theory("retired"),
    "synthesis.idea_stated": _idea,
    "synthesis.lineage_stated": _lineage,
    "synthesis.substantive_theory_appraised": lambda d, _: (
        f"Substantive theory {d['substantive_theory']['decision']}: "
        f"{d['substantive_theory']['name']}"
    ),
    "synthesis.memo_written": _memo,
    "synthesis.pin_set": _pin,
    "synthesis.ccmoc_conjectured": _ccmoc("conjectured"),
    "synthesis.ccmoc_revised": _ccmoc("revised"),
    "synthesis.ccmoc_lapsed": _ccmoc("lost its evidence"),
    "synthesis.ccmoc_judged": _judged,
    "synthesis.argument_stated": _argument_stated,
    "synthesis.argument_evidence_changed": _evidence_changed,
    "synthesis.prediction_refuted": _refuted,
    "synthesis.gap_found": _gap,
    "synthesis.author_text_written": lambda d, _: (
        f"Report text written: {d['text']['item'].replace('-', ' ')}, "
        f"version {d['text']['version']}"
    ),
    "synthesis.version_frozen": lambda d, _: f"Version {d['number']} frozen",
}
