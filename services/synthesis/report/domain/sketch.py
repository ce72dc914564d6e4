"""The programme sketch: people's nodes and links, each bound to the evidence it rests on."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.synthesis.report.domain.blocks import Figure
from services.synthesis.report.domain.drawing import Box, arrow_svg, boxed, drawing

Note = Mapping[str, Any]
ROLES = ("actor", "context", "resource", "response", "outcome")
WIDTH, GAP, STEP = 180, 50, 14


def sketch_figure(theory: str, notes: Sequence[Note], active: Mapping[str, bool]) -> Figure | None:
    """The sketch of a theory, or None without nodes.

    `active` tells of known fragments whether they count; a link without an active fragment is
    drawn thin, and said to be without evidence. A link to a node that is not there is left out.
    """
    nodes = {str(note["id"]): note for note in notes if note["kind"] == "node"}
    if not nodes:
        return None
    links = [
        note
        for note in notes
        if note["kind"] == "link" and note["from"] in nodes and note["to"] in nodes
    ]
    places = _places(nodes)
    arrows = [
        arrow_svg(
            places[link["from"]].right, places[link["to"]].left, 2 if _rests(link, active) else 0.8
        )
        for link in links
    ]
    svg = drawing(f"Programme sketch of {theory}", list(places.values()), arrows)
    words = "; ".join(_words(link, nodes, active) for link in links) or "No links yet"
    return Figure(f"Programme sketch of {theory}, drawn by people", svg, f"{words}.")


def _places(nodes: Mapping[str, Note]) -> dict[str, Box]:
    places: dict[str, Box] = {}
    used = [role for role in ROLES if any(note["role"] == role for note in nodes.values())]
    for column, role in enumerate(used):
        y = 20
        for name, note in sorted(nodes.items()):
            if note["role"] == role:
                box = boxed(20 + column * (WIDTH + GAP), y, WIDTH, note["label"], role)
                places[name] = box
                y += box.height + STEP
    return places


def _rests(link: Note, active: Mapping[str, bool]) -> list[str]:
    return [name for name in link.get("evidence") or [] if active.get(name)]


def _words(link: Note, nodes: Mapping[str, Note], active: Mapping[str, bool]) -> str:
    evidence = _rests(link, active)
    ground = f"rests on {', '.join(evidence)}" if evidence else "has no active evidence"
    return f"{nodes[link['from']]['label']} → {nodes[link['to']]['label']} {ground}"
