"""The curve of includes found against records read, with what may be left at most."""

from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT, EDGE = 250, 76, 4


def draw(curve: Sequence[Sequence[int]], pool: int, recall_at_least: float | None) -> Markup:
    """An SVG: the found as a line, chance as a dashed one, the bound as a band; "" without any.

    `curve` are (read, found) from nothing to now; `pool` all records of the stage.
    """
    if not curve or not curve[-1][1] or not pool:
        return Markup()
    read, found = curve[-1]
    most = found / recall_at_least if recall_at_least else float(found)
    top = max(most, float(found))

    def x(records: float) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * records / max(pool, read)

    def y(includes: float) -> float:
        return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * includes / top

    line = " ".join(f"{x(at):.1f},{y(n):.1f}" for at, n in curve)
    bound = ""
    if recall_at_least:
        high = y(found) - y(most)
        bound = f'<rect class="r-bound" x="{EDGE}" y="{y(most):.1f}" width="{WIDTH - 2 * EDGE}" height="{high:.1f}"/>'  # noqa: E501
    words = f"{found:,} relevant records found in {read:,} read" + (
        f"; at most {most:,.0f} in all" if recall_at_least else ""
    )
    return Markup(  # noqa: S704
        f'<svg class="recall" role="img" aria-label="{words}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">{bound}'
        f'<line class="r-chance" x1="{x(0):.1f}" y1="{y(0):.1f}" x2="{x(pool):.1f}" '
        f'y2="{y(top):.1f}"/><polyline class="r-line" points="{line}"/>'
        f'<circle class="r-now" cx="{x(read):.1f}" cy="{y(found):.1f}" r="4"/></svg>'
    )
