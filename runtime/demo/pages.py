"""The demo on paper: four tables and a path."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from runtime.cli.configurations import ConfigurationLabels, contexts_shown, partner_shown
from runtime.cli.output import quiet
from runtime.demo.figures import FIGURES, Body, Shown
from shared.review.joined_parts import NOT_JOINED, is_joined

UNCHECKED = "conjectured, unchecked"
MORE_AGAINST = "most reported, fails more often than it occurs"


def _safe(text: str) -> str:
    """Text in which rich sees no markup and a terminal no command."""
    return escape(quiet(text))


def print_all(out: Console, shown: Shown, report: Path) -> None:
    """Print flow, leading configurations, last changes, event counts, and where the report is."""
    out.rule(_safe(shown.title), style="cyan")
    for table in (_flow(shown), _leading(shown), _changes(shown), _counts(shown)):
        out.print()
        out.print(table)
    out.print()
    out.print(f"Report: {report}", soft_wrap=True)


def _table(title: str, caption: str = "") -> Table:
    return Table(
        title=title,
        caption=caption or None,
        title_justify="left",
        caption_justify="left",
        title_style="bold",
        header_style="bold",
        expand=True,
    )


def _flow(shown: Shown) -> Table:
    """What is counted here, and beside it what the publication states."""
    table = _table(
        "Flow of records",
        "Loaded: the works that the synthesis cites. Reported: what the publication states. "
        "They stand side by side and are never added.",
    )
    table.add_column("stage")
    table.add_column("figure")
    table.add_column("loaded here", justify="right")
    table.add_column("reported", justify="right")
    stages = {stage["stage"]: stage for stage in shown.flow["stages"]}
    for stage, figure in FIGURES:
        here = stages.get(stage, {}).get(figure) if stage in stages else shown.flow.get(figure)
        stated = shown.reported.get(f"{stage}.{figure}" if stage in stages else figure)
        if here is not None or stated is not None:
            table.add_row(stage, figure, _number(here), _number(stated))
    return table


def _number(value: Any) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _leading(shown: Shown) -> Table:
    table = _table("First configuration to look at in each theory, by studies")
    table.add_column("theory", ratio=3)
    table.add_column("context, mechanism → outcome", ratio=6)
    table.add_column("studies", ratio=2)
    table.add_column("state", ratio=2)
    for theory, name, body in shown.leading:
        heading = f"[bold]{_safe(theory)}[/] {_safe(name)}"
        if body is None:
            table.add_row(heading, "no configuration: no evidence links a mechanism", "", "")
        else:
            state = body.get("state", "conjectured")
            mark = UNCHECKED if state == "conjectured" else state
            table.add_row(heading, _words(body, shown.labels), _studies(body), mark)
        table.add_section()
    return table


def _words(body: Body, labels: ConfigurationLabels) -> str:
    """The configuration slot by slot, in the codebook's labels."""
    theory, role = body["theory"], body["role"]
    contexts = [f"{said}, {verdict}" for said, verdict in contexts_shown(body, labels)]
    mechanism = labels.of(theory, f"mechanism_{role}", body["mechanism"])
    other = "response" if role == "resource" else "resource"
    lines = [
        ("C", "; ".join(contexts) or "none stated"),
        (f"M {role}", mechanism),
        (f"M {other}", partner_shown(body, labels)),
        ("O", labels.outcome(body)),
        ("", _more_against(body, labels)),
        ("", "" if is_joined(body) else NOT_JOINED),
    ]
    return "\n".join(f"[bold]{slot}[/] {_safe(text)}" for slot, text in lines if text)


def _more_against(body: Body, labels: ConfigurationLabels) -> str:
    studies = body["studies"]
    if len(studies["contradicting"]) <= len(studies["positive"]):
        return ""
    return f"{MORE_AGAINST} (prevention is counted)" if labels.is_undesired(body) else MORE_AGAINST


def _studies(body: Body) -> str:
    studies = body["studies"]
    positive, against = len(studies["positive"]), len(studies["contradicting"])
    share, whole = body["supporting_share"]
    said = [f"{positive} support", f"{against} contradict", f"share {share}/{whole}"]
    if studies["mixed"]:
        said.append(f"{len(studies['mixed'])} mixed")
    if body["leading_ties"]:
        said.append(f"tied with {len(body['leading_ties'])}")
    return "\n".join(said)


def _changes(shown: Shown) -> Table:
    table = _table(
        f"What the last {len(shown.changes)} fragments changed",
        "They came one by one. Nothing: no configuration rests on the fragment (yet).",
    )
    table.add_column("fragment", no_wrap=True)
    table.add_column("theory", no_wrap=True)
    table.add_column("changed", ratio=1)
    for fragment, theories, changed in shown.changes:
        said = "\n".join(changed) or "nothing"
        table.add_row(_safe(fragment), _safe(", ".join(theories)), _safe(said))
    return table


def _counts(shown: Shown) -> Table:
    table = _table("Events by type")
    table.add_column("event")
    table.add_column("count", justify="right")
    for name, count in sorted(shown.counts.items()):
        table.add_row(_safe(name), f"{count:,}")
    return table
