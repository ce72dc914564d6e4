"""The flow of records as a drawing after PRISMA 2020; a table below it holds the same numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from shared.review.drawing.text_metrics import width, wrapped
from shared.review.numbers import counted
from shared.review.paths import OTHER, Source
from shared.review.prisma import NO_REASON, Flow, StageFlow
from shared.review.source_names import source_name

SIZE = 13.0
BAND = 12.0
LINE = 18
PAD = 12
GAP = 26
NBSP = "\u00a0"
DOT = f"\u00b7{NBSP}"
MOST_SOURCES = 9


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
        is_full_text = len(main) > 1 and stage is main[-1]
        if is_full_text:
            rows.append(_retrieval(flow))
        rows.append(_stage_row(flow, stage, "Assessed" if is_full_text else "Screened"))
    included = Box(
        f"Studies included {n(flow.included_studies)}",
        (f"Reports of included studies {n(flow.included_reports)}",),
        strong=True,
    )
    gone = Box(f"Retracted after inclusion {n(flow.retracted_reports)}")
    return [*rows, Row("Included", included, gone if flow.retracted_reports else None)]


def _identification(flow: Flow) -> Row:
    others = tuple(source for source in flow.sources if source.arm == OTHER)
    databases = tuple(source for source in flow.sources if source.arm != OTHER)
    lines = (
        *_arm("Databases and registers", databases),
        *_arm("Other methods", others),
    )
    removed = (f"Duplicates {n(flow.duplicates)}", f"Import reversed {n(flow.removed)}")
    return Row(
        "Identification",
        Box(f"Records identified {n(flow.identified)}", lines),
        Box("Removed before screening", removed),
    )


def _arm(name: str, sources: tuple[Source, ...]) -> tuple[str, ...]:
    """One of PRISMA's two arms with its sources, many of them summed up."""
    if not sources:
        return ()
    found = [
        f"{source_name(source.source)} {n(source.source_records)}"
        for source in sources[:MOST_SOURCES]
    ]
    rest = sources[MOST_SOURCES:]
    if rest:
        found.append(f"{len(rest)} more sources {n(sum(s.source_records for s in rest))}")
    return f"{name} {n(sum(s.source_records for s in sources))}", *(f"{DOT}{one}" for one in found)


def _retrieval(flow: Flow) -> Row:
    reasons = _reasons(flow.not_retrieved_reasons)
    return Row(
        "Screening",
        Box(f"Reports sought for retrieval {n(flow.sought)}"),
        Box(f"Reports not retrieved {n(flow.not_retrieved)}", reasons),
    )


def _stage_row(flow: Flow, stage: StageFlow, verb: str) -> Row:
    lines = [f"Waiting {n(stage.waiting)}"] if stage.waiting else []
    if stage.conflict:
        lines.append(f"{DOT}In conflict {n(stage.conflict)}")
    if stage.maybe:
        lines.append(f"{DOT}Maybe {n(stage.maybe)}")
    head = f"{verb} at {stage_name(stage.stage)} {n(stage.screened)}"
    aside = [f"By automation {n(stage.automation)}"] if stage.automation else []
    aside += _reasons(stage.reasons, flow.words.get(stage.stage, {}))
    aside += [
        f"Side branch {stage_name(side.stage)}: {side.include:,} of {side.pool:,} included"
        for side in flow.stages
        if not side.main and side.source == stage.stage
    ]
    return Row(
        "Screening", Box(head, tuple(lines)), Box(f"Excluded {n(stage.exclude)}", tuple(aside))
    )


