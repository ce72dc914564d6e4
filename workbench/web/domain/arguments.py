"""Arguments on the page of their theory: in words, and as a form that people fill."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.review.cases import case_in_words
from workbench.web.domain.typed_numbers import whole

Item = Mapping[str, Any]
LISTS = (
    ("supports", "full", "In keeping with it"),
    ("supports", "partial", "In keeping with it, some contexts met"),
    ("supports", "bare", "In keeping with it, contexts not stated"),
    ("challenges", "full", "Held against it"),
    ("challenges", "partial", "Held against it, some contexts met"),
    ("challenges", "bare", "Held against it, contexts not stated"),
    ("boundary", "", "Boundary: fails where it should, a context being otherwise"),
    ("exceptions", "", "Exceptions: the outcome came although a context is otherwise"),
    ("not_fired", "", "Not fired: the resource did not bring the response"),
    ("mixed", "", "Speak both ways"),
)
ROLES = {
    "context": "Context",
    "mechanism_resource": "Resource",
    "mechanism_response": "Response",
    "outcome": "Outcome",
}
STATES = {"outcome": ("occurred", "failed")}
SEPARATOR = "|"
"""Between role, state and group in the value of a term; only a group may hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An argument as its theory's page shows it: lists are (words, cases), none empty."""

    id: str
    words: str
    version: int
    retired: bool
    warrant: str
    rivals: tuple[str, ...]
    because: str
    computed: bool
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    predictions: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...]


def all_shown(items: Sequence[Item]) -> list[Shown]:
    """Arguments in words; a rival that is one of them is told in its words."""
    words = {str(item["id"]): str(item["in_words"]["argument"]) for item in items}
    return [shown(item, words) for item in items]


def shown(item: Item, words: Mapping[str, str]) -> Shown:
    """From what synthesis says of an argument to words; `words` of those that may rival it."""
    body = item["evidence"] or {}
    said = item["in_words"]
    results = {one["id"]: one for one in body.get("predictions", ())}
    return Shown(
        id=item["id"],
        words=said["argument"],
        version=item["version"],
        retired=item["status"] == "retired",
        warrant=item["warrant"],
        rivals=tuple(words.get(rival, rival) for rival in item["rivals"]),
        because=item["because"],
        computed=bool(body),
        lists=tuple(_lists(body)) if body else (),
        predictions=tuple(
            (said["predictions"][one["id"]], one["words"], *_cases(results.get(one["id"], {})))
            for one in item["predictions"]
        ),
    )


def _lists(body: Item) -> Iterable[tuple[str, tuple[str, ...]]]:
    for name, how, words in LISTS:
        cases = body[name][how] if how else body[name]
        if cases:
            yield words, _called(cases)


def _cases(result: Item) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return _called(result.get("observed", ())), _called(result.get("refuted", ()))


def _called(cases: Iterable[str]) -> tuple[str, ...]:
    """Cases in words; those of one study that nobody named are called alike."""
    return tuple(map(case_in_words, cases))


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionForm:
    """A prediction as typed; terms are `role|state|group`, empty where none is chosen."""

    id: str = ""
    given: tuple[str, ...] = ()
    expected: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """An argument as typed. `seen` is the version that is amended, empty for a new one."""

    id: str = ""
    seen: str = ""
    contexts: tuple[str, ...] = ()
    resource: str = ""
    response: str = ""
    outcome: str = ""
    outcome_state: str = "occurred"
    warrant: str = ""
    rivals: str = ""
    because: str = ""
    predictions: tuple[PredictionForm, ...] = field(default_factory=tuple)

    def body(self, theory: str) -> dict[str, Any]:
        """The request to synthesis; empty rows are left out."""
        return {
            "theory": theory,
            "contexts": [_without_role(term) for term in self.contexts if term],
            "resource": self.resource or None,
            "response": self.response or None,
            "outcome": self.outcome,
            "outcome_state": self.outcome_state,
            "warrant": self.warrant,
            "rivals": [line.strip() for line in self.rivals.splitlines() if line.strip()],
            "because": self.because,
            "predictions": [
                {
                    "id": one.id or f"p{number}",
                    "given": [_term(term) for term in one.given if term],
                    "expected": _term(one.expected),
                    "words": one.words,
                }
                for number, one in enumerate(self.predictions, start=1)
                if one.expected or any(one.given) or one.words
            ],
        }

    def missing(self) -> str:
        """What is to be chosen in a prediction before it says something; empty where nothing is."""
        for number, one in enumerate(self.predictions, start=1):
            if one.expected and not any(one.given):
                return f"Prediction {number}: choose what is given, where it should come true."
            if not one.expected and (any(one.given) or one.words):
                return f"Prediction {number}: choose what is expected."
        return ""


