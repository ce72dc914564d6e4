"""The evidence: documents, appraisal, sufficiency, irregularities, references."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.synthesis.report.domain.blocks import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    table,
    with_rows,
)
from services.synthesis.report.domain.material import Material, SourcePart


def documents(material: Material) -> Iterator[Block]:
    """Every source of evidence with its study, fragments and flags."""
    yield Heading(2, "Document characteristics")
    columns = ("Source", "Title", "Kind", "Study", "Year", "Fragments", "Theories", "Counts")
    made = table(
        "Sources of evidence",
        columns,
        [
            (
                item.label,
                "" if item.title == item.label else item.title,
                item.kind,
                _study(material, item),
                item.year,
                item.fragments,
                " ".join(item.theories),
                f"{'yes' if item.active else 'no'}{_because(item)}",
            )
            for item in material.sources
        ],
    )
    yield from with_rows(made, "No source of evidence has been added yet.")


def _study(material: Material, item: SourcePart) -> str:
    """Its study where that holds more than this report."""
    named = next((part.names.study(item.study) for part in material.theories), item.study)
    return "its own" if item.study == item.key else named


def _because(item: SourcePart) -> str:
    names = ", ".join(item.flags)
    return f" ({names})" if names else ""


def appraisals(material: Material) -> Iterator[Block]:
    """Relevance, richness and rigour; never summed, never a weight."""
    yield Heading(2, "Appraisal")
    told = {
        name: f"{part.title.split(':')[0]}, fragment {passage.number} ({passage.source})"
        for part in material.theories
        for name, passage in part.passages.items()
    }
    rows = [
        (told[item["fragment_id"]], *_judged(item))
        for item in material.appraisals
        if item["fragment_id"] in told
    ]
    made = table(
        "Appraisal of fragments: words, never summed and never a weight",
        ("Fragment", *(axis.capitalize() for axis in AXES)),
        rows,
    )
    yield from with_rows(made, "No fragment was appraised in the review yet.")
    called = {item.key: item.label for item in material.sources}
    whole = [
        (called[item["document_id"]], *_judged(item))
        for item in material.told.appraisals
        if item["document_id"] in called
    ]
    if whole:
        columns = ("Document", *(axis.capitalize() for axis in AXES))
        yield table("Appraisal of documents as evidence", columns, whole)


AXES = ("relevance", "richness", "rigour", "comment")


def _judged(item: Mapping[str, Any]) -> list[str]:
    return [str(item[axis] or "").replace("_", " ") for axis in AXES]


def saturation(material: Material) -> Iterator[Block]:
    """What the latest sources of each theory still added."""
    rows = [
        (part.title, len(part.saturation), last["pairs"], sum(s["new_pairs"] for s in tail))
        for part in material.theories
        if part.saturation
        for tail in [part.saturation[-5:]]
        for last in [part.saturation[-1]]
    ]
    if rows:
        yield Heading(2, "Theoretical sufficiency")
        yield table(
            "Linked pairs of groups, in the order in which sources were coded",
            ("Theory", "Sources", "Linked pairs", "of these from the last five sources"),
            rows,
        )


def issues(material: Material) -> Iterator[Block]:
    """Irregularities, counted; none is dropped in silence."""
    rows = [(kind.replace("_", " "), count) for kind, count in material.issues.items() if count]
    yield Heading(2, "Irregularities of the evidence")
    made = table("What has no place in a configuration", ("Kind", "How many"), rows)
    yield from with_rows(made, "None.")


def references(material: Material) -> Iterator[Block]:
    """Every source that a fragment rests on, with what is known of its report."""
    yield Heading(2, "References")
    cited = [item for item in material.sources if item.fragments]
    if not cited:
        yield Paragraph("No source is cited yet.")
        return
    yield Bullets(tuple(_reference(item) for item in cited))


def _reference(item: SourcePart) -> str:
    said = item.reference or item.title
    told = "" if said in ("", item.label) else f": {said.rstrip('.')}."
    flags = f" [{', '.join(item.flags)}]" if item.flags else ""
    kind = "" if item.kind == "literature" else f" [{item.kind}]"
    return f"{item.label}{told}{kind}{flags}"
