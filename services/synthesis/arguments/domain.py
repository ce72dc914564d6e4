"""Arguments as values: from what people stated to what the engine reads, and to words."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.synthesis.engine import Body, Labels, canonical_json
from services.synthesis.engine.difference import Moved
from services.synthesis.engine.values import HOLDS, OUTCOME, Argument, Prediction, Term, Unit
from shared.events.synthesis import ArgumentState, ArgumentTerm
from shared.review.cases import case_in_words

HELD = "held"
RETIRED = "retired"
MOST_SAID = 150_000
"""A body of so many bytes at most is said whole; events end at 256 KB."""
LISTS = {
    "supports full": "in keeping with it, in all its contexts",
    "supports partial": "in keeping with it, in some of its contexts",
    "supports bare": "in keeping with it, its contexts not stated",
    "challenges full": "held against it, in all its contexts",
    "challenges partial": "held against it, in some of its contexts",
    "challenges bare": "held against it, its contexts not stated",
    "boundary": "in which it fails where it should, a context being otherwise",
    "exceptions": "in which the outcome came although a context is otherwise",
    "not_fired": "in which the resource did not bring the response",
    "mixed": "that speak for and against it",
}
ANYWHERE = {"supports": "in keeping with it", "challenges": "held against it"}
"""What is full where no context is asked for."""


def argument_of(state: ArgumentState) -> Argument:
    """An argument as the engine reads it."""
    return Argument(
        id=state.argument_id,
        theory=state.theory_id,
        outcome=state.outcome,
        occurs=state.outcome_state in HOLDS,
        contexts=tuple(map(term_of, state.contexts)),
        resource=state.resource,
        response=state.response,
        predictions=tuple(
            Prediction(item.id, tuple(map(term_of, item.given)), term_of(item.expected), item.words)
            for item in state.predictions
        ),
        version=state.version,
    )


def term_of(term: ArgumentTerm) -> Term:
    """A group with the sign of its state."""
    return Term(Unit(term.role, term.group), term.state in HOLDS)  # type: ignore[arg-type]


def refusal_of(faults: Iterable[str]) -> str:
    """What keeps an argument from being stated, and what to do; empty without a fault."""
    said = "; ".join(faults)
    return f"{said}; choose groups of this theory's codebook" if said else ""


def argument_in_words(argument: Argument, labels: Labels) -> str:
    """`'Trust' → 'Retention' occurred, where 'No wrong door' is present`."""
    parts = [f"'{labels.of(*part)}'" for part in argument.parts]
    outcome = Term(Unit(OUTCOME, argument.outcome), argument.occurs)
    chain = " → ".join([*parts, labels.terms([outcome])])
    return f"{chain}, where {labels.terms(argument.contexts)}" if argument.contexts else chain


def composed_statement(arguments: Iterable[ArgumentState], labels: Labels) -> list[str]:
    """The statement of a programme theory: one sentence for each argument that it holds.

    `Where 'No wrong door' is present, 'Trust' and so 'Retention' occurs, because ….` They are
    what people hold: no sentence says that the evidence shows it.
    """
    held = [state for state in arguments if state.status == HELD]
    return [_held_sentence(state, labels) for state in held]


def _held_sentence(state: ArgumentState, labels: Labels) -> str:
    argument = argument_of(state)
    where = labels.terms(argument.contexts)
    parts = [f"'{labels.of(*part)}'" for part in argument.parts]
    verb = "occurs" if argument.occurs else "does not occur"
    outcome = f"'{labels.outcome(argument.outcome)}' {verb}"
    chain = " brings about ".join(parts)
    start = f"Where {where}, " if where else ""
    said = (
        f"{start}{chain}, so that {outcome}"
        if len(parts) > 1
        else (f"{start}through {chain}, {outcome}")
    )
    warrant = " ".join(state.warrant.split()).rstrip(".")
    sentence = f"{said}, because {warrant[:1].lower()}{warrant[1:]}" if warrant else said
    return f"{sentence[:1].upper()}{sentence[1:]}."


def prediction_in_words(prediction: Prediction, labels: Labels) -> str:
    """`where 'High caseload' is present, 'Retention' fails`."""
    return f"where {labels.terms(prediction.given)}, {labels.expected(prediction.expected)}"


def moves_in_words(
    moves: Mapping[str, Moved], argument: Argument, labels: Labels
) -> tuple[str, ...]:
    """A sentence per list of cases that moved; groups by label, cases by their own names."""
    names = dict(LISTS)
    if not argument.contexts:
        names |= {f"{side} full": said for side, said in ANYWHERE.items()}
    for item in argument.predictions:
        said = prediction_in_words(item, labels)
        names[f"observed {item.id}"] = f"in which the prediction is observed: {said}"
        names[f"refuted {item.id}"] = f"in which the prediction is refuted: {said}"
    sentences = []
    for name, moved in moves.items():
        where = names.get(name, "of a prediction that it makes no more")
        for verb, cases in (("New", moved.gained), ("No longer a", moved.lost)):
            if cases:
                sentences.append(_sentence(verb, cases, where))
    return tuple(sentences) or ("No case bears on it.",)


def _sentence(verb: str, cases: tuple[str, ...], where: str) -> str:
    said = list(map(case_in_words, cases))
    if len(cases) == 1:
        return f"{verb} case {where}: {said[0]}."
    return f"{verb.removesuffix(' a')} cases {where}: {', '.join(said)}."


def sayable(body: Body) -> Body:
    """The body as an event can carry it: of a very long one, numbers in place of cases."""
    if len(canonical_json(body)) <= MOST_SAID:
        return body
    return {**_counted(body), "abridged": True}


def _counted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _counted(item) for name, item in value.items()}
    if isinstance(value, list):
        whole = all(isinstance(item, Mapping) for item in value) and value
        return [_counted(item) for item in value] if whole else len(value)
    return value


def shown(state: ArgumentState) -> dict[str, Any]:
    """The argument in the form in which it is stated, with its status."""
    return {
        "id": state.argument_id,
        "theory": state.theory_id,
        "version": state.version,
        "status": state.status,
        "contexts": [{"group": term.group, "state": term.state} for term in state.contexts],
        "resource": state.resource,
        "response": state.response,
        "outcome": state.outcome,
        "outcome_state": state.outcome_state,
        "warrant": state.warrant,
        "rivals": list(state.rivals),
        "predictions": [
            {
                "id": item.id,
                "given": [_term(term) for term in item.given],
                "expected": _term(item.expected),
                "words": item.words,
            }
            for item in state.predictions
        ],
        "because": state.because,
        "substantive_theories": list(state.substantive_theories),
        "memos": list(state.memos),
    }


def _term(term: ArgumentTerm) -> dict[str, str]:
    return {"role": term.role, "group": term.group, "state": term.state}


def offer_of(body: Body, *, undesired: bool) -> dict[str, Any]:
    """A CCMOC's slots as an argument that people may hold; `undesired`: of its outcome group.

    What speaks for a CCMOC of an undesired outcome is its avoidance; what only fails, or is only
    inferred to, argues for failure. People choose: the offer says on which tier the partner and
    the contexts stand.
    """
    slots, role = body["slots"], body["role"]
    other = "resource" if role == "response" else "response"
    fails = body["pattern"] == "fails" or (
        body["pattern"] == "inferred" and not body["studies"]["inferred_positive"]
    )
    return {
        "argument": {
            "theory": body["theory"],
            "contexts": [{"group": group, "state": "present"} for group in slots["contexts"]],
            role: body["mechanism"],
            other: slots["partner"],
            "outcome": body["outcome"],
            "outcome_state": "failed" if fails != undesired else "occurred",
        },
        "partner_tier": slots["partner_tier"],
        "context_tier": slots["context_tier"],
    }
