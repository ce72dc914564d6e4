"""The programme sketch: people's nodes and links, each bound to the evidence it rests on."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.synthesis.report.domain.blocks import Figure
from shared.review.drawing.network import PAPER, LineStyle, Node, draw_network
from shared.review.drawing.standalone import standalone

Note = Mapping[str, Any]
COLUMNS = {
    "actor": ("a", "Actor"),
    "context": ("c", "Context"),
    "resource": ("mr", "Resource"),
    "response": ("ms", "Response"),
    "outcome": ("o", "Outcome"),
}
WITH_EVIDENCE, WITHOUT = LineStyle(2.0), LineStyle(0.8, dashed=True)


def sketch_figure(theory: str, notes: Sequence[Note], active: Mapping[str, str]) -> Figure | None:
    """The sketch of a theory, or None without nodes.

    `active` are the fragments that count, and what to call them; a link without one is
    drawn thin and dashed, and said to be without evidence. A link to a node that is not there is
    left out.
    """
    nodes = {str(note["id"]): note for note in notes if note["kind"] == "node"}
    if not nodes:
        return None
    links = [
        note
        for note in notes
        if note["kind"] == "link" and note["from"] in nodes and note["to"] in nodes
    ]
    placed = {name: Node(COLUMNS[note["role"]][0], name) for name, note in sorted(nodes.items())}
    edges = {
        (placed[link["from"]], placed[link["to"]]): WITH_EVIDENCE
        if _rests(link, active)
        else WITHOUT
        for link in links
    }
    used = [COLUMNS[role] for role in COLUMNS if any(n["role"] == role for n in nodes.values())]
    title = f"Programme sketch of {theory}"
    labels = {node: str(nodes[name]["label"]) for name, node in placed.items()}
    svg = standalone(draw_network(used, labels, edges, title, PAPER), title)
    words = "; ".join(_words(link, nodes, active) for link in links) or "No links yet"
    return Figure(f"{title}, drawn by people", svg, f"{words}.")


def _rests(link: Note, active: Mapping[str, str]) -> list[str]:
    return [active[name] for name in link.get("evidence") or [] if name in active]


def _words(link: Note, nodes: Mapping[str, Note], active: Mapping[str, str]) -> str:
    evidence = _rests(link, active)
    ground = f"rests on {', '.join(evidence)}" if evidence else "has no active evidence"
    return f"{nodes[link['from']]['label']} → {nodes[link['to']]['label']} {ground}"
