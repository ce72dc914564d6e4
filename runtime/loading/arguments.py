"""Arguments between a bundle and the synthesis service: lines as commands, answers as lines."""

from collections.abc import Iterable, Mapping
from typing import Any

from runtime.bundle.model.arguments import Argument
from runtime.bundle.reco_rules import theory_id

Body = dict[str, Any]
WORDS = (
    "id",
    "theory",
    "version",
    "status",
    "resource",
    "response",
    "outcome",
    "outcome_state",
    "warrant",
    "rivals",
    "because",
)


def version_of(argument: Argument, highest: dict[str, int]) -> int:
    """The version of a line: its own, or the next after the lines before.

    `highest` holds the highest version of each argument so far, and is brought up to date.
    """
    before = highest.get(argument.id, 0)
    version = argument.version or before + 1
    highest[argument.id] = max(before, version)
    return version


def body_of(argument: Argument, version: int) -> Body:
    """PUT .../arguments/{id}: a version that was stated elsewhere."""
    said = line_of({**argument.model_dump(mode="json"), "version": version})
    del said["id"]
    return {**said, "theory": theory_id(argument.theory)}


def lines_of(arguments: Iterable[Mapping[str, Any]]) -> list[Body]:
    """Lines of theories.json: every version of each argument, oldest first."""
    return [line_of(version) for one in arguments for version in one["versions"]]


def line_of(version: Mapping[str, Any]) -> Body:
    """One version of an argument, its keys in one order on every database."""
    predictions = [
        {
            "id": item["id"],
            "given": [_term(term) for term in item["given"]],
            "expected": _term(item["expected"]),
            "words": item["words"],
        }
        for item in version["predictions"]
    ]
    rests_on = ("substantive_theories", "memos")
    return {
        **{name: version[name] for name in WORDS},
        **{name: list(version[name]) for name in rests_on if version.get(name)},
        "contexts": [_kept(item, ("group", "state")) for item in version["contexts"]],
        "predictions": predictions,
    }


def _term(term: Mapping[str, Any]) -> Body:
    return _kept(term, ("role", "group", "state"))


def _kept(item: Mapping[str, Any], names: Iterable[str]) -> Body:
    return {name: item[name] for name in names}
