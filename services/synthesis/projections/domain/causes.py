"""What made a theory be counted anew, in a sentence for people: labels, no ids."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from shared.events import extraction, screening, search
from shared.events.base import Event, Received

Group = Mapping[str, Any]
FLAGS = {
    "retraction": "was retracted",
    "concern": "carries an expression of concern",
    "correction": "was corrected",
    "reinstatement": "stands again",
}
ROLES = {
    "context": "context",
    "mechanism_resource": "resource",
    "mechanism_response": "response",
    "outcome": "outcome",
}
MOST_CHANGES = 6


def named(received: Received[Any], words: str = "") -> dict[str, Any]:
    """A cause as it is kept: the event's name, when, who, and a sentence."""
    return {
        "event": received.event.NAME,
        "at": received.time.isoformat(),
        "person": received.actor_id,
        "words": words or cause_in_words(received.event),
    }


def cause_in_words(event: Event) -> str:
    """What happened, in a sentence."""
    sentence = _SENTENCES.get(type(event))
    return sentence(event) if sentence else f"{type(event).NAME.replace('_', ' ').capitalize()}."


def codebook_in_words(theory: str, old: Sequence[Group], new: Sequence[Group]) -> str:
    """What became another in a codebook: groups, their codes and senses, levels, valences."""
    before = {(item["role"], item["group_id"]): item for item in old}
    after = {(item["role"], item["group_id"]): item for item in new}
    said = [_of_group(item, "is new") for key, item in after.items() if key not in before]
    said += [_of_group(item, "is gone") for key, item in before.items() if key not in after]
    for key in before.keys() & after.keys():
        said += _group_changes(before[key], after[key])
    shown = sorted(said)[:MOST_CHANGES]
    more = len(said) - len(shown)
    rest = f"; and {more} more" if more > 0 else ""
    what = "; ".join(shown) or "nothing in it counts otherwise"
    return f"The codebook of {theory} changed: {what}{rest}."


def _of_group(group: Group, done: str) -> str:
    return f"{ROLES.get(group['role'], group['role'])} {_label(group)} {done}"


def _label(item: Mapping[str, Any]) -> str:
    """A name in quotes; nothing where people gave none."""
    return f"'{item['label']}'" if item.get("label") else "without a name"


def _group_changes(old: Group, new: Group) -> list[str]:
    name = f"{ROLES.get(new['role'], new['role'])} {_label(new)}"
    said = _code_changes(old, new, name)
    for field in ("level", "valence"):
        if (old.get(field) or "unset") != (new.get(field) or "unset"):
            said.append(f"the {field} of {name} is {new.get(field) or 'unset'} now")
    if _opposites(old) != _opposites(new):
        said.append(f"{name} has another opposite now")
    if bool(old.get("two_valued")) != bool(new.get("two_valued")):
        said.append(f"{name} is {'' if new.get('two_valued') else 'no longer '}two-valued now")
    return said


def _opposites(group: Group) -> set[str]:
    return {name for name in (*(group.get("opposites") or ()), group.get("opposite_of")) if name}


def _code_changes(old: Group, new: Group, name: str) -> list[str]:
    before, after = ({code["code_id"]: code for code in group["codes"]} for group in (old, new))
    came = [after[key] for key in after.keys() - before.keys()]
    went = [before[key] for key in before.keys() - after.keys()]
    turned = [
        after[key]
        for key in before.keys() & after.keys()
        if before[key]["sense"] != after[key]["sense"]
    ]
    return [
        *(f"{name} holds code {_label(code)} now" for code in came),
        *(f"{name} no longer holds code {_label(code)}" for code in went),
        *(f"code {_label(code)} has the {code['sense']} sense in {name} now" for code in turned),
    ]


def _document(done: str) -> Callable[[Any], str]:
    def sentence(event: Any) -> str:
        title = event.document.title
        return f"The source '{title}' {done}." if title else f"A source {done}."

    return sentence


def _record(event: Any, done: str) -> str:
    title = event.record.title or event.record.label
    return f"The record '{title}' {done}." if title else f"A record {done}."


def _settled(event: Any) -> str:
    stage = str(event.stage).replace("_", " ")
    return f"A record was settled at {stage}: {event.verdict}."


def _withdrawn(event: Any) -> str:
    done = "was withdrawn" if event.document.withdrawn else "counts again"
    return _document(done)(event)


_SENTENCES: Mapping[type[Event], Callable[[Any], str]] = {
    extraction.FragmentCoded: lambda _: "A passage was coded.",
    extraction.FragmentAmended: lambda _: "A passage was coded anew.",
    extraction.FragmentWithdrawn: lambda _: "A passage was withdrawn.",
    extraction.DocumentAdded: _document("was added or changed"),
    extraction.SourceWithdrawn: _withdrawn,
    extraction.SourceErased: _document("was erased"),
    extraction.StudyLinked: lambda _: "Two studies were linked as one.",
    extraction.StudyUnlinked: lambda _: "Two studies were taken apart.",
    screening.RecordSettled: _settled,
    screening.ConflictOpened: lambda _: "Reviewers disagree on a record again.",
    screening.SettlementReopened: lambda _: "The verdict on a record was reopened.",
    search.RecordAdded: lambda event: _record(event, "was added"),
    search.RecordAmended: lambda event: _record(event, "was amended"),
    search.RecordFlagged: lambda event: _record(event, FLAGS.get(event.flag, "was flagged")),
    search.RecordMerged: lambda event: _record(event, "was merged with another"),
    search.RecordSplit: lambda event: _record(event, "was taken apart"),
}


def in_order(causes: Iterable[Mapping[str, Any] | None]) -> list[dict[str, Any]]:
    """Named causes, each sentence of a person once, with how often; oldest first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for cause in causes:
        if cause:
            key = (str(cause["words"]), str(cause["person"]))
            known = found.setdefault(key, {**cause, "times": 0})
            known["times"] += 1
    return list(found.values())