def _reasons(reasons: Mapping[str, int], words: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Reasons in people's words with their counts; none where nobody gave any."""
    if set(reasons) <= {NO_REASON}:
        return ()
    named = words or {}
    return tuple(f"{named.get(reason, reason)} {n(count)}" for reason, count in reasons.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where boxes stand: what left the path beside it, or (`stacked`, for phones) below."""

    name: str
    main_x: int
    main_w: int
    side_x: int
    side_w: int
    trunk: int
    stacked: bool = False

    @property
    def width(self) -> int:
        """Pixels from the left edge to the right."""
        return max(self.main_x + self.main_w, self.side_x + self.side_w) + 2


WIDE = Layout(name="flow", main_x=44, main_w=320, side_x=404, side_w=320, trunk=124)
NARROW = Layout(
    name="flow-narrow", main_x=40, main_w=314, side_x=84, side_w=270, trunk=60, stacked=True
)


def draw(flow: Flow, layout: Layout = WIDE) -> str:
    """The drawing as inline SVG; colours come from the page's style."""
    parts: list[str] = []
    y, bands = 4, []
    rows = rows_of(flow)
    for index, row in enumerate(rows):
        drawn, height = _row(row, y, layout)
        if index + 1 < len(rows):
            top = y + (_height(row.main, layout.main_w) if layout.stacked else height)
            parts.append(_arrow(f"M{layout.trunk} {top}V{y + height + GAP}", layout))
        parts += drawn
        bands.append((row.band, y, height))
        y += height + GAP
    parts += _bands(bands)
    w, h = layout.width, y - GAP + 6
    marker = _MARKER.format(name=layout.name)
    return (
        f'<svg class="{layout.name}" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
        f'role="img" aria-label="Flow of records">{marker}{"".join(parts)}</svg>'
    )


def _row(row: Row, y: int, layout: Layout) -> tuple[list[str], int]:
    """A row's boxes with the arrow between them, and how high the row is."""
    main = _height(row.main, layout.main_w)
    side = _height(row.side, layout.side_w) if row.side else 0
    band = 0 if row.band == "Screening" else int(width(row.band, BAND, bold=True)) + PAD
    if layout.stacked:
        main = main if row.side else max(main, band)
        below = y + main + PAD
        parts = [_box(row.main, layout.main_x, y, layout.main_w, main, "f-box")]
        if not row.side:
            return parts, main
        parts.append(_box(row.side, layout.side_x, below, layout.side_w, side, "f-out"))
        turn = f"M{layout.trunk} {y + main}V{below + 20}H{layout.side_x}"
        return [*parts, _arrow(turn, layout)], main + PAD + side
    height = max(main, side, band)
    parts = [_box(row.main, layout.main_x, y, layout.main_w, height, "f-box")]
    if row.side:
        parts.append(_box(row.side, layout.side_x, y, layout.side_w, height, "f-out"))
        over = f"M{layout.main_x + layout.main_w} {y + 20}H{layout.side_x}"
        parts.append(_arrow(over, layout))
    return parts, height


_MARKER = (
    '<defs><marker id="{name}-tip" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" '
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


def _arrow(path: str, layout: Layout) -> str:
    return f'<path class="f-arrow" d="{path}" marker-end="url(#{layout.name}-tip)"/>'


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


def in_words(flow: Flow) -> str:
    """The same numbers as sentences, for readers who do not see the drawing."""
    parts = [
        f"{counted(flow.identified, 'source record was', 'source records were')} identified, "
        f"{counted(flow.duplicates, 'was a duplicate', 'were duplicates')}, "
        f"{counted(flow.removed, 'was', 'were')} removed, "
        f"{counted(flow.records, 'record is', 'records are')} in play."
    ]
    parts += [
        f"At {stage_name(item.stage)} {counted(item.include, 'was', 'were')} included, "
        f"{item.exclude:,} excluded, {counted(item.waiting, 'waits', 'wait')}, of {item.pool:,}."
        for item in flow.stages
    ]
    parts.append(
        f"{counted(flow.sought, 'report was', 'reports were')} sought, {flow.not_retrieved:,} "
        f"could not be got. The synthesis rests on "
        f"{counted(flow.included_studies, 'study', 'studies')} in "
        f"{counted(flow.included_reports, 'report')}."
    )
    if flow.retracted_reports:
        parts.append(
            f"Included reports that were retracted and do not count: {flow.retracted_reports:,}."
        )
    return " ".join(parts)