def _term(value: str) -> dict[str, str]:
    role, _, rest = value.partition(SEPARATOR)
    state, _, group = rest.partition(SEPARATOR)
    return {"role": role, "state": state, "group": group}


def _without_role(value: str) -> dict[str, str]:
    term = _term(value)
    return {"group": term["group"], "state": term["state"]}


def term_value(role: str, state: str, group: str) -> str:
    """The value of a term in a select."""
    return SEPARATOR.join((role, state, group))


def form_of(argument: Item, *, amend: bool) -> Form:
    """An argument, or the offer of one, as a form to start from."""
    return Form(
        id=argument.get("id", ""),
        seen=str(argument["version"]) if amend else "",
        contexts=tuple(
            term_value("context", term["state"], term["group"]) for term in argument["contexts"]
        ),
        resource=argument.get("resource") or "",
        response=argument.get("response") or "",
        outcome=argument["outcome"],
        outcome_state=argument["outcome_state"],
        warrant=argument.get("warrant", ""),
        rivals="\n".join(argument.get("rivals", ())),
        predictions=tuple(
            PredictionForm(
                id=one["id"],
                given=tuple(map(_value, one["given"])),
                expected=_value(one["expected"]),
                words=one["words"],
            )
            for one in argument.get("predictions", ())
        ),
    )


def _value(term: Item) -> str:
    return term_value(term["role"], term["state"], term["group"])


def typed(fields: Mapping[str, Sequence[str]]) -> Form:
    """The form as it was sent: predictions are numbered fields `p0_given`, `p0_expected`, …."""

    def one(name: str, default: str = "") -> str:
        values = fields.get(name)
        return values[0] if values else default

    numbers = sorted(
        number
        for name in fields
        if name.endswith("_expected") and (number := whole(name[1:].partition("_")[0])) is not None
    )
    plain = ("resource", "response", "outcome", "warrant", "rivals", "because", "seen")
    return Form(
        id=one("id").strip(),
        contexts=tuple(fields.get("contexts", ())),
        outcome_state=one("outcome_state", "occurred"),
        predictions=tuple(
            PredictionForm(
                id=one(f"p{number}_id"),
                given=tuple(fields.get(f"p{number}_given", ())),
                expected=one(f"p{number}_expected"),
                words=one(f"p{number}_words"),
            )
            for number in numbers
        ),
        **{name: one(name) for name in plain},
    )


Choice = tuple[str, str]
"""Value, words."""


def choices(labels: Mapping[str, Mapping[str, str]]) -> dict[str, list[Choice]]:
    """Role → the groups of a theory, as (id, label), by label."""
    return {
        role: sorted(
            ((group, label or group) for group, label in labels.get(role, {}).items()),
            key=lambda choice: (choice[1].casefold(), choice[0]),
        )
        for role in ROLES
    }


def terms(groups: Mapping[str, Sequence[Choice]]) -> dict[str, list[Choice]]:
    """Role → every term that its groups give, as (value, words)."""
    return {
        role: [
            (term_value(role, state, group), f"{label}: {state}")
            for group, label in groups[role]
            for state in STATES.get(role, ("present", "absent"))
        ]
        for role in ROLES
    }
