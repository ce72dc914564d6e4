"""The arguments that a theory holds: words, warrant, rivals, and what the cases say."""

from collections.abc import Iterator

from services.synthesis.report.domain.blocks import (
    Block,
    Bullets,
    Facts,
    Heading,
    NoticeBlock,
    Paragraph,
    table,
)
from services.synthesis.report.domain.material import ArgumentPart, PredictionPart, TheoryPart

HELD = "held"


def arguments(part: TheoryPart) -> Iterator[Block]:
    """Every argument that is held, and those that were retired with their reasons."""
    yield Heading(3, "Arguments")
    held = [item for item in part.arguments if item.status == HELD]
    if not held:
        yield Paragraph("No argument is held for this theory yet.")
    for number, item in enumerate(held, start=1):
        yield from _argument(item, number)
    retired = [item for item in part.arguments if item.status != HELD]
    if retired:
        yield Paragraph("Arguments that are held no more:")
        yield Bullets(
            tuple(f"{item.words}: {item.because or 'no reason was given'}" for item in retired)
        )


def _argument(item: ArgumentPart, number: int) -> Iterator[Block]:
    yield Heading(4, f"Argument {number}: {item.words}")
    pairs = (
        ("Warrant: why the mechanism should work", item.warrant or "not written yet"),
        ("Rivals: what else may explain it", "; ".join(item.rivals) or "none named yet"),
        (f"Version {item.version}, because", item.because or "no reason was given"),
    )
    yield Facts("What people hold", pairs)
    rows = [
        (title[:1].upper() + title[1:], len(cases), "; ".join(cases)) for title, cases in item.lists
    ]
    if rows:
        yield table(f"Cases that bear on argument {number}", ("Cases", "How many", "Which"), rows)
    elif item.computed:
        yield Paragraph("No case bears on it yet.")
    if item.predictions:
        yield table(
            f"Predictions of argument {number}",
            ("Prediction", "In people's words", "Observed in", "Refuted in"),
            [_prediction(prediction) for prediction in item.predictions],
        )
    for prediction in item.predictions:
        if prediction.refuted:
            number = len(prediction.refuted)
            cases = "1 case" if number == 1 else f"{number} cases"
            yield NoticeBlock(f"Refuted in {cases}: {prediction.words}.")
    yield from _log(item)


def _prediction(item: PredictionPart) -> tuple[str, str, str, str]:
    unobserved = "" if item.refuted else "no case yet"
    return item.words, item.said, "; ".join(item.observed) or unobserved, "; ".join(item.refuted)


def _log(item: ArgumentPart) -> Iterator[Block]:
    """How the argument and its evidence went, oldest first."""
    changes = [
        f"{version['at'][:10]}: version {version['version']}, {version['status']}: "
        f"{version['because'] or 'no reason was given'}"
        for version in item.versions[1:]
    ]
    if changes:
        yield Paragraph("How people changed it:")
        yield Bullets(tuple(changes))
    if len(item.log) > 1:
        yield Paragraph("How the evidence moved:")
        yield Bullets(
            tuple(f"{entry['at'][:10]}: {' '.join(entry['words'])}" for entry in item.log)
        )
