"""Labelled boxes in columns with lines between them.

A line that steps over a column passes it in a lane of its own between the boxes, so that it is
seen to bypass them. A line is as wide as what stands behind it; colours come from the style of
the page, or from `standalone`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from shared.review.drawing.text_metrics import wrapped

TOP = 44
SIZE, LINE, PAD, SPACE = 13.0, 18, 11, 16
LANE = 12
"""Height of the lane in which a line passes a column."""
_MARKER = (
    '<defs><marker id="graph-tip" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="9" '
    'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
    '<path class="g-tip" d="M0 0 8 4 0 8z"/></marker></defs>'
)


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its column (`c`, `mr`, `ms`, `o` or `a` for an actor), and a name unique in it."""

    column: str
    name: str


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How a line is drawn: its width, and whether dashed, as one that no statement makes.

    `fails` is a line of failure, drawn dotted.
    """

    width: float
    dashed: bool = False
    fails: bool = False

    @property
    def style(self) -> str:
        """Its classes."""
        more = " g-fails" if self.fails else " g-dashed" if self.dashed else ""
        return f"g-edge{more}"


@dataclass(frozen=True, slots=True)
class Layout:
    """Pixels: how wide a column is, and the gap between two."""

    column: int = 248
    gap: int = 74


SCREEN, PAPER = Layout(), Layout(column=192, gap=58)
Edges = Mapping[tuple[Node, Node], LineStyle]


@dataclass(frozen=True, slots=True)
class NodePosition:
    """Where a node, or (without lines of text) a lane, stands."""

    x: int
    y: int
    height: int
    lines: tuple[str, ...]

    @property
    def middle(self) -> float:
        """Height at which lines meet it."""
        return self.y + self.height / 2


def draw_network(
    columns: Sequence[tuple[str, str]],
    nodes: Mapping[Node, str],
    edges: Edges,
    title: str,
    layout: Layout = SCREEN,
) -> str:
    """Nodes with their labels under the heads of their columns, linked by lines."""
    steps = _steps([css for css, _ in columns], nodes, edges)
    lanes = {node for node, _ in steps if node not in nodes}
    places = _positions(columns, _in_reading_order(nodes, steps), nodes, layout)
    bottom = max((p.y + p.height for p in places.values()), default=TOP) + 6
    right = len(columns) * (layout.column + layout.gap) - layout.gap + 4
    parts = [_head(n, css, words, layout) for n, (css, words) in enumerate(columns)]
    in_place = sorted(steps.items(), key=lambda e: [(n.column, n.name) for n in e[0]])
    parts += [_across(places[lane], steps, lane, layout) for lane in sorted(lanes, key=_key)]
    parts += [_edge(places[a], places[b], line, b in nodes, layout) for (a, b), line in in_place]
    parts += [_node(node.column, places[node], layout) for node in nodes]
    return (
        f'<svg class="graph" viewBox="0 0 {right} {bottom}" width="{right}" height="{bottom}" '
        f'role="img" aria-label="{escape(title)}">{_MARKER}{"".join(parts)}</svg>'
    )


def _key(node: Node) -> tuple[str, str]:
    return node.column, node.name


def _steps(
    columns: Sequence[str], nodes: Mapping[Node, str], edges: Edges
) -> dict[tuple[Node, Node], LineStyle]:
    """The lines from column to column; one that steps over columns goes by their lanes.

    Lines to the same node share a lane.
    """
    found: dict[tuple[Node, Node], LineStyle] = {}
    for (start, end), line in edges.items():
        first, last = columns.index(start.column), columns.index(end.column)
        between = columns[first + 1 : last]
        way = [start, *(Node(css, f"\x00{end.column}/{end.name}") for css in between), end]
        for step in pairwise(way):
            found[step] = stronger(found.get(step), line)
    return found


def stronger(one: LineStyle | None, other: LineStyle) -> LineStyle:
    """Two lines between the same nodes as one: the wider, dashed only if both are."""
    if one is None:
        return other
    width = max(one.width, other.width)
    return LineStyle(width, one.dashed and other.dashed, one.fails and other.fails)


def _in_reading_order(
    nodes: Mapping[Node, str], steps: Mapping[tuple[Node, Node], LineStyle]
) -> dict[Node, str]:
    """Nodes as given, each lane before the first node that was given after where it comes from."""
    order = {node: float(n) for n, node in enumerate(nodes)}
    for start, end in steps:
        if end not in nodes:
            order.setdefault(end, order.get(start, 0.0) + 0.5)
    return {node: nodes.get(node, "") for node in sorted(order, key=lambda node: order[node])}


def _positions(
    columns: Sequence[tuple[str, str]],
    ordered: Mapping[Node, str],
    nodes: Mapping[Node, str],
    layout: Layout,
) -> dict[Node, NodePosition]:
    below = {css: TOP for css, _ in columns}
    left = {css: 2 + n * (layout.column + layout.gap) for n, (css, _) in enumerate(columns)}
    places: dict[Node, NodePosition] = {}
    for node, label in ordered.items():
        lines: tuple[str, ...] = ()
        height = LANE
        if node in nodes:
            lines = tuple(wrapped(label, SIZE, layout.column - 2 * PAD - 4))
            height = len(lines) * LINE + 2 * PAD - 4
        places[node] = NodePosition(left[node.column], below[node.column], height, lines)
        below[node.column] += height + SPACE
    return places


def _head(n: int, css: str, words: str, layout: Layout) -> str:
    x = 2 + n * (layout.column + layout.gap)
    return (
        f'<g class="k-{css}"><text class="g-head" x="{x}" y="18">{words}</text>'
        f'<path class="g-rule" d="M{x} 29h{layout.column}"/></g>'
    )


def _across(
    lane: NodePosition, steps: Mapping[tuple[Node, Node], LineStyle], node: Node, layout: Layout
) -> str:
    """The straight piece of a line that passes a column."""
    line = next(line for (start, _), line in steps.items() if start == node)
    return (
        f'<path class="{line.style} g-bypass" stroke-width="{line.width:.1f}" '
        f'd="M{lane.x} {lane.middle:g}h{layout.column}"/>'
    )


def _edge(
    start: NodePosition, end: NodePosition, line: LineStyle, arrives: bool, layout: Layout
) -> str:
    a, b, bend = start.x + layout.column, end.x, layout.gap / 2
    tip = ' marker-end="url(#graph-tip)"' if arrives else ""
    return (
        f'<path class="{line.style}" stroke-width="{line.width:.1f}"{tip} '
        f'd="M{a} {start.middle:g}'
        f'C{a + bend:g} {start.middle:g} {b - bend:g} {end.middle:g} {b} {end.middle:g}"/>'
    )


def _node(css: str, place: NodePosition, layout: Layout) -> str:
    texts = "".join(
        f'<text x="{place.x + PAD + 4}" y="{place.y + PAD + 11 + n * LINE}">{escape(line)}</text>'
        for n, line in enumerate(place.lines)
    )
    return (
        f'<g class="g-node k-{css}"><rect x="{place.x}" y="{place.y}" width="{layout.column}" '
        f'height="{place.height}" rx="3"/><rect class="g-bar" x="{place.x}" y="{place.y}" '
        f'width="4" height="{place.height}"/>{texts}</g>'
    )
