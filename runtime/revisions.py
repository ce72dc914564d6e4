"""Writes a migration: the difference between a service's history and its tables.

For developers: `make migration SERVICE=search MESSAGE="Add notes"`. The one file
serves SQLite and PostgreSQL; a test proves on both that history and tables agree.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from sqlalchemy import BigInteger, Connection, DateTime, MetaData, create_engine

from runtime.catalogue import services
from shared.db.types import JsonB, UtcDateTime
from shared.kernel.migrations import script_directory, upgrade_connection
from shared.kernel.service import Service

HEADER = '''"""{message}."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {parent!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    {downgrade}
'''


def difference(connection: Connection, tables: MetaData, schema: str | None = None) -> list[Any]:
    """What the tables have and the database lacks, or the reverse; empty when they agree."""
    from alembic.autogenerate import compare_metadata

    options = {"compare_type": False, "include_object": _ours, "version_table_schema": schema}
    context = MigrationContext.configure(connection, opts=options)
    found: list[Any] = compare_metadata(context, tables)
    return found


def write(service: Service, message: str) -> Path | None:
    """Write the next revision of a service, or nothing when there is no difference."""
    assert service.migrations is not None
    folder = service.migrations / "versions"
    folder.mkdir(parents=True, exist_ok=True)
    known = sorted(folder.glob("[0-9]*.py"))
    with tempfile.TemporaryDirectory() as scratch:
        engine = create_engine(f"sqlite:///{scratch}/schema.sqlite")
        with engine.begin() as connection:
            if known:
                upgrade_connection(connection, service.tables, service.migrations, None)
            code = _rendered(connection, service.tables)
        engine.dispose()
    if code is None:
        return None
    number = f"{len(known) + 1:04d}"
    parent = script_directory(service.migrations).get_current_head() if known else None
    path = folder / f"{number}_{message.lower().replace(' ', '_')}.py"
    text = HEADER.format(
        message=message, revision=number, parent=parent, upgrade=code[0], downgrade=code[1]
    )
    path.write_text(text)
    return path


def _rendered(connection: Connection, tables: MetaData) -> tuple[str, str] | None:
    options = {"compare_type": False, "include_object": _ours, "render_item": _render}
    context = MigrationContext.configure(connection, opts=options)
    script = produce_migrations(context, tables)
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    if script.upgrade_ops.is_empty():
        return None
    return (
        render_python_code(script.upgrade_ops, render_item=_render),
        render_python_code(script.downgrade_ops, render_item=_render),
    )


def _ours(_object: Any, name: str | None, kind: str, _reflected: bool, _to: Any) -> bool:
    """What the tables know; an index of texts is made by hand in its revision, as `fts_…`."""
    if kind in ("table", "index") and name is not None and name.startswith("fts_"):
        return False
    return not (kind == "table" and name == "alembic_version")


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Column types that both dialects understand."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime | DateTime):
        return "sa.DateTime(timezone=True)"
    if type(item) is type(JsonB):
        json = "sa.JSON(none_as_null=True)"
        return f'{json}.with_variant(postgresql.JSONB(none_as_null=True), "postgresql")'
    if isinstance(item, BigInteger) and item._variant_mapping:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def main(arguments: list[str]) -> None:
    """`SERVICE|all MESSAGE`."""
    wanted, message = arguments
    for name, service in services().items():
        if wanted in (name, "all"):
            path = write(service, message)
            print(f"{name}: {path.name if path else 'nothing to do'}")


if __name__ == "__main__":
    main(sys.argv[1:])
