"""Disclosure of language models that suggested passages and codes (RAISE).

Responsible AI in Evidence Synthesis asks that authors say which tool was used, when, for what, how
people checked it, and how well it did.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.synthesis.report.domain.blocks import Block, Heading, NoticeBlock, Paragraph, table
from services.synthesis.report.domain.material import Material

ASKED = "extraction.suggestions_asked"
Shown = Mapping[str, Any]


def assistance(material: Material) -> Iterator[Block]:
    """What a language model did, or that none took part; never one for the other."""
    told = material.told
    runs: Sequence[Shown] = told.assistance.get("runs", ())
    if not runs and (told.events.get(ASKED) or "extraction" in told.silent):
        yield NoticeBlock(
            "Extraction did not answer: what a language model suggested is missing here; ask again."
        )
        return
    if not runs:
        yield Paragraph("No language model took part.")
        return
    yield Heading(3, "Suggestions of a language model")
    yield from _runs(told.assistance, runs)
    for measured in told.assistance.get("measured", ()):
        yield from _measured(measured)


def _runs(found: Shown, runs: Sequence[Shown]) -> Iterator[Block]:
    states = found["states"]
    yield Paragraph(
        "A language model was asked to suggest passages and codes by the codebook's own "
        "definitions. It was sent texts of documents that are not confidential, and nothing else "
        "of the review. No suggestion counted before a person accepted it. Of "
        f"{found['suggested']} suggestions people accepted {states['accepted']} as they were and "
        f"{states['changed']} after a change, rejected {states['rejected']}, and have "
        f"{states['pending']} still to judge."
    )
    rows = [
        (
            one["asked_at"][:10],
            one["model"],
            one["host"],
            one["coder"],
            f"{one['documents_done'] - len(one['left_out'])} of {one['documents']}",
            one["suggested"],
            sum(one["dropped"].values()),
            *(one["states"].get(name, 0) for name in ("accepted", "changed", "rejected")),
        )
        for one in reversed(runs)
    ]
    columns = (
        *("Asked on", "Model", "Service", "Named", "Documents read", "Suggested"),
        *("Could not be used", "Accepted", "Changed", "Rejected"),
    )
    yield table("What was asked of a language model, from the log of this review", columns, rows)


def _measured(found: Shown) -> Iterator[Block]:
    if not found["codes"]:
        yield Paragraph(
            f"{found['model']} was not measured: the team has agreed on no document, coded without "
            "suggestions, that it read."
        )
        return
    f1, kappa = found["summary"]["f1"], found["summary"]["kappa"]
    yield Paragraph(
        f"Against people's agreed coding of {found['documents']} documents, {found['model']} had a "
        f"mean F1 of {_figure(f1['mean'])} over codes; {_worst(f1)}. Mean kappa "
        f"{_figure(kappa['mean'])}; {_worst(kappa)}. The unit is a character that either coded."
    )
    rows = [
        (
            one["label"],
            one["role"].replace("_", " "),
            *(_figure(one[name]) for name in ("precision", "recall", "f1", "kappa")),
        )
        for one in found["codes"]
    ]
    columns = ("Code", "Role", "Precision", "Recall", "F1", "Kappa")
    yield table(f"How far {found['model']} agrees with people, the worst code first", columns, rows)


def _worst(figure: Shown) -> str:
    worst = figure["worst"]
    if worst is None:
        return "no code can be told the worst"
    return f"the worst code, {worst['label']}, {_figure(worst['value'])}"


def _figure(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.2f}"
