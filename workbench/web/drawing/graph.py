"""A theory's configurations as a drawing: contexts, resources, responses, outcomes, linked.

A line is as wide as the independent studies that support it; colours come from the page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from workbench.web.domain.configurations import Configuration
from workbench.web.drawing.text_metrics import wrapped

COLUMNS = (("c", "Context"), ("mr", "Resource"), ("ms", "Response"), ("o", "Outcome"))
WIDE, GAP, TOP = 258, 88, 44
SIZE, LINE, PAD, SPACE = 13.0, 18, 11, 16
WIDTH = 4 * WIDE + 3 * GAP + 4
MOST = 12
"""So many configurations are drawn at most, the strongest; the table beside it has all."""

Node = tuple[str, str]


@dataclass(frozen=True, slots=True)
class NodePosition:
    """Where a node stands."""

    x: int
    y: int
    height: int
    lines: tuple[str, ...]

    @property
    def middle(self) -> float:
        """Height at which lines meet it."""
        return self.y + self.height / 2


def drawn(configurations: Sequence[Configuration]) -> list[Configuration]:
    """Those that the picture shows: by outcome, the strongest first."""
    return sorted(configurations, key=lambda c: (c.outcome_rank, -c.positive, c.id))[:MOST]


def draw_graph(configurations: Sequence[Configuration], name: str) -> str:
    """The drawing as inline SVG."""
    shown = drawn(configurations)
    paths = [_path(c) for c in shown]
    places = _places(node for path in paths for step in path for node in step)
    edges = _edges(zip(paths, (c.positive for c in shown), strict=True))
    height = max((p.y + p.height for p in places.values()), default=TOP) + 6
    parts = [_head(n, css, words) for n, (css, words) in enumerate(COLUMNS)]
    parts += [_edge(places[a], places[b], weight) for (a, b), weight in sorted(edges.items())]
    parts += [_node(css, place) for (css, _), place in places.items()]
    return (
        f'<svg class="graph" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{escape(f"Configurations of {name}")}">{"".join(parts)}</svg>'
    )


def _path(c: Configuration) -> list[list[Node]]:
    """The columns that a configuration fills, empty ones left out."""
    steps = [
        [("c", context.label) for context in c.slot],
        [("mr", c.resource)] if c.resource else [],
        [("ms", c.response)] if c.response else [],
        [("o", c.outcome)],
    ]
    return [step for step in steps if step]


def _places(nodes: Iterable[Node]) -> dict[Node, NodePosition]:
    below = {css: TOP for css, _ in COLUMNS}
    left = {css: 2 + n * (WIDE + GAP) for n, (css, _) in enumerate(COLUMNS)}
    places: dict[Node, NodePosition] = {}
    for node in dict.fromkeys(nodes):
        css, label = node
        lines = tuple(wrapped(label, SIZE, WIDE - 2 * PAD - 4))
        height = len(lines) * LINE + 2 * PAD - 4
        places[node] = NodePosition(left[css], below[css], height, lines)
        below[css] += height + SPACE
    return places


def _edges(paths: Iterable[tuple[list[list[Node]], int]]) -> Mapping[tuple[Node, Node], int]:
    edges: dict[tuple[Node, Node], int] = {}
    for path, weight in paths:
        for before, after in pairwise(path):
            for start in before:
                for end in after:
                    edges[start, end] = max(edges.get((start, end), 0), weight)
    return edges


def _head(n: int, css: str, words: str) -> str:
    x = 2 + n * (WIDE + GAP)
    return (
        f'<g class="k-{css}"><text class="g-head" x="{x}" y="18">{words}</text>'
        f'<path class="g-rule" d="M{x} 29h{WIDE}"/></g>'
    )


def _edge(start: NodePosition, end: NodePosition, weight: int) -> str:
    a, b, bend = start.x + WIDE, end.x, GAP / 2
    width = 1 + 0.7 * min(weight, 9)
    return (
        f'<path class="g-edge" stroke-width="{width:.1f}" d="M{a} {start.middle:g}'
        f'C{a + bend:g} {start.middle:g} {b - bend:g} {end.middle:g} {b} {end.middle:g}"/>'
    )


def _node(css: str, place: NodePosition) -> str:
    texts = "".join(
        f'<text x="{place.x + PAD + 4}" y="{place.y + PAD + 11 + n * LINE}">{escape(line)}</text>'
        for n, line in enumerate(place.lines)
    )
    return (
        f'<g class="g-node k-{css}"><rect x="{place.x}" y="{place.y}" width="{WIDE}" '
        f'height="{place.height}" rx="3"/><rect class="g-bar" x="{place.x}" y="{place.y}" '
        f'width="4" height="{place.height}"/>{texts}</g>'
    )
