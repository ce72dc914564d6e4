"""Commands that copy a whole installation: backup, restore, migrate-to-postgres."""

from pathlib import Path
from typing import Annotated

import typer

from runtime import embedded
from runtime.backup.files import Manifest
from runtime.backup.move import move
from runtime.backup.restore import restore as put_back
from runtime.backup.take import take_backup
from runtime.cli.output import console, print_json, progress
from runtime.cli.session import JsonOption, run, settings
from shared.http.problems import Invalid


def backup(
    target: Annotated[
        Path, typer.Argument(help="A folder that is made, or one file if it ends in .tar.")
    ],
    json: JsonOption = False,
) -> None:
    """Copy everything as it stands now, while work goes on; the copy is read again and checked."""
    made = settings()
    with progress() as steps:
        manifest = run(take_backup(made, target, steps))
    _tell(manifest, json, f"Everything up to {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC", target)


def restore(
    source: Annotated[Path, typer.Argument(help="A folder or .tar that 'backup' made.")],
    json: JsonOption = False,
) -> None:
    """Put a backup into empty databases, SQLite or PostgreSQL, wherever it was taken."""
    made = settings()
    if not source.exists():
        raise Invalid(f"There is no backup at '{source}'.")
    made.home.mkdir(parents=True, exist_ok=True)
    with embedded.only_process(made.home), progress() as steps:
        manifest = run(put_back(made, source, steps))
    _tell(manifest, json, f"As of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC", made.home)


def migrate_to_postgres(
    url: Annotated[
        str | None,
        typer.Argument(help="postgresql://user:password@host/name; else RETRODUCT_DATABASE_URL."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Copy the SQLite files under RETRODUCT_HOME to PostgreSQL, and compare every row."""
    given = settings()
    target = given if url is None else given.model_copy(update={"database_url": url})
    if not (target.database_url or "").startswith("postgres"):
        raise Invalid("Say where to: 'retroduct migrate-to-postgres postgresql://user@host/name'.")
    source = given.model_copy(update={"database_url": None, "database_urls": {}})
    with embedded.only_process(source.home), progress() as steps:
        manifest = run(move(source, target, steps))
    _tell(manifest, json, "Every row of the files", Path("PostgreSQL"))
    if not json:
        console().print(
            "The files stay as they were. Set RETRODUCT_DATABASE_URL from now on, and give "
            f"RETRODUCT_SECRET what stands in '{source.home / 'secret'}', RETRODUCT_SOURCE_KEYS "
            f"what stands in '{source.home / 'source-key'}'."
        )


def _tell(manifest: Manifest, json: bool, what: str, where: Path) -> None:
    rows = {
        name: sum(table.rows for table in one.tables) for name, one in manifest.services.items()
    }
    if json:
        print_json({"made_at": manifest.made_at.isoformat(), "place": str(where), "rows": rows})
        return
    told = ", ".join(f"{name} {number}" for name, number in rows.items())
    console().print(f"{what}: {manifest.rows} rows ({told}) in '{where}'.")
