"""The searches as they were run, by the items of PRISMA-S (Rethlefsen et al. 2021)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.synthesis.report.domain.blocks import (
    Block,
    Facts,
    Heading,
    NoticeBlock,
    Paragraph,
    table,
    with_rows,
)
from services.synthesis.report.domain.items import PRISMA_S
from services.synthesis.report.domain.material import Material
from services.synthesis.report.domain.standards import written
from shared.review.source_names import source_name

NOT_TOLD = "not recorded in the review: the authors must say it"
Item = Mapping[str, Any]


def searches(material: Material) -> Iterator[Block]:
    """Every run with its counts, then each strategy with all sixteen items of its newest run."""
    yield Heading(2, "Search strategies as run (PRISMA-S)")
    if "search" in material.told.silent:
        yield NoticeBlock("The search service did not answer: strategies are missing; ask again.")
    yield from with_rows(
        table(
            "Where the records came from",
            ("Arm", "Source", "Source records", "Records in play"),
            [
                (one.arm, source_name(one.source), one.source_records, one.records)
                for one in material.flow.sources
            ],
        ),
        "No record was brought in yet.",
    )
    rows = [_run(item) for item in material.searches]
    if not rows:
        yield Paragraph("No search was run and no file imported in this review.")
    else:
        columns = ("When", "Source", "Arm", "How", "Source records", "New records", "Merged")
        yield table("Searches and imports as they were run", columns, rows)
    if material.looks:
        yield Paragraph(_looked(material.looks))
    for search in material.told.searches:
        yield from _strategy(search)
    yield from _imports(material)
    yield from written(material, PRISMA_S)


def _run(item: Item) -> tuple[Any, ...]:
    counts = (item.get(name) for name in ("source_records", "added", "merged"))
    how = str(item.get("kind", "")).replace("_", " ")
    source = source_name(str(item.get("source") or ""))
    return str(item.get("at", ""))[:10], source, item.get("arm"), how, *counts


def _looked(looks: Sequence[Item]) -> str:
    """How often sources were asked about records that are known: no search, it brings none."""
    sources = dict.fromkeys(source_name(str(look.get("source") or "")) for look in looks)
    days = sorted(str(look.get("at", ""))[:10] for look in looks)
    when = f"on {days[0]}" if days[0] == days[-1] else f"from {days[0]} to {days[-1]}"
    times = "once" if len(looks) == 1 else f"{len(looks)} times"
    return (
        f"What became of known records (retractions, corrections) was looked up {times}, {when}: "
        f"{', '.join(sources)}."
    )


def _strategy(search: Item) -> Iterator[Block]:
    name = search.get("name") or source_name(str(search.get("database") or ""))
    yield Heading(3, f"Strategy: {name}")
    runs = [run for run in search.get("runs", []) if run.get("report", {}).get("prisma_s")]
    if not runs:
        yield Facts("Not run yet", (("Strategy", str(search.get("query") or NOT_TOLD)),))
        return
    newest = max(runs, key=lambda run: str(run["asked_at"]))
    said = {item["item"]: item["text"] for item in newest["report"]["prisma_s"]}
    rows = [
        (n, title, said.get(n) or NOT_TOLD) for n, title in enumerate(PRISMA_S.values(), start=1)
    ]
    when = str(newest["asked_at"])[:10]
    yield table(f"PRISMA-S items of '{name}', run of {when}", ("Item", "", "As run"), rows)
    if len(runs) > 1:
        dates = sorted(str(run["asked_at"])[:10] for run in runs)
        yield Paragraph(f"Run {len(runs)} times, from {dates[0]} to {dates[-1]}.")


def _imports(material: Material) -> Iterator[Block]:
    """What files brought: their search was run elsewhere."""
    files = [item for item in material.told.imports if item.get("state") == "done"]
    if files:
        yield table(
            "Files of references that were imported; their strategies were run elsewhere",
            ("File", "Source", "Arm", "Imported", "Source records", "New records", "Merged"),
            [
                (
                    item["filename"],
                    source_name(item["source"]),
                    item["arm"],
                    str(item["created_at"])[:10],
                    *(item[name] for name in ("source_records", "added", "merged")),
                )
                for item in files
            ],
        )
