"""The two pictures of a report: the flow of records, and a theory's configurations."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from services.synthesis.report.domain.blocks import Figure
from shared.review.drawing.flow import draw, in_words
from shared.review.drawing.graph import DrawnConfiguration, draw_graph, drawn
from shared.review.drawing.network import PAPER
from shared.review.drawing.standalone import standalone
from shared.review.joined_parts import NOT_JOINED, joining_studies
from shared.review.outcome_words import outcome_words
from shared.review.prisma import Flow

Body = Mapping[str, Any]


def flow_figure(flow: Flow) -> Figure:
    """The PRISMA 2020 diagram with both arms and the backlog of a living review."""
    svg = standalone(draw(flow), "Flow of records through the review")
    return Figure("Flow of records (PRISMA 2020, living)", svg, in_words(flow))


def configuration_figure(
    theory: str, bodies: Sequence[Body], labels: Mapping[str, str], undesired: Collection[str] = ()
) -> Figure:
    """Contexts, resources, responses and outcomes of a theory's configurations, linked.

    A line is as wide as the studies that support it. Leading configurations come first.
    `undesired` are outcome groups of which the prevention is what people wish for.
    """
    found = [_drawn(body, labels, undesired) for body in bodies]
    svg = standalone(draw_graph(found, theory, PAPER), f"Configurations of {theory}")
    went = {
        body["id"]: outcome_words(
            labels.get(body["outcome"], body["outcome"]),
            body["pattern"],
            undesired=body["outcome"] in undesired,
        )
        for body in bodies
    }
    words = "; ".join(_words(one, went[one.id]) for one in drawn(found)) or "none"
    return Figure(
        f"Configurations of {theory}, conjectured from the evidence. {READING}", svg, f"{words}."
    )


READING = (
    "Solid lines are stated by studies; dashed ones are joined from statements of one case, or "
    "from contexts stated with the mechanism only; dotted ones lead to failure. Lines that meet "
    "in a box may come from different studies: the table says what belongs together."
)


def _drawn(body: Body, labels: Mapping[str, str], undesired: Collection[str]) -> DrawnConfiguration:
    """An assembled partner is left out: no study links it with the outcome."""
    slots = body["slots"]
    linked = slots["partner"] if slots["partner_tier"] != "assembled" else None
    verdicts = {item["group"]: item["verdict"] for item in body["contexts"]}
    outcome = labels.get(body["outcome"], body["outcome"])
    triggers = [group for group in slots["contexts"] if verdicts[group] == "trigger"]
    return DrawnConfiguration(
        id=body["id"],
        rank=body["outcome_rank"],
        studies=body["supporting_share"][0],
        failing=len(body["studies"]["contradicting"]),
        role=body["role"],
        part=labels.get(body["mechanism"], body["mechanism"]),
        partner=labels.get(linked, linked) if linked else None,
        stated=slots["partner_tier"] != "joined",
        contexts=tuple(labels.get(g, g) for g in slots["contexts"] if g not in triggers),
        triggers=tuple(labels.get(group, group) for group in triggers),
        outcome=outcome_words(outcome, "occurs", undesired=body["outcome"] in undesired),
        joining=len(joining_studies(body, assembled=False)),
    )


def _words(found: DrawnConfiguration, went: str) -> str:
    """A chain to the outcome as it went; what no statement links with the outcome says so."""
    triggers = [f"{label} (stated with the mechanism only)" for label in found.triggers]
    mechanism = [found.part]
    if found.partner:
        said = found.partner if found.stated else f"{found.partner} (joined)"
        mechanism = [found.part, said] if found.role == "resource" else [said, found.part]
    chain = [*found.contexts, *triggers, *mechanism]
    return f"{' → '.join([*chain, went])} ({_studies(found)})"


def _studies(found: DrawnConfiguration) -> str:
    """How many studies report the counted part with the outcome, and how many all parts."""
    number = found.failing if found.fails else found.studies
    said = f"{found.part}: {_count(number)}"
    if not found.joining:
        return f"{said}; {NOT_JOINED}"
    if found.joining == number:
        return f"{said}, with all parts"
    return f"{said}; with all parts: {found.joining}"


def _count(number: int) -> str:
    return f"{number} {'study' if number == 1 else 'studies'}"
