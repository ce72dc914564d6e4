"""How the review went: opening, flow, agreement, amendments, changes since the last version."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.synthesis.report.domain.blocks import (
    Block,
    Bullets,
    Heading,
    NoticeBlock,
    Paragraph,
    table,
    with_rows,
)
from services.synthesis.report.domain.material import Material
from services.synthesis.report.domain.pictures import flow_figure
from services.synthesis.report.domain.standards import text_of
from shared.review.drawing.flow import stage_name
from shared.review.prisma import Flow


def opening(material: Material) -> Iterator[Block]:
    """Title, version, question, and what a reader must not overlook."""
    last = material.versions[-1]["number"] if material.versions else "not frozen yet"
    yield Heading(1, f"{material.title}: a living realist review")
    yield Paragraph(f"Version {last}; written {material.written_at[:16].replace('T', ' ')} UTC.")
    if material.question:
        yield Paragraph(material.question)
    if material.registration:
        yield Paragraph(f"Protocol: {material.registration}.")
    for name in material.retracted:
        yield NoticeBlock(f"Retracted: {name}. Its evidence is kept and counts no more.")
    yield NoticeBlock(
        "Configurations are conjectures computed from coded fragments. Those marked "
        "'conjectured, unchecked' have been checked by nobody; none is a causal claim."
    )
    abstract = text_of(material, "rameses-2")
    if abstract is not None:
        yield Heading(2, "Abstract")
        yield from (Paragraph(part) for part in abstract.text.split("\n") if part.strip())


def flow(material: Material) -> Iterator[Block]:
    """The flow diagram, computed beside reported numbers, and any sum that does not come out."""
    yield Heading(2, "Flow of records")
    yield flow_figure(material.flow)
    columns = ("Stage", "Path", "Records", "Included", "Excluded", "Waiting")
    rows = [
        (
            stage_name(item.stage),
            "main" if item.main else "side branch",
            item.pool,
            item.include,
            item.exclude,
            item.waiting,
        )
        for item in material.flow.stages
    ]
    yield from with_rows(table("Screening, stage by stage", columns, rows), "No stage is set up.")
    reported = [_reported(item, material.flow) for item in material.told.reported]
    if reported:
        yield table(
            "Computed here beside what the authors report; the two are never mixed",
            ("What", "Computed here", "Reported"),
            reported,
        )
    for fault in material.flow.faults:
        yield NoticeBlock(f"The numbers do not add up: {fault}")


def _reported(item: Mapping[str, Any], flow: Flow) -> tuple[str, str, str]:
    """A reported number with the computed one, where it says which figure it is."""
    what = str(item.get("what") or item.get("id"))
    return what, _computed(str(item.get("figure") or ""), flow), _plain(item["value"])


def _computed(figure: str, flow: Flow) -> str:
    """`identified`, or `title_abstract_1.include`; empty for what is not computed."""
    stage, dot, name = figure.rpartition(".")
    place: Any = flow
    if dot:
        place = next((one for one in flow.stages if one.stage == stage), None)
    value = getattr(place, name, None) if name else None
    return f"{value:,}" if isinstance(value, int) else ""


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


FIGURES = (
    ("percent", "Agreement"),
    ("kappa", "Kappa"),
    ("pabak", "PABAK"),
    ("ac1", "Gwet's AC1"),
    ("fleiss", "Fleiss' kappa"),
)


def agreement(material: Material) -> Iterator[Block]:
    """Agreement of independent first decisions, and the tables it is computed from."""
    yield Heading(2, "Agreement")
    if "screening" in material.told.silent:
        yield NoticeBlock("The screening service did not answer: agreement is missing; ask again.")
    found = {name: one for name, one in material.told.agreement.items() if one["records"]}
    if not found:
        yield Paragraph("No record has two independent first decisions that may be compared yet.")
        return
    yield table(
        "Agreement of independent first decisions, before reconciliation",
        ("Stage", "Records", *(title for _, title in FIGURES), "Not counted yet"),
        [
            (
                stage_name(stage),
                one["records"],
                *(_figure(one.get(name) or {}) for name, _ in FIGURES),
                one["left_out"],
            )
            for stage, one in found.items()
        ],
    )
    for stage, one in found.items():
        rows = [(name, *row) for name, row in zip(one["categories"], one["table"], strict=True)]
        title = f"Decisions at {stage_name(stage)}: one reviewer (rows) by the other (columns)"
        yield table(title, ("", *one["categories"]), rows)


def _figure(value: Mapping[str, Any]) -> str:
    if value.get("value") is None:
        return f"not defined: {value['undefined']}" if value.get("undefined") else ""
    if "low" in value:
        return f"{value['value']:.2f} ({value['low']:.2f} to {value['high']:.2f})"
    return f"{value['value']:.2f}"


def amendments(material: Material) -> Iterator[Block]:
    """What the team changed of the protocol, with dates and reasons."""
    yield Heading(2, "Amendments")
    rows = [
        (item["version"], str(item["at"])[:10], _person(material, item), item["reason"])
        for item in material.told.amendments
        if item["version"] > 1
    ]
    if "workbench" in material.told.silent:
        yield NoticeBlock("The workbench did not answer: amendments are missing; ask again.")
    made = table("Changes to protocol and methods", ("Version", "Date", "By", "Reason"), rows)
    yield from with_rows(made, "The protocol was not amended.")


def _person(material: Material, item: Mapping[str, Any]) -> str:
    person = item.get("person_id")
    return next((str(m["name"]) for m in material.told.team if m["person"] == person), "")


def changes(material: Material) -> Iterator[Block]:
    """What moved since the last frozen version, in words."""
    yield Heading(2, "Changes since the last version")
    last = material.versions[-1] if material.versions else None
    if last is None:
        yield Paragraph("No version was frozen yet: there is nothing to compare with.")
        return
    yield Paragraph(f"Compared with version {last['number']} of {last['at'][:10]}.")
    if material.triggers:
        yield Bullets(tuple(str(item["words"]) for item in material.triggers))
    made = table(
        "What changed since the last version",
        ("Theory", "What", "Change", "In words", "Because of"),
        [
            (
                item["theory"],
                item["name"],
                ", ".join(item["kinds"]),
                " ".join(item["words"]),
                "; ".join(item.get("causes") or ()),
            )
            for item in material.changes
        ],
    )
    yield from with_rows(made, "Nothing changed since.")
