"""What would refute a theory, what is missing, and notes that people keep on it."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.synthesis.report.domain.blocks import Block, Bullets, Heading, Paragraph, table
from services.synthesis.report.domain.held import HELD
from services.synthesis.report.domain.material import TheoryPart

KINDS = {
    "open_case": "Cases that nothing explains",
    "success_sought": "Successes to look for",
    "unreplicated": "Reported by one study only",
    "undecided_context": "Contexts without a contrast",
    "missing_slot": "Empty slots",
    "prediction_unobserved": "Predictions that no case bears on",
    "unchecked_opposite": "Senses that nobody has checked",
}


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value).replace("_", " ")


def refutation(part: TheoryPart) -> Iterator[Block]:
    """What would be held against the theory: by its arguments, and by their predictions."""
    yield Heading(3, "What would refute it")
    told = []
    for item in part.arguments:
        if item.status == HELD:
            told.append(
                f"{item.refuted_by[:1].upper()}{item.refuted_by[1:]} "
                f"would be held against: {item.words}."
            )
            told += [_prediction(one.refuted_by, one.words) for one in item.predictions]
    if told:
        yield Bullets(tuple(told))
    else:
        yield Paragraph("Nobody has stated an argument that could be refuted.")


def _prediction(refuted_by: str, words: str) -> str:
    return f"{refuted_by[:1].upper()}{refuted_by[1:]} would refute the prediction: {words}."


def missing(part: TheoryPart) -> Iterator[Block]:
    """The search agenda: what the evidence does not say yet."""
    yield Heading(3, "What is missing")
    found: dict[str, list[str]] = {}
    for gap in part.gaps:
        found.setdefault(KINDS.get(gap["kind"], "Other"), []).append(gap["detail"])
    if not found:
        yield Paragraph("Nothing is on the search agenda of this theory.")
    for title in dict.fromkeys([*KINDS.values(), *found]):
        if title in found:
            yield Heading(4, title)
            yield Bullets(tuple(sorted(found[title])))


def notes(part: TheoryPart, tables: Mapping[str, tuple[str, tuple[str, ...]]]) -> Iterator[Block]:
    """People's notes of these kinds, a table each."""
    for kind, (title, columns) in tables.items():
        rows = [
            tuple(_plain(note.get(column)) for column in columns)
            for note in part.notes
            if note["kind"] == kind
        ]
        if rows:
            yield table(title, tuple(name.capitalize() for name in columns), rows)
