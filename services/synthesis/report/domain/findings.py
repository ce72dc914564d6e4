"""The findings chapter: theory by theory, with the evidence for and against."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.synthesis.domain.views import slot_of
from services.synthesis.report.domain.blocks import (
    Block,
    Bullets,
    Facts,
    Heading,
    Notice,
    Paragraph,
    Quote,
    table,
    with_rows,
)
from services.synthesis.report.domain.material import Material, Standing, TheoryPart
from services.synthesis.report.domain.pictures import configuration_figure
from services.synthesis.report.domain.sentences import in_words
from services.synthesis.report.domain.sketch import sketch_figure

KINDS = ("CMO", "CM", "MO", "CO", "RR", "single")
QUOTES = 6
"""Quotes per theory; all are in the JSON of the report and in the workbench."""


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
        for standing in _leading(part)
    ]
    made = table(
        "What leads in each theory: the first configuration of its first outcome",
        ("Theory", "Context", "Resource", "Response", "Outcome", "Studies for, of all", "State"),
        rows,
    )
    yield from with_rows(made, "No configuration is conjectured yet.")


def _leading(part: TheoryPart) -> list[Standing]:
    return [s for s in part.standings if s.body["leading"] and s.body["outcome_rank"] == 1]


def _named(part: TheoryPart, standing: Standing) -> tuple[str, str, str, str]:
    body = standing.body
    contexts = "; ".join(part.label(group) for group in slot_of(body))
    return (
        contexts or part.from_theory(body["id"], "context") or "not stated",
        part.label(body["resource"]) or part.from_theory(body["id"], "resource") or "not linked",
        part.label(body["response"]) or part.from_theory(body["id"], "response") or "not linked",
        part.label(body["outcome"]),
    )


def _share(standing: Standing) -> str:
    positive, both = standing.body["supporting_share"]
    return f"{positive} of {both}"


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
    yield from in_words(part, _leading(part))
    yield from _configurations(part)
    yield from _contexts(part)
    yield from _negative(part)
    yield from _quotes(part)


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
        ("Resource", "Response", "Outcome", "For, of all", "Coverage", "Linked in", "State"),
        [
            (
                *_named(part, standing)[1:],
                _share(standing),
                "{} of {}".format(*standing.body["coverage"]),
                len(standing.body["studies"]["chain"]),
                _state(standing),
            )
            for standing in _ordered(part.standings)
        ],
    )


def _ordered(standings: Iterable[Standing]) -> list[Standing]:
    """By outcome, the leading one first, then by support, share, coverage and linking studies."""
    return sorted(standings, key=lambda standing: _place(standing.body))


def _place(body: Mapping[str, Any]) -> tuple[Any, ...]:
    positive, both = body["supporting_share"]
    share, whole = positive / both, body["coverage"][1]
    chain = len(body["studies"]["chain"])
    order = (-positive, -share, -positive / whole if whole else 0, -chain, body["id"])
    return (body["outcome_rank"], not body["leading"], *order)


def _state(standing: Standing) -> str:
    marks = []
    if standing.body["leading"]:
        marks.append("leading")
    if standing.body["leading_ties"]:
        marks.append("tied")
    if standing.body["single_source"]:
        marks.append("single study")
    listed = f" ({', '.join(marks)})" if marks else ""
    return f"{standing.words}{listed}"


def _contexts(part: TheoryPart) -> Iterator[Block]:
    for standing in _ordered(part.standings):
        if not (standing.body["leading"] and standing.body["contexts"]):
            continue
        yield table(
            f"Contexts of {_short(part, standing)}",
            ("Context", "Verdict", "Grade", "With success", "With failure", "Trigger only in"),
            [
                (
                    part.label(item["group"]),
                    item["verdict"],
                    item["grade"] or "",
                    _studies(item["positive"]),
                    _studies(item["negative"]),
                    _studies(item["trigger"]),
                )
                for item in standing.body["contexts"]
            ],
        )


def _short(part: TheoryPart, standing: Standing) -> str:
    body = standing.body
    parts = [part.label(group) for group in (body["resource"], body["response"]) if group]
    return f"{' + '.join(parts)} → {part.label(body['outcome'])}"


def _studies(names: Sequence[str]) -> str:
    return f"{len(names)}: {', '.join(names)}" if names else "0"


def _negative(part: TheoryPart) -> Iterator[Block]:
    rows = []
    for standing in _ordered(part.standings):
        if standing.body["leading"]:
            rows += [_failure(part, standing, item) for item in standing.body["failures"]]
    if rows:
        yield table(
            "Negative cases of the leading configurations, and what may explain them",
            ("Configuration", "Case", "May be explained by"),
            rows,
        )
    untested = [
        _short(part, standing)
        for standing in _ordered(part.standings)
        if standing.body["leading"] and not _against(standing.body)
    ]
    if untested:
        yield Notice(f"Nobody has tried to disconfirm: {'; '.join(untested)}.")


def _against(body: Mapping[str, Any]) -> bool:
    studies = body["studies"]
    return bool(studies["contradicting"] or studies["not_fired"] or studies["alternative"])


EXPLAINED = {
    "disabling": "disabling context {} present",
    "suspected": "suspected context {} present",
    "enabling_absent": "enabling context {} absent",
    "counter": "counter-mechanism {}",
    "not_fired": "{} did not fire",
}


def _failure(
    part: TheoryPart, standing: Standing, failure: Mapping[str, Any]
) -> tuple[str, str, str]:
    reasons = [
        EXPLAINED[item["kind"]].format(f"'{part.label(item['group'])}'")
        for item in failure["explained_by"]
    ]
    return _short(part, standing), failure["case"], "; ".join(reasons) or "unexplained"


def _quotes(part: TheoryPart) -> Iterator[Block]:
    shown = 0
    for standing in _leading(part):
        for name in standing.body["fragments"]:
            passage = part.passages.get(name)
            if passage is not None and passage.quote and shown < QUOTES:
                shown += 1
                yield Quote(passage.quote, f"{passage.source}, {name}")
