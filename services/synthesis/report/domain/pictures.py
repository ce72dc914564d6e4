"""The two pictures of a report: the flow of records, and a theory's configurations."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from services.synthesis.domain.views import slot_of
from services.synthesis.projections.domain.flow import OTHER, Flow, StageCount
from services.synthesis.report.domain.blocks import Figure
from services.synthesis.report.domain.drawing import Box, arrow_svg, boxed, drawing

Body = Mapping[str, Any]
MAIN_X, SIDE_X, WIDE, GAP = 20, 330, 270, 26
COLUMNS = ("context", "resource", "response", "outcome")
COLUMN_WIDTH, COLUMN_GAP = 200, 60
MOST = 12
"""So many configurations are drawn at most; the table beside it has all."""


def flow_figure(flow: Flow) -> Figure:
    """The PRISMA 2020 diagram with both arms and the backlog of a living review."""
    boxes: list[Box] = []
    arrows: list[str] = []
    arms = _arms(flow)
    top = [boxed(MAIN_X + n * 310, 20, WIDE, text, "head") for n, text in enumerate(arms)]
    boxes += top
    y = max(box.y + box.height for box in top) + GAP
    before = top[0]
    for text, side in _steps(flow):
        box = boxed(MAIN_X, y, WIDE, text)
        boxes.append(box)
        entering = top if before is top[0] else [before]
        arrows += [arrow_svg(one.bottom, box.top) for one in entering]
        lowest = box.y + box.height
        if side:
            aside = boxed(SIDE_X, y, WIDE, side)
            boxes.append(aside)
            arrows.append(arrow_svg(box.right, aside.left))
            lowest = max(lowest, aside.y + aside.height)
        y, before = lowest + GAP, box
    svg = drawing("Flow of records through the review", boxes, arrows)
    return Figure("Flow of records (PRISMA 2020, living)", svg, _flow_words(flow))


def _arms(flow: Flow) -> list[str]:
    databases = [(name, n) for arm, name, n in flow.identified if arm != OTHER]
    others = [(name, n) for arm, name, n in flow.identified if arm == OTHER]
    return [
        _listed("Identified in databases and registers", databases),
        _listed("Identified by other methods", others),
    ]


def _listed(title: str, counts: Sequence[tuple[str, int]]) -> str:
    lines = [f"{title}: {sum(n for _, n in counts):,}"]
    return "\n".join(lines + [f"{name}: {n:,}" for name, n in counts])


def _steps(flow: Flow) -> list[tuple[str, str]]:
    """Boxes of the main column, each with the box beside it (empty: none)."""
    removed = (
        f"Removed before screening:\nduplicates {flow.duplicates:,}\nby automation 0\n"
        "for other reasons 0"
    )
    steps = [(f"Records in play: {flow.records:,}", removed)]
    main = [item for item in flow.stages if item.main]
    for item in main:
        at_the_end = item is main[-1] and bool(flow.sought)
        if at_the_end:
            steps.append(_sought(flow))
        steps.append((_screened(item, assessed=at_the_end), _beside(flow, item)))
    gone = f"Retracted after inclusion: {flow.retracted:,}" if flow.retracted else ""
    steps.append((f"In the synthesis: {flow.studies:,} studies, {flow.reports:,} reports", gone))
    return steps


def _screened(item: StageCount, *, assessed: bool) -> str:
    word = "Reports assessed" if assessed else "Records screened"
    return f"{word} at {item.stage}: {item.pool - item.waiting:,} of {item.pool:,}"


def _sought(flow: Flow) -> tuple[str, str]:
    lost = sum(n for _, n in flow.not_retrieved)
    reasons = [f"{reason}: {n:,}" for reason, n in flow.not_retrieved]
    side = "\n".join([f"Not retrieved: {lost:,}", *reasons])
    return f"Reports sought for retrieval: {flow.sought:,}", side


def _beside(flow: Flow, item: StageCount) -> str:
    """What left the main path at a stage, and which side branches it feeds."""
    branches = [
        f"Side branch {side.stage}: {side.included:,} of {side.pool:,}"
        for side in flow.stages
        if not side.main and side.source == item.stage
    ]
    return "\n".join([_excluded(item), *branches])


def _excluded(item: StageCount) -> str:
    lines = [f"Excluded: {item.excluded:,}"]
    lines += [f"{reason}: {n:,}" for reason, n in item.reasons[:8]]
    return "\n".join([*lines, f"Waiting: {item.waiting:,}"])


def _flow_words(flow: Flow) -> str:
    parts = [
        f"{flow.sources:,} source records were identified, {flow.duplicates:,} were duplicates, "
        f"{flow.records:,} records are in play."
    ]
    parts += [
        f"At {item.stage} {item.included:,} were included, {item.excluded:,} excluded, "
        f"{item.waiting:,} wait, of {item.pool:,}."
        for item in flow.stages
    ]
    parts.append(f"The synthesis rests on {flow.studies:,} studies in {flow.reports:,} reports.")
    if flow.retracted:
        parts.append(f"Included reports that were retracted and do not count: {flow.retracted:,}.")
    return " ".join(parts)


def configuration_figure(theory: str, bodies: Sequence[Body], labels: Mapping[str, str]) -> Figure:
    """Contexts, resources, responses and outcomes of a theory's configurations, linked.

    A line is as wide as the studies that support it. Leading configurations come first.
    """
    drawn = sorted(bodies, key=lambda b: (b["outcome_rank"], -b["supporting_share"][0], b["id"]))
    paths = [_path(body) for body in drawn[:MOST]]
    names = {column: _names(paths, n) for n, column in enumerate(COLUMNS)}
    places = _places(names, labels)
    arrows = [
        arrow_svg(places[start].right, places[end].left, 0.8 + 0.5 * min(weight, 8))
        for (start, end), weight in sorted(_edges(paths).items())
    ]
    heads = [
        boxed(20 + n * (COLUMN_WIDTH + COLUMN_GAP), 10, COLUMN_WIDTH, column.capitalize(), "head")
        for n, column in enumerate(COLUMNS)
    ]
    svg = drawing(f"Configurations of {theory}", [*heads, *places.values()], arrows)
    words = "; ".join(_words(body, labels) for body in drawn[:MOST]) or "none"
    return Figure(f"Configurations of {theory}, conjectured from the evidence", svg, f"{words}.")


Node = tuple[str, str]
Path = tuple[list[list[Node]], int]


def _path(body: Body) -> Path:
    """The columns that a configuration fills, empty ones left out, and its studies."""
    filled = {
        "context": slot_of(body),
        "resource": [body["resource"]] if body["resource"] else [],
        "response": [body["response"]] if body["response"] else [],
        "outcome": [body["outcome"]],
    }
    steps = [[(column, group) for group in filled[column]] for column in COLUMNS if filled[column]]
    return steps, body["supporting_share"][0]


def _names(paths: Sequence[Path], column: int) -> list[str]:
    wanted = COLUMNS[column]
    found = [
        group for steps, _ in paths for step in steps for name, group in step if name == wanted
    ]
    return list(dict.fromkeys(found))


def _places(names: Mapping[str, list[str]], labels: Mapping[str, str]) -> dict[Node, Box]:
    places: dict[Node, Box] = {}
    for n, column in enumerate(COLUMNS):
        y = 60
        for group in names[column]:
            x = 20 + n * (COLUMN_WIDTH + COLUMN_GAP)
            box = boxed(x, y, COLUMN_WIDTH, labels.get(group, group), column)
            places[(column, group)] = box
            y += box.height + 14
    return places


def _edges(paths: Sequence[Path]) -> dict[tuple[Node, Node], int]:
    edges: dict[tuple[Node, Node], int] = {}
    for steps, weight in paths:
        for before, after in pairwise(steps):
            for start in before:
                for end in after:
                    edges[(start, end)] = max(edges.get((start, end), 0), weight)
    return edges


def _words(body: Body, labels: Mapping[str, str]) -> str:
    groups = [*slot_of(body), body["resource"], body["response"], body["outcome"]]
    named = [labels.get(group, group) for group in groups if group]
    positive = body["supporting_share"][0]
    return f"{' → '.join(named)} ({positive} {'study' if positive == 1 else 'studies'})"
