"""Labelled nodes in columns with lines between them: configurations, or people's own sketch.

A line is as wide as what stands behind it; colours come from the style of the page, or from
`standalone`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from shared.review.drawing.text_metrics import wrapped

COLUMNS = (("c", "Context"), ("mr", "Resource"), ("ms", "Response"), ("o", "Outcome"))
WIDE, GAP, TOP = 258, 88, 44
SIZE, LINE, PAD, SPACE = 13.0, 18, 11, 16
MOST = 12
"""So many configurations are drawn at most, the strongest; the table beside it has all."""
_MARKER = (
    '<defs><marker id="graph-tip" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="9" '
    'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
    '<path class="g-tip" d="M0 0 8 4 0 8z"/></marker></defs>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnConfiguration:
    """A configuration as the graph needs it: labels by column, and the studies behind it.

    `rank` is that of its outcome; `studies` is how many independent studies support it.
    """

    id: str
    rank: int
    studies: int
    contexts: tuple[str, ...]
    resource: str | None
    response: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its column (`c`, `mr`, `ms`, `o` or `a` for an actor), and a name unique in it."""

    column: str
    name: str


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


def drawn(configurations: Iterable[DrawnConfiguration]) -> list[DrawnConfiguration]:
    """Those that the picture shows: by outcome, the strongest first."""
    return sorted(configurations, key=lambda c: (c.rank, -c.studies, c.id))[:MOST]


def draw_graph(configurations: Iterable[DrawnConfiguration], name: str) -> str:
    """The configurations of a theory as inline SVG."""
    shown = drawn(configurations)
    paths = [_path(c) for c in shown]
    nodes = {node: node.name for path in paths for step in path for node in step}
    edges: dict[tuple[Node, Node], float] = {}
    for path, configuration in zip(paths, shown, strict=True):
        for before, after in pairwise(path):
            for edge in ((start, end) for start in before for end in after):
                width = 1 + 0.7 * min(configuration.studies, 9)
                edges[edge] = max(edges.get(edge, 0), width)
    return draw_network(COLUMNS, nodes, edges, f"Configurations of {name}")


def _path(c: DrawnConfiguration) -> list[list[Node]]:
    """The columns that a configuration fills, empty ones left out."""
    steps = [
        [Node("c", context) for context in c.contexts],
        [Node("mr", c.resource)] if c.resource else [],
        [Node("ms", c.response)] if c.response else [],
        [Node("o", c.outcome)],
    ]
    return [step for step in steps if step]


def draw_network(
    columns: Sequence[tuple[str, str]],
    nodes: Mapping[Node, str],
    edges: Mapping[tuple[Node, Node], float],
    title: str,
) -> str:
    """Nodes with their labels under the heads of their columns, linked by lines of some width."""
    places = _positions(columns, nodes)
    bottom = max((p.y + p.height for p in places.values()), default=TOP) + 6
    right = len(columns) * (WIDE + GAP) - GAP + 4
    parts = [_head(n, css, words) for n, (css, words) in enumerate(columns)]
    in_place = sorted(edges.items(), key=lambda e: [(n.column, n.name) for n in e[0]])
    parts += [_edge(places[a], places[b], width) for (a, b), width in in_place]
    parts += [_node(node.column, place) for node, place in places.items()]
    return (
        f'<svg class="graph" viewBox="0 0 {right} {bottom}" width="{right}" height="{bottom}" '
        f'role="img" aria-label="{escape(title)}">{_MARKER}{"".join(parts)}</svg>'
    )


def _positions(
    columns: Sequence[tuple[str, str]], nodes: Mapping[Node, str]
) -> dict[Node, NodePosition]:
    below = {css: TOP for css, _ in columns}
    left = {css: 2 + n * (WIDE + GAP) for n, (css, _) in enumerate(columns)}
    places: dict[Node, NodePosition] = {}
    for node, label in nodes.items():
        lines = tuple(wrapped(label, SIZE, WIDE - 2 * PAD - 4))
        height = len(lines) * LINE + 2 * PAD - 4
        places[node] = NodePosition(left[node.column], below[node.column], height, lines)
        below[node.column] += height + SPACE
    return places


def _head(n: int, css: str, words: str) -> str:
    x = 2 + n * (WIDE + GAP)
    return (
        f'<g class="k-{css}"><text class="g-head" x="{x}" y="18">{words}</text>'
        f'<path class="g-rule" d="M{x} 29h{WIDE}"/></g>'
    )


def _edge(start: NodePosition, end: NodePosition, width: float) -> str:
    a, b, bend = start.x + WIDE, end.x, GAP / 2
    return (
        f'<path class="g-edge" stroke-width="{width:.1f}" marker-end="url(#graph-tip)" '
        f'd="M{a} {start.middle:g}'
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
