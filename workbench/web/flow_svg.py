"""The flow of records as a drawing after PRISMA 2020; a table below it holds the same numbers."""

from dataclasses import dataclass
from html import escape

from workbench.domain.flow import Flow, StageFlow
from workbench.web.lettering import width, wrapped

SIZE = 13.0
BAND = 12.0
LINE = 18
PAD = 12
MAIN_X, MAIN_W = 44, 320
SIDE_X, SIDE_W = 404, 320
GAP = 26
WIDTH = SIDE_X + SIDE_W + 2
NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Box:
    """One box: a bold first line, and what is under it."""

    head: str
    lines: tuple[str, ...] = ()
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A box on the main path, what left it, and the band it lies in."""

    band: str
    main: Box
    side: Box | None = None


def n(count: int) -> str:
    """`(n = 1,204)`, never broken over two lines."""
    return f"(n{NBSP}={NBSP}{count:,})"


def stage_name(name: str) -> str:
    """A stage in words: `title_abstract_1` is "title and abstract 1"."""
    return name.replace("title_abstract", "title and abstract").replace("_", " ")


def rows_of(flow: Flow) -> list[Row]:
    """The rows of the drawing, from top to bottom."""
    main = [stage for stage in flow.stages if stage.main]
    rows = [_identification(flow)]
    for stage in main:
        if len(main) > 1 and stage is main[-1]:
            rows.append(_retrieval(flow))
        rows.append(_stage_row(stage))
    included = Box(
        f"Studies included {n(flow.included_studies)}",
        (f"Reports of included studies {n(flow.included_reports)}",),
        strong=True,
    )
    return [*rows, Row("Included", included)]


def _identification(flow: Flow) -> Row:
    sources = tuple(f"{r.source} {n(r.source_records)}" for r in flow.routes[:9])
    rest = flow.routes[9:]
    if rest:
        sources += (f"{len(rest)} more sources {n(sum(r.source_records for r in rest))}",)
    removed = (f"Duplicates {n(flow.duplicates)}", f"Import reversed {n(flow.removed)}")
    return Row(
        "Identification",
        Box(f"Records identified {n(flow.identified)}", sources),
        Box("Removed before screening", removed),
    )


def _retrieval(flow: Flow) -> Row:
    return Row(
        "Screening",
        Box(f"Reports sought for retrieval {n(flow.sought)}"),
        Box(f"Reports not retrieved {n(flow.not_retrieved)}"),
    )


def _stage_row(stage: StageFlow) -> Row:
    settled = stage.include + stage.exclude + stage.maybe
    lines = [f"Waiting {n(stage.waiting)}"] if stage.waiting else []
    if stage.conflict:
        lines.append(f"In conflict {n(stage.conflict)}")
    if stage.maybe:
        lines.append(f"Maybe {n(stage.maybe)}")
    reasons = tuple(f"{reason} {n(count)}" for reason, count in stage.reasons.items())
    head = f"Screened at {stage_name(stage.stage)} {n(settled)}"
    shown = reasons if set(stage.reasons) != {"no reason given"} else ()
    return Row("Screening", Box(head, tuple(lines)), Box(f"Excluded {n(stage.exclude)}", shown))


def draw(flow: Flow) -> str:
    """The drawing as inline SVG; colours come from the page's style."""
    parts: list[str] = []
    y, bands = 4, []
    rows = rows_of(flow)
    for index, row in enumerate(rows):
        height = max(_height(row.main, MAIN_W), _height(row.side, SIDE_W) if row.side else 0)
        if row.band != "Screening":
            height = max(height, int(width(row.band, BAND, bold=True)) + PAD)
        parts.append(_box(row.main, MAIN_X, y, MAIN_W, height, "f-box"))
        if row.side:
            parts.append(_box(row.side, SIDE_X, y, SIDE_W, height, "f-out"))
            parts.append(_arrow(MAIN_X + MAIN_W, y + 20, SIDE_X, y + 20))
        if index + 1 < len(rows):
            parts.append(_arrow(MAIN_X + 80, y + height, MAIN_X + 80, y + height + GAP))
        bands.append((row.band, y, height))
        y += height + GAP
    parts += _bands(bands)
    height = y - GAP + 6
    return (
        f'<svg class="flow" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="Flow of records">{_MARKER}{"".join(parts)}</svg>'
    )


_MARKER = (
    '<defs><marker id="f-head" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" '
    'markerHeight="8" orient="auto"><path class="f-tip" d="M0 0 8 4 0 8z"/></marker></defs>'
)


def _texts(box: Box, room: int) -> list[tuple[str, bool]]:
    head = [(line, True) for line in wrapped(box.head, SIZE, room - 2 * PAD, bold=True)]
    under = [
        (line, False) for text in box.lines for line in wrapped(text, SIZE, room - 2 * PAD - 10)
    ]
    return head + under


def _height(box: Box, room: int) -> int:
    return len(_texts(box, room)) * LINE + 2 * PAD


def _box(box: Box, x: int, y: int, room: int, height: int, css: str) -> str:
    style = f"{css} f-strong" if box.strong else css
    out = [f'<rect class="{style}" x="{x}" y="{y}" width="{room}" height="{height}" rx="3"/>']
    for index, (text, bold) in enumerate(_texts(box, room)):
        indent = PAD if bold else PAD + 10
        css_text = "f-head" if bold else "f-line"
        out.append(
            f'<text class="{css_text}" x="{x + indent}" y="{y + PAD + 13 + index * LINE}">'
            f"{escape(text)}</text>"
        )
    return "".join(out)


def _arrow(x1: int, y1: int, x2: int, y2: int) -> str:
    return f'<path class="f-arrow" d="M{x1} {y1}L{x2} {y2}" marker-end="url(#f-head)"/>'


def _bands(rows: list[tuple[str, int, int]]) -> list[str]:
    spans: dict[str, tuple[int, int]] = {}
    for band, y, height in rows:
        top, _ = spans.get(band, (y, 0))
        spans[band] = (top, y + height)
    parts = []
    for band, (top, bottom) in spans.items():
        middle = (top + bottom) / 2
        parts.append(
            f'<rect class="f-band" x="2" y="{top}" width="28" height="{bottom - top}" rx="3"/>'
        )
        parts.append(
            f'<text class="f-name" transform="translate(20 {middle}) rotate(-90)">{band}</text>'
        )
    return parts
