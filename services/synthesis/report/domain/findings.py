"""The findings chapter: theory by theory, with the evidence for and against."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.synthesis.report.domain.blocks import (
    Block,
    Bullets,
    Facts,
    Heading,
    Notice,
    Paragraph,
    table,
    with_rows,
)
from services.synthesis.report.domain.cases import negative, quotes
from services.synthesis.report.domain.material import Material, Standing, TheoryPart
from services.synthesis.report.domain.pictures import configuration_figure
from services.synthesis.report.domain.sentences import in_words, verdict_words
from services.synthesis.report.domain.sketch import sketch_figure

KINDS = ("CMO", "CM", "MO", "CO", "RR", "single")
SLOTS = ("Context", "Part", "Mechanism", "With", "Outcome")


def summary(material: Material) -> Iterator[Block]:
    """Dyads and triads per theory, and what leads in each."""
    yield Heading(2, "Evidence per programme theory")
    yield table(
        "Fragments per programme theory: triads, dyads and single codes",
        ("Theory", "Fragments", *KINDS, "Studies"),
        [
            (part.title, part.fragments, *(part.kinds.get(k, 0) for k in KINDS), part.studies)
            for part in material.theories
        ],
    )
    rows = [
        (part.id, *_named(part, standing), _share(standing), standing.words)
        for part in material.theories
        for standing in part.leading()
    ]
    made = table(
        "What to look at first in each theory: the first configuration of its first outcome",
        ("Theory", *SLOTS, "Studies for, of all", "State"),
        rows,
    )
    yield from with_rows(made, "No configuration is conjectured yet.")


def _named(part: TheoryPart, standing: Standing) -> tuple[str, str, str, str, str]:
    body = standing.body
    contexts = "; ".join(_slot_context(part, body, group) for group in body["slots"]["contexts"])
    return (
        contexts or part.from_theory(body["id"], "context") or "not stated",
        body["role"],
        part.label(body["mechanism"]),
        part.partner(body),
        part.outcome(body["outcome"]),
    )


def _slot_context(part: TheoryPart, body: Mapping[str, Any], group: str) -> str:
    item = next(item for item in body["contexts"] if item["group"] == group)
    return f"{part.label(group)} ({verdict_words(item)})"


def _share(standing: Standing) -> str:
    positive, both = standing.body["supporting_share"]
    more = ", fails more often than it occurs" if both > 2 * positive else ""
    return f"{positive} of {both}{more}"


def theory(part: TheoryPart) -> Iterator[Block]:
    """One theory: box, history, outcomes, configurations, contexts, negative cases, quotes."""
    yield Heading(2, part.title)
    yield _box(part)
    yield from _history(part)
    yield from _notes(part)
    sketch = sketch_figure(part.id, part.notes, dict.fromkeys(part.passages, True))
    if sketch is not None:
        yield sketch
    yield from _outcomes(part)
    yield from in_words(part, part.leading())
    yield from _configurations(part)
    yield from _contexts(part)
    yield from negative(part)
    yield from quotes(part)


def _box(part: TheoryPart) -> Facts:
    state = part.state
    named = (
        ("Statement", state.get("statement")),
        ("Context", state.get("context")),
        ("Resource", state.get("resource")),
        ("Response", state.get("response")),
        ("Proximal outcome", state.get("outcome_proximal")),
        ("Distal outcome", state.get("outcome_distal")),
        ("Domain", state.get("domain")),
        ("Status", state.get("status")),
    )
    pairs = tuple((name, str(value)) for name, value in named if value)
    return Facts(f"Programme theory {part.id}, in people's words", pairs)


def _history(part: TheoryPart) -> Iterator[Block]:
    changed = [item for item in part.history if item["version"] > 1]
    if changed:
        yield Heading(3, "From initial to final")
        yield Bullets(
            tuple(
                f"Version {item['version']} ({item['at'][:10]}): {item['reason'] or 'no reason'}"
                for item in changed
            )
        )


NOTES = {
    "idea": ("If-then ideas", ("if", "then", "became")),
    "slot": ("Slots filled from theory", ("role", "words", "source")),
    "substantive_theory": (
        "Substantive theories",
        ("name", "level", "fit", "simplicity", "compatibility", "decision", "phase", "comment"),
    ),
    "statement": ("Merged statements", ("words", "ccmocs", "reason")),
    "node": ("Programme sketch: nodes", ("label", "role", "group")),
    "link": ("Programme sketch: links", ("from", "to", "evidence")),
}


def _notes(part: TheoryPart) -> Iterator[Block]:
    for kind, (title, columns) in NOTES.items():
        rows = [
            (note["id"], *(_plain(note.get(column)) for column in columns))
            for note in part.notes
            if note["kind"] == kind
        ]
        if rows:
            yield table(title, ("", *columns), rows)


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)


def _outcomes(part: TheoryPart) -> Iterator[Block]:
    made = table(
        "Outcomes in the order in which they were taken up (distal ones are not ranked)",
        ("Rank", "Outcome", "Studies", "with a mechanism", "Participants", "Sites"),
        [
            (
                f"{item['rank']}{' (pinned)' if item['pinned'] else ''}",
                part.label(item["outcome"]),
                item["reporting"],
                item["linking"],
                item["participants"],
                item["sites"],
            )
            for item in part.ranking
            if item["reporting"]
        ],
    )
    yield from with_rows(made, "No outcome of this theory is reported by an active study.")
    if part.standings and part.standings[0].body["near_tie"]:
        yield Notice("The first two outcomes are reported by almost as many studies: a near tie.")


def _configurations(part: TheoryPart) -> Iterator[Block]:
    if not part.standings:
        yield Paragraph("No configuration is conjectured: no fragment links a mechanism to it.")
        return
    yield configuration_figure(part.id, [s.body for s in part.standings], part.labels)
    yield table(
        "Conjectured configurations; studies are counted once, whatever they contribute",
        (*SLOTS[1:], "Pattern", "For, of all", "Not fired", "Inferred", "Coverage", "State"),
        [
            (
                *_named(part, standing)[1:],
                standing.body["pattern"].replace("_", " "),
                _share(standing),
                len(standing.body["studies"]["not_fired"]),
                _inferred(standing.body),
                "{} of {}".format(*standing.body["coverage"]),
                _state(standing),
            )
            for standing in part.ordered()
        ],
    )


def _inferred(body: Mapping[str, Any]) -> str:
    """Studies that somebody concluded a statement rests on: apart, never added."""
    studies = body["studies"]
    return f"{len(studies['inferred_positive'])} / {len(studies['inferred_contradicting'])}"


def _state(standing: Standing) -> str:
    marks = []
    if standing.body["leading"]:
        marks.append("first to look at")
    if standing.body["leading_ties"]:
        marks.append("tied")
    if standing.body["unreplicated"]:
        marks.append("one study at most")
    listed = f" ({', '.join(marks)})" if marks else ""
    return f"{standing.words}{listed}"


def _contexts(part: TheoryPart) -> Iterator[Block]:
    for standing in part.ordered():
        if not (standing.body["leading"] and standing.body["contexts"]):
            continue
        yield table(
            f"Contexts of {part.short(standing.body)}",
            ("Context", "Verdict", "With success", "With failure", "Stated with it only in"),
            [
                (
                    part.label(item["group"]),
                    verdict_words(item),
                    _studies(item["positive"]),
                    _studies(item["negative"]),
                    _studies(item["trigger"]),
                )
                for item in standing.body["contexts"]
            ],
        )


def _studies(names: Sequence[str]) -> str:
    return f"{len(names)}: {', '.join(names)}" if names else "0"
