"""All commands, in one table."""

from importlib.metadata import version
from typing import Annotated

import typer

from runtime.cli import (
    arguments,
    audit,
    backups,
    clusters,
    documents,
    events,
    loading,
    operating,
    projects,
    reading,
    screening,
    strategies,
    theory_work,
    versions,
)

app = typer.Typer(
    name="retroduct",
    help="A living realist review: search, screen, code, and see what the evidence conjectures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"Retroduct {version('retroduct')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version."),
    ] = False,
) -> None:
    pass


for panel, commands in (
    ("Start", (operating.up, operating.serve, loading.demo)),
    ("A review in and out", (loading.load, loading.export, loading.import_)),
    ("Work", (screening.search, screening.queue, screening.decide, versions.freeze)),
    (
        "Read",
        (
            reading.reviews,
            reading.ccmocs,
            arguments.arguments,
            theory_work.to_check,
            theory_work.inference_log,
            reading.report,
            versions.versions,
            versions.diff,
            reading.records,
            reading.fragments,
            reading.theories,
            clusters.steps,
            clusters.rounds,
            strategies.strategies,
        ),
    ),
    (
        "Operate",
        (
            operating.doctor,
            operating.migrate,
            backups.backup,
            backups.restore,
            backups.migrate_to_postgres,
            operating.token,
            audit.audit,
            documents.key,
            operating.asyncapi,
            operating.openapi,
        ),
    ),
):
    for command in commands:
        app.command(command.__name__.strip("_").replace("_", "-"), rich_help_panel=panel)(command)

app.add_typer(documents.app, name="documents", rich_help_panel="Work")
app.add_typer(projects.app, name="projects", rich_help_panel="A review in and out")
app.add_typer(events.app, name="events", rich_help_panel="Operate")
