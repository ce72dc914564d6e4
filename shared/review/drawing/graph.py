"""The configurations of a theory as a drawing: what studies link, and nothing that they do not.

A solid line is stated by a study. A dashed one is joined from statements of one case, or is a
context that is stated with the mechanism only; a dotted one leads to failure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from shared.review.drawing.network import SCREEN, Layout, LineStyle, Node, draw_network, stronger

COLUMNS = (("c", "Context"), ("mr", "Resource"), ("ms", "Response"), ("o", "Outcome"))
MOST = 12
"""So many configurations are drawn at most, the strongest; the table beside it has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnConfiguration:
    """A configuration as the graph needs it: labels, and the studies behind it.

    `rank` is that of its outcome; `studies` report its success, `failing` its failure. `part` is
    the part of the mechanism that is counted, `partner` what studies link with it (None: nothing
    does), `stated` whether one statement links the partner with the outcome. `contexts` are
    stated with the part and the outcome, `triggers` with the part only; `joining` is the number of
    studies that state all of them.
    """

    id: str
    rank: int
    studies: int
    role: Literal["resource", "response"]
    part: str
    outcome: str
    failing: int = 0
    partner: str | None = None
    stated: bool = True
    contexts: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    joining: int = 0

    @property
    def fails(self) -> bool:
        """Whether studies report its failure only."""
        return not self.studies and self.failing > 0

    @property
    def resource(self) -> str | None:
        """What stands in the column of resources."""
        return self.part if self.role == "resource" else self.partner

    @property
    def response(self) -> str | None:
        """What stands in the column of responses."""
        return self.part if self.role == "response" else self.partner


def drawn(configurations: Iterable[DrawnConfiguration]) -> list[DrawnConfiguration]:
    """Those that the picture shows: by outcome, the strongest first.

    What no study reports with success or failure, as inferred or not fired, is in the table only.
    """
    reported = (c for c in configurations if c.studies or c.failing)
    order = sorted(reported, key=lambda c: (c.rank, -c.studies, -c.failing, c.id))
    return order[:MOST]


def draw_graph(
    configurations: Iterable[DrawnConfiguration], name: str, layout: Layout = SCREEN
) -> str:
    """The configurations of a theory as inline SVG."""
    nodes: dict[Node, str] = {}
    edges: dict[tuple[Node, Node], LineStyle] = {}
    for configuration in drawn(configurations):
        nodes |= {node: node.name for node in _nodes(configuration)}
        for edge, line in _lines(configuration):
            edges[edge] = stronger(edges.get(edge), line)
    return draw_network(COLUMNS, nodes, edges, f"Configurations of {name}", layout)


def _nodes(c: DrawnConfiguration) -> Iterator[Node]:
    yield from (Node("c", context) for context in (*c.contexts, *c.triggers))
    if c.resource:
        yield Node("mr", c.resource)
    if c.response:
        yield Node("ms", c.response)
    yield Node("o", c.outcome)


def _lines(c: DrawnConfiguration) -> Iterator[tuple[tuple[Node, Node], LineStyle]]:
    """Context to the counted part, part and partner, and on to the outcome."""
    width = 1 + 0.7 * min(c.studies or c.failing, 9)
    solid, dashed = LineStyle(width, fails=c.fails), LineStyle(width, dashed=True, fails=c.fails)
    part = Node("mr" if c.role == "resource" else "ms", c.part)
    outcome = Node("o", c.outcome)
    for context in c.contexts:
        yield (Node("c", context), part), solid
    for context in c.triggers:
        yield (Node("c", context), part), LineStyle(1, dashed=True)
    if c.role == "resource" and c.partner:
        partner = Node("ms", c.partner)
        yield (part, partner), solid
        yield (partner, outcome), solid if c.stated else dashed
        if not c.stated:
            yield (part, outcome), solid
        return
    if c.partner:
        yield (Node("mr", c.partner), part), solid if c.stated else dashed
    yield (part, outcome), solid
