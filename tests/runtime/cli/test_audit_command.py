"""The audit log as the command prints and exports it."""

import asyncio
import csv
import io
import json
import sys
from pathlib import Path

import pytest

from runtime import cli
from shared.ops.settings import Settings
from tests.support.apps import open_system

TITLE = "=HYPERLINK(1) and walking"


async def _opened(home: Path) -> None:
    home.mkdir()
    async with open_system(Settings(home=home)) as system, system.client() as http:
        review = {"id": "rev", "title": TITLE, "stages": [{"name": "title"}]}
        (await http.post("/api/reviews", json=review)).raise_for_status()
        await system.drain()


def test_the_audit_log_is_exported_by_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("RETRODUCT_HOME", str(tmp_path / "home"))
    asyncio.run(_opened(tmp_path / "home"))

    def said(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["retroduct", "audit", "--review", "rev", *words])
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        assert not left.value.code, printed.err
        return printed.out

    listed = json.loads(said("--json"))
    (opened,) = (one for one in listed if one["act"] == "workbench.review_opened")
    assert opened["by"] == "local-owner"
    assert TITLE in opened["words"]
    rows = list(csv.DictReader(io.StringIO(said("--csv"))))
    assert [row["act"] for row in rows if row["about"] == "review/rev"] == [opened["act"]]
    assert not [cell for row in rows for cell in row.values() if cell.startswith("=")]
