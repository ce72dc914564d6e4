"""The two pictures of a report: the flow of records, and a theory's configurations."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.synthesis.report.domain.blocks import Figure
from shared.review.drawing.flow import draw, in_words
from shared.review.drawing.graph import DrawnConfiguration, draw_graph, drawn
from shared.review.drawing.standalone import standalone
from shared.review.prisma import Flow

Body = Mapping[str, Any]


def flow_figure(flow: Flow) -> Figure:
    """The PRISMA 2020 diagram with both arms and the backlog of a living review."""
    svg = standalone(draw(flow), "Flow of records through the review")
    return Figure("Flow of records (PRISMA 2020, living)", svg, in_words(flow))


def configuration_figure(theory: str, bodies: Sequence[Body], labels: Mapping[str, str]) -> Figure:
    """Contexts, resources, responses and outcomes of a theory's configurations, linked.

    A line is as wide as the studies that support it. Leading configurations come first.
    """
    found = [_drawn(body, labels) for body in bodies]
    svg = standalone(draw_graph(found, theory), f"Configurations of {theory}")
    words = "; ".join(_words(one) for one in drawn(found)) or "none"
    return Figure(f"Configurations of {theory}, conjectured from the evidence", svg, f"{words}.")


def _drawn(body: Body, labels: Mapping[str, str]) -> DrawnConfiguration:
    """An assembled partner is left out: no study links it with the outcome."""
    parts = {body["role"]: labels.get(body["mechanism"], body["mechanism"])}
    slots = body["slots"]
    if slots["partner"] and slots["partner_tier"] != "assembled":
        other = "resource" if body["role"] == "response" else "response"
        parts[other] = labels.get(slots["partner"], slots["partner"])
    return DrawnConfiguration(
        id=body["id"],
        rank=body["outcome_rank"],
        studies=body["supporting_share"][0],
        contexts=tuple(labels.get(group, group) for group in slots["contexts"]),
        resource=parts.get("resource"),
        response=parts.get("response"),
        outcome=labels.get(body["outcome"], body["outcome"]),
    )


def _words(found: DrawnConfiguration) -> str:
    chain = [*found.contexts, found.resource, found.response, found.outcome]
    studies = f"{found.studies} {'study' if found.studies == 1 else 'studies'}"
    return f"{' → '.join(label for label in chain if label)} ({studies})"
