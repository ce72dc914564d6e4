"""Arguments and wordings of two versions told apart, in sentences by label."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.synthesis.arguments.domain import (
    argument_in_words,
    argument_of,
    moves_in_words,
)
from services.synthesis.engine import Review, argument_moves, labels_of
from services.synthesis.engine.difference import Moved
from services.synthesis.projections.domain.naming import SourceLabels
from shared.decoding import convert
from shared.events.synthesis import ArgumentPrediction, ArgumentState, ArgumentTerm

Item = Mapping[str, Any]
FIRST_CAUSES = 5
"""So many causes are told of each change; the ids are all there."""
WORDINGS = {
    "name": "name",
    "statement": "statement",
    "context": "context",
    "resource": "resource",
    "response": "response",
    "outcome_proximal": "proximal outcome",
    "outcome_distal": "distal outcome",
    "domain": "domain",
    "status": "status",
}


def argument_differences(
    old: Sequence[Item], new: Sequence[Item], review: Review, names: SourceLabels
) -> list[dict[str, Any]]:
    """Arguments that differ, sorted by (theory, id): what people changed, which cases moved."""
    before, after = {one["id"]: one for one in old}, {one["id"]: one for one in new}
    found = []
    for key in sorted(before.keys() | after.keys(), key=lambda k: _place(before, after, k)):
        words = _of_argument(before.get(key), after.get(key), review, names)
        if words:
            one = after.get(key) or before[key]
            state = state_of(one)
            labels = labels_of(review, state.theory_id)
            said = argument_in_words(argument_of(state), labels)
            found.append(
                {
                    "what": "argument",
                    "argument": key,
                    "theory": state.theory_id,
                    "name": said,
                    "kinds": _kinds(before.get(key), after.get(key)),
                    "words": words,
                }
            )
    return found


def _place(before: Mapping[str, Item], after: Mapping[str, Item], key: str) -> tuple[str, str]:
    return str((after.get(key) or before[key])["theory"]), key


def _kinds(old: Item | None, new: Item | None) -> list[str]:
    if old is None:
        return ["added"]
    if new is None or (old["status"], new["status"]) == ("held", "retired"):
        return ["retired"]
    kinds = ["amended"] if old["version"] != new["version"] else []
    same = _hash(old) == _hash(new)
    return kinds if same else [*kinds, "evidence changed"]


def _hash(item: Item) -> Any:
    return item["evidence"]["hash"] if item.get("evidence") else None


def _of_argument(
    old: Item | None, new: Item | None, review: Review, names: SourceLabels
) -> list[str]:
    if new is None:
        return ["It is held no more."]
    said = []
    if old is None:
        said.append(f"It is held now{_because(new)}.")
    elif old["version"] != new["version"]:
        verb = "retired" if new["status"] == "retired" else "amended"
        said.append(f"People {verb} it{_because(new)}.")
    evidence, earlier = new.get("evidence"), old.get("evidence") if old else None
    if evidence and (earlier is None or earlier["hash"] != evidence["hash"]):
        state = state_of(new)
        moves = {
            name: moved.named(names.case)
            for name, moved in argument_moves(earlier, evidence).items()
        }
        said += _moved(moves, state, review)
    return said


def _moved(moves: Mapping[str, Moved], state: ArgumentState, review: Review) -> list[str]:
    labels = labels_of(review, state.theory_id)
    return list(moves_in_words(moves, argument_of(state), labels))


def _because(item: Item) -> str:
    return f": {item['because'].rstrip('.')}" if item.get("because") else ""


def state_of(item: Item) -> ArgumentState:
    """The state of an argument in the form in which it is shown."""
    contexts = [{"role": "context", **context} for context in item["contexts"]]
    plain = ("version", "outcome", "outcome_state", "resource", "response", "warrant", "because")
    return ArgumentState(
        argument_id=item["id"],
        theory_id=item["theory"],
        contexts=tuple(convert(contexts, list[ArgumentTerm])),
        predictions=tuple(convert(item["predictions"], list[ArgumentPrediction])),
        rivals=tuple(item["rivals"]),
        status=item["status"],
        **{name: item[name] for name in plain},
    )


def theory_differences(old: Sequence[Item], new: Sequence[Item]) -> list[dict[str, Any]]:
    """Theories that were stated, worded anew or retired, in words."""
    before = {one["theory_id"]: one for one in old}
    found = []
    for state in new:
        earlier = before.get(state["theory_id"])
        words = _of_theory(earlier, state)
        if words:
            kinds = ["reworded" if earlier else "added"]
            name = str(state.get("name") or state["theory_id"])
            found.append(
                {
                    "what": "theory",
                    "theory": state["theory_id"],
                    "name": name,
                    "kinds": kinds,
                    "words": words,
                    "caused_by": [],
                }
            )
    return found


def _of_theory(old: Item | None, new: Item) -> list[str]:
    if old is None:
        return ["The theory is new."]
    moved = [said for key, said in WORDINGS.items() if (old.get(key) or "") != (new.get(key) or "")]
    if not moved:
        return []
    if "status" in moved:
        said = [f"Status was {old.get('status')}, is {new.get('status')}."]
        moved.remove("status")
    else:
        said = []
    return said + ([f"Worded anew: {', '.join(moved)}."] if moved else [])


def with_causes(items: Sequence[Item], said: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each change with `causes`: what its first events were, and how many more.

    Events that are not in `said` are left to their ids in `caused_by`.
    """
    return [{**item, "causes": _causes(item["caused_by"], said)} for item in items]


def _causes(events: Sequence[str], said: Mapping[str, str]) -> list[str]:
    first = list(dict.fromkeys(said[e] for e in events[:FIRST_CAUSES] if e in said))
    more = len(events) - FIRST_CAUSES
    return [*first, f"and {more} more events"] if more > 0 else first
